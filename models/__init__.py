"""One room for each feature. The order of the imports means nothing."""

from . import (
    balance,
    bank_line,
    bulk_booking,
    check_period,
    common,
    connection,
    decisions,
    fetch,
    inbox,
    institution,
    journal,
    monitoring,
    online_account,
    preview,
    privacy,
    settings,
    start_date,
    statement,
    undo,
)
