"""What a helper needs to know, and nothing that is anybody's business.

Versions, states, codes, counts, moments and request ids, in English whoever reads it. No
account number, no name, no text, no amount: what is taken is listed here by name, and
what came from outside has to be a single harmless word.
"""

import re

from ...ponto_client.error_response import plain_word
from ...tools.website import DASHBOARD_URL, is_local

MODULE = "account_ponto_sync"
CRON = "account_ponto_sync.ir_cron_fetch_transactions"
# As JSON keeps it.
MOMENT = re.compile(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d")
RUNS = 15
MOST_ACCOUNTS = 100
# Of a problem's values, what may be told.
PROBLEM_VALUES = (
    "status",
    "error_code",
    "request_id",
    "reference",
    "retry_after",
    "retry_at",
)
CONNECTION_FIELDS = (
    "active",
    "environment",
    "mode",
    "state",
    "last_checked_at",
    "retry_at",
    "list_retry_at",
    "failure_count",
    "token_expires_at",
)
INSTITUTION_FIELDS = (
    "institution_ref",
    "institution_status",
    "deprecated",
    "state",
    "pending_available",
    "authorization_lifetime_days",
    "maintenance_from",
    "maintenance_to",
    "details_read_at",
)
ACCOUNT_FIELDS = (
    "active",
    "ponto_ref",
    "state",
    "availability",
    "deprecated",
    "reference_type",
    "subtype",
    "auto_sync",
    "date_field",
    "statement_grouping",
    "sync_start_date",
    "authorized_at",
    "authorization_expires_at",
    "revoked_at",
    "linked_at",
    "bank_data_at",
    "last_success_at",
    "last_read_at",
    "complete_at",
    "problem_since",
    "failure_count",
    "retry_at",
    "reads_left",
    "listed_synchronized_at",
)
RUN_FIELDS = (
    "kind",
    "trigger",
    "state",
    "stage",
    "read_count",
    "new_count",
    "imported_count",
    "held_count",
    "adopted_count",
    "alias_count",
    "refresh_outcome",
)


def run_lines(accounts):
    """The latest fetches, and the latest with trouble."""
    runs = accounts.env["ponto.sync.run"].sudo()
    mine = [("online_account_id", "in", accounts.ids)]
    troubled = [*mine, ("problem_code", "!=", False)]
    latest = runs.search(mine, limit=RUNS) | runs.search(troubled, limit=RUNS)
    for run in latest.sorted("id", reverse=True):
        yield record_line(
            run,
            RUN_FIELDS,
            account=run.online_account_id.id,
            started=run.started_at,
            seconds=int(run.duration),
        )
        yield from problem_lines(run)


def problem_lines(record):
    if record.problem_code:
        values = record.problem_values or {}
        told = {name: values.get(name) for name in PROBLEM_VALUES if name in values}
        yield fact_line("  problem", code=record.problem_code, **told)


def record_line(record, names, **more):
    kind = record._name.removeprefix("ponto.")
    values = {name: record[name] for name in names}
    return fact_line(f"{kind} {record.id}", **{**values, **more})


def fact_line(head, **values):
    """``head: a=1 b=ok``; what is empty is left out."""
    words = [
        f"{name}={shown_word(value)}"
        for name, value in values.items()
        if value is not None and value is not False and value != ""
    ]
    return f"{head}: {' '.join(words)}".rstrip(": ")


def shown_word(value):
    """One word; whatever is none, or looks like a number of an account, is masked."""
    if isinstance(value, (bool, int)):
        return str(value)
    if hasattr(value, "isoformat"):
        return value.isoformat()
    text = str(value)
    if MOMENT.fullmatch(text):
        text = text.replace(" ", "T")
    return plain_word(text) or "***"


def which_ponto(api_url):
    if is_local(api_url):
        return "local"
    host = DASHBOARD_URL.removeprefix("https://dashboard.")
    return "official" if (api_url or "").endswith(f"api.{host}") else "other"
