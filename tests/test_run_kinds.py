"""The kind of a run is stored, and each kind does its part by the same methods."""

import inspect
from pathlib import Path
from runpy import run_path

from odoo.tests import tagged

from ..models.fetch.run_kinds import CLOSING_STAGES, KINDS, Kind, is_booking
from .common import PontoCommon

MIGRATION = Path(__file__).parents[1] / "migrations/19.0.6.0.0/post-run-kind.py"
#: How an earlier version told a kind: trigger, only_decided, undo_of_id.
EARLIER = {
    "fetch": ("cron", False, False),
    "check": ("check", False, False),
    "preview": ("preview", False, False),
    "decision": ("user", True, False),
    "undo": ("user", False, True),
}


def methods_of(kind):
    """``{name: names of the parameters}``"""
    return {
        name: [*inspect.signature(method).parameters]
        for name, method in inspect.getmembers(kind, inspect.isfunction)
    }


@tagged("post_install", "-at_install")
class TestRunKinds(PontoCommon):
    def test_every_kind_has_the_same_methods(self):
        runs = self.env["ponto.sync.run"]
        self.assertEqual({*KINDS}, {*dict(runs._fields["kind"].selection)})
        for code, kind in KINDS.items():
            self.assertEqual(methods_of(type(kind)), methods_of(Kind), code)
            for step in kind.ending:
                self.assertTrue(callable(getattr(runs, step)), (code, step))

    def test_every_stage_is_known(self):
        runs = self.env["ponto.sync.run"]
        known = [*dict(runs._fields["stage"].selection)]
        found = {*CLOSING_STAGES, *(s for kind in KINDS.values() for s in kind.stages)}
        self.assertEqual({*known}, {*found, "done"})
        for code, kind in KINDS.items():
            self.assertEqual([*kind.stages], sorted(kind.stages, key=known.index), code)
            # Ponto is asked first; what is booked afterwards needs it no more.
            booking = [is_booking(stage) for stage in kind.stages]
            self.assertEqual(booking, sorted(booking), code)

    def test_migration(self):
        account = self.linked_account()
        fetch = account.fetch_transactions()
        self.env.cr.execute(
            "ALTER TABLE ponto_sync_run ADD COLUMN IF NOT EXISTS only_decided boolean"
        )
        runs = {}
        for kind, (trigger, only_decided, is_undo) in EARLIER.items():
            runs[kind] = fetch.sudo().create(
                {
                    "online_account_id": account.id,
                    "trigger": "user",
                    "state": "done",
                    "started_at": fetch.started_at,
                }
            )
            self.env.flush_all()
            self.env.cr.execute(
                """UPDATE ponto_sync_run
                      SET trigger = %s, only_decided = %s, undo_of_id = %s
                    WHERE id = %s""",
                [trigger, only_decided, (is_undo and fetch.id) or None, runs[kind].id],
            )
        run_path(str(MIGRATION))["migrate"](self.env.cr, "19.0.5.0.0")
        self.env.invalidate_all()
        self.assertEqual([run.kind for run in runs.values()], [*EARLIER])
        triggers = [run.trigger for run in runs.values()]
        self.assertEqual(triggers, ["cron", "user", "user", "user", "user"])
