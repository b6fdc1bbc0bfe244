"""Days and moments at the edge of the calendar, and what is done with them."""

import json

from .common import PontoCommon, account_seed, transaction

NOW = "2026-03-10 09:00:00"
#: What banks and their software write where they know no day, and worse.
EDGES = (
    "0001-01-01",
    "0001-01-01T00:00:00Z",
    "0001-01-01T00:00:00+14:00",
    "0001-01-01T00:00:00-12:00",
    "0000-00-00",
    "0000-00-00T00:00:00Z",
    "0099-06-30",
    "1899-12-31",
    "1970-01-01T00:00:00Z",
    "2026-02-30",
    "2999-12-31T23:00:00Z",
    "9999-12-31",
    "9999-12-31T23:59:59.999Z",
    "9999-12-31T23:59:59-12:00",
    "9999-12-31T00:00:00+14:00",
    "10000-01-01T00:00:00Z",
    "not a date",
    "",
    20260301,
    True,
    ["2026-03-01"],
)
BANK = "bank-a"


class DaysCommon(PontoCommon):
    """One account, read completely and idle on 10 March 2026."""

    def setUp(self):
        super().setUp()
        self.new_world(account_seed(transaction(1, "2026-03-02", "10.00")))
        self.sandbox.control("POST", "switches", json={"background": False})
        self.enterContext(self.at(NOW))

    def read_page(self, account, *items, **more):
        self.serve_page(*items, **more)
        run = account.fetch_transactions()
        self.env.invalidate_all()
        return run

    def row(self, account, number):
        ref = transaction(number, "", "")["id"]
        return self.rows(account).filtered(lambda row: row.ponto_ref == ref)

    def put_row(self, account, number, **values):
        """A row as an earlier version stored it."""
        self.env.flush_all()
        ref = transaction(number, "", "")["id"]
        day = values.pop("day", "0001-01-01")
        raw = {
            "type": "transaction",
            "id": ref,
            "attributes": {
                "amount": "-3.21",
                "currency": "EUR",
                "executionDate": f"{day}T00:00:00Z",
                "valueDate": f"{day}T00:00:00Z",
            },
        }
        values = {
            "online_account_id": account.id,
            "ponto_ref": ref,
            "state": "new",
            "execution_date": day,
            "value_date": day,
            "booking_date": day,
            "amount": -3.21,
            "currency_code": "EUR",
            "currency_id": account.currency_id.id,
            "raw": json.dumps(raw),
            **values,
        }
        columns = ", ".join(values)
        places = ", ".join(["%s"] * len(values))
        self.env.cr.execute(
            f"INSERT INTO ponto_transaction ({columns}) VALUES ({places}) RETURNING id",
            list(values.values()),
        )
        (row_id,) = self.env.cr.fetchone()
        self.env.invalidate_all()
        return self.env["ponto.transaction"].browse(row_id)

    def serve(self, path, data, **more):
        """Let the next answer to a path be just this."""
        body = {"data": data, "links": {}, "meta": {"paging": {"limit": 100}}, **more}
        self.plan(f"^{path}$", status=200, body=json.dumps(body))

    def account_resource(self, attributes, meta):
        return {
            "type": "account",
            "id": "acc-1",
            "attributes": {
                "reference": "BE68539007547034",
                "referenceType": "IBAN",
                "currency": "EUR",
                "subtype": "checking",
                "currentBalance": 10.0,
                "availableBalance": 10.0,
                **attributes,
            },
            "meta": {"availability": "available", **meta},
            "relationships": {
                "financialInstitution": {
                    "data": {"type": "financialInstitution", "id": BANK}
                }
            },
        }

    def show(self, account):
        """All that screens compute: forms, lists, the dashboard, the dialogs."""
        self.env.flush_all()
        self.env.invalidate_all()
        for records in (
            account,
            account.provider_account_id,
            account.connection_id,
            self.rows(account),
            account.run_ids,
            account.pending_ids,
            account.balance_ids,
            self.lines(account),
        ):
            records.with_user(self.manager).read()
        journals = self.env["account.journal"].search(
            [("company_id", "=", self.company.id)]
        )
        self.assertTrue(all(journals.mapped("kanban_dashboard")))
