"""Who may talk to Ponto, with which client and which token."""

import time
from datetime import timedelta

from odoo import api, models, release

from ..ponto_client import ClientConfig, MemoryTokenStore, OutOfTime, PontoClient
from . import clock, units
from .ponto_token_store import ConnectionTokenStore
from .problems import Obstacle

# A new token is asked for when less than this is left of the old one.
TOKEN_MARGIN = timedelta(minutes=2)
# How long to wait for another worker that is asking for one.
TOKEN_ATTEMPTS = 40
TOKEN_WAIT = 0.25  # seconds
# What talking to Ponto needs of a connection: the secret ones are read only by name.
CLIENT_FIELDS = (
    "active",
    "api_url",
    "client_id",
    "client_secret_encrypted",
    "company_id",
    "failure_count",
    "last_checked_at",
    "list_retry_at",
    "problem_code",
    "retry_at",
    "state",
    "told_problem",
    "token_encrypted",
    "token_expires_at",
)


class PontoConnection(models.Model):
    _inherit = "ponto.connection"

    def _fetch_client_fields(self):
        """One statement instead of one for each group of fields."""
        self.sudo().fetch(CLIENT_FIELDS)

    @api.private
    def _client(self, keep_token=True, deadline=None):
        """The Ponto client of this connection.

        :param keep_token: False for a client that is used outside any transaction:
            it begins with the stored token and stores none
        :param deadline: of ``time.monotonic()``: nothing is awaited longer

        :raise Obstacle: where nothing may or can be sent
        :raise encryption.KeyMissing: when this host cannot read the secret
        """
        self.ensure_one()
        obstacle = self._obstacle()
        if obstacle:
            raise Obstacle(obstacle)
        config = ClientConfig(
            api_url=self.api_url,
            client_id=self.client_id,
            client_secret=self._decrypted_client_secret(),
            user_agent=f"Odoo/{release.version} account_ponto_sync",
        )
        store = ConnectionTokenStore(self)
        if not keep_token:
            token, store = store.load(), MemoryTokenStore()
            if token:
                store.save(token)
        return PontoClient(
            config,
            token_store=store,
            clock=clock.aware_now,
            deadline=deadline,
        )

    @api.private
    def _trial_client(self, client_secret):
        """A client that stores nothing: for credentials that are not saved yet, and
        for Ponto's public list, which needs none.

        :raise Obstacle: on any copy of the database, and where the key of what is
            stored is missing
        """
        self.ensure_one()
        neutralized = self._is_neutralized() and "neutralized"
        obstacle = neutralized or self.env["ponto.key"]._get_problem()
        if obstacle:
            raise Obstacle(obstacle)
        config = ClientConfig(
            api_url=self.api_url,
            client_id=self.client_id or "public",
            client_secret=client_secret or "public",
            user_agent=f"Odoo/{release.version} account_ponto_sync",
        )
        return PontoClient(config, clock=clock.aware_now)

    @api.private
    def _obstacle(self):
        """Code of what forbids any request; False where nothing does."""
        self.ensure_one()
        if self._is_neutralized():
            return "neutralized"
        if not self._has_credentials():
            return "no_credentials"
        return self._secret_problem()

    @api.private
    def _is_neutralized(self):
        parameters = self.env["ir.config_parameter"].sudo()
        return bool(parameters.get_param("database.is_neutralized"))

    @api.private
    def _ensure_token(self, deadline=None):
        """Have a token that lasts.

        Of several workers that need one, the first asks and the others find it; the
        token is committed before it is used. Reads nothing through its own cursor.

        :param deadline: of ``time.monotonic()``: nothing is awaited longer
        :raise PontoError: when Ponto gives none
        """
        self.ensure_one()

        def work(env):
            connection = env["ponto.connection"].browse(self.id)
            if connection._token_lasts():
                return True
            # Skips a row that another worker has; raises 40001, and the unit starts
            # again, where it was changed after our snapshot: never a stale token.
            if not connection.try_lock_for_update(allow_referencing=True):
                return False
            if not connection._token_lasts():
                with connection._client(deadline=deadline) as client:
                    client.check_credentials()
            return True

        for _attempt in range(TOKEN_ATTEMPTS):
            if units.run_unit(self.env, work):
                return
            if deadline and time.monotonic() + TOKEN_WAIT > deadline:
                raise OutOfTime("Another worker asks for the token.")
            time.sleep(TOKEN_WAIT)

    def _token_lasts(self):
        expires_at = self.sudo().token_expires_at
        return bool(expires_at and expires_at > clock.now() + TOKEN_MARGIN)
