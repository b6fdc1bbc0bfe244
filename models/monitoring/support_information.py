"""What a helper needs to know, and nothing that is anybody's business.

Versions, states, codes, counts, moments and request ids, in English whoever reads it. No
account number, no name, no text, no amount: what is taken is listed here by name, and
what came from outside has to be a single harmless word.
"""

import platform
import re

from odoo import api, models, modules, release
from odoo.exceptions import UserError
from odoo.tools import config

from ...ponto_client.error_response import plain_word
from ...tools import clock
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


class PontoConnection(models.Model):
    _inherit = "ponto.connection"

    def action_copy_support_information(self):
        """Show what a helper needs to know, copied to the clipboard.

        :raise UserError: for whoever is neither accounting manager nor administrator
        """
        self.check_access("read")
        self._check_may_copy_support()
        self.ensure_one()
        accounts = self.online_account_ids
        lines = [
            *self._get_support_lines(),
            *accounts[:MOST_ACCOUNTS]._get_support_lines(),
        ]
        if len(accounts) > MOST_ACCOUNTS:
            lines.append(f"... and {len(accounts) - MOST_ACCOUNTS} more accounts")
        return self._support_action([*lines, *_run_lines(accounts)])

    @api.private
    def _check_may_copy_support(self):
        groups = ("account.group_account_manager", "base.group_system")
        if not any(map(self.env.user.has_group, groups)):
            raise UserError(
                self.env._(
                    "Only an accounting manager or the administrator may copy this."
                )
            )

    @api.private
    def _support_action(self, lines):
        return {
            "type": "ir.actions.client",
            "tag": "account_ponto_sync.support_information",
            "name": self.env._("Support information"),
            "params": {"text": "\n".join([*self._get_support_head(), *lines])},
        }

    @api.model
    def _get_support_head(self):
        """Of this installation."""
        version = modules.module.get_manifest(MODULE)["version"]
        cron = self.env.ref(CRON).sudo()
        yield f"{MODULE} {version}, Odoo {release.version}"
        database = self.env.cr.connection.server_version
        yield f"Python {platform.python_version()}, PostgreSQL {database}"
        yield f"at {_word(clock.now())}Z"
        yield _line(
            "server",
            workers=config["workers"],
            cron_threads=config["max_cron_threads"],
            proxy_mode="on" if config["proxy_mode"] else "off",
            neutralized=self._is_neutralized(),
        )
        yield _line(
            "schedule",
            active=cron.active,
            every=f"{cron.interval_number}-{cron.interval_type}",
            last=cron.lastcall,
            next=cron.nextcall,
            failures=cron.failure_count,
        )

    @api.private
    def _get_support_lines(self):
        self.ensure_one()
        connection = self.sudo()
        accounts = connection.with_context(active_test=False).online_account_ids
        yield _record_line(
            connection,
            CONNECTION_FIELDS,
            ponto=_which_ponto(connection.api_url),
            accounts=len(accounts),
            fed=len(accounts.filtered("journal_id")),
        )
        yield from _problem_lines(connection)
        for institution in connection.provider_account_ids:
            yield _record_line(institution, INSTITUTION_FIELDS)


class PontoOnlineAccount(models.Model):
    _inherit = "ponto.online.account"

    def action_copy_support_information(self):
        """The same for one account; see the connection's."""
        self.check_access("read")
        self.connection_id._check_may_copy_support()
        self.ensure_one()
        connection = self.connection_id
        return connection._support_action(
            [
                *connection._get_support_lines(),
                *self._get_support_lines(),
                *_run_lines(self),
            ]
        )

    @api.private
    def _get_support_lines(self):
        counts = self._count_transactions()
        for account in self.sudo():
            yield _record_line(
                account,
                ACCOUNT_FIELDS,
                institution=account.provider_account_id.id,
                currency=account.currency_code,
                journal=account.journal_id.id,
                waits=account._get_pause(),
                hole=bool(account.walk_run_id),
            )
            yield from _problem_lines(account)
            yield _line("  transactions", **counts.get(account.id, {}))

    def _count_transactions(self):
        """``{account id: {state or hold code: count}}``"""
        found = {}
        groups = (
            self.env["ponto.transaction"]
            .sudo()
            ._read_group(
                [("online_account_id", "in", self.ids)],
                ["online_account_id", "state", "hold_code"],
                ["__count"],
            )
        )
        for account, state, hold_code, count in groups:
            name = f"held.{hold_code}" if state == "held" else state
            states = found.setdefault(account.id, {})
            states[name] = states.get(name, 0) + count
        return found


def _run_lines(accounts):
    """The latest fetches, and the latest with trouble."""
    runs = accounts.env["ponto.sync.run"].sudo()
    mine = [("online_account_id", "in", accounts.ids)]
    troubled = [*mine, ("problem_code", "!=", False)]
    latest = runs.search(mine, limit=RUNS) | runs.search(troubled, limit=RUNS)
    for run in latest.sorted("id", reverse=True):
        yield _record_line(
            run,
            RUN_FIELDS,
            account=run.online_account_id.id,
            started=run.started_at,
            seconds=int(run.duration),
        )
        yield from _problem_lines(run)


def _problem_lines(record):
    if record.problem_code:
        values = record.problem_values or {}
        told = {name: values.get(name) for name in PROBLEM_VALUES if name in values}
        yield _line("  problem", code=record.problem_code, **told)


def _record_line(record, names, **more):
    kind = record._name.removeprefix("ponto.")
    values = {name: record[name] for name in names}
    return _line(f"{kind} {record.id}", **{**values, **more})


def _line(head, **values):
    """``head: a=1 b=ok``; what is empty is left out."""
    words = [
        f"{name}={_word(value)}"
        for name, value in values.items()
        if value is not None and value is not False and value != ""
    ]
    return f"{head}: {' '.join(words)}".rstrip(": ")


def _word(value):
    """One word; whatever is none, or looks like a number of an account, is masked."""
    if isinstance(value, (bool, int)):
        return str(value)
    if hasattr(value, "isoformat"):
        return value.isoformat()
    text = str(value)
    if MOMENT.fullmatch(text):
        text = text.replace(" ", "T")
    return plain_word(text) or "***"


def _which_ponto(api_url):
    if is_local(api_url):
        return "local"
    host = DASHBOARD_URL.removeprefix("https://dashboard.")
    return "official" if (api_url or "").endswith(f"api.{host}") else "other"
