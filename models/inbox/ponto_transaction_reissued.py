"""Payments that the bank sends again: under a new id, or for a relinked account.

Which are no longer listed is known only after a complete reading, so only then is it
decided, and until then a row that has a double waits. A payment that Ponto still lists
never takes part: genuine twins stay two.
"""

from odoo import api, fields, models

from ...mapping.label import label
from ...ponto_client import ResponseFormatError, Transaction
from ...rules.compared_payment import NEIGHBOUR_DAYS, Entry
from ...rules.recognition import match_reissued

# Days and amounts that are compared in one step.
BUCKETS = 200
# Rows that stand for a payment of their own.
_CANDIDATES = ("imported", "adopted", "held", "ignored", "before_cutover")
# Rows of an account that ended which nobody can book there any more.
_UNBOOKED = ("new", "planned", "held")

_DAY = "COALESCE({0}.execution_date, {0}.value_date)"
# What was announced is compared with what was booked instead where its day comes
# (ponto_transaction_import.py). Once it is booked itself, one that is equal in
# everything but the id is known; with another text it may be the one that replaces it.
_IS_COMPARABLE = (
    "(k.was_planned IS NOT TRUE"
    " OR k.state IN ('imported', 'adopted') AND k.fingerprint = {0})"
)
_SAME_CONTENT = (
    f"k.amount = n.amount AND {_DAY.format('k')} = {_DAY.format('n')} AND k.id != n.id"
    f" AND {_IS_COMPARABLE.format('n.fingerprint')}"
)

# What a row may be known as: no longer listed here, or of the account that this one
# continues and not found here yet. What was before that one's start is told by this
# one's own: it is either before it again, or wanted.
_GONE = """(
    k.online_account_id = %(account)s AND k.gone_at IS NOT NULL
    AND k.state IN %(candidates)s
    AND (k.state != 'before_cutover' OR k.booking_date < %(start)s))"""
_OF_EARLIER = """(
    k.online_account_id = ANY(%(earlier)s)
    AND k.state NOT IN ('alias', 'before_cutover'))"""
# What a person took out of this journal, or changed, of another account that fed it: it
# cannot be found among the lines (ponto_transaction_adoption.py).
_CHANGED_BY_HAND = f"""(
    k.online_account_id = ANY(%(former)s) AND (
        k.statement_line_id IS NULL
        AND (k.state IN ('imported', 'adopted')
             OR k.state = 'ignored' AND k.decided_by_id IS NOT NULL)
        AND NOT EXISTS (
            SELECT 1 FROM ponto_online_account a
             WHERE a.id = k.online_account_id AND a.journal_id IS NOT NULL)
        OR EXISTS (
            SELECT 1
              FROM account_bank_statement_line l
              JOIN account_move m ON m.id = l.move_id
             WHERE l.id = k.statement_line_id AND l.journal_id = %(journal)s
               AND (m.state = 'cancel' OR l.amount != k.amount
                    OR abs(m.date - {_DAY.format("k")}) > {NEIGHBOUR_DAYS}))))"""  # noqa: S608
# A row of this account that this reading has not met: a new row may be the same payment
# under another id. Of a payment that an earlier account knew, the alias stands here.
_UNSEEN = """(
    k.online_account_id = %(account)s
    AND k.seen_walk_id IS DISTINCT FROM %(walk)s
    AND (k.state IN %(candidates)s
         OR k.state = 'alias' AND EXISTS (
            SELECT 1 FROM ponto_transaction p
             WHERE p.id = k.alias_of_id AND p.online_account_id = ANY(%(earlier)s))))"""
_NOT_FOUND_YET = """NOT EXISTS (
    SELECT 1 FROM ponto_transaction a
     WHERE a.alias_of_id = k.id AND a.online_account_id = %(account)s
       AND a.gone_at IS NULL)"""


class PontoTransaction(models.Model):
    _inherit = "ponto.transaction"

    is_undecided = fields.Boolean(
        readonly=True,
        help="Waits for a complete reading of the list, which shows whether it is already "
        "known.",
    )
    recognized_by = fields.Selection(
        [
            ("ponto_id", "Ponto ID on the line"),
            ("other_feed", "ID of another Ponto connector"),
            ("fingerprint", "Equal except for the ID"),
            ("content", "Equal except for the text"),
            ("same_day", "Same date and amount"),
            ("next_day", "Same amount, a day apart"),
            ("person", "Manual"),
        ],
        readonly=True,
    )

    # A date that is missing is not compared.
    _content_idx = models.Index(
        "(online_account_id, COALESCE(execution_date, value_date), amount)"
    )

    # === WHILE A READING IS NOT COMPLETE === #

    @api.private
    @api.model
    def _has_unseen_doubles(self, account):
        """Whether a new row equals a known one that this reading has not met yet."""
        self.flush_model()
        query = f"""
            SELECT 1 FROM ponto_transaction n
              JOIN ponto_transaction k ON {_SAME_CONTENT} AND {_UNSEEN}
             WHERE n.online_account_id = %(account)s AND n.state = 'new'
               AND n.is_another IS NOT TRUE
             LIMIT 1"""  # noqa: S608
        self.env.cr.execute(query, self._prepare_identity_parameters(account))
        return bool(self.env.cr.fetchone())

    @api.private
    @api.model
    def _note_undecided(self, account):
        """Let new rows wait that may be known already; with a complete reading, none."""
        self.flush_model()
        former = self._search_former_feeders(account) if account.walk_run_id else ()
        parameters = self._prepare_identity_parameters(account, former)
        if account.walk_run_id:
            query = f"""
                UPDATE ponto_transaction n
                   SET is_undecided = n.is_another IS NOT TRUE AND (EXISTS (
                           SELECT 1 FROM ponto_transaction k
                            WHERE {_SAME_CONTENT} AND {_UNSEEN}
                       ) OR EXISTS (
                           SELECT 1 FROM ponto_transaction k
                            WHERE k.online_account_id = ANY(%(earlier)s)
                              AND {_SAME_CONTENT} AND k.state != 'alias'
                       ) OR EXISTS (
                           SELECT 1 FROM ponto_transaction k
                            WHERE {_SAME_CONTENT} AND {_CHANGED_BY_HAND}
                       ) OR {self._foreign_line_condition()})
                 WHERE n.online_account_id = %(account)s AND n.state = 'new'"""  # noqa: S608
        else:
            query = """
                UPDATE ponto_transaction SET is_undecided = FALSE
                 WHERE online_account_id = %(account)s AND state = 'new'
                   AND is_undecided"""
        self.env.cr.execute(query, parameters)
        self.invalidate_model(["is_undecided"])

    def _prepare_identity_parameters(self, account, former=()):
        """:param former: ids, of :meth:`_search_former_feeders`"""
        return {
            "account": account.id,
            "walk": account.walk_run_id.id or 0,
            "earlier": account._predecessors().ids,
            "own": account._with_predecessors().ids,
            "former": list(former),
            "candidates": _CANDIDATES,
            "unbooked": _UNBOOKED,
            "journal": account.journal_id.id,
            "start": account.sync_start_date or None,
        }

    def _search_former_feeders(self, account):
        """Accounts that this one does not continue and that have lines in its journal: a
        bank merger gives a bank account another number.

        :return: their ids; none where nothing is new
        """
        own = account._with_predecessors().ids
        others = account.search_count(
            [
                ("company_id", "=", account.company_id.id),
                ("linked_at", "!=", False),
                ("id", "not in", own),
                ("active", "in", (True, False)),
            ],
            limit=1,
        )
        new = [("online_account_id", "=", account.id), ("state", "=", "new")]
        if not others or not self.search_count(new, limit=1):
            return []
        self.env.cr.execute(
            """
            SELECT DISTINCT t.online_account_id
              FROM account_bank_statement_line l
              JOIN ponto_transaction t ON t.statement_line_id = l.id
             WHERE l.journal_id = %s AND t.online_account_id != ALL(%s)""",
            [account.journal_id.id, own],
        )
        return [account_id for (account_id,) in self.env.cr.fetchall()]

    # === WHEN IT IS COMPLETE === #

    @api.private
    @api.model
    def _recognize_reissued(self, account, run, after=None):
        """Make aliases of new rows that are known under another id.

        :param after: day and amount up to which this was done already
        :return: the same for the next call; None when all is done
        """
        former = self._search_former_feeders(account)
        buckets = self._search_reissued_buckets(account, after, former)
        for day, amount in buckets:
            newcomers = self._search_same_content(
                account,
                day,
                amount,
                [("state", "=", "new"), ("is_another", "=", False)],
            )
            newcomers._isolate_group(
                lambda rows, day=day, amount=amount: rows._recognize_bucket(
                    account, run, day, amount, former
                ),
                run,
            )
        if len(buckets) < BUCKETS:
            return None
        day, amount = buckets[-1]
        return [fields.Date.to_string(day), str(amount)]

    def _search_reissued_buckets(self, account, after, former):
        """Days and amounts of new rows that may be known.

        What they may be known as is found first, and is little: PostgreSQL would else
        compare every new row of a long first list with every other one.
        """
        self.flush_model()
        known = " UNION ALL ".join(
            f"""
            SELECT id, amount, execution_date, value_date, was_planned, state,
                   fingerprint
              FROM ponto_transaction k WHERE {part} AND {_NOT_FOUND_YET}"""  # noqa: S608
            for part in (_GONE, _OF_EARLIER, _CHANGED_BY_HAND)
        )
        query = f"""
            WITH k AS MATERIALIZED ({known})
            SELECT DISTINCT {_DAY.format("n")} AS day, n.amount
              FROM k JOIN ponto_transaction n ON {_SAME_CONTENT}
             WHERE n.online_account_id = %(account)s AND n.state = 'new'
               AND n.is_another IS NOT TRUE
               AND (%(day)s::date IS NULL
                    OR ({_DAY.format("n")}, n.amount) > (%(day)s::date, %(amount)s))
             ORDER BY 1, 2 LIMIT %(limit)s"""  # noqa: S608
        day, amount = after or (None, None)
        parameters = self._prepare_identity_parameters(account, former)
        parameters.update(day=day, amount=amount, limit=BUCKETS)
        self.env.cr.execute(query, parameters)
        return self.env.cr.fetchall()

    def _recognize_bucket(self, account, run, day, amount, former):
        newcomers = self
        waiting = self._search_same_content(
            account,
            day,
            amount,
            [("hold_code", "=", "same_or_new"), ("state", "=", "held")],
        )
        known = self._search_known(account, day, amount, newcomers | waiting, former)
        found = match_reissued(
            [row._entry(day) for row in newcomers]
            + [row._entry(day, undecided=True) for row in waiting],
            [
                row._entry(day, is_here=row.online_account_id == account)
                for row in known
            ],
        )
        own = account._with_predecessors()
        for key, (known_key, how) in found.pairs.items():
            row, payment = self.browse(key), self.browse(known_key)
            if payment.online_account_id in own:
                row._make_alias_of(payment, run, how)
            else:
                # A person took it out or changed it: who else knows what is right now?
                row._hold("same_or_new", rows=payment.ids, count=1)
                run.held_count += 1
        for key, keys in found.ties.items():
            self.browse(key)._hold("same_or_new", rows=keys, count=len(keys))
        run.held_count += len(found.ties)

    def _search_same_content(self, account, day, amount, domain):
        return self.search(
            [
                ("online_account_id", "=", account.id),
                ("amount", "=", amount),
                "|",
                ("execution_date", "=", day),
                "&",
                ("execution_date", "=", False),
                ("value_date", "=", day),
                *domain,
            ]
        )

    def _search_known(self, account, day, amount, newcomers, former):
        query = f"""
            SELECT k.id FROM ponto_transaction k
             WHERE {_DAY.format("k")} = %(day)s AND k.amount = %(amount)s
               AND {_IS_COMPARABLE.format("ANY(%(fingerprints)s)")}
               AND ({_GONE} OR {_OF_EARLIER} OR {_CHANGED_BY_HAND}) AND {_NOT_FOUND_YET}"""  # noqa: S608
        parameters = self._prepare_identity_parameters(account, former)
        parameters.update(day=day, amount=amount)
        parameters["fingerprints"] = list(filter(None, newcomers.mapped("fingerprint")))
        self.env.cr.execute(query, parameters)
        return self.browse(row_id for (row_id,) in self.env.cr.fetchall()) - newcomers

    def _make_alias_of(self, known, run=None, how="person"):
        """This row is ``known`` under another id: its line and its fate stay.

        A row of an account that ended, and that was never booked, has nothing to
        stay with: then the older one is the alias.
        """
        self.ensure_one()
        alias, payment = self, known
        if known.online_account_id != self.online_account_id and (
            known.state in _UNBOOKED
        ):
            alias, payment = known, self
        # The aliases of an alias are those of the payment.
        (alias | alias.alias_ids).alias_of_id = payment
        alias.write(
            {
                "state": "alias",
                "hold_code": False,
                "hold_values": False,
                "recognized_by": how,
                "booked_run_id": run and run.id,
            }
        )
        if alias == self and run:
            run.alias_count += 1

    # === COMPARING === #

    def _entry(self, day, *, undecided=False, is_here=True):
        """What is compared of a row; of one before the start little is kept.

        :param day: the row's, by which it is compared
        :param is_here: whether its account is the one that is read; readings of
            another one tell nothing of what was listed together
        """
        self.ensure_one()
        texts = {"name": self.counterpart_name or "", "text": self.label or ""}
        if self.texts_removed_at:
            texts = self._texts_of_line()
        transaction = self._transaction_or_none()
        if transaction:
            texts = {
                "number": transaction.counterpart_reference or "",
                "name": transaction.counterpart_name or "",
                "text": label(transaction),
                "end_to_end_id": transaction.end_to_end_id or "",
            }
        return Entry(
            key=self.id,
            day=day,
            order=(self.walk_run_id.id or 0, -self.walk_position, -self.id),
            fingerprint=self.fingerprint or "",
            undecided=undecided,
            bare=bool(self.texts_removed_at),
            first_seen=self.walk_run_id.id or 0,
            last_seen=self.seen_walk_id if is_here else 0,
            **texts,
        )

    def _transaction_or_none(self):
        if not self.raw:
            return None
        try:
            return Transaction.from_api(self.raw, fallback_id=self.ponto_ref)
        except ResponseFormatError:
            return None

    def _candidate_rows(self):
        """The rows that a held row may be the same as."""
        self.ensure_one()
        return self.browse((self.hold_values or {}).get("rows", ())).exists()
