from datetime import date
from decimal import Decimal

from odoo import Command
from odoo.exceptions import UserError
from odoo.tests import tagged

from ..models.inbox.ponto_transaction_import import BATCH_SIZE
from .common import PontoCommon, account_seed, resource, transaction


class ImportCommon(PontoCommon):
    def one_line(self, account):
        line = self.lines(account)
        self.assertEqual(len(line), 1)
        return line

    def held(self, account):
        return [
            (row.ponto_ref[-12:].lstrip("0"), row.hold_code)
            for row in self.rows(account, "held")
        ]

    def read_again(self, account):
        run = account.fetch_transactions()
        self.assertIn(run.state, ("done", "partial"), run.message)
        return run

    def retry(self, rows):
        action = rows.action_retry()
        runs = self.env["ponto.sync.run"].browse(action["params"]["run_ids"])
        self.pump(runs)
        return runs


@tagged("post_install", "-at_install")
class TestImportDates(ImportCommon):
    """A bank's date is a calendar day: it is never taken through a time zone."""

    WRITTEN = (
        "2026-03-31T00:00:00.000Z",
        "2026-03-31T21:30:00.000Z",
        "2026-03-31",
        "2026-03-31T00:00:00Z",
        "2026-03-31T23:59:59.999Z",
        "2026-03-31T23:30:00+02:00",
    )

    def day_of_each(self, account):
        items = [
            resource(n, "2026-03-31", f"{n}.00", executionDate=text, valueDate=None)
            for n, text in enumerate(self.WRITTEN, 1)
        ]
        self.serve_page(*items)
        self.read_again(account)
        expected = [("2026-03-31", float(n)) for n in range(1, len(self.WRITTEN) + 1)]
        self.assertEqual(sorted(self.booked(account)), expected)

    def test_every_way_of_writing_a_day(self):
        """P07, read by somebody in Brussels."""
        self.env.user.tz = "Europe/Brussels"
        self.day_of_each(self.linked_account())

    def test_cron_user_in_new_york(self):
        """P07: the evening of 31 March is not yet that day in New York."""
        self.env.ref("base.user_root").tz = "America/New_York"
        self.new_world(account_seed(transaction(1, "2026-03-31", "5.00")))
        account = self.linked_account()
        with self.at("2026-04-01 02:30:00"):
            self.run_cron()
        self.assertEqual(self.booked(account), [("2026-03-31", 5.0)])

    def test_execution_or_value_with_fall_backs(self):
        """P08: one missing date falls back on the other one; both are kept."""
        parts = [
            transaction(1, "2026-06-16", "1.00", valueDate="2026-08-01"),
            transaction(2, "2026-06-16", "2.00", valueDate=None),
            transaction(3, "2026-06-17", "3.00", executionDate=None),
        ]
        by_execution = self.fetched(*parts)
        self.assertEqual(
            self.booked(by_execution),
            [("2026-06-16", 1.0), ("2026-06-16", 2.0), ("2026-06-17", 3.0)],
        )
        row = self.rows(by_execution).sorted("amount")[0]
        self.assertEqual(row.value_date, date(2026, 8, 1))
        details = row.statement_line_id.transaction_details["ponto"]
        self.assertEqual(details["execution_date"], "2026-06-16")
        self.assertEqual(details["value_date"], "2026-08-01")
        # Flipping the setting moves and doubles nothing.
        by_execution.date_field = "value"
        self.add_lines(transaction(4, "2026-06-20", "4.00", valueDate="2026-06-22"))
        self.assertEqual(self.read_again(by_execution).imported_count, 1)
        self.assertEqual(
            self.booked(by_execution),
            [
                ("2026-06-16", 1.0),
                ("2026-06-16", 2.0),
                ("2026-06-17", 3.0),
                ("2026-06-22", 4.0),
            ],
        )

    def test_no_date_at_all_is_the_day_of_arrival(self):
        """In the institution's calendar, where it is already the next day."""
        account = self.linked_account()
        item = resource(
            1,
            None,
            "7.00",
            executionDate=None,
            valueDate=None,
            createdAt="2026-03-31T22:30:00.000Z",
        )
        self.serve_page(item)
        self.read_again(account)
        self.assertEqual(self.booked(account), [("2026-04-01", 7.0)])

    def test_no_date_and_no_arrival_is_held(self):
        account = self.linked_account()
        self.serve_page(resource(1, None, "7.00", executionDate=None, valueDate=None))
        self.read_again(account)
        self.assertEqual(self.booked(account), [])
        self.assertEqual(self.held(account), [("1", "no_date")])

    def test_planned_until_its_day(self):
        """P50: announced for tomorrow, booked once, on its day."""
        account = self.linked_account()
        with self.at("2026-03-04 09:00:00"):
            self.serve_page(resource(1, "2026-03-05", "-12.00"))
            self.read_again(account)
            self.assertEqual(self.booked(account), [])
            self.assertEqual(len(self.rows(account, "planned")), 1)
        with self.at("2026-03-04 23:30:00"):
            # In Brussels it is the 5th already.
            self.serve_page(resource(1, "2026-03-05", "-12.00"))
            self.read_again(account)
        self.assertEqual(self.booked(account), [("2026-03-05", -12.0)])

    def test_planned_and_booked_under_another_id(self):
        """P50: of an equal booked one a person decides; never two in silence."""
        account = self.linked_account()
        with self.at("2026-03-04 09:00:00"):
            self.serve_page(resource(1, "2026-03-05", "-12.00"))
            self.read_again(account)
        with self.at("2026-03-05 09:00:00"):
            items = [
                resource(2, "2026-03-05", "-12.00"),
                resource(1, "2026-03-05", "-12.00"),
            ]
            self.serve_page(*items)
            self.read_again(account)
        self.assertEqual(self.booked(account), [("2026-03-05", -12.0)])
        self.assertEqual(self.held(account), [("1", "planned_or_booked")])


@tagged("post_install", "-at_install")
class TestImportOrder(ImportCommon):
    """The bank's order within a day decides the running balance (P31)."""

    def balances(self, account):
        lines = self.lines(account)
        return [(line.amount, line.running_balance) for line in lines]

    def test_running_balances(self):
        # The bank's order: −90, +100, −20; Ponto lists the newest first.
        account = self.fetched(
            transaction(1, "2026-04-07", "50.00"),
            transaction(2, "2026-04-08", "-90.00"),
            transaction(3, "2026-04-08", "100.00"),
            transaction(4, "2026-04-08", "-20.00"),
        )
        self.assertEqual(
            self.balances(account), [(50, 50), (-90, -40), (100, 60), (-20, 40)]
        )
        # Back-dated into that day two days later: the others keep their order.
        self.add_lines(
            transaction(5, "2026-04-08", "7.00"), transaction(6, "2026-04-10", "1.00")
        )
        self.read_again(account)
        found = self.balances(account)
        others = [amount for amount, _balance in found if amount != 7.0]
        self.assertEqual(others, [50, -90, 100, -20, 1])
        self.assertEqual(found[-2][1], 47.0, "the day closes with the sum")
        self.assertEqual(found[-1], (1.0, 48.0))

    def test_order_across_pages_and_batches(self):
        """110 lines of one day: two pages, two batches, one order."""
        parts = [transaction(n, "2026-04-08", f"{n}.00") for n in range(1, 111)]
        account = self.fetched(*parts)
        amounts = self.lines(account).mapped("amount")
        self.assertEqual(amounts, [float(n) for n in range(1, 111)])

    def test_twins(self):
        """P12: two equal payments are two, and the same id may be on two accounts."""
        parking = {"remittanceInformation": "PARKING"}
        twins = [transaction(n, "2026-04-08", "-12.50", **parking) for n in (1, 2)]
        self.new_world(
            account_seed(*twins),
            account_seed(twins[0], id="acc-2", institution="bank-b"),
        )
        first = self.linked_account()
        second = self.linked_account("acc-2", code="BNK8")
        (first | second).fetch_transactions()
        self.assertEqual(self.booked(first), [("2026-04-08", -12.5)] * 2)
        self.assertEqual(self.booked(second), [("2026-04-08", -12.5)])
        runs = (first | second).fetch_transactions()
        self.assertEqual(runs.mapped("imported_count"), [0, 0])
        self.assertEqual(len(self.booked(first)), 2)


@tagged("post_install", "-at_install")
class TestPartner(ImportCommon):
    """A partner only where the number belongs to exactly one (P29)."""

    IBAN = "BE71096123456769"

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.other_company = cls.env["res.company"].create({"name": "Peeters Vastgoed"})

    def owner_of_number(self, name, number="BE71 0961 2345 6769", **values):
        partner = self.env["res.partner"].create({"name": name, **values})
        self.env["res.partner.bank"].create(
            {"acc_number": number, "partner_id": partner.id}
        )
        return partner

    def line_with(self, **attributes):
        return self.one_line(
            self.fetched(transaction(1, "2026-04-08", "-1.00", **attributes))
        )

    def test_number_stored_with_spaces(self):
        partner = self.owner_of_number("Molen Janssens")
        self.assertEqual(
            self.line_with(counterpartReference=self.IBAN).partner_id, partner
        )

    def test_number_sent_with_spaces(self):
        partner = self.owner_of_number("Molen Janssens", number=self.IBAN)
        line = self.line_with(counterpartReference="be71 0961 2345 6769")
        self.assertEqual(line.partner_id, partner)

    def test_number_of_two_partners(self):
        self.owner_of_number("Molen Janssens")
        self.owner_of_number("Molen Janssens (oud)")
        line = self.line_with(counterpartReference=self.IBAN, counterpartName="Molen")
        self.assertFalse(line.partner_id)
        self.assertEqual(line.partner_name, "Molen")

    def test_name_of_two_partners(self):
        self.env["res.partner"].create([{"name": "Molen"}, {"name": "Molen"}])
        self.assertFalse(self.line_with(counterpartName="Molen").partner_id)

    def test_partner_of_another_company(self):
        self.owner_of_number("Molen Janssens", company_id=self.other_company.id)
        self.assertFalse(self.line_with(counterpartReference=self.IBAN).partner_id)

    def test_own_partner_beside_one_of_another_company(self):
        self.owner_of_number("Molen elders", company_id=self.other_company.id)
        partner = self.owner_of_number("Molen Janssens", company_id=self.company.id)
        self.assertEqual(
            self.line_with(counterpartReference=self.IBAN).partner_id, partner
        )

    def test_archived_partner(self):
        self.owner_of_number("Molen Janssens").action_archive()
        self.assertFalse(self.line_with(counterpartReference=self.IBAN).partner_id)

    def test_own_number(self):
        """The bank gives the account holder as the counterpart, however written."""
        own = self.company.partner_id
        self.env["res.partner.bank"].create(
            {"acc_number": "BE68 5390 0754 7034", "partner_id": own.id}
        )
        numbers = ("BE68539007547034", "be68 5390 0754 7034", "539-0075470-34")
        account = self.fetched(
            *[
                transaction(
                    n,
                    "2026-04-08",
                    f"-{n}.00",
                    counterpartReference=number,
                    counterpartName="Bakkerij Peeters",
                )
                for n, number in enumerate(numbers, 1)
            ]
        )
        lines = self.lines(account)
        self.assertEqual(lines.mapped("partner_name"), ["Bakkerij Peeters"] * 3)
        self.assertFalse(lines.partner_id)

    def test_number_of_the_journal_where_ponto_gives_none(self):
        """A card: the journal has the number, and Ponto's account has none."""
        number = "BE62510007547061"
        self.new_world(
            account_seed(
                transaction(1, "2026-04-08", "-1.00", counterpartReference=number),
                reference=None,
                referenceType=None,
            )
        )
        account = self.linked_account(number=number)
        account.fetch_transactions()
        self.assertEqual(
            account.journal_id.bank_account_id.partner_id, self.company.partner_id
        )
        self.assertFalse(self.one_line(account).partner_id)

    def test_number_of_another_own_account(self):
        """A transfer between two accounts of the company is another matter."""
        self.make_journal("BNK8", self.IBAN)
        line = self.line_with(counterpartReference=self.IBAN)
        self.assertEqual(line.partner_id, self.company.partner_id)

    def test_archived_owner_beside_one_that_is_not(self):
        """Two records of one customer were merged: the number is the other one's."""
        self.owner_of_number("Molen Janssens (oud)").action_archive()
        partner = self.owner_of_number("Molen Janssens")
        self.assertEqual(
            self.line_with(counterpartReference=self.IBAN).partner_id, partner
        )

    def test_archived_number(self):
        partner = self.owner_of_number("Molen Janssens")
        partner.bank_ids.active = False
        self.assertFalse(self.line_with(counterpartReference=self.IBAN).partner_id)

    def test_number_of_a_company_and_its_contact(self):
        company = self.owner_of_number("Molen Janssens", is_company=True)
        self.owner_of_number("An Janssens", parent_id=company.id)
        line = self.line_with(counterpartReference=self.IBAN)
        self.assertEqual(line.partner_id, company)


@tagged("post_install", "-at_install")
class TestLineValues(ImportCommon):
    """What a line carries."""

    def test_texts_and_ids(self):
        account = self.fetched(
            transaction(
                1,
                "2026-04-08",
                "-45.30",
                remittanceInformation="Factuur 2026/118",
                counterpartName="Molen Janssens",
                counterpartReference="BE71096123456769",
                bankTransactionCode="PMNT-IRCT-ESCT",
                endToEndId="E2E-77",
                additionalInformation="loket 4",
                mandateId="M-1",
            )
        )
        line = self.one_line(account)
        self.assertEqual(line.payment_ref, "Factuur 2026/118")
        self.assertEqual(line.partner_name, "Molen Janssens")
        self.assertEqual(line.account_number, "BE71096123456769")
        self.assertEqual(line.transaction_type, "PMNT-IRCT-ESCT")
        self.assertEqual(line.amount, -45.3)
        self.assertEqual(line.state, "posted")
        self.assertEqual(line.company_id, self.company)
        self.assertFalse(line.statement_id)
        details = line.transaction_details["ponto"]
        self.assertEqual(details["account"], "acc-1")
        self.assertEqual(details["transaction"], transaction(1, "", "")["id"])
        self.assertEqual(details["amount"], "-45.3")
        for key, text in {
            "end_to_end_id": "E2E-77",
            "additional_information": "loket 4",
            "mandate_id": "M-1",
        }.items():
            self.assertEqual(details[key], text)
        row = line.ponto_transaction_ids
        self.assertEqual((row.state, row.amount), ("imported", -45.3))
        self.assertEqual(row.raw["attributes"]["amount"], "-45.3")

    def test_structured_communication(self):
        """P14: matchable as it stands on the invoice."""
        account = self.fetched(
            transaction(
                1,
                "2026-04-08",
                "1.00",
                remittanceInformation="090933755493",
                remittanceInformationType="structured",
            )
        )
        self.assertEqual(self.one_line(account).payment_ref, "+++090/9337/55493+++")

    def test_unknown_attributes_are_kept(self):
        self.new_world(
            account_seed(transaction(1, "2026-04-08", "1.00")),
            switches={"unknown_attributes": True},
        )
        account = self.linked_account()
        self.read_again(account)
        raw = self.rows(account).raw["attributes"]
        unknown = set(raw) - set(resource(1, "2026-04-08", "1.00")["attributes"])
        self.assertTrue(unknown)
        self.assertEqual(len(self.booked(account)), 1)

    def test_hostile_text(self):
        """P53: as text, shortened, nothing lost, nothing breaks."""
        text = "<script>alert(1)</script>\u202e 🙂 \x07" + "a" * 5000
        account = self.linked_account()
        self.serve_page(
            resource(
                1,
                "2026-04-08",
                "1.00",
                remittanceInformation=text + "\0",
                counterpartName="\0\u202eX\0",
                counterpartReference="NOT AN IBAN \0",
                bankTransactionCode="\ud800",
            )
        )
        self.read_again(account)
        line = self.one_line(account)
        self.assertTrue(line.payment_ref.startswith("<script>alert(1)</script> 🙂"))
        self.assertLessEqual(len(line.payment_ref), 500)
        self.assertNotIn("\u202e", line.payment_ref)
        # The mark goes; NUL, which no database keeps, stays visible as U+FFFD.
        self.assertEqual(line.partner_name, "�X�")
        self.assertEqual(
            self.rows(account).raw["attributes"]["remittanceInformation"], text + "�"
        )
        self.assertIn("a" * 5000, str(line.transaction_details))

    def test_hostile_id(self):
        account = self.linked_account()
        item = {**resource(1, "2026-04-08", "1.00"), "id": "x\0y'; DROP TABLE z"}
        self.serve_page(item, times=2)
        self.read_again(account)
        self.assertEqual(self.read_again(account).imported_count, 0)
        self.assertEqual(self.booked(account), [("2026-04-08", 1.0)])

    def test_zero_amount(self):
        """P44: kept, and no work for anybody."""
        account = self.fetched(
            transaction(
                1, "2026-04-08", "0.00", remittanceInformation="Quarterly fee statement"
            )
        )
        line = self.one_line(account)
        self.assertEqual((line.amount, line.is_reconciled), (0.0, True))
        self.assertEqual(self.read_again(account).imported_count, 0)

    def test_no_amount_is_rounded_in_silence(self):
        """Below the smallest unit, beyond it, or with more digits than Odoo keeps."""
        kept = {"-12.3500": -12.35, "-0": 0.0, "0E-2": 0.0, "1.2E1": 12.0, " 7.5 ": 7.5}
        odd = (
            "1E-10", "-0.004", "-12.345", "0.010000000000000000000000000001",
            "12345678901234567.89", "99999999999999999999999999999",
        )  # fmt: skip
        unreadable = ("1e400", "NaN", "Infinity", "-Infinity", "1,5", "", True, None)
        texts = [*kept, *odd, *unreadable]
        self.new_world(account_seed())
        account = self.linked_account()
        self.serve_page(*[resource(n, "2026-04-08", t) for n, t in enumerate(texts)])
        run = account.fetch_transactions()
        self.assertEqual(run.state, "done", run.message)
        booked = sorted(amount for _day, amount in self.booked(account))
        self.assertEqual(booked, sorted(kept.values()))
        held = self.rows(account, "held")
        codes = dict.fromkeys(map(str, texts[len(kept) :]), "")
        for row in held:
            codes[str(row.raw["attributes"]["amount"])] = row.hold_code
        expected = dict.fromkeys(odd, "amount_precision")
        expected |= dict.fromkeys(map(str, unreadable), "unreadable")
        self.assertEqual(codes, expected)

    def assert_decimals(self, name, good, bad, later):
        """One amount is booked, the other waits, also when the bank corrects it."""
        currency = self.env.ref(f"base.{name}")
        currency.active = True
        self.set_currency_rate(currency, "2026-01-01", 2.0)
        parts = [
            transaction(1, "2026-04-08", good, currency=name),
            transaction(2, "2026-04-08", bad, currency=name),
        ]
        account = self.fetched(*parts, currency=name, journal={"currency": currency})
        self.assertEqual(self.booked(account), [("2026-04-08", float(good))])
        path = f"accounts/acc-1/transactions/{parts[1]['id']}"
        self.sandbox.control("PATCH", path, json={"amount": later})
        for count in (1, 0, 0):
            self.assertEqual(self.read_again(account).held_count, count)
            held = self.rows(account, "held")
            self.assertEqual(held.hold_code, "amount_precision")
            self.assertIn(later, held.hold_reason)

    def test_yen_have_no_decimals(self):
        self.assert_decimals("JPY", "7", "0.5", "0.7")

    def test_dinars_have_three_decimals(self):
        self.assert_decimals("KWD", "0.005", "0.0005", "0.0007")

    def test_decimals_are_exact(self):
        """Summed in decimals, as an accountant does."""
        amounts = [
            "0.10", "0.20", "1234567.89", "-1234567.88", "999999999.99", "0.01",
            "33.33", "66.67", "-0.07", "1.005",
        ]  # fmt: skip
        account = self.fetched(
            *[transaction(n, "2026-04-08", text) for n, text in enumerate(amounts)]
        )
        cents = Decimal("0.01")
        booked = [
            Decimal(str(amount)).quantize(cents)
            for _day, amount in self.booked(account)
        ]
        expected = [Decimal(text) for text in amounts[:-1]]
        self.assertEqual(sorted(booked), sorted(expected))
        # Half a cent is held: rounding would change the money in silence.
        held = self.rows(account).filtered(lambda row: row.state == "held")
        self.assertEqual(held.mapped("hold_code"), ["amount_precision"])
        self.assertIn("1.005", held.hold_reason)
        ledger = account.journal_id.default_account_id
        items = self.env["account.move.line"].search([("account_id", "=", ledger.id)])
        total = sum(Decimal(str(item.balance)).quantize(cents) for item in items)
        self.assertEqual(total, sum(expected))

    def test_more_than_one_batch(self):
        count = BATCH_SIZE + 7
        account = self.fetched(
            *[transaction(n, "2026-04-08", f"{n}.01") for n in range(1, count + 1)]
        )
        booked = self.booked(account)
        self.assertEqual(len(booked), count)
        expected = sum(Decimal(f"{n}.01") for n in range(1, count + 1))
        self.assertEqual(sum(Decimal(str(amount)) for _day, amount in booked), expected)
        self.assertEqual(len(set(self.lines(account).mapped("name"))), count)
        self.assertEqual(account.run_ids.imported_count, count)

    def test_ledger_equals_the_banks_balance(self):
        """P10: 12 lines from an opening of zero."""
        account = self.fetched(
            *[transaction(n, "2026-04-08", f"-{n}.35") for n in range(1, 13)]
        )
        self.assertAlmostEqual(account.balance, -82.2)
        self.assertAlmostEqual(account.ledger_balance, -82.2)
        self.assertAlmostEqual(account.balance_difference, 0)

    def test_card_owes(self):
        """P51: a card's bank says 320 owed where the ledger says −320."""
        self.new_world(
            account_seed(transaction(1, "2026-04-08", "-320.00"), subtype="card")
        )
        account = self.linked_account(type="credit")
        self.read_again(account)
        self.sandbox.control(
            "PATCH", "accounts/acc-1", json={"currentBalance": "320.00"}
        )
        self.connection.fetch_accounts()
        self.assertEqual(account.balance, 320.0)
        self.assertAlmostEqual(account.ledger_balance, -320.0)
        self.assertAlmostEqual(account.balance_difference, 0.0)


@tagged("post_install", "-at_install")
class TestForeignCurrency(ImportCommon):
    """An account in another currency than the company's (P54)."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.currency = cls.env.ref("base.AED")
        cls.currency.active = True
        cls.currency.rate_ids.unlink()

    def foreign(self, *parts):
        for part in parts:
            part["currency"] = "AED"
        return self.fetched(*parts, currency="AED", journal={"currency": self.currency})

    def test_amounts(self):
        self.set_currency_rate(self.currency, "2026-04-01", 4.0)
        account = self.foreign(transaction(1, "2026-04-08", "-100.00"))
        line = self.one_line(account)
        self.assertEqual(line.amount, -100.0)
        self.assertEqual(line.currency_id, self.currency)
        self.assertFalse(line.foreign_currency_id)
        bank = line.move_id.line_ids.filtered(
            lambda item: item.account_id == account.journal_id.default_account_id
        )
        self.assertEqual((bank.amount_currency, bank.balance), (-100.0, -25.0))
        self.assertEqual(account.ledger_balance, -100.0)

    def test_no_exchange_rate_yet(self):
        """Core would book one to one in silence; after the rate one click is enough."""
        self.set_currency_rate(self.currency, "2026-05-10", 5.0)
        account = self.foreign(
            transaction(1, "2026-05-02", "-100.00"),
            transaction(2, "2026-05-12", "-50.00"),
        )
        self.assertEqual(self.booked(account), [("2026-05-12", -50.0)])
        row = self.rows(account, "held")
        self.assertEqual(row.hold_code, "no_exchange_rate")
        self.assertIn(
            "no exchange rate for AED on or before 05/02/2026", row.hold_reason
        )
        self.set_currency_rate(self.currency, "2026-05-01", 4.0)
        self.retry(row)
        self.assertEqual(
            self.booked(account), [("2026-05-02", -100.0), ("2026-05-12", -50.0)]
        )
        move = row.statement_line_id.move_id
        self.assertEqual(sum(move.line_ids.mapped("debit")), 25.0)

    def test_base_currency_needs_no_rate(self):
        """Books in dirham, rates kept for the dirham only, an account in euro (F11)."""
        euro = self.env.ref("base.EUR")
        others = (
            self.env["res.currency"].search([("id", "!=", euro.id)]) - self.currency
        )
        others.with_context(force_deactivate=True).active = False
        euro.rate_ids.unlink()
        self.company.currency_id = self.currency
        self.set_currency_rate(self.currency, "2026-04-10", 1.25)
        parts = [transaction(n, f"2026-04-{n:02}", "-100.00") for n in (9, 10, 11)]
        account = self.fetched(*parts, currency="EUR", journal={"currency": euro})
        self.assertEqual(
            self.booked(account), [("2026-04-10", -100.0), ("2026-04-11", -100.0)]
        )
        bank = self.lines(account)[0].move_id.line_ids.filtered(
            lambda item: item.account_id == account.journal_id.default_account_id
        )
        self.assertEqual((bank.amount_currency, bank.balance), (-100.0, -125.0))
        # What lacks a rate on that day is the currency of the books.
        row = self.rows(account, "held")
        self.assertEqual(row.hold_code, "no_exchange_rate")
        self.assertIn("no exchange rate for AED on or before", row.hold_reason)

    def test_which_currency_lacks_a_rate(self):
        euro, other = self.env.ref("base.EUR"), self.env.ref("base.GBP")
        others = (
            self.env["res.currency"].search([("id", "!=", euro.id)]) - self.currency
        )
        others.with_context(force_deactivate=True).active = False
        (euro | other | self.currency).rate_ids.unlink()
        account = self.fetched(currency="EUR", journal={"currency": euro})
        rows, day = self.env["ponto.transaction"], date(2026, 4, 10)

        def lacking():
            return rows._find_missing_rate(account, day)

        self.assertFalse(lacking())
        self.company.currency_id = self.currency
        self.assertEqual(lacking(), euro, "neither has rates: one to one")
        self.set_currency_rate(self.currency, "2026-04-01", 1.0)
        self.assertEqual(lacking(), euro, "the books' currency is the base")
        self.currency.rate_ids.rate = 1.25
        self.assertFalse(lacking())
        other.active = True
        self.assertEqual(lacking(), euro, "either could be the base")
        self.set_currency_rate(euro, "2026-05-01", 1.0)
        self.assertFalse(lacking(), "somebody said that it is the base")
        euro.rate_ids.rate = 2.0
        self.assertEqual(lacking(), euro)
        self.set_currency_rate(euro, "2026-04-10", 2.0)
        self.assertFalse(lacking())

    def test_rate_of_another_company_does_not_count(self):
        other = self.env["res.company"].create({"name": "Peeters Vastgoed"})
        self.env["res.currency.rate"].create(
            {
                "currency_id": self.currency.id,
                "company_id": other.id,
                "name": "2026-01-01",
                "rate": 4.0,
            }
        )
        account = self.foreign(transaction(1, "2026-05-02", "-100.00"))
        self.assertEqual(self.held(account), [("1", "no_exchange_rate")])

    def test_transaction_in_another_currency_than_its_account(self):
        account = self.fetched(
            transaction(1, "2026-05-02", "-100.00", currency="USD"),
            transaction(2, "2026-05-02", "-1.00"),
        )
        self.assertEqual(self.booked(account), [("2026-05-02", -1.0)])
        self.assertEqual(self.held(account), [("1", "currency_mismatch")])
        row = self.rows(account, "held")
        self.assertIn("in USD and the account in EUR", row.hold_reason)


@tagged("post_install", "-at_install")
class TestHeld(ImportCommon):
    """What would be lost, shifted or falsified waits for a person."""

    def test_lock_date(self):
        """P17: held, told, and booked on the bank's own day when the lock is lifted."""
        self.new_world(
            account_seed(
                transaction(1, "2026-03-28", "-80.00"),
                transaction(2, "2026-04-02", "500.00"),
            )
        )
        account = self.linked_account()
        self.company.fiscalyear_lock_date = date(2026, 3, 31)
        self.env.flush_all()
        run = self.read_again(account)
        self.assertEqual((run.imported_count, run.held_count), (1, 1))
        self.assertEqual(self.booked(account), [("2026-04-02", 500.0)])
        row = self.rows(account, "held")
        self.assertEqual(row.hold_code, "locked_period")
        self.assertIn("03/28/2026 is in a closed period", row.hold_reason)
        self.assertAlmostEqual(account.balance_difference, -80.0)
        # Too early: held once more, nothing shifted.
        self.retry(row)
        self.assertEqual(self.booked(account), [("2026-04-02", 500.0)])
        self.assertEqual(self.held(account), [("1", "locked_period")])
        self.company.fiscalyear_lock_date = False
        self.env.flush_all()
        self.retry(row)
        self.assertEqual(
            self.booked(account), [("2026-03-28", -80.0), ("2026-04-02", 500.0)]
        )
        self.assertEqual(row.state, "imported")
        self.assertEqual(row.decided_by_id, self.env.user)
        self.assertAlmostEqual(account.balance_difference, 0.0)

    def test_every_lock_date(self):
        for name in ("fiscalyear_lock_date", "hard_lock_date"):
            with self.subTest(lock=name):
                self.new_world(account_seed(transaction(1, "2026-03-28", "-80.00")))
                code = {"fiscalyear_lock_date": "BNK1", "hard_lock_date": "BNK2"}[name]
                connection = self.connect(client_id=f"x-{code}")
                self.sandbox.control(
                    "POST",
                    "integrations",
                    json={
                        "client_id": f"x-{code}",
                        "client_secret": self.sandbox.client_secret,
                    },
                )
                account = connection.fetch_accounts()
                account.link_journal(self.make_journal(f"L{code}"), date(2026, 1, 1))
                self.company[name] = date(2026, 3, 31)
                self.env.flush_all()
                account.fetch_transactions()
                self.assertEqual(self.booked(account), [])
                self.assertEqual(self.held(account), [("1", "locked_period")])
                if name != "hard_lock_date":
                    self.company[name] = False

    def test_a_users_exception_to_the_lock_does_not_change_the_result(self):
        """Who clicked must not decide which day is open."""
        self.new_world(account_seed(transaction(1, "2026-03-28", "-80.00")))
        account = self.linked_account()
        self.company.fiscalyear_lock_date = date(2026, 3, 31)
        self.env["account.lock_exception"].create(
            {
                "company_id": self.company.id,
                "user_id": self.env.user.id,
                "fiscalyear_lock_date": False,
                "end_datetime": "2030-01-01 00:00:00",
            }
        )
        self.env.flush_all()
        self.read_again(account)
        self.assertEqual(self.held(account), [("1", "locked_period")])

    def test_before_the_start(self):
        """P18: only identity is kept of the backlog, whatever is synced how often."""
        account = self.fetched(
            transaction(1, "2026-03-31", "-80.00", counterpartName="Molen"),
            transaction(2, "2026-04-01", "500.00"),
            start=date(2026, 4, 1),
        )
        self.assertEqual(self.booked(account), [("2026-04-01", 500.0)])
        row = self.rows(account, "before_cutover")
        self.assertEqual((row.amount, row.booking_date), (-80.0, date(2026, 3, 31)))
        self.assertTrue(row.fingerprint)
        self.assertFalse(row.raw or row.label or row.counterpart_name)
        for _time in range(3):
            self.read_again(account)
        self.assertEqual(self.booked(account), [("2026-04-01", 500.0)])

    def test_late_and_before_the_start(self):
        """P18: what arrives later with an earlier date is shown to a person."""
        account = self.fetched(
            transaction(2, "2026-04-01", "500.00"), start=date(2026, 4, 1)
        )
        self.add_lines(transaction(3, "2026-03-30", "-7.00"))
        self.read_again(account)
        self.assertEqual(self.booked(account), [("2026-04-01", 500.0)])
        self.assertEqual(self.held(account), [("3", "before_start")])
        self.assertIn("dated 03/30/2026", self.rows(account, "held").hold_reason)

    def test_late_and_in_a_closed_period(self):
        """The lock is what a person meets first; the start date after it."""
        account = self.fetched(
            transaction(2, "2026-04-01", "500.00"), start=date(2026, 4, 1)
        )
        self.company.fiscalyear_lock_date = date(2026, 3, 31)
        self.add_lines(transaction(3, "2026-03-30", "-7.00"))
        self.read_again(account)
        self.assertEqual(self.held(account), [("3", "locked_period")])
        reason = self.rows(account, "held").hold_reason
        self.assertIn("before the account's start date 04/01/2026", reason)
        self.assertNotIn("Retry", reason)
        self.company.fiscalyear_lock_date = False
        self.retry(self.rows(account, "held"))
        self.assertEqual(self.held(account), [("3", "before_start")])
        self.assertEqual(self.booked(account), [("2026-04-01", 500.0)])

    def test_unreadable_row_holds_only_itself(self):
        """P32: one row without an amount among 120."""
        account = self.linked_account()
        items = [resource(n, "2026-04-08", "1.00") for n in range(1, 100)]
        items[56]["attributes"]["amount"] = None
        items[79]["attributes"]["currency"] = ""
        items.append("not an object")
        self.serve_page(*items)
        run = self.read_again(account)
        self.assertEqual(run.state, "done")
        self.assertEqual(self.booked(account), [("2026-04-08", 1.0)] * 97)
        held = self.rows(account, "held")
        self.assertEqual(held.mapped("hold_code"), ["unreadable"] * 3)
        self.assertIn("57", held.mapped("ponto_ref")[0])
        for reason in held.mapped("hold_reason"):
            self.assertIn("cannot be read (data[", reason)

    def test_unreadable_row_that_was_corrected(self):
        """Retry takes what was stored: a row that is still unreadable stays held."""
        account = self.linked_account()
        item = resource(1, "2026-04-08", "1.00")
        item["attributes"]["amount"] = None
        self.serve_page(item)
        self.read_again(account)
        self.retry(self.rows(account, "held"))
        self.assertEqual(self.held(account), [("1", "unreadable")])
        self.assertIn("amount", self.rows(account, "held").hold_reason)
        self.assertEqual(self.booked(account), [])

    def test_retry_without_date(self):
        """It stays held, and the others of the account are booked."""
        account = self.linked_account()
        items = [
            resource(1, None, "7.00", executionDate=None, valueDate=None),
            resource(2, "2026-04-08", "2.00"),
        ]
        self.serve_page(*items)
        self.read_again(account)
        self.retry(self.rows(account, "held"))
        self.assertEqual(self.held(account), [("1", "no_date")])
        self.assertEqual(self.booked(account), [("2026-04-08", 2.0)])

    def test_one_refused_line_does_not_stop_the_others(self):
        """P32: Odoo refuses one of them while it is posted."""
        account = self.linked_account()
        lines = type(self.env["account.bank.statement.line"])
        create = lines.create

        def refuse_one(records, vals_list):
            if any(vals.get("payment_ref") == "Transaction 7" for vals in vals_list):
                raise UserError("No thank you.")  # pylint: disable=translation-required
            return create(records, vals_list)

        self.patch(lines, "create", refuse_one)
        items = [resource(n, "2026-04-08", f"{n}.00") for n in range(20, 0, -1)]
        self.serve_page(*items)
        self.read_again(account)
        booked = [amount for _day, amount in self.booked(account)]
        self.assertEqual(booked, [float(n) for n in range(1, 21) if n != 7])
        self.assertEqual(self.held(account), [("7", "refused")])
        self.assertIn("No thank you.", self.rows(account, "held").hold_reason)
        self.patch(lines, "create", create)
        self.retry(self.rows(account, "held"))
        self.assertEqual(len(self.booked(account)), 20)

    def test_ignored_and_restored(self):
        account = self.fetched(
            transaction(1, "2026-05-02", "-100.00", currency="USD"),
        )
        row = self.rows(account, "held")
        row.action_ignore()
        self.assertEqual((row.state, row.decided_by_id), ("ignored", self.env.user))
        self.read_again(account)
        self.assertEqual(row.state, "ignored")
        row.action_restore()
        self.assertEqual(row.state, "held")
        self.assertEqual(self.booked(account), [])


@tagged("post_install", "-at_install")
class TestDeletedLine(ImportCommon):
    """A deleted line does not come back (P20)."""

    def setUp(self):
        super().setUp()
        self.account = self.fetched(
            transaction(1, "2026-04-08", "1.00"), transaction(2, "2026-04-09", "2.00")
        )

    def assert_stays_away(self):
        self.env.flush_all()
        self.env.invalidate_all()
        self.add_lines(transaction(3, "2026-04-10", "3.00"))
        run = self.read_again(self.account)
        self.assertEqual(run.imported_count, 1)
        self.assertEqual(
            self.booked(self.account), [("2026-04-08", 1.0), ("2026-04-10", 3.0)]
        )
        row = self.rows(self.account).filtered(lambda row: row.amount == 2.0)
        self.assertEqual((row.state, row.statement_line_id.id), ("imported", False))

    def test_by_line(self):
        self.lines(self.account)[-1].unlink()
        self.assert_stays_away()

    def test_by_journal_entry(self):
        """The line then goes by a cascade in SQL: no method of it is called."""
        move = self.lines(self.account)[-1].move_id
        move.button_draft()
        move.unlink()
        self.assert_stays_away()

    def test_after_linking_a_second_time(self):
        """Not even a new journal brings it back: the account remembers."""
        self.lines(self.account).unlink()
        self.env.flush_all()
        self.read_again(self.account)
        self.assertEqual(self.booked(self.account), [])

    def test_reconciled_line_is_left_alone(self):
        line = self.lines(self.account)[-1]
        suspense = line.move_id.line_ids.filtered(
            lambda item: item.account_id == self.account.journal_id.suspense_account_id
        )
        income = self.an_account("income")
        line.move_id.button_draft()
        line.move_id.write(
            {"line_ids": [Command.update(suspense.id, {"account_id": income.id})]}
        )
        line.move_id.action_post()
        self.assertTrue(line.is_reconciled)
        self.read_again(self.account)
        self.assertTrue(line.is_reconciled)
        self.assertEqual(len(self.booked(self.account)), 2)
