"""Every text that Ponto may send, at its worst, through the whole chain.

Which texts there are is told by the client's own classes: a new field is tested.
"""

import csv
import dataclasses
import io
import json
import re
from types import SimpleNamespace

import openpyxl

from odoo import Command
from odoo.tests import new_test_user, tagged

from odoo.addons.http_routing.tests.common import MockRequest
from odoo.addons.web.controllers import export

from ..controllers.plain_export import PlainExcelExport, PlainTableExporter
from ..mapping.reference import sanitize
from ..ponto_client import (
    Account,
    FinancialInstitution,
    PendingTransaction,
    Synchronization,
    SynchronizationError,
    Transaction,
)
from .common import START, PontoCommon, account_seed, resource

DAY = "2026-04-08"
HOSTILE = (
    '=HYPERLINK("https://evil.example","<script>alert(1)</script>")'
    "<img src=x onerror=alert(2)>\u202e\0\ud800\x1b[31m\x9b\r\nX-Evil: 1\t{{7*7}}%s"
)
FORMULAS = ("=1+1", "+1+1", "-1+1", "@SUM(1)", "\t=1", "\r=1", "\uff1d1+1", " =1")
LONG = "<b>=" + "x" * 1_000_000
# Texts that stand elsewhere than in the attributes, or decide over the whole row.
ELSEWHERE = {
    Account: {"id", "currency", "financial_institution_id", "availability"},
    FinancialInstitution: {"id"},
    Transaction: {"id", "currency", "account_id"},
    PendingTransaction: {"id", "currency", "account_id"},
    Synchronization: {"id"},
    SynchronizationError: set(),
}
EXPORTED = {
    "ponto.transaction": ("counterpart_name", "label", "ponto_ref", "amount"),
    "ponto.pending.transaction": ("label", "ponto_ref", "amount"),
    "ponto.online.account": ("holder_name", "product", "description", "balance"),
    "ponto.provider.account": ("name", "institution_ref"),
    "account.bank.statement.line": (
        "payment_ref",
        "partner_name",
        "account_number",
        "transaction_type",
        "amount",
        "ponto_transaction_ids/counterpart_name",
    ),
    "account.move.line": ("name", "ref", "balance"),
}
TEXT_TYPES = ("str", "str | None")
# Nobody's spreadsheet may take it for more than a text.
DANGEROUS = re.compile(r"\s*[=+\-@\uff1d\uff0b\uff0d\uff20]|[\t\r\n]")
NUMBER = re.compile(r"-?[\d.]+")


def text_keys(kind):
    """Names in JSON of the texts of a resource, all of which reach its object."""
    names = [f.name for f in dataclasses.fields(kind) if f.type in TEXT_TYPES]
    keys = {}
    for name in {*names} - ELSEWHERE[kind]:
        if kind is SynchronizationError:
            keys[name] = name
            continue
        first, *more = name.split("_")
        key = first + "".join(part.title() for part in more)
        attributes = {"amount": 1, "currency": "EUR", key: "probe"}
        read = kind.from_api({"id": "1", "attributes": attributes})
        assert "probe" in (getattr(read, name) or ""), (
            f"how does {kind.__name__}.{name} come?"
        )
        keys[name] = key
    return sorted(keys.values())


def hostile(kind, text=HOSTILE):
    return dict.fromkeys(text_keys(kind), text)


@tagged("post_install", "-at_install")
class TestHostileTexts(PontoCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.reader = new_test_user(
            cls.env,
            "ponto_reader",
            groups="account.group_account_manager,base.group_allow_export,"
            "account.group_account_user",
            company_id=cls.company.id,
            company_ids=[Command.set(cls.company.ids)],
        )

    def serve(self, path, data, meta=None, **fault):
        body = {"data": data, "links": {}, "meta": meta or {}}
        fault = {"status": 200, "times": 1, **fault}
        self.plan(path, body=json.dumps(body), **fault)

    def hostile_account(self):
        """The account that feeds a journal, and one beside it with nothing good."""
        bank = {"financialInstitution": {"data": {"id": HOSTILE}}}
        account = {
            "type": "account",
            "id": "acc-1",
            "attributes": {
                **hostile(Account),
                "currency": "EUR",
                "currentBalance": "1.00",
                "currentBalanceReferenceDate": DAY,
            },
            "relationships": bank,
        }
        other = {**account, "id": HOSTILE}
        other["attributes"] = {**hostile(Account), "currency": HOSTILE}
        institution = {
            "type": "financialInstitution",
            "id": HOSTILE,
            "attributes": {
                **hostile(FinancialInstitution),
                "pendingTransactionsAvailable": True,
            },
        }
        self.serve("^/accounts$", [account, other])
        self.serve("^/financial-institutions", institution, times=None)
        accounts = self.connection.fetch_accounts()
        self.assertEqual(len(accounts), 2)
        self.end_faults()
        linked = accounts.filtered(lambda account: account.ponto_ref == "acc-1")
        linked.link_journal(self.make_journal(), START)
        return linked

    def read_pages(self, account, *pages, **more):
        """Read the lists; each page is one reading."""
        counts = []
        for items in pages:
            self.serve("^/accounts/acc-1/transactions$", items, **more)
            run = account.fetch_transactions()
            self.assertEqual(run.state, "done", run.message)
            counts.append(run.imported_count)
        return counts

    def hostile_rows(self):
        """One transaction for each text alone, one with all, one for each formula."""
        keys = text_keys(Transaction)
        rows = [{key: HOSTILE} for key in keys] + [hostile(Transaction)]
        rows += [
            {"remittanceInformation": text, "counterpartName": text}
            for text in FORMULAS
        ]
        return [resource(n, DAY, "-7.25", **row) for n, row in enumerate(rows, 1)]

    def hostile_synchronization(self):
        """What Ponto says of asking the bank, as it stands in several answers."""
        errors = [hostile(SynchronizationError)]
        attributes = {**hostile(Synchronization), "errors": errors, "status": "error"}
        return {"type": "synchronization", "id": HOSTILE, "attributes": attributes}

    def make_everything(self):
        """Accounts, transactions, announcements, synchronizations and errors."""
        account = self.hostile_account()
        meta = {"latestSynchronization": self.hostile_synchronization()}
        announced = resource(0, DAY, "-7.25", **hostile(PendingTransaction))
        announced["type"] = "pendingTransaction"
        self.serve("pending-transactions$", [announced], times=None)
        rows = self.hostile_rows()
        self.assertEqual(self.read_pages(account, rows, meta=meta), [len(rows)])
        whole = self.hostile_synchronization()
        self.serve("^/synchronizations", whole, times=None)
        account.action_fetch_transactions()
        self.pump(account.run_ids[:1])
        error = {"code": HOSTILE, "detail": HOSTILE, "title": HOSTILE}
        error["meta"] = {"resource": HOSTILE, "attribute": HOSTILE}
        body = json.dumps({"errors": [error]})
        for status in (400, 403, 404):
            self.plan("transactions$", status=status, body=body, times=1)
            account.fetch_transactions()
        self.connection.message_post(body=account.status_message or "-")
        self.env.flush_all()
        return account

    def test_shown_as_text(self):
        """On screen, in the chatter, in e-mails and in the log."""
        # Not for the whole test: what fails is told by a logger of this name.
        with self.assertLogs("odoo.addons.account_ponto_sync") as loggers:
            account = self.make_everything()
        for line in loggers.output:
            self.assertFalse(re.search(r"[\x00-\x1f\x7f-\x9f\u202e\ud800]", line), line)
            self.assertNotIn("evil", line)
        shown = self.everything_shown()
        self.assertIn("HYPERLINK", shown)
        for character in ("\0", "\ud800"):
            self.assertNotIn(json.dumps(character)[1:-1], shown)
        for model, name in (
            ("mail.message", "body"),
            ("mail.mail", "body_html"),
            ("mail.activity", "note"),
        ):
            for record in self.env[model].sudo().search([]):
                self.assertNotRegex(str(record[name] or ""), "(?i)<script|<img src=x")
        institution = account.provider_account_id
        self.assertFalse(institution.logo_url)
        self.env["ponto.reminder"].sudo().create(
            {
                "partner_id": self.env.user.partner_id.id,
                "day": "2026-06-15",
                "provider_account_ids": institution.ids,
                "company_id": self.company.id,
            }
        )
        rendered = 0
        for template in (
            self.env["mail.template"].sudo().search([("model", "like", "ponto.")])
        ):
            records = self.env[template.model].sudo().search([])
            # A subject is no HTML, but a header: one line, and nothing reckoned.
            for field, wrong in (
                ("subject", r"[\x00-\x1f\x7f]|49%s"),
                ("body_html", r"(?i)<script|<img src=x|49%s"),
            ):
                for text in template._render_field(field, records.ids).values():
                    self.assertNotRegex(text, wrong)
                    rendered += bool(text)
        self.assertGreater(rendered, 1, "subject and body of the reminder")

    def everything_shown(self):
        """What the web client gets of each of our records, as the reader."""
        parts = []
        for name in sorted(self.env.registry):
            model = self.env[name].with_user(self.reader)
            ours = name.startswith("ponto.") or name == "account.bank.statement.line"
            if ours and not model._abstract and model.has_access("read"):
                specification = {field: {} for field in model.fields_get()}
                specification["display_name"] = {}
                rows = model.search([]).web_read(specification)
                parts.append(json.dumps(rows, default=str))
        return "\n".join(parts)

    def test_a_megabyte_in_each_text(self):
        """Kept and cut where a field must be short; nothing breaks."""
        account = self.hostile_account()
        keys = text_keys(Transaction)
        rows = [
            resource(n, DAY, f"{n}.25", **{key: LONG}) for n, key in enumerate(keys, 1)
        ]
        pages = [rows[n : n + 8] for n in range(0, len(rows), 8)]
        pages.append([{**resource(99, DAY, "-7.25"), "id": "x" * 1_000_000}])
        counts = self.read_pages(account, *pages)
        self.assertEqual(sum(counts[:-1]), len(rows))
        self.assertEqual(counts[-1], 1)
        for line in self.lines(account):
            self.assertLessEqual(len(line.payment_ref), 500)
        details = {
            len(value)
            for line in self.lines(account)
            for value in line.transaction_details["ponto"].values()
        }
        self.assertIn(len(LONG), details)

    def test_exports_hold_no_formula(self):
        self.make_everything()
        request = SimpleNamespace(
            env=self.env(user=self.reader),
            httprequest=SimpleNamespace(environ={"REMOTE_ADDR": "127.0.0.1"}),
            make_response=lambda data, headers: data,
        )
        self.patch(export, "request", request)
        for model, names in EXPORTED.items():
            with self.subTest(model=model):
                rows = list(csv.reader(io.StringIO(self.export(model, names, "csv"))))
                self.assertGreater(len(rows), 1)
                for cell in (cell for row in rows for cell in row):
                    self.assertFalse(
                        DANGEROUS.match(cell) and not NUMBER.fullmatch(cell), cell
                    )
                for groupby in ([], [names[0]]):
                    sheet = self.export(model, names, "xlsx", groupby)
                    self.check_sheet(sheet, rows)

    def check_sheet(self, content, rows):
        book = openpyxl.load_workbook(io.BytesIO(content))
        cells = [cell for row in book.active.iter_rows() for cell in row]
        self.assertGreaterEqual(book.active.max_row, len(rows))
        for cell in cells:
            self.assertNotEqual(cell.data_type, "f", cell.value)
            if cell.data_type == "s":
                self.assertFalse(DANGEROUS.match(str(cell.value)), cell.value)
        if "amount" in rows[0]:
            self.assertIn(-7.25, [cell.value for cell in cells])

    def test_pivot_table_holds_no_formula(self):
        """A pivot table is exported from what the browser shows: groups by a text."""
        headers = [
            [{"title": "", "width": 1, "height": 1}],
            [{"title": text, "width": 1, "height": 1} for text in FORMULAS],
        ]
        sent = {
            "title": "Bank",
            "model": "account.bank.statement.line",
            "measure_count": 1,
            "col_group_headers": headers,
            "measure_headers": [{"title": text, "is_bold": False} for text in FORMULAS],
            "rows": [
                {"title": text, "indent": indent, "values": [{"value": -7.25}]}
                for text in FORMULAS
                for indent in (0, 1)
            ],
        }
        export_xlsx = PlainTableExporter.export_xlsx.__wrapped__
        with MockRequest(self.env) as request:
            request.make_response = lambda data, headers: data
            answer = export_xlsx(PlainTableExporter(), json.dumps(sent))
        self.check_sheet(answer.get_data(), [["amount"], *sent["rows"]])

    def export(self, model, names, kind, groupby=()):
        fields = self.env[model]._fields
        params = {
            "model": model,
            "fields": [
                {
                    "name": name,
                    "label": name,
                    "type": fields[name.split("/")[0]].type,
                    "store": True,
                }
                for name in names
            ],
            "ids": False,
            "domain": [],
            "groupby": [name for name in groupby if fields[name].store],
            "import_compat": False,
            "context": {"allowed_company_ids": self.company.ids},
        }
        writer = export.CSVExport() if kind == "csv" else PlainExcelExport()
        return writer.base(json.dumps(params))


@tagged("post_install", "-at_install")
class TestInvisibleTexts(PontoCommon):
    """Characters that show nothing are no text (F19)."""

    NOTHING = "\u200b\u00a0\ufeff"

    def read_payment(self, account, **attributes):
        self.serve_page(resource(1, DAY, "-5.00", **attributes))
        run = account.fetch_transactions()
        self.env.invalidate_all()
        self.assertEqual(run.state, "done", run.message)
        return run

    def test_label_name_and_number(self):
        account = self.fetched()
        self.read_payment(
            account,
            remittanceInformation=self.NOTHING,
            description="\u2060Fee of April\u200b",
            counterpartName=self.NOTHING,
            counterpartReference=f"{self.NOTHING}BE71 0961\u200b 2345 6769",
            currency="EUR\u200b",
        )
        line = self.lines(account)
        self.assertEqual(line.payment_ref, "Fee of April")
        self.assertFalse(line.partner_name)
        self.assertEqual(sanitize(line.account_number), "BE71096123456769")
        details = line.transaction_details["ponto"]
        self.assertNotIn("remittance_information", details)

    def test_accounts_and_institutions(self):
        bank = {"id": "bank-a", "name": f"{self.NOTHING}Vlinderbank\u200b"}
        self.new_world(
            account_seed(holderName=self.NOTHING, product="\u200bZicht"),
            institutions=[bank],
        )
        account = self.connection.fetch_accounts()
        self.assertEqual(account.provider_account_id.name, "Vlinderbank")
        self.assertEqual((account.holder_name, account.product), (False, "Zicht"))

    def as_before_the_update(self, account, text):
        """What 19.0.4.0.0 made of a text that shows nothing at its edges."""
        row, line = self.rows(account), self.lines(account)
        line.payment_ref = text
        row.sudo().label = text
        self.env.flush_all()
        return row, line

    def test_rows_of_an_earlier_version(self):
        """No row and no line comes twice, and nothing is told that no bank changed."""
        text = "\u200bInvoice\u200b 7\ufeff"
        account = self.fetched()
        for is_matched in (False, True):
            with self.subTest(is_matched=is_matched):
                self.read_payment(account, remittanceInformation=text)
                row, line = self.as_before_the_update(account, text)
                if is_matched:
                    line._seek_for_lines()[1].account_id = self.an_account("expense")
                run = self.read_payment(account, remittanceInformation=text)
                self.assertEqual((run.new_count, row.flag_code), (0, False))
                self.assertFalse(row.history)
                self.assertEqual(row.label, "Invoice\u200b 7")
                shown = text if is_matched else "Invoice\u200b 7"
                self.assertEqual(line.payment_ref, shown)
                # Under another id it is the same payment.
                again = resource(2, DAY, "-5.00", remittanceInformation=text)
                self.serve_page(again)
                run = account.fetch_transactions()
                self.assertEqual((run.alias_count, run.imported_count), (1, 0))
                self.assertEqual(len(self.lines(account)), 1)
                self.lines(account).action_undo_reconciliation()
                self.lines(account).unlink()
                self.rows(account).sudo().unlink()


@tagged("post_install", "-at_install")
class TestUnreadableEntries(PontoCommon):
    """One entry of a list that cannot be read costs itself only (F23b)."""

    def entry(self, id, **attributes):
        attributes = {"currency": "EUR", "reference": "BE71096123456769", **attributes}
        return {"type": "account", "id": id, "attributes": attributes}

    def test_accounts(self):
        known = self.connection.fetch_accounts()
        self.assertEqual(len(known), 2)
        entries = [self.entry(" "), self.entry("acc-2", product="New"), None]
        body = json.dumps({"data": entries, "links": {}})
        self.plan("^/accounts$", status=200, body=body)
        listed = self.connection.fetch_accounts()
        self.assertEqual(listed.mapped("product"), ["New"])
        self.assertEqual(self.connection.state, "connected")
        # The one that could not be read may be the one that is missing.
        self.assertFalse(any(known.mapped("revoked_at")))
        body = json.dumps({"data": entries[1:2], "links": {}})
        self.plan("^/accounts$", status=200, body=body)
        self.connection.fetch_accounts()
        self.assertEqual(len(known.filtered("revoked_at")), 1)

    def test_institution(self):
        body = json.dumps({"data": {"type": "financialInstitution"}})
        self.plan("^/financial-institutions/bank-a$", status=200, body=body, times=1)
        accounts = self.connection.fetch_accounts()
        names = accounts.provider_account_id.mapped("name")
        self.assertEqual(sorted(names), ["Institution bank-a", "Sint-Michiels Krediet"])
