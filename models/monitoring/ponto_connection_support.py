"""Support information of a connection."""

import platform

from odoo import api, models, modules, release
from odoo.exceptions import UserError
from odoo.tools import config

from ...tools import clock
from .support_information import (
    CONNECTION_FIELDS,
    CRON,
    INSTITUTION_FIELDS,
    MODULE,
    MOST_ACCOUNTS,
    fact_line,
    problem_lines,
    record_line,
    run_lines,
    shown_word,
    which_ponto,
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
        return self._support_action([*lines, *run_lines(accounts)])

    @api.private
    def _check_may_copy_support(self):
        groups = ("account.group_account_manager", "base.group_system")
        if not any(map(self.env.user.has_group, groups)):
            raise UserError(
                self.env._(
                    "Only an accounting manager or the administrator may copy the "
                    "support information."
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
        yield f"at {shown_word(clock.now())}Z"
        yield fact_line(
            "server",
            workers=config["workers"],
            cron_threads=config["max_cron_threads"],
            proxy_mode="on" if config["proxy_mode"] else "off",
            neutralized=self._is_neutralized(),
        )
        yield fact_line(
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
        yield record_line(
            connection,
            CONNECTION_FIELDS,
            ponto=which_ponto(connection.api_url),
            accounts=len(accounts),
            fed=len(accounts.filtered("journal_id")),
        )
        yield from problem_lines(connection)
        for institution in connection.provider_account_ids:
            yield record_line(institution, INSTITUTION_FIELDS)
