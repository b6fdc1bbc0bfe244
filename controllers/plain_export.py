"""Group headings of an XLSX export, and pivot tables; cells are the models' matter."""

import json

from werkzeug.datastructures import FileStorage

from odoo import http

from odoo.addons.web.controllers.export import ExcelExport
from odoo.addons.web.controllers.pivot import TableExporter

from ..models.common.base import plain


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


class PlainTableExporter(TableExporter):
    @http.route()
    def export_xlsx(self, data, **kw):
        """Quote what would be a formula in the titles: groups may be a bank's texts."""
        table = json.load(data) if isinstance(data, FileStorage) else json.loads(data)
        if table:
            _quote_titles(table)
        return super().export_xlsx(json.dumps(table), **kw)


def _quote_titles(table):
    headings = [title for row in table["col_group_headers"] for title in row]
    for heading in (*headings, *table["measure_headers"], *table["rows"]):
        heading["title"] = plain(heading["title"])
