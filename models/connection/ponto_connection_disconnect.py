"""Disconnecting: the credentials go, everything else stays; and connecting again.

A connection that was disconnected keeps its client ID, by which the same integration is
recognized, and its accounts keep their journals. New credentials, of the same or of
another integration, let them go on where they stopped (docs/adr/0014-disconnect.md).
"""

import logging

from odoo import api, fields, models

from ...ponto_client import PontoError
from ...tools import clock, units
from ...tools.clients import farewell_client
from ...tools.problem_codes import problem_of
from ...wording.moments import short_moment
from ..institution.ponto_provider_account_renewal import check_safely
from .ponto_connection import DISCONNECTED
from .ponto_connection_alerts import ACTIVITY
from .ponto_secret_mixin import SECRET_FIELDS

_logger = logging.getLogger(__name__)

# How long a click waits for Ponto to take the token back.
REVOKE_PATIENCE = 2.8  # seconds
# How a new connection stands.
FRESH = {
    "state": "draft",
    "problem_code": False,
    "problem_values": False,
    "retry_at": False,
    "list_retry_at": False,
    "failure_count": 0,
    "last_checked_at": False,
    "token_expires_at": False,
}


class PontoConnection(models.Model):
    _inherit = "ponto.connection"

    disconnected_at = fields.Datetime(
        readonly=True,
        copy=False,
        help="The time since which Odoo has no credentials, because a user disconnected "
        "the connection.",
    )
    disconnected_by_id = fields.Many2one(
        "res.users", string="Disconnected by", readonly=True, copy=False
    )

    def action_disconnect(self):
        """Open the dialog that says what stops and what stays."""
        self.ensure_one()
        self.check_access("write")
        dialog = self.env["ponto.disconnect"].create({"connection_id": self.id})
        return dialog._open()

    # === DISCONNECTING === #

    @api.private
    def disconnect(self):
        """Erase the credentials, then give Ponto's token back where Ponto takes it.

        Commits the caller's transaction. The erasing is committed before Ponto is asked
        anything: no answer, and no repetition of a request, can keep a secret alive.

        :return: what became of the token at Ponto: ``revoked``, ``unanswered``, or
            False where there was nothing to revoke, or nobody who takes it back
        """
        self.ensure_one()
        self.check_access("write")
        units.end_transaction(self.env)

        def work(env):
            connection = env[self._name].browse(self.id).sudo()
            client = farewell_client(connection, REVOKE_PATIENCE)
            connection._erase_credentials()
            return client

        client = units.run_unit(self.env, work, uid=self.env.uid)
        self.env.invalidate_all()
        check_safely(self.sudo(), "_settle_disconnected")
        outcome = self._give_token_back(client) if client else False
        self.env.invalidate_all()
        return outcome

    def _is_integration_shared(self):
        """Whether another connection, of whatever company, signs in with it: whoever
        merely knows the client ID and entered it proves and keeps nothing."""
        return bool(
            self.sudo()
            .with_context(active_test=False)
            .search_count(
                [
                    ("client_id", "=", self.client_id),
                    ("api_url", "=", self.api_url),
                    ("id", "!=", self.id),
                    ("disconnected_at", "=", False),
                    ("last_checked_at", "!=", False),
                ],
                limit=1,
            )
        )

    def _erase_credentials(self):
        if self.disconnected_at and not self.client_secret_encrypted:
            return
        secrets = [name for name in SECRET_FIELDS if self._fields[name].store]
        self.write(
            {
                **{name: False for name in secrets},
                **FRESH,
                "last_checked_at": self.last_checked_at,
                "granted_scope": False,
                "trouble_told_at": False,
                "disconnected_at": clock.now(),
                "disconnected_by_id": self.env.uid,
            }
        )
        # What somebody has typed and not saved yet.
        dialogs = self.env["ponto.connect"].search([("connection_id", "=", self.id)])
        dialogs.client_secret_encrypted = False

    def _settle_disconnected(self):
        """End what is under way, free the journals, and close what reminds of it."""
        accounts = self.with_context(active_test=False).online_account_ids
        # What was read before is still booked; nothing more can be read.
        accounts._open_runs()._end_reading(DISCONNECTED)
        accounts.journal_id.filtered(
            lambda journal: journal.bank_statements_source == "ponto"
        ).bank_statements_source = "undefined"
        self._tell_disconnected()
        self.provider_account_ids._check_authorizations()

    def _tell_disconnected(self):
        user = self.disconnected_by_id
        record = self.with_context(lang=user.lang)
        record.activity_feedback([ACTIVITY], feedback=record.env._("Disconnected."))
        record.message_post(
            author_id=user.partner_id.id,
            body=record.env._(
                "Disconnected: client secret and tokens are erased, and Odoo no "
                "longer reads anything from Ponto. Imported data is kept."
            ),
        )

    def _give_token_back(self, client):
        try:
            with client:
                if not client.offers_revocation():
                    return False
                client.revoke_token()
        except PontoError as error:
            _logger.info(
                "Ponto connection %s: token not revoked: %s",
                self.id,
                problem_of(error)[0],
            )
            return "unanswered"
        return "revoked"

    # === CONNECTING AGAIN === #

    def _resume(self):
        for connection in self:
            connection.write({"disconnected_at": False, "disconnected_by_id": False})
            accounts = connection.with_context(active_test=False).online_account_ids
            accounts.filtered("journal_id")._resume_feeding()
            connection.message_post(
                body=self.env._(
                    "Connected again; the client ID ends with %(hint)s.",
                    hint=connection.client_id_hint,
                )
            )
        if self:
            self._trigger_fetch()

    # === HOW IT STANDS === #

    def _get_disconnected_sentence(self):
        self.ensure_one()
        return self.env._(
            "Disconnected on %(moment)s by %(who)s. Connect again to continue "
            "without a gap. Imported data is kept.",
            moment=short_moment(self.env, self.disconnected_at),
            who=self.sudo().disconnected_by_id.name or "Odoo",
        )
