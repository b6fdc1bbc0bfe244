"""Days and moments as short as a card needs them, in the reader's language and zone."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from odoo import fields
from odoo.tools import babel_locale_parse, format_date, format_datetime, get_lang

from ..ponto_client import is_bank_day
from . import clock

# Nearer than this a day is clear without its year.
CLEAR_WITHOUT_YEAR = timedelta(days=270)


def short_day(env, value: date | datetime | str) -> str:
    """*23 May*; with the year where it could be taken for another one.

    :param value: a day, or a moment in UTC; '' for none
    """
    if not value:
        return ""
    day = fields.Date.to_date(value)
    if not is_bank_day(day):
        return day.isoformat()
    return format_date(env, value, date_format=_day_pattern(env, day))


def short_moment(env, value: datetime | str) -> str:
    """*23 May 14:02*, in the reader's time zone.

    :param value: in UTC; '' for none
    """
    if not value:
        return ""
    moment = fields.Datetime.to_datetime(value)
    if not is_bank_day(moment):
        # Stored by an earlier version; in the reader's zone it may be no day at all.
        return moment.date().isoformat()
    time_pattern = _locale(env).time_formats["short"].pattern
    pattern = f"{_day_pattern(env, moment.date())} {time_pattern}"
    return format_datetime(env, moment, dt_format=pattern)


def _day_pattern(env, day):
    is_clear = abs(day - clock.now().date()) < CLEAR_WITHOUT_YEAR
    return _locale(env).datetime_skeletons["MMMd" if is_clear else "yMMMd"].pattern


def _locale(env):
    return babel_locale_parse(get_lang(env).code)
