"""Re-issued ids, relinked accounts and lines that came by file (P03, P04, P11, P35)."""

from datetime import date

from odoo.tests import tagged

from .common import PontoCommon, account_seed, transaction

DAY = "2026-04-08"


class IdentityCommon(PontoCommon):
    def replace(self, old, *parts, **how):
        """The bank lists these instead of the old ones, on top."""
        for number in old:
            ref = transaction(number, DAY, "1")["id"]
            self.sandbox.control("DELETE", f"accounts/acc-1/transactions/{ref}")
        self.add_lines(*parts, **how)

    def fetch(self, account):
        self.env.invalidate_all()
        return account.fetch_transactions()

    def states(self, account):
        return [(row.amount, row.state, row.hold_code) for row in self.rows(account)]

    def make_line(self, account, day, amount, label="/", **values):
        return self.env["account.bank.statement.line"].create(
            {
                "journal_id": account.journal_id.id,
                "date": day,
                "amount": amount,
                "payment_ref": label,
                **values,
            }
        )

    def linked(self, *transactions, start=date(2026, 1, 1)):
        self.new_world(account_seed(*transactions))
        return self.linked_account(start=start)


@tagged("post_install", "-at_install")
class TestReissued(IdentityCommon):
    def test_new_id_is_an_alias(self):
        account = self.fetched(
            transaction(1, DAY, "-50.00"), transaction(2, DAY, "20.00")
        )
        line = self.lines(account)[0]
        self.replace(
            [1], transaction(9, DAY, "-50.00", remittanceInformation="Transaction 1")
        )
        run = self.fetch(account)
        self.assertEqual(
            (run.state, run.imported_count, run.alias_count), ("done", 0, 1)
        )
        self.assertEqual(len(self.lines(account)), 2)
        alias = self.rows(account, "alias")
        self.assertEqual(alias.recognized_by, "fingerprint")
        self.assertTrue(alias.alias_of_id.statement_line_id)
        self.assertFalse(alias.alias_of_id.flag_code)
        self.assertTrue(line.exists())
        # And again under a third id.
        self.replace(
            [9], transaction(10, DAY, "-50.00", remittanceInformation="Transaction 1")
        )
        self.fetch(account)
        self.assertEqual(len(self.lines(account)), 2)
        self.assertEqual(len(alias.alias_of_id.alias_ids), 2)

    def test_text_prefix(self):
        account = self.fetched(transaction(1, DAY, "-50.00"))
        self.replace(
            [1],
            transaction(9, DAY, "-50.00", remittanceInformation="08.04 Transaction 1"),
        )
        self.fetch(account)
        self.assertEqual(self.rows(account, "alias").recognized_by, "content")
        self.assertEqual(self.booked(account), [(DAY, -50.0)])

    def test_twin_stays_two(self):
        account = self.fetched(
            transaction(1, DAY, "-12.50", remittanceInformation="PARKING")
        )
        self.add_lines(transaction(2, DAY, "-12.50", remittanceInformation="PARKING"))
        self.fetch(account)
        self.fetch(account)
        self.assertEqual(self.booked(account), [(DAY, -12.5)] * 2)

    def test_tie_is_held(self):
        account = self.fetched(
            transaction(1, DAY, "-12.50", remittanceInformation="PARKING NORTH"),
            transaction(2, DAY, "-12.50", remittanceInformation="PARKING SOUTH"),
        )
        self.replace(
            [1, 2], transaction(9, DAY, "-12.50", remittanceInformation="PARKING")
        )
        run = self.fetch(account)
        self.assertEqual((run.imported_count, run.held_count), (0, 1))
        held = self.rows(account, "held")
        self.assertEqual(held.hold_code, "same_or_new")
        self.assertEqual(len(held._candidate_rows()), 2)
        self.assertIn("2 equal transactions", held.hold_reason)

    def test_what_is_known_again_takes_no_second_one(self):
        """K came again as the first; the other one is new, however it is retried."""
        account = self.fetched(
            transaction(1, DAY, "-12.50", remittanceInformation="A B")
        )
        self.replace(
            [1],
            transaction(8, DAY, "-12.50", remittanceInformation="A"),
            transaction(9, DAY, "-12.50", remittanceInformation="B"),
        )
        self.fetch(account)
        first, second = self.rows(account, "held").sorted("ponto_ref")
        first.sudo()._make_alias_of(first._candidate_rows())
        second.sudo().write({"state": "new", "hold_code": False, "hold_values": False})
        self.fetch(account)
        self.assertEqual((first.state, second.state), ("alias", "imported"))
        self.assertEqual(self.booked(account), [(DAY, -12.5)] * 2)

    def test_announced_and_linked_again(self):
        """What is announced for a later day is not booked because of the link."""
        with self.at("2026-04-01 09:00:00"):
            account = self.fetched(transaction(1, DAY, "-12.50"))
            self.assertEqual(self.rows(account).state, "planned")
            journal = account.journal_id
            account.unlink_journal()
            account.link_journal(journal)
            self.fetch(account)
            self.assertEqual(
                (self.rows(account).state, self.booked(account)), ("planned", [])
            )

    def test_gone_is_flagged_and_comes_back(self):
        account = self.fetched(
            transaction(1, DAY, "-50.00"), transaction(2, DAY, "7.00")
        )
        self.replace([1])
        self.fetch(account)
        row = self.rows(account).filtered(lambda row: row.amount < 0)
        self.assertEqual((row.state, row.flag_code), ("imported", "gone"))
        self.assertEqual(len(self.lines(account)), 2)
        self.add_lines(transaction(1, DAY, "-50.00"))
        self.fetch(account)
        self.assertEqual((row.flag_code, row.gone_at), (False, False))
        self.assertEqual(len(self.lines(account)), 2)

    def test_broken_reading_decides_nothing(self):
        """A row that may be known waits; the others are booked."""
        many = [transaction(n, "2026-03-01", f"{n}.00") for n in range(100, 320)]
        account = self.fetched(transaction(1, DAY, "-50.00"), *many)
        known = len(self.lines(account))
        self.replace(
            [1],
            transaction(9, DAY, "-50.00", remittanceInformation="Transaction 1"),
            transaction(10, DAY, "3.00"),
        )
        self.plan("acc-1/transactions", status=400, query="after", times=None)
        run = self.fetch(account)
        self.assertEqual(run.state, "partial")
        self.assertEqual(len(self.lines(account)), known + 1)
        self.end_faults()
        with self.at("2027-01-01 10:00:00"):
            self.fetch(account)
        self.assertEqual(len(self.lines(account)), known + 1)
        self.assertEqual(len(self.rows(account, "alias")), 1)


@tagged("post_install", "-at_install")
class TestRelinked(IdentityCommon):
    def relink(self, account, *transactions):
        """Ponto shares the account under another id, and it feeds the same journal."""
        journal = account.journal_id
        self.sandbox.control("DELETE", "accounts/acc-1")
        seed = account_seed(*transactions, id="acc-9")
        self.sandbox.control("POST", "accounts", json=seed)
        fresh = self.connection.fetch_accounts()
        self.assertEqual(fresh._propose_journal(), journal)
        fresh.link_journal(journal)
        return fresh

    def test_history_is_kept(self):
        start = date(2026, 4, 1)
        old = [transaction(n, f"2026-04-0{n}", f"{n}.00") for n in range(1, 4)]
        early = transaction(50, "2026-03-20", "99.00")
        account = self.fetched(
            early, *old, start=start, journal={"number": "BE68539007547034"}
        )
        deleted = self.lines(account)[1]
        deleted.unlink()
        again = [
            {**part, "id": part["id"].replace("-4000-", "-4999-")}
            for part in (early, *old)
        ]
        fresh = self.relink(account, *again, transaction(70, "2026-04-14", "5.00"))
        self.assertEqual(
            (fresh.predecessor_id, fresh.sync_start_date), (account, start)
        )
        self.assertFalse(account.journal_id)
        run = fresh.fetch_transactions()
        self.assertEqual((run.imported_count, run.alias_count), (1, 3))
        self.assertEqual(
            self.booked(fresh),
            [("2026-04-01", 1.0), ("2026-04-03", 3.0), ("2026-04-14", 5.0)],
        )
        run = self.fetch(fresh)
        self.assertEqual((run.imported_count, run.new_count), (0, 0))

    def test_what_was_not_booked_goes_on(self):
        self.company.fiscalyear_lock_date = "2026-03-31"
        late = transaction(1, "2026-04-02", "8.00")
        account = self.fetched(
            late, start=date(2026, 4, 1), journal={"number": "BE68539007547034"}
        )
        self.lines(account).unlink()
        row = self.rows(account)
        row.sudo().write({"state": "new", "statement_line_id": False})
        fresh = self.relink(
            account, {**late, "id": "00000000-0000-4999-8000-000000000001"}
        )
        fresh.fetch_transactions()
        self.assertEqual(self.booked(fresh), [("2026-04-02", 8.0)])
        self.assertEqual((row.state, row.alias_of_id), ("alias", self.rows(fresh)))

    def left_out_and_relinked(self):
        """A zero amount that was left out, known under another account's id; and what
        Ponto says of it when it becomes money."""
        zero = transaction(1, "2026-04-08", "0.00")
        self.new_world(account_seed(zero))
        account = self.linked_account(start=date(2026, 1, 1), number="BE68539007547034")
        account.skip_zero_amounts = True
        account.fetch_transactions()
        again = {**zero, "id": "00000000-0000-4999-8000-000000000001"}
        fresh = self.relink(account, again)
        fresh.skip_zero_amounts = True
        fresh.fetch_transactions()
        self.assertEqual(self.rows(fresh).state, "alias")
        path = f"accounts/acc-9/transactions/{again['id']}"
        return fresh, lambda: self.sandbox.control(
            "PATCH", path, json={"amount": "7.77"}
        )

    def test_zero_that_becomes_money_is_booked(self):
        """The account under which it was left out is read no more."""
        fresh, becomes_money = self.left_out_and_relinked()
        becomes_money()
        self.fetch(fresh)
        self.assertEqual(self.booked(fresh), [("2026-04-08", 7.77)])
        self.assertEqual(self.fetch(fresh).imported_count, 0)

    def test_zero_that_becomes_money_before_the_start(self):
        """It is not wanted, and booked as soon as the start is moved back."""
        fresh, becomes_money = self.left_out_and_relinked()
        journal = fresh.journal_id
        fresh.unlink_journal()
        fresh.link_journal(journal, date(2026, 4, 10))
        becomes_money()
        self.fetch(fresh)
        row = self.rows(fresh)
        self.assertEqual((row.state, bool(row.alias_of_id)), ("alias", True))
        self.assertFalse(self.lines(fresh))
        fresh.unlink_journal()
        fresh.link_journal(journal, date(2026, 4, 1))
        self.fetch(fresh)
        self.assertEqual(self.booked(fresh), [("2026-04-08", 7.77)])

    def test_another_journal(self):
        """The lines stay where they are; only what is new goes to the other one."""
        account = self.fetched(transaction(1, DAY, "-50.00"))
        first = account.journal_id
        account.unlink_journal()
        self.assertEqual(account.state, "unlinked")
        account.link_journal(self.make_journal("BNK8"), date(2026, 1, 1))
        self.add_lines(transaction(2, DAY, "4.00"))
        self.fetch(account)
        self.assertEqual(self.booked(account), [(DAY, 4.0)])
        lines = self.env["account.bank.statement.line"].search(
            [("journal_id", "=", first.id)]
        )
        self.assertEqual(lines.mapped("amount"), [-50.0])
        self.assertIn(first.name, account.message_ids[0].body)


@tagged("post_install", "-at_install")
class TestAdoption(IdentityCommon):
    def test_same_day(self):
        account = self.linked(
            transaction(1, DAY, "-12.50", remittanceInformation="PARKING"),
            transaction(2, DAY, "-12.50", remittanceInformation="PARKING"),
            transaction(3, DAY, "-12.50", remittanceInformation="PARKING"),
            transaction(4, DAY, "80.00"),
        )
        twins = [self.make_line(account, DAY, -12.5, "Parking 8/4") for _n in range(2)]
        run = account.fetch_transactions()
        self.assertEqual(
            (run.adopted_count, run.imported_count, run.held_count), (2, 2, 0)
        )
        self.assertEqual(
            self.booked(account), [(DAY, -12.5)] * 2 + [(DAY, -12.5), (DAY, 80.0)]
        )
        adopted = self.rows(account, "adopted")
        self.assertEqual(
            {line.id for line in twins}, set(adopted.statement_line_id.ids)
        )
        self.assertEqual(twins[0].payment_ref, "Parking 8/4")
        self.assertEqual(
            twins[0].transaction_details["ponto"]["transaction"],
            twins[0].ponto_transaction_ids.ponto_ref,
        )
        self.assertIn("2 recognized", run.message)

    def test_a_day_apart(self):
        account = self.linked(
            transaction(1, DAY, "-33.00", remittanceInformation="Rent April"),
            transaction(2, DAY, "-44.00", remittanceInformation="Fuel"),
        )
        rent = self.make_line(account, "2026-04-09", -33, "RENT")
        self.make_line(account, "2026-04-09", -44, "Toll")
        run = account.fetch_transactions()
        self.assertEqual((run.adopted_count, run.imported_count), (1, 1))
        self.assertEqual(self.rows(account, "adopted").statement_line_id, rent)
        self.assertEqual(rent.date, date(2026, 4, 9))

    def test_competition_is_held(self):
        account = self.linked(
            transaction(1, DAY, "-33.00", remittanceInformation="Rent"),
            transaction(2, DAY, "-70.00", remittanceInformation="Electricity"),
        )
        self.make_line(account, "2026-04-07", -33, "Rent")
        self.make_line(account, "2026-04-09", -33, "Rent")
        self.make_line(account, DAY, -70, "A")
        self.make_line(account, DAY, -70, "B")
        run = account.fetch_transactions()
        self.assertEqual(
            (run.adopted_count, run.imported_count, run.held_count), (0, 0, 2)
        )
        self.assertEqual(
            set(self.rows(account).mapped("hold_code")), {"in_books_or_new"}
        )
        self.assertEqual(len(self.rows(account)[0]._candidate_lines()), 2)

    def test_a_day_apart_and_known_there(self):
        """The line is yesterday's payment, which came before the start: not today's."""
        account = self.linked(
            transaction(1, "2026-04-07", "-5.00", remittanceInformation="PARKING"),
            transaction(2, DAY, "-5.00", remittanceInformation="PARKING"),
            start=date(2026, 4, 8),
        )
        self.make_line(account, "2026-04-07", -5, "PARKING")
        run = account.fetch_transactions()
        self.assertEqual((run.adopted_count, run.held_count), (0, 1))
        self.assertEqual(self.rows(account, "held").hold_code, "in_books_or_new")

    def test_by_id_although_the_first_reading_broke(self):
        account = self.linked(
            *[transaction(n, "2026-03-01", f"{n}.00") for n in range(100, 220)],
            transaction(1, DAY, "-5.00"),
        )
        line = self.make_line(account, DAY, -5, "Edited")
        ref = transaction(1, DAY, "1")["id"]
        line.transaction_details = {"ponto": {"account": "acc-1", "transaction": ref}}
        self.plan("acc-1/transactions", status=503, query="after", times=None)
        run = account.fetch_transactions()
        self.assertEqual(run.state, "partial")
        self.assertEqual(line.ponto_transaction_ids.state, "adopted")
        april = [part for part in self.booked(account) if part[0] == DAY]
        self.assertEqual(april, [(DAY, -5.0)])

    def test_other_account_number(self):
        account = self.linked(
            transaction(1, DAY, "-5.00", counterpartReference="BE71096123456769")
        )
        self.make_line(account, DAY, -5, account_number="BE62510007547061")
        run = account.fetch_transactions()
        self.assertEqual((run.adopted_count, run.imported_count), (0, 1))

    def test_by_id_after_a_new_installation(self):
        """The line says whose it is, whatever a person made of its text and amount."""
        account = self.linked(
            transaction(1, DAY, "-5.00"), transaction(2, DAY, "-5.00")
        )
        ref = transaction(2, DAY, "1")["id"]
        line = self.make_line(account, "2026-04-20", -5, "Edited")
        line.transaction_details = {"ponto": {"account": "acc-1", "transaction": ref}}
        run = account.fetch_transactions()
        self.assertEqual((run.adopted_count, run.imported_count), (1, 1))
        row = self.rows(account, "adopted")
        self.assertEqual((row.ponto_ref, row.recognized_by), (ref, "ponto_id"))

    def test_reconciled_line_stays_matched(self):
        account = self.linked(transaction(1, DAY, "-9.00"))
        line = self.make_line(account, DAY, -9, "Fee")
        cost = self.an_account("expense")
        suspense = line._seek_for_lines()[1]
        suspense.account_id = cost
        self.assertTrue(line.is_reconciled)
        account.fetch_transactions()
        self.assertEqual(self.rows(account).state, "adopted")
        self.assertTrue(line.is_reconciled)
        self.assertEqual(line._seek_for_lines()[2].account_id, cost)


@tagged("post_install", "-at_install")
class TestCorrections(IdentityCommon):
    def correct(self, number, **values):
        ref = transaction(number, DAY, "1")["id"]
        path = f"accounts/acc-1/transactions/{ref}"
        self.sandbox.control("PATCH", path, json=values)

    def test_text_follows(self):
        account = self.fetched(
            transaction(1, DAY, "-10.00", remittanceInformation="A one")
        )
        line = self.lines(account)
        self.correct(1, remittanceInformation="B two", counterpartName="Fluvius")
        self.fetch(account)
        self.assertEqual((line.payment_ref, line.partner_name), ("B two", "Fluvius"))
        row = self.rows(account)
        self.assertFalse(row.flag_code)
        self.assertIn("“A one” became “B two”", row.history_text)
        self.assertEqual(
            line.transaction_details["ponto"]["remittance_information"], "B two"
        )
        events = len(row.history)
        self.fetch(account)
        self.assertEqual(len(row.history), events)

    def test_edited_text_is_flagged(self):
        account = self.fetched(
            transaction(1, DAY, "-10.00", remittanceInformation="A one")
        )
        line = self.lines(account)
        line.payment_ref = "My words"
        self.correct(1, remittanceInformation="B two")
        self.fetch(account)
        row = self.rows(account)
        self.assertEqual(
            (line.payment_ref, row.flag_code), ("My words", "text_changed")
        )
        self.assertIn("B two", row.flag_text)

    def test_locked_text_is_flagged(self):
        account = self.fetched(
            transaction(1, DAY, "-10.00", remittanceInformation="A one")
        )
        line = self.lines(account)
        line._seek_for_lines()[1].account_id = self.an_account("expense")
        self.company.fiscalyear_lock_date = "2026-04-30"
        self.correct(1, remittanceInformation="B two")
        self.fetch(account)
        self.assertEqual(line.payment_ref, "A one")
        self.assertEqual(self.rows(account).flag_code, "text_changed")

    def test_amount_is_only_flagged(self):
        account = self.fetched(transaction(1, DAY, "-10.00"))
        self.correct(1, amount="-11.00")
        self.fetch(account)
        row = self.rows(account)
        self.assertEqual(self.booked(account), [(DAY, -10.0)])
        self.assertEqual(row.flag_code, "amount_changed")
        self.assertIn("-11.00 EUR", row.flag_text)
        row.sudo().flag_code = False
        self.fetch(account)
        self.assertFalse(row.flag_code, "noted once")
        self.correct(1, amount="-12.00")
        self.fetch(account)
        self.assertEqual(row.flag_code, "amount_changed")

    def test_held_row_follows_under_another_id(self):
        """What a person books later is what the bank says now."""
        account = self.fetched(transaction(1, DAY, "5.00"), start=date(2026, 4, 1))
        day, text = "2026-03-30", {"remittanceInformation": "Rent of March"}
        self.add_lines(transaction(2, day, "-10.00", **text))
        self.fetch(account)
        held = self.rows(account, "held")
        self.replace([2], transaction(9, day, "-10.00", **text))
        self.fetch(account)
        self.assertEqual(self.rows(account, "alias").alias_of_id, held)
        self.correct(9, amount="-12.00")
        self.fetch(account)
        self.assertEqual((held.state, held.amount), ("held", -12.0))
        self.correct(9, executionDate="2026-04-02T00:00:00.000Z")
        self.fetch(account)
        self.assertIn(("2026-04-02", -12.0), self.booked(account))
        self.assertEqual(len(self.lines(account)), 2)
        self.fetch(account)
        self.assertFalse(held.flag_code)
        self.assertEqual(len(self.lines(account)), 2)

    def test_held_row_follows_and_is_checked_again(self):
        self.company.fiscalyear_lock_date = "2026-03-31"
        account = self.fetched(
            transaction(1, "2026-03-30", "-10.00"), start=date(2026, 4, 1)
        )
        self.assertEqual(self.rows(account).state, "before_cutover")
        self.add_lines(transaction(2, "2026-03-31", "-10.00"))
        self.fetch(account)
        self.assertEqual(self.rows(account, "held").hold_code, "locked_period")
        self.correct(2, executionDate="2026-04-02T00:00:00.000Z")
        self.fetch(account)
        self.assertEqual(self.booked(account), [("2026-04-02", -10.0)])
