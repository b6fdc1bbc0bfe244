"""What expressions reach: mail templates, QWeb, server actions, exports. They call any
method of any record, with superuser's rights if they like, and walk along attributes."""

import inspect
import sys
from collections.abc import Mapping
from types import ModuleType

from odoo.models import BaseModel
from odoo.tests import new_test_user, tagged
from odoo.tools import mute_logger
from odoo.tools.safe_eval import _UNSAFE_ATTRIBUTES, safe_eval

from ..tools import encryption
from .rights_world import MODULE, our_models
from .test_attacks import AttackCommon

ADDON = f"odoo.addons.{MODULE}"
TYPED = "marker-typed-reach"
DEPTH = 6
# What else holds secrets, keys or what is made of them, beside our own models.
CORE = ("res.config.settings", "account.journal", "res.company")
# Of the database's own structure; and nothing here commits.
SKIPPED = ("_auto_init", "unlink")
# What a method may be given; None for what is not there.
GUESSES = {
    "client_secret": "x",
    "context": {},
    "date": "2026-01-05",
    "day": "2026-01-05",
    "deadline": None,
    "fields_list": [],
    "state": "x",
    "values": {},
    "vals": {},
    "work": lambda given: given,
}


def walked(value, depth=DEPTH, seen=None):
    """All texts that attributes and calls lead to, as far as safe_eval lets pass."""
    seen = {} if seen is None else seen
    if depth == 0 or id(value) in seen or isinstance(value, (ModuleType, type)):
        return
    seen[id(value)] = value
    if isinstance(value, (str, bytes)):
        yield value if isinstance(value, str) else value.decode(errors="replace")
    elif isinstance(value, Mapping):
        for pair in list(value.items()):
            yield from walked(pair, depth, seen)
    elif isinstance(value, (list, tuple, set, frozenset)):
        for one in value:
            yield from walked(one, depth - 1, seen)
    elif not isinstance(value, BaseModel):
        yield from walked_object(value, depth, seen)


def walked_object(value, depth, seen):
    yield repr(value)
    ours = type(value).__module__.startswith(ADDON)
    for name in dir(value):
        if "__" in name or name in _UNSAFE_ATTRIBUTES:
            continue
        try:
            part = getattr(value, name)
            if ours and callable(part) and not required(part):
                part = part()
        except Exception:  # noqa: BLE001  refused is as good as not there
            continue
        yield from walked(part, depth - 1, seen)


def required(function):
    """Names of the parameters that must be given."""
    try:
        parameters = inspect.signature(function).parameters.values()
    except (TypeError, ValueError):
        return []
    return [
        parameter.name
        for parameter in parameters
        if parameter.default is parameter.empty
        and parameter.kind
        in (parameter.POSITIONAL_ONLY, parameter.POSITIONAL_OR_KEYWORD,
            parameter.KEYWORD_ONLY)
    ]  # fmt: skip


def methods_of_ours(record):
    """Names of all methods that this addon gives a record, private ones too."""
    found = set()
    for base in type(record).__mro__:
        if base.__module__.startswith(ADDON):
            found |= {name for name, part in vars(base).items() if callable(part)}
    return sorted(name for name in found if "__" not in name)


@tagged("post_install", "-at_install")
class TestReach(AttackCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.editor = new_test_user(
            cls.env,
            "ponto_editor",
            groups="base.group_user,mail.group_mail_template_editor",
        )

    def setUp(self):
        super().setUp()
        self.account = self.linked_account()
        self.account.fetch_transactions()
        self.dialog = self.env["ponto.connect"].create(
            {"client_id": "typed", "client_secret": TYPED}
        )
        stored = self.connection.sudo().token_encrypted
        token = encryption.decrypt(stored).plain.split('"')[3]
        self.assertGreater(len(token), 20)
        keys = [key.decode() for key in encryption.read_keys()]
        self.markers = [self.sandbox.client_secret, TYPED, token, *keys]
        self.env.flush_all()

    def records(self):
        """One record of each model, as superuser: an expression may be that."""
        for model in [*our_models(self.env), "ponto.key", *CORE]:
            records = self.env[model].sudo()
            if records._abstract:
                yield records
            elif model == self.connection._name:
                yield self.connection.sudo()
            elif model == "res.config.settings":
                yield records.create({})
            elif records._auto:
                yield records.search([], limit=1, order="id desc") or records

    def leaked(self, texts):
        return {marker for text in texts for marker in self.markers if marker in text}

    def evaluate(self, record, expression, **names):
        """As a server action and an inline template do; taken back afterwards."""
        known = {"record": record, "env": record.env, **names}
        savepoint = self.env.cr.savepoint()
        try:
            with mute_logger("odoo", "py.warnings"):
                return safe_eval(expression, known)
        except Exception as error:  # noqa: BLE001  what is refused may tell, too
            return str(error)
        finally:
            self.env.invalidate_all(flush=False)
            savepoint.close(rollback=True)

    def test_methods(self):
        tried = 0
        for record in self.records():
            for name in methods_of_ours(record):
                if name in SKIPPED or name.startswith("_cron_"):
                    continue
                needed = required(getattr(record, name))
                given = {f"given_{one}": self.guess(one) for one in needed}
                arguments = ", ".join(f"{one}=given_{one}" for one in needed)
                expression = f"record.{name}({arguments})"
                with self.subTest(record._name, method=name):
                    value = self.evaluate(record, expression, **given)
                    self.assertFalse(self.leaked(walked(value)))
                tried += 1
        self.assertGreater(tried, 500)

    def guess(self, name):
        guesses = {
            **GUESSES,
            "connection": self.connection.sudo(),
            "name": "client_secret_encrypted",
            "number": self.connection.id,
            "plain": "x",
            "record": self.connection.sudo(),
            "records": self.connection.sudo(),
            "stored": self.connection.sudo().client_secret_encrypted,
        }
        return guesses.get(name)

    def test_fields_and_exports(self):
        for record in self.records():
            for name in record._fields:
                with self.subTest(record._name, field=name):
                    value = self.evaluate(record, f"record.{name}")
                    self.assertFalse(self.leaked(walked(value)))
            names = [
                name
                for name, field in record._fields.items()
                if not field.relational and not record._abstract
            ]
            value = self.evaluate(record, "record.export_data(names)", names=names)
            with self.subTest(record._name):
                self.assertFalse(self.leaked(walked(value)))

    def test_templates(self):
        """As issue 15 had it: no accounting rights, and both companies' secrets."""
        partner = self.editor.partner_id
        for expression in (
            "object.env['ponto.connection'].sudo().search([])[:1]._decrypted_client_secret()",
            "object.env['ponto.connection'].sudo().search([])[:1]._client()"
            "._gateway._config.client_secret",
            "object.env['ponto.connection'].sudo().search([])[:1]._client()"
            "._gateway._tokens.current().access_token",
            "object.env['ponto.key'].sudo()._hand_out()",
            "object.env['ponto.connect'].sudo().search([])[:1]._typed_secret()",
            "object.env['ponto.key'].sudo()._judge("
            "object.env['ponto.connection'].sudo().search([])[:1]"
            ".client_secret_encrypted)",
        ):
            for engine, source in (
                ("inline_template", "{{ %s }}" % expression),  # noqa: UP031
                ("qweb", f'<t t-out="{expression}"/>'),
            ):
                with self.subTest(expression, engine=engine):
                    self.assertFalse(
                        self.leaked([self.render(partner, source, engine)])
                    )

    def render(self, partner, source, engine):
        renderer = self.env["mail.render.mixin"].with_user(self.editor)
        try:
            with (
                self.env.cr.savepoint(),
                mute_logger("odoo.addons.mail.models.mail_render_mixin"),
            ):
                found = renderer._render_template(
                    source, "res.partner", partner.ids, engine=engine
                )
        except Exception as error:  # noqa: BLE001
            return str(error)
        return str(found)

    @mute_logger("py.warnings")
    def test_modules_keep_nothing(self):
        """A format string reaches the variables of a method's module."""
        for name, module in list(sys.modules.items()):
            if not name.startswith(ADDON) or name.startswith(f"{ADDON}.tests"):
                continue
            for variable, value in vars(module).items():
                if variable.startswith("__") or isinstance(value, ModuleType):
                    continue
                with self.subTest(name, variable=variable):
                    self.assertFalse(self.leaked(walked(value, depth=4)))
