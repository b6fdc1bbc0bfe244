"""Group headings of an XLSX export; cells are the models' matter."""

from odoo.addons.web.controllers.export import ExcelExport

from ..models.plain_export import plain


class PlainExcelExport(ExcelExport):
    def from_group_data(self, fields, columns_headers, groups):
        """Quote what would be a formula in the headings of groups, too."""
        _quote_headings(groups)
        return super().from_group_data(fields, columns_headers, groups)


def _quote_headings(node):
    """A group's key is the value grouped by, or id and name of the record."""
    for key, child in list(node.children.items()):
        del node.children[key]
        name = tuple(map(plain, key)) if isinstance(key, tuple) else plain(key)
        node.children[name] = child
        _quote_headings(child)
