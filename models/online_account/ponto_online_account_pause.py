"""Why an account is not read now: a pause, a disconnected connection, maintenance."""

from odoo import fields, models

# An account's ``availability`` while Ponto shows only what it has collected already.
READ_ONLY = "readonly"


class PontoOnlineAccount(models.Model):
    _inherit = "ponto.online.account"

    connection_disconnected_at = fields.Datetime(
        related="connection_id.disconnected_at", related_sudo=False
    )

    # === PAUSE === #

    def _get_pause(self):
        """Code of what keeps a linked account from being read; False where nothing.

        Such an account costs no call to Ponto, and goes on by itself when the cause
        is gone.
        """
        self.ensure_one()
        journal = self.journal_id.sudo()
        if not journal:
            return "unlinked"
        if not self.active:
            return "archived"
        if not self.connection_id.active:
            return "connection_archived"
        if not journal.active:
            return "journal_archived"
        if self._is_journal_of_another_kind(journal):
            return "journal_mismatch"
        if journal.restrict_mode_hash_table:
            return "journal_hashed"
        if not journal.suspense_account_id:
            return "no_suspense_account"
        if self.deprecated and self._get_authorization_state() == "expired":
            return "deprecated"
        return "preview" if self.awaits_confirmation else False

    def _is_journal_of_another_kind(self, journal):
        """Currency and company were checked at linking; they may have changed since."""
        currency = journal.currency_id or journal.company_id.currency_id
        return currency != self.currency_id or journal.company_id != self.company_id

    def _get_pause_message(self):
        texts = {
            "unlinked": self.env._("This account is not linked to a journal."),
            "journal_mismatch": self.env._(
                "Paused: the journal's currency or company has changed. It differs "
                "from the account's, so nothing is booked. Set the journal back, or "
                "link the account to another journal."
            ),
            "preview": self.env._(
                "Nothing is booked yet. Check the preview, and confirm the first fetch."
            ),
            "archived": self.env._("Paused: this account is archived in Odoo."),
            "connection_archived": self.env._("Paused: the connection is archived."),
            "journal_archived": self.env._(
                "Paused: the journal is archived. Fetching continues, without a gap, "
                "when the journal is unarchived."
            ),
            "journal_hashed": self.env._(
                "Paused: the journal secures its entries with a hash. Such a journal "
                "accepts no unmatched lines. Use another journal, or turn the hash "
                "off."
            ),
            "no_suspense_account": self.env._(
                "Paused: the journal has no suspense account. Set one in the "
                "journal; fetching then continues automatically."
            ),
            "deprecated": self.env._(
                "Paused: Ponto has replaced this institution. Link the account again "
                "under the new institution."
            ),
        }
        return texts[self._get_pause()]

    # === DISCONNECTED === #

    def _is_disconnected(self):
        """Whether Ponto is asked nothing for this account, because a person chose so.
        What was received before can still be booked."""
        self.ensure_one()
        return bool(self.connection_id.disconnected_at)

    def _is_over(self):
        """Whether another account may continue this one."""
        self.ensure_one()
        return bool(self.revoked_at) or self._is_disconnected()

    # === MAINTENANCE === #

    def _is_under_maintenance(self):
        """Whether the bank cannot be asked for now, for no fault of anybody's.

        What the account list says of the account is up to an hour old; a window that
        has ended since counts more.
        """
        self.ensure_one()
        bank = self.provider_account_id
        if bank._is_in_maintenance_window():
            return True
        return self.availability == READ_ONLY and not bank._is_maintenance_over()

    def _note_read_only(self):
        """Read the institution's details, otherwise read weekly, with the next list:
        they tell when the maintenance ends."""
        self.provider_account_id.sudo().details_read_at = False
