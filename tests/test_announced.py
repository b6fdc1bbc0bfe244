from odoo.tests import tagged

from .common import PontoCommon, account_seed, resource

ANNOUNCED, BOOKED, OTHER = 1, 9, 2
DAY = "2026-03-05"
EVE = "2026-03-04 09:00:00"
# In Brussels it is 00:10 of the 5th.
NIGHT = "2026-03-04 23:10:00"
MORNING = "2026-03-05 09:00:00"
EVENING = "2026-03-05 17:00:00"


@tagged("post_install", "-at_install")
class TestAnnounced(PontoCommon):
    """A payment that the bank announces and then books is one payment (P50).

    The bank may keep the id, give another one, change what it announced, or drop it.
    Money is counted once, or a person is asked; never twice in silence.
    """

    def setUp(self):
        super().setUp()
        self.new_world(account_seed())
        with self.at("2026-03-03 09:00:00"):
            self.account = self.linked_account()

    def announced(self, number=ANNOUNCED, day=DAY, amount="-12.00"):
        return resource(number, day, amount)

    def booked_one(self, number=BOOKED, day=DAY, amount="-12.00"):
        return resource(number, day, amount)

    def read_list(self, moment, *items):
        """One complete reading of a list that holds just these."""
        with self.at(moment):
            self.serve_page(*items)
            run = self.account.fetch_transactions()
        self.assertEqual((run.state, run.read_count), ("done", len(items)), run.message)
        return run

    def announce(self, *items):
        """The day before: nothing is booked, everything is remembered."""
        items = items or (self.announced(),)
        run = self.read_list(EVE, *items)
        self.assertEqual((run.imported_count, run.held_count), (0, 0))
        self.assertEqual(self.booked(self.account), [])
        self.assertEqual(len(self.rows(self.account, "planned")), len(items))

    def row(self, number):
        return self.rows(self.account).filtered(
            lambda row: row.ponto_ref.endswith(f"{number:012d}")
        )

    def assert_row(self, number, state, code=False):
        row = self.row(number)
        self.assertEqual((row.state, row.hold_code), (state, code), f"row {number}")

    def assert_booked(self, *lines):
        self.assertEqual(self.booked(self.account), list(lines))
        imported = self.rows(self.account, "imported")
        self.assertEqual(imported.statement_line_id, self.lines(self.account))
        self.assertEqual(len(imported), len(lines))

    def retry(self, rows):
        action = rows.action_retry()
        runs = self.env["ponto.sync.run"].browse(action["params"]["run_ids"])
        self.pump(runs)
        self.assertEqual(runs.state, "done")

    # === ONE ID === #

    def test_still_listed_on_its_day(self):
        self.announce()
        self.read_list(MORNING, self.announced())
        self.assert_booked((DAY, -12.0))
        self.read_list(EVENING, self.announced())
        self.assert_booked((DAY, -12.0))

    def test_not_before_its_day(self):
        """However often it is read, and although the schedule passes by."""
        self.announce()
        self.read_list("2026-03-04 15:00:00", self.announced())
        with self.at("2026-03-04 22:00:00"):
            self.serve_page(self.announced())
            self.run_cron()
        self.env.invalidate_all()
        self.assert_booked()
        self.assert_row(ANNOUNCED, "planned")

    def test_the_latest_amount_counts(self):
        self.announce()
        self.read_list("2026-03-04 15:00:00", self.announced(amount="-12.50"))
        self.assert_row(ANNOUNCED, "planned")
        self.assertEqual(self.row(ANNOUNCED).amount, -12.5)
        self.read_list(MORNING, self.announced(amount="-13.75"))
        self.assert_booked((DAY, -13.75))
        line = self.lines(self.account)
        self.assertEqual(line.transaction_details["ponto"]["amount"], "-13.75")

    def test_the_latest_date_counts(self):
        """Put off: nothing is booked on the first day, and not as gone either."""
        later = self.announced(day="2026-03-09")
        self.announce()
        self.read_list(MORNING, later)
        self.assert_booked()
        self.assert_row(ANNOUNCED, "planned")
        self.read_list("2026-03-09 09:00:00", later)
        self.assert_booked(("2026-03-09", -12.0))

    def test_brought_forward(self):
        self.announce(self.announced(day="2026-03-20"))
        self.read_list(MORNING, self.announced())
        self.assert_booked((DAY, -12.0))

    def test_unreadable_on_its_day(self):
        """The broken row waits; what is listed beside it is booked all the same."""
        self.announce()
        broken = self.announced()
        broken["attributes"]["amount"] = None
        self.read_list(MORNING, broken, self.booked_one(OTHER, amount="-3.00"))
        self.assertIn((DAY, -3.0), self.booked(self.account))
        self.read_list(
            EVENING, self.announced(), self.booked_one(OTHER, amount="-3.00")
        )
        amounts = sorted(amount for _day, amount in self.booked(self.account))
        self.assertEqual(amounts, [-12.0, -3.0])

    # === ANOTHER ID === #

    def test_replaced_on_its_day(self):
        """T9 is new in the very walk in which F1 is found to be gone."""
        self.announce()
        self.read_list(MORNING, self.booked_one())
        self.assert_booked((DAY, -12.0))
        self.assert_row(BOOKED, "imported")
        self.assert_row(ANNOUNCED, "alias")
        self.read_list(EVENING, self.booked_one())
        self.assert_booked((DAY, -12.0))

    def test_replaced_and_read_by_the_schedule(self):
        self.announce()
        with self.at(MORNING):
            self.connection.fetch_accounts()
            self.serve_page(self.booked_one())
            self.account.sudo().reads_left = 1
            self.env.flush_all()
            self.run_cron()
        self.env.invalidate_all()
        self.assert_booked((DAY, -12.0))
        self.assert_row(ANNOUNCED, "alias")

    def test_replaced_days_later(self):
        """Odoo was off on the day itself."""
        self.announce()
        self.read_list("2026-03-11 09:00:00", self.booked_one())
        self.assert_booked((DAY, -12.0))
        self.assert_row(ANNOUNCED, "alias")

    def test_replaced_before_its_day(self):
        """Both ids are announced in turn: the second one is booked, once."""
        self.announce()
        self.read_list("2026-03-04 15:00:00", self.booked_one())
        self.assert_booked()
        self.read_list(MORNING, self.booked_one())
        self.assert_booked((DAY, -12.0))
        self.assert_row(BOOKED, "imported")
        self.assertNotIn(self.row(ANNOUNCED).state, ("new", "imported"))

    def test_booked_at_night_and_replaced_at_noon(self):
        """F1 became a line at 00:10; T9 comes later the same day."""
        self.announce()
        self.read_list(NIGHT, self.announced())
        self.assert_booked((DAY, -12.0))
        run = self.read_list(MORNING, self.booked_one())
        self.assertEqual((run.imported_count, run.held_count), (0, 1))
        self.assert_booked((DAY, -12.0))
        self.assert_row(BOOKED, "held", "planned_or_booked")
        self.assertIn("03/05/2026", self.row(BOOKED).hold_reason)
        self.read_list(EVENING, self.booked_one())
        self.assert_booked((DAY, -12.0))

    def test_booked_at_night_and_both_at_noon(self):
        self.announce()
        self.read_list(NIGHT, self.announced())
        self.read_list(MORNING, self.booked_one(), self.announced())
        self.assert_booked((DAY, -12.0))
        self.assert_row(BOOKED, "held", "planned_or_booked")

    def test_both_listed(self):
        self.announce()
        run = self.read_list(MORNING, self.booked_one(), self.announced())
        self.assertEqual(run.imported_count, 1)
        self.assert_booked((DAY, -12.0))
        self.assert_row(ANNOUNCED, "held", "planned_or_booked")

    def test_both_listed_and_one_dropped_later(self):
        self.announce()
        self.read_list(MORNING, self.booked_one(), self.announced())
        self.read_list(EVENING, self.booked_one())
        self.assert_booked((DAY, -12.0))

    def test_another_amount_is_another_payment(self):
        """12.00 was announced and 12.10 booked: who knows whether that is the same?"""
        self.announce()
        self.read_list(MORNING, self.booked_one(amount="-12.10"))
        self.assert_booked((DAY, -12.1))
        self.assert_row(ANNOUNCED, "held", "planned_gone")

    # === CANCELLED === #

    def test_cancelled(self):
        self.announce()
        run = self.read_list(MORNING, self.booked_one(OTHER, amount="5.00"))
        self.assertEqual((run.imported_count, run.message_code), (1, "later"))
        self.assert_booked((DAY, 5.0))
        self.assert_row(ANNOUNCED, "held", "planned_gone")
        self.assertIn("no longer lists it", self.row(ANNOUNCED).hold_reason)
        self.read_list(EVENING, self.booked_one(OTHER, amount="5.00"))
        self.assert_booked((DAY, 5.0))

    def test_gone_and_booked_after_all(self):
        """The bank books it in the evening, under another id."""
        self.announce()
        other = self.booked_one(OTHER, amount="5.00")
        self.read_list(MORNING, other)
        self.assert_row(ANNOUNCED, "held", "planned_gone")
        self.read_list(EVENING, self.booked_one(), other)
        amounts = sorted(amount for _day, amount in self.booked(self.account))
        self.assertEqual(amounts, [-12.0, 5.0])
        self.assert_row(ANNOUNCED, "held", "planned_gone")

    def test_gone_retried_and_booked_after_all(self):
        """A person booked it with Retry; then the bank's own line comes."""
        self.announce()
        other = self.booked_one(OTHER, amount="5.00")
        self.read_list(MORNING, other)
        self.retry(self.row(ANNOUNCED))
        self.read_list(EVENING, self.booked_one(), other)
        amounts = sorted(amount for _day, amount in self.booked(self.account))
        self.assertEqual(amounts, [-12.0, 5.0])
        self.assert_row(BOOKED, "held", "planned_or_booked")

    def test_interrupted_reading_does_not_call_it_gone(self):
        """Page 2 is not read: F1 may stand there."""
        self.announce()
        link = f"{self.sandbox.url}/accounts/acc-1/transactions?page[after]=x"
        body = {
            "data": [self.booked_one(OTHER, amount="5.00")],
            "links": {"next": link},
            "meta": {"paging": {"limit": 100}},
        }
        path = "^/accounts/acc-1/transactions$"
        with self.at(MORNING):
            self.plan(path, status=200, body=body)
            self.plan(path, query="after", status=503, times=None)
            run = self.account.fetch_transactions()
            self.end_faults()
        self.assertEqual(run.state, "partial")
        self.assert_booked((DAY, 5.0))
        self.assert_row(ANNOUNCED, "planned")
        with self.at(EVENING):
            # The hole first, then the top.
            self.serve_page(self.announced(), times=2)
            run = self.account.fetch_transactions()
        self.assertEqual((run.state, run.imported_count), ("done", 1))
        self.assertEqual(sorted(self.booked(self.account)), [(DAY, -12.0), (DAY, 5.0)])

    # === TWO REAL ONES === #

    def test_two_equal_ones_announced(self):
        twins = [self.announced(), self.announced(OTHER)]
        self.announce(*twins)
        run = self.read_list(MORNING, *twins)
        self.assertEqual((run.imported_count, run.held_count), (2, 0))
        self.assert_booked((DAY, -12.0), (DAY, -12.0))

    def test_two_equal_ones_replaced_by_two(self):
        """Two announced, two booked under new ids: two lines, not four, not none."""
        self.announce(self.announced(), self.announced(OTHER))
        self.read_list(MORNING, self.booked_one(8), self.booked_one(9))
        self.assert_booked((DAY, -12.0), (DAY, -12.0))

    def test_two_equal_booked_ones_without_any_announcement(self):
        self.read_list(MORNING, self.booked_one(8), self.booked_one(9))
        self.assert_booked((DAY, -12.0), (DAY, -12.0))

    # === A PERSON DECIDES === #

    def held_t9(self):
        self.announce()
        self.read_list(NIGHT, self.announced())
        self.read_list(MORNING, self.booked_one())
        self.assert_row(BOOKED, "held", "planned_or_booked")
        return self.row(BOOKED)

    def test_retry_of_the_booked_one(self):
        self.retry(self.held_t9())
        self.assert_booked((DAY, -12.0), (DAY, -12.0))
        self.assertEqual(self.row(BOOKED).decided_by_id, self.env.user)

    def test_retry_for_another_reason_decides_nothing_of_this(self):
        """Held by a lock date that was lifted: whether it is F1 was never asked."""
        t9 = self.held_t9()
        t9.sudo()._hold("locked_period", date=DAY)
        self.retry(t9)
        self.assert_row(BOOKED, "held", "planned_or_booked")
        self.assert_booked((DAY, -12.0))
        self.retry(t9)
        self.assert_booked((DAY, -12.0), (DAY, -12.0))

    def test_retry_of_the_announced_one(self):
        self.announce()
        self.read_list(MORNING, self.booked_one(), self.announced())
        self.retry(self.row(ANNOUNCED))
        self.assert_booked((DAY, -12.0), (DAY, -12.0))

    def test_retry_of_what_is_gone(self):
        """The money did move after all."""
        self.announce()
        self.read_list(MORNING, self.booked_one(OTHER, amount="5.00"))
        self.retry(self.row(ANNOUNCED))
        self.assertEqual(sorted(self.booked(self.account)), [(DAY, -12.0), (DAY, 5.0)])

    def test_retry_of_several_leaves_these_alone(self):
        """Whoever selects all held rows has not looked at this one."""
        t9 = self.held_t9()
        with self.at(MORNING):
            self.serve_page(
                self.booked_one(),
                resource(20, DAY, "-70.00", currency="USD"),
                self.announced(30, day="2026-03-07", amount="-30.00"),
            )
            self.account.fetch_transactions()
        self.read_list(
            "2026-03-07 09:00:00",
            self.booked_one(),
            resource(20, DAY, "-70.00", currency="USD"),
        )
        self.assert_row(20, "held", "currency_mismatch")
        self.assert_row(30, "held", "planned_gone")
        self.retry(self.rows(self.account, "held"))
        self.assert_booked((DAY, -12.0))
        self.assert_row(BOOKED, "held", "planned_or_booked")
        self.assert_row(30, "held", "planned_gone")
        self.assertFalse(t9.decided_by_id or self.row(30).decided_by_id)
        self.assertEqual(self.row(20).decided_by_id, self.env.user)
        with self.refusal("one by one"):
            (t9 | self.row(30)).action_retry()

    def test_ignored_stays_away(self):
        t9 = self.held_t9()
        t9.action_ignore()
        self.read_list(EVENING, self.booked_one())
        self.assert_booked((DAY, -12.0))
        self.assertEqual(t9.state, "ignored")


@tagged("post_install", "-at_install")
class TestAnnouncedByValueDate(TestAnnounced):
    """The same where the bank tells of what is to come its value date alone (F05a)."""

    def announced(self, number=ANNOUNCED, day=DAY, amount="-12.00"):
        return resource(number, day, amount, executionDate=None)


@tagged("post_install", "-at_install")
class TestAheadByOtherDates(TestAnnounced):
    """What would become a line in the future is announced, whatever date tells it."""

    def announced(self, number=ANNOUNCED, day=DAY, amount="-12.00"):
        """Executed before, and to be booked by its value date."""
        return resource(number, day, amount, executionDate="2026-03-03")

    def setUp(self):
        super().setUp()
        self.account.date_field = "value"


@tagged("post_install", "-at_install")
class TestAheadByArrival(TestAnnounced):
    """The bank gives no date, and Ponto says that it came on a day that is to come."""

    def announced(self, number=ANNOUNCED, day=DAY, amount="-12.00"):
        moment = f"{day}T08:00:00.000Z"
        return resource(
            number,
            day,
            amount,
            executionDate=None,
            valueDate=None,
            createdAt=moment,
        )
