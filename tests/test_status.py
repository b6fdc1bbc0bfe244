import re
from datetime import timedelta
from pathlib import Path

from odoo import fields, sql_db
from odoo.tests import new_test_user, tagged

from ..tools.problem_codes import HEALS_ITSELF
from ..tools.website import is_safe_page, renewal_url
from ..wording.moments import format_date, short_day, short_moment
from ..wording.problems import TEXTS, problem_text
from ..wording.refresh import refresh_text
from .common import PontoCommon

PACKAGE = Path(__file__).parents[1]
NOON = "2026-06-15 12:00:00"
FAR, SOON, PAST = (
    "2026-11-12 08:00:00",
    "2026-07-01 08:00:00",
    "2026-06-01 08:00:00",
)


@tagged("post_install", "-at_install")
class TestStatus(PontoCommon):
    """Colour and sentence of an account are true whatever the hour."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.clerk = new_test_user(
            cls.env,
            "ponto_clerk",
            groups="account.group_account_invoice",
            company_id=cls.company.id,
            company_ids=[(6, 0, cls.company.ids)],
        )

    def setUp(self):
        super().setUp()
        self.enterContext(self.at(NOON))
        self.account = self.linked_account()
        self.stand(last_success_at=NOON, bank_data_at=NOON)
        self.stand(authorization_expires_at=FAR)

    def stand(self, **vals):
        self.account.sudo().write(vals)
        self.env.invalidate_all()

    def heard(self, **ago):
        """The bank was heard that long ago."""
        moment = fields.Datetime.to_datetime(NOON) - timedelta(**ago)
        self.stand(bank_data_at=moment, last_success_at=NOON)

    def told(self, user=None):
        account = self.account.with_user(user or self.clerk)
        return account.state, account.status_color, account.status_message

    def card(self):
        journal = self.account.journal_id.with_user(self.clerk)
        return journal._get_journal_dashboard_data_batched()[journal.id]["ponto"]

    def assert_told(self, state, color, pattern):
        found = self.told()
        self.assertEqual(found[:2], (state, color), found)
        self.assertRegex(found[2], pattern)
        if re.search("renew|re-authorize", found[2], re.IGNORECASE):
            self.assertIn("(or a person with a mandate) renews it", found[2])
            self.assertEqual(found[2].count("the accountant cannot do it"), 1)
        card = self.card()
        self.assertEqual(
            (card["state"], card["color"], card["sentence"]), found, "the card agrees"
        )
        self.assertLessEqual(len(card["headline"]), 60)
        self.assertNotIn("…", card["headline"], "our own sentences fit")

    def test_up_to_date(self):
        self.assert_told(
            "ok",
            "success",
            r"^Up to date as of Jun 15 12:00.PM · authorized until Nov 12\.$",
        )
        self.stand(authorization_expires_at=False)
        self.assert_told("ok", "success", r"^Up to date as of Jun 15 12:00.PM\.$")

    def test_one_login_one_colour(self):
        """The bank refused one account; the other was not asked since."""
        other = (self.connection.online_account_ids - self.account).sudo()
        self.account.sudo().authorized_at = "2026-01-05 09:00:00"
        other.write(
            {
                "provider_account_id": self.account.provider_account_id.id,
                "authorized_at": "2026-01-05 09:00:40",
                "problem_code": "authorization",
            }
        )
        self.heard(hours=1)
        self.assert_told("expired", "danger", "the bank has withdrawn its permission")
        # News of this one came later: its login goes on.
        with self.at("2026-06-15 13:00:00"):
            self.stand(bank_data_at="2026-06-15 12:30:00")
            self.assert_told("ok", "success", "^Up to date")
        # Another login, at the same bank.
        self.heard(hours=1)
        other.authorized_at = "2026-01-05 11:00:00"
        self.env.invalidate_all()
        self.assert_told("ok", "success", "^Up to date")

    def test_one_login_that_is_still_let_in(self):
        other = self.linked_account("acc-2", code="BNK8").sudo()
        both = self.account.sudo() | other
        both.write(
            {
                "provider_account_id": self.account.provider_account_id.id,
                "authorized_at": "2026-01-05 09:00:00",
                "authorization_expires_at": "2026-06-15 09:00:00",
            }
        )
        self.heard(hours=4)
        other.bank_data_at = "2026-06-15 11:00:00"
        self.env.invalidate_all()
        self.assertEqual(self.told()[:2], ("expiring", "warning"))
        self.assertEqual((other.state, other.status_color), ("expiring", "warning"))

    def test_fresh_for_a_day_and_a_half(self):
        self.heard(hours=35, minutes=59)
        self.assert_told("ok", "success", "^Up to date as of Jun 14")
        self.heard(hours=36)
        self.assert_told("ok", "warning", "^Bank data is 2 days old .*four times a day")
        self.heard(hours=49)
        self.assert_told("ok", "warning", "^Bank data is 2 days old")
        self.heard(days=10)
        self.assert_told("ok", "warning", "^Bank data is 10 days old")

    def test_old_because_nobody_clicks(self):
        self.stand(auto_sync=False)
        self.heard(days=5)
        self.assert_told("ok", "warning", "read only when a user clicks")

    def test_never_read(self):
        self.stand(last_success_at=False, bank_data_at=False)
        self.assert_told("ok", "info", "^Nothing has been fetched yet")
        self.stand(last_success_at=NOON)
        self.assert_told("ok", "warning", "has not received data from the bank yet")

    def test_unread_part(self):
        """What is not complete is not called up to date."""
        self.account.fetch_transactions()
        self.heard(hours=1)
        self.stand(walk_run_id=self.account.run_ids[:1].id)
        self.assert_told(
            "ok",
            "warning",
            "^Bank data as of .* The list has not been read completely yet",
        )

    def test_renew_by(self):
        self.stand(authorization_expires_at=SOON)
        self.assert_told(
            "expiring",
            "warning",
            r"^Up to date as of .* Renew by Jul 1\. The company's",
        )
        badge = self.card()["renewal"]
        self.assertEqual((badge["text"], badge["color"]), ("16 days left", "warning"))
        self.heard(days=3)
        self.assert_told("expiring", "warning", r"^Bank data is 3 days old .*Renew by")

    def test_badge_of_the_last_days(self):
        for end, text, color in (
            ("2026-06-16 08:00:00", "1 day left", "warning"),
            ("2026-06-15 20:00:00", "Ends today", "danger"),
            ("2026-06-15 11:00:00", "Renewal needed", "danger"),
        ):
            self.heard(days=1)
            self.stand(authorization_expires_at=end)
            badge = self.card()["renewal"]
            self.assertEqual((badge["text"], badge["color"]), (text, color), end)
        self.stand(authorization_expires_at=FAR)
        self.assertFalse(self.card()["renewal"])

    def test_last_day_is_red(self):
        self.stand(authorization_expires_at="2026-06-15 20:00:00")
        self.assert_told("expiring", "danger", "Renew by Jun 15")
        # Midnight is the bank's.
        self.stand(authorization_expires_at="2026-06-15 22:30:00")
        self.assertEqual(self.card()["renewal"]["text"], "1 day left")
        self.assert_told("expiring", "warning", r"Renew by Jun 16\. ")
        self.assertRegex(self.card()["renewal"]["title"], "^Renew by Jun 16. The comp")

    def test_days_of_the_bank(self):
        """The badge begins by the bank's calendar, whatever the hour."""
        self.stand(authorization_expires_at="2026-07-15 21:30:00")
        self.assert_told("expiring", "warning", "Renew by Jul 15")
        self.assertEqual(self.card()["renewal"]["text"], "30 days left")
        self.stand(authorization_expires_at="2026-07-15 22:30:00")
        self.assert_told("ok", "success", "authorized until Jul 16")

    def test_ended(self):
        self.stand(authorization_expires_at=PAST, bank_data_at="2026-06-01 06:00:00")
        self.assert_told(
            "expired",
            "danger",
            "^Stopped: no bank data since Jun 1 6:00.AM. Reason: the bank's "
            "permission ended on Jun 1\\. The company's .* Odoo then "
            "fetches",
        )
        self.assertNotIn("Odoo has not read", self.told()[2])
        self.stand(last_read_at="2026-06-14 10:00:00")
        self.assert_told(
            "expired", "danger", "Odoo has not read Ponto since Jun 14 10:00.AM"
        )

    def test_ended_before_its_day(self):
        self.stand(problem_code="authorization")
        self.assert_told("expired", "danger", "the bank has withdrawn its permission")

    def test_bank_that_answers_after_the_expected_end(self):
        """The date is only expected; what the bank does counts."""
        self.stand(authorization_expires_at=PAST)
        self.assert_told(
            "expiring", "warning", "^Up to date as of .* Renew now. .*Jun 1"
        )
        # Until it falls silent: then waiting does not help.
        self.heard(hours=36)
        self.assert_told(
            "expired",
            "danger",
            r"^Stopped: no bank data since Jun 14 12:00.AM. Reason: the bank's permission "
            r"probably ended on Jun 1\. The company's",
        )
        self.assertEqual(self.card()["renewal"]["text"], "Renewal needed")

    def test_trouble_that_passes(self):
        for code in HEALS_ITSELF:
            self.heard(hours=1)
            self.stand(problem_code=code, problem_values={})
            with self.subTest(code=code):
                self.assert_told(
                    "error", "warning", "Bank data as of Jun 15 11:00.AM\\.$"
                )
            self.heard(hours=40)
            with self.subTest(code=code, old=True):
                self.assert_told("error", "danger", r"Stopped since Jun 13 8:00.PM\.$")

    def test_trouble_that_waits_for_a_person(self):
        waiting = {*TEXTS} - HEALS_ITSELF - {"authorization"}
        for code in waiting:
            self.stand(problem_code=code, problem_values={})
            with self.subTest(code=code):
                self.assert_told(
                    "error", "danger", r"^Stopped since Jun 15 12:00.PM\. "
                )

    def test_connections_trouble(self):
        self.connection._note_problem("bad_credentials")
        self.env.invalidate_all()
        self.assert_told("error", "danger", "Replace credentials")
        self.connection._note_success()
        self.env.invalidate_all()
        self.assert_told("ok", "success", "^Up to date")

    def test_connection_without_credentials(self):
        self.connection.sudo().client_secret_encrypted = False
        self.env.invalidate_all()
        self.assert_told("error", "danger", "No client ID and secret")

    def test_copy_of_the_database(self):
        self.env["ir.config_parameter"].set_param("database.is_neutralized", "1")
        self.env.invalidate_all()
        self.assert_told("paused", "secondary", "^This is a neutralized copy")

    def test_maintenance(self):
        self.account.provider_account_id.sudo().write(
            {
                "maintenance_from": "2026-06-15 10:00:00",
                "maintenance_to": "2026-06-15 18:00:00",
            }
        )
        self.heard(hours=1)
        self.stand(problem_code="bank_trouble")
        self.assert_told(
            "error", "warning", "Vlinderbank is under maintenance until Jun 15 6:00.PM"
        )
        self.account.provider_account_id.sudo().maintenance_to = "2026-06-15 11:00:00"
        self.env.invalidate_all()
        self.assertNotIn("is under maintenance", self.told()[2])

    def test_trouble_of_the_bank_that_lasts(self):
        self.heard(hours=26)
        self.stand(problem_code="bank_trouble")
        self.stand(problem_since="2026-06-14 13:00:00")
        self.assert_told("error", "warning", "usually passes within hours")
        self.stand(problem_since="2026-06-14 12:00:00")
        self.assert_told("error", "warning", "waiting has not helped")

    def test_schedule_that_does_not_run(self):
        """Not the bank is silent: Odoo does not listen."""
        self.heard(days=3)
        self.stand(last_read_at="2026-06-14 10:01:00")
        self.assert_told("ok", "warning", "Ponto has received nothing from the bank")
        self.stand(last_read_at="2026-06-14 10:00:00")
        self.assert_told(
            "ok",
            "warning",
            r"Odoo has not read Ponto since Jun 14 10:00.AM",
        )
        self.assertNotIn("re-authorize", self.told()[2])

    def test_details_for_administrators(self):
        values = {"status": 503, "error_code": "serviceUnavailable", "request_id": "R1"}
        self.stand(problem_code="ponto_down", problem_values=values)
        self.assertIn("(Ponto's reference: R1)", self.told()[2])
        self.assertNotRegex(self.told()[2], "503|serviceUnavailable")
        administrator = self.env.ref("base.user_admin")
        administrator.write({"company_ids": [(4, self.company.id)]})
        facts = "(For administrators: HTTP 503 serviceUnavailable)"
        self.assertIn(facts, self.told(administrator)[2])

    def test_one_query_more_for_any_number_of_cards(self):
        """Ten cards cost what one costs."""
        self.account.fetch_transactions()
        journals = self.account.journal_id

        def count():
            self.env.flush_all()
            self.env.invalidate_all()
            before = sql_db.sql_counter
            data = {journal.id: {} for journal in journals}
            accounts = self.env["ponto.online.account"].search(
                [("journal_id", "in", journals.ids)]
            )
            for account in accounts:
                data[account.journal_id.id] = account.journal_id._ponto_card_data(
                    account
                )
            self.assertTrue(all(data.values()))
            return sql_db.sql_counter - before

        one = count()
        for number in range(9):
            journal = self.make_journal(f"BN{number}")
            account = self.account.sudo().copy(
                {"ponto_ref": f"more-{number}", "connection_id": self.connection.id}
            )
            account.journal_id = journal
            journals |= journal
        self.assertLessEqual(count(), one)

    def test_a_dashboard_of_thirty_fed_journals(self):
        """At most 15 statements more than the same journals cost unfed, each with a
        connection of its own, a difference, held rows and an end to be told of."""
        journals = self.env["account.journal"].union(
            *(self.make_journal(f"T{number}") for number in range(30))
        )
        cards = journals.with_user(self.clerk)

        def count():
            cards._get_journal_dashboard_data_batched()
            self.env.flush_all()
            self.env.invalidate_all()
            before = sql_db.sql_counter
            found = cards._get_journal_dashboard_data_batched()
            cost = sql_db.sql_counter - before
            return cost, [found[journal.id]["ponto"]["state"] for journal in journals]

        unfed, states = count()
        self.assertEqual(states, [False] * 30)
        for number, journal in enumerate(journals):
            connection = self.connect(name=f"Ponto {number}", client_id=f"id {number}")
            bank = self.account.provider_account_id.sudo()
            account = self.account.sudo().copy(
                {
                    "ponto_ref": f"more-{number}",
                    "connection_id": connection.id,
                    "provider_account_id": bank.copy(
                        {"connection_id": connection.id}
                    ).id,
                    "authorization_expires_at": SOON,
                    "last_success_at": NOON,
                    "bank_data_at": NOON,
                    "sync_start_date": "2026-01-01",
                    "balance": 5.0,
                    "balance_date": "2026-06-15",
                    "complete_at": NOON,
                    "difference_report_at": "2026-06-10 12:00:00",
                    "difference_since": "2026-06-10 12:00:00",
                    "listed_synchronized_at": NOON,
                }
            )
            account.journal_id = journal
            self.env["ponto.transaction"].sudo().create(
                {
                    "online_account_id": account.id,
                    "ponto_ref": f"held-{number}",
                    "amount": 1,
                    "state": "held",
                    "hold_code": "refused",
                }
            )
        fed, states = count()
        self.assertEqual(states, ["expiring"] * 30)
        self.assertLessEqual(fed - unfed, 15)
        card = self.last_card(journals)
        self.assertEqual((card["held"], card["balance_state"]), (1, "different"))

    def last_card(self, journals):
        cards = journals.with_user(self.clerk)._get_journal_dashboard_data_batched()
        return cards[journals[-1:].id]["ponto"]

    def test_card_of_a_connected_bank(self):
        """Core's advertisement is gone; the menu leads somewhere."""
        arch = self.env["account.journal"].get_view(
            self.env.ref("account.account_journal_dashboard_kanban_view").id
        )["arch"]
        (advice,) = re.findall(r"<span[^>]*>Connect your bank[^<]*</span>", arch)
        self.assertIn("!(dashboard.ponto and dashboard.ponto.state)", advice)
        journal = self.account.journal_id
        for name, model in (
            ("action_ponto_open_runs", "ponto.sync.run"),
            ("action_ponto_check_period", "ponto.check.period"),
        ):
            self.assertIn(f'name="{name}"', arch)
            self.assertEqual(getattr(journal, name)()["res_model"], model)
            with self.refusal("No Ponto account is linked to this journal"):
                getattr(self.chart_journal("bank"), name)()


@tagged("post_install", "-at_install")
class TestWording(PontoCommon):
    """Moments, refreshes and addresses that stand in sentences."""

    def test_moments(self):
        with self.at(NOON):
            self.assertEqual(short_day(self.env, "2026-11-12"), "Nov 12")
            self.assertEqual(short_day(self.env, "2025-06-01"), "Jun 1, 2025")
            self.assertEqual(short_day(self.env, False), "")
            self.assertEqual(short_moment(self.env, False), "")
            self.env.user.tz = "Europe/Brussels"
            self.assertRegex(short_moment(self.env, FAR), r"^Nov 12 9:00.AM$")
            # The day is the reader's, too.
            self.assertEqual(
                short_day(self.env, fields.Datetime.to_datetime("2026-07-01 22:30:00")),
                "Jul 2",
            )

    def test_languages(self):
        self.env["res.lang"]._activate_lang("nl_BE")
        with self.at(NOON):
            dutch = self.env(context={"lang": "nl_BE"})
            self.assertEqual(short_moment(dutch, FAR), "12 nov. 08:00")

    def test_no_day_ends_with_a_full_stop(self):
        """The sentence around it has its own, in every language."""
        languages = ("fr_BE", "uk_UA", "nl_BE", "de_DE", "hr_HR", "hu_HU")
        days = [f"202{year}-{month:02}-03" for year in (5, 6) for month in range(1, 13)]
        for code in languages:
            self.env["res.lang"]._activate_lang(code)
            env = self.env(context={"lang": code})
            with self.at(NOON):
                for day in days:
                    for text in (short_day(env, day), format_date(env, day)):
                        self.assertFalse(text.endswith("."), text)
        with self.at(NOON):
            french, ukrainian = (
                self.env(context={"lang": code}) for code in languages[:2]
            )
            self.assertEqual(short_day(french, "2026-12-03"), "3 décembre")
            self.assertEqual(short_day(french, "2026-05-03"), "3 mai")
            self.assertEqual(short_day(ukrainian, "2026-12-03"), "3 грудня")
            self.assertEqual(short_day(ukrainian, "2025-06-03"), "3 червня 2025")

    def test_sentences_take_days_from_there(self):
        for path in PACKAGE.rglob("*.py"):
            folder = path.relative_to(PACKAGE).parts[0]
            ours = folder in ("models", "wizard", "matching", "tools", "wording")
            if ours and path.name != "moments.py":
                found = re.search(
                    r"odoo\.tools import .*\bformat_date\b", path.read_text()
                )
                self.assertFalse(found, path)

    def test_nothing_is_promised_where_nothing_was_saved(self):
        """Of credentials and searches that were only tried, Odoo repeats none."""
        for code in TEXTS:
            text = problem_text(self.env, code, {"retry_at": FAR}, again="Later.")
            with self.subTest(code=code):
                self.assertNotRegex(text, "Odoo (tries again|continues)")

    def test_refreshes(self):
        with self.at(NOON):
            again = {"refresh": "recently", "again_at": "2026-06-15 12:05:00"}
            self.assertRegex(refresh_text(self.env, again), r"from .*12:05.PM")
        text = refresh_text(self.env, {"refresh": "recently"})
        self.assertIn("five minutes", text)
        text = refresh_text(self.env, {"refresh": "no_address"})
        self.assertRegex(text, "proxy mode.*office's public IP address")
        self.assertEqual(refresh_text(self.env, {}), "")

    def test_where_one_renews(self):
        page = "/_dashboard/institutions/bank%2Fa/reauthorize"
        local = "http://127.0.0.1:8070"
        self.assertEqual(renewal_url(local, "bank/a"), local + page)
        real = "https://api.myponto.com"
        self.assertEqual(renewal_url(real, "bank/a"), "https://dashboard.myponto.com/")

    def test_pages_that_are_opened(self):
        real, local = "https://api.myponto.com", "http://127.0.0.1:8070"
        self.assertTrue(is_safe_page(real, "https://authorize.myponto.com/x"))
        self.assertTrue(is_safe_page(local, "http://127.0.0.1:8070/_dashboard"))
        for page in (
            "http://authorize.myponto.com/x",
            "http://127.0.0.1:8070/x",
            "javascript:alert(1)",
            "https://",
            "",
            None,
        ):
            self.assertFalse(is_safe_page(real, page), page)
