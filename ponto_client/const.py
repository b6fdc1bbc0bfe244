"""Fixed values of the Ponto API and the limits this client puts on itself.

Source of the API values: Ponto API reference, "Synchronization" and "Financial
Institution" (https://documentation.myponto.com/api). Durations are in seconds.
"""

from __future__ import annotations

from typing import Final

VERSION: Final = "1.0.0"
DEFAULT_API_URL: Final = "https://api.myponto.com"
DEFAULT_USER_AGENT: Final = f"ponto_client/{VERSION}"
MEDIA_TYPE: Final = "application/vnd.api+json"
#: The one packing that is asked for, and the names it goes by. Each byte unpacks to a
#: thousand at most; others, and packings in packings, know no such limit.
PACKING: Final = "gzip"
PACKINGS: Final = frozenset({"", "identity", "gzip", "x-gzip"})

#: For each address that the host's name has.
CONNECT_TIMEOUT: Final = 5.0
#: The same for a caller with a deadline, who must get to the second address in time.
HURRIED_CONNECT_TIMEOUT: Final = 1.0
#: Who has less than this left is in a hurry.
HURRY: Final = 10.0
READ_TIMEOUT: Final = 30.0
#: One request, all its tries and waits included, ends within this time.
TOTAL_BUDGET: Final = 60.0
#: Less than this before the caller's deadline, a request is not begun.
LEAST_TIME: Final = 0.05
MAX_TRIES: Final = 3
MIN_WAIT: Final = 0.5
MAX_WAIT: Final = 5.0
#: A longer ``Retry-After`` is reported as this.
MAX_RETRY_AFTER: Final = 24 * 3600

MAX_BODY_BYTES: Final = 10 * 1024 * 1024
#: Of one answer: headers and framing included, and before it is unpacked.
MAX_WIRE_BYTES: Final = 2 * MAX_BODY_BYTES
MAX_DEPTH: Final = 64
#: Small: packed, a thousand times as much may be in it.
CHUNK_BYTES: Final = 1024
#: Ponto's have 36 characters.
MAX_ID_LENGTH: Final = 200
#: Most digits before the point, and most after it, of a believable amount.
MAX_AMOUNT_DIGITS: Final = 30

#: A bank's day lies between the first day of this year and the last one of some years
#: ahead. What lies beyond stands for *none*, *unknown* or *no end*.
FIRST_YEAR: Final = 1990
YEARS_AHEAD: Final = 10
#: It is never earlier than this, whatever a clock says.
LEAST_NOW: Final = 2026

#: A token with less than this left is replaced before it is used.
TOKEN_MARGIN: Final = 60
#: Assumed life of a token that does not tell its own (RFC 6749 allows that).
DEFAULT_TOKEN_LIFE: Final = 300
MAX_TOKEN_LIFE: Final = 24 * 3600

#: Largest ``page[limit]`` that Ponto serves.
MAX_PAGE: Final = 100
#: Most rows of one page that are believed: ten times what is asked for.
MAX_PAGE_ROWS: Final = 10 * MAX_PAGE
#: A list of more pages than this does not end: 100,000 items at the usual size.
MAX_PAGES: Final = 1000
#: Accounts of one integration; what a bank announces for one account; banks.
MAX_ACCOUNTS: Final = 1000
MAX_PENDING: Final = 2000
MAX_INSTITUTIONS: Final = 20_000
#: When its pages took so many seconds, no further one of such a list is asked for.
LIST_BUDGET: Final = 60.0
#: Of a link to another page; servers refuse longer addresses themselves.
MAX_LINK_LENGTH: Final = 8000
#: Of the cursor in it; Ponto's have 36 characters.
MAX_CURSOR_LENGTH: Final = 2000


class SynchronizationSubtype:
    """What ``POST /synchronizations`` asks the bank for."""

    ACCOUNT_DETAILS: Final = "accountDetails"
    ACCOUNT_TRANSACTIONS: Final = "accountTransactions"
    ACCOUNT_TRANSACTIONS_WITH_UNSETTLED: Final = "accountTransactionsWithUnsettled"


class SynchronizationStatus:
    """Life of a synchronization: ``pending``, ``running``, then one of the others."""

    PENDING: Final = "pending"
    RUNNING: Final = "running"
    SUCCESS: Final = "success"
    ERROR: Final = "error"
