"""Testing many connections at one click, such as those that came from a file."""

import logging
import time

import psycopg2

from odoo import models
from odoo.exceptions import ConcurrencyError

from ...ponto_client import OutOfTime
from ...tools import units
from ...tools.back_off import is_told_pause
from ...tools.problem_codes import TROUBLES, problem_of

_logger = logging.getLogger(__name__)

# How long a click tests; the schedule, which has more patience, tests the others.
TEST_PATIENCE = 2.5  # seconds


class PontoConnection(models.Model):
    _inherit = "ponto.connection"

    def action_test_selected(self):
        """Test these connections: as many as a click has time for now, the others by
        the scheduled action, at once. One's trouble stops no other.

        :return: a notification in words; the list then shows the state of each
        """
        self.check_access("write")
        deadline = time.monotonic() + TEST_PATIENCE
        tested = self.browse()
        for connection in self:
            if time.monotonic() >= deadline or not connection._test_safely(deadline):
                break
            tested |= connection
        left = self - tested
        if left:
            left._test_soon()
        return tested._tell_tested(left)

    def _test_safely(self, deadline):
        """Test one, in a savepoint of its own.

        :return: whether it was tested; False where Ponto took longer than there was
        """
        try:
            with self.env.cr.savepoint():
                self._ask_scope_anew()
                self._refresh_accounts(deadline)
        except OutOfTime:
            return False
        except TROUBLES as error:
            self._note_problem(*problem_of(error))
        except (psycopg2.OperationalError, ConcurrencyError):
            raise  # the whole request is done again
        except Exception as error:  # noqa: BLE001  one's surprise stops no other
            message = "Ponto connection %s could not be tested"
            reference = units.log_unexpected(_logger, message, self.id, error)
            self._note_problem("internal", {"reference": reference})
        return True

    def _test_soon(self):
        """Let the scheduled action ask; a pause of Ponto's own is kept."""
        resting = self.filtered(
            lambda one: one.list_retry_at and not is_told_pause(one)
        )
        resting.sudo().list_retry_at = False
        self._trigger_fetch()

    def _tell_tested(self, left):
        """Say in words what came of the tests of ``self``."""
        good = self.filtered(lambda connection: connection.state == "connected")
        bad = self - good
        texts = [self.env._("%(count)s connected.", count=len(good))] if good else []
        if bad:
            texts.append(
                self.env._(
                    "%(count)s not connected; the list says why.", count=len(bad)
                )
            )
        if left:
            texts.append(
                self.env._(
                    "The scheduled action tests the other %(count)s within minutes; "
                    "reload the list then.",
                    count=len(left),
                )
            )
        if good.filtered("may_start_payments"):
            texts.append(
                self.env._("Some may also start payments; the list says which.")
            )
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "title": self.env._("Test connection"),
                "message": " ".join(texts),
                "type": "warning" if bad else "success",
                "sticky": bool(bad or left),
                "next": {"type": "ir.actions.client", "tag": "soft_reload"},
            },
        }
