from datetime import date, timedelta

from odoo.tests import tagged

from ..common import account_seed, transaction
from .common import IBAN, ScenarioCommon

T1, T100, T101, T102 = 1, 100, 101, 102


@tagged("post_install", "-at_install")
class TestP01(ScenarioCommon):
    """A line that the bank delivers late, below known ones, is found and booked."""

    def late(self, number, day, below, **attributes):
        ref = transaction(below, day, "1")["id"]
        part = transaction(number, day, f"{number}.01", **attributes)
        self.add_lines(part, position={"below": ref})

    def content(self, account):
        """Every line as it stands in the books, by its number."""
        return {
            line.id: (line.date, line.amount, line.payment_ref, line.write_date)
            for line in self.lines(account)
        }

    def test_late_lines(self):
        """100 known ones, five a day up to 9 April, lie above what comes late."""
        last = date(2026, 4, 9)
        parts = [
            transaction(n, last - timedelta(days=(100 - n) // 5), f"{n}.00")
            for n in range(T1, T100 + 1)
        ]
        seed = account_seed(*parts, holderName="Acme BV")
        self.new_world(seed, now="2026-04-10T09:00:00Z")
        with self.at("2026-04-10 09:00:00"):
            account = self.linked_account(code="BNK1", number=IBAN)
            account.fetch_transactions()
        before = self.content(account)
        self.assertEqual(len(before), 100)

        with self.at("2026-04-15 09:00:00"):
            self.late(T101, "2026-04-06", T100, valueDate="2026-04-03")
            self.run_cron()
        self.env.invalidate_all()
        run = account.run_ids[0]
        self.assertEqual(run.trigger, "cron")
        self.assertIn("1 new, back-dated 9 days", run.message)
        after = self.content(account)
        self.assertEqual({key: after[key] for key in before}, before)
        (added,) = after.keys() - before.keys()
        self.assertEqual(after[added][:2], (date(2026, 4, 6), 101.01))

        # Executed 20 days back and below everything that an hourly run looks at.
        with self.at("2026-04-16 09:30:00"):
            self.late(T102, "2026-03-27", T1)
            self.run_cron()
            self.env.invalidate_all()
            self.assertEqual(self.content(account), after)
        with self.at("2026-04-17 10:00:00"):
            self.run_cron()
        self.env.invalidate_all()
        deep = self.content(account)
        self.assertEqual({key: deep[key] for key in after}, after)
        (added,) = deep.keys() - after.keys()
        self.assertEqual(deep[added][:2], (date(2026, 3, 27), 102.01))
        self.assertIn("1 new, back-dated 21 days", account.run_ids[0].message)
