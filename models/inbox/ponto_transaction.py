import json

from psycopg2.extras import Json, execute_values

from odoo import api, fields, models
from odoo.exceptions import AccessError

from ...tools import clock
from ...wording.events import history_text
from ...wording.holds import FLAG_CODES, HOLD_CODES, flag_text, hold_text

STATES = [
    ("new", "New"),
    ("imported", "Imported"),
    ("adopted", "Recognized"),
    ("held", "Held"),
    ("ignored", "Ignored"),
    ("planned", "Planned"),
    ("alias", "Re-issued ID"),
    ("before_cutover", "Before the start date"),
]

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
    "seen_walk_id",
    "was_planned",
    "same_id_of_id",
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
    environment = fields.Selection(
        related="online_account_id.connection_id.environment"
    )
    company_id = fields.Many2one(
        related="online_account_id.company_id", search="_search_company_id"
    )
    ponto_ref = fields.Char(string="Ponto ID", required=True, readonly=True)
    state = fields.Selection(STATES, required=True, default="new", readonly=True)
    hold_code = fields.Selection(
        [(code, code) for code in HOLD_CODES],
        readonly=True,
        string="Hold reason (code)",
    )
    hold_values = fields.Json(readonly=True)
    hold_reason = fields.Char(string="Hold reason", compute="_compute_hold_reason")
    decided_by_id = fields.Many2one("res.users", string="Decided by", readonly=True)
    decided_at = fields.Datetime(readonly=True)
    decision_note = fields.Char(readonly=True)
    execution_date = fields.Date(readonly=True)
    value_date = fields.Date(readonly=True)
    booking_date = fields.Date(
        string="Date", readonly=True, help="The date of the bank line."
    )
    amount = fields.Monetary(readonly=True, help="Negative: money left the account.")
    currency_id = fields.Many2one("res.currency", readonly=True)
    currency_code = fields.Char(readonly=True)
    counterpart_name = fields.Char(string="Counterparty", readonly=True)
    label = fields.Char(readonly=True)
    fingerprint = fields.Char(readonly=True)
    ponto_created_at = fields.Datetime(string="Received by Ponto on", readonly=True)
    ponto_updated_at = fields.Datetime(readonly=True)
    walk_run_id = fields.Many2one("ponto.sync.run", readonly=True, ondelete="set null")
    walk_position = fields.Integer(readonly=True)
    was_planned = fields.Boolean(
        readonly=True,
        help="The bank had planned it for a later date when it was received.",
    )
    is_another = fields.Boolean(
        readonly=True,
        help="A user decided that this is not the same payment as the equal transaction.",
    )
    planned_seen_run_id = fields.Many2one(
        "ponto.sync.run",
        readonly=True,
        ondelete="set null",
        help="The last fetch in which the bank still listed the planned transaction.",
    )
    seen_walk_id = fields.Integer(
        readonly=True,
        help="The first fetch of the last reading in which Ponto listed it.",
    )
    gone_at = fields.Datetime(
        string="Not listed since",
        readonly=True,
        help="The time since which Ponto no longer lists the transaction, although the "
        "list was read completely.",
    )
    alias_of_id = fields.Many2one(
        "ponto.transaction",
        string="Re-issued ID of",
        readonly=True,
        ondelete="set null",
        index="btree_not_null",
        help="The transaction that the bank had sent before under another ID.",
    )
    alias_ids = fields.One2many("ponto.transaction", "alias_of_id", string="Re-issued")
    booked_run_id = fields.Many2one(
        "ponto.sync.run",
        string="Booked by",
        readonly=True,
        ondelete="set null",
        index="btree_not_null",
        help="The fetch that booked or recognized it.",
    )
    flag_code = fields.Selection(
        [(code, code) for code in FLAG_CODES], readonly=True, string="Flag (code)"
    )
    flag_values = fields.Json(readonly=True)
    flag_text = fields.Char(
        string="Change by the bank",
        compute="_compute_flag_text",
        help="The bank changed a transaction that is already in the books; the books were "
        "not changed.",
    )
    history = fields.Json(
        string="Events", readonly=True, help="Decisions and corrections, newest last."
    )
    history_text = fields.Text(string="History", compute="_compute_history_text")
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

    @api.depends("flag_code", "flag_values")
    @api.depends_context("lang")
    def _compute_flag_text(self):
        for row in self:
            row.flag_text = flag_text(self.env, row.flag_code, row.flag_values)

    @api.depends("history")
    @api.depends_context("lang", "tz")
    def _compute_history_text(self):
        for row in self:
            row.history_text = history_text(self.env, row.history)

    def _search_company_id(self, operator, value):
        return [("online_account_id.company_id", operator, value)]

    # === CRUD METHODS === #

    def write(self, vals):
        """:raise AccessError: what a row is, and of which account, never changes"""
        if {"online_account_id", "ponto_ref"} & vals.keys():
            raise AccessError(self.env._("The stored bank data cannot be edited."))
        return super().write(vals)

    # === STORING A PAGE === #

    @api.private
    @api.model
    def _store(self, rows):
        """Insert rows that are not known yet, in one statement.

        :param rows: list of dicts with the keys of ``_INSERTED``
        :return: ``{ponto_ref: id}`` of the rows that were new
        :rtype: dict[str, int]
        """
        if not rows:
            return {}
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
            "ON CONFLICT (online_account_id, ponto_ref) DO NOTHING "
            "RETURNING ponto_ref, id"
        )
        found = execute_values(
            self.env.cr._obj, query, values, page_size=len(values), fetch=True
        )
        self.invalidate_model()
        self.env["ponto.online.account"].invalidate_model(["transaction_ids"])
        return dict(found)

    # === HOLDING AND HISTORY === #

    def _log_event(self, event_code, /, **values):
        """Remember what happened to rows, by whom and when.

        :param event_code: one of ``wording.events.EVENT_CODES``
        :param values: what its sentence needs; JSON, dates as ISO text
        """
        event = {"code": event_code, "at": fields.Datetime.to_string(clock.now())}
        if values:
            event["values"] = values
        for row in self:
            by = {} if self.env.user._is_superuser() else {"user_id": self.env.uid}
            row.history = [*(row.history or []), {**event, **by}]

    def _hold(self, code, **values):
        """Keep rows out of the books until a person or the cause decides."""
        self.write({"state": "held", "hold_code": code, "hold_values": values or False})


def _adapt(name, value):
    if name in ("raw", "hold_values"):
        return Json(value) if value else None
    return None if value is False else value
