from collections import defaultdict

from odoo import api, fields, models
from odoo.tools import format_amount

from ...wording.closing import closing_text


class PontoClosingProof(models.Model):
    """Who proved of an account, and when, that it was complete and equal on a day.

    Never edited or deleted; whether it still holds is looked up each time.
    """

    _name = "ponto.closing.proof"
    _description = "Confirmed bank balance"
    _order = "date desc, id desc"
    _rec_name = "date"
    _check_company_auto = True

    online_account_id = fields.Many2one(
        "ponto.online.account",
        string="Account",
        required=True,
        readonly=True,
        ondelete="restrict",
        check_company=True,
        index=True,
    )
    company_id = fields.Many2one(
        related="online_account_id.company_id", store=True, index=True
    )
    currency_id = fields.Many2one(related="online_account_id.currency_id")
    journal_id = fields.Many2one(
        "account.journal", readonly=True, ondelete="restrict", check_company=True
    )
    date = fields.Date(
        string="Day",
        required=True,
        readonly=True,
        help="The date of the confirmed balance.",
    )
    ledger_balance = fields.Monetary(
        string="Confirmed balance",
        readonly=True,
        help="Equal balance of bank and books at the end of that date.",
    )
    report_date = fields.Date(
        string="Reported for",
        readonly=True,
        help="The date of the reported balance from which the bank balance was calculated.",
    )
    report_date_estimated = fields.Boolean(
        string="Date estimated",
        readonly=True,
        help="The bank gave no date; this is the date on which Ponto read the balance.",
    )
    bank_balance = fields.Monetary(
        string="Reported balance",
        readonly=True,
        help="As reported by the bank for the date in the next column.",
    )
    proved_by_id = fields.Many2one(
        "res.users", string="Confirmed by", required=True, readonly=True
    )
    proved_at = fields.Datetime(required=True, readonly=True)
    state = fields.Selection(
        [("holds", "Valid"), ("changed", "Changed since")],
        compute="_compute_state",
        help="Whether the books of that date are still unchanged and complete.",
    )
    change_message = fields.Char(
        string="Changes",
        compute="_compute_state",
        help="Changes since the confirmation.",
    )

    @api.depends("ledger_balance", "online_account_id.journal_id")
    @api.depends_context("lang")
    def _compute_state(self):
        by_day = defaultdict(self.env["ponto.online.account"].browse)
        for proof in self:
            by_day[proof.date] |= proof.online_account_id
        found = {
            day: accounts._find_for_closing(day) for day, accounts in by_day.items()
        }
        for proof in self:
            now = found[proof.date].get(proof.online_account_id.id)
            proof.change_message = proof._get_change_message(now)
            proof.state = "changed" if proof.change_message else "holds"

    def _get_change_message(self, now):
        """:param now: ``Findings`` of today, none where it feeds no journal any more"""
        self.ensure_one()
        if not now or self.online_account_id.journal_id != self.journal_id:
            return self.env._(
                "The account is now linked to another journal, or to none."
            )
        sentences = []
        if self.currency_id.compare_amounts(now.ledger, self.ledger_balance) != 0:
            sentences.append(
                self.env._(
                    "The book balance of that date was %(before)s and is %(now)s now.",
                    before=self._money(self.ledger_balance),
                    now=self._money(now.ledger),
                )
            )
        # A later reading that is not at its end yet changes nothing of that day.
        reasons = [reason for reason in now.incomplete if reason[0] != "hole"]
        reasons += now.unequal
        if reasons:
            sentences.append(closing_text(self.env, reasons, self.currency_id))
        return " ".join(sentences)

    def _money(self, amount):
        return format_amount(self.env, amount, self.currency_id)
