from odoo import fields, models


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

    # === ACTION METHODS === #

    def action_ponto_connect(self):
        """The way in from a bank journal's card, without developer mode.

        Goes on to Fetch Accounts where the company is connected already, and to the
        credentials where it is not.
        """
        self.ensure_one()
        connections = self.env["ponto.connection"].search(
            [("company_id", "=", self.company_id.id), ("client_id", "!=", False)]
        )
        if connections:
            return self.env["ponto.fetch.accounts"]._open(connections[0], journal=self)
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Connect with Ponto"),
            "res_model": "ponto.connect",
            "view_mode": "form",
            "target": "new",
            "context": {
                "default_company_id": self.company_id.id,
                "default_journal_id": self.id,
                "dialog_size": "extra-large",
            },
        }

    def action_ponto_fetch(self):
        """A person's click on the card: ask the bank where possible, then read."""
        return self.ponto_online_account_ids.action_fetch_transactions()

    def action_ponto_open_held(self):
        """Open what is held of the account that feeds this journal."""
        self.ensure_one()
        return self.ponto_online_account_ids[:1].action_open_held()

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
