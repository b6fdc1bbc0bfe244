"""One bank account under two ids, and another one that continues a journal."""

from datetime import date

from odoo.tests import tagged

from .common import account_seed, transaction
from .test_fetch_accounts import FetchAccountsCommon
from .test_identity import DAY, IdentityCommon

IBAN, OTHER_IBAN = "BE68539007547034", "BE71096123456769"
CARD = {
    "reference": None,
    "referenceType": None,
    "subtype": "card",
    "product": "Visa Business",
}


def under_other_ids(parts, **changed):
    """The same payments as another account of Ponto's lists them."""
    return [
        {**part, "id": part["id"].replace("-4000-", "-4999-"), **changed}
        for part in parts
    ]


def payments(count, month=4, **values):
    return [
        transaction(n, f"2026-{month:02d}-{n:02d}", f"-{n}.50", **values)
        for n in range(1, count + 1)
    ]


class SameAccountCommon(FetchAccountsCommon):
    def account(self, ref):
        return self.env["ponto.online.account"].search([("ponto_ref", "=", ref)])

    def linked_first(self, *others, **attributes):
        """The first account is linked to a journal; the others are listed beside it."""
        parts = payments(3)
        self.new_world(account_seed(*parts, **attributes))
        first = self.linked_account(start=date(2026, 1, 1))
        first.fetch_transactions()
        for other in others:
            seed = account_seed(*under_other_ids(parts), id="acc-9")
            self.sandbox.control("POST", "accounts", json={**seed, **other})
        return first

    def confirm(self, dialog):
        """Confirm what is proposed, and let the fetches come to their end."""
        dialog.action_confirm()
        runs = self.env["ponto.sync.run"].search([("state", "=", "running")])
        if runs:
            self.pump(runs.sudo())

    def count_lines(self):
        return self.env["account.bank.statement.line"].search_count(
            [("company_id", "=", self.company.id)]
        )


@tagged("post_install", "-at_install")
class TestListedTwice(SameAccountCommon):
    """What would be booked twice comes unticked (F08)."""

    def check_unticked(self, first, remark):
        dialog = self.open_dialog()
        line = self.line(dialog, "acc-9")
        self.assertEqual((line.action, line.selected), ("skip", False))
        self.assertIn(remark, line.remark)
        self.confirm(dialog)
        self.assertEqual(self.linked(), first)
        self.assertEqual(self.count_lines(), 3)

    def copy_to(self, connection, account):
        """The same bank account, as another connection lists it."""
        place = {"connection_id": connection.id, "provider_account_id": False}
        return account.sudo().copy({**place, "ponto_ref": "acc-1-b"})

    def test_every_writing_of_the_number(self):
        first = self.linked_first(account_seed(id="acc-9"))
        remark = f"this number is already linked to {first.journal_id.display_name}."
        for reference in (
            IBAN,
            "be68 5390 0754 7034",
            "539-0075470-34",
            f"{IBAN}-01",
        ):
            with self.subTest(reference=reference):
                body = {"reference": reference}
                self.sandbox.control("PATCH", "accounts/acc-9", json=body)
                self.check_unticked(first, remark)

    def test_at_another_institution(self):
        first = self.linked_first({"institution": "bank-b"})
        self.check_unticked(first, "this number is already linked to")

    def test_another_currency_is_another_account(self):
        self.linked_first({"currency": "USD", "transactions": []})
        line = self.line(self.open_dialog(), "acc-9")
        self.assertEqual(line.action, "create")

    def test_without_a_number_and_nothing_tells_them_apart(self):
        first = self.linked_first(CARD, **CARD)
        self.check_unticked(first, "this account cannot be told apart from the one")

    def test_another_card_is_ticked(self):
        other = {**CARD, "product": "Visa Gold", "transactions": []}
        self.linked_first(other, **CARD)
        self.assertEqual(self.line(self.open_dialog(), "acc-9").action, "create")

    def test_through_another_connection(self):
        first = self.linked_first()
        other = self.connect(name="Ponto of An", client_id="other-client")
        copy = self.copy_to(other, first)
        self.assertEqual(copy._search_doubled(), first.sudo())
        dialog = self.env["ponto.fetch.accounts"].create({"connection_id": other.id})
        self.assertEqual(dialog.line_ids.doubt_code, "already_fed")

    def test_of_another_company(self):
        first = self.linked_first()
        company = self.new_company("Peeters Vastgoed")
        self.env.user.company_ids |= company
        other = self.connect(name="Ponto of Vastgoed", company_id=company.id)
        self.copy_to(other, first)
        dialog = self.env["ponto.fetch.accounts"].create({"connection_id": other.id})
        self.assertEqual(dialog.line_ids.doubt_code, "other_company")
        self.assertNotIn(first.journal_id.name, dialog.line_ids.remark)

    def test_of_two_new_ones_one_is_ticked(self):
        """Neither feeds a journal yet: that which has one is taken."""
        journal = self.make_journal("BNK8", IBAN)
        parts = payments(3)
        self.new_world(
            account_seed(*parts, reference=f"{IBAN}-01"),
            account_seed(*under_other_ids(parts), id="acc-9"),
        )
        dialog = self.open_dialog()
        self.assertEqual(self.line(dialog, "acc-9").journal_id, journal)
        line = self.line(dialog, "acc-1")
        self.assertEqual(line.action, "skip")
        self.assertIn("another account in this list has the same number", line.remark)
        line.selected = True
        self.assertIn("every payment is booked twice", line.remark)
        line.selected = False
        self.line(dialog, "acc-9").sync_start_date = date(2026, 1, 1)
        self.confirm(dialog)
        self.assertEqual(self.linked().ponto_ref, "acc-9")
        self.assertEqual(self.count_lines(), 3)

    def test_a_person_may_choose_it_knowingly(self):
        first = self.linked_first({})
        dialog = self.open_dialog()
        line = self.line(dialog, "acc-9")
        line.selected = True
        self.assertIn("every payment is booked twice", line.remark)
        dialog.action_confirm()
        self.assertEqual(len(self.linked() - first), 1)

    def test_linked_while_the_dialog_was_open(self):
        parts = payments(3)
        self.new_world(
            account_seed(*parts), account_seed(*under_other_ids(parts), id="acc-9")
        )
        late = self.open_dialog()
        self.account("acc-9").link_journal(self.make_journal("BNK8"))
        answer = late.action_confirm()
        self.assert_answered("The same account was linked meanwhile", answer)

    def test_its_own_journal_is_refused(self):
        first = self.linked_first({})
        self.connection.fetch_accounts()
        with self.refusal("is already linked to"):
            self.account("acc-9").link_journal(first.journal_id)


@tagged("post_install", "-at_install")
class TestCameBack(SameAccountCommon):
    """Shared again under another id: it goes on where it was."""

    def came_back(self, old, new):
        first = self.linked_first(**old)
        again = under_other_ids(payments(4))
        self.sandbox.control("DELETE", "accounts/acc-1")
        seed = {**account_seed(*again, id="acc-9"), **new}
        self.sandbox.control("POST", "accounts", json=seed)
        return first, self.line(self.open_dialog(), "acc-9")

    def check_goes_on(self, first, line):
        journal = first.journal_id
        self.confirm(line.wizard_id)
        account = self.account("acc-9")
        self.assertEqual((account.journal_id, account.predecessor_id), (journal, first))
        self.assertEqual(account.sync_start_date, date(2026, 1, 1))
        self.assertEqual(self.count_lines(), 4)
        self.assertFalse(self.rows(account, "held"))

    def test_without_a_number(self):
        """Not ticked: only a person knows that it is the same card."""
        first, line = self.came_back(CARD, CARD)
        self.assertEqual((line.action, line.journal_id), ("skip", first.journal_id))
        self.assertIn(
            f"linked to {first.journal_id.display_name} and is no", line.remark
        )
        self.confirm(line.wizard_id)
        self.assertEqual(self.count_lines(), 3)
        line.selected = True
        self.check_goes_on(first, line)

    def test_the_reference_of_a_card_changed(self):
        old = {**CARD, "reference": "XXXX XXXX XXXX 1234", "referenceType": "PAN"}
        first, line = self.came_back(old, {**old, "reference": "XXXX XXXX XXXX 9876"})
        self.assertEqual((line.action, line.journal_id), ("skip", first.journal_id))
        line.selected = True
        self.check_goes_on(first, line)

    def test_one_of_two_cards(self):
        """Two are gone: which one it is, a person says."""
        first = self.linked_first({**CARD, "id": "acc-2", "transactions": []}, **CARD)
        self.connection.fetch_accounts()
        second = self.account("acc-2")
        second.link_journal(self.make_journal("BNK8"))
        for ref in ("acc-1", "acc-2"):
            self.sandbox.control("DELETE", f"accounts/{ref}")
        again = account_seed(*under_other_ids(payments(4)), id="acc-9", **CARD)
        self.sandbox.control("POST", "accounts", json=again)
        line = self.line(self.open_dialog(), "acc-9")
        self.assertEqual((line.action, bool(line.journal_id)), ("skip", False))
        line.write({"selected": True, "journal_id": first.journal_id.id})
        line._onchange_choice()
        self.check_goes_on(first, line)

    def test_another_card_is_new(self):
        _first, line = self.came_back(CARD, {**CARD, "product": "Mastercard"})
        self.assertEqual(line.action, "create")

    def test_the_number_in_another_writing(self):
        """Ticked: a number tells. Also where the journal does not have it."""
        first, line = self.came_back({}, {"reference": "539-0075470-34"})
        self.assertEqual((line.action, line.journal_id), ("link", first.journal_id))
        self.check_goes_on(first, line)

    def test_two_journals_have_the_number(self):
        first, line = self.came_back({}, {})
        self.make_journal("BNK7", IBAN)
        line = self.line(self.open_dialog(), "acc-9")
        self.assertEqual(line.journal_id, first.journal_id)
        self.check_goes_on(first, line)


@tagged("post_install", "-at_install")
class TestMerged(IdentityCommon):
    """A bank merger gives the account another number (F29b)."""

    def merged(self, old, new, *, elsewhere=False, before=None):
        """Account A fed a journal; then B, another number, feeds it from A's start.

        :param elsewhere: A feeds another journal meanwhile
        :param before: called with A before it stops feeding
        """
        start = date(2026, 1, 1)
        self.new_world(
            account_seed(*old),
            account_seed(*new, id="acc-9", institution="bank-b", reference=OTHER_IBAN),
        )
        account = self.linked_account(start=start)
        account.fetch_transactions()
        journal = account.journal_id
        if before:
            before(account)
        account.unlink_journal()
        if elsewhere:
            account.link_journal(self.make_journal("BNK8"), start)
            self.fetch(account)
        other = self.env["ponto.online.account"].search([("ponto_ref", "=", "acc-9")])
        other.link_journal(journal, start)
        return account, other, self.fetch(other)

    def counts(self, run):
        return (run.imported_count, run.adopted_count, run.held_count)

    def test_all_are_recognized(self):
        old = payments(20)
        for elsewhere in (False, True):
            with self.subTest(elsewhere=elsewhere), self.env.cr.savepoint() as point:
                account, other, run = self.merged(
                    old, under_other_ids(old), elsewhere=elsewhere
                )
                self.assertEqual(self.counts(run), (0, 20, 0))
                self.assertEqual(len(self.lines(other)), 20)
                self.assertEqual(self.rows(other).mapped("state"), ["adopted"] * 20)
                self.assertEqual(
                    self.rows(other).statement_line_id,
                    self.rows(account).statement_line_id,
                )
                self.assertEqual(self.counts(self.fetch(other)), (0, 0, 0))
                point.close(rollback=True)

    def test_histories_that_overlap(self):
        old = payments(20)
        _account, other, run = self.merged(
            old[:15],
            [*under_other_ids(old[10:]), transaction(99, "2026-04-25", "7.00")],
        )
        self.assertEqual(self.counts(run), (6, 5, 0))
        self.assertEqual(len(self.lines(other)), 21)

    def test_the_banks_own_reference_changed(self):
        old = payments(3, internalReference="A-1")
        _account, other, run = self.merged(
            old, under_other_ids(old, internalReference="B-1")
        )
        self.assertEqual(self.counts(run), (0, 3, 0))
        self.assertEqual(set(self.rows(other).mapped("recognized_by")), {"content"})

    def test_twins(self):
        """Two are two, and a third one is a payment."""
        same = {"remittanceInformation": "PARKING"}
        old = [transaction(n, DAY, "-2.50", **same) for n in (1, 2)]
        new = [*under_other_ids(old), transaction(3, DAY, "-2.50", **same)]
        _account, other, run = self.merged(old, new)
        self.assertEqual(self.counts(run), (1, 2, 0))
        self.assertEqual(self.booked(other), [(DAY, -2.5)] * 3)

    def test_fewer_twins(self):
        same = {"remittanceInformation": "PARKING"}
        old = [transaction(n, DAY, "-2.50", **same) for n in (1, 2)]
        _account, other, run = self.merged(old, under_other_ids(old[:1]))
        self.assertEqual(self.counts(run), (0, 1, 0))
        self.assertEqual(len(self.lines(other)), 2)

    def test_a_day_apart_is_held(self):
        """It may be what is paid every day: a person tells, and nothing is lost."""
        old = [transaction(1, DAY, "-50.00", remittanceInformation="Rent")]
        moved = {"executionDate": "2026-04-09T00:00:00.000Z"}
        account, other, run = self.merged(old, under_other_ids(old, **moved))
        self.assertEqual(self.counts(run), (0, 0, 1))
        held = self.rows(other, "held")
        self.assertEqual(held.hold_code, "in_books_or_new")
        self.assertIn("or from another account", held.hold_reason)
        line = self.lines(other)
        action = held.action_ask_same_as()
        dialog = self.env[action["res_model"]].browse(action["res_id"])
        self.assertEqual(dialog.candidate_ids.kind, "Line from another account")
        dialog.candidate_ids.action_choose()
        self.assertEqual((held.state, held.statement_line_id), ("adopted", line))
        self.assertEqual(self.rows(account).statement_line_id, line)

    def test_another_text_is_held_and_can_be_booked(self):
        old = [transaction(1, DAY, "-9.99", remittanceInformation="Fuel")]
        new = [transaction(2, DAY, "-9.99", remittanceInformation="Rent")]
        _account, other, run = self.merged(old, new)
        self.assertEqual(self.counts(run), (0, 0, 1))
        self.pump_decision(self.rows(other, "held").action_import_as_twin())
        self.assertEqual(self.booked(other), [(DAY, -9.99)] * 2)

    def pump_decision(self, action):
        runs = self.env["ponto.sync.run"].search([("state", "=", "running")])
        self.pump(runs.sudo())
        self.env.invalidate_all()

    def test_another_counterpart_is_another_payment(self):
        same = {"remittanceInformation": "Invoice 7"}
        old = [transaction(1, DAY, "-9.99", counterpartReference=IBAN, **same)]
        new = [
            transaction(
                2, DAY, "-9.99", counterpartReference="BE62510007547061", **same
            )
        ]
        _account, other, run = self.merged(old, new)
        self.assertEqual(self.counts(run), (1, 0, 0))
        self.assertEqual(len(self.lines(other)), 2)

    def test_edited_and_matched_lines_stay(self):
        old = payments(2)

        def edit(account):
            self.lines(account)[0].payment_ref = "Our own words"

        _account, other, run = self.merged(old, under_other_ids(old), before=edit)
        self.assertEqual(self.counts(run), (0, 2, 0))
        self.assertIn("Our own words", self.lines(other).mapped("payment_ref"))

    def test_what_was_deleted_does_not_come_back_by_itself(self):
        old = payments(3)

        def delete(account):
            self.lines(account)[1].unlink()

        _account, other, run = self.merged(old, under_other_ids(old), before=delete)
        self.assertEqual(self.counts(run), (0, 2, 1))
        self.assertEqual(self.rows(other, "held").hold_code, "same_or_new")

    def test_what_was_changed_by_hand_is_held(self):
        """It is in the journal, on another day or with another amount."""
        old = payments(3)
        for elsewhere in (False, True):
            with self.subTest(elsewhere=elsewhere), self.env.cr.savepoint() as point:

                def change(account):
                    first, second, _third = self.lines(account)
                    first.date = "2026-05-20"
                    second.amount = -7.77

                _account, other, run = self.merged(
                    old, under_other_ids(old), before=change, elsewhere=elsewhere
                )
                self.assertEqual(self.counts(run), (0, 1, 2))
                held = self.rows(other, "held")
                self.assertEqual(set(held.mapped("hold_code")), {"same_or_new"})
                for row in held:
                    row.action_same_as(row=row._candidate_rows())
                self.assertEqual(self.counts(self.fetch(other)), (0, 0, 0))
                self.assertEqual(len(self.lines(other)), 3)
                point.close(rollback=True)

    def test_of_an_account_that_was_erased(self):
        """Only the marks on the lines are left."""
        old = payments(3)
        start = date(2026, 1, 1)
        self.new_world(account_seed(*old))
        account = self.linked_account(start=start)
        account.fetch_transactions()
        journal = account.journal_id
        account.unlink_journal()
        account.sudo().transaction_ids.unlink()
        account.sudo().unlink()
        seed = account_seed(*under_other_ids(old), id="acc-9", reference=OTHER_IBAN)
        self.sandbox.control("DELETE", "accounts/acc-1")
        self.sandbox.control("POST", "accounts", json=seed)
        other = self.connection.fetch_accounts()
        other.link_journal(journal, start)
        self.assertEqual(self.counts(self.fetch(other)), (0, 3, 0))
        self.assertEqual(len(self.lines(other)), 3)

    def test_an_incomplete_reading_decides_nothing(self):
        many = [transaction(n, "2026-03-01", f"{n}.00") for n in range(100, 320)]
        old = payments(2)
        start = date(2026, 1, 1)
        self.new_world(
            account_seed(*old),
            account_seed(
                *many, *under_other_ids(old), id="acc-9", reference=OTHER_IBAN
            ),
        )
        account = self.linked_account(start=start)
        account.fetch_transactions()
        journal = account.journal_id
        account.unlink_journal()
        other = self.env["ponto.online.account"].search([("ponto_ref", "=", "acc-9")])
        other.link_journal(journal, start)
        self.plan("acc-9/transactions", status=400, query="after", times=None)
        run = self.fetch(other)
        self.assertEqual((run.state, run.adopted_count), ("partial", 0))
        self.end_faults()
        with self.at("2027-01-01 10:00:00"):
            run = self.fetch(other)
        self.assertEqual((run.adopted_count, len(self.lines(other))), (2, 222))
