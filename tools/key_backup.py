"""The key for the backup, once; and who was given it.

That is noted beside the key, where nobody who merely has Odoo or SQL deletes or forges
it. One key serves all databases of a data directory (docs/adr/0023-one-key.md), so it is
handed out once for all of them. A function, not a method: see ``secret_store``.
"""

import json
import logging

from odoo import fields
from odoo.exceptions import UserError

from . import clock, encryption

_logger = logging.getLogger(__name__)

# Where versions before 19.0.5 noted it.
OLD_PARAMETER = "account_ponto_sync.key_saved"


def hand_out(env):
    """The key, for the one who may have it now; noted before it is given.

    :raise UserError: where it was handed out before, or cannot be noted
    """
    keys = env["ponto.key"]
    ids = keys._get_key_ids()
    try:
        if not keys._is_offered(ids) or not _note(ids, _entry(env)):
            raise UserError(keys._get_refused_text(ids))
    except encryption.KeyNotWritten as error:
        raise UserError(
            env._(
                "The key is not shown, because its recipient cannot be recorded: "
                "%(reason)s. The server's administrator must free disk space there "
                "or correct the access rights; then try again.",
                reason=error,
            )
        ) from None
    _logger.info("User %s was given the key of the bank secrets (%s)", env.uid, ids)
    return ",".join(key.decode() for key in encryption.read_keys())


def noted(ids):
    """Who was given these keys: ``{"database", "user", "at"}``, the moment naive UTC;
    {} for nobody, and no moment where what stands there cannot be read."""
    try:
        note = json.loads(_file(ids).read_text(encoding="utf-8"))
        at = fields.Datetime.to_datetime(note["at"])
        return {"database": note["database"], "user": note["user"], "at": at}
    except FileNotFoundError:
        return {}
    except (OSError, ValueError, TypeError, KeyError):
        return {"at": False}


def take_over_old_note(env):
    """For the update: what a parameter tells of the present keys, beside them now."""
    parameters = env["ir.config_parameter"].sudo()
    text = parameters.get_param(OLD_PARAMETER)
    parameters.search([("key", "=", OLD_PARAMETER)]).unlink()
    ids = env["ponto.key"]._get_key_ids()
    try:
        old = json.loads(text or "{}")
        if not ids or old.get("keys") != ids:
            return
        user = env["res.users"].browse(old["user_id"]).exists()
        entry = {**_entry(env), "user": user.name, "at": old["at"]}
        _note(ids, entry)
    except (
        ValueError,
        TypeError,
        KeyError,
        AttributeError,
        encryption.KeyNotWritten,
    ) as error:
        _logger.info("Who saved the key is not known any more: %s", type(error))


def _entry(env):
    return {
        "database": env.cr.dbname,
        "user": env.user.name,
        "at": fields.Datetime.to_string(clock.now()),
    }


def _note(ids, entry):
    """:return: False where somebody was given them already, at this moment included"""
    return encryption.write_once(_file(ids), json.dumps(entry).encode())


def _file(ids):
    path = encryption.key_file()
    return path.with_name(f"{path.name}.saved.{'-'.join(ids)}")
