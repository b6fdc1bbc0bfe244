from odoo.tests import tagged

from ..common import transaction
from .common import ScenarioCommon

CURSOR = [
    "complete_at",
    "walk_run_id",
    "walk_cursor",
    "deep_read_at",
    "last_read_at",
    "reads_left",
]


@tagged("post_install", "-at_install")
class TestP19(ScenarioCommon):
    """A period is compared with Ponto; only what is missing is imported again."""

    def dialog(self, action):
        dialogs = self.env[action["res_model"]].with_user(self.accountant)
        return dialogs.browse(action["res_id"])

    def drive(self, action):
        runs = self.env["ponto.sync.run"].browse(action["params"]["run_ids"])
        self.pump(runs.with_user(self.accountant))
        self.assertEqual(runs.mapped("state"), ["done"], runs.message)
        return runs.with_user(self.accountant)

    def check_march(self, account):
        dialog = self.dialog(account.with_user(self.accountant).action_check_period())
        dialog.write({"date_from": "2026-03-01", "date_to": "2026-03-31"})
        run = self.drive(dialog.action_check())
        return self.dialog(run.action_open_check())

    def test_two_deleted_and_one_edited(self):
        account = self.acme(
            transaction(40, "2026-02-28", "40.00"),
            *[transaction(n, f"2026-03-{n:02}", f"{n}.00") for n in range(1, 31)],
            transaction(41, "2026-04-01", "41.00"),
        )
        lines = self.lines(account)
        edited = lines.filtered(lambda line: line.amount == 9)
        lines.filtered(lambda line: line.amount in (4, 17)).with_user(
            self.accountant
        ).unlink()
        edited.payment_ref = "Rent of the shop"
        kept = self.lines(account)
        before = account.sudo().read(CURSOR)
        self.env.flush_all()

        preview = self.check_march(account)
        self.assertEqual(preview.known_count, 28)
        self.assertEqual(preview.line_ids.mapped("kind"), ["missing"] * 2)
        self.assertEqual(sorted(preview.line_ids.mapped("amount")), [4.0, 17.0])
        self.assertIn("28 in the books, 2 missing", preview.summary)
        self.assertEqual(self.lines(account), kept, "it is only a preview")

        preview.line_ids.selected = True
        run = self.drive(preview.action_import())
        self.assertEqual(run.imported_count, 2)
        added = self.lines(account) - kept
        self.assertEqual(sorted(added.mapped("amount")), [4.0, 17.0])
        self.assertEqual(len(self.lines(account)), 32)
        self.assertEqual(edited.payment_ref, "Rent of the shop")
        self.assertEqual(account.sudo().read(CURSOR), before)
        again = self.check_march(account)
        self.assertEqual((again.known_count, len(again.line_ids)), (30, 0))
