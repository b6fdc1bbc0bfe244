from datetime import date

from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user, tagged

from .common import account_seed, seed, transaction
from .test_fetch_accounts import FetchAccountsCommon

START = date(2026, 3, 1)


@tagged("post_install", "-at_install")
class TestPreview(FetchAccountsCommon):
    """Look before the first line is booked; leave, and come back."""

    @classmethod
    def seed_document(cls):
        rows = [
            transaction(1, "2026-02-20", "100.00", counterpartName="Molens De Maas"),
            transaction(2, "2026-02-25", "-20.00"),
            transaction(3, "2026-03-02", "50.00"),
            transaction(4, "2026-03-05", "-7.00"),
            transaction(5, "2026-03-05", "-7.00"),
            transaction(6, "2026-03-09", "8.00"),
        ]
        second = account_seed(
            transaction(101, "2026-03-03", "1.00"),
            id="acc-2",
            institution="bank-b",
            reference="BE71096123456769",
        )
        return seed([account_seed(*rows), second])

    def setUp(self):
        super().setUp()
        self.connection.fetch_accounts()
        self.journal = self.make_journal()

    def link(self, start=START, ref="acc-1"):
        """What the accountant ticks, and the reading that follows."""
        dialog = self.open_dialog()
        line = self.choose(dialog, ref, self.journal, sync_start_date=start)
        account = line.online_account_id
        runs = self.runs_of(dialog.action_preview())
        self.pump(runs)
        return account

    def runs_of(self, action):
        self.assertEqual(action["tag"], "account_ponto_sync.fetch_progress")
        return (
            self.env["ponto.sync.run"]
            .with_user(self.manager)
            .browse(action["params"]["run_ids"])
        )

    def preview(self, account):
        action = account.with_user(self.manager).action_open_preview()
        return (
            self.env["ponto.preview"].with_user(self.manager).browse(action["res_id"])
        )

    def confirm(self, dialog):
        runs = self.runs_of(dialog.action_confirm())
        self.pump(runs)
        return runs

    # === LOOKING === #

    def test_nothing_is_booked_and_everything_is_told(self):
        self.add_line("2026-03-05", -7.0)
        account = self.link()
        self.assertEqual(len(self.lines(account)), 1)
        self.assertEqual(account.state, "paused")
        self.assertRegex(account.status_message, "Check the preview")
        dialog = self.preview(account)
        self.assertEqual(
            dialog.line_ids.summary,
            "6 at Ponto since 02/20/2026; 4 from 03/01/2026; 2 of them look like existing "
            "lines: they are compared one by one, and nothing is booked twice.",
        )
        self.assertRegex(dialog.summary, "^New lines if you confirm: 2")

    def add_line(self, day, amount):
        return self.env["account.bank.statement.line"].create(
            {"journal_id": self.journal.id, "date": day, "amount": amount}
        )

    def test_result_of_the_reading(self):
        account = self.link()
        self.assertEqual(
            account.run_ids.message.split(" Ponto has")[0],
            "6 at Ponto since 02/20/2026. Nothing was booked.",
        )
        progress = account.run_ids._get_progress()
        self.assertEqual((progress["kind"], progress["imported"]), ("preview", 0))

    def test_an_account_without_transactions(self):
        self.new_world(account_seed())
        account = self.link()
        self.assertEqual(
            self.preview(account).line_ids.summary, "Ponto lists no transactions."
        )
        self.assertRegex(account.run_ids.message, "^Ponto lists no transactions")

    def test_a_list_that_broke_off_is_told(self):
        self.plan("/accounts/acc-1/transactions", status=500, times=None)
        account = self.link()
        self.assertEqual(account.run_ids.state, "failed")
        dialog = self.preview(account)
        self.assertRegex(dialog.line_ids.summary, "was not read completely")
        self.end_faults()
        self.confirm(dialog)
        self.assertEqual(len(self.lines(account)), 4)

    # === LEAVING === #

    def test_whoever_leaves_finds_it_as_it_was(self):
        account = self.link()
        self.add_lines(transaction(7, "2026-03-10", "9.00"))
        for _ in range(3):
            self.run_cron()
        self.assertFalse(self.lines(account))
        with self.refusal("Check the preview"):
            account.fetch_transactions()
        with self.refusal("Check the preview"):
            account.action_fetch_transactions()
        card = self.journal.with_user(
            self.manager
        )._get_journal_dashboard_data_batched()
        self.assertTrue(card[self.journal.id]["ponto"]["awaits_confirmation"])
        self.assertFalse(card[self.journal.id]["ponto"]["can_fetch"])
        action = self.journal.with_user(self.manager).action_ponto_open_preview()
        self.assertEqual(action["res_model"], "ponto.preview")

    def test_the_schedule_finishes_a_look_that_was_left(self):
        dialog = self.open_dialog()
        line = self.choose(dialog, "acc-1", self.journal, sync_start_date=START)
        account = line.online_account_id
        run = self.runs_of(dialog.action_preview())
        run.sudo().next_step_at = False
        self.run_cron()
        self.assertEqual(run.state, "done")
        self.assertEqual(account.transaction_ids.mapped("state").count("new"), 4)
        self.assertFalse(self.lines(account))

    def test_unlinking_gives_the_account_back(self):
        account = self.link()
        account.with_user(self.manager).unlink_journal()
        account.with_user(self.manager).link_journal(self.journal, START)
        self.assertFalse(account.awaits_confirmation)
        account.fetch_transactions()
        self.assertEqual(len(self.lines(account)), 4)

    # === CONFIRMING === #

    def test_confirmed(self):
        account = self.link()
        runs = self.confirm(self.preview(account))
        self.assertEqual(
            self.booked(account),
            [
                ("2026-03-02", 50.0),
                ("2026-03-05", -7.0),
                ("2026-03-05", -7.0),
                ("2026-03-09", 8.0),
            ],
        )
        self.assertRegex(runs.message, "^4 transactions since 03/01/2026 imported")
        self.assertEqual(account.state, "ok")
        self.assertFalse(account.awaits_confirmation)

    def test_as_without_a_preview(self):
        """The same lines, holds and left out rows as a first fetch at once."""
        other = self.make_journal(code="BNK8")
        self.add_line("2026-03-05", -7.0)
        account = self.link()
        self.confirm(self.preview(account))
        with_preview = self.what_became(account)
        account.with_user(self.manager).unlink_journal()
        self.new_world(*self.seed_document()["accounts"])
        self.env["ponto.transaction"].sudo().search([]).unlink()
        account.sudo().write({"sync_start_date": False, "complete_at": False})
        self.env["account.bank.statement.line"].create(
            {"journal_id": other.id, "date": "2026-03-05", "amount": -7.0}
        )
        account.link_journal(other, START)
        account.fetch_transactions()
        self.assertEqual(self.what_became(account), with_preview)

    def what_became(self, account):
        return (
            self.booked(account),
            sorted(
                (row.ponto_ref, row.state, row.hold_code, bool(row.raw), row.label)
                for row in self.rows(account)
            ),
        )

    def test_lines_of_an_earlier_installation_are_adopted(self):
        ref = transaction(4, START, "0")["id"]
        line = self.add_line("2026-03-05", -7.0)
        line.sudo().transaction_details = {
            "ponto": {"account": "acc-1", "transaction": ref}
        }
        account = self.link()
        self.assertRegex(self.preview(account).line_ids.summary, "1 of them look like")
        self.confirm(self.preview(account))
        self.assertEqual(len(self.lines(account)), 4)
        self.assertEqual(line.ponto_transaction_ids.mapped("ponto_ref"), [ref])

    def test_what_came_meanwhile_is_booked(self):
        account = self.link()
        dialog = self.preview(account)
        self.add_lines(transaction(7, "2026-03-10", "9.00"))
        self.confirm(dialog)
        self.assertEqual(len(self.lines(account)), 5)

    def test_ids_exchanged_and_payments_withdrawn_meanwhile(self):
        """What was looked at is no payment that is booked beside its new id."""
        account = self.link()
        dialog = self.preview(account)
        for number in (3, 6):
            ref = transaction(number, START, "0")["id"]
            self.sandbox.control("DELETE", f"accounts/acc-1/transactions/{ref}")
        again = transaction(
            9, "2026-03-02", "50.00", remittanceInformation="Transaction 3"
        )
        self.add_lines(again)
        self.confirm(dialog)
        self.assertEqual(
            self.booked(account),
            [("2026-03-02", 50.0), ("2026-03-05", -7.0), ("2026-03-05", -7.0)],
        )

    def test_one_that_was_unlinked_does_not_block_the_others(self):
        account = self.link()
        self.journal = self.make_journal(code="BNK8")
        second = self.link(ref="acc-2")
        account.with_user(self.manager).unlink_journal()
        dialog = self.preview(account | second)
        self.assertEqual(dialog.line_ids.account_id, second)
        self.confirm(dialog)
        self.assertEqual(len(self.lines(second)), 1)

    def test_no_opening_balance_before(self):
        account = self.link()
        self.assertIn("Check the preview", account._opening_refusal({}))

    def test_several_accounts_at_once(self):
        account = self.link()
        self.journal = self.make_journal(code="BNK8")
        second = self.link(ref="acc-2")
        action = second.journal_id.with_user(self.manager).action_ponto_open_preview()
        dialog = self.env["ponto.preview"].with_user(self.manager)
        dialog = dialog.browse(action["res_id"])
        self.assertEqual(dialog.line_ids.account_id, account | second)
        self.assertRegex(dialog.summary, "^New lines if you confirm: 5")
        self.confirm(dialog)
        self.assertEqual((len(self.lines(account)), len(self.lines(second))), (4, 1))

    def test_not_while_the_connection_is_cut(self):
        account = self.link()
        dialog = self.preview(account)
        action = self.connection.with_user(self.manager).action_disconnect()
        cut = self.env[action["res_model"]].with_user(self.manager)
        cut.browse(action["res_id"]).action_disconnect()
        self.assert_answered(".", dialog.action_confirm())
        self.assertTrue(account.awaits_confirmation)
        self.assertFalse(self.lines(account))

    def test_somebody_else_confirmed(self):
        account = self.link()
        late = self.preview(account)
        self.confirm(self.preview(account))
        self.assert_answered(
            "Another user has confirmed in the meantime", late.action_confirm()
        )
        self.assertEqual(len(self.lines(account)), 4)

    def test_the_page_that_is_opened_again(self):
        """It promises nothing that was decided meanwhile."""
        account = self.link()
        [look] = account.run_ids.sudo(False).with_user(self.manager)
        [told] = look.action_step()["runs"]
        self.assertEqual((told["kind"], told["awaits"]), ("preview", True))
        self.confirm(self.preview(account))
        [told] = look.action_step()["runs"]
        self.assertEqual((told["kind"], told["awaits"]), ("preview", False))

    def test_not_while_the_list_is_read(self):
        dialog = self.open_dialog()
        self.choose(dialog, "acc-1", self.journal, sync_start_date=START)
        runs = self.runs_of(dialog.action_preview())
        preview = self.preview(runs.sudo().online_account_id)
        self.assertRegex(preview.line_ids.summary, "still being read")
        self.assert_answered("still being read", preview.action_confirm())

    # === ANOTHER START === #

    def test_an_earlier_start(self):
        account = self.link()
        dialog = self.preview(account)
        dialog.line_ids.sync_start_date = date(2026, 2, 1)
        self.assertRegex(dialog.line_ids.summary, "6 from 02/01/2026")
        self.confirm(dialog)
        self.assertEqual(len(self.lines(account)), 6)
        first = self.lines(account).filtered(lambda line: line.amount == 100.0)
        self.assertEqual(first.partner_name, "Molens De Maas")

    def test_a_later_start(self):
        account = self.link(start=date(2026, 2, 1))
        dialog = self.preview(account)
        dialog.line_ids.sync_start_date = date(2026, 3, 5)
        self.assertRegex(dialog.line_ids.summary, "3 from 03/05/2026")
        self.confirm(dialog)
        self.assertEqual(len(self.lines(account)), 3)
        early = self.rows(account, "before_cutover")
        self.assertEqual(len(early), 3)
        self.assertFalse(any(early.mapped("raw")) or any(early.mapped("label")))
        self.assertFalse(self.rows(account, "held"))

    def test_a_start_in_a_closed_period_is_refused(self):
        self.company.sudo().hard_lock_date = date(2026, 2, 22)
        account = self.link()
        dialog = self.preview(account)
        dialog.line_ids.sync_start_date = date(2026, 2, 21)
        self.assert_answered("closed until", dialog.action_confirm())
        self.assertFalse(self.lines(account))
        self.assertEqual(account.sync_start_date, START)

    def test_days_closed_meanwhile(self):
        account = self.link()
        self.company.sudo().hard_lock_date = date(2026, 3, 5)
        dialog = self.preview(account)
        self.assertRegex(dialog.line_ids.summary, "3 in a closed period: held")
        self.confirm(dialog)
        self.assertEqual(self.booked(account), [("2026-03-09", 8.0)])
        self.assertEqual(len(self.rows(account, "held")), 3)

    # === RIGHTS === #

    def test_only_who_may_connect_confirms(self):
        account = self.link()
        clerk = new_test_user(
            self.env,
            "ponto_clerk",
            groups="account.group_account_basic",
            company_id=self.company.id,
            company_ids=[(6, 0, self.company.ids)],
        )
        with self.assertRaises(AccessError):
            account.with_user(clerk).action_open_preview()
        with self.assertRaises(AccessError):
            account.with_user(clerk).confirm_first_fetch()
        self.assertTrue(account.awaits_confirmation)

    def test_nothing_to_preview(self):
        dialog = self.open_dialog()
        self.skip_all(dialog)
        self.assert_answered("Tick the accounts", dialog.action_preview())
        account = self.connection.online_account_ids[:1]
        with self.assertRaisesRegex(
            UserError, "No account has a first import to confirm"
        ):
            account.with_user(self.manager).action_open_preview()
