"""What somebody tries by remote calls who has every right, but in another company; and
what an employee, a customer and a system administrator without accounting try.

Models, fields and methods come from the registry: what is new is drilled by itself.
"""

import functools
import inspect

from odoo import Command
from odoo.exceptions import UserError
from odoo.tests import new_test_user, tagged

from .common import PontoCommon, account_seed, seed, transaction
from .rights_page import PAGE, read_page
from .rights_world import (
    CORE,
    RELATIONS,
    EveryModel,
    foreign_value,
    our_fields,
    our_models,
    public_methods,
    remote_call,
)

OURS = {"client_id": "own-integration-77", "client_secret": "own-secret"}
VICTIM = "Geheime Holding NV"
# What stands in the victim's records and may stand in no answer.
MARKERS = ("BE43068999999501", "9501", "Geheim", "98765.43", "Kempische", "4321.09")
# Settings of the whole database are the system administrator's, whatever the company.
OF_THE_DATABASE = {("system", "res.config.settings")}
# Tables of core that somebody else's click could change, beside ours.
TABLES = (
    "account_bank_statement",
    "account_bank_statement_line",
    "account_journal",
    "account_move",
    "account_move_line",
    "ir_cron_trigger",
    "mail_activity",
    "mail_followers",
    "mail_mail",
    "mail_message",
)


class DrillCommon(PontoCommon):
    """A victim and its attackers; each has a record of every model."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        groups = read_page(PAGE.read_text(encoding="utf-8")).users
        names = ",".join(groups.values()).split(",")
        everything = ",".join(
            sorted(set(names) - {"base.group_portal", "base.group_system"})
        )
        cls.victim_company = cls.company
        cls.victim_company.name = VICTIM
        cls.own_company = cls.new_company("Peeters Vastgoed")
        cls.victim = cls.make_user("victim", everything, cls.victim_company)
        cls.stranger = cls.make_user("stranger", everything, cls.own_company)
        cls.attackers = {
            "stranger": cls.stranger,
            "employee": cls.make_user("employee", "base.group_user", cls.company),
            "portal": cls.make_user("portal", "base.group_portal", cls.company),
            "system": cls.make_user("system", "base.group_system", cls.company),
        }

    @classmethod
    def make_user(cls, name, groups, company):
        return new_test_user(
            cls.env,
            f"drill_{name}",
            groups=groups,
            company_id=company.id,
            company_ids=[(6, 0, company.ids)],
        )

    @classmethod
    def seed_document(cls):
        secret = account_seed(
            transaction(1, "2026-01-05", "4321.09", counterpartName="Geheim BV"),
            transaction(2, "2026-01-06", "-17.00", remittanceInformation="Geheim 2"),
            id="acc-victim",
            institution="bank-c",
            reference="BE43068999999501",
            holderName=VICTIM,
            opening_balance="98765.43",
        )
        own = account_seed(transaction(3, "2026-01-05", "1.00"), id="acc-own")
        document = seed([secret, own])
        document["integrations"][0]["accounts"] = ["acc-victim"]
        document["integrations"].append(
            {**OURS, "scope": "ai", "accounts": ["acc-own"]}
        )
        return document

    def setUp(self):
        super().setUp()
        self.connection.name = "Geheim Ponto"
        account = self.linked_account("acc-victim", code="GEHEIM")
        account.journal_id.name = "Geheim"
        self.theirs = self.world_of(self.victim, account)
        self.last_ids = self.newest()
        own = self.connect(company_id=self.own_company.id, **OURS).fetch_accounts()
        own.link_journal(self.chart_journal("bank", self.own_company), "2026-01-01")
        self.own = self.world_of(self.stranger, own)
        self.env.flush_all()
        self.env.invalidate_all()
        self.sandbox.clear_requests()
        self.before = self.snapshot()
        self.before_theirs = self.snapshot(self.last_ids)

    def world_of(self, user, account):
        account.fetch_transactions()
        account.transaction_ids.sudo()._hold("same_or_new")
        return EveryModel(user, account)

    # === WHAT MUST NOT CHANGE, AND NOT BE TOLD === #

    def tables(self):
        return (*TABLES, *(self.env[name]._table for name in our_models(self.env)))

    def newest(self):
        """``{table: its highest id}``, now that only the victim is there."""
        self.env.flush_all()
        found = {}
        for table in self.tables():
            self.env.cr.execute(f"SELECT coalesce(max(id), 0) FROM {table}")
            [found[table]] = self.env.cr.fetchone()
        return found

    def snapshot(self, last_ids=None):
        """A sum for each table, of all rows or of those up to an id."""
        self.env.flush_all()
        parts = [
            f"SELECT '{table}', count(*), md5(string_agg(t::text, '|' ORDER BY id))"
            f" FROM {table} t" + (f" WHERE id <= {last_ids[table]}" if last_ids else "")
            for table in self.tables()
        ]
        self.env.cr.execute(" UNION ALL ".join(parts))
        return {table: found for table, *found in self.env.cr.fetchall()}

    def attempt(self, label, call):
        """Try something forbidden: words, and nothing changed.

        :return: True where it was refused
        """
        self.env.invalidate_all()
        answer, refused = None, False
        try:
            # No savepoint: what was written before a refusal shall show.
            answer = call()
        except UserError as error:
            answer, refused = str(error), True
        self.assert_tells_nothing(label, answer)
        return refused

    def assert_tells_nothing(self, label, answer):
        for marker in MARKERS:
            self.assertNotIn(marker, str(answer), label)


@tagged("post_install", "-at_install")
class TestRpcDrills(DrillCommon):
    def test_methods(self):
        """Every public method, with the victim's ids."""
        tried = 0
        for model, names in public_methods(self.env).items():
            for name in sorted(names):
                for who, user in self.attackers.items():
                    if (who, model) in OF_THE_DATABASE:
                        continue
                    for context in self.contexts(who):
                        label = f"{model}.{name} by {who} {context}"
                        record = self.theirs[model].with_user(user)
                        call = self.method_call(record, name, context)
                        tried += 1
                        with self.subTest(label):
                            self.assertTrue(self.attempt(label, call), "not refused")
                            self.assertEqual(self.snapshot(), self.before)
        self.assertEqual(self.sandbox.requests(), [])
        self.assertGreater(tried, 300)

    def contexts(self, who):
        """Also as if the victim's company were chosen in the corner of the screen."""
        forged = {"allowed_company_ids": self.victim_company.ids}
        return ({}, forged) if who == "stranger" else ({},)

    def method_call(self, record, name, context):
        signature = inspect.signature(getattr(record, name))
        args = [
            self.theirs[f"account.{parameter.name}"].id
            for parameter in signature.parameters.values()
            if parameter.default is parameter.empty
        ]
        return lambda: remote_call(record, name, record.ids, *args, context=context)

    def test_core_methods(self):
        """Core's own methods, with the victim's ids: read, write, copy, post, …"""
        for model in our_models(self.env):
            spec = {"display_name": {}}
            calls = {
                "read": [["display_name"]],
                "web_read": [spec],
                "write": [{}],
                "web_save": [{}, spec],
                "unlink": [],
                "copy": [],
                "export_data": [["id", "display_name"]],
                "onchange": [{}, ["display_name"], spec],
                "get_metadata": [],
            }
            if "message_ids" in self.env[model]._fields:
                calls.update(
                    message_post=[],
                    message_subscribe=[self.victim.partner_id.ids],
                )
            if "active" in self.env[model]._fields:
                calls["action_archive"] = []
            record = self.theirs[model].with_user(self.stranger)
            for name, args in calls.items():
                call = functools.partial(remote_call, record, name, record.ids, *args)
                # Posting writes first, and asks for rights then.
                with (
                    self.subTest(f"{model}.{name}"),
                    self.env.cr.savepoint() as savepoint,
                ):
                    self.assertTrue(self.attempt(name, call), "not refused")
                    savepoint.rollback()
            self.assertEqual(self.snapshot(), self.before, model)

    def test_searches(self):
        """Lists, groups and look-ups of the stranger hold nothing of the victim's."""
        for model in our_models(self.env):
            records = self.env[model].with_user(self.stranger)
            ids = self.theirs[model].ids
            inside = [("id", "in", ids)]
            for name, args in {
                "search_read": [inside, ["display_name"]],
                "search_count": [inside],
                "name_search": ["", inside],
                "web_search_read": [inside, {"display_name": {}}],
                "formatted_read_group": [inside, ["create_uid"], ["__count"]],
            }.items():
                with self.subTest(f"{model}.{name}"):
                    answer = remote_call(records, name, *args)
                    if name == "web_search_read":
                        answer = answer["records"]
                    self.assertFalse(answer)
            answer = remote_call(records, "search_read", [], [])
            self.assert_tells_nothing(model, answer)

    # === FOREIGN IDS IN VALUES === #

    def test_relations(self):
        """The victim's id wherever a value of the stranger's may point at something."""
        tried = 0
        for model, field in self.relations():
            for label, call in self.ways(model, field):
                tried += 1
                with self.subTest(f"{model}.{field.name}: {label}"):
                    self.try_relation(label, call)
        self.assertEqual(self.sandbox.requests(), [])
        self.assertGreater(tried, 200)

    def relations(self):
        for model in (*our_models(self.env), *CORE):
            for field in our_fields(self.env[model]).values():
                if (
                    field.type in RELATIONS
                    and (field.store or field.inverse)
                    and field.comodel_name in self.theirs
                ):
                    yield model, field

    def try_relation(self, label, call):
        """Refused, or left out; never told, never kept."""
        with self.env.cr.savepoint() as savepoint:
            if not self.attempt(label, call):
                self.assertEqual(self.snapshot(self.last_ids), self.before_theirs)
            savepoint.rollback()

    def assert_not_kept(self, record, field):
        target = self.theirs[field.comodel_name]
        self.assertNotIn(target.id, record.sudo()[field.name].ids, "kept")

    def ways(self, model, field):
        """``(label, call)``; a call returns what it tells."""
        own = self.own[model].with_user(self.stranger)
        new = own.browse()
        spec = self.specification(own, field)
        base = self.own.values(model)
        base.pop(field.name, None)
        for value in self.foreign_values(field):
            vals = {field.name: value}
            filled = {**base, **vals}
            default = {f"default_{field.name}": value}
            yield "write", self.changing(own, field, "write", vals)
            if own.has_access("write"):
                yield "web_save", self.changing(own, field, "web_save", vals, spec)
                yield "onchange", self.asking(own, vals, [field.name], spec)
            if model not in CORE:
                yield "create", self.making(new, field, [filled])
            if new.has_access("create"):
                yield "first onchange", self.asking(new, filled, [], spec)
                yield "default onchange", self.asking(new, base, [], spec, default)
                if model not in CORE:
                    yield "default create", self.making(new, field, [base], default)

    def foreign_values(self, field):
        target = self.theirs[field.comodel_name]
        yield foreign_value(field, target)
        if field.type == "many2one":
            return
        yield [Command.set(target.ids)]
        yield [Command.update(target.id, {"display_name": "x"})]
        yield [Command.delete(target.id)]
        yield [Command.unlink(target.id)]

    def specification(self, record, field):
        """All that a form could show of a record, and names of what it points at."""
        # Core's own fields of a core model are core's matter.
        core = record._name in CORE
        names = record.fields_get(core and [*our_fields(record)], ["type"])
        spec = {
            name: {} for name, kind in names.items() if kind["type"] not in RELATIONS
        }
        spec |= {name: {} for name in self.own.values(record._name)}
        return {**spec, field.name: {"fields": {"display_name": {}}}}

    def changing(self, record, field, name, vals, *more):
        def call():
            answer = remote_call(record, name, record.ids, vals, *more)
            self.assert_not_kept(record, field)
            return answer

        return call

    def asking(self, record, vals, names, spec, context=None):
        def call():
            args = (record.ids, dict(vals), names, spec)
            return remote_call(record, "onchange", *args, context=context)

        return call

    def making(self, model, field, vals_list, context=None):
        def call():
            ids = remote_call(model, "create", vals_list, context=context)
            self.assert_not_kept(model.browse(ids), field)

        return call
