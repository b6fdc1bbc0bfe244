"""Fetches that book what a person decided on, and nothing else.

They ask Ponto nothing. Where a fetch of the account is under way, it takes the rows
along; what came of them is told in its result either way.
"""

from odoo import fields, models


class PontoSyncRun(models.Model):
    _inherit = "ponto.sync.run"

    decided_ids = fields.One2many(
        "ponto.transaction",
        "decided_run_id",
        string="Decisions",
        help="Transactions a user decided on, and their results.",
    )

    imported_ids = fields.One2many(
        "ponto.transaction",
        "booked_run_id",
        string="Lines booked",
        domain=[("state", "=", "imported")],
    )
    recognized_ids = fields.One2many(
        "ponto.transaction",
        "booked_run_id",
        string="Recognized transactions",
        domain=[("state", "in", ("adopted", "alias"))],
    )

    def _bookable_domain(self):
        """Which of the account's new rows this fetch may book."""
        only_decided = self.kind == "decision"
        return [("decided_run_id", "=", self.id)] if only_decided else []

    def _count_decided(self):
        """What became of the rows that a person decided on; empty where there are none.

        :return: counts of ``booked``, ``known``, ``waiting`` and ``held``, and code and
            values of the first hold; they survive JSON
        """
        rows = self.decided_ids
        held = rows.filtered(lambda row: row.state == "held")
        decided = {
            "booked": len(rows.filtered(lambda row: row.state == "imported")),
            "known": len(rows.filtered(lambda row: row.state in ("adopted", "alias"))),
            "waiting": len(rows.filtered(lambda row: row.state == "new")),
            "held": len(held),
            "hold_code": held[:1].hold_code,
            "hold_values": held[:1].hold_values,
        }
        return {name: value for name, value in decided.items() if value}
