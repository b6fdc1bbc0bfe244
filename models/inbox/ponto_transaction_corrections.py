"""What the bank says later of a payment that is known: corrected, changed or gone.

A row that is not booked follows. What is booked is the accountant's: only a text that
nobody touched follows the bank; everything else is flagged and left alone.
"""

import psycopg2

from odoo import api, models
from odoo.exceptions import UserError, ValidationError
from odoo.tools import float_compare

from ...mapping.inbox import prepare_inbox_vals
from ...mapping.statement_line import prepare_statement_line_vals
from ...ponto_client import Transaction, is_bank_day
from ...tools import clock

# What a later reading may correct of a row that is not booked.
CORRECTED = (
    "execution_date",
    "value_date",
    "booking_date",
    "amount",
    "label",
    "counterpart_name",
    "fingerprint",
    "ponto_updated_at",
    "raw",
)
HEALED = (*CORRECTED, "state", "currency_id", "currency_code", "was_planned")
_DATES = ("execution_date", "value_date")
_TEXTS = ("label", "counterpart_name")
COMPARED = ("execution_date", "value_date", "amount", "label", "counterpart_name")
NOT_BOOKED = ("new", "held")
# Held until a person says what it is: new data of the bank's do not answer that.
ASKED = ("planned_or_booked", "planned_gone", "unlinked")
# Six decimals tell the amounts of every currency apart.
_DIGITS = 6


class PontoTransaction(models.Model):
    _inherit = "ponto.transaction"

    # === STILL LISTED? === #

    def _note_seen(self, walk):
        """These rows are listed in a reading; so is what their ids were before, unless
        that is of an account with readings of its own."""
        payments = self.alias_of_id.filtered(
            lambda row: (
                row.online_account_id in self.online_account_id
                or not row.online_account_id.journal_id
            )
        )
        self.flush_model()
        self.env.cr.execute(
            """
            UPDATE ponto_transaction SET seen_walk_id = %(walk)s
             WHERE id = ANY(%(ids)s) AND seen_walk_id IS DISTINCT FROM %(walk)s""",
            {"walk": walk.id, "ids": [*self.ids, *payments.ids]},
        )
        self.invalidate_model(["seen_walk_id"])
        back = (self | payments).filtered("gone_at")
        back.gone_at = False
        told = back.filtered(lambda row: (row.flag_values or {}).get("code") == "gone")
        told.write({"flag_code": False, "flag_values": False})

    @api.private
    @api.model
    def _forget_seen(self, account):
        """The open reading of an account begins again: what it met, it may not meet."""
        self.flush_model()
        self.env.cr.execute(
            """
            UPDATE ponto_transaction SET seen_walk_id = NULL
             WHERE online_account_id = %s AND seen_walk_id = %s""",
            [account.id, account.walk_run_id.id],
        )
        self.invalidate_model(["seen_walk_id"])

    @api.private
    @api.model
    def _note_gone(self, account, covered):
        """Note what a complete reading should have listed and did not.

        :param covered: rows that reached Ponto after that second were met; None: all
        """
        self.flush_model()
        self.env.cr.execute(
            """
            UPDATE ponto_transaction SET gone_at = %(now)s
             WHERE online_account_id = %(account)s AND gone_at IS NULL
               AND seen_walk_id IS DISTINCT FROM %(walk)s
               AND (%(covered)s::timestamp IS NULL OR ponto_created_at > %(covered)s)
         RETURNING id""",
            {
                "now": clock.now(),
                "account": account.id,
                "walk": account.walk_run_id.id,
                "covered": covered,
            },
        )
        gone = self.browse(row_id for (row_id,) in self.env.cr.fetchall())
        self.invalidate_model(["gone_at"])
        return gone

    @api.private
    @api.model
    def _flag_gone(self, account, run):
        """Flag lines whose transaction the bank does not list under any id."""
        gone = self.search(
            [
                ("online_account_id", "=", account.id),
                ("gone_at", "!=", False),
                ("state", "in", ("imported", "adopted")),
                ("statement_line_id", "!=", False),
                ("flag_code", "=", False),
            ]
        )
        for row in gone.filtered(lambda row: not row._is_listed_as_alias()):
            row._isolate(lambda row=row: row._flag("gone"), run)

    def _is_listed_as_alias(self):
        return any(not alias.gone_at for alias in self.alias_ids)

    # === THE LATEST WORD === #

    def _take_latest_word(self, vals, run):
        """Compare a known row with what the bank says of it now.

        :param vals: of ``ponto.sync.run._prepare_row``
        """
        self.ensure_one()
        if self.state == "planned":
            self._follow_announced(vals, run)
        elif vals.get("hold_code") == "unreadable":
            return
        elif self.state == "before_cutover":
            # The start was moved earlier: what was not kept of the row comes now.
            if self._starts_after_all() or self._has_absurd_day():
                self._follow(vals)
        elif self._is_left_out_no_more(vals):
            self._follow(vals)
        elif self.state in NOT_BOOKED:
            self._follow_corrected(vals)
        elif self.state in ("imported", "adopted", "alias"):
            payment = self.alias_of_id if self.state == "alias" else self
            if payment.state == "before_cutover" and payment._starts_after_all():
                # Of the older id nothing more will come: this one stands for itself.
                self.alias_of_id = False
                self._follow(vals)
            elif payment._is_left_out_no_more(vals):
                self._take_back(payment)._follow(vals)
            elif payment.state in NOT_BOOKED and payment._is_of_same_account(self):
                # What waits for a person shows what the bank says now.
                payment._follow_corrected(vals)
                # What is booked later is compared with what this id said last.
                self.write({name: vals[name] for name in COMPARED if name in vals})
            else:
                self._compare_booked(payment, vals)

    def _follow_announced(self, vals, run):
        """What is announced follows the bank until its day comes."""
        if vals.get("hold_code") == "unreadable":
            self.planned_seen_run_id = run
        elif vals["state"] == "held":
            self._follow(vals)
            run.held_count += 1
        else:
            latest = {name: vals[name] for name in CORRECTED}
            self.write({**latest, "planned_seen_run_id": run.id})

    def _is_of_same_account(self, other):
        return self.online_account_id == other.online_account_id

    def _follow_corrected(self, vals):
        """Where the bank changed anything of a row that is not booked."""
        if self.hold_code == "same_id":
            self._correct_held(vals)
            return
        if self.hold_code not in ASKED and self._is_corrected(vals):
            self._follow(vals)

    def _take_back(self, payment):
        """Which row stands for the payment from now on: an account that this one
        continues is read no more, and books nothing.

        :param payment: this row, or what it is an alias of
        """
        if payment._is_of_same_account(self):
            return payment
        self.alias_of_id = False
        return self

    def _is_left_out_no_more(self, vals):
        """A zero amount that nobody decided on, and that now is money; what is before
        the start is not wanted as either."""
        by_itself = self.state == "ignored" and not self.decided_by_id
        is_wanted = vals["state"] != "before_cutover"
        is_money = not self.amount and self._is_amount_changed(vals)
        return by_itself and is_wanted and is_money

    def _starts_after_all(self):
        """Whether a row of the backlog lies in range by the day that was stored:
        another rule for days, chosen meanwhile, books nothing of the backlog."""
        start = self.online_account_id.sync_start_date
        return bool(start and self.booking_date and self.booking_date >= start)

    def _has_absurd_day(self):
        """Whether an earlier version stored a day that is none."""
        return bool(self.booking_date and not is_bank_day(self.booking_date))

    def _is_corrected(self, vals):
        if self.hold_code in ("unreadable", "no_date", "absurd_date"):
            return vals["state"] != "held" or not self.raw
        return bool(
            self._changed(vals, (*_DATES, *_TEXTS, "currency_code"))
            or self._is_amount_changed(vals)
        )

    def _follow(self, vals):
        """Take everything as it is now, and check it anew."""
        if vals["state"] == "before_cutover":
            return
        latest = {name: vals.get(name) or False for name in HEALED if name in vals}
        latest["amount"] = vals["amount"]
        if self.bank_day:
            # A person chose the day: only the bank's own one follows.
            latest["bank_day"] = latest.pop("booking_date") or self.bank_day
        self.write(
            {
                **latest,
                "texts_removed_at": False,
                "hold_code": vals.get("hold_code") or False,
                "hold_values": vals.get("hold_values") or False,
            }
        )

    def _changed(self, vals, names):
        return [name for name in names if (self[name] or None) != (vals[name] or None)]

    def _is_amount_changed(self, vals):
        amount = float(vals["amount"])
        if float_compare(self.amount, amount, precision_digits=_DIGITS) == 0:
            return False
        currency = self.currency_id
        if not currency or currency.compare_amounts(self.amount, amount):
            return True
        # The field is rounded when it is written: what came has all decimals.
        stored = self._transaction_or_none()
        return not stored or stored.amount != vals["amount"]

    def _compare_booked(self, payment, vals):
        """Flag or follow what the bank changed of a payment in the books.

        :param payment: the row that has the line: this one, or what it is alias of
        """
        if payment.state not in ("imported", "adopted"):
            return
        if self._is_amount_changed(vals):
            digits = self.online_account_id.currency_id.decimal_places
            digits = max(digits, -vals["amount"].as_tuple().exponent)
            amount = f"{vals['amount']:.{digits}f} {vals['currency_code']}"
            payment._flag("amount_changed", amount=amount)
        elif dates := self._changed(vals, _DATES):
            payment._flag("date_changed", **_new_date(vals, dates[0]))
        elif self._is_text_kept(vals) and self._changed(vals, _TEXTS):
            self._compare_text(payment, vals)
        else:
            if self.texts_removed_at:
                self._follow_fingerprint(vals)
            if payment.flag_code in ("amount_changed", "date_changed"):
                # The bank took it back.
                payment.write({"flag_code": False, "flag_values": False})

    def _is_text_kept(self, vals):
        """Whether both have the bank's texts; else there is nothing to compare."""
        return not self.texts_removed_at and vals["state"] != "before_cutover"

    def _follow_fingerprint(self, vals):
        """Texts that were removed stay away; by what comes again is still known."""
        names = ("fingerprint", "ponto_updated_at")
        changed = self._changed(vals, names)
        if changed:
            self.write({name: vals[name] for name in changed})

    def _compare_text(self, payment, vals):
        before, after = self.label or "", vals["label"] or ""
        line = payment.statement_line_id
        if self._reads_now(vals):
            # The bank changed nothing: texts are read better than when it came.
            if self == payment and payment.state == "imported" and line:
                self._write_text(vals)
            self.write({name: vals[name] for name in _TEXTS})
            return
        if self == payment and payment.state == "imported" and line:
            if self._write_text(vals):
                payment._log_event("text_followed", before=before, after=after)
            else:
                payment._flag("text_changed", label=after)
        names = (*_TEXTS, "fingerprint", "ponto_updated_at", "raw")
        self.write({name: vals[name] for name in names})

    def _reads_now(self, vals):
        """Whether what is stored of the bank's data gives the same texts by now."""
        stored = self._transaction_or_none()
        latest = stored and prepare_inbox_vals(stored)
        return bool(latest) and all(latest[name] == vals[name] for name in _TEXTS)

    def _write_text(self, vals):
        """Let the line follow the bank's text, where nobody touched it.

        :return: whether the line says now what the bank says
        """
        account = self.online_account_id
        line = self.statement_line_id.with_company(account.company_id)
        if not self._is_line_untouched(line):
            return False
        transaction = Transaction.from_api(vals["raw"], fallback_id=self.ponto_ref)
        latest = prepare_statement_line_vals(
            transaction, date=line.date, account_ref=account.ponto_ref
        )
        kept = ("payment_ref", "partner_name", "account_number", "transaction_details")
        try:
            with self.env.cr.savepoint():
                line.write({name: latest[name] for name in kept})
                line.flush_recordset()
        except (psycopg2.OperationalError, psycopg2.InterfaceError):
            raise
        except (UserError, ValidationError, psycopg2.Error):
            self.env.invalidate_all()
            return False
        return True

    def _is_line_untouched(self, line):
        """Not matched, not edited since it was booked, and in an open period."""
        same = (line.payment_ref or "") == (self.label or "") and (
            line.partner_name or ""
        ) == (self.counterpart_name or "")
        locked = line.company_id._get_violated_lock_dates(
            line.date, False, line.journal_id
        )
        return (
            same
            and not line.is_reconciled
            and line.move_id.state == "posted"
            and not locked
        )

    def _flag(self, code, /, **values):
        """Tell a person once; the same change is not told again after they noted it."""
        for row in self:
            if row.flag_values == {"code": code, **values}:
                continue
            row.write({"flag_code": code, "flag_values": {"code": code, **values}})
            row._log_event("flagged", code=code)


def _new_date(vals, name):
    """What the bank says now instead of a date, as the flag keeps it."""
    given = (vals.get("absurd_dates") or {}).get(name)
    return {"given": given.isoformat()} if given else {"date": str(vals[name] or "")}
