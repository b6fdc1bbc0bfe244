from odoo.tests import tagged

from .test_tour_decisions import DecisionsTour
from .test_tours import BANK, LOGIN, PRIVATE


@tagged("post_install", "-at_install", "ponto_tour")
class TestTourKeyboard(DecisionsTour):
    """Tab, Enter and letters alone: nothing is clicked."""

    def test_answer_a_held_line(self):
        self.add_line(1920, "5.00", currency="USD")
        self.linked.fetch_transactions()
        held = self.row(1920)
        self.assertEqual(held.state, "held")
        action = "account_ponto_sync.ponto_transaction_action"
        self.start_tour(
            f"/odoo/action-{action}/{held.id}",
            "account_ponto_sync_keys_held",
            login=LOGIN,
        )
        self.env.invalidate_all()
        self.assertEqual(held.state, "ignored")
        self.assertEqual(held.decision_note, "Entered by hand")
        self.assertEqual(held.decided_by_id, self.user)

    def test_choose_accounts(self):
        chosen = self.connection.online_account_ids.filtered(
            lambda account: not account.journal_id
        )
        action = "account_ponto_sync.ponto_provider_account_action"
        institution = self.account(BANK).provider_account_id
        self.start_tour(
            f"/odoo/action-{action}/{institution.id}",
            "account_ponto_sync_keys_accounts",
            login=LOGIN,
            timeout=120,
        )
        self.env.invalidate_all()
        # The last of the list came unticked: it is in the owner's name.
        self.assertIn(self.account(PRIVATE), chosen)
        self.assertTrue(self.account(PRIVATE).journal_id)
