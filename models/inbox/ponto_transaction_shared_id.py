"""Several payments under one id: each has a row of its own, whatever the bank calls it.

The first has the id, the others have it with a mark of their content behind it, and are
held until a person says what they are. Which row a listed one belongs to is told by what
it says, so the order of a list makes no difference (docs/adr/0019-same-id.md).
"""

from decimal import Decimal

from odoo import api, fields, models

from ...mapping.label import label
from ...ponto_client import ResponseFormatError, Transaction, UnreadableTransaction
from ...rules.compared_payment import Entry
from ...rules.shared_id import Content, Holder, assign, content_key, is_another
from .ponto_transaction_corrections import CORRECTED

SAME_ID = "same_id"
_MARK_LENGTH = 16
_DATES = ("execution_date", "value_date")
# What is remembered where the bank's texts were removed.
_IDENTITY = ("amount", "currency", "executionDate", "valueDate")
# What is looked at of the rows that a page lists.
LISTED = (
    "ponto_ref",
    "state",
    "hold_code",
    "walk_run_id",
    "alias_of_id",
    "gone_at",
    "flag_code",
    "ponto_created_at",
    "texts_removed_at",
    "seen_walk_id",
    "same_id_of_id",
    "other_word",
    *CORRECTED,
)


class PontoTransaction(models.Model):
    _inherit = "ponto.transaction"

    same_id_of_id = fields.Many2one(
        "ponto.transaction",
        string="Same ID as",
        readonly=True,
        ondelete="set null",
        index="btree_not_null",
        help="The first transaction with the ID that the bank gave to both.",
    )
    other_word = fields.Json(
        readonly=True,
        help="The bank's latest data, if the stored data differs.",
    )

    # === TAKING A PAGE === #

    @api.private
    @api.model
    def _take_listed(self, run, vals_list, reading, note_seen):
        """Store what a page lists, and compare what is known with what it says now.

        :param vals_list: of ``ponto.sync.run._prepare_row``, in the page's order
        :param reading: the name of the field that tells in which reading a row was last
            listed, and the id of this one
        :param note_seen: called with the rows that the page lists
        :return: the rows in the page's order, as a list; those of them that are new
        """
        listed = self._find_rows_of_listed(run, vals_list, reading)
        new = self._insert_listed(run.online_account_id, listed)
        in_order = [row or new[id(source)] for _vals, row, source in listed]
        note_seen(self.union(*in_order))
        for vals, row, _source in listed:
            if row:
                row._take_listed_word(vals, run, reading)
        return in_order[: len(vals_list)], self.union(*new.values())

    def _take_listed_word(self, vals, run, reading):
        def work():
            self._take_latest_word(vals, run)
            self._keep_other_word(vals, reading)

        self._isolate(work, run)

    def _find_rows_of_listed(self, run, vals_list, reading):
        """:return: ``(vals, known row or none, vals of the row to be inserted)``: first
        those of the page in order, then what an earlier page had listed as well"""
        account = run.online_account_id
        refs = [vals["ponto_ref"] for vals in vals_list]
        known = self._search_refs(account, refs)
        others = known and self.search([("same_id_of_id", "in", known.ids)], order="id")
        name, reading_id = reading
        met = (known | others).filtered(lambda row: row[name] == reading_id)
        groups = {}
        for vals in vals_list:
            groups.setdefault(vals["ponto_ref"], []).append(vals)
        found, more = {}, []
        for row in known:
            listed = groups.pop(row.ponto_ref)
            rows = row | others.filtered(lambda o, row=row: o.same_id_of_id == row)
            if len(rows) == len(listed) == 1 and row._goes_on(listed[0], met):
                found[id(listed[0])] = (listed[0], row, None)
            else:
                more += self._settle_group(run, rows, listed, met, found, reading_id)
        for listed in groups.values():
            if len(listed) == 1:
                found[id(listed[0])] = (listed[0], self.browse(), listed[0])
            else:
                more += self._settle_group(
                    run, self.browse(), listed, met, found, reading_id
                )
        return [*(found[id(vals)] for vals in vals_list), *more]

    def _search_refs(self, account, refs):
        return self.search_fetch(
            [("online_account_id", "=", account.id), ("ponto_ref", "in", refs)],
            LISTED,
        )

    def _settle_group(self, run, rows, listed, met, found, reading_id):
        """Find the rows of what a page lists under one id.

        :param rows: those that are known under it, the first first
        :param found: gets ``{id of vals: (vals, row, source)}``
        :return: the same of what an earlier page of this reading had listed as well
        """
        says = {}

        def content_of(vals):
            content = _content_of(vals)
            says[id(content)] = vals
            return content

        holders = []
        for row in rows:
            word = row in met and row._other_vals(run, listed[0], reading_id)
            holders.append(
                Holder(
                    row._content(),
                    place=row.id,
                    is_listed=row in met,
                    word=content_of(word) if word else None,
                )
            )
        pairs = assign(holders, [content_of(vals) for vals in listed])
        more, marked = [], {row.ponto_ref for row in rows}
        for content, holder in pairs:
            vals = says[id(content)]
            row = self.browse(holder.place or ())
            source = None if row else says[id(holder.content)]
            if source is vals and marked:
                self._mark_same_id(vals, content, rows[:1], marked, listed[0])
            if source:
                marked.add(source["ponto_ref"])
            if any(vals is one for one in listed):
                found[id(vals)] = (vals, row, source)
            else:
                more.append((vals, row, source))
        return more

    def _mark_same_id(self, vals, content, first, taken, first_vals):
        """Make vals a row of its own, beside the one that has the id.

        :param first: the row that has it; none where ``first_vals`` are to be inserted
        """
        ref = f"{vals['ponto_ref']}#{content.key[:_MARK_LENGTH]}"
        while ref in taken:
            ref += "+"
        vals.update(ponto_ref=ref, same_id_of_id=first.id, first_vals=first_vals)
        if vals["state"] == "new":
            known = first or first_vals
            vals.update(
                state="held",
                hold_code=SAME_ID,
                hold_values=_same_id_values(known),
            )

    def _insert_listed(self, account, listed):
        """:return: ``{id of vals: new row}``"""
        sources = {id(source): source for *_, source in listed if source}
        firsts = [vals for vals in sources.values() if "first_vals" not in vals]
        others = [vals for vals in sources.values() if "first_vals" in vals]
        rows = self._insert_rows(account, firsts)
        for vals in others:
            first = rows.get(id(vals.pop("first_vals")))
            vals["same_id_of_id"] = vals["same_id_of_id"] or first.id
        return rows | self._insert_rows(account, others)

    def _insert_rows(self, account, vals_list):
        ids = self._store_safely(vals_list)
        new = self.browse(ids.values())
        new.fetch(LISTED)
        rows = dict(zip(ids, new, strict=True))
        there = [
            ref for ref in (vals["ponto_ref"] for vals in vals_list) if ref not in ids
        ]
        if there:
            rows |= {row.ponto_ref: row for row in self._search_refs(account, there)}
        return {id(vals): rows[vals["ponto_ref"]] for vals in vals_list}

    # === WHAT A ROW SAYS === #

    def _goes_on(self, vals, met):
        """Whether what is listed once is this row, the only one of its id."""
        self.ensure_one()
        if self in met:
            return False
        if vals.get("hold_code") == "unreadable":
            return True
        if self.state == "before_cutover" and self._is_still_before(vals):
            return True
        if not self._is_amount_changed(vals) and not self._changed(vals, _DATES):
            return True
        return not is_another(self._content(), _content_of(vals))

    def _is_still_before(self, vals):
        """Whether what is listed lies before the start, as the row does: then nothing is
        booked of it, whatever its amount is."""
        day, start = vals.get("booking_date"), self.online_account_id.sync_start_date
        return bool(day and start and day < start)

    def _content(self):
        self.ensure_one()
        transaction = None
        if self.hold_code != "unreadable":
            transaction = self._transaction_or_none()
        day = self.execution_date or self.value_date
        is_readable = bool(self.currency_code)
        return Content(
            key=content_key(self.raw, transaction) if self.raw else "",
            core=_core({name: self[name] for name in _CORE}),
            amount=transaction.amount
            if transaction
            else Decimal(str(self.amount))
            if is_readable
            else None,
            entry=self._entry(day) if day else None,
            is_movable=self.state == "planned",
            is_bare=self.state == "before_cutover",
        )

    def _other_vals(self, run, listed, reading_id):
        """What this reading listed of it besides what it is, as vals of a page.

        :param listed: vals of the page; it takes their place in the list
        """
        word = self.other_word or {}
        if word.get("reading") != reading_id:
            return None
        raw = word["raw"]
        ref = self.same_id_of_id.ponto_ref or self.ponto_ref
        try:
            item = Transaction.from_api(raw, fallback_id=ref)
        except ResponseFormatError as error:
            item = UnreadableTransaction(id=ref, raw=raw, problem=error.message)
        vals = run._prepare_row_safely(run.online_account_id, item, {})
        places = ("walk_run_id", "walk_position", "seen_walk_id")
        return vals | {name: listed[name] for name in places if name in listed}

    def _keep_other_word(self, vals, reading):
        """Remember what a reading said, where the row keeps something else: should the
        reading list that as well, the two are two payments."""
        raw = vals.get("raw")
        word = False
        if raw and raw != self.raw and not self._content().equals(_content_of(vals)):
            if self.texts_removed_at:
                said = raw.get("attributes") or {}
                kept = {name: said[name] for name in _IDENTITY if name in said}
                raw = {"id": raw.get("id"), "attributes": kept}
            word = {"raw": raw, "reading": reading[1]}
        if (self.other_word or False) != word:
            self.other_word = word

    def _hold_same_id(self):
        self._hold(SAME_ID, **_same_id_values(self.same_id_of_id))

    def _correct_held(self, vals):
        """What a person is asked about shows what the bank says now."""
        if vals["state"] != "before_cutover" and vals.get("hold_code") != "unreadable":
            self.write({name: vals[name] for name in CORRECTED if name in vals})


def _content_of(vals):
    raw, transaction = vals.get("raw"), None
    if raw and vals.get("hold_code") != "unreadable":
        try:
            transaction = Transaction.from_api(raw, fallback_id=vals["ponto_ref"])
        except ResponseFormatError:
            transaction = None
    day = vals.get("execution_date") or vals.get("value_date")
    texts = {}
    if transaction:
        texts = {
            "number": transaction.counterpart_reference or "",
            "name": transaction.counterpart_name or "",
            "text": label(transaction),
            "end_to_end_id": transaction.end_to_end_id or "",
        }
    return Content(
        key=content_key(raw, transaction) if raw else "",
        core=_core(vals),
        amount=vals.get("amount"),
        entry=Entry(key=0, day=day, **texts) if day else None,
        is_bare=vals["state"] == "before_cutover",
    )


_CORE = ("amount", "execution_date", "value_date", "currency_code", "fingerprint")


def _core(values):
    amount, *others = (values.get(name) for name in _CORE)
    return (f"{amount or 0:.6f}", *(value or None for value in others))


def _same_id_values(known):
    """What the sentence says of the one that came first.

    :param known: its row, or the vals that it is made of
    """
    get = known.get if isinstance(known, dict) else known.__getitem__
    day = get("execution_date") or get("value_date")
    values = {"date": fields.Date.to_string(day) if day else None}
    if get("currency_code"):
        values["amount"] = f"{Decimal(str(get('amount'))):f} {get('currency_code')}"
    return {name: value for name, value in values.items() if value}
