"""Texts that a bank sent are no formulas in a spreadsheet.

A list is exported as CSV or XLSX. Core's CSV quotes what begins with ``=``, ``+`` or
``-``, its XLSX nothing: there a payment's communication ``=HYPERLINK(…)`` is a formula
in the accountant's spreadsheet. Where texts of a bank can be, both are quoted alike.
"""

from odoo import models

# What a spreadsheet takes for the beginning of a formula; the wide ones in East Asia.
FORMULA_STARTS = "=+-@\N{FULLWIDTH EQUALS SIGN}\N{FULLWIDTH PLUS SIGN}"
FORMULA_STARTS += "\N{FULLWIDTH HYPHEN-MINUS}\N{FULLWIDTH COMMERCIAL AT}"
# What it takes for the end of the cell before.
SEPARATORS = "\t\r\n"
# Where core puts what stood in a statement line.
CORE_MODELS = frozenset(
    {
        "account.bank.statement",
        "account.bank.statement.line",
        "account.move",
        "account.move.line",
    }
)


def plain(value):
    """The value as an export shall have it: a text that would be a formula is quoted
    the way core's CSV does it, numbers and all else stay as they are."""
    if not isinstance(value, str) or not value:
        return value
    begins = value.lstrip()[:1]
    if value[0] in SEPARATORS or (begins and begins in FORMULA_STARTS):
        return f"'{value}"
    return value


class Base(models.AbstractModel):
    _inherit = "base"

    def export_data(self, fields_to_export):
        """Quote formulas where texts of a bank may be; once, whatever the format."""
        result = super().export_data(fields_to_export)
        if self._name.startswith("ponto.") or self._name in CORE_MODELS:
            rows = result.get("datas") or []
            result["datas"] = [[plain(value) for value in row] for row in rows]
        return result
