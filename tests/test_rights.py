"""The page docs/rights.md, tried by real users; and what no table shows."""

import inspect
from functools import cached_property

from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user, tagged

from ..models.connection.ponto_secret_mixin import SECRET_FIELDS
from .common import PontoCommon
from .rights_page import PAGE, read_page
from .rights_world import (
    EveryModel,
    our_fields,
    our_models,
    public_methods,
    remote_call,
)

# ``(what stands there, what somebody writes instead, table, whose entry)``
MISTAKES = (
    ("`ponto.balance` | branches | R ", "`ponto.balance` | branches | – ", "models",
     "ponto.balance"),
    ("`ponto.balance` | branches", "`ponto.balance` | company", "seen", "ponto.balance"),
    ("`sync_start_date`, ", "", "fields", "ponto.online.account.sync_start_date"),
    ("`customer_ip` | – ", "`customer_ip` | R ", "fields", "ponto.sync.run.customer_ip"),
    ("`customer_ip`", "`customer_ip`, `stage`", "fields", "ponto.sync.run.stage"),
    ("`action_undo`", "`action_undo`, `action_redo`", "methods",
     "ponto.sync.run.action_redo"),
    ("`action_step` | ✓ ", "`action_step` | – ", "methods", "ponto.sync.run.action_step"),
    (", `link_journal`", "", "methods", "ponto.online.account.link_journal"),
)  # fmt: skip


class Undone(Exception):
    """What was tried worked; it is taken back."""


def differences(found, written):
    """``{key: (found, written)}`` where they are not the same, both ways."""
    return {
        key: (found.get(key), written.get(key))
        for key in sorted(found.keys() | written.keys())
        if found.get(key) != written.get(key)
    }


def sees(record, user):
    """By search and by id alike."""
    record = record.with_user(user)
    listed = bool(record.search([("id", "=", record.id)]))
    try:
        remote_call(record, "read", record.ids, ["display_name"])
    except AccessError:
        return listed
    return True


class RightsCommon(PontoCommon):
    """The users of docs/rights.md, and one linked account with lines."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.page = read_page(PAGE.read_text(encoding="utf-8"))
        cls.users = {
            name: cls.make_user(name.lower(), groups)
            for name, groups in cls.page.users.items()
        }

    @classmethod
    def make_user(cls, name, groups, company=None):
        company = company or cls.company
        return new_test_user(
            cls.env,
            f"ponto_{name}_{company.id}",
            groups=groups,
            company_id=company.id,
            company_ids=[(6, 0, company.ids)],
        )

    def new_branch(self):
        values = {"name": "Peeters Gent", "parent_id": self.company.id}
        return self.env["res.company"].create(values)


@tagged("post_install", "-at_install")
class TestRightsPage(RightsCommon):
    """docs/rights.md is what holds: each entry is tried by a real user, and what is
    found is compared with the whole page, so that nothing is missing on either side."""

    def setUp(self):
        super().setUp()
        self.account = self.linked_account()
        self.account.fetch_transactions()
        self.account.transaction_ids[:1].sudo()._hold("same_or_new")
        groups = set(",".join(self.page.users.values()).split(","))
        everything = ",".join(sorted(groups - {"base.group_portal"}))
        elsewhere = self.env["res.company"].create({"name": "Peeters Vastgoed"})
        self.stranger = self.make_user("stranger", everything, elsewhere)
        self.colleague = self.make_user("colleague", everything)
        branch = self.make_user("branch", everything, self.new_branch())
        self.users = {**self.users, "Branch": branch}
        self.env.flush_all()

    # === TRYING === #

    @cached_property
    def worlds(self):
        """``{user: a record of each model, the user's own}``."""
        return {
            name: EveryModel(user, self.account) for name, user in self.users.items()
        }

    def works(self, call, *args):
        """Whether rights allow a call; what it did is taken back.

        A refusal in words for another reason is no matter of rights.
        """
        try:
            with self.env.cr.savepoint():
                call(*args)
                raise Undone
        except AccessError:
            return False
        except (Undone, UserError):
            return True

    def own(self, user, model):
        return self.worlds[user][model].with_user(self.users[user])

    def find_models(self):
        return {
            model: self.cells(
                lambda user, model=model: self.letters_of_model(user, model)
            )
            for model in our_models(self.env)
        }

    def find_seen(self):
        """``{model: who sees a record of the company's manager}``."""
        return {model: self.who_sees(model) for model in our_models(self.env)}

    def who_sees(self, model):
        record = self.worlds["Manager"][model].sudo(False)
        self.assertFalse(sees(record, self.stranger), f"{model}: another company")
        if sees(record, self.users["Branch"]):
            return "branches"
        return "company" if sees(record, self.colleague) else "own"

    def cells(self, letters, users=None):
        """:param letters: what a user may, as letters"""
        found = {user: letters(user) for user in users or self.page.users}
        return {user: value for user, value in found.items() if value}

    def letters_of_model(self, user, model):
        record = self.own(user, model)
        values = self.worlds[user].values(model)
        calls = {
            "R": lambda: remote_call(record, "read", record.ids, ["display_name"]),
            "W": lambda: remote_call(record, "write", record.ids, {}),
            "C": lambda: remote_call(record, "create", [values]),
            "D": lambda: remote_call(record, "unlink", record.ids),
        }
        return "".join(letter for letter, call in calls.items() if self.works(call))

    def find_fields(self):
        """Only those whose letters are not their model's."""
        found = {}
        for model in self.models_with_fields():
            fields = our_fields(self.env[model])
            around = self.cells(lambda user, model=model: self.letters(user, model))
            of_users = {
                user: self.letters_of_fields(user, fields, letters)
                for user, letters in around.items()
            }
            for name in fields:
                cells = {user: of_users[user][name] for user in around}
                if cells != around:
                    kept = {user: letters for user, letters in cells.items() if letters}
                    found[f"{model}.{name}"] = kept
        return found

    def models_with_fields(self):
        models = (self.env[name] for name in self.env.registry)
        return [
            model._name for model in models if not model._abstract and our_fields(model)
        ]

    def letters(self, user, model):
        """R and W, as the model's access rights give them."""
        records = self.env[model].with_user(self.users[user])
        operations = {"R": "read", "W": "write"}
        return "".join(
            letter for letter, name in operations.items() if records.has_access(name)
        )

    def letters_of_fields(self, user, fields, around):
        """``{field: letters}``; tried one by one where the model allows something."""
        tries = {"R": self.is_read, "W": self.is_written}
        with self.env.cr.savepoint() as savepoint:
            found = {
                name: "".join(letter for letter in around if tries[letter](user, field))
                for name, field in fields.items()
            }
            savepoint.rollback()
        return found

    def is_read(self, user, field):
        record = self.own(user, field.model_name)
        try:
            [values] = remote_call(record, "read", record.ids, [field.name])
        except AccessError:
            return False
        return field.name not in SECRET_FIELDS or bool(values[field.name])

    def is_written(self, user, field):
        """Computed values without a way back are written nowhere."""
        if not (field.store or field.inverse):
            return True
        record = self.own(user, field.model_name)
        vals = {field.name: self.another_value(record.sudo(), field)}
        try:
            remote_call(record, "write", record.ids, vals)
        except AccessError:
            return False
        except UserError:
            return True
        return True

    def another_value(self, record, field):
        if field.name == "api_url":
            return "https://elsewhere.example"
        if field.type in ("one2many", "many2many"):
            return []
        return field.convert_to_write(record[field.name], record)

    def find_methods(self):
        return {
            f"{model}.{name}": self.cells(
                lambda user, model=model, name=name: self.mark(user, model, name),
                self.users,
            )
            for model, names in public_methods(self.env).items()
            for name in names
        }

    def mark(self, user, model, name):
        record = self.own(user, model)
        needed = [
            parameter.name
            for parameter in inspect.signature(
                getattr(record, name)
            ).parameters.values()
            if parameter.default is parameter.empty
        ]
        args = [self.argument(user, parameter) for parameter in needed]
        allowed = self.works(lambda: remote_call(record, name, record.ids, *args))
        return "✓" if allowed else ""

    def argument(self, user, name):
        """For a method with required parameters, by their names."""
        return {"journal": self.own(user, "account.journal").id}[name]

    # === THE PAGE === #

    def test_page(self):
        found = {
            "seen": self.find_seen(),
            "models": self.find_models(),
            "fields": self.find_fields(),
            "methods": self.find_methods(),
        }
        for table, entries in found.items():
            with self.subTest(table):
                self.assertEqual(differences(entries, getattr(self.page, table)), {})
        self.assert_created_as_written(found["fields"], found["models"])
        self.assert_errors_show(found)
        self.assert_left_behind()

    def assert_created_as_written(self, fields, models):
        """What nobody may write, nobody brings with a new record either: not as a value,
        in a line of another record, by an import, with a copy, or as a default of the
        context."""
        tried = set()
        for model, around in models.items():
            for name, field in our_fields(self.env[model]).items():
                cells = fields.get(f"{model}.{name}", around)
                if not field.store or field.type in ("one2many", "many2many"):
                    continue
                makers = [user for user in around if "C" in around[user]]
                for user in {*makers, "Both"}:
                    if "W" not in cells.get(user, ""):
                        self.assert_not_brought(user, field)
                        tried.add((model, name))
        self.assertIn(("ponto.provider.account", "logo_url"), tried)
        self.assertIn(("ponto.connection", "problem_code"), tried)

    def assert_not_brought(self, user, field):
        model, name = field.model_name, field.name
        record = self.own(user, model)
        plain = self.worlds[user].values(model)
        value = self.foreign_value(user, field)
        values = {**plain, name: value}
        context = {f"default_{name}": value}
        others = {key: kept for key, kept in plain.items() if key != name}
        ways = {
            "create": lambda: remote_call(record, "create", [values]),
            "copy": lambda: remote_call(record, "copy", record.ids, {name: value}),
            "context": lambda: remote_call(record, "create", [others], context=context),
        }
        if not field.relational:
            ways["load"] = lambda: remote_call(record, "load", [name], [[str(value)]])
        for parent, line in self.lines_of(model):
            owner = self.own(user, parent)
            command = {line: [Command.create(values)]}
            ways[f"{parent}.{line}"] = lambda owner=owner, command=command: remote_call(
                owner, "write", owner.ids, command
            )
        for way, call in ways.items():
            with self.subTest(model, field=name, user=user, way=way):
                self.assertFalse(self.arrives(call, field, value))
        if self.works(lambda: remote_call(record, "create", [others])):
            with self.subTest(model, field=name, user=user):
                self.assertFalse(self.works(ways["create"]), "refused, not left out")

    def arrives(self, call, field, value):
        """Whether a call makes a record that has this value; taken back."""
        records = self.env[field.model_name].sudo().with_context(active_test=False)
        found = []

        def try_it():
            before = records.search([], order="id desc", limit=1).id
            call()
            self.env.flush_all()
            self.env.invalidate_all()
            for record in records.search([("id", ">", before)]):
                found.append(field.convert_to_write(record[field.name], record))

        self.works(try_it)
        return value in found and value != self.usual(field)

    def usual(self, field):
        """What a new record has by itself."""
        records = self.env[field.model_name].sudo()
        return records.default_get([field.name]).get(field.name)

    def foreign_value(self, user, field):
        """Of what no record has by itself: where it arrives it shows."""
        if field.type == "many2one":
            world = self.worlds[user]
            known = field.comodel_name in world
            return world[field.comodel_name].id if known else self.env.user.id
        if field.type == "selection":
            others = [
                one for one in field.get_values(self.env) if one != self.usual(field)
            ]
            return others[-1]
        known = {
            "boolean": not self.usual(field),
            "date": "2031-07-09",
            "datetime": "2031-07-09 07:08:09",
            "float": 98765.25,
            "integer": 987654,
            "json": {"foreign": "value"},
            "monetary": 98765.25,
        }
        return known.get(field.type, "https://foreign.example/pixel.png")

    def lines_of(self, model):
        """Records of the world in which a line of the model can be made."""
        return [
            (parent, field.name)
            for parent in self.models_with_fields()
            if parent in self.worlds["Both"]
            for field in self.env[parent]._fields.values()
            if field.type == "one2many" and field.comodel_name == model
        ]

    def assert_left_behind(self):
        """Whoever leaves a company leaves all of it, dialogs that are open included.
        A closing check is about all companies that its person has at the moment."""
        user = self.users["Both"]
        company = self.stranger.company_id
        user.write({"company_ids": company.ids, "company_id": company.id})
        for model in our_models(self.env):
            if model != "ponto.closing.check":
                with self.subTest(left=model):
                    self.assertFalse(sees(self.worlds["Both"][model], user))

    def assert_errors_show(self, found):
        """A page with a mistake does not pass: what was found is compared with each."""
        text = PAGE.read_text(encoding="utf-8")
        for right, wrong, table, key in MISTAKES:
            with self.subTest(wrong=wrong):
                self.assertIn(right, text)
                page = read_page(text.replace(right, wrong, 1))
                differing = differences(found[table], getattr(page, table))
                self.assertEqual(list(differing), [key])
        with self.assertRaisesRegex(ValueError, "ponto.reauthorize.action_check"):
            read_page(
                text + text[text.index("| `ponto.reauthorize` | `action_check`") :]
            )


@tagged("post_install", "-at_install")
class TestRights(RightsCommon):
    """What no table shows."""

    def test_every_model_has_a_rule(self):
        """Of a company, or of whoever opened the dialog; for everybody alike."""
        rules = self.env["ir.rule"].search([("model_id.model", "=like", "ponto.%")])
        with_rule = set(rules.mapped("model_id.model"))
        self.assertEqual(with_rule, set(our_models(self.env)))
        self.assertFalse(rules.groups, "a rule with a group would not bind the others")

    def test_parent_does_not_see_a_branchs(self):
        branch = self.new_branch()
        connection = self.connect(company_id=branch.id)
        self.assertFalse(connection.with_user(self.users["Manager"]).has_access("read"))

    def test_lines_of_a_branchs_click_belong_to_the_journals_company(self):
        """A user in a branch would otherwise get lines in the branch."""
        branch = self.new_branch()
        clerk = self.make_user("branch", self.page.users["Invoicing"], branch)
        account = self.linked_account()
        self.env.flush_all()
        action = account.with_user(clerk).action_fetch_transactions()
        runs = self.env["ponto.sync.run"].with_user(clerk)
        self.pump(runs.browse(action["params"]["run_ids"]))
        self.assertEqual(self.lines(account).company_id, self.company)
        self.assertEqual(len(self.lines(account)), 12)

    def test_invoice_user_fetches_and_no_more(self):
        account = self.linked_account()
        self.env.flush_all()
        clerk = self.users["Invoicing"]
        run = account.with_user(clerk).fetch_transactions()
        self.assertEqual(run.imported_count, 12)
        unlinked = (self.connection.online_account_ids - account).with_user(clerk)
        journal = self.make_journal("BNK7").with_user(clerk)
        connection = self.connection.with_user(clerk)
        for forbidden in (
            lambda: unlinked.link_journal(journal),
            lambda: connection.write({"client_secret": "x"}),
            lambda: connection.write({"name": "x"}),
            connection.action_test_connection,
            connection.action_replace_credentials,
            connection.action_fetch_accounts,
            connection.fetch_accounts,
            lambda: account.with_user(clerk).write({"journal_id": False}),
            lambda: connection.env["ponto.connect"].create({"client_id": "x"}),
            journal.action_ponto_connect,
        ):
            with self.assertRaises(AccessError):
                forbidden()

    def test_readers_without_invoicing_do_not_fetch(self):
        account = self.linked_account().with_user(self.users["Auditor"])
        with self.refusal("needs the invoicing rights"):
            account.fetch_transactions()
        with self.refusal("needs the invoicing rights"):
            account.action_fetch_transactions()

    def test_deciding_needs_the_bank_rights(self):
        account = self.linked_account()
        account.fetch_transactions()
        row = account.transaction_ids[:1].sudo()
        row._hold("refused", detail="x")
        clerk, accountant = self.users["Invoicing"], self.users["Bank"]
        for name in ("action_ignore", "action_restore", "action_retry"):
            with self.refusal("needs the bank rights"):
                getattr(row.with_user(clerk), name)()
        row.with_user(accountant).action_ignore()
        self.assertEqual((row.state, row.decided_by_id), ("ignored", accountant))
        row.with_user(accountant).action_restore()
        self.assertEqual(row.state, "held")

    def test_nobody_edits_the_memory(self):
        """Not the administrator either: the inbox is what keeps doubles away."""
        account = self.linked_account()
        account.fetch_transactions()
        for name in ("Manager", "System", "Bank"):
            user = self.users[name]
            with self.subTest(user=name):
                row = account.transaction_ids[:1].with_user(user)
                with self.assertRaises(AccessError):
                    row.write({"state": "new"})
                with self.assertRaises(AccessError):
                    row.unlink()

    def test_manager_does_not_move_an_account_behind_link_journal(self):
        """Refusals and lock dates are checked there and nowhere else."""
        account = self.linked_account().with_user(self.users["Manager"])
        for vals in (
            {"journal_id": self.make_journal("BNK7").id},
            {"sync_start_date": "2020-01-01"},
            {"revoked_at": False},
            {"connection_id": self.connection.id},
        ):
            with self.subTest(vals=vals), self.assertRaises(AccessError):
                account.write(vals)
