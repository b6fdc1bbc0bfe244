"""What is to know of a bank line, in words: nothing by a colour or a tick alone."""

import re

from markupsafe import Markup

from odoo import api, fields, models
from odoo.tools import format_datetime

from ...mapping.detail_rows import detail_rows, readable_name
from ...wording.moments import format_date

# Shown in this order; whatever else the bank said follows under its own name.
_ORDER = (
    "counterpart_name",
    "counterpart_reference",
    "remittance_information",
    "remittance_information_type",
    "additional_information",
    "description",
    "execution_date",
    "value_date",
    "end_to_end_id",
    "mandate_id",
    "creditor_id",
    "bank_transaction_code",
    "proprietary_bank_transaction_code",
    "purpose_code",
    "card_reference",
    "card_reference_type",
    "fee",
    "internal_reference",
)
_LAST = ("created_at", "updated_at", "transaction", "digest")
# Stand on the form already, or say nothing to anybody.
_LEFT_OUT = {"account", "amount", "currency"}
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
_MOMENT = re.compile(r"(\d{4}-\d{2}-\d{2})T(\d{2}:\d{2}:\d{2})(?:\.\d+)?(?:Z|\+00:00)?")
_IBAN = re.compile(r"[A-Z]{2}\d{2}[A-Z0-9]{10,30}")


class AccountBankStatementLine(models.Model):
    _inherit = "account.bank.statement.line"

    ponto_details = fields.Html(
        string="The bank's details",
        compute="_compute_ponto_details",
        sanitize=False,  # made of escaped texts only
    )
    ponto_match_state = fields.Selection(
        [
            ("not_matched", "Not matched"),
            ("matched", "Matched"),
            ("not_in_books", "Not posted"),
        ],
        string="Matching",
        compute="_compute_ponto_match_state",
        help="Whether the line is matched with invoices, payments or entries.",
    )
    ponto_marks = fields.Char(
        string="Remarks",
        compute="_compute_ponto_marks",
        help="Later changes by the bank, or that the line arrived late.",
    )
    ponto_booked_run_id = fields.Many2one(
        "ponto.sync.run",
        string="Fetch",
        compute="_compute_ponto_booked_run_ids",
        help="The fetch that booked or recognized the line.",
    )
    ponto_booked_run_ids = fields.Many2many(
        "ponto.sync.run",
        string="Fetches",
        compute="_compute_ponto_booked_run_ids",
        search="_search_ponto_booked_run_ids",
        help="For filters: several such fetches can be selected.",
    )

    @api.depends("is_reconciled", "move_id.state")
    def _compute_ponto_match_state(self):
        for line in self:
            posted = line.move_id.state == "posted"
            state = "matched" if line.is_reconciled else "not_matched"
            line.ponto_match_state = state if posted else "not_in_books"

    def _compute_ponto_marks(self):
        rows = self._ponto_rows()
        for line in self:
            mine = rows.get(line.id, rows[None])
            marks = mine.mapped("flag_text")
            if "sandbox" in mine.online_account_id.mapped("environment"):
                marks.append(self.env._("Sandbox: fictitious data"))
            if line.ponto_late_for_id and not line.statement_id:
                marks.append(
                    self.env._(
                        "Left out of statement %(statement)s",
                        statement=line.ponto_late_for_id.name or "",
                    )
                )
            if line.ponto_is_back_dated:
                marks.append(self.env._("Back-dated"))
            line.ponto_marks = " · ".join(filter(None, marks))

    def _compute_ponto_booked_run_ids(self):
        rows = self._ponto_rows()
        for line in self:
            runs = rows.get(line.id, rows[None]).booked_run_id
            line.ponto_booked_run_ids = runs
            line.ponto_booked_run_id = runs[:1]

    @api.model
    def _search_ponto_booked_run_ids(self, operator, value):
        return [("ponto_transaction_ids.booked_run_id", operator, value)]

    def _ponto_rows(self):
        """The inbox's rows of each line: ``{line id: rows}``, and ``None`` for none.

        Marks are for whoever sees the line; the rows themselves are not.
        """
        rows = self.env["ponto.transaction"].sudo()
        found = rows.search([("statement_line_id", "in", self.ids)], order="id")
        by_line = found.grouped(lambda row: row.statement_line_id.id)
        return {None: rows, **by_line}

    def action_ponto_open_held(self):
        """What is no line yet and waits for a person, of the journal that is shown."""
        self.check_access("read")
        journal = self.env["account.journal"].browse(
            self.env.context.get("default_journal_id")
        )
        if journal.ponto_online_account_ids:
            return journal.action_ponto_open_held()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "account_ponto_sync.ponto_transaction_action"
        )
        return {**action, "context": {"search_default_held": 1}}

    # === THE BANK'S OWN WORDS === #

    @api.depends("transaction_details", "payment_ref")
    @api.depends_context("lang", "tz")
    def _compute_ponto_details(self):
        labels = self._ponto_detail_labels()
        for line in self:
            html = Markup().join(
                Markup('<tr><th scope="row">%s</th><td>%s</td></tr>')
                % (labels.get(name) or readable_name(name), self._ponto_readable(text))
                for name, text in line._ponto_detail_rows()
            )
            line.ponto_details = html and (
                Markup('<table class="table table-sm o_ponto_details"><tbody>')
                + html
                + Markup("</tbody></table>")
            )

    def _ponto_detail_rows(self):
        self.ensure_one()
        details = self.transaction_details
        details = dict(details) if isinstance(details, dict) else {}
        ours = details.pop("ponto", None)
        rows = dict(detail_rows(ours if isinstance(ours, dict) else {}))
        ranks = {name: rank for rank, name in enumerate(_ORDER)}
        ranks |= {name: 900 + rank for rank, name in enumerate(_LAST)}
        names = sorted(rows.keys() - _LEFT_OUT, key=lambda n: (ranks.get(n, 500), n))
        # What other importers left follows as they named it.
        return [(name, rows[name]) for name in names] + list(detail_rows(details))

    def _ponto_readable(self, text):
        """:return: dates in the reader's way, account numbers in groups, lines kept"""
        if _IBAN.fullmatch(text):
            text = " ".join(text[at : at + 4] for at in range(0, len(text), 4))
        else:
            text = self._ponto_readable_moment(text)
        return Markup("<br/>").join(text.split("\n"))

    def _ponto_readable_moment(self, text):
        """:return: a day or a moment in the reader's way, anything else as it is

        Whoever pays writes what they want: ``2026-02-31`` is a text, too.
        """
        moment = _MOMENT.fullmatch(text)
        try:
            if _DAY.fullmatch(text):
                return format_date(self.env, text)
            if moment:
                return format_datetime(self.env, f"{moment[1]} {moment[2]}")
        except (ValueError, OverflowError):
            pass
        return text

    def _ponto_detail_labels(self):
        return {
            "counterpart_name": self.env._("Name at the bank"),
            "counterpart_reference": self.env._("Account number"),
            "remittance_information": self.env._("Communication"),
            "remittance_information_type": self.env._("Communication type"),
            "additional_information": self.env._("Additional information"),
            "description": self.env._("Description"),
            "execution_date": self.env._("Executed on"),
            "value_date": self.env._("Value date"),
            "end_to_end_id": self.env._("End-to-end ID"),
            "mandate_id": self.env._("Mandate"),
            "creditor_id": self.env._("Creditor ID"),
            "bank_transaction_code": self.env._("Type"),
            "proprietary_bank_transaction_code": self.env._("The bank's own type"),
            "purpose_code": self.env._("Purpose"),
            "card_reference": self.env._("Card"),
            "card_reference_type": self.env._("Card number type"),
            "fee": self.env._("Fee"),
            "internal_reference": self.env._("The bank's reference"),
            "created_at": self.env._("Received by Ponto on"),
            "updated_at": self.env._("Last changed at Ponto"),
            "transaction": self.env._("Ponto ID"),
            "digest": self.env._("Ponto digest"),
        }

    # === ORDER === #

    @api.model
    def _order_field_to_sql(self, alias, field_name, direction, nulls, query):
        """In our lists *by date* is the order of the bank: the running balance is read
        from line to line, and lines of one day have an order too."""
        if field_name == "date" and self.env.context.get("ponto_bank_order"):
            field_name = "internal_index"
        return super()._order_field_to_sql(alias, field_name, direction, nulls, query)
