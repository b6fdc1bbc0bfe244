from odoo.tests import tagged

from ..common import transaction
from .common import ScenarioCommon

LINES = "^/accounts/acc-1/transactions$"


@tagged("post_install", "-at_install")
class TestP28(ScenarioCommon):
    """An empty list is a success; an error that comes with status 200 is none."""

    def test_empty(self):
        account = self.acme()
        self.assertEqual(account.run_ids.state, "done")
        self.assertEqual(account.run_ids.read_count, 0)
        self.assertRegex(account.run_ids.message, "^0 transactions since 01/01/2026")
        self.assertIn(account.state, ("ok", "expiring"))
        success = account.last_success_at
        self.assertTrue(success)
        run = self.fetch(account)
        self.assertRegex(run.message, "^No new transactions")

    def refused(self, **answer):
        """Failure, and what is complete is where it was."""
        with self.at("2026-04-15 10:00:00"):
            account = self.acme(
                transaction(1, "2026-04-14", "10.00"), now="2026-04-15T10:00:00Z"
            )
        names = ("complete_at", "last_success_at", "bank_data_at")
        before = [account[name] for name in names]
        self.plan(LINES, **{"status": 200, "times": None, **answer})
        with self.at("2026-04-15 12:00:00"):
            run = self.fetch(account)
            self.assertEqual(run.state, "failed")
            self.env.invalidate_all()
            self.assertEqual([account[name] for name in names], before)
            self.assertEqual(account.state, "error")
            self.assertNotEqual(account.status_color, "success")
            self.assertEqual(len(self.booked(account)), 1)

    def test_error_document(self):
        errors = [{"code": "serviceUnavailable", "detail": "later"}]
        self.refused(body={"errors": errors})

    def test_no_data(self):
        self.refused(body={"meta": {}, "links": {}})

    def test_null(self):
        self.refused(body={"data": None})

    def test_nothing_at_all(self):
        self.refused(kind="empty")
