"""What the settings tell of the key, and the key itself for the backup: once."""

import json

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import format_datetime

from . import clock, encryption

# Who was given which key for the backup, and when.
SAVED = "account_ponto_sync.key_saved"


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
        return self.env._("Reads all stored values (%s).", total)

    # === THE COPY FOR THE BACKUP === #

    def _get_saved(self):
        """Which keys were handed out, to whom, when; {} for none."""
        parameters = self.env["ir.config_parameter"].sudo()
        try:
            saved = json.loads(parameters.get_param(SAVED) or "{}")
        except ValueError:
            return {}
        return saved if isinstance(saved, dict) else {}

    def _is_offered(self, ids):
        """Only a file's key: the others were put there by somebody who has them."""
        saved = self._get_saved().get("keys") == ids
        return bool(ids) and encryption.key_place() == "file" and not saved

    def _get_saved_text(self, ids):
        if not ids or encryption.key_place() != "file":
            return ""
        saved = self._get_saved()
        if saved.get("keys") != ids:
            return self.env._("Nobody has saved this key yet.")
        user = self.env["res.users"].sudo().browse(saved.get("user_id")).exists()
        return self.env._(
            "The key was saved by %(user)s on %(moment)s.",
            user=user.name or self.env._("a deleted user"),
            moment=format_datetime(
                self.env,
                fields.Datetime.to_datetime(saved.get("at")),
                dt_format="short",
            ),
        )

    @api.model
    @api.private
    def _hand_out(self):
        """The key, in an action that is shown and stored nowhere."""
        ids = self._get_key_ids()
        if not self._is_offered(ids):
            raise UserError(
                " ".join(
                    filter(
                        None,
                        [
                            self.env._("The key is shown once only."),
                            self._get_saved_text(ids),
                            self.env._("It lies %s.", self._get_place_text()),
                        ],
                    )
                )
            )
        saved = {
            "keys": ids,
            "user_id": self.env.uid,
            "at": fields.Datetime.to_string(clock.now()),
        }
        parameters = self.env["ir.config_parameter"].sudo()
        parameters.set_param(SAVED, json.dumps(saved))
        keys = ",".join(key.decode() for key in encryption.read_keys())
        return {
            "type": "ir.actions.client",
            "tag": "account_ponto_sync.support_information",
            "name": self.env._("Key of the bank secrets"),
            "params": {
                "text": keys,
                "note": self.env._(
                    "Keep it apart from the backups of the database; Odoo does not "
                    "show it again. Restoring: put it into the file %s on the new "
                    "server.",
                    encryption.KEY_FILE,
                ),
                # The dialog that asked for the password.
                "next": {"type": "ir.actions.act_window_close"},
            },
        }

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
                "%(rotated)s values re-encrypted, %(already)s were so already.",
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
                self.env._("%s are in use at the moment: repeat.", outcomes["busy"])
            )
        if not (outcomes["unreadable"] or outcomes["busy"]):
            parts.append(self.env._("This database needs no other key any more."))
        return " ".join(parts)
