from odoo.tests import tagged

from ...wizard import ponto_reauthorize
from ..common import transaction
from .common import ScenarioCommon

EXPIRES = "2026-04-30T08:00:00.000Z"
PATH = "/_dashboard/institutions/bank-a/reauthorize"


class RenewalCommon(ScenarioCommon):
    """An account whose permission ended, and the dialog that renews it."""

    def expired(self):
        """The bank's permission ended on 30 April; the bank has booked on."""
        with self.at("2026-04-29 06:00:00"):
            account = self.acme(
                transaction(1, "2026-04-20", "10.00"),
                now="2026-04-29T06:00:00Z",
                authorizationExpirationExpectedAt=EXPIRES,
            )
        with self.at("2026-05-01 06:00:00"):
            self.add_lines(transaction(2, "2026-05-01", "20.00"), where="bank")
            self.run_cron()
            self.env.invalidate_all()
        self.assertEqual(self.booked(account), [("2026-04-20", 10.0)])
        return account

    def card(self, account):
        journal = account.journal_id.with_user(self.accountant)
        self.env.invalidate_all()
        return journal._get_journal_dashboard_data_batched()[journal.id]["ponto"]

    def standing(self, account):
        """All that a renewal could change."""
        self.env.invalidate_all()
        names = ("state", "status_message", "authorization_expires_at", "problem_code")
        return [account[name] for name in names], account.run_ids.ids

    def open_dialog(self, account):
        action = account.journal_id.with_user(
            self.accountant
        ).action_ponto_reauthorize()
        return (
            self.env[action["res_model"]]
            .browse(action["res_id"])
            .with_user(self.accountant)
        )

    def make_links(self):
        switches = {"reauthorization_requests": True}
        self.sandbox.control("POST", "switches", json=switches)


@tagged("post_install", "-at_install")
class TestP24(RenewalCommon):
    """From the card to the bank's page in two clicks; backing out is harmless."""

    def test_two_clicks(self):
        account = self.expired()
        with self.at("2026-05-02 06:00:00"):
            card = self.card(account)
            self.assertTrue(card["is_renewal_due"])
            self.assertEqual(card["color"], "danger")
            dialog = self.open_dialog(account)
            self.assertEqual(dialog.link, f"/ponto/reauthorize/{dialog.id}")
            self.assertEqual(dialog._get_page(), self.sandbox.url + PATH)
            self.assertIn("the accountant cannot do it", dialog.who)
            self.assertIn("the accountant cannot do it", account.status_message)
            self.assertIn("ended on Apr 30", dialog.state_message)
            self.assertNotIn("representative", dialog.state_message, "told once")
            self.assertEqual(dialog.account_ids, account)

    def test_straight_to_the_bank_where_ponto_makes_links(self):
        account = self.expired()
        switches = {"reauthorization_requests": True}
        self.sandbox.control("POST", "switches", json=switches)
        with self.at("2026-05-02 06:00:00"):
            page = self.open_dialog(account)._get_page()
        self.assertRegex(page, rf"^{self.sandbox.url}{PATH}\?request=[\w-]+$")

    def test_turning_back_changes_nothing(self):
        account = self.expired()
        switches = {"reauthorization_requests": True}
        self.sandbox.control("POST", "switches", json=switches)
        with self.at("2026-05-02 06:00:00"):
            before = self.standing(account)
            dialog = self.open_dialog(account)
            dialog._get_page()
            self.assertEqual(self.standing(account), before)
            answer = dialog.action_check()
            self.assertEqual(answer["res_id"], dialog.id)
            self.assertRegex(dialog.result, "^Ponto still shows .* ended on Apr 30")
            self.assertEqual(self.standing(account), before)

    def test_old_or_foreign_return(self):
        account = self.expired()
        dialogs = self.env["ponto.reauthorize"].with_user(self.accountant)
        dialog = self.open_dialog(account)
        state = dialog.sudo().return_state
        stranger = self.env["ponto.reauthorize"].with_user(self.manager)
        for answer in ("", "guessed", "é", state + "x"):
            self.assertFalse(dialogs._take_state(answer))
        self.assertFalse(stranger._take_state(state))
        self.assertEqual(dialogs._take_state(state), dialog)
        self.assertFalse(dialogs._take_state(state), "good for one return")
        self.assertIn("Nothing was changed", dialogs._get_refused_text())

    def test_renewed(self):
        account = self.expired()
        with self.at("2026-05-06 06:00:00"):
            dialog = self.open_dialog(account)
            self.sandbox.control("POST", "accounts/acc-1/reauthorize", json={})
            answer = dialog.action_check()
            self.assertEqual(answer["tag"], "display_notification")
            self.assertEqual(
                answer["params"]["message"], "Vlinderbank: authorized until Nov 2."
            )
            self.env.flush_all()
            runs = self.env["ponto.sync.run"].browse(
                answer["params"]["next"]["params"]["run_ids"]
            )
            self.assertEqual(runs.user_id, self.accountant)
            self.pump(runs)
            self.assertEqual(
                self.booked(account), [("2026-04-20", 10.0), ("2026-05-01", 20.0)]
            )
            self.assertEqual(account.state, "ok")
            self.assertEqual(self.card(account)["color"], "success")

    def test_renewed_and_nobody_clicks(self):
        """The next hourly run reads the new date and fills the gap."""
        account = self.expired()
        with self.at("2026-05-06 06:00:00"):
            self.sandbox.control("POST", "accounts/acc-1/reauthorize", json={})
            self.run_cron()
            self.env.invalidate_all()
            self.assertEqual(account.state, "ok")
            self.assertEqual(len(self.booked(account)), 2)

    def test_before_the_end(self):
        """Renewing early is possible, and is seen as such."""
        with self.at("2026-04-20 06:00:00"):
            account = self.acme(
                transaction(1, "2026-04-20", "10.00"),
                now="2026-04-20T06:00:00Z",
                authorizationExpirationExpectedAt=EXPIRES,
            )
            self.assertEqual(account.state, "expiring")
            self.assertEqual(self.card(account)["renewal"]["text"], "10 days left")
            dialog = self.open_dialog(account)
            self.sandbox.control("POST", "accounts/acc-1/reauthorize", json={})
            self.assertEqual(dialog.action_check()["tag"], "display_notification")
            self.env.invalidate_all()
            self.assertIn(account.state, ("ok", "fetching"))


@tagged("post_install", "-at_install")
class TestCheckNow(RenewalCommon):
    """*Check now* sees what the schedule read, keeps pauses, and is never long."""

    def test_the_schedule_was_first(self):
        account = self.expired()
        with self.at("2026-05-06 06:00:00"):
            dialog = self.open_dialog(account)
            self.sandbox.control("POST", "accounts/acc-1/reauthorize", json={})
            self.run_cron()
            self.env.invalidate_all()
            self.assertEqual(account.state, "ok")
            answer = dialog.action_check()
        self.assertEqual(answer["tag"], "display_notification")
        self.assertIn("authorized until Nov 2", answer["params"]["message"])
        runs = self.env["ponto.sync.run"].browse(
            answer["params"]["next"]["params"]["run_ids"]
        )
        self.assertEqual(
            (runs.user_id, runs.online_account_id), (self.accountant, account)
        )

    def test_opened_after_it_was_read(self):
        """Then there is nothing new to tell."""
        account = self.expired()
        with self.at("2026-05-06 06:00:00"):
            self.sandbox.control("POST", "accounts/acc-1/reauthorize", json={})
            self.run_cron()
            self.env.invalidate_all()
            dialog = self.open_dialog(account)
            self.assertEqual(dialog.action_check()["res_id"], dialog.id)
            self.assertIn("still shows Nov 2", dialog.result)

    def test_pause_is_kept(self):
        account = self.expired()
        self.make_links()
        with self.at("2026-05-06 06:00:00"):
            dialog = self.open_dialog(account)
            self.plan("^/accounts$", status=429, headers={"Retry-After": "7200"})
            dialog.action_check()
            self.assertIn("pause until", dialog.result)
            self.assertEqual(str(self.connection.retry_at), "2026-05-06 08:00:00")
            self.end_faults()
            self.sandbox.clear_requests()
            dialog.action_check()
            self.assertIn("pause until", dialog.result)
            self.run_cron()
            self.env.invalidate_all()
            self.assertEqual(dialog._get_page(), self.sandbox.url + PATH)
            self.assertEqual(self.sandbox.requests(), [])
        with self.at("2026-05-06 08:00:01"):
            self.assertIn("?request=", dialog._get_page())
            self.sandbox.control("POST", "accounts/acc-1/reauthorize", json={})
            self.assertEqual(dialog.action_check()["tag"], "display_notification")
            self.env.invalidate_all()
            self.assertFalse(self.connection.problem_code)

    def test_pause_without_a_time_binds_no_person(self):
        account = self.expired()
        with self.at("2026-05-06 06:00:00"):
            dialog = self.open_dialog(account)
            self.plan("^/accounts$", status=429)
            dialog.action_check()
            self.assertEqual(self.connection.problem_code, "rate_limited")
            self.end_faults()
            self.sandbox.clear_requests()
            dialog.action_check()
            self.assertTrue(self.data_requests())

    def test_pause_met_on_the_way_to_ponto(self):
        account = self.expired()
        self.make_links()
        with self.at("2026-05-06 06:00:00"):
            dialog = self.open_dialog(account)
            pause = {"status": 429, "headers": {"Retry-After": "7200"}}
            self.plan("/reauthorization-requests$", **pause)
            self.assertEqual(dialog._get_page(), self.sandbox.url + PATH)
            self.env.invalidate_all()
            self.assertEqual(str(self.connection.retry_at), "2026-05-06 08:00:00")

    def test_slow_ponto(self):
        account = self.expired()
        self.make_links()
        self.patch(ponto_reauthorize, "LIST_PATIENCE", 0.5)
        self.patch(ponto_reauthorize, "LINK_PATIENCE", 0.5)
        dialog = self.open_dialog(account)
        before = self.standing(account)
        self.plan("^/accounts$", "slow", seconds=2)
        self.assertEqual(dialog.action_check()["res_id"], dialog.id)
        self.assertIn("answers slowly", dialog.result)
        self.assertIn("automatically within the hour", dialog.result)
        self.assertEqual(self.standing(account), before)
        self.plan("/reauthorization-requests$", "slow", seconds=2)
        self.assertEqual(dialog._get_page(), self.sandbox.url + PATH)
