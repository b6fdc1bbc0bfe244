"""The demo's books and the demo's banks tell the same story."""

from datetime import datetime, timedelta, timezone
from decimal import Decimal
from types import SimpleNamespace
from zoneinfo import ZoneInfo

from odoo.tests import TransactionCase, tagged

from ..demo import seed_books
from ..demo.chart import TAX_ACCOUNTS
from ..demo.statements import CODA_MONTHS
from ..ponto_client import SynchronizationSubtype
from ..ponto_client import client as client_module
from ..sandbox.demo.accounts import account_id, opening_balance
from ..sandbox.demo.calendar import add_months, switch_day
from ..sandbox.demo.documents import documents
from ..sandbox.demo.dues import payroll
from ..sandbox.demo.lines import movements
from ..sandbox.demo.parties import TAX
from ..sandbox.demo.world import demo_seed
from ..sandbox.process import SandboxProcess
from ..tools.clients import client_of

#: key of the account at the bank: code of its journal in the books
JOURNALS = {
    "main": "VLB",
    "shop": "KEM",
    "euro": "SME",
    "dollar": "SMU",
    "card": "CARD",
}


LINES = SynchronizationSubtype.ACCOUNT_TRANSACTIONS


@tagged("post_install", "-at_install", "ponto_demo")
class TestDemo(TransactionCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # Read once: the day may end while the books are made.
        cls.now = datetime.now(timezone.utc)
        cls.anchor = cls.now.astimezone(ZoneInfo("Europe/Brussels")).date()
        cls.last_closed = switch_day(cls.anchor) - timedelta(days=1)
        seed_books(cls.env, cls.anchor)
        cls.company = cls.env.ref("base.main_company")
        cls.env = cls.env(context={"allowed_company_ids": cls.company.ids})
        cls.documents = {document.key: document for document in documents(cls.anchor)}

    def ledger(self, journal):
        """What the books say is on an account, in its currency."""
        balance, _count = journal._get_journal_bank_account_balance()
        return balance

    def journal(self, key):
        domain = [("company_id", "=", self.company.id), ("code", "=", JOURNALS[key])]
        return self.env["account.journal"].search(domain)

    def test_journals_keep_their_names(self):
        """Also in a language that is installed afterwards."""
        languages = ("en_GB", "fr_FR", "nl_NL", "uk_UA")
        installer = self.env["base.language.install"]
        languages_found = self.env["res.lang"].with_context(active_test=False)
        found = languages_found.search([("code", "in", languages)])
        installer.create({"lang_ids": found.ids}).lang_install()
        for key in JOURNALS:
            journal = self.journal(key)
            for record in (journal, journal.default_account_id):
                names = {record.with_context(lang=code).name for code in languages}
                self.assertEqual(names, {record.with_context(lang="en_US").name})

    def balance(self, *domain):
        company = ("company_id", "=", self.company.id)
        posted = ("parent_state", "=", "posted")
        [(total,)] = self.env["account.move.line"]._read_group(
            [company, posted, *domain], aggregates=["balance:sum"]
        )
        return total

    def move(self, document):
        return self.env["account.move"].search(
            [
                ("company_id", "=", self.company.id),
                ("payment_reference", "=", document.communication),
                ("partner_id.name", "=", document.party),
                ("invoice_date", "=", document.issued),
            ]
        )

    # === THE BOOKS === #

    def test_company(self):
        company = self.company
        self.assertEqual(company.name, "Bakkerij Peeters BV")
        self.assertEqual(company.chart_template, "be_comp")
        self.assertEqual(company.currency_id.name, "EUR")
        self.assertEqual(company.fiscalyear_lock_date, self.last_closed)
        year = company.compute_fiscalyear_dates(self.anchor)
        self.assertEqual(year["date_from"], switch_day(self.anchor))

    def test_accountant_is_no_administrator(self):
        user = self.env["res.users"].search([("login", "=", "accountant")])
        self.assertTrue(user.has_group("account.group_account_manager"))
        self.assertFalse(user.has_group("base.group_system"))
        self.assertEqual(user.tz, "Europe/Brussels")

    def test_books_are_balanced_and_nothing_waits(self):
        self.assertAlmostEqual(self.balance(), 0)
        suspense = self.company.account_journal_suspense_account_id
        self.assertFalse(
            self.env["account.move.line"].search_count(
                [("account_id", "=", suspense.id)]
            )
        )
        self.assertFalse(
            self.env["account.move"].search_count(
                [("company_id", "=", self.company.id), ("state", "!=", "posted")]
            )
        )
        transfers = self.company.transfer_account_id
        self.assertAlmostEqual(self.balance(("account_id", "=", transfers.id)), 0)

    def test_closed_period_ends_with_what_the_bank_had(self):
        for key in JOURNALS:
            before = opening_balance(key)
            for movement in movements(self.anchor, self.last_closed):
                before += movement.amount if movement.account == key else 0
            journal = self.journal(key)
            with self.subTest(key):
                self.assertAlmostEqual(self.ledger(journal), float(before))
                newest = self.env["account.bank.statement.line"].search(
                    [("journal_id", "=", journal.id)], order="date desc", limit=1
                )
                self.assertLessEqual(newest.date, self.last_closed)

    def test_statements_of_the_main_account_are_complete(self):
        statements = self.journal("main").last_statement_id.search(
            [("journal_id", "=", self.journal("main").id)]
        )
        self.assertEqual(len(statements), CODA_MONTHS)
        self.assertTrue(all(s.is_valid and s.is_complete for s in statements))

    def test_documents_have_the_amounts_of_the_story(self):
        for document in self.documents.values():
            move = self.move(document)
            with self.subTest(document.key):
                self.assertEqual(Decimal(f"{move.amount_total:.2f}"), document.total)

    def test_documents_are_open_unless_the_closed_period_paid_them(self):
        for document in self.documents.values():
            paid = sum(
                abs(payment.amount)
                for payment in document.payments
                if payment.day <= self.last_closed
            )
            rest = 0 if document.registered else document.total - paid
            with self.subTest(document.key):
                self.assertAlmostEqual(self.move(document).amount_residual, float(rest))

    def test_registered_payment_waits_for_its_line(self):
        [document] = [item for item in self.documents.values() if item.registered]
        move = self.move(document)
        self.assertIn(move.payment_state, ("in_payment", "paid"))
        payment = move.matched_payment_ids
        self.assertEqual(payment.date, document.registered)
        outstanding = payment.outstanding_account_id
        self.assertAlmostEqual(
            self.balance(("account_id", "=", outstanding.id)), float(document.total)
        )

    def payments(self, ledger, first, last):
        """What the lines of these days at the banks pay; negative."""
        return sum(
            share.amount
            for movement in movements(self.anchor, last)
            if movement.day >= first
            for share in movement.shares
            if share.ledger == ledger
        )

    def debt(self, code):
        """What the books owed when the period was closed; negative."""
        account = ("account_id.code", "=", code)
        return self.balance(account, ("date", "<=", self.last_closed))

    def test_state_gets_what_the_books_owe(self):
        """What was due when the period was closed is paid in the month after it."""
        switch = switch_day(self.anchor)
        last = add_months(switch, 1) - timedelta(days=1)
        for ledger, code in {"withholding_tax": "453000", "vat": "451200"}.items():
            with self.subTest(ledger):
                self.assertLess(self.debt(code), 0)
                paid = self.payments(ledger, switch, last)
                self.assertAlmostEqual(self.debt(code), float(paid))

    def test_social_security_gets_whole_quarters(self):
        switch = switch_day(self.anchor)
        month = add_months(switch, -1)
        next_quarter = add_months(month, 3 - (month.month - 1) % 3)
        months = [switch]
        while months[-1] < next_quarter:
            months.append(add_months(months[-1], 1))
        still_due = sum(payroll(month).contributions for month in months[:-1])
        last = add_months(next_quarter, 1) - timedelta(days=1)
        paid = self.payments("social_security", switch, last)
        self.assertLess(self.debt("454000"), 0)
        self.assertAlmostEqual(self.debt("454000"), float(paid + still_due))

    def test_tax_returns_clear_the_tax_accounts(self):
        template = self.env["account.chart.template"].with_company(self.company)
        for name in TAX_ACCOUNTS:
            items = [("account_id", "=", template.ref(name).id)]
            with self.subTest(name):
                self.assertTrue(self.env["account.move.line"].search_count(items))
                closed = ("date", "<=", self.last_closed)
                self.assertAlmostEqual(self.balance(*items, closed), 0)

    def test_purchases_abroad_have_tax_in_both_grids(self):
        """Base (81, 82, 86, 87), tax that is due (55, 57) and tax deducted (59)."""
        grids = {"eu_goods": "81 86 55 59", "eu_tools": "82 86 55 59"}
        grids["import_goods"] = "81 87 57 59"
        for use, expected in grids.items():
            found = [d for d in self.documents.values() if d.use == use]
            items = self.move(found[0]).line_ids
            names = {name.strip("+-") for name in items.tax_tag_ids.mapped("name")}
            with self.subTest(use):
                self.assertEqual(names, set(expected.split()))

    def test_one_tax_return_is_open(self):
        """The others were paid, and are reconciled with their payments."""
        open_items = self.env["account.move.line"].search(
            [
                ("company_id", "=", self.company.id),
                ("account_id.code", "=", "451200"),
                ("date", "<=", self.last_closed),
                ("reconciled", "=", False),
            ]
        )
        self.assertEqual(open_items.mapped("date"), [self.last_closed])
        self.assertEqual(open_items.partner_id.name, TAX)
        self.assertAlmostEqual(open_items.amount_residual, self.debt("451200"))

    # === THE BOOKS AND THE BANKS === #

    def fetch(self):
        """Connect, accept what *Fetch Accounts* proposes, and read once."""
        self.registry_enter_test_mode()
        self.patch(client_module, "time", SimpleNamespace(sleep=lambda seconds: None))
        seed = {**demo_seed(self.now), "switches": {"background": False}}
        sandbox = SandboxProcess(seed=seed)
        self.addCleanup(sandbox.stop)
        connection = self.env["ponto.connection"].create(
            {
                "name": "Ponto",
                "company_id": self.company.id,
                "environment": "sandbox",
                "api_url": sandbox.url,
                "client_id": sandbox.client_id,
                "client_secret": sandbox.client_secret,
            }
        )
        connection.fetch_accounts()
        wizard = self.env["ponto.fetch.accounts"].create(
            {"connection_id": connection.id}
        )
        actions = {
            line.online_account_id.ponto_ref: line.action for line in wizard.line_ids
        }
        expected = dict.fromkeys(map(account_id, JOURNALS), "link")
        self.assertEqual(actions, {**expected, account_id("savings"): "create"})
        starts = set(wizard.line_ids.mapped("sync_start_date"))
        self.assertEqual(starts, {switch_day(self.anchor)})
        wizard.action_confirm()
        accounts = connection.online_account_ids
        for account in accounts:
            account.fetch_transactions()
        return sandbox, accounts

    def test_books_agree_with_every_bank(self):
        sandbox, accounts = self.fetch()
        self.assertEqual(len(accounts), 6)
        for account in accounts:
            with self.subTest(account.reference):
                self.assertAlmostEqual(self.ledger(account.journal_id), account.balance)
                self.assertTrue(account.transaction_ids)
        self.assertFalse(accounts.transaction_ids.filtered(lambda r: r.hold_code))
        self.check_matches(accounts)
        self.check_second_reading(sandbox, accounts)

    def check_matches(self, accounts):
        """Most of what is open has its line, found by reference and amount."""
        lines = accounts.transaction_ids.statement_line_id
        found = {(line.payment_ref, round(abs(line.amount), 2)) for line in lines}
        moves = self.env["account.move"].search(
            [
                ("company_id", "=", self.company.id),
                ("move_type", "!=", "entry"),
                ("payment_state", "in", ("not_paid", "partial")),
            ]
        )
        matched = moves.filtered(
            lambda m: (m.payment_reference, round(m.amount_residual, 2)) in found
        )
        self.assertGreater(len(matched), 30)
        self.assertGreater(len(matched), len(moves) / 2)
        overdue = (moves - matched).filtered(
            lambda m: m.invoice_date_due < self.anchor - timedelta(days=5)
        )
        self.assertTrue(overdue)

    def check_second_reading(self, sandbox, accounts):
        """The bank's new lines come, and one of them is dated in the closed period."""
        client = client_of(accounts.connection_id)
        for account in accounts:
            # As a person's click does: the bank books late what is held.
            for subtype in (LINES, SynchronizationSubtype.ACCOUNT_DETAILS):
                done = client.synchronize(account.ponto_ref, subtype, "127.0.0.1")
                while done.status not in ("success", "error"):
                    done = client.synchronization(done.id)
            account.fetch_transactions()
        accounts.connection_id.fetch_accounts()
        held = accounts.transaction_ids.filtered(lambda row: row.state == "held")
        self.assertEqual(held.mapped("hold_code"), ["locked_period"])
        self.assertLessEqual(held.execution_date, self.last_closed)
        for account in accounts:
            waiting = sum((held & account.transaction_ids).mapped("amount"))
            with self.subTest(account.reference):
                self.assertAlmostEqual(
                    self.ledger(account.journal_id) + waiting, account.balance
                )
