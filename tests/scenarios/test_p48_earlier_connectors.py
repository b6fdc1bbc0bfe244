from odoo.tests import tagged
from odoo.tools import SQL

from ..common import resource, transaction
from .common import IBAN, ScenarioCommon

DAY = "2026-04-08"
V1_KEY = "v1:283580641c216a5165ed45a3fcebf739bfafd409eb2485a69f735b9b98467467"
PARKING = {"remittanceInformation": "PARKING"}


@tagged("post_install", "-at_install")
class TestP48(ScenarioCommon):
    """Whoever comes from OCA's connector or from an earlier installation of ours gets
    no line twice."""

    def parts(self):
        return [transaction(n, DAY, "-12.50", **PARKING) for n in range(1, 5)]

    def test_lines_of_ocas_connector(self):
        """Their column stands beside ours; the texts and one day were edited since."""
        self.env.cr.execute(
            "ALTER TABLE account_bank_statement_line"
            " ADD COLUMN IF NOT EXISTS unique_import_id varchar"
        )
        account = self.acme(*self.parts(), fetch=False)
        by_ref = {}
        # The fourth came after the switch.
        for part in self.parts()[:3]:
            line = self.type_line(account, DAY, -12.5, f"Edited {len(by_ref)}")
            by_ref[part["id"]] = line
            self.env.cr.execute(
                "UPDATE account_bank_statement_line SET unique_import_id = %s"
                " WHERE id = %s",
                [f"{IBAN}-{account.journal_id.id}-{part['id']}", line.id],
            )
        by_ref[self.parts()[2]["id"]].date = "2026-04-20"
        run = self.fetch(account)
        self.assertEqual(
            (run.imported_count, run.adopted_count, run.held_count), (1, 3, 0)
        )
        self.assertEqual(len(self.lines(account)), 4)
        adopted = self.rows(account, "adopted")
        self.assertEqual(set(adopted.mapped("recognized_by")), {"other_feed"})
        for row in adopted:
            self.assertEqual(row.statement_line_id, by_ref[row.ponto_ref])
        self.assertEqual(self.fetch(account).new_count, 0)

    def test_lines_of_an_earlier_installation(self):
        """Our memory is lost, our lines are not: they bear Ponto's ids."""
        account = self.acme(*self.parts())
        lines = self.lines(account)
        account.unlink_journal()
        for table, column in (
            ("ponto_transaction", "online_account_id"),
            ("ponto_sync_run", "online_account_id"),
            ("ponto_online_account", "id"),
        ):
            query = SQL(
                "DELETE FROM %s WHERE %s = %s",
                SQL.identifier(table),
                SQL.identifier(column),
                account.id,
            )
            self.env.cr.execute(query)
        self.env.invalidate_all()
        account = self.linked_account(code="BNK1", number=IBAN)
        run = self.fetch(account)
        self.assertEqual((run.imported_count, run.adopted_count), (0, 4))
        self.assertEqual(self.lines(account), lines)
        self.assertEqual(set(self.rows(account).statement_line_id), set(lines))

    def test_keys_of_the_first_version(self):
        """A key tells its version, and what it is made of never changes: what was
        stored years ago is compared with what is read today."""
        account = self.acme(fetch=False)
        self.serve_page({**resource(1, DAY, "-12.50", **PARKING), "id": ""})
        self.fetch(account)
        self.assertEqual(self.rows(account).fingerprint, V1_KEY)
        self.assertEqual(self.rows(account).ponto_ref, f"{V1_KEY}#0")
