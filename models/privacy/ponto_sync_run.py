"""Fetches of which nothing came are forgotten after half a year."""

from datetime import timedelta

from odoo import api, models
from odoo.tools import SQL

from ...tools import clock
from ..fetch.ponto_sync_run import RESULT_COUNTS

KEPT = timedelta(days=180)
# So many at a time: the vacuum cleaner comes again at once while there are more.
BATCH = 1000


class PontoSyncRun(models.Model):
    _inherit = "ponto.sync.run"

    @api.autovacuum
    def _gc_quiet_runs(self):
        """Delete old fetches that left no trace.

        :return: how many were deleted, and how many are known to be left
        """
        found = self.browse(self._find_quiet_ids(clock.now() - KEPT, BATCH + 1))
        quiet = found[:BATCH]
        quiet.unlink()
        return len(quiet), len(found) - len(quiet)

    def _find_quiet_ids(self, before, limit):
        """Old fetches that can go, the oldest first.

        What the addon still asks about stays: whatever anything refers to, the first
        complete reading since an account was linked (it tells that a next one is not
        the first), and the last one of each account.

        :param before: only what ended before
        """
        self.flush_model()
        self.env["ponto.online.account"].flush_model()
        rows = self.env.execute_query(
            SQL(
                """
                SELECT run.id
                  FROM ponto_sync_run run
                  JOIN ponto_online_account account
                    ON account.id = run.online_account_id
                 WHERE run.finished_at < %(before)s
                   AND run.state != 'running'
                   AND run.kind NOT IN ('check', 'undo')
                   AND %(nothing_came)s
                   AND %(no_reference)s
                   AND EXISTS (
                       SELECT 1
                         FROM ponto_sync_run later
                        WHERE later.online_account_id = run.online_account_id
                          AND later.id > run.id
                          AND later.state != 'running')
                   AND (run.state = 'failed'
                        OR run.finished_at < account.linked_at
                        OR EXISTS (
                            SELECT 1
                              FROM ponto_sync_run first
                             WHERE first.online_account_id = run.online_account_id
                               AND first.id < run.id
                               AND first.state = 'done'
                               AND first.walk_from_top
                               AND first.finished_at >= account.linked_at))
                 ORDER BY run.id
                 LIMIT %(limit)s
                """,
                before=before,
                nothing_came=SQL(" AND ").join(
                    SQL("COALESCE(%s, 0) = 0", SQL.identifier("run", name))
                    for name in RESULT_COUNTS
                ),
                no_reference=SQL(" AND ").join(self._references_to_run()),
                limit=limit,
            )
        )
        return [run_id for (run_id,) in rows]

    def _references_to_run(self):
        """A condition for each field of the database that may refer to a fetch."""
        for model in self.env.values():
            if model._abstract or not model._auto:
                continue
            names = [
                name
                for name, field in model._fields.items()
                if field.type == "many2one" and field.comodel_name == self._name
                if field.store and field.column_type
            ]
            for name in names:
                model.flush_model([name])
                yield SQL(
                    "NOT EXISTS (SELECT 1 FROM %s referring WHERE %s = run.id)",
                    SQL.identifier(model._table),
                    SQL.identifier("referring", name),
                )
