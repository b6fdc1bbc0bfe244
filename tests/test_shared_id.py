"""Several payments under one id (F01a): none is lost, and none is taken for another."""

import json
from datetime import date

from odoo.tests import tagged

from .common import PontoCommon, account_seed, resource

DAY = "2026-04-08"
MONTH_LATER = "2026-05-08"


def payment(amount, text, day=DAY, number=1, **attributes):
    return resource(number, day, amount, remittanceInformation=text, **attributes)


FIRST = payment("-12.35", "first")
SECOND = payment("-77.85", "second")
# What a bank may say later of the first one.
CORRECTED = payment("-12.53", "first")


@tagged("post_install", "-at_install")
class TestSharedId(PontoCommon):
    def setUp(self):
        super().setUp()
        self.new_world(account_seed())
        self.account = self.linked_account()

    def read_list(self, *pages):
        """One reading of a list of these pages."""
        for number, items in enumerate(pages):
            more = number + 1 < len(pages)
            link = f"{self.sandbox.url}/accounts/acc-1/transactions?page%5Bafter%5D="
            body = {
                "data": list(items),
                "links": {"next": f"{link}{number}"} if more else {},
                "meta": {"paging": {"limit": 100}},
            }
            self.plan(
                "^/accounts/acc-1/transactions$", status=200, body=json.dumps(body)
            )
        run = self.account.fetch_transactions()
        self.env.invalidate_all()
        count = sum(map(len, pages))
        self.assertEqual((run.state, run.read_count), ("done", count), run.message)
        return run

    def forget(self):
        self.lines(self.account).unlink()
        self.rows(self.account).sudo().unlink()
        self.account.sudo().complete_at = False

    def amounts(self, state):
        return sorted(self.rows(self.account, state).mapped("amount"))

    def assert_both_kept(self, booked=-12.35, held=-77.85):
        self.assertEqual(self.amounts("imported"), [booked])
        self.assertEqual(self.amounts("held"), [held])
        self.assertEqual(
            [amount for _day, amount in self.booked(self.account)], [booked]
        )
        row = self.rows(self.account, "held")
        self.assertEqual(row.hold_code, "same_id")
        self.assertEqual(
            row.same_id_of_id, self.rows(self.account, "imported"), row.ponto_ref
        )

    def assert_stays(self, *readings):
        """However often and in whatever order both are listed."""
        before = self.rows(self.account).mapped("write_date")
        for pages in readings:
            run = self.read_list(*pages)
            self.assertEqual((run.new_count, run.held_count), (0, 0))
            self.assert_both_kept()
            self.assertFalse(any(self.rows(self.account).mapped("flag_code")))
        self.assertEqual(len(before), len(self.rows(self.account)))

    ORDERS = (
        ([FIRST, SECOND],),
        ([SECOND, FIRST],),
        ([FIRST], [SECOND]),
        ([SECOND], [FIRST]),
        ([FIRST, SECOND], [SECOND, FIRST]),
    )

    def test_within_a_page(self):
        run = self.read_list([FIRST, SECOND])
        self.assert_both_kept()
        self.assertEqual(run.held_count, 1)
        self.assertIn("1 held", run.message)
        reason = self.rows(self.account, "held").hold_reason
        self.assertIn("under the ID of another transaction (-12.35 EUR on", reason)
        self.assert_stays(*self.ORDERS)

    def test_between_pages(self):
        self.read_list([FIRST], [SECOND])
        self.assert_both_kept()
        self.assert_stays(*self.ORDERS)

    def test_in_a_later_fetch(self):
        for number, pages in enumerate(self.ORDERS):
            with self.subTest(number):
                self.forget()
                self.read_list([FIRST])
                self.assertEqual(self.read_list(*pages).held_count, 1)
                self.assert_both_kept()

    def test_later_and_alone(self):
        """Nothing but the id is left of what was known."""
        self.read_list([FIRST])
        run = self.read_list([SECOND])
        self.assertEqual(run.held_count, 1)
        self.assert_both_kept()
        self.assert_stays(([FIRST, SECOND],))

    def test_that_comes_back_every_month(self):
        self.read_list([payment("-500.00", "Rent")])
        self.read_list([payment("-500.00", "Rent", MONTH_LATER)])
        self.assertEqual(self.booked(self.account), [(DAY, -500.0)])
        held = self.rows(self.account, "held")
        self.assertEqual(
            (held.hold_code, str(held.booking_date)), ("same_id", MONTH_LATER)
        )

    def test_nothing_that_waits_is_overwritten(self):
        self.company.fiscalyear_lock_date = "2026-04-30"
        self.read_list([FIRST])
        self.assertEqual(self.rows(self.account, "held").hold_code, "locked_period")
        self.read_list([SECOND])
        self.assertEqual(self.amounts("held"), [-77.85, -12.35])

    def test_a_correction_is_none(self):
        """The bank's later word on one payment is told as ever."""
        self.read_list([FIRST])
        run = self.read_list([CORRECTED])
        self.assertEqual((run.new_count, run.held_count), (0, 0))
        row = self.rows(self.account)
        self.assertEqual((row.flag_code, row.amount), ("amount_changed", -12.35))
        self.read_list([FIRST])
        self.assertFalse(row.flag_code)

    def test_what_looked_like_a_correction(self):
        """Whichever page comes first: one list does not correct itself."""
        for number, pages in enumerate(
            (([CORRECTED], [FIRST]), ([FIRST], [CORRECTED]))
        ):
            with self.subTest(number):
                self.forget()
                self.read_list([FIRST])
                self.read_list(*pages)
                self.assert_both_kept(held=-12.53)
                self.assertFalse(self.rows(self.account, "imported").flag_code)
                self.read_list(*reversed(pages))
                self.assert_both_kept(held=-12.53)

    def test_repeated_at_the_edge_of_a_page(self):
        noise = payment("-12.350", "first ", updatedAt="2026-04-09T10:00:00Z")
        run = self.read_list([FIRST], [noise, payment("-1.00", "other", number=2)])
        self.assertEqual((run.new_count, run.held_count), (2, 0))
        self.assertEqual(len(self.booked(self.account)), 2)

    def test_ids_that_are_equal_once_cleaned(self):
        pairs = (
            ("x", "x "),
            ("x\0", "x\ud800"),
            ("\ud800", "\udfff"),
            ("y" * 300,) * 2,
        )
        for number, (one, other) in enumerate(pairs):
            for alike in (False, True):
                with self.subTest(number, alike=alike):
                    self.forget()
                    first = {**FIRST, "id": one}
                    second = {**(FIRST if alike else SECOND), "id": other}
                    if one == other and alike:
                        continue
                    held = -12.35 if alike else -77.85
                    for pages in (
                        ([first], [second]),
                        ([second, first],),
                        ([first, second],),
                    ):
                        self.read_list(*pages)
                        self.assert_both_kept(held=held)

    def test_forms_of_unicode_are_two_ids(self):
        self.read_list([{**FIRST, "id": "caf\u00e9"}, {**SECOND, "id": "cafe\u0301"}])
        self.assertEqual(self.amounts("imported"), [-77.85, -12.35])

    def test_unreadable_one_beside_a_readable_one(self):
        unreadable = payment("much", "second")
        self.read_list([FIRST, unreadable])
        self.assertEqual(self.rows(self.account, "held").hold_code, "unreadable")
        for pages in (([unreadable], [FIRST]), ([FIRST, unreadable],)):
            run = self.read_list(*pages)
            self.assertEqual((run.new_count, run.held_count), (0, 0))
        self.assertEqual(len(self.rows(self.account)), 2)
        self.assertEqual(len(self.booked(self.account)), 1)

    def test_decided(self):
        """Booked as a payment of its own, or ignored: then nothing is asked again."""
        self.read_list([FIRST, SECOND])
        row = self.rows(self.account, "held")
        action = row.action_import_as_twin()
        self.pump(self.env["ponto.sync.run"].browse(action["params"]["run_ids"]))
        self.assertEqual(self.amounts("imported"), [-77.85, -12.35])
        for pages in self.ORDERS:
            self.assertEqual(self.read_list(*pages).new_count, 0)
        self.assertFalse(any(self.rows(self.account).mapped("flag_code")))
        self.assertEqual(len(self.booked(self.account)), 2)
        # The bank corrects the second one: it is that one's flag.
        self.read_list([FIRST, payment("-77.58", "second")])
        self.assertEqual(row.flag_code, "amount_changed")

    def test_ignored(self):
        self.read_list([FIRST, SECOND])
        self.rows(self.account, "held").action_ignore("the same one")
        for pages in self.ORDERS:
            run = self.read_list(*pages)
            self.assertEqual((run.new_count, run.held_count), (0, 0))
        self.assertEqual(self.amounts("ignored"), [-77.85])
        self.assertEqual(len(self.booked(self.account)), 1)

    def test_held_one_shows_what_the_bank_says_now(self):
        self.read_list([FIRST, SECOND])
        run = self.read_list([FIRST, payment("-77.58", "second")])
        self.assertEqual((run.new_count, run.held_count), (0, 0))
        self.assert_both_kept(held=-77.58)

    def test_before_the_start(self):
        """Two of the backlog are no question; one after the start is."""
        self.account.sudo().sync_start_date = date(2026, 5, 1)
        self.read_list([FIRST, SECOND])
        self.assertEqual(self.amounts("before_cutover"), [-77.85, -12.35])
        self.read_list([payment("-9.99", "third", "2026-05-02"), FIRST, SECOND])
        self.assertEqual(self.amounts("held"), [-9.99])

    def test_check_of_a_period(self):
        self.read_list([FIRST])
        self.serve_page(FIRST, SECOND)
        run = self.account.request_check(date(2026, 4, 1), date(2026, 4, 30))
        self.pump(run)
        self.assert_both_kept()

    def test_texts_removed_meanwhile(self):
        self.read_list([FIRST, SECOND])
        rows = self.rows(self.account)
        rows[1].action_ignore("the same one")
        rows._remove_texts()
        for pages in self.ORDERS:
            run = self.read_list(*pages)
            self.assertEqual((run.new_count, run.held_count), (0, 0))
        self.assertEqual(len(self.rows(self.account)), 2)

    def test_ordinary_page_costs_no_more(self):
        """Nothing is written where all is known and nothing has changed."""
        parts = [payment("1.00", f"Payment {n}", number=n) for n in range(9)]
        self.read_list(parts)
        written = self.rows(self.account).mapped("write_date")
        self.read_list(parts)
        self.assertEqual(self.rows(self.account).mapped("write_date"), written)
