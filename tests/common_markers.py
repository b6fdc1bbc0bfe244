"""Whatever Odoo says or keeps, searched for words that must not be in it."""

import base64
import json
import logging
import traceback

from ..tools import encryption

OURS = "odoo.addons.account_ponto_sync"
# At level DEBUG. odoo.sql_db is not: whoever logs each statement logs what is stored,
# the bank's texts included; secrets are ciphertext there.
TALKATIVE = (
    OURS,
    "requests",
    "urllib3",
    "odoo.http",
    "odoo.addons.base.models.ir_cron",
)
# Where a person who keeps books is meant to find numbers, names and texts.
MEANT_TO_SHOW = frozenset(
    {
        "account_number",
        "counterpart_name",
        "description",
        "display_name",
        "flag_text",
        "history",
        "history_text",
        "holder_name",
        "label",
        "name",
        "narration",
        "note",
        "partner_name",
        "payment_ref",
        "ponto_details",
        "ponto_ref",
        "raw",
        "raw_text",
        "reference",
        "ref",
        "summary",
        "transaction_details",
    }
)


class EveryRecord(logging.Handler):
    """Keeps all that a formatter could print of each log record."""

    def __init__(self):
        super().__init__()
        self.texts = []

    def emit(self, record):
        parts = [record.name, record.getMessage(), repr(record.args)]
        if record.exc_info:
            parts += traceback.format_exception(*record.exc_info)
        parts += filter(None, [record.exc_text, record.stack_info])
        self.texts.append("\n".join(parts))


class Markers:
    """Mixin: words to look for, and the places to look at."""

    def keep_logs(self):
        """Every log record from now on, ours and the HTTP libraries' at DEBUG."""
        keeper = EveryRecord()
        root = logging.getLogger()
        root.addHandler(keeper)
        self.addCleanup(root.removeHandler, keeper)
        for name in TALKATIVE:
            logger = logging.getLogger(name)
            self.addCleanup(logger.setLevel, logger.level)
            logger.setLevel(logging.DEBUG)
        # Shown in no run's log: DEBUG would fill it, and provoked errors fail it.
        for handler in root.handlers:
            if handler is not keeper:
                self.mute(handler)
        return keeper

    def mute(self, handler):
        def is_shown(record):
            return ".tests" in record.name

        handler.addFilter(is_shown)
        self.addCleanup(handler.removeFilter, is_shown)

    def secret_words(self, *secrets):
        """The secrets, and the forms in which they travel.

        :param secrets: pairs of client id and client secret
        """
        words = {"Bearer ", "Basic "}
        for client_id, secret in secrets:
            pair = f"{client_id}:{secret}".encode()
            words |= {secret, base64.b64encode(pair).decode()}
            words.add(base64.b64encode(secret.encode()).decode().rstrip("="))
        words.add(encryption.key_file().read_text().strip())
        return words

    def assert_free(self, text, words, where):
        for word in words:
            place = str(text).find(word)
            if place >= 0:
                self.fail(
                    f"{where} has {word!r}: …{str(text)[max(place - 200, 0) :][:400]}"
                )

    def told(self):
        """What is told to people or kept about what happened: texts by place."""
        everything = self.env(su=True)
        for model, names in (
            ("mail.message", ("subject", "body", "tracking_value_ids")),
            ("mail.mail", ("subject", "body_html", "email_to")),
            ("mail.activity", ("summary", "note")),
            ("ponto.sync.run", ("message_code", "message", "problem_values")),
            ("ponto.online.account", ("status_message", "problem_values")),
            ("ponto.connection", ("status_message", "problem_values")),
            ("ponto.provider.account", ("state_message",)),
            ("ponto.transaction", ("hold_code",)),
        ):
            # Core writes an account number into the chatter of whom it belongs to.
            domain = [("model", "like", "ponto.")] if model == "mail.message" else []
            records = everything[model].with_context(active_test=False).search(domain)
            for name in names:
                if name == "tracking_value_ids":
                    for value in records.sudo().tracking_value_ids:
                        yield model, f"{value.old_value_char} {value.new_value_char}"
                elif name in records._fields:
                    for record in records:
                        yield f"{model}.{name}", str(record[name])

    def shown(self, user):
        """What the web client gets for forms and lists: model, field, JSON of values."""
        for name in sorted(self.env.registry):
            model = self.env[name].with_user(user)
            ours = name.startswith("ponto.") or name == "account.bank.statement.line"
            if not ours or model._abstract or not model.has_access("read"):
                continue
            fields = model.fields_get(attributes=["type"])
            records = model.with_context(active_test=False).search([])
            for row in records.web_read({field: {} for field in fields}):
                for field, value in row.items():
                    yield name, field, json.dumps(value, default=str)
