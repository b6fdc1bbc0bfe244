import json
from datetime import timedelta

from psycopg2.extras import Json, execute_values

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from . import clock
from .hold_reasons import HOLD_CODES, hold_text

STATES = [
    ("new", "New"),
    ("imported", "Imported"),
    ("adopted", "Recognized"),
    ("held", "Held"),
    ("ignored", "Ignored"),
    ("planned", "Planned"),
    ("alias", "Re-issued id"),
    ("before_cutover", "Before the start"),
]

# Held because an announced and a booked transaction may be the same.
ONE_BY_ONE = ("planned_or_booked", "planned_gone")
# When nobody drives the retry, the schedule does.
TAKE_OVER = timedelta(minutes=1)

# What the inbox keeps of a row, in the order of the SQL insert.
_INSERTED = (
    "online_account_id",
    "ponto_ref",
    "state",
    "hold_code",
    "hold_values",
    "execution_date",
    "value_date",
    "booking_date",
    "amount",
    "currency_id",
    "currency_code",
    "counterpart_name",
    "label",
    "fingerprint",
    "ponto_created_at",
    "ponto_updated_at",
    "walk_run_id",
    "walk_position",
    "was_planned",
    "raw",
)


class PontoTransaction(models.Model):
    """The inbox: one row per transaction ever received for an account, with the
    untouched answer and what became of it.

    A statement line is the accountant's and can be edited or deleted; this is the
    memory of what the bank sent. An ``imported`` or ``adopted`` row without a line
    counts as deleted by a person.
    """

    _name = "ponto.transaction"
    _description = "Transaction received from Ponto"
    _order = "booking_date desc, id desc"
    _rec_name = "label"
    _check_company_auto = True

    online_account_id = fields.Many2one(
        "ponto.online.account",
        string="Account",
        required=True,
        readonly=True,
        ondelete="restrict",
        check_company=True,
    )
    company_id = fields.Many2one(
        related="online_account_id.company_id", search="_search_company_id"
    )
    ponto_ref = fields.Char(string="Ponto's id", required=True, readonly=True)
    state = fields.Selection(STATES, required=True, default="new", readonly=True)
    hold_code = fields.Selection(
        [(code, code) for code in HOLD_CODES], readonly=True, string="Why held (code)"
    )
    hold_values = fields.Json(readonly=True)
    hold_reason = fields.Char(string="Why held", compute="_compute_hold_reason")
    decided_by_id = fields.Many2one("res.users", string="Decided by", readonly=True)
    decided_at = fields.Datetime(readonly=True)
    decision_note = fields.Char(readonly=True)
    execution_date = fields.Date(readonly=True)
    value_date = fields.Date(readonly=True)
    booking_date = fields.Date(
        string="Date", readonly=True, help="The day that the line gets."
    )
    amount = fields.Monetary(readonly=True, help="Negative: money left the account.")
    currency_id = fields.Many2one("res.currency", readonly=True)
    currency_code = fields.Char(readonly=True)
    counterpart_name = fields.Char(string="Counterpart", readonly=True)
    label = fields.Char(readonly=True)
    fingerprint = fields.Char(readonly=True)
    ponto_created_at = fields.Datetime(string="Reached Ponto at", readonly=True)
    ponto_updated_at = fields.Datetime(readonly=True)
    walk_run_id = fields.Many2one("ponto.sync.run", readonly=True, ondelete="set null")
    walk_position = fields.Integer(readonly=True)
    was_planned = fields.Boolean(
        readonly=True, help="The bank announced it for a later day when it came."
    )
    is_another = fields.Boolean(
        readonly=True,
        help="A person decided that it is not the equal transaction beside it.",
    )
    planned_seen_run_id = fields.Many2one(
        "ponto.sync.run",
        readonly=True,
        ondelete="set null",
        help="The last fetch in which the bank still listed what it had announced.",
    )
    statement_line_id = fields.Many2one(
        "account.bank.statement.line",
        string="Bank line",
        readonly=True,
        ondelete="set null",
        index="btree_not_null",
    )
    raw = fields.Json(
        readonly=True, help="The bank's data as Ponto gave it, amounts as text."
    )
    raw_text = fields.Text(string="Bank data", compute="_compute_raw_text")

    _ponto_ref_uniq = models.UniqueIndex(
        "(online_account_id, ponto_ref)", "This transaction is already known."
    )
    _waiting_idx = models.Index(
        "(online_account_id, booking_date) WHERE state IN ('new', 'planned', 'held')"
    )
    _list_idx = models.Index("(online_account_id, booking_date DESC, id DESC)")
    _held_idx = models.Index("(booking_date DESC, id DESC) WHERE state = 'held'")
    _announced_idx = models.Index(
        "(online_account_id, execution_date) WHERE was_planned IS TRUE"
    )

    # === COMPUTE METHODS === #

    @api.depends("hold_code", "hold_values")
    @api.depends_context("lang")
    def _compute_hold_reason(self):
        for row in self:
            row.hold_reason = hold_text(self.env, row.hold_code, row.hold_values)

    @api.depends("raw")
    def _compute_raw_text(self):
        for row in self:
            row.raw_text = row.raw and json.dumps(
                row.raw, indent=2, ensure_ascii=False, sort_keys=True
            )

    def _search_company_id(self, operator, value):
        return [("online_account_id.company_id", operator, value)]

    # === ACTION METHODS === #

    def action_retry(self):
        """Try held rows again on the bank's own day.

        :return: the client action that shows what came of it
        """
        self._check_may_decide()
        rows = self.filtered(lambda row: row.state == "held" and row.raw)
        if len(self) > 1:
            # Whether two payments are one is decided row by row.
            rows = rows.filtered(lambda row: row.hold_code not in ONE_BY_ONE)
        if not rows:
            raise UserError(
                self.env._(
                    "Choose held transactions to try again; announced ones one by one."
                )
            )
        rows._check_can_be_booked()
        # Retrying for another reason, such as a lifted lock, says nothing of this.
        rows.filtered(lambda row: row.hold_code in ONE_BY_ONE).sudo().is_another = True
        rows.sudo().write(
            {
                "state": "new",
                "hold_code": False,
                "hold_values": False,
                **self._prepare_decision(),
            }
        )
        runs = self.env["ponto.sync.run"].sudo()
        for account in rows.online_account_id.sudo():
            run = account._open_run() or account._create_run(
                "user", stage="import", user_id=self.env.uid
            )
            runs |= run
        self.env["ponto.connection"]._trigger_fetch(clock.now() + TAKE_OVER)
        return runs._progress_action()

    def _check_can_be_booked(self):
        for account in self.online_account_id.sudo():
            if account._get_pause():
                raise UserError(account._get_pause_message())

    def write(self, vals):
        """:raise AccessError: what a row is, and of which account, never changes"""
        if {"online_account_id", "ponto_ref"} & vals.keys():
            raise AccessError(
                self.env._("The memory of the bank's data is not edited.")
            )
        return super().write(vals)

    def action_ignore(self):
        """Set held rows aside: they never become a line unless restored."""
        self._check_may_decide()
        rows = self.filtered(lambda row: row.state == "held")
        rows.sudo().write({"state": "ignored", **self._prepare_decision()})

    def action_restore(self):
        """Put ignored rows back among the held ones."""
        self._check_may_decide()
        rows = self.filtered(lambda row: row.state == "ignored")
        rows.sudo().write({"state": "held", **self._prepare_decision()})

    def _check_may_decide(self):
        self.check_access("read")
        if not (self.env.su or self.env.user.has_group("account.group_account_basic")):
            raise UserError(
                self.env._("Deciding on held transactions needs the bank rights.")
            )

    def _prepare_decision(self):
        return {"decided_by_id": self.env.uid, "decided_at": clock.now()}

    # === STORING A PAGE === #

    @api.private
    @api.model
    def _store(self, rows):
        """Insert rows that are not known yet, in one statement.

        :param rows: list of dicts with the keys of ``_INSERTED``
        :return: the ``ponto_ref`` of the rows that were new
        :rtype: set[str]
        """
        if not rows:
            return set()
        self.flush_model()
        moment = clock.now()
        columns = (*_INSERTED, "create_uid", "create_date", "write_uid", "write_date")
        log = (self.env.uid, moment, self.env.uid, moment)
        values = [
            tuple(_adapt(name, row.get(name)) for name in _INSERTED) + log
            for row in rows
        ]
        # Column names come from the tuple above; the values are parameters.
        query = (
            f"INSERT INTO ponto_transaction ({', '.join(columns)}) VALUES %s "  # noqa: S608
            "ON CONFLICT (online_account_id, ponto_ref) DO NOTHING RETURNING ponto_ref"
        )
        found = execute_values(
            self.env.cr._obj, query, values, page_size=len(values), fetch=True
        )
        self.invalidate_model()
        self.env["ponto.online.account"].invalidate_model(["transaction_ids"])
        return {ref for (ref,) in found}

    # === HOLDING === #

    def _hold(self, code, **values):
        """Keep rows out of the books until a person or the cause decides."""
        self.write({"state": "held", "hold_code": code, "hold_values": values or False})


def _adapt(name, value):
    if name in ("raw", "hold_values"):
        return Json(value) if value else None
    return None if value is False else value
