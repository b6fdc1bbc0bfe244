import inspect

from odoo.exceptions import AccessError
from odoo.models import BaseModel
from odoo.tests import new_test_user, tagged

from .common import PontoCommon

GROUPS = {
    "invoice": "account.group_account_invoice",
    "basic": "account.group_account_basic",
    "manager": "account.group_account_manager",
    "readonly": "account.group_account_readonly",
    "system": "base.group_system",
    "employee": "base.group_user",
    "portal": "base.group_portal",
}
READERS = {"invoice", "basic", "manager", "readonly"}
MANAGER = {"manager"}
NOBODY = set()

# Who may do what: (read, write, create, unlink)
SEEN_BY_ALL = (READERS, NOBODY, NOBODY, NOBODY)
OF_THE_MANAGER = (MANAGER, MANAGER, MANAGER, MANAGER)
# The manager has the bank rights as well.
BANK = {"basic", "manager"}
OF_THE_BANK = (BANK, BANK, BANK, BANK)
FETCHERS = {"invoice", "basic", "manager"}
OF_WHOEVER_FETCHES = (FETCHERS, FETCHERS, FETCHERS, FETCHERS)
RIGHTS = {
    "ponto.connection": (READERS, MANAGER, MANAGER, MANAGER),
    "ponto.provider.account": (READERS, MANAGER, MANAGER, MANAGER),
    "ponto.reminder": (MANAGER, NOBODY, NOBODY, NOBODY),
    "ponto.online.account": (READERS, MANAGER, NOBODY, NOBODY),
    "ponto.transaction": SEEN_BY_ALL,
    "ponto.pending.transaction": SEEN_BY_ALL,
    "ponto.balance": SEEN_BY_ALL,
    "ponto.sync.run": SEEN_BY_ALL,
    "ponto.connect": OF_THE_MANAGER,
    "ponto.add.institution": OF_THE_MANAGER,
    "ponto.add.institution.line": OF_THE_MANAGER,
    "ponto.fetch.accounts": OF_THE_MANAGER,
    "ponto.fetch.accounts.line": OF_THE_MANAGER,
    "ponto.ignore": OF_THE_BANK,
    "ponto.book.open.day": OF_THE_BANK,
    "ponto.book.open.day.line": OF_THE_BANK,
    "ponto.same.as": OF_THE_BANK,
    "ponto.same.as.line": OF_THE_BANK,
    "ponto.move.start": OF_THE_MANAGER,
    "ponto.check.period": OF_THE_BANK,
    "ponto.check.period.line": OF_THE_BANK,
    "ponto.reauthorize": OF_WHOEVER_FETCHES,
    "ponto.opening.balance": OF_THE_BANK,
    "ponto.closing.proof": SEEN_BY_ALL,
    "ponto.closing.check": (READERS, READERS, READERS, READERS),
    "ponto.closing.check.line": SEEN_BY_ALL,
}
OPERATIONS = ("read", "write", "create", "unlink")

# Every method that a remote call can reach, besides what each model has from core.
# Each of them begins with a check of rights.
PUBLIC = {
    "ponto.connection": {
        "action_copy_support_information",
        "action_fetch_accounts",
        "action_replace_credentials",
        "action_test_connection",
        "fetch_accounts",
    },
    "ponto.provider.account": {
        "action_close_at_bank",
        "action_fetch_accounts",
        "action_reauthorize",
        "action_reopen_at_bank",
        "action_replace_credentials",
        "action_send_reminder",
        "action_snooze_renewal",
    },
    "ponto.online.account": {
        "action_check_period",
        "action_copy_support_information",
        "action_move_start",
        "action_propose_opening",
        "action_fetch_transactions",
        "action_open_held",
        "action_open_inbox",
        "action_open_lines",
        "action_open_possible_doubles",
        "action_reauthorize",
        "action_open_runs",
        "fetch_transactions",
        "link_journal",
        "unlink_journal",
    },
    "ponto.transaction": {
        "action_ask_ignore",
        "action_ask_open_day",
        "action_ask_same_as",
        "action_book_open_day",
        "action_dismiss_flag",
        "action_ignore",
        "action_import_as_twin",
        "action_restore",
        "action_retry",
        "action_same_as",
        "action_separate",
    },
    "ponto.sync.run": {
        "action_open_check",
        "action_open_lines",
        "action_open_undo_left",
        "action_step",
        "action_undo",
    },
    "ponto.connect": {"action_connect"},
    "ponto.add.institution": {"action_search"},
    "ponto.add.institution.line": {"action_add"},
    "ponto.fetch.accounts": {"action_confirm", "action_replace_credentials"},
    "ponto.ignore": {"action_confirm"},
    "ponto.book.open.day": {"action_confirm"},
    "ponto.same.as": {"action_another"},
    "ponto.same.as.line": {"action_choose"},
    "ponto.move.start": {"action_confirm"},
    "ponto.check.period": {"action_check", "action_import"},
    "ponto.reauthorize": {"action_check"},
    "ponto.opening.balance": {"action_post"},
    "ponto.closing.check": {"action_check", "action_confirm", "action_open_proofs"},
    "ponto.closing.check.line": {"action_confirm"},
    "account.bank.statement": {"action_ponto_take_correction"},
    "account.bank.statement.line": {
        "action_ponto_not_double",
        "action_ponto_open_held",
    },
    "account.journal": {
        "action_ponto_connect",
        "action_ponto_fetch",
        "action_ponto_open_account",
        "action_ponto_open_held",
        "action_ponto_open_lines",
        "action_ponto_reauthorize",
    },
}
# Methods of core that we extend: callable before us, and checked by core itself.
EXTENDED = {
    "create",
    "write",
    "unlink",
    "copy",
    "default_get",
    "read",
    "open_action",
    "open_action_with_context",
    "open_invalid_statements_action",
}


@tagged("post_install", "-at_install")
class TestRights(PontoCommon):
    """Group by group: what one sees, what one may do, and nothing else."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.users = {name: cls.make_user(name, group) for name, group in GROUPS.items()}

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

    def one_of_each(self):
        """A record of each model that has company rules."""
        account = self.linked_account()
        account.fetch_transactions()
        self.env["ponto.pending.transaction"].sudo().create(
            {"online_account_id": account.id, "ponto_ref": "p-1", "amount": 1.0}
        )
        return [
            self.connection,
            account.provider_account_id,
            account,
            account.transaction_ids[:1],
            account.pending_ids[:1],
            account.balance_ids[:1],
            account.run_ids[:1],
        ]

    def test_table(self):
        for model, rights in RIGHTS.items():
            for operation, allowed in zip(OPERATIONS, rights, strict=True):
                found = {
                    name
                    for name, user in self.users.items()
                    if self.env[model].with_user(user).has_access(operation)
                }
                self.assertEqual(found, allowed, f"{operation} {model}")

    def test_table_is_complete(self):
        models = {
            name
            for name in self.env.registry
            if name.startswith("ponto.") and not self.env[name]._abstract
        }
        self.assertEqual(models, set(RIGHTS))

    def test_every_model_with_a_company_has_a_rule(self):
        rules = self.env["ir.rule"].search([("model_id.model", "=like", "ponto.%")])
        with_rule = set(rules.mapped("model_id.model"))
        lines = {"ponto.fetch.accounts.line", "ponto.add.institution.line"}
        self.assertEqual(with_rule | lines, set(RIGHTS))
        self.assertFalse(rules.groups, "a rule with a group would not bind the others")

    def test_another_company_sees_nothing(self):
        """P39, by search, by id, and by whoever guesses the id of a fetch."""
        other = self.env["res.company"].create({"name": "Peeters Vastgoed"})
        stranger = self.make_user("stranger", GROUPS["manager"], other)
        for record in self.one_of_each():
            self.assertTrue(record, record._name)
            foreign = record.with_user(stranger)
            with self.subTest(model=record._name):
                self.assertFalse(foreign.search([]))
                with self.assertRaises(AccessError):
                    foreign.read(["display_name"])
        linked = self.env["ponto.online.account"].search([("journal_id", "!=", False)])
        account = linked.with_user(stranger)
        self.sandbox.clear_requests()
        for click in (
            account.action_fetch_transactions,
            account.fetch_transactions,
            self.connection.with_user(stranger).action_test_connection,
            self.connection.with_user(stranger).fetch_accounts,
            linked.provider_account_id.with_user(stranger).action_fetch_accounts,
            linked.run_ids.with_user(stranger).action_step,
            linked.transaction_ids.with_user(stranger).action_ignore,
        ):
            with self.subTest(click=click.__name__), self.assertRaises(AccessError):
                click()
        self.assertEqual(self.sandbox.requests(), [])

    def test_branch_sees_the_parents(self):
        """As it sees the parent's journals."""
        branch = self.env["res.company"].create(
            {"name": "Peeters Gent", "parent_id": self.company.id}
        )
        clerk = self.make_user("branch", GROUPS["invoice"], branch)
        for record in self.one_of_each():
            with self.subTest(model=record._name):
                self.assertTrue(record.with_user(clerk).has_access("read"))

    def test_parent_does_not_see_a_branchs(self):
        branch = self.env["res.company"].create(
            {"name": "Peeters Gent", "parent_id": self.company.id}
        )
        connection = self.connect(company_id=branch.id)
        self.assertFalse(connection.with_user(self.users["manager"]).has_access("read"))

    def test_lines_of_a_branchs_click_belong_to_the_journals_company(self):
        """A user in a branch would otherwise get lines in the branch."""
        branch = self.env["res.company"].create(
            {"name": "Peeters Gent", "parent_id": self.company.id}
        )
        clerk = self.make_user("branch", GROUPS["invoice"], branch)
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
        clerk = self.users["invoice"]
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
        account = self.linked_account().with_user(self.users["readonly"])
        with self.refusal("needs the invoicing rights"):
            account.fetch_transactions()
        with self.refusal("needs the invoicing rights"):
            account.action_fetch_transactions()

    def test_deciding_needs_the_bank_rights(self):
        account = self.linked_account()
        account.fetch_transactions()
        row = account.transaction_ids[:1].sudo()
        row._hold("refused", detail="x")
        clerk, accountant = self.users["invoice"], self.users["basic"]
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
        for name in ("manager", "system", "basic"):
            user = self.users[name]
            with self.subTest(user=name):
                row = account.transaction_ids[:1].with_user(user)
                with self.assertRaises(AccessError):
                    row.write({"state": "new"})
                with self.assertRaises(AccessError):
                    row.unlink()

    def test_manager_does_not_move_an_account_behind_link_journal(self):
        """Refusals and lock dates are checked there and nowhere else."""
        account = self.linked_account().with_user(self.users["manager"])
        for vals in (
            {"journal_id": self.make_journal("BNK7").id},
            {"sync_start_date": "2020-01-01"},
            {"revoked_at": False},
            {"connection_id": self.connection.id},
        ):
            with self.subTest(vals=vals), self.assertRaises(AccessError):
                account.write(vals)

    def test_strangers_reach_no_method(self):
        """Every public method checks rights before it does anything."""
        records = {record._name: record for record in self.one_of_each()}
        records["account.journal"] = records["ponto.online.account"].journal_id
        arguments = {"link_journal": (records["account.journal"],)}
        self.env.flush_all()
        self.sandbox.clear_requests()
        for model, names in PUBLIC.items():
            if model not in records:
                continue
            for user in ("employee", "portal"):
                foreign = records[model].with_user(self.users[user])
                for name in names:
                    label = f"{model}.{name}"
                    with self.subTest(label, user=user), self.assertRaises(AccessError):
                        getattr(foreign, name)(*arguments.get(name, ()))
        self.assertEqual(self.sandbox.requests(), [])


@tagged("post_install", "-at_install")
class TestPublicMethods(PontoCommon):
    """JSON-2 reaches every method without an underscore that is not private."""

    def test_list(self):
        found = {}
        for model, cls in self.env.registry.items():
            for base in cls.__mro__:
                if not base.__module__.startswith("odoo.addons.account_ponto_sync"):
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
        self.assertEqual(found, PUBLIC)
