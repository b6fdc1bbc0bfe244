from odoo import Command
from odoo.tests import new_test_user, tagged

from ..common import account_seed, resource
from .common import ScenarioCommon

WRITTEN = (
    "2026-03-31T00:00:00.000Z",
    "2026-03-31T21:30:00.000Z",
    "2026-03-31",
    "2026-03-31T00:00:00Z",
)
ZONES = ("America/New_York", "Europe/Brussels")
IBANS = ("BE68539007547034", "BE71096123456769", "BE43068999999501")


@tagged("post_install", "-at_install")
class TestP07(ScenarioCommon):
    """A bank's day stays that day, whoever reads it, wherever and whenever."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.people = [
            new_test_user(
                cls.env,
                f"acme_{zone.split('/')[1].lower()}",
                groups="account.group_account_manager",
                tz=zone,
                company_id=cls.company.id,
                company_ids=[Command.set(cls.company.ids)],
            )
            for zone in ZONES
        ]
        cls.env.ref("base.user_root").tz = "UTC"

    def serve_days(self, ref, days):
        items = [
            resource(n, day, f"{n}.00", executionDate=text, valueDate=None)
            for n, (day, text) in enumerate(days, 1)
        ]
        self.serve_page(*items, ref=ref)

    def read_by_all(self, moment, days):
        """The schedule (UTC), a person in New York and one in Brussels; what is
        booked of each."""
        seeds = [
            account_seed(id=f"acc-{n}", reference=iban, holderName="Acme BV")
            for n, iban in enumerate(IBANS, 1)
        ]
        self.new_world(*seeds)
        self.sandbox.control("POST", "switches", json={"background": False})
        with self.at(moment):
            accounts = [
                self.linked_account(f"acc-{n}", code=f"BNK{n}") for n in (1, 2, 3)
            ]
            for person, account in zip(self.people, accounts[1:], strict=True):
                self.serve_days(account.ponto_ref, days)
                action = account.with_user(person).action_fetch_transactions()
                runs = self.env["ponto.sync.run"].browse(action["params"]["run_ids"])
                self.pump(runs.with_user(person))
            self.serve_days("acc-1", days)
            self.run_cron()
            self.env.invalidate_all()
        self.assertEqual(accounts[0].run_ids.trigger, "cron")
        self.assertEqual(
            accounts[1].run_ids.filtered("user_id").user_id, self.people[0]
        )
        return [sorted(self.booked(account)) for account in accounts]

    def assert_days(self, moment, day, evening="21:30"):
        """:param evening: the last half hour of that day in Brussels, written as UTC"""
        days = [
            (day, text.replace("2026-03-31", day).replace("21:30", evening))
            for text in WRITTEN
        ]
        expected = [(day, float(n)) for n in range(1, len(WRITTEN) + 1)]
        self.assertEqual(self.read_by_all(moment, days), [expected] * 3)

    def test_after_the_change_to_summer_time(self):
        """In New York it is still the evening of 31 March."""
        self.assert_days("2026-04-01 02:30:00", "2026-03-31")

    def test_before_the_change_to_summer_time(self):
        """The last day of winter, in the hour of the change."""
        self.assert_days("2026-03-29 00:59:00", "2026-03-28", evening="22:30")

    def test_read_in_winter(self):
        """31 March belongs to summer time, the day of reading to winter time."""
        self.assert_days("2026-11-02 23:30:00", "2026-03-31")
