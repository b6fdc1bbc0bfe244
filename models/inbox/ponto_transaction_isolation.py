"""One row can only cost itself, in the steps that work on many at once.

A step is done for all rows together, and nothing of this is in its way. Where it fails
for a reason that nobody foresaw, it is done again in a new transaction, row by row: each
in a savepoint of its own, and the one that fails is held with a reference to the log.
"""

import logging

from odoo import api, models

from ...tools import units
from ...tools.units import LOST, ONE_BY_ONE

_logger = logging.getLogger(__name__)

#: Not in the books yet, and nobody is asked yet.
WAITING = ("new", "planned")
#: What is kept of a row that the database refuses.
IDENTITY = (
    "online_account_id",
    "ponto_ref",
    "walk_run_id",
    "walk_position",
    "seen_walk_id",
    "same_id_of_id",
)


class PontoTransaction(models.Model):
    _inherit = "ponto.transaction"

    @api.private
    @api.model
    def _store_safely(self, rows):
        """Like ``_store``; what the database refuses is held without its content."""
        if not self.env.context.get(ONE_BY_ONE):
            return self._store(rows)
        inserted = {}
        for vals in rows:
            try:
                with self.env.cr.savepoint():
                    inserted |= self._store([vals])
            except LOST:
                raise
            except Exception as error:  # noqa: BLE001  it stores nothing but this row
                message = "A row for Ponto account %s could not be stored"
                number = vals["online_account_id"]
                reference = units.log_unexpected(_logger, message, number, error)
                kept = {name: vals[name] for name in IDENTITY if name in vals}
                values = {"reference": reference}
                vals.clear()
                vals.update(
                    kept, state="held", hold_code="internal", hold_values=values
                )
                inserted |= self._store([vals])
        return inserted

    def _isolate(self, work, run=None, otherwise=None):
        """Do a piece of work on these rows; if it is done again, in a savepoint.

        :param work: called without arguments
        :param run: the fetch, which counts what is held; None where the caller counts
        :param otherwise: called with the error instead of holding the rows
        :return: what ``work`` returned; None where it failed
        """
        if not self.env.context.get(ONE_BY_ONE):
            return work()
        try:
            with self.env.cr.savepoint():
                return work()
        except LOST:
            raise
        except Exception as error:  # noqa: BLE001  whatever it is, it is these rows'
            self.env.invalidate_all()
            if otherwise:
                otherwise(error)
            else:
                self._hold_failed(error, run)
            return None

    def _isolate_group(self, work, run):
        """Do a piece of work on rows that are compared with each other.

        Where it fails, the rows that fail alone are held, and the others are compared
        without them; where none fails alone, all are held.

        :param work: called with the rows
        """
        if not self:
            return

        def exclude(error):
            failing = self.filtered(lambda row: row._fails_alone(work))
            (failing or self)._hold_failed(error, run)
            if failing and self - failing:
                rest = self - failing
                rest._isolate(lambda: work(rest), run)

        self._isolate(lambda: work(self), run, exclude)

    def _fails_alone(self, work):
        """Whether the work on this row fails; nothing of it stays."""
        try:
            with self.env.cr.savepoint():
                work(self)
                self.env.flush_all()
                raise _TriedError
        except LOST:
            raise
        except _TriedError:
            return False
        except Exception:  # noqa: BLE001  its group's error is in the log
            return True
        finally:
            self.env.invalidate_all()

    def _hold_failed(self, error, run):
        """Hold what cannot go on; what is in the books or decided stays as it is."""
        message = "A fetch could not go on with row %s of the Ponto inbox"
        reference = units.log_unexpected(_logger, message, self[:1].id, error)
        waiting = self.filtered(lambda row: row.state in WAITING)
        if waiting:
            waiting._hold("internal", reference=reference)
            if run:
                run.held_count += len(waiting)


class _TriedError(Exception):
    """It worked, and is taken back."""
