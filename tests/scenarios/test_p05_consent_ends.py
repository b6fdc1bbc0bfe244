from odoo import Command
from odoo.tests import new_test_user, tagged

from ..common import account_seed, transaction
from .common import IBAN, ScenarioCommon

ENDS = "2026-04-30T04:00:00.000Z"


@tagged("post_install", "-at_install")
class TestP05(ScenarioCommon):
    """A feed never stops in silence: the consent of A1 ends on 30 April at 6."""

    def setUp(self):
        super().setUp()
        self.responsible = new_test_user(
            self.env,
            "acme_responsible",
            groups="account.group_account_invoice",
            email="responsible@example.com",
            company_id=self.company.id,
            company_ids=[Command.set(self.company.ids)],
        )
        self.connection.responsible_user_id = self.responsible
        self.new_world(
            account_seed(
                transaction(1, "2026-03-20", "5.00"),
                authorizedAt="2025-11-01T04:00:00.000Z",
                authorizationExpirationExpectedAt=ENDS,
            ),
            now="2026-04-01T07:00:00Z",
        )
        self.enterContext(self.at("2026-04-01 07:00:00"))
        self.account = self.linked_account(code="BNK1", number=IBAN)
        self.account.fetch_transactions()

    def a_day(self, day):
        """The scheduled actions of one day, then what a person sees."""
        with self.at(f"{day} 07:00:00"):
            self.run_cron()
            self.env.ref(
                "account_ponto_sync.ir_cron_check_authorizations"
            ).method_direct_trigger()
            self.env.invalidate_all()
            institution = self.account.provider_account_id
            card = self.account.journal_id._ponto_card_data(self.account)
            return (
                institution.activity_ids.user_id,
                len(institution.activity_ids),
                len(self.mails()),
                card["color"],
            )

    def mails(self):
        return self.env["mail.mail"].search([("model", "=", "ponto.reminder")])

    def test_told_in_time(self):
        who = self.responsible
        self.assertEqual(self.a_day("2026-04-16"), (who, 1, 0, "warning"))
        activity = self.account.provider_account_id.activity_ids
        self.assertEqual(self.a_day("2026-04-23"), (who, 1, 1, "warning"))
        self.assertEqual(self.a_day("2026-04-29"), (who, 1, 2, "warning"))
        self.assertEqual(self.a_day("2026-04-30"), (who, 1, 2, "danger"))
        self.assertEqual(self.a_day("2026-05-01"), (who, 1, 2, "danger"))
        self.assertEqual(self.account.provider_account_id.activity_ids, activity)
        for mail in self.mails():
            self.assertEqual(mail.recipient_ids, who.partner_id)
            self.assertIn(f"{self.sandbox.url}/_dashboard", mail.body_html)
            self.assertNotIn(self.account.reference, mail.body_html)

    def test_renewed_and_filled(self):
        self.a_day("2026-04-29")
        self.a_day("2026-05-02")
        late = transaction(2, "2026-05-01", "7.50")
        self.add_lines(late, where="bank")
        self.assertEqual(self.a_day("2026-05-03")[3], "danger")
        self.assertNotIn(("2026-05-01", 7.5), self.booked(self.account))
        with self.at("2026-05-03 10:00:00"):
            self.sandbox.control("POST", "accounts/acc-1/reauthorize", json={})
        _who, activities, mails, color = self.a_day("2026-05-04")
        self.assertEqual((activities, mails, color), (0, 1, "success"))
        self.assertIn(("2026-05-01", 7.5), self.booked(self.account))
