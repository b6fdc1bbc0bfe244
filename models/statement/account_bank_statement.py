"""Statements by day, week or month, and what a checked one keeps.

Core calls a statement complete when its end balance is the computed one, which is
nothing anybody checked. Ours is *checked* when the bank reported its end balance, or
when a person changed it; until then it follows its lines.
"""

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import format_amount

from ...wording.moments import format_date

# What core works out from all lines each time one of them moves. For a month of ten
# thousand lines that would be done for each batch, so it is done in SQL instead.
_FOLLOWING = (
    "first_line_index",
    "date",
    "journal_id",
    "balance_end",
    "is_complete",
)


class AccountBankStatement(models.Model):
    _name = "account.bank.statement"
    _inherit = ["account.bank.statement", "ponto.reference.mixin"]

    ponto_online_account_id = fields.Many2one(
        "ponto.online.account",
        string="Ponto account",
        readonly=True,
        copy=False,
        ondelete="set null",
        index="btree_not_null",
    )
    ponto_grouping = fields.Selection(
        [("day", "Day"), ("week", "Week"), ("month", "Month")],
        string="Period",
        readonly=True,
        copy=False,
    )
    ponto_period_start = fields.Date(string="From", readonly=True, copy=False)
    ponto_period_end = fields.Date(string="To", readonly=True, copy=False)
    ponto_balance_id = fields.Many2one(
        "ponto.balance",
        string="Balance reported by the bank",
        readonly=True,
        copy=False,
        ondelete="set null",
        help="Set if the bank reported this end balance: the statement is checked.",
    )
    ponto_is_edited = fields.Boolean(
        string="Changed by hand",
        readonly=True,
        copy=False,
        help="A user changed the end balance or the lines of the statement: nothing is "
        "added to it.",
    )
    ponto_is_opened = fields.Boolean(
        string="Starting balance set by hand",
        readonly=True,
        copy=False,
        help="A user set the starting balance: it is kept, and the end balance follows.",
    )
    ponto_late_line_ids = fields.One2many(
        "account.bank.statement.line",
        "ponto_late_for_id",
        string="Late lines",
        help="They arrived after the statement was checked and were left out of it.",
    )
    ponto_remark = fields.Text(string="Remark", compute="_compute_ponto_remark")
    ponto_correction_id = fields.Many2one(
        "ponto.balance",
        string="Correction of the bank",
        compute="_compute_ponto_remark",
        help="A later balance for the same date, with which the late lines are in balance.",
    )

    # === COMPUTE METHODS === #

    @api.depends(
        "balance_end",
        "balance_end_real",
        "ponto_balance_id",
        "ponto_late_line_ids.statement_id",
    )
    @api.depends_context("lang")
    def _compute_ponto_remark(self):
        newest = self._ponto_newest_balances()
        for statement in self:
            balance = newest.get(statement.id, statement.ponto_balance_id.browse())
            late = statement._ponto_left_out()
            is_news = statement._ponto_is_news(balance)
            sentences = []
            if late:
                sentences.append(statement._ponto_late_text(late))
            if is_news:
                sentences.append(statement._ponto_news_text(balance))
            agrees = is_news and late and statement._ponto_would_agree(balance, late)
            if agrees:
                sentences.append(
                    self.env._(
                        "With the late lines, the statement agrees with that balance."
                    )
                )
            statement.ponto_correction_id = balance if agrees else False
            statement.ponto_remark = " ".join(sentences)

    def _ponto_left_out(self):
        self.ensure_one()
        return self.ponto_late_line_ids.filtered(
            lambda line: line.statement_id != self and line.move_id.state == "posted"
        )

    def _ponto_is_news(self, balance):
        """Whether the bank says something else for the last day than stands here."""
        self.ensure_one()
        if not balance or balance == self.ponto_balance_id:
            return False
        account = self.ponto_online_account_id
        if not self.ponto_balance_id and not account._is_settled(self.ponto_period_end):
            return False
        amount = account._balance_as_ledger(balance)
        return self.currency_id.compare_amounts(amount, self.balance_end_real) != 0

    def _ponto_would_agree(self, balance, late):
        amount = self.ponto_online_account_id._balance_as_ledger(balance)
        total = self.balance_end + sum(late.mapped("amount"))
        return self.currency_id.compare_amounts(total, amount) == 0

    def _ponto_late_text(self, late):
        amount = format_amount(self.env, sum(late.mapped("amount")), self.currency_id)
        if len(late) == 1:
            return self.env._(
                "1 line of %(amount)s dated %(day)s arrived after this statement was "
                "checked and was left out of it.",
                amount=amount,
                day=format_date(self.env, late.date),
            )
        return self.env._(
            "%(count)s lines (total %(amount)s) arrived after this statement was "
            "checked and were left out of it.",
            count=len(late),
            amount=amount,
        )

    def _ponto_news_text(self, balance):
        account = self.ponto_online_account_id
        reported = account._balance_as_ledger(balance)
        values = {
            "amount": format_amount(self.env, reported, self.currency_id),
            "day": format_date(self.env, balance.date),
            "total": format_amount(self.env, self.balance_end_real, self.currency_id),
        }
        if self.ponto_balance_id:
            return self.env._(
                "The bank now reports %(amount)s for %(day)s instead of %(total)s.",
                **values,
            )
        return self.env._(
            "The bank reported %(amount)s for %(day)s, and the statement comes to "
            "%(total)s.",
            **values,
        )

    def _ponto_newest_balances(self):
        """``{statement id: newest reported balance of its last day}``"""
        ours = self.filtered("ponto_online_account_id")
        if not ours.ids:
            return {}
        balances = self.env["ponto.balance"].search(
            [
                ("online_account_id", "in", ours.ponto_online_account_id.ids),
                ("date", "in", ours.mapped("ponto_period_end")),
                ("source", "=", "reported"),
                ("kind", "=", "current"),
                ("date_estimated", "=", False),
            ],
            order="id",
        )
        by_day = {(b.online_account_id, b.date): b for b in balances}
        keys = {st: (st.ponto_online_account_id, st.ponto_period_end) for st in ours}
        return {st.id: by_day[key] for st, key in keys.items() if key in by_day}

    # === CHECKED OR NOT === #

    @api.private
    def _ponto_is_checked(self):
        """Whether the bank or a person vouches for it, so that nothing is added."""
        self.ensure_one()
        ours = self.ponto_online_account_id
        return bool(not ours or self.ponto_balance_id or self.ponto_is_edited)

    @api.private
    def _ponto_keeping(self):
        """Those that no line is taken out of: core's own rule, which for ours begins
        to hold when they are checked, or when one after them is."""
        proved = {}
        for journal in self.journal_id:
            last = self.search(
                [
                    ("journal_id", "=", journal.id),
                    ("ponto_balance_id", "!=", False),
                    ("first_line_index", "!=", False),
                ],
                order="first_line_index desc",
                limit=1,
            )
            proved[journal] = last.first_line_index or ""

        def keeps(statement):
            if not statement.ponto_online_account_id:
                return statement.is_valid and statement.is_complete
            index = statement.first_line_index or ""
            return statement._ponto_is_checked() or index < proved[statement.journal_id]

        return self.filtered(keeps)

    def _compute_is_valid(self):
        result = super()._compute_is_valid()
        for statement in self:
            statement.is_valid = statement.is_valid or statement._ponto_is_explained()
        return result

    def _get_invalid_statement_ids(self, all_statements=None):
        """Core's compute asks once for each statement, its search once for all."""
        invalid_ids = super()._get_invalid_statement_ids(all_statements)
        if not all_statements:
            return invalid_ids
        invalid = self.browse(invalid_ids)
        return invalid.filtered(lambda st: not st._ponto_is_explained()).ids

    def _ponto_is_explained(self):
        """Whether ours starts where the one before ended plus the lines between, which
        belong to no statement: then nothing is missing.

        Core calls that invalid, and it would be our doing: the setting was on, off and
        on again, or a late line was left outside a checked statement.
        """
        self.ensure_one()
        if not self.ponto_online_account_id or not self.first_line_index:
            return False
        start = self._ponto_find_start()
        return self.currency_id.compare_amounts(start, self.balance_start) == 0

    def _ponto_find_start(self):
        """As core does when a statement is made: the end of the one before, and what
        lies between."""
        lines = self.env["account.bank.statement.line"]
        before = [
            ("internal_index", "<", self.first_line_index),
            ("journal_id", "=", self.journal_id.id),
            ("state", "=", "posted"),
        ]
        last = lines.search([*before, ("statement_id", "!=", False)], limit=1)
        if last:
            before.append(("internal_index", ">", last.internal_index))
        [(between,)] = lines._read_group(before, aggregates=["amount:sum"])
        return last.statement_id.balance_end_real + (between or 0.0)

    # === FOLLOWING THE LINES === #

    def write(self, vals):
        result = super().write(vals)
        if not self.env.context.get("ponto_grouping"):
            self._ponto_note_hand(vals)
        return result

    def _ponto_note_hand(self, vals):
        """Remember what a person set.

        A start balance alone is no check: whoever opens the books sets it once, and
        the end follows.
        """
        statements = self.filtered("ponto_online_account_id")
        statements = statements.with_context(ponto_grouping=True)
        if "balance_start" in vals:
            statements.ponto_is_opened = True
        if "line_ids" in vals:
            statements.ponto_is_edited = True
        elif "balance_end_real" in vals:
            # A form writes the end that follows from a new start, too.
            opened = "balance_start" in vals
            by_hand = statements.filtered(lambda st: not (opened and st.is_complete))
            by_hand.ponto_is_edited = True

    def _ponto_take_lines(self, lines):
        """Put lines into this statement."""
        self.ensure_one()
        statement = self.with_context(ponto_grouping=True)
        fields_ = [self._fields[name] for name in _FOLLOWING]
        with self.env.protecting(fields_, statement):
            lines.write({"statement_id": statement.id})
            statement._ponto_recount()

    def _ponto_release_lines(self, lines):
        """Take lines out of these statements; :meth:`_ponto_follow` comes after."""
        fields_ = [self._fields[name] for name in _FOLLOWING]
        with self.env.protecting(fields_, self):
            lines.write({"statement_id": False})
            self.env.flush_all()

    def _ponto_recount(self):
        """What core computes from the lines, by SQL; only inside ``protecting``."""
        self.env.flush_all()
        self.env.cr.execute(
            """
            SELECT l.statement_id, min(l.internal_index),
                   max(l.internal_index) FILTER (WHERE m.state = 'posted'),
                   sum(l.amount) FILTER (WHERE m.state = 'posted')
              FROM account_bank_statement_line l
              JOIN account_move m ON m.id = l.move_id
             WHERE l.statement_id = ANY(%s)
             GROUP BY l.statement_id""",
            [self.ids],
        )
        for number, first, last, total in self.env.cr.fetchall():
            statement = self.browse(number)
            end = statement.currency_id.round(
                statement.balance_start + float(total or 0)
            )
            vals = {"first_line_index": first, "balance_end": end}
            if last:
                day = f"{last[:4]}-{last[4:6]}-{last[6:8]}"
                vals["date"] = fields.Date.to_date(day)
            if not statement._ponto_is_checked():
                vals["balance_end_real"] = end
            real = vals.get("balance_end_real", statement.balance_end_real)
            same = statement.currency_id.compare_amounts(end, real) == 0
            statement.write({**vals, "is_complete": bool(last) and same})

    @api.private
    @api.model
    def _ponto_follow(self, journal, index, touched, *, everyone=False):
        """Let statements of ours from an index on start where the one before ends.

        :param index: ``internal_index`` of the first line that came or went
        :param touched: statements whose lines came or went
        :param everyone: also those that the bank reported, for a person's correction
        """
        touched = touched.exists().with_context(ponto_grouping=True)
        touched -= touched._ponto_drop_empty()
        touched._ponto_recount_protected()
        later = self.with_context(ponto_grouping=True).search(
            [("journal_id", "=", journal.id), ("first_line_index", ">=", index)],
            order="first_line_index",
        )
        left = touched
        for statement in later:
            held = not everyone and statement._ponto_is_checked()
            ours = statement.ponto_online_account_id
            if not ours or held or statement.ponto_is_opened:
                left -= statement
                continue
            start = statement._ponto_find_start()
            currency = statement.currency_id
            if currency.compare_amounts(start, statement.balance_start) != 0:
                statement._ponto_start_at(start)
            elif not left:
                # Whatever comes after starts from this one, which did not move.
                break
            left -= statement

    def _ponto_drop_empty(self):
        filled = self.env["account.bank.statement.line"]._read_group(
            [("statement_id", "in", self.ids)], ["statement_id"]
        )
        empty = self - self.browse(statement.id for (statement,) in filled)
        empty.unlink()
        return empty

    def _ponto_recount_protected(self):
        fields_ = [self._fields[name] for name in _FOLLOWING]
        with self.env.protecting(fields_, self):
            self._ponto_recount()

    def _ponto_start_at(self, start):
        self.ensure_one()
        names = (*_FOLLOWING, "balance_end_real")
        with self.env.protecting([self._fields[name] for name in names], self):
            self.balance_start = start
            self._ponto_recount()

    # === ACTION METHODS === #

    def action_ponto_take_correction(self):
        """Take the end balance that the bank reported later, and the late lines.

        Statements after this one start from it.
        """
        self.check_access("write")
        self.ensure_one()
        balance = self.ponto_correction_id
        if not balance:
            raise UserError(
                self.env._("The bank reported no balance that the late lines explain.")
            )
        late = self._ponto_left_out()
        late.check_access("write")
        amount = self.ponto_online_account_id._balance_as_ledger(balance)
        statement = self.with_context(ponto_grouping=True)
        statement.write({"ponto_balance_id": balance.id, "balance_end_real": amount})
        late.write({"ponto_late_for_id": False})
        statement._ponto_take_lines(late)
        rows = late.sudo().ponto_transaction_ids
        rows.filtered(lambda row: row.flag_code == "outside_statement").write(
            {"flag_code": False, "flag_values": False}
        )
        index = min(late.mapped("internal_index"))
        self._ponto_follow(self.journal_id, index, self.browse(), everyone=True)
        return True
