from odoo import api, fields, models

from ..models.monitoring.ponto_online_account_worklist import REASONS, URGENCY

ANSWERS = [
    ("open", "Open the account"),
    ("reauthorize", "Re-authorize"),
    ("held", "Decide"),
    ("fetch", "Fetch"),
    ("match", "Match"),
    ("choose", "Choose a journal"),
]
ANSWER_TO = {
    "expired": "reauthorize",
    "ends_now": "reauthorize",
    "expiring": "reauthorize",
    "held": "held",
    "stale": "fetch",
    "unread": "fetch",
    "not_matched": "match",
    "new": "choose",
}


class PontoWorklistLine(models.TransientModel):
    """One account in the list of what needs a person, over all companies of a user."""

    _name = "ponto.worklist.line"
    _inherit = "ponto.reference.mixin"
    _description = "Account in the bank worklist"
    _order = (
        "urgency, authorization_expires_at, held_count desc, not_matched_count desc, id"
    )
    _rec_name = "reason"

    # Rows are one's own: their accounts are found whatever company is chosen now.
    online_account_id = fields.Many2one(
        "ponto.online.account",
        string="Account",
        required=True,
        ondelete="cascade",
        bypass_search_access=True,
    )
    journal_id = fields.Many2one("account.journal", bypass_search_access=True)
    company_id = fields.Many2one("res.company", bypass_search_access=True)
    currency_id = fields.Many2one("res.currency")
    urgency = fields.Integer(help="Rank of the reason; the lowest comes first.")
    reason = fields.Selection(REASONS)
    answer = fields.Selection(ANSWERS, string="Next action")
    days_left = fields.Integer(
        help="Days until the bank's permission ends; negative after the end."
    )
    authorization_expires_at = fields.Datetime(string="Authorized until")
    held_count = fields.Integer(string="Held")
    not_matched_count = fields.Integer(string="Not matched")
    difference = fields.Monetary(help="Bank balance minus book balance.")
    account_name = fields.Char(string="Bank account", compute="_compute_words")
    sentence = fields.Char(string="What to do", compute="_compute_words")

    # === COMPUTE METHODS === #

    @api.depends("online_account_id", "reason", "not_matched_count")
    @api.depends_context("lang", "tz", "uid")
    def _compute_words(self):
        accounts = self._accounts()
        accounts.connection_id._fetch_client_fields()
        by_id = {account.id: account for account in accounts}
        for line in self:
            # Whoever lost the company since reads nothing of it.
            account = by_id.get(line.online_account_id.id)
            line.account_name = account and account.display_name
            line.sentence = account and account._get_work_sentence(
                line.reason, line.not_matched_count
            )

    def _accounts(self):
        """The accounts of these rows, also of companies that are not chosen now."""
        companies = self.env.user.company_ids
        accounts = self.online_account_id.with_context(
            allowed_company_ids=companies.ids
        )
        return accounts._filtered_access("read")

    # === BUILDING === #

    @api.private
    @api.model
    def _open(self):
        """Look anew, and open the list."""
        self._look()
        return self.env["ir.actions.act_window"]._for_xml_id(
            "account_ponto_sync.ponto_worklist_line_action"
        )

    def _look(self):
        """Bring the user's rows to what stands now.

        Rows are kept where their account is: another window may show them.
        """
        accounts = self.env["ponto.online.account"]._search_for_work()
        accounts.connection_id._fetch_client_fields()
        not_matched = accounts._count_not_matched()
        own = self.sudo().search([("create_uid", "=", self.env.uid)])
        known = {line.online_account_id.id: line for line in own}
        new = []
        for account in accounts:
            vals = self._prepare_vals(account, not_matched.get(account.journal_id, 0))
            line = known.pop(account.id, None)
            if line:
                line.write(vals)
            else:
                new.append(vals)
        self.sudo().create(new)
        own.browse(line.id for line in known.values()).unlink()

    def _prepare_vals(self, account, not_matched):
        reason = account._get_work_reason(not_matched)
        return {
            "online_account_id": account.id,
            "journal_id": account.journal_id.id,
            "company_id": account.company_id.id,
            "currency_id": account.currency_id.id,
            "urgency": URGENCY[reason],
            "reason": reason,
            "answer": self._get_answer(reason),
            "days_left": account._get_work_days_left(),
            "authorization_expires_at": account.authorization_expires_at,
            "held_count": account.held_count,
            "not_matched_count": not_matched,
            "difference": account._get_work_difference(),
        }

    def _get_answer(self, reason):
        """The door to offer, where the user may go through it."""
        answer = ANSWER_TO.get(reason, "open")
        needed = {
            "reauthorize": "account.group_account_invoice",
            "fetch": "account.group_account_invoice",
            "choose": "account.group_account_manager",
        }.get(answer)
        return answer if not needed or self.env.user.has_group(needed) else "open"

    # === ACTIONS === #

    def action_answer(self):
        """Go where the row is answered."""
        self.check_access("read")
        return self._open_door(self.answer)

    def action_open_account(self):
        """Open the account's page."""
        self.check_access("read")
        return self._open_door("open")

    def _open_door(self, answer):
        """:return: an action that works in the company that the row belongs to"""
        self.ensure_one()
        company, mine = self.sudo().company_id, self.env.user.company_ids
        allowed = company & mine or mine
        account = self.online_account_id.with_context(allowed_company_ids=allowed.ids)
        action = self._get_door(account, answer)
        # The screen asks for its records with the companies that are chosen; those of
        # this row need theirs.
        context = action.get("context") or {}
        return {**action, "context": {**context, "allowed_company_ids": allowed.ids}}

    def _get_door(self, account, answer):
        if answer == "reauthorize":
            return account.action_reauthorize()
        if answer == "held":
            return account.action_open_held()
        if answer == "fetch":
            return account.action_fetch_transactions()
        if answer == "match":
            journal = account.journal_id.with_context(search_default_not_matched=True)
            return journal.action_ponto_open_lines()
        if answer == "choose":
            return account.provider_account_id.action_fetch_accounts()
        account.check_access("read")
        return {
            "type": "ir.actions.act_window",
            "res_model": account._name,
            "res_id": account.id,
            "view_mode": "form",
            "views": [(False, "form")],
            "name": account.display_name,
        }
