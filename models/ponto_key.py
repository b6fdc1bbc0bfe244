"""Everything that is encrypted, taken together: whether this host can read it and whose
it is, another key for it, and its take-over by a copy of the database."""

import logging
import time
from collections import Counter

from odoo import api, models
from odoo.exceptions import UserError

from . import encryption, units
from .ponto_secret_mixin import SECRET_FIELDS
from .problems import problem_text

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
    def _judge(self, stored):
        """``key_missing``, ``copy`` (stored by or for another database) or False."""
        try:
            identity = encryption.decrypt(stored).identity
        except encryption.KeyMissing:
            return "key_missing"
        own = self.env["ponto.database.identity"]._get_identity()
        return False if identity and identity.is_same(own) else "copy"

    @api.model
    @api.private
    def _survey(self):
        """How many stored values are how; see :meth:`_judge`."""
        return Counter(self._judge(stored) for _, _, stored in self._get_stored())

    @api.model
    @api.private
    def _get_problem(self):
        """Code of what stands against using any secret here; False where nothing does.

        One value that this host cannot read, or that was stored for another database,
        is enough: no new one is put beside it.
        """
        survey = self._survey()
        return next((code for code in ("key_missing", "copy") if survey[code]), False)

    # === ENCRYPTING === #

    @api.model
    @api.private
    def _encrypt(self, plain):
        """Ciphertext of a secret that a person enters; makes the first key.

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
            return encryption.encrypt(
                plain,
                self.env["ponto.database.identity"]._get_identity(),
                may_create_key=not survey,
            )
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
            return env["ponto.key"]._rotate_value(env[record._name], record.id, name)

        for _attempt in range(ATTEMPTS):
            outcome = units.run_unit(self.env, work)
            if outcome != "busy":
                return outcome
            time.sleep(WAIT)
        return "busy"

    def _rotate_value(self, records, number, name):
        record = records.sudo().browse(number).exists()
        if not record:
            return "already"
        # False while another worker has it; raises 40001 where it was changed after
        # our snapshot, and the unit starts again.
        if not record.try_lock_for_update(allow_referencing=True):
            return "busy"
        stored = record[name]
        if not stored:
            return "already"
        try:
            rotated = encryption.rotate(stored)
        except encryption.KeyMissing:
            return "unreadable"
        if rotated == stored:
            return "already"
        record.write({name: rotated})
        return "rotated"

    # === WHOSE IT IS === #

    @api.model
    @api.private
    def _take_over(self):
        """Store every secret for this database; tokens are forgotten.

        :return: the connections that were stored for another one
        :raise UserError: with nothing changed, when one cannot be read here
        """
        stored = self._get_stored()
        judged = [(self._judge(text), *rest) for *rest, text in stored]
        if any(problem == "key_missing" for problem, *_ in judged):
            raise UserError(problem_text(self.env, "key_missing"))
        taken = self.env["ponto.connection"].sudo()
        for problem, record, name in judged:
            if problem == "copy":
                self._store_for_this_database(record, name)
                taken |= record
        return taken

    def _store_for_this_database(self, record, name):
        if name == "token_encrypted":
            # Asked for anew: the original goes on with its own.
            record._forget_token()
            return
        plain = encryption.decrypt(record[name]).plain
        identity = self.env["ponto.database.identity"]._get_identity()
        record.write({name: encryption.encrypt(plain, identity, may_create_key=False)})

    @api.model
    @api.private
    def _mark_old_values(self):
        """Values of the first version are this database's: for the update alone.

        What this host cannot read stays as it is, and is nobody's until somebody takes
        it over.

        :return: how many were marked
        """
        marked = 0
        for record, name, stored in self._get_stored(with_dialogs=True):
            try:
                is_old = encryption.decrypt(stored).identity is None
            except encryption.KeyMissing:
                continue
            if is_old:
                self._store_for_this_database(record, name)
                marked += 1
        return marked
