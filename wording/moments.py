"""Days and moments in sentences, in the reader's language and zone.

A day may stand at the end of a sentence, which has its own full stop: none ends with
one here. Whoever formats a day for a sentence takes it from this file.
"""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta

from odoo import fields
from odoo.tools import babel_locale_parse, format_datetime, get_lang
from odoo.tools import format_date as core_format_date

from ..ponto_client import is_bank_day

# Also what stands for "year" after one: "2025 р.", "2025 г.".
FULL_STOP_AT_END = re.compile(r"(\s+\w)?\.$")

# Nearer than this a day is clear without its year.
CLEAR_WITHOUT_YEAR = timedelta(days=270)


def format_date(env, value: date | datetime | str, date_format: str = "") -> str:
    """As core's; without a full stop at its end."""
    text = core_format_date(env, value, date_format=date_format or False)
    return FULL_STOP_AT_END.sub("", text)


def short_day(env, value: date | datetime | str) -> str:
    """*23 May*; with the year where it could be taken for another one.

    :param value: a day, or a moment in UTC; '' for none
    """
    if not value:
        return ""
    day = fields.Date.to_date(value)
    if not is_bank_day(day):
        return day.isoformat()
    pattern = _day_pattern(env, day)
    text = core_format_date(env, value, date_format=pattern)
    if not text.endswith("."):
        return text
    # An abbreviation; "3 déc" without its full stop would be none.
    return format_date(env, value, pattern.replace("MMM", "MMMM"))


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
    is_clear = abs(day - fields.Datetime.now().date()) < CLEAR_WITHOUT_YEAR
    return _locale(env).datetime_skeletons["MMMd" if is_clear else "yMMMd"].pattern


def _locale(env):
    return babel_locale_parse(get_lang(env).code)
