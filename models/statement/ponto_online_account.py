"""Lines are put into statements by day, week or month, however they were fetched."""

import logging
from datetime import timedelta

import psycopg2

from odoo import api, fields, models

from ...rules.periods import period_of
from ...tools import units

_logger = logging.getLogger(__name__)

# Evening and night still bring lines of a day: its balance counts when the day after
# is over, too.
SETTLED_AFTER = timedelta(days=2)
# SQL: the bank or a person vouches for statement ``s`` (``_ponto_is_checked``).
_CHECKED = """(s.ponto_online_account_id IS NULL
               OR s.ponto_balance_id IS NOT NULL OR s.ponto_is_edited)"""


class PontoOnlineAccount(models.Model):
    _inherit = "ponto.online.account"

    @api.private
    def _group_lines(self, lines):
        """Put new lines into the statements of their periods, as the account says.

        What goes wrong here keeps no line out of the books.

        :param lines: new and posted, of the account's journal
        """
        self.ensure_one()
        if self.statement_grouping == "none" or not lines:
            return
        settle = self._settle_statements
        self._try_on_statements(
            settle, "Statements of Ponto account %s were not settled"
        )
        self._group_lines_safely(lines)

    def _group_lines_safely(self, lines):
        """All in one go; where that fails, line by line, and the bad one is left."""
        message = "A line of Ponto account %s was left without statement"
        done = self._try_on_statements(
            lambda: self._group_lines_or_raise(lines), len(lines) == 1 and message
        )
        if not done and len(lines) > 1:
            for line in lines:
                self._group_lines_safely(line)

    def _try_on_statements(self, work, message):
        """Do work in a savepoint: the lines count, not their statements.

        :param message: for the log, if it fails
        :return: whether it was done
        """
        try:
            with self.env.cr.savepoint():
                work()
        except (psycopg2.OperationalError, psycopg2.InterfaceError):
            # The transaction itself is lost: the unit is done again.
            raise
        except Exception as error:  # noqa: BLE001  see above
            self.env.invalidate_all()
            if message:
                units.log_unexpected(_logger, message, self.id, error)
            return False
        return True

    def _group_lines_or_raise(self, lines):
        statements = self.env["account.bank.statement"].with_context(
            ponto_grouping=True
        )
        journal = lines.journal_id
        proof = self._last_checked_index(journal)
        groups = lines.sorted("internal_index").grouped(
            lambda line: period_of(line.date, self.statement_grouping)
        )
        found = self._search_period_statements(journal, groups)
        touched = statements.browse()
        for period, group in groups.items():
            statement = found.get(period.first, statements.browse())
            late = group.filtered(lambda line: line.internal_index < proof)
            if statement and self._is_closed(statement):
                late = group
            self._leave_outside(late, statement)
            group -= late
            if group and statement:
                statement._ponto_take_lines(group)
                touched |= statement
            elif group:
                # Core works out a start before the lines are there; it follows below.
                vals = self._prepare_statement(journal, period, group)
                touched |= statements.create(vals)
        index = min(lines.mapped("internal_index"))
        statements._ponto_follow(journal, index, touched)

    def _prepare_statement(self, journal, period, lines):
        return {
            "name": f"{journal.code} {period.name}",
            "reference": "Ponto",
            "ponto_online_account_id": self.id,
            "ponto_grouping": self.statement_grouping,
            "ponto_period_start": period.first,
            "ponto_period_end": period.last,
            "line_ids": [fields.Command.set(lines.ids)],
        }

    def _search_period_statements(self, journal, periods):
        statements = self.env["account.bank.statement"].search(
            [
                ("ponto_online_account_id", "=", self.id),
                ("journal_id", "=", journal.id),
                ("ponto_grouping", "=", self.statement_grouping),
                ("ponto_period_start", "in", [period.first for period in periods]),
            ]
        )
        statements = statements.with_context(ponto_grouping=True)
        return {st.ponto_period_start: st for st in statements.sorted("id")}

    # === WHAT IS CHECKED STAYS === #

    def _is_closed(self, statement):
        locks = self.company_id._get_violated_lock_dates(
            statement.ponto_period_end, False, statement.journal_id
        )
        return bool(locks) or statement._ponto_is_checked()

    def _last_checked_index(self, journal):
        """``internal_index`` of the last line that a checked statement covers: one
        more line before it would contradict that statement's balance."""
        self.env.flush_all()
        self.env.cr.execute(
            f"""
            SELECT max(l.internal_index)
              FROM account_bank_statement_line l
             WHERE l.statement_id = (
                       SELECT s.id FROM account_bank_statement s
                        WHERE s.journal_id = %s AND s.first_line_index IS NOT NULL
                          AND {_CHECKED}
                        ORDER BY s.first_line_index DESC LIMIT 1)""",  # noqa: S608
            [journal.id],
        )
        return self.env.cr.fetchone()[0] or ""

    def _leave_outside(self, lines, statement):
        """Keep late lines out of what is checked, and say so on their transactions.

        :param statement: of their period; empty where a later one is the checked one
        """
        for line in lines:
            covering = statement if statement else self._find_covering(line)
            line.ponto_late_for_id = covering
            line.ponto_transaction_ids.write(
                {
                    "flag_code": "outside_statement",
                    "flag_values": {"name": covering.name or ""},
                }
            )

    def _find_covering(self, line):
        """The checked statement of the next line that has one."""
        self.env.cr.execute(
            f"""
            SELECT s.id
              FROM account_bank_statement_line l
              JOIN account_bank_statement s ON s.id = l.statement_id
             WHERE l.journal_id = %s AND l.internal_index > %s AND {_CHECKED}
             ORDER BY l.internal_index LIMIT 1""",  # noqa: S608
            [line.journal_id.id, line.internal_index],
        )
        found = [number for (number,) in self.env.cr.fetchall()]
        return self.env["account.bank.statement"].browse(found)

    # === BALANCES THAT THE BANK REPORTED === #

    @api.private
    def _settle_statements(self):
        """Give statements the balance that the bank reported for their last day, where
        their lines agree with it. They are checked from then on.

        The others follow their lines, also where somebody changed or moved one.
        """
        for account in self:
            account._search_astray()._ponto_recount_protected()
            for statement_id, balance_id in account._search_agreeing():
                statement = self.env["account.bank.statement"].browse(statement_id)
                balance = self.env["ponto.balance"].browse(balance_id)
                statement.with_context(ponto_grouping=True).write(
                    {
                        "ponto_balance_id": balance.id,
                        "balance_end_real": account._balance_as_ledger(balance),
                    }
                )

    def _search_astray(self):
        self.env.flush_all()
        self.env.cr.execute(
            """
            SELECT id FROM account_bank_statement
             WHERE ponto_online_account_id = %s AND ponto_balance_id IS NULL
               AND ponto_is_edited IS NOT TRUE AND balance_end != balance_end_real""",
            [self.id],
        )
        found = [number for (number,) in self.env.cr.fetchall()]
        statements = self.env["account.bank.statement"].browse(found)
        return statements.with_context(ponto_grouping=True)

    def _search_agreeing(self):
        self.env.flush_all()
        amount = "b.amount"
        if self.subtype == "card":
            amount = "-abs(b.amount)"
        self.env.cr.execute(
            f"""
            SELECT s.id, b.id
              FROM account_bank_statement s
              JOIN LATERAL (
                   SELECT b.id, b.amount FROM ponto_balance b
                    WHERE b.online_account_id = s.ponto_online_account_id
                      AND b.date = s.ponto_period_end
                      AND b.source = 'reported' AND b.kind = 'current'
                      AND b.date_estimated IS NOT TRUE
                    ORDER BY b.id DESC LIMIT 1) b ON TRUE
             WHERE s.ponto_online_account_id = %s
               AND s.ponto_balance_id IS NULL AND s.ponto_is_edited IS NOT TRUE
               AND s.ponto_period_end <= %s
               AND round(s.balance_end, 6) = round({amount}, 6)
             ORDER BY s.first_line_index""",  # noqa: S608
            [self.id, self._today() - SETTLED_AFTER],
        )
        return self.env.cr.fetchall()

    def _is_settled(self, day):
        """Whether the bank is done with a day, as far as anybody can tell."""
        return bool(day) and day <= self._today() - SETTLED_AFTER

    def _balance_as_ledger(self, balance):
        """With the ledger's sign: banks report what is owed on a card as positive."""
        self.ensure_one()
        return -abs(balance.amount) if self.subtype == "card" else balance.amount
