from odoo.tests import tagged

from ..common import account_seed, transaction
from .common import IBAN, ScenarioCommon

IBANS = (IBAN, "BE71096123456769", "BE43068999999501")


@tagged("post_install", "-at_install")
class TestP40(ScenarioCommon):
    """What is archived, closed or no longer shared costs no call, and comes back whole."""

    def setUp(self):
        super().setUp()
        self.new_world(
            *[
                account_seed(
                    transaction(n, "2026-04-08", f"{n}.00"),
                    id=f"acc-{n}",
                    reference=iban,
                )
                for n, iban in enumerate(IBANS, 1)
            ],
            now="2026-04-09T07:00:00Z",
            switches={"background": False},
        )
        self.enterContext(self.at("2026-04-09 07:00:00"))
        self.accounts = [
            self.linked_account(f"acc-{n}", code=f"BNK{n}") for n in (1, 2, 3)
        ]
        self.cron()
        self.assert_booked(1)

    def cron(self):
        self.env.flush_all()
        self.sandbox.clear_requests()
        self.run_cron()
        self.env.invalidate_all()
        return [line for line in self.data_requests() if "/acc-" in line]

    def assert_booked(self, count):
        booked = [len(self.booked(account)) for account in self.accounts]
        self.assertEqual(booked, [count] * 3)

    def close(self, ref):
        """Its institution was replaced, and its authorization has ended."""
        self.sandbox.control("PATCH", f"accounts/{ref}", json={"deprecated": True})
        self.sandbox.control("POST", f"accounts/{ref}/expire", json={})

    def share(self, refs):
        key = f"integrations/{self.sandbox.client_id}"
        self.sandbox.control("PATCH", key, json={"accounts": refs})

    def test_archived_closed_and_no_longer_shared(self):
        archived, closed, unshared = self.accounts
        archived.journal_id.with_user(self.manager).active = False
        self.close("acc-2")
        self.share(["acc-1", "acc-2"])
        for n in (1, 2, 3):
            self.add_lines(transaction(10 + n, "2026-04-10", f"{n}.50"), ref=f"acc-{n}")
        # One round tells; then a week of them, without any call for the three.
        for day in range(11, 18):
            with self.at(f"2026-04-{day} 07:00:00"):
                self.assertEqual(self.cron(), [])
                states = [account.state for account in self.accounts]
                self.assertEqual(states, ["paused", "paused", "revoked"])
        for account, part in (
            (archived, "the journal is archived"),
            (closed, "replaced this institution"),
            (unshared, "no longer shares this account"),
        ):
            self.assertIn(part, account.status_message)
        self.assert_booked(1)
        self.assertEqual(self.connection.state, "connected")
        # All comes back, and so does what was missed.
        with self.at("2026-04-18 07:00:00"):
            archived.journal_id.with_user(self.manager).active = True
            reopened = {"deprecated": False}
            self.sandbox.control("PATCH", "accounts/acc-2", json=reopened)
            self.sandbox.control("POST", "accounts/acc-2/reauthorize", json={})
            self.share("all")
            self.cron()
            self.assertEqual([account.state for account in self.accounts], ["ok"] * 3)
        self.assert_booked(2)
        for n, account in enumerate(self.accounts, 1):
            self.assertIn(("2026-04-10", n + 0.5), self.booked(account))
