from odoo.tests import tagged

from .common import PontoCommon


@tagged("post_install", "-at_install")
class TestMainJob(PontoCommon):
    """From credentials to lines, and a quiet second run."""

    def test_fetch_twice(self):
        accounts = self.connection.fetch_accounts()
        self.assertEqual(len(accounts), 2)
        self.assertEqual(
            sorted(self.connection.provider_account_ids.mapped("name")),
            ["Sint-Michiels Krediet", "Vlinderbank"],
        )
        account = self.linked_account()
        run = account.fetch_transactions()
        self.assertEqual(run.state, "done", run.message)
        lines = self.lines(account)
        self.assertEqual(len(lines), 12)
        self.assertEqual(run.imported_count, 12)
        self.assertAlmostEqual(
            sum(lines.mapped("amount")), sum(n + 0.25 for n in range(1, 13))
        )
        self.run_cron()
        self.sandbox.clear_requests()
        self.run_cron()
        self.assertEqual(self.data_requests(), ["GET /accounts"])
        self.assertEqual(len(self.lines(account)), 12)
