from datetime import date

from odoo import Command
from odoo.exceptions import AccessError
from odoo.tests import new_test_user, tagged

from ..common import account_seed, transaction
from .common import IBAN, ScenarioCommon

OTHER_IBAN = "BE71096123456769"
CLOSED = "2026-03-31"
# One customer's name and number, known to both companies as contacts of their own.
CUSTOMER = {
    "counterpartName": "Bakkerij Peeters BV",
    "counterpartReference": "BE43068999999501",
}


@tagged("post_install", "-at_install")
class TestP39(ScenarioCommon):
    """One organisation at Ponto, two companies: each journal's company decides, whoever
    runs, and nobody sees what is the other's."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.other = cls.new_company("Acme Vastgoed BV")
        groups = "account.group_account_manager,account.group_account_basic"
        cls.user_x, cls.user_y = (
            new_test_user(
                cls.env,
                f"acme_{name}",
                groups=groups,
                company_id=company.id,
                company_ids=[Command.set(company.ids)],
            )
            for name, company in (("x", cls.company), ("y", cls.other))
        )

    def setUp(self):
        super().setUp()
        self.new_world(
            account_seed(
                transaction(1, "2026-03-20", "10.00", **CUSTOMER),
                transaction(2, "2026-04-08", "20.00", **CUSTOMER),
                reference=IBAN,
            ),
            account_seed(
                transaction(3, "2026-03-20", "-30.00", **CUSTOMER),
                transaction(4, "2026-04-08", "-40.00", **CUSTOMER),
                id="acc-2",
                institution="bank-b",
                reference=OTHER_IBAN,
            ),
            now="2026-04-10T09:00:00Z",
        )
        self.enterContext(self.at("2026-04-10 09:00:00"))
        self.partners = {
            company: self.contact_of(company) for company in (self.company, self.other)
        }
        self.second = self.connect(name="Ponto of Y", company_id=self.other.id)
        self.of_x = self.link(self.connection, "acc-1", self.company)
        self.of_y = self.link(self.second, "acc-2", self.other)
        # Books of Y are closed until the end of March, those of X are open.
        self.other.fiscalyear_lock_date = CLOSED
        # Whoever runs the schedule knows X alone.
        self.env.ref("base.user_root").write(
            {
                "company_ids": [Command.set(self.company.ids)],
                "company_id": self.company.id,
            }
        )
        self.env.flush_all()
        self.run_cron()
        self.env.invalidate_all()

    def contact_of(self, company):
        contact = self.env["res.partner"].create(
            {"name": CUSTOMER["counterpartName"], "company_id": company.id}
        )
        self.env["res.partner.bank"].create(
            {
                "acc_number": CUSTOMER["counterpartReference"],
                "partner_id": contact.id,
                "company_id": company.id,
            }
        )
        return contact

    def link(self, connection, ref, company):
        accounts = connection.fetch_accounts()
        account = accounts.filtered(lambda account: account.ponto_ref == ref)
        account.link_journal(self.chart_journal("bank", company), date(2026, 1, 1))
        return account

    def test_each_journals_company_decides(self):
        """Lines, partners, suspense accounts, numbers and lock dates."""
        march, april = ("2026-03-20", 10.0), ("2026-04-08", 20.0)
        self.assertEqual(self.booked(self.of_x), [march, april])
        self.assertEqual(self.booked(self.of_y), [("2026-04-08", -40.0)])
        held = self.rows(self.of_y, "held")
        self.assertEqual((held.hold_code, held.amount), ("locked_period", -30.0))
        for account, company in ((self.of_x, self.company), (self.of_y, self.other)):
            lines = self.lines(account)
            with self.subTest(company=company.name):
                self.assertEqual(lines.company_id, company)
                self.assertEqual(lines.partner_id, self.partners[company])
                items = lines.move_id.line_ids
                self.assertEqual(items.company_id, company)
                self.assertEqual(items.account_id.company_ids, company)
                suspense = account.journal_id.suspense_account_id
                self.assertIn(suspense, items.account_id)

    def test_nobody_sees_what_is_the_others(self):
        """Neither accounts in the picker nor fetches, held rows, reminders, proofs."""
        self.memories()
        for user, own, foreign in (
            (self.user_x, self.of_x, self.of_y),
            (self.user_y, self.of_y, self.of_x),
        ):
            for name in (
                "ponto.connection",
                "ponto.provider.account",
                "ponto.online.account",
                "ponto.transaction",
                "ponto.balance",
                "ponto.sync.run",
                "ponto.reminder",
                "ponto.closing.proof",
            ):
                records = self.env[name].with_user(user)
                with self.subTest(model=name, user=user.login):
                    # pylint: disable-next=no-search-all
                    found = records.search([])
                    self.assertEqual(found.company_id, own.company_id)
                    theirs = records.sudo().search(
                        [("company_id", "=", foreign.company_id.id)]
                    )
                    self.assertTrue(theirs)
                    with self.assertRaises(AccessError):
                        theirs.sudo(False).read(["display_name"])

    def memories(self):
        """A reminder and a proof in each company."""
        for account in (self.of_x, self.of_y):
            self.env["ponto.reminder"].sudo().create(
                {
                    "partner_id": self.partners[account.company_id].id,
                    "day": "2026-04-10",
                    "provider_account_ids": account.provider_account_id.ids,
                    "company_id": account.company_id.id,
                }
            )
            self.env["ponto.closing.proof"].sudo().create(
                {
                    "online_account_id": account.id,
                    "journal_id": account.journal_id.id,
                    "date": "2026-03-31",
                    "proved_by_id": self.env.uid,
                    "proved_at": "2026-04-10 09:00:00",
                }
            )

    def test_picker(self):
        """The one integration shows both accounts; a company is offered its own."""
        for user, connection, own, foreign in (
            (self.user_x, self.connection, "acc-1", OTHER_IBAN),
            (self.user_y, self.second, "acc-2", IBAN),
        ):
            action = connection.with_user(user).action_fetch_accounts()
            dialog = self.env["ponto.fetch.accounts"].browse(action["res_id"])
            dialog = dialog.with_user(user)
            offered = dialog.line_ids.online_account_id
            with self.subTest(user=user.login):
                self.assertEqual(offered.mapped("ponto_ref"), [own])
                self.assertIn("1 accounts", dialog.elsewhere_notice)
                for text in (dialog.elsewhere_notice, str(dialog.line_ids.read())):
                    self.assertNotIn(foreign, text)

    def test_chosen_company_does_not_matter(self):
        """A user of both who looks at X alone fetches for Y into Y."""
        both = self.user_x
        both.company_ids = [Command.link(self.other.id)]
        self.add_lines(transaction(5, "2026-04-09", "-50.00"), ref="acc-2")
        account = self.of_y.with_user(both).with_context(
            allowed_company_ids=[self.company.id, self.other.id]
        )
        action = account.action_fetch_transactions()
        self.pump(self.env["ponto.sync.run"].browse(action["params"]["run_ids"]))
        self.assertEqual(self.booked(self.of_y)[-1], ("2026-04-09", -50.0))
        self.assertEqual(self.lines(self.of_y).company_id, self.other)
