"""Everything that rights are about, found in the registry and not listed by hand: a new
model, field or method takes part by itself."""

import inspect

from odoo import Command
from odoo.exceptions import AccessError
from odoo.models import MAGIC_COLUMNS, BaseModel
from odoo.service.model import call_kw

MODULE = "account_ponto_sync"
# Methods of core that we extend: callable before us, and checked by core itself.
EXTENDED = {
    "copy",
    "create",
    "default_get",
    "execute_import",
    "export_data",
    "onchange",
    "open_action",
    "open_action_with_context",
    "open_invalid_statements_action",
    "read",
    "unlink",
    "write",
}
# Core models that a record of ours may point at, or that have methods of ours.
CORE = ("account.journal", "account.bank.statement.line", "account.bank.statement")
RELATIONS = ("many2one", "many2many", "one2many")
# What a required field gets that is no relation.
# Also filled in a dialog, whether it must be or not.
FILLED = ("boolean", "char", "date", "selection")
SOME_VALUE = {"char": "x", "date": "2026-01-05", "datetime": "2026-01-05 09:00:00"}


def our_models(env):
    """Names of the models that this addon brings, without abstract ones."""
    return sorted(
        name
        for name, cls in env.registry.items()
        if cls._original_module == MODULE and not cls._abstract
    )


def our_fields(model):
    """Fields that this addon brings to a model, whosever the model is."""
    return {
        name: field
        for name, field in model._fields.items()
        if MODULE in field._modules and name not in MAGIC_COLUMNS
    }


def public_methods(env):
    """``{model: names}``: what a remote call reaches, besides what core brings."""
    found = {}
    for model, cls in env.registry.items():
        for base in cls.__mro__:
            if not base.__module__.startswith(f"odoo.addons.{MODULE}"):
                continue
            if not issubclass(base, BaseModel):
                continue
            for name, method in vars(base).items():
                if (
                    inspect.isfunction(method)
                    and not name.startswith("_")
                    and name not in EXTENDED
                    and not getattr(getattr(cls, name), "_api_private", False)
                ):
                    found.setdefault(model, set()).add(name)
    return found


def remote_call(model, name, *args, **kwargs):
    """What XML-RPC, JSON-RPC and the web client do with a call."""
    return call_kw(model, name, list(args), kwargs)


class EveryModel:
    """One record of each model of ours, all of one company and made by one user.

    What a fetch makes is there already; the others, dialogs above all, are made from
    their fields and point at the records of this world.
    """

    def __init__(self, user, account):
        """:param account: an online account with journal, lines and transactions"""
        self.user = user
        self.env = account.with_user(user).env
        lines = (
            account.journal_id.sudo()
            .env["account.bank.statement.line"]
            .search([("journal_id", "=", account.journal_id.id)])
        )
        self.records = {
            "account.journal": account.journal_id,
            "account.bank.statement.line": lines[:1],
            "res.company": account.company_id,
            "res.config.settings": account.sudo()
            .env["res.config.settings"]
            .create({"company_id": account.company_id.id}),
            "res.partner": account.sudo()
            .env["res.partner"]
            .create(
                {
                    "name": f"Contact of {account.company_id.name}",
                    "company_id": account.company_id.id,
                }
            ),
            "ponto.connection": account.connection_id,
            "ponto.provider.account": account.provider_account_id,
            "ponto.online.account": account,
            "ponto.transaction": account.transaction_ids[:1],
            "ponto.sync.run": account.run_ids[:1],
            "ponto.balance": account.balance_ids[:1],
        }
        self.records["account.bank.statement"] = lines[:1].statement_id or lines.env[
            "account.bank.statement"
        ].create({"name": "Statement", "line_ids": [Command.set(lines[:1].ids)]})
        self._make_the_others()

    def __getitem__(self, model):
        return self.records[model]

    def __contains__(self, model):
        return model in self.records

    def _make_the_others(self):
        waiting = [name for name in our_models(self.env) if name not in self]
        while waiting:
            ready = [name for name in waiting if not self._lacking(name)]
            if not ready:
                message = f"make one by hand of: {waiting}"
                raise LookupError(message)
            for name in ready:
                self.records[name] = self._made_already(name) or self.make(name)
                waiting.remove(name)

    def _lacking(self, name):
        """Required relations to what is not there yet."""
        return [
            field.name
            for field in self.env[name]._fields.values()
            if field.type == "many2one"
            and field.required
            and field.store
            and not field.default
            and field.comodel_name not in (*self.records, "res.users")
        ]

    def _made_already(self, name):
        """As the lines are that come with a dialog."""
        model = self.env[name].sudo()
        return model.search([("create_uid", "=", self.user.id)], limit=1)

    def make(self, name):
        """As the user, or as somebody with more rights would for this user."""
        try:
            with self.env.cr.savepoint():
                return self.env[name].create(self.values(name))
        except AccessError:
            return self.env[name].sudo().create(self.values(name))

    def values(self, name):
        """What a new record of a model gets: required values, and in a dialog all that
        it may point at."""
        model = self.env[name]
        values = {}
        if name in CORE:
            return values
        for field in model._fields.values():
            if not field.store or field.compute or field.name in MAGIC_COLUMNS:
                continue
            if field.groups or not (field.required or model._transient):
                continue
            if field.type in ("many2one", "many2many"):
                value = self._relation(name, field)
            elif field.default or not (field.required or field.type in FILLED):
                continue
            else:
                value = _some_value(field)
            if value:
                values[field.name] = value
        return values

    def _relation(self, model, field):
        comodel = field.comodel_name
        if comodel == "res.users":
            return self.user.id
        if comodel == model or comodel not in self:
            return None
        target = self[comodel]
        return target.id if field.type == "many2one" else [Command.set(target.ids)]


def _some_value(field):
    if field.type == "selection":
        return field.selection[0][0]
    return SOME_VALUE.get(field.type, 1)


def foreign_value(field, target):
    """A relation's value as a program sends it, pointing at one record."""
    return target.id if field.type == "many2one" else [Command.link(target.id)]
