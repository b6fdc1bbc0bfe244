"""What the settings tell of the key; the key itself is given by ``key_backup``."""

from odoo import api, models
from odoo.exceptions import UserError
from odoo.tools import format_datetime

from ...tools import encryption, key_backup


class PontoKey(models.AbstractModel):
    _inherit = "ponto.key"

    @api.model
    @api.private
    def _describe(self):
        """What the settings show, in the reader's language."""
        ids = self._get_key_ids()
        survey = self._survey()
        stored = [text for _, _, text in self._get_stored(with_dialogs=True)]
        return {
            "place": self._get_place_text(),
            "ids": ", ".join(ids),
            "reads": self._get_reads_text(survey),
            "saved": self._get_saved_text(ids),
            "is_offered": self._is_offered(ids),
            "is_copy": bool(survey["copy"]),
            "old_count": sum(text.split(":")[1:2] != ids[:1] for text in stored),
        }

    def _get_key_ids(self):
        try:
            return [encryption.key_id(key) for key in encryption.read_keys()]
        except encryption.KeyMissing:
            return []

    def _get_place_text(self):
        return {
            "environment": self.env._(
                "in the environment variable %s of this server",
                encryption.ENVIRONMENT_VARIABLE,
            ),
            "config": self.env._(
                "in the option %s of odoo.conf on this server", encryption.CONFIG_OPTION
            ),
            "file": self.env._("in the file %s on this server", encryption.key_file()),
        }[encryption.key_place()]

    def _get_reads_text(self, survey):
        total, missing = survey.total(), survey["key_missing"]
        if not total:
            return self.env._("Nothing is encrypted at present.")
        if missing:
            return self.env._(
                "Key missing on this host: %(missing)s of %(total)s stored values "
                "cannot be read here.",
                missing=missing,
                total=total,
            )
        return self.env._("All stored values can be read (%s).", total)

    # === THE COPY FOR THE BACKUP === #

    def _is_offered(self, ids):
        """Only a file's key: the others were put there by somebody who has them."""
        is_file = bool(ids) and encryption.key_place() == "file"
        return is_file and not key_backup.noted(ids)

    def _get_saved_text(self, ids):
        if not ids or encryption.key_place() != "file":
            return ""
        note = key_backup.noted(ids)
        if not note:
            return self.env._("This key has not been saved yet.")
        if not note["at"]:
            return self.env._("The key was saved before.")
        values = {
            "user": note["user"] or self.env._("a deleted user"),
            "moment": format_datetime(self.env, note["at"], dt_format="short"),
        }
        if note["database"] == self.env.cr.dbname:
            return self.env._("The key was saved by %(user)s on %(moment)s.", **values)
        return self.env._(
            "The key, which all databases of this server share, was saved by %(user)s "
            "of the database %(database)s on %(moment)s.",
            database=note["database"],
            **values,
        )

    def _get_refused_text(self, ids):
        parts = [
            self.env._("The key is shown once only."),
            self._get_saved_text(ids),
            self.env._("The key is stored %s.", self._get_place_text()),
        ]
        return " ".join(filter(None, parts))

    @api.model
    @api.private
    def _check_offered(self):
        """:raise UserError: in words, where there is nothing to show (any more)"""
        ids = self._get_key_ids()
        if not self._is_offered(ids):
            raise UserError(self._get_refused_text(ids))

    # === WHAT ROTATING DID === #

    @api.model
    @api.private
    def _tell_rotated(self, outcomes):
        """A notification with :meth:`_rotate`'s result."""
        is_done = not (outcomes["unreadable"] or outcomes["busy"])
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "title": self.env._("Encrypted with the first key"),
                "message": self._get_rotated_text(outcomes),
                "type": "success" if is_done else "danger",
                "sticky": not is_done,
                "next": {"type": "ir.actions.client", "tag": "soft_reload"},
            },
        }

    @api.model
    @api.private
    def _get_rotated_text(self, outcomes):
        """What came of it, and whether the old key may go."""
        parts = [
            self.env._(
                "%(rotated)s values re-encrypted, %(already)s already used the first "
                "key.",
                rotated=outcomes["rotated"],
                already=outcomes["already"],
            )
        ]
        if outcomes["unreadable"]:
            parts.append(
                self.env._(
                    "%s cannot be read with the keys of this host: keep every old key.",
                    outcomes["unreadable"],
                )
            )
        if outcomes["busy"]:
            parts.append(
                self.env._("%s are in use at the moment: try again.", outcomes["busy"])
            )
        if not (outcomes["unreadable"] or outcomes["busy"]):
            parts.append(self.env._("This database needs no other key any more."))
        return " ".join(parts)
