import re
from pathlib import Path

from odoo.exceptions import AccessError
from odoo.tests import new_test_user, tagged

from ..models.monitoring.ponto_online_account_worklist import REASONS
from .common import PontoCommon

NOON = "2026-06-15 12:00:00"
FAR, WEEKS, DAYS, PAST = (
    "2026-11-12 08:00:00",
    "2026-07-01 08:00:00",
    "2026-06-20 08:00:00",
    "2026-06-01 08:00:00",
)
# Found five days ago, and still there at the bank's last report.
DIFFERENT = {
    "balance": 5.0,
    "balance_date": "2026-06-15",
    "complete_at": NOON,
    "difference_report_at": "2026-06-10 12:00:00",
    "difference_since": "2026-06-10 12:00:00",
    "linked_at": "2026-06-01 12:00:00",
    "listed_synchronized_at": NOON,
}
LINE = "ponto.worklist.line"
PAGE = Path(__file__).parents[1] / "docs" / "worklist.md"


@tagged("post_install", "-at_install")
class TestWorklist(PontoCommon):
    """What needs a person, over all companies of a user, the most urgent first."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.other = cls.new_company("Peeters Vastgoed")
        cls.foreign = cls.new_company("De Smet")
        cls.bookkeeper = cls.make_user("ponto_firm", "account.group_account_manager")
        cls.auditor = cls.make_user("ponto_audit", "account.group_account_readonly")

    @classmethod
    def make_user(cls, login, group):
        companies = cls.company | cls.other
        return new_test_user(
            cls.env,
            login,
            groups=f"{group},base.group_multi_company",
            company_id=cls.company.id,
            company_ids=[(6, 0, companies.ids)],
        )

    def setUp(self):
        super().setUp()
        self.enterContext(self.at(NOON))
        self.number = 0
        self.account = self.linked_account()

    def another(self, company=None, **vals):
        """One more account that feeds a journal, under a connection of its own."""
        company = company or self.company
        self.number += 1
        journal = (
            self.env["account.journal"]
            .sudo()
            .create(
                {
                    "name": f"Bank {self.number}",
                    "code": f"W{self.number}",
                    "type": "bank",
                    "company_id": company.id,
                }
            )
        )
        connection = self.connection.sudo().create(
            {
                "name": f"Ponto {self.number}",
                "company_id": company.id,
                "environment": "sandbox",
                "api_url": self.sandbox.url,
                "client_id": f"id {self.number}",
                "client_secret": "not asked",
            }
        )
        institution = self.account.provider_account_id.sudo().copy(
            {"connection_id": connection.id}
        )
        return self.account.sudo().create(
            {
                "connection_id": connection.id,
                "provider_account_id": institution.id,
                "ponto_ref": f"more-{self.number}",
                "reference": f"BE{self.number:014}",
                "currency_id": self.account.currency_id.id,
                "currency_code": "EUR",
                "journal_id": journal.id,
                "sync_start_date": "2026-01-01",
                "last_success_at": NOON,
                "bank_data_at": NOON,
                "last_read_at": NOON,
                "authorization_expires_at": FAR,
                **vals,
            }
        )

    def stand(self, account, **vals):
        account.sudo().write(vals)

    def worklist(self, user=None, companies=None):
        """The rows as the screen gets them, with one company chosen."""
        self.env.flush_all()
        self.env.invalidate_all()
        user = user or self.bookkeeper
        lines = (
            self.env[LINE]
            .with_user(user)
            .with_context(allowed_company_ids=(companies or user.company_id).ids)
        )
        action = lines._open()
        self.assertEqual(action["res_model"], LINE)
        return lines.search([])

    def row(self, account, user=None):
        return self.worklist(user).filtered(
            lambda line: line.online_account_id == account
        )

    def test_reasons_in_order(self):
        """One account gets them one after the other, the least urgent first: each that
        is added and is more urgent takes its place."""
        self.stand(self.account, authorization_expires_at=FAR)
        account = self.account
        institution = account.provider_account_id.sudo()
        self.assertEqual(self.row(account).reason, "unread")
        self.stand(account, last_success_at=NOON, bank_data_at=NOON)
        found = [self.row(account).reason]
        account.fetch_transactions()
        self.stand(account, bank_data_at=NOON, authorization_expires_at=FAR)
        # What is not in the books yet is no difference that lasts.
        self.stand(account, balance_date=False)
        found.append(self.row(account).reason)
        self.stand(account, bank_data_at="2026-06-13 12:00:00")
        found.append(self.row(account).reason)
        self.stand(account, authorization_expires_at=WEEKS, bank_data_at=NOON)
        found.append(self.row(account).reason)
        self.rows(account)[:1].sudo()._hold("same_or_new")
        found.append(self.row(account).reason)
        self.stand(
            account,
            **DIFFERENT,
        )
        found.append(self.row(account).reason)
        self.stand(account, authorization_expires_at=DAYS)
        found.append(self.row(account).reason)
        self.stand(account, problem_code="not_found", problem_since=NOON)
        found.append(self.row(account).reason)
        self.stand(account, problem_code=False, authorization_expires_at=PAST)
        self.stand(account, bank_data_at="2026-05-30 12:00:00")
        found.append(self.row(account).reason)
        self.assertEqual(
            found,
            [
                *("nothing", "not_matched", "stale", "expiring", "held"),
                *("different", "ends_now", "stopped", "expired"),
            ],
        )
        order = [code for code, _label in REASONS]
        self.assertEqual(found, sorted(found, key=order.index, reverse=True))
        # What one said is awaited no more.
        institution.is_closed_at_bank = True
        self.assertEqual(self.row(account).reason, "different")

    def test_what_heals_itself_waits_a_day(self):
        account = self.another(problem_code="ponto_down", problem_since=NOON)
        self.assertEqual(self.row(account).reason, "nothing")
        self.stand(account, problem_since="2026-06-14 11:00:00")
        self.assertEqual(self.row(account).reason, "stopped")

    def test_all_companies_by_urgency(self):
        """One list whatever company is chosen; a foreign one is not in it."""
        self.stand(self.account, last_success_at=NOON, bank_data_at=NOON)
        later = self.another(authorization_expires_at=DAYS)
        sooner = self.another(
            self.other, authorization_expires_at="2026-06-17 08:00:00"
        )
        ended = self.another(
            self.other, authorization_expires_at=PAST, bank_data_at=PAST
        )
        hidden = self.another(self.foreign, authorization_expires_at=PAST)
        rows = self.worklist()
        self.assertEqual(rows[:3].online_account_id.sudo(), ended | sooner | later)
        self.assertNotIn(hidden, rows.sudo().online_account_id)
        self.assertEqual(rows[1].days_left, 2)
        for choice in (self.other, self.company | self.other):
            self.assertEqual(self.worklist(companies=choice), rows, "kept rows")
        self.assertFalse(
            self.env[LINE].with_user(self.auditor).search([]), "one of the user's"
        )

        shown = rows.web_search_read(
            [("company_id", "=", self.other.id)],
            {"company_id": {"fields": {"display_name": {}}}, "sentence": {}},
        )["records"]
        self.assertEqual(
            [row["company_id"]["display_name"] for row in shown],
            ["Peeters Vastgoed"] * 2,
        )
        self.assertIn("the accountant cannot do it", shown[0]["sentence"])
        self.assertEqual(
            rows.search([("online_account_id.reference", "=", ended.reference)]),
            rows[0],
        )

        # Whoever leaves the company sees nothing of it, and the row goes.
        self.bookkeeper.company_ids -= self.other
        self.env.invalidate_all()
        self.assertNotIn(rows[0], rows.search([]))
        self.assertNotIn(ended, self.worklist().sudo().online_account_id)

    def test_the_button_leads_to_the_answer(self):
        account = self.another(self.other, authorization_expires_at=PAST)
        self.stand(account, bank_data_at=PAST)
        doors = {}

        def door(user=None):
            row = self.row(account, user)
            action = row.action_answer()
            allowed = action["context"]["allowed_company_ids"]
            self.assertEqual(allowed, self.other.ids, "the row's company")
            doors[row.answer] = action.get("res_model") or action["tag"]
            # What it opens is readable with the companies that the screen then has.
            if action.get("res_id"):
                target = self.env[action["res_model"]].with_user(
                    user or self.bookkeeper
                )
                target = target.with_context(**action["context"])
                target.browse(action["res_id"]).check_access("read")
            return action

        door()
        self.assertEqual(self.row(account, self.auditor).answer, "open")
        door(self.auditor)
        self.stand(account, authorization_expires_at=FAR, last_success_at=False)
        door()
        self.stand(account, last_success_at=NOON, bank_data_at=NOON)
        account.run_ids.sudo().unlink()
        self.env["account.bank.statement.line"].sudo().with_company(self.other).create(
            {"journal_id": account.journal_id.id, "amount": 5, "date": "2026-06-01"}
        )
        action = door()
        self.assertEqual(
            action["domain"], [("journal_id", "in", account.journal_id.ids)]
        )
        self.assertEqual(action["context"]["search_default_not_matched"], 1)
        self.assertIn("1 transaction is not matched", self.row(account).sentence)
        self.env["ponto.transaction"].sudo().create(
            {
                "online_account_id": account.id,
                "ponto_ref": "held-1",
                "amount": 1,
                "state": "held",
                "hold_code": "refused",
            }
        )
        action = door()
        self.assertEqual(action["domain"], [("online_account_id", "=", account.id)])
        self.assertIn("needs your decision", self.row(account).sentence)
        self.assertEqual(
            doors,
            {
                "reauthorize": "ponto.reauthorize",
                "open": "ponto.online.account",
                "fetch": "account_ponto_sync.fetch_progress",
                "match": "account.bank.statement.line",
                "held": "ponto.transaction",
            },
        )
        # Another's row is nobody's.
        with self.refusal("", AccessError):
            self.row(account).with_user(self.auditor).action_answer()

    def test_new_account(self):
        """*New: choose a journal*, for whoever may; one that is over is not listed."""
        account = self.connection.online_account_ids - self.account
        row = self.row(account)
        self.assertEqual((row.reason, row.answer), ("new", "choose"))
        self.assertIn("choose a journal", row.sentence)
        self.assertEqual(row.action_answer()["res_model"], "ponto.fetch.accounts")
        self.assertEqual(self.row(account, self.auditor).answer, "open")
        bank = account.provider_account_id
        self.assertEqual((bank.account_count, bank.new_account_count), (1, 1))
        linked = self.account.provider_account_id
        self.assertEqual((linked.account_count, linked.new_account_count), (1, 0))
        self.stand(account, revoked_at=NOON)
        self.assertFalse(self.row(account))
        self.assertEqual((bank.account_count, bank.new_account_count), (0, 0))

    def test_history_of_a_bank(self):
        self.account.fetch_transactions()
        bank = self.account.provider_account_id.with_user(self.auditor)
        action = bank.action_open_runs()
        runs = self.env[action["res_model"]].search(action["domain"])
        self.assertEqual(runs, self.account.run_ids)
        self.assertTrue(runs)

    def test_statements_for_any_number_of_accounts(self):
        """Twelve accounts at as many connections cost what three cost."""

        def count():
            self.worklist()
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            lines = self.env[LINE].with_user(self.bookkeeper)
            lines._open()
            self.env.flush_all()
            self.env.invalidate_all()
            found = lines.web_search_read(
                [],
                {
                    "company_id": {"fields": {"display_name": {}}},
                    "account_name": {},
                    "sentence": {},
                    "reason": {},
                },
            )
            return found["length"], self.env.cr.sql_log_count - before

        more = {"authorization_expires_at": WEEKS, **DIFFERENT}
        self.another(self.other, **more)
        count()  # what is asked once in a process
        length, three = count()
        self.assertEqual(length, 3)
        for number in range(9):
            self.another((self.company, self.other)[number % 2], **more)
        length, twelve = count()
        self.assertEqual(length, 12)

        self.assertLessEqual(twelve, three)
        self.assertLessEqual(twelve, 60)

    def test_each_reason_is_explained(self):
        text = PAGE.read_text(encoding="utf-8")
        told = re.findall(r"^\| \d+ \| \*([^*]+)\*", text, re.MULTILINE)
        self.assertEqual(told, [label for _code, label in REASONS])
