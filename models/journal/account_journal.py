from odoo import fields, models
from odoo.exceptions import UserError

from ...rules.evidence import numbers_agree
from ...tools.own_company import check_own_company


class AccountJournal(models.Model):
    _inherit = "account.journal"

    ponto_online_account_ids = fields.One2many(
        "ponto.online.account",
        "journal_id",
        string="Ponto accounts",
        groups="account.group_account_invoice",
    )

    # Core's field was given the mangled name, which only a class of this very name
    # can extend.
    def __get_bank_statements_available_sources(self):
        sources = super().__get_bank_statements_available_sources()
        sources.append(("ponto", self.env._("Ponto")))
        return sources

    def _ponto_has_number(self, number):
        """Whether this is the journal's own account number, however it is written."""
        self.ensure_one()
        journal = self.sudo()
        own = (
            journal.bank_account_id.acc_number,
            *journal.ponto_online_account_ids.mapped("reference"),
        )
        return any(numbers_agree(number, one) for one in own)

    # === ACTION METHODS === #

    def action_ponto_connect(self):
        """The way in from a bank journal's card, without developer mode.

        Goes on to Fetch Accounts where the company is connected already, and to the
        assistant where it is not, or not any more.
        """
        self.ensure_one()
        assistant = self.env["ponto.connect"]
        return assistant._open_where_left(self.company_id, journal=self)

    def action_ponto_replace_credentials(self):
        """Open the dialog that replaces the credentials by which this journal is fed.

        :raise UserError: in words, where no account feeds it
        """
        return self._ponto_fed_by().connection_id.action_replace_credentials()

    def action_ponto_disconnect(self):
        """Open the dialog for the connection that feeds this journal.

        :raise UserError: in words, where none does
        """
        self.ensure_one()
        connection = self.ponto_online_account_ids.connection_id[:1]
        if not connection:
            raise UserError(self.env._("No Ponto account is linked to this journal."))
        return connection.action_disconnect()

    def action_ponto_fetch(self):
        """A person's click on the card: ask the bank where possible, then read."""
        return self.ponto_online_account_ids.action_fetch_transactions()

    def action_ponto_open_held(self):
        """Open what is held of the account that feeds this journal."""
        self.ensure_one()
        return self.ponto_online_account_ids[:1].action_open_held()

    def action_ponto_open_preview(self):
        """Open what the first fetches of the same integration would book."""
        account = self._ponto_fed_by()
        waiting = account.connection_id.online_account_ids
        return waiting.action_open_preview()

    def action_ponto_open_runs(self):
        """Open the history of the fetches that feed this journal."""
        return self._ponto_fed_by().action_open_runs()

    def action_ponto_check_period(self):
        """Open the dialog that checks a period of this journal against Ponto."""
        return self._ponto_fed_by().action_check_period()

    def action_ponto_find_duplicates(self):
        """Open the dialog that finds what stands twice in this journal."""
        self.ensure_one()
        self.check_access("read")
        self.env["account.bank.statement.line"].browse().check_access("unlink")
        check_own_company(self)
        dialog = self.env["ponto.find.duplicates"].create({"journal_id": self.id})
        return dialog._show_dialog()

    def _ponto_fed_by(self):
        """The account that feeds this journal.

        :raise UserError: in words, where none does
        """
        self.ensure_one()
        account = self.ponto_online_account_ids[:1]
        if not account:
            raise UserError(self.env._("No Ponto account is linked to this journal."))
        return account

    def action_ponto_open_account(self):
        self.ensure_one()
        account = self.ponto_online_account_ids[:1]
        return {
            "type": "ir.actions.act_window",
            "res_model": "ponto.online.account",
            "res_id": account.id,
            "view_mode": "form",
            "name": account.display_name,
        }

    def action_ponto_reauthorize(self):
        """Open the dialog for the account that feeds this journal.

        :raise UserError: in words, where none does
        """
        self.ensure_one()
        account = self.ponto_online_account_ids[:1]
        if not account:
            raise UserError(self.env._("No Ponto account is linked to this journal."))
        return account.action_reauthorize()
