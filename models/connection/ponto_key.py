"""Everything that is encrypted, taken together: whether this host can read it and whose
it is, another key for it, and its take-over by a copy of the database."""

import logging
import time
from collections import Counter

from odoo import api, models
from odoo.exceptions import UserError

from ...tools import encryption, secret_store, units
from ...wording.problems import problem_text
from .ponto_secret_mixin import SECRET_FIELDS

_logger = logging.getLogger(__name__)

# How long to wait for a worker that is about to store a token.
ATTEMPTS = 40
WAIT = 0.25  # seconds
# Where the making of a key is noted, so that no two hosts make one at once.
KEY_MADE = "account_ponto_sync.key_made"


class PontoKey(models.AbstractModel):
    """The key of this host, and what it should open."""

    _name = "ponto.key"
    _description = "Key of the bank secrets"

    # === WHAT IS STORED === #

    def _get_encrypted_fields(self):
        """Model and field of every stored ciphertext."""
        return [
            (model, name)
            for model in sorted(self.env.registry)
            if not self.env[model]._abstract
            for name in SECRET_FIELDS
            if name in self.env[model]._fields and self.env[model]._fields[name].store
        ]

    @api.model
    @api.private
    def _get_stored(self, *, with_dialogs=False):
        """Record, field and ciphertext of everything encrypted, archived included.

        :param with_dialogs: with what stands in dialogs, which is erased in the hour
        """
        found = []
        for model, name in self._get_encrypted_fields():
            if self.env[model]._transient and not with_dialogs:
                continue
            records = self.env[model].sudo().with_context(active_test=False)
            records = records.search([(name, "!=", False)], order="id")
            found += [(record, name, record[name]) for record in records]
        return found

    @api.model
    @api.private
    def _judge(self, record, name):
        """``key_missing``, ``misplaced`` (stored for another place), ``copy`` (stored by
        or for another database) or False; also where nothing is stored."""
        stored = record.sudo()[name]
        if not stored:
            return False
        try:
            opened = encryption.decrypt(stored)
        except encryption.KeyMissing:
            return "key_missing"
        return secret_store.judge(record, name, opened)

    @api.model
    @api.private
    def _survey(self):
        """How many stored values are how; see :meth:`_judge`."""
        return Counter(
            self._judge(record, name) for record, name, _text in self._get_stored()
        )

    @api.model
    @api.private
    def _get_problem(self):
        """Code of what stands against using any secret here; False where nothing does.

        One value that this host cannot read, or that was stored for another database,
        is enough: no new one is put beside it. What is misplaced is its record's trouble.
        """
        survey = self._survey()
        return next((code for code in ("key_missing", "copy") if survey[code]), False)

    # === ENCRYPTING === #

    @api.model
    @api.private
    def _encrypt(self, record, name, plain):
        """Ciphertext of a secret that a person enters; makes the first key.

        :param record: where it is stored, and in which field
        :raise UserError: when what is stored already is unreadable here, or belongs to
            another database
        """
        survey = self._survey()
        if survey["copy"]:
            raise UserError(problem_text(self.env, "copy"))
        try:
            if survey["key_missing"]:
                raise encryption.KeyMissing
            if not survey and not encryption.read_keys():
                self._reserve_key()
            return secret_store.seal(record, name, plain, may_create_key=not survey)
        except encryption.KeyMissing:
            raise UserError(
                self.env._(
                    "The key that protects bank secrets is not on this server. "
                    "Restore the key file %(file)s or set %(variable)s, then try "
                    "again; nothing was changed.",
                    file=encryption.KEY_FILE,
                    variable=encryption.ENVIRONMENT_VARIABLE,
                )
            ) from None
        except encryption.KeyNotWritten as error:
            raise UserError(
                self.env._(
                    "The key that protects bank secrets could not be written to "
                    "%(file)s on this server: %(reason)s. The server's administrator "
                    "must free disk space there or correct the access rights; then "
                    "try again. Nothing was changed.",
                    file=encryption.key_file(),
                    reason=error,
                )
            ) from None

    def _reserve_key(self):
        """Two hosts that store their first secret at once would make two keys: the
        second one waits here, and starts again (40001) with the first one's secret in
        sight."""
        self.env.cr.execute(
            """
            INSERT INTO ir_config_parameter (key, value)
                 VALUES (%s, now()::text)
            ON CONFLICT (key) DO UPDATE SET value = EXCLUDED.value""",
            [KEY_MADE],
        )

    # === ANOTHER KEY === #

    @api.model
    @api.private
    def _rotate(self):
        """Encrypt everything with the first key of this host; harmless to repeat.

        Each value in a transaction of its own that waits for who is at work on it, so
        that nothing stored meanwhile is lost. Whose a value is stays as it is.

        :return: how many were ``rotated``, were so ``already``, are ``unreadable``
            here, or were ``busy`` all the time
        """
        outcomes = Counter()
        for record, name, _stored in self._get_stored(with_dialogs=True):
            outcomes[self._rotate_patiently(record, name)] += 1
        self.env.invalidate_all()
        _logger.info("Ponto secrets under another key: %s", dict(outcomes))
        return outcomes

    def _rotate_patiently(self, record, name):
        def work(env):
            return secret_store.rotate_value(env[record._name], record.id, name)

        for _attempt in range(ATTEMPTS):
            outcome = units.run_unit(self.env, work)
            if outcome != "busy":
                return outcome
            time.sleep(WAIT)
        return "busy"

    # === WHOSE IT IS === #

    @api.model
    @api.private
    def _take_over(self):
        """Store every secret for this database; tokens are forgotten.

        :return: the connections that were stored for another one
        :raise UserError: with nothing changed, when one cannot be read here
        """
        judged = [
            (self._judge(record, name), record, name)
            for record, name, _text in self._get_stored()
        ]
        if any(problem == "key_missing" for problem, *_ in judged):
            raise UserError(problem_text(self.env, "key_missing"))
        taken = self.env["ponto.connection"].sudo()
        for problem, record, name in judged:
            if problem == "copy":
                secret_store.store_for_this_database(record, name)
                taken |= record
        return taken
