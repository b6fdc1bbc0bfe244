"""Bank lines are matched with open items of their amount (folder matching/)."""

from odoo import fields
from odoo.exceptions import AccessError
from odoo.tests import tagged

from ..matching.wizard import ponto_match_certain
from .common import START, account_seed, transaction
from .common_matching import MatchingCommon

LINE = "account.bank.statement.line"
COMMUNICATION = "+++090/9337/55493+++"


@tagged("post_install", "-at_install")
class TestBankLineMatching(MatchingCommon):
    # === CANDIDATES === #

    def test_candidates_their_order_and_reasons(self):
        invoice = self.document(100, payment_reference=COMMUNICATION)
        other = self.document(100)
        self.document(100.01)
        self.document(100, "in_invoice", ref="F-2026-77")
        self.document(100, "out_refund")
        paid = self.document(100)
        [line] = self.book((f"Thanks 090 9337 55493 {paid.name}x", "100.00"))
        payment = (
            self.env["account.payment.register"]
            .with_context(active_model="account.move", active_ids=paid.ids)
            .create({"journal_id": line.sudo().journal_id.id})
            ._create_payments()
        )
        self.assertTrue(payment.move_id, "an outstanding item waits")
        line.sudo().partner_id = self.customer
        self.assertEqual(
            self.offered(line),
            [
                (payment.name, "partner", False),
                (invoice.name, "reference", True),
                (other.name, "partner", False),
            ],
        )
        self.choose(line)
        self.assertTrue(line.is_reconciled)
        self.assertEqual(line.ponto_match_state, "matched")
        self.assertEqual(payment.state, "paid")
        self.assertEqual(invoice.payment_state, "not_paid")

    def test_signs(self):
        """Money out pays bills and credit notes, money in invoices and refunds of
        suppliers."""
        documents = {
            kind: self.document(40, kind)
            for kind in ("out_invoice", "out_refund", "in_invoice", "in_refund")
        }
        received, paid = self.book(("a", "40.00"), ("b", "-40.00"))

        def names(*kinds):
            return {documents[kind].name for kind in kinds}

        found = {name for name, *_ in self.offered(received)}
        self.assertEqual(found, names("out_invoice", "in_refund"))
        found = {name for name, *_ in self.offered(paid)}
        self.assertEqual(found, names("out_refund", "in_invoice"))

    def test_foreign_currency(self):
        """Only where nothing is left over in either currency."""
        dollar = self.env.ref("base.USD")
        dollar.active = True
        self.set_currency_rate(dollar, "2025-12-01", 2)
        self.set_currency_rate(dollar, START, 4)
        same = self.document(100, currency_id=dollar.id)
        self.document(100, currency_id=dollar.id, invoice_date="2025-12-02")
        self.document(25)
        self.document(100)
        self.new_world(account_seed(currency="USD"))
        account = self.linked_account(currency=dollar)
        self.add_lines(transaction(1, START, "100.00", currency="USD"))
        account.fetch_transactions()
        line = self.lines(account).with_user(self.accountant)
        self.assertEqual([name for name, *_ in self.offered(line)], [same.name])
        self.choose(line)
        self.assertIn(same.payment_state, ("paid", "in_payment"))
        partials = same.line_ids.matched_credit_ids
        self.assertTrue(partials)
        self.assertFalse(partials.exchange_move_id)

    # === WHO THE OTHER SIDE IS === #

    def number_of(self, partner, number="BE71096123456769"):
        return self.env["res.partner.bank"].create(
            {"acc_number": number, "partner_id": partner.id}
        )

    def is_certain(self, document, **counterpart):
        """Whether a line that names the document is certain, in both looks."""
        self.number = getattr(self, "number", 0) + 1
        amount = document.amount_total * (1 if document.is_inbound() else -1)
        part = transaction(
            self.number,
            START,
            f"{amount:.2f}",
            remittanceInformation=document.ref or document.name,
            **counterpart,
        )
        if self.number == 1:
            self.account = self.fetched(part)
        else:
            self.add_lines(part)
            self.account.fetch_transactions()
        line = self.lines(self.account).with_user(self.accountant)
        # As where the number is known only since the line was booked.
        line.sudo().partner_id = False
        [(_name, reason, certain)] = self.offered(line)
        self.assertEqual(reason, "number")
        self.assertEqual(bool(self.preview(line).line_ids), certain)
        line.sudo().unlink()
        return certain

    def test_counterpart_who_is_somebody_else(self):
        """Offered, and not certain: the bank tells who paid (F31)."""
        invoice = self.document(100)
        other = self.env["res.partner"].create({"name": "Molen Janssens"})
        self.number_of(other)
        number, name = "BE71 0961 2345 6769", "MOLEN JANSSENS"
        for given in (
            {"counterpartReference": number, "counterpartName": name},
            {"counterpartReference": number},
            {"counterpartReference": number, "counterpartName": "Zonnedal NV"},
            {"counterpartName": name},
            {"counterpartName": "Somebody whom Odoo does not know"},
        ):
            with self.subTest(given=given):
                self.assertFalse(self.is_certain(invoice, **given))

    def test_counterpart_who_may_pay_it(self):
        """The customer, somebody who works there, an unknown number, the holder."""
        invoice = self.document(100)
        child = self.env["res.partner"].create(
            {"name": "An Claes", "parent_id": self.customer.id}
        )
        self.number_of(child)
        unknown, own = "BE62510007547061", "BE68539007547034"
        self.number_of(self.company.partner_id, own)
        for given in (
            {},
            {"counterpartName": "ZONNEDAL"},
            {"counterpartName": "Claes An"},
            {"counterpartReference": "BE71096123456769", "counterpartName": "X"},
            {"counterpartReference": unknown, "counterpartName": "Zonnedal"},
            {"counterpartReference": own, "counterpartName": "Bakkerij Peeters BV"},
            {"counterpartName": "Bakkerij Peeters"},
        ):
            with self.subTest(given=given):
                self.assertTrue(self.is_certain(invoice, **given))

    def test_factor_of_a_supplier(self):
        """The bill itself says that it is paid to somebody else's account."""
        factor = self.env["res.partner"].create({"name": "Factor Bank"})
        number = self.number_of(factor)
        number.allow_out_payment = True
        bill = self.document(
            100, "in_invoice", ref="F-10001", partner_bank_id=number.id
        )
        given = {"counterpartReference": number.acc_number, "counterpartName": "Factor"}
        self.assertTrue(self.is_certain(bill, **given))
        other = self.document(55, "in_invoice", ref="F-10002")
        self.assertFalse(self.is_certain(other, **given))

    # === MATCHING AND UNDO === #

    def test_undo_restores_the_suspense_item(self):
        invoice = self.document(100)
        [line] = self.book((invoice.name, "100.00"))
        before, number = self.items(line), line.move_id.name
        self.choose(line)
        self.assertIn(invoice.payment_state, ("paid", "in_payment"))
        receivable = invoice.line_ids.filtered(lambda item: item.credit == 0)
        self.assertEqual(receivable.amount_residual, 0)
        self.assertNotEqual(self.items(line), before)
        self.assert_notified("already matched", line.action_ponto_match())
        line.action_ponto_undo_match()
        self.assertEqual(self.items(line), before)
        self.assertEqual((line.move_id.name, line.date), (number, START))
        self.assertFalse(line.is_reconciled)
        self.assertEqual(invoice.payment_state, "not_paid")
        self.assert_notified("Nothing to undo", line.action_ponto_undo_match())

    def test_stale_dialog_matches_nothing(self):
        """Two people open the dialog; the second one's item is taken."""
        invoice = self.document(100)
        one, two = self.book(("a", "100.00"), ("b", "100.00"))
        late, before = self.dialog(two), self.items(two)
        self.choose(one)
        self.assertIn(invoice.payment_state, ("paid", "in_payment"))
        self.assert_answered("no longer open", late.candidate_ids.action_choose())
        self.assertEqual(self.items(two), before)

    def test_partner_and_account_set_by_hand(self):
        [line] = self.book(("costs", "-9.00"))
        before = self.items(line)
        dialog = self.dialog(line)
        dialog.partner_id = self.supplier
        dialog.action_set_partner()
        self.assertEqual(line.partner_id, self.supplier)
        bank = line.journal_id.default_account_id
        costs = self.env["account.account"].search(
            [("account_type", "=", "expense"), ("company_ids", "=", self.company.id)],
            limit=1,
        )
        dialog.account_id = bank
        self.assert_answered(
            "be booked on the account of a bank journal", dialog.action_set_account()
        )
        dialog.account_id = costs
        dialog.action_set_account()
        self.assertTrue(line.is_reconciled)
        item = line.sudo().line_ids.filtered(lambda item: item.account_id == costs)
        self.assertEqual((item.debit, item.partner_id), (9, self.supplier))
        line.action_ponto_undo_match()
        line.partner_id = False
        self.assertEqual(self.items(line), before)

    def test_locked_period(self):
        invoice = self.document(100)
        [line, other] = self.book((invoice.name, "100.00"), ("x", "1.00"))
        self.choose(line)
        dialog = self.dialog(other)
        # Core refuses a lock while lines wait; another way in may not.
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE res_company SET fiscalyear_lock_date = %s WHERE id = %s",
            (fields.Date.to_date("2026-01-31"), self.company.id),
        )
        self.env.invalidate_all()
        self.assert_notified("locked until", line.action_ponto_undo_match())
        self.assert_notified("locked until", other.action_ponto_match())
        dialog.account_id = self.company.transfer_account_id
        self.assert_answered("locked until", dialog.action_set_account())
        self.assertTrue(line.is_reconciled)

    def test_transfer_between_two_fed_journals(self):
        """One click matches both halves, one click takes both back."""
        self.new_world(
            account_seed(transaction(1, START, "-75.00")),
            account_seed(
                transaction(2, "2026-01-03", "75.00"),
                transaction(3, "2026-01-20", "75.00"),
                id="acc-2",
                reference="BE71096123456769",
            ),
        )
        accounts = [
            self.linked_account(ref, code=code)
            for ref, code in (("acc-1", "BNK8"), ("acc-2", "BNK9"))
        ]
        for account in accounts:
            account.fetch_transactions()
        paid = self.lines(accounts[0]).with_user(self.accountant)
        received = self.lines(accounts[1]).filtered(lambda one: one.date.day == 3)
        self.assertEqual(self.dialog(paid).candidate_ids.transfer_line_id, received)
        before = [self.items(one) for one in (paid, received)]
        self.choose(paid)
        self.assertTrue(paid.is_reconciled and received.is_reconciled)
        transfers = received.line_ids.filtered(
            lambda item: item.account_id == self.company.transfer_account_id
        )
        self.assertTrue(transfers.reconciled)
        received.with_user(self.accountant).action_ponto_undo_match()
        self.assertEqual([self.items(one) for one in (paid, received)], before)

    # === ALL CERTAIN === #

    def test_all_certain_after_a_preview(self):
        """What two lines name, what nothing names and what is unticked stays."""
        sold = [self.document(amount) for amount in (10, 20, 30, 40, 50)]
        names = [document.name for document in sold]
        lines = self.book(
            (names[0], "10.00"),
            (f"{names[1]} first", "20.00"),
            (f"{names[1]} again", "20.00"),
            ("rent", "30.00"),
            (names[3], "40.00"),
            (names[4], "50.00"),
        )
        dialog = self.preview(lines)
        self.assertEqual(dialog.looked_at_count, 6)
        self.assertEqual(dialog.line_ids.line_id, lines[0] | lines[4] | lines[5])
        self.assertFalse(any(lines.mapped("is_reconciled")), "a look books nothing")
        dialog.line_ids.filtered(
            lambda row: row.line_id == lines[4]
        ).is_accepted = False
        self.choose(lines[5])
        told = dialog.action_confirm()["params"]
        self.assertEqual(told["type"], "warning")
        self.assertIn("Matched: 1 of 2.", told["message"])
        self.assertIn("no longer certain", told["message"])
        self.assertEqual(lines.filtered("is_reconciled"), lines[0] | lines[5])
        again = self.preview(
            lines.browse().with_context(default_journal_id=lines.journal_id.id)
        )
        self.assertEqual(again.looked_at_count, 4)
        self.assertEqual(again.line_ids.line_id, lines[4])
        self.assertIn("Matched: 1 of 1.", again.action_confirm()["params"]["message"])

    def test_a_rival_that_is_not_looked_at(self):
        """Of two lines that name one invoice, one alone is not certain either."""
        invoice = self.document(20)
        first, second = self.book(
            (f"{invoice.name} first", "20.00"), (f"{invoice.name} again", "20.00")
        )
        self.assertFalse(self.preview(first).line_ids)
        self.choose(second)
        self.assertFalse(self.preview(first).line_ids)

    def test_one_look_for_many_lines(self):
        """However many lines: the open items are read once."""

        def lines(count, first):
            sold = [self.document(first + n) for n in range(count)]
            found = self.env[LINE].create(
                [
                    {
                        "journal_id": journal.id,
                        "date": START,
                        "amount": one.amount_total,
                        "payment_ref": one.name,
                    }
                    for one in sold
                ]
            )
            self.env.flush_all()
            self.env.invalidate_all()
            return found

        def queries(some):
            before = self.env.cr.sql_log_count
            self.assertEqual(len(some._ponto_certain()), len(some))
            return self.env.cr.sql_log_count - before

        journal = self.make_journal("BNKM")
        few, many = queries(lines(2, 1000)), queries(lines(20, 2000))
        self.assertLessEqual(many, few + 2)

    def test_long_matching_goes_on_in_steps(self):
        """A request matches for some seconds; the browser asks for the rest."""
        sold = [self.document(amount) for amount in (10, 20, 30)]
        lines = self.book(*((one.name, f"{one.amount_total}0") for one in sold))
        self.patch(ponto_match_certain, "STEP_BUDGET", 0)
        dialog = self.preview(lines)
        action = dialog.action_confirm()
        self.assertEqual(action["tag"], "account_ponto_sync.match_progress")
        progress = action["params"]["progress"]
        self.assertEqual((progress["tried"], progress["count"]), (1, 3))
        self.assertEqual(len(lines.filtered("is_reconciled")), 1)
        self.assertFalse(dialog.action_step()["done"])
        progress = dialog.action_step()
        self.assertTrue(progress["done"])
        self.assertEqual(progress["message"], "Matched: 3 of 3.")
        self.assertTrue(all(lines.mapped("is_reconciled")))
        # Asked once more, it does nothing again.
        self.assertEqual(dialog.action_step(), {**progress, "refused": []})

    # === RIGHTS === #

    def test_rights(self):
        """Others, a branch and readers match nothing, by no way in."""
        invoice = self.document(100)
        [line] = self.book((invoice.name, "100.00"))
        before = self.items(line)
        dialog = self.dialog(line)
        branch = self.env["res.company"].create(
            {"name": "Peeters Gent", "parent_id": self.company.id}
        )
        elsewhere = self.env["res.company"].create({"name": "Peeters Vastgoed"})
        manager = "account.group_account_manager"
        users = [
            self.new_user("match_branch", manager, branch),
            self.new_user("match_other", manager, elsewhere),
            self.new_user("match_auditor", "account.group_account_readonly"),
            self.new_user("match_invoicing", "account.group_account_invoice"),
        ]
        for user in users:
            with self.subTest(user=user.login):
                theirs = line.with_user(user)
                for call in (
                    theirs.action_ponto_match,
                    theirs.action_ponto_match_certain,
                    theirs.action_ponto_undo_match,
                    dialog.candidate_ids.with_user(user).action_choose,
                    dialog.with_user(user).action_set_account,
                ):
                    with self.assertRaises(AccessError):
                        call()
        self.assertEqual(self.items(line), before)

    # === OCA === #

    def test_ocas_screen_opens_where_it_is_installed(self):
        """Its module and action are made here: the addon itself is AGPL and not read."""
        [line] = self.book(("x", "1.00"))
        module = self.env["ir.module.module"].search(
            [("name", "=", "account_reconcile_oca")]
        ) or self.env["ir.module.module"].create({"name": "account_reconcile_oca"})
        self.assertEqual(line.action_ponto_match()["res_model"], "ponto.match")
        module.state = "installed"
        # Renamed there: ours opens.
        self.assertEqual(line.action_ponto_match()["res_model"], "ponto.match")
        screen = self.env["ir.actions.act_window"].create(
            {"name": "Reconcile", "res_model": LINE}
        )
        self.env["ir.model.data"].create(
            {
                "module": "account_reconcile_oca",
                "name": "action_bank_statement_line_reconcile",
                "model": screen._name,
                "res_id": screen.id,
            }
        )
        action = line.action_ponto_match()
        self.assertEqual(action["id"], screen.id)
        self.assertEqual(action["domain"], [("id", "=", line.id)])
