"""A connection whose secret is not for this database, or not readable on this host: it
says nothing to Ponto, and tells the person who is responsible."""

import logging
from datetime import timedelta

from markupsafe import Markup

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from ...mapping.dates import today_in
from ...tools import clock, units
from ...wording.problems import problem_text
from .ponto_connection_alerts import ACTIVITY

_logger = logging.getLogger(__name__)

SECRET_PROBLEMS = ("copy", "key_missing", "misplaced")
# Where another host read so lately, only this one misses the key: no alarm for all.
READ_ELSEWHERE = timedelta(hours=2)


class PontoConnection(models.Model):
    _inherit = "ponto.connection"

    is_copy = fields.Boolean(
        compute="_compute_is_copy",
        help="Whether the credentials were stored for another database.",
    )
    told_problem = fields.Char(
        readonly=True,
        copy=False,
        help="The problem last reported to the responsible user: a copy, or a missing key.",
    )

    def _compute_is_copy(self):
        for connection in self:
            connection.is_copy = connection._secret_problem() == "copy"

    @api.private
    def _get_problem(self):
        """Code and values of what is wrong with the connection now; the code is False
        where nothing is. What was noted of another host, or before the take-over, is
        not wrong any more."""
        self.ensure_one()
        connection = self.sudo()
        silent = not self._is_neutralized() and connection._secret_problem()
        if silent:
            return silent, None
        if connection.problem_code in SECRET_PROBLEMS:
            return False, None
        return connection.problem_code, connection.problem_values

    # === TELLING === #

    def _tell_secret_problem_safely(self):
        """In a transaction of its own, and only where there is something new: the rows
        belong to whoever works on the connection."""
        if (self._get_told_problem() or False) == (self.told_problem or False):
            return
        try:
            self._in_unit(lambda connection: connection._tell_secret_problem() and None)
        except Exception as error:  # noqa: BLE001  one's surprise stops no other
            message = "Nobody could be told of Ponto connection %s"
            units.log_unexpected(_logger, message, self.id, error)

    @api.private
    def _tell_secret_problem(self):
        """One activity, made once, then kept up to date, and closed when it is over.

        :return: whether there is such a problem
        """
        self.ensure_one()
        problem, told = self._get_told_problem(), self.told_problem
        if not problem:
            if told:
                self._end_secret_problem()
            return False
        if problem != told:
            self._note_problem(problem)
            self.told_problem = problem

        def texts(env):
            note = Markup("<p>%s</p>") % problem_text(env, problem)
            return _summaries(env)[problem], note

        today = today_in(None, clock.aware_now())
        self._keep_activity(self, texts, today, fresh=not told)
        return True

    def _get_told_problem(self):
        """The problem of which somebody must know; False where nobody need."""
        if self._is_neutralized():
            return False
        problem = self._secret_problem()
        latest = self.last_checked_at
        if problem == "key_missing" and latest:
            is_read_elsewhere = latest > clock.now() - READ_ELSEWHERE
            return problem if self.told_problem or not is_read_elsewhere else False
        return problem

    def _end_secret_problem(self):
        self.told_problem = False
        text = self.env._("The credentials can be used again.")
        self.activity_feedback([ACTIVITY], feedback=text)

    # === TAKING OVER === #

    def action_take_over(self):
        """Let this database go on in the original's place, with all its connections.

        :return: a notification that says how many
        :raise AccessError: for anybody but the system administrator
        :raise UserError: where there is nothing to take over, or a key is missing
        """
        self.check_access("read")
        if not self.env.user.has_group("base.group_system"):
            raise AccessError(
                self.env._("Only the system administrator may take over a copy.")
            )
        if self._is_neutralized():
            raise UserError(problem_text(self.env, "neutralized"))
        taken = self.env["ponto.key"]._take_over()
        if not taken:
            raise UserError(
                self.env._("The connections belong to this database already.")
            )
        for connection in taken:
            connection._note_taken_over()
        self._trigger_fetch()
        return taken._tell_taken_over()

    def _note_taken_over(self):
        """Who and when stand in the chatter."""
        self.message_post(
            body=self.env._(
                "%(user)s took over this connection for the database %(database)s on "
                "this server. Previously it belonged to another database.",
                user=self.env.user.name,
                database=self.env.cr.dbname,
            )
        )
        if self.problem_code in SECRET_PROBLEMS:
            self.write({"problem_code": False, "problem_values": False})
        if self.told_problem:
            self._end_secret_problem()

    def _tell_taken_over(self):
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "title": self.env._("Taken over: %s connections", len(self)),
                "message": self.env._(
                    "Synchronization continues here. Disconnect the original "
                    "database, otherwise both read the bank."
                ),
                "type": "warning",
                "sticky": True,
                "next": {"type": "ir.actions.client", "tag": "soft_reload"},
            },
        }


def _summaries(env):
    return {
        "copy": env._("This is a copy of the database: synchronization is off"),
        "key_missing": env._("Key missing on this host: synchronization is off"),
        "misplaced": env._(
            "The stored secret is not this connection's: enter it again"
        ),
    }
