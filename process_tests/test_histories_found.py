"""Histories in which something was once lost, doubled or held without need."""

from datetime import date, timedelta

from history import FIRST_DAY, START, History, bed, clock
from operations import FEATURES, relive

__all__ = ["bed", "clock"]


def history(bed, clock, **options):
    return History(bed, clock, features=FEATURES, **options)


def test_the_backlog_before_the_start_stays_aside(bed, clock):
    made = history(bed, clock)
    made.backlog([(START - timedelta(days=2), "-3.10", "HUUR MEI")])
    made.fetch()
    made.fetch()
    made.close()


def test_a_twin_before_the_start_after_a_relink(bed, clock):
    made = history(bed, clock)
    day = START - timedelta(days=1)
    made.backlog([(day, "-12.50", "HUUR MEI")])
    made.fetch()
    made.relink()
    made.fetch()
    made.book(day, "-12.50", "HUUR MEI")
    made.fetch()
    made.close()


def test_a_relink_with_an_earlier_start(bed, clock):
    made = history(bed, clock)
    made.backlog([(START - timedelta(days=1), "-12.50", "HUUR MEI")])
    made.fetch()
    made.relink(start=START - timedelta(days=3))
    made.fetch()
    made.close()


def test_twins_with_other_texts_and_ids(bed, clock):
    """Two alike known ones: which of them is whose makes no difference."""
    made = history(bed, clock)
    first = made.book(FIRST_DAY, "-3.10", "HUUR MEI")
    second = made.book(FIRST_DAY, "-3.10", "HUUR MEI")
    made.fetch()
    made.reissue([second, first], prefix="12.03 ")
    made.fetch()
    made.correct_text(second)
    made.reissue([second, first])
    made.fetch()
    made.close()


def test_announced_booked_and_listed_under_another_id(bed, clock):
    """Once it is booked, what was announced is recognized as any other."""
    made = history(bed, clock)
    tomorrow = FIRST_DAY + timedelta(days=1)
    payment = made.book(tomorrow, "7.77", "HUUR MEI", "announce")
    made.fetch()
    made.next_day()
    made.fetch()
    made.reissue([payment])
    made.fetch()
    made.reissue([payment], on_top=True)
    made.fetch()
    made.close()


def test_a_held_twin_whose_twin_has_left_the_list(bed, clock):
    """They were listed together: the other one is no new id of the first."""
    made = history(bed, clock)
    made.set_lock(FIRST_DAY)
    first = made.book(FIRST_DAY, "-3.10", "HUUR MEI")
    second = made.book(FIRST_DAY, "-3.10", "HUUR MEI")
    made.fetch()
    made.vanish(first)
    made.fetch()
    made.set_lock(None)
    made.retry([second])
    made.close()


def test_a_zero_amount_with_another_id_that_becomes_money(bed, clock):
    """The word comes under the newer id, and the payment is the older one's."""
    made = history(bed, clock, skip_zero=True)
    payment = made.book(FIRST_DAY, "20.00", "HUUR MEI")
    made.set_lock(FIRST_DAY)
    made.fetch()
    made.correct_amount(payment, "0.00")
    made.fetch()
    made.set_lock(None)
    made.reissue([payment], prefix="12.03 ")
    made.fetch()
    made.correct_amount(payment, "7.77")
    made.fetch()
    made.close()


def test_a_zero_amount_that_becomes_money_after_a_relink(bed, clock):
    """The account under which it was left out is read no more."""
    made = history(bed, clock, skip_zero=True)
    payment = made.book(FIRST_DAY, "0.00", "LOON")
    made.fetch()
    made.relink()
    made.fetch()
    made.correct_amount(payment, "7.77")
    made.fetch()
    made.close()


def test_a_held_one_that_the_bank_corrects_under_another_id(bed, clock):
    """The word comes under the newer id; what is held shows and follows it."""
    made = history(bed, clock)
    made.fetch()
    payment = made.book(FIRST_DAY, "20.00", "LOON")
    made.set_lock(FIRST_DAY)
    made.fetch()
    made.reissue([payment])
    made.fetch()
    made.correct_amount(payment, "7.77")
    made.fetch()
    made.set_lock(None)
    made.retry([payment])
    made.close()


def test_rows_that_may_be_known_are_retried_together(bed, clock):
    """Retrying declares nothing of them: they are compared once more."""
    day = date(2026, 3, 16)
    relive(
        bed,
        clock,
        backlog=[
            (day, "-3.10", "LOON"),
            (day + timedelta(days=3), "-12.50", "LOON"),
            (day, "-12.50", "LOON"),
            (day, "-12.50", "LOON"),
        ],
        numbers=(
            *(30, 1141596087, 45473, 14545, 205, 121026456, 21206, 205, 229),
            *(0, 2, 0, 2, 16418, 27602, 185),
        ),
    )


def test_an_amount_before_the_start_is_corrected(bed, clock):
    """It is still before the start: nobody needs to decide on it."""
    made = history(bed, clock)
    payment = made.book(START - timedelta(days=1), "20.00", "HUUR MEI")
    made.fetch()
    made.correct_amount(payment, "7.77")
    made.fetch()
    made.close()


def test_one_before_the_start_comes_back_after_a_relink(bed, clock):
    """The new account's first reading did not list it, so it is news: it is held."""
    made = history(bed, clock)
    day = START - timedelta(days=1)
    made.backlog([(day, "20.00", "LOON"), (day, "7.77", "PARKING")])
    made.fetch()
    away, early = made.oracle.payments
    for payment in (away, early):
        made.vanish(payment)
    made.fetch()
    made.relink()
    made.come_back(early, new_id=True)
    made.fetch()
    made.come_back(away, new_id=True)
    made.fetch()
    made.close()


def test_a_deleted_one_comes_back_after_a_relink(bed, clock):
    """The former account knew it; here its alias stands for it, further down."""
    days = (17, 15, 19, 14, 15, 14, 16, 19, 18, 16, 15, 16)
    amounts = (
        *("-12.50", "0.00", "0.00", "-12.50", "7.77", "7.77"),
        *("0.00", "-12.50", "-3.10", "20.00", "20.00", "-12.50"),
    )
    texts = (
        *("PARKING", "LOON", "HUUR MEI", "PARKING", "HUUR MEI", "PARKING"),
        *("HUUR MEI", "PARKING", "PARKING", "PARKING", "HUUR MEI", "HUUR MEI"),
    )
    relive(
        bed,
        clock,
        backlog=[
            (date(2026, 3, day), amount, text)
            for day, amount, text in zip(days, amounts, texts, strict=True)
        ],
        numbers=(
            *(2200, 40, 57781, 1407962997, 21991, 51, 1995532468, 39955),
            *(8239, 0, 1, 4, 2, 175, 1524359734, 620626014),
        ),
    )


def test_a_line_from_before_the_start_after_a_relink_and_another_text(bed, clock):
    """It is in the books of the former account, whose row is found under the new id."""
    relive(
        bed,
        clock,
        numbers=[
            *(21526, 27, 3, 15436, 32446, 0, 33367, 21526, 7, 75, 20299, 27, 62581),
            *(1157465886, 213, 75),
        ],
        short_pages=True,
    )


def test_a_zero_amount_that_a_person_retried(bed, clock):
    """It was held beside two lines. They are removed: it is booked, as was asked."""
    relive(
        bed,
        clock,
        backlog=[
            (date(2026, 3, 19), "-12.50", "LOON"),
            (date(2026, 3, 19), "7.77", "PARKING"),
            (date(2026, 3, 15), "-3.10", "HUUR MEI"),
            (date(2026, 3, 17), "7.77", "PARKING"),
        ],
        numbers=[
            *(28904, 57330, 1241781411, 140, 12653, 83, 11965, 120, 1383064307, 184),
            *(27261, 63693, 1756646264, 120, 65443, 48653),
        ],
        skip_zero=True,
        short_pages=True,
    )
