from odoo.tests import tagged

from ..common import transaction
from .common import ScenarioCommon

LINE = "account.bank.statement.line"
DETAILS = "Donneur : LE LOUBATAS\nRéf : NDF DEC"
COMMUNICATION = "+++090/9337/55493+++"


@tagged("post_install", "-at_install")
class TestP14(ScenarioCommon):
    """Whatever the bank says of a payment is on its line, and found there."""

    def setUp(self):
        super().setUp()
        account = self.acme(
            transaction(
                1,
                "2026-04-08",
                "-120.00",
                remittanceInformation="VIR SEPA X",
                additionalInformation=DETAILS,
                counterpartName="Le Loubatas",
                counterpartReference="BE71096123456769",
                endToEndId="E2E-8891-X",
                fieldOfTomorrow={"tillName": "Gent 7"},
            ),
            transaction(
                2,
                "2026-04-08",
                "60.00",
                remittanceInformation=COMMUNICATION,
                remittanceInformationType="structured",
            ),
        )
        self.plain, self.structured = self.lines(account).sorted("amount")

    def test_label_and_all_other_texts(self):
        self.assertEqual(self.plain.payment_ref, "VIR SEPA X")
        self.assertEqual(self.plain.partner_name, "Le Loubatas")
        html = self.plain.ponto_details
        for text in ("Donneur : LE LOUBATAS", "NDF DEC", "E2E-8891-X", "Gent 7"):
            with self.subTest(text):
                self.assertIn(text, html)

    def test_every_text_is_found(self):
        lines = self.env[LINE].with_user(self.accountant)
        for text in ("VIR SEPA", "loubatas", "NDF DEC", "E2E-8891", "BE71 0961 2345"):
            with self.subTest(text):
                found = lines.search([("ponto_search", "ilike", text)])
                self.assertEqual(found, self.plain)
        for text in (COMMUNICATION, "090933755493"):
            with self.subTest(text):
                found = lines.search([("ponto_search", "ilike", text)])
                self.assertEqual(found, self.structured)

    def test_structured_reference_finds_its_invoice(self):
        self.assertEqual(self.structured.payment_ref, COMMUNICATION)
        invoice = self.env["account.move"].create(
            {
                "move_type": "out_invoice",
                "partner_id": self.env["res.partner"].create({"name": "Klant"}).id,
                "invoice_date": "2026-04-01",
                "payment_reference": COMMUNICATION,
                "invoice_line_ids": [
                    (0, 0, {"name": "Brood", "price_unit": 60.0, "tax_ids": False})
                ],
            }
        )
        invoice.action_post()
        action = self.structured.with_user(self.accountant).action_ponto_match()
        dialog = self.env[action["res_model"]].browse(action["res_id"])
        [candidate] = dialog.candidate_ids
        self.assertTrue(candidate.is_certain)

    def test_untouched_payload_is_kept(self):
        raw = self.plain.ponto_transaction_ids.sudo().raw["attributes"]
        self.assertEqual(raw["additionalInformation"], DETAILS)
        self.assertEqual(raw["fieldOfTomorrow"], {"tillName": "Gent 7"})
