"""Texts that an upgrade leaves alone (``noupdate``), where nobody has changed them."""

from odoo import SUPERUSER_ID, api

_ACTIVITY = ("Bank feed needs a person", "Bank feed needs attention")
_DESCRIPTION = (
    "To whoever renews: at most one a day, for all banks and companies",
    "Sent to the renewal contact: at most one a day, for all banks and companies",
)
_MAIL = (
    (
        "Look for the bank and the account, and renew",
        "Find the bank and the account, and renew",
    ),
    (
        "Odoo notices by itself and fetches everything that has come in the meantime.",
        "Odoo detects the renewal automatically and fetches the missing transactions.",
    ),
    (
        "If that is somebody else, please hand this message on. It can be done before "
        "the end, too. Ponto sends messages of its own about it.",
        "If you are not that person, please forward this message. The permission can "
        "also be renewed before it ends. Ponto also sends its own messages about it.",
    ),
)


def migrate(cr, version):
    """Replace sentences of the earlier version by those of this one."""
    env = api.Environment(cr, SUPERUSER_ID, {"lang": "en_US"})
    activity = _find(env, "mail_activity_type_attention")
    for name in ("name", "summary") if activity else ():
        if activity[name] == _ACTIVITY[0]:
            activity[name] = _ACTIVITY[1]
    template = _find(env, "mail_template_renewal")
    if not template:
        return
    if template.description == _DESCRIPTION[0]:
        template.description = _DESCRIPTION[1]
    body = str(template.body_html or "")
    for old, new in _MAIL:
        body = body.replace(old, new)
    if body != str(template.body_html or ""):
        template.body_html = body


def _find(env, name):
    """The record, or None where somebody deleted it."""
    return env.ref(f"account_ponto_sync.{name}", raise_if_not_found=False)
