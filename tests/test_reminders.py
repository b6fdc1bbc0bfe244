from odoo import Command
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged

from ..models.institution.ponto_provider_account_successor import SUPPORT_URL
from .common import account_seed, transaction
from .common_reminders import RemindersCommon, ending_account

INVOICE = "account.group_account_invoice"
MANAGER = "account.group_account_manager"


@tagged("post_install", "-at_install")
class TestReminders(RemindersCommon):
    """The right person is told in time, once, and left alone when it is done."""

    def test_ladder(self):
        bank = self.banks(ending_account())
        told = []
        for day in (
            *("03-31", "04-15", "04-16", "04-22", "04-23", "04-28", "04-29", "04-30"),
            *("05-01", "05-06", "05-07", "05-14", "05-21", "05-28", "06-03", "06-04"),
            *("06-11", "07-30"),
        ):
            self.check(day)
            told.append((day, len(self.activities(bank)), len(self.mails())))
        self.assertEqual(
            told,
            [
                *[("03-31", 0, 0), ("04-15", 0, 0), ("04-16", 1, 0), ("04-22", 1, 0)],
                *[("04-23", 1, 1), ("04-28", 1, 1), ("04-29", 1, 2), ("04-30", 1, 2)],
                *[("05-01", 1, 2), ("05-06", 1, 2), ("05-07", 1, 3), ("05-14", 1, 4)],
                *[("05-21", 1, 5), ("05-28", 1, 6), ("06-03", 1, 6), ("06-04", 1, 7)],
                *[("06-11", 1, 7), ("07-30", 1, 7)],
            ],
        )
        self.assertIn("This is the last reminder", self.mails()[-1].body_html)
        self.assertNotIn("This is the last reminder", self.mails()[-2].body_html)

    def test_activity_is_updated(self):
        bank = self.banks(ending_account())
        self.check("04-16")
        activity = self.activities(bank)
        self.assertEqual(activity.user_id, self.ann)
        self.assertEqual(str(activity.date_deadline), "2026-04-30")
        self.assertEqual(activity.summary, "Vlinderbank: renew by 04/30/2026 at Ponto")
        for words in (
            "…7034",
            "with a mandate",
            "the accountant cannot do it for them",
        ):
            self.assertIn(words, activity.note)
        self.assertNotIn("BE68", activity.note)
        self.check("05-01")
        self.assertEqual(self.activities(bank), activity)
        self.assertEqual(
            activity.summary,
            "Vlinderbank: no bank data since 04/30/2026, renew at Ponto",
        )

    def test_many_runs_a_day_and_a_missed_week(self):
        bank = self.banks(ending_account())
        action = self.env.ref("account_ponto_sync.ir_cron_check_authorizations")
        self.assertEqual((action.interval_number, action.interval_type), (1, "days"))
        self.assertTrue(action.active)
        for _run in range(3):
            self.check("04-16")
        self.check("04-30")  # the server stood still on 23 and 29 April
        self.check("04-30")
        self.assertEqual(len(self.activities(bank)), 1)
        self.assertEqual(self.mailed(), {"Ann": 1})

    def test_clock_that_jumps(self):
        self.banks(ending_account())
        self.check("04-16")
        self.check("06-30")  # a clock that was wrong for a day
        self.assertEqual(self.mailed(), {"Ann": 1})
        self.check("04-22")
        self.assertEqual(self.mailed(), {"Ann": 1})
        self.check("04-23")
        self.check("04-29")
        self.assertEqual(self.mailed(), {"Ann": 3})

    def test_quiet_days_write_nothing(self):
        bank = self.banks(ending_account())
        self.check("04-23")
        seen = (bank.write_date, self.activities(bank).write_date)
        messages = len(bank.message_ids)
        self.check("04-24")
        self.connection.fetch_accounts()
        self.env.invalidate_all()
        self.assertEqual((bank.write_date, self.activities(bank).write_date), seen)
        self.assertEqual(len(bank.message_ids), messages)

    def test_what_a_person_did_is_not_asked_again(self):
        bank = self.banks(ending_account())
        self.check("04-16")
        self.activities(bank).with_user(self.ann).action_feedback(feedback="Asked.")
        self.check("04-20")
        self.assertFalse(self.activities(bank))
        self.check("04-23")
        self.assertEqual(len(self.activities(bank)), 1)

    def test_new_authorization_closes(self):
        bank = self.banks(ending_account())
        self.check("04-23")
        self.renew()
        with self.list_read("2026-04-24 10:00:00"):
            self.assertFalse(self.activities(bank))
            self.assertIn("Authorized until", bank.message_ids[0].body)
            self.assertEqual(bank.state, "connected")
        self.check("04-29")
        self.assertEqual(self.mailed(), {"Ann": 1})
        self.assertFalse(self.activities(bank))

    def test_check_closes_what_the_list_did_not(self):
        bank = self.banks(ending_account())
        self.check("04-23")
        account = bank.online_account_ids
        account.sudo().unlink_journal()
        self.check("04-24")
        self.assertFalse(self.activities(bank))
        self.check("04-29")
        self.assertEqual(self.mailed(), {"Ann": 1})

    def test_bank_that_feeds_nothing(self):
        bank = self.banks(ending_account(), linked=())
        self.check("05-20")
        self.assertFalse(self.activities(bank))
        self.assertFalse(self.mails())

    def test_two_accounts_one_reminder(self):
        bank = self.banks(ending_account(1), ending_account(2, institution="bank-a"))
        self.check("04-23")
        self.assertEqual(len(bank), 1)
        self.assertEqual(len(self.activities(bank)), 1)
        self.assertEqual(self.mailed(), {"Ann": 1})
        self.assertIn("…7034, …6769", self.mails().body_html)
        # One of the two is renewed: the other still ends.
        self.renew("2026-04-24 09:00:00")
        with self.list_read("2026-04-24 10:00:00"):
            self.assertEqual(len(self.activities(bank)), 1)
        self.renew("2026-04-25 09:00:00", ref="acc-2")
        with self.list_read("2026-04-25 10:00:00"):
            self.assertFalse(self.activities(bank))

    def test_bank_that_refuses_before_the_day(self):
        bank = self.banks(ending_account(ends="2026-09-30T06:00:00.000Z"))
        account = bank.online_account_ids
        with self.at("2026-04-10 09:00:00"):
            self.sandbox.control("POST", "accounts/acc-1/expire", json={"early": True})
            self.sandbox.control("POST", "accounts/acc-1/synchronize", json={})
            account.fetch_transactions()
            self.assertEqual(account.problem_code, "authorization")
        self.check("04-10")
        self.assertEqual(len(self.activities(bank)), 1)
        # On the day itself: it is over, not about to be.
        self.assertIn("no bank data since 04/10/2026", self.activities(bank).summary)
        self.assertIn("permission ended on 04/10/2026", self.mails().body_html)
        self.assertEqual(self.mailed(), {"Ann": 1})
        self.assertEqual(bank.state, "expired")
        with self.at("2026-04-11 09:00:00"):
            self.assertEqual(bank.days_left, -1)
        # Ponto cannot be read for a while: the bank has not taken it back.
        with self.at("2026-04-11 09:00:00"):
            account.sudo()._note_failure("unreachable", {})
        self.check("04-11")
        self.assertEqual(len(self.activities(bank)), 1)
        self.assertIn("since 04/10/2026", self.activities(bank).summary)
        with self.at("2026-04-12 09:00:00"):
            account.fetch_transactions()
        self.assertEqual(account.problem_code, "authorization")
        self.check("04-17")
        self.assertEqual(self.mailed(), {"Ann": 2})
        self.renew()
        with self.list_read("2026-04-20 10:00:00"):
            self.assertFalse(self.activities(bank))
        self.check("05-20")
        self.assertEqual(self.mailed(), {"Ann": 2})

    def test_bank_that_goes_on_after_the_day(self):
        bank = self.banks(ending_account())
        account = bank.online_account_ids.sudo()
        account.bank_data_at = "2026-05-01 06:00:00"
        self.check("05-02")
        activity = self.activities(bank)
        self.assertIn("was expected to end on 04/30/2026", activity.note)
        self.assertIn("renew by 04/30/2026", activity.summary)
        # It fell silent: nobody is told that the bank still lets Ponto in.
        self.check("05-03")
        self.assertIn(
            "expected to end on 04/30/2026. No new transactions have arrived since "
            "05/01/2026",
            activity.note,
        )
        self.assertIn("no bank data since 05/01/2026", activity.summary)
        # Where the end was only estimated, there is nothing to remind of.
        account.authorization_estimated = True
        self.assertEqual(account._get_authorization_state(), False)
        self.check("05-03")
        self.assertFalse(self.activities(bank))

    def test_renewal_heals_what_the_end_had_stopped(self):
        account = self.banks(ending_account()).online_account_ids
        account.sudo()._note_success("authorization")
        self.renew("2026-04-02 09:00:00")
        with self.list_read("2026-04-02 09:10:00"):
            self.assertFalse(account.problem_code)
            self.assertTrue(account.sudo()._is_due(account._open_run()))

    def test_one_must_be_renewed_while_another_one_fails(self):
        """What a person must do is told, not what passes by itself."""
        bank = self.banks(
            ending_account(1),
            ending_account(2, institution="bank-a", ends="2026-09-30T06:00:00.000Z"),
        )
        first, second = bank.online_account_ids.sorted("ponto_ref")
        with self.at("2026-05-02 09:00:00"):
            second.sudo()._note_failure("bank_trouble", {})
            self.env.invalidate_all()
            self.assertEqual((first.state, second.state), ("expired", "error"))
            self.assertEqual(bank.state, "expired")
            self.assertIn("Stopped: the bank's permission", bank.state_message)

    def test_one_was_refused_before_the_common_day(self):
        bank = self.banks(ending_account(1), ending_account(2, institution="bank-a"))
        second = bank.online_account_ids.sorted("ponto_ref")[1]
        second.sudo()._note_success("authorization")
        self.env.invalidate_all()
        self.assertEqual(bank.state, "expired")
        self.assertIn("the bank has withdrawn its permission", bank.state_message)

    def test_lead_times(self):
        bank = self.banks(ending_account())
        self.company.write(
            {
                "ponto_renewal_badge_days": 60,
                "ponto_renewal_activity_days": 40,
                "ponto_renewal_mail_days": 20,
                "ponto_renewal_last_mail_days": 5,
            }
        )
        with self.at("2026-03-05 09:00:00"):
            self.assertEqual(bank.state, "expiring")
        self.check("03-20")
        self.assertFalse(self.activities(bank))
        self.check("03-21")
        self.assertTrue(self.activities(bank))
        self.check("04-09")
        self.assertFalse(self.mails())
        self.check("04-10")
        self.check("04-24")
        self.assertEqual(self.mailed(), {"Ann": 1})
        self.check("04-25")
        self.assertEqual(self.mailed(), {"Ann": 2})
        with self.refusal("0 to 120 days", ValidationError):
            self.company.ponto_renewal_mail_days = 500

    def test_settings(self):
        settings = self.env["res.config.settings"].create(
            {
                "ponto_renewal_badge_days": 20,
                "ponto_renewal_activity_days": 10,
                "ponto_renewal_mail_days": 5,
                "ponto_renewal_last_mail_days": 2,
            }
        )
        settings.execute()
        self.assertEqual(self.env.company.ponto_renewal_badge_days, 20)
        self.assertEqual(self.env.company.ponto_renewal_last_mail_days, 2)

    def test_days_left(self):
        bank = self.banks(ending_account())
        for moment, days in (
            ("2026-04-15 21:59:59", 15),  # 23:59 in Brussels
            ("2026-04-15 22:00:00", 14),
            ("2026-04-30 05:00:00", 0),
            ("2026-05-02 05:00:00", -2),
        ):
            with self.subTest(moment), self.at(moment):
                self.env.invalidate_all()
                self.assertEqual(bank.days_left, days)


@tagged("post_install", "-at_install")
class TestOneBankTwoConnections(RemindersCommon):
    """A company may reach its bank through two integrations: it is one bank."""

    def two_records(self, responsible, ends="2026-04-30T06:00:00.000Z"):
        """The bank as each connection lists it; one account of it feeds a journal."""
        first = self.banks(
            ending_account(1),
            ending_account(2, institution="bank-a", ends=ends),
            linked=["acc-1"],
        )
        other = {"client_id": "other-integration", "client_secret": "marker-other-zq"}
        self.sandbox.control("POST", "integrations", json={**other, "accounts": "all"})
        there = self.connect(responsible_user_id=responsible.id, **other)
        account = there.fetch_accounts().filtered(lambda one: one.ponto_ref == "acc-2")
        account.link_journal(self.make_journal("R9"), "2026-01-01")
        return first, account.provider_account_id

    def test_one_activity_and_one_mail(self):
        first, second = self.two_records(self.ann)
        self.assertEqual(first.institution_ref, second.institution_ref)
        self.check("04-16")
        activity = self.activities(first | second)
        self.assertEqual(len(activity), 1)
        for numbers in ("Vlinderbank …7034", "Vlinderbank …6769"):
            self.assertIn(numbers, activity.note)
        self.assertEqual(activity.note.count("with a mandate"), 1)
        self.check("04-23")
        self.assertEqual(self.activities(first | second), activity)
        self.assertEqual(self.mailed(), {"Ann": 1})
        # One login is renewed: what is left to tell goes on, of the other alone.
        self.renew("2026-04-24 09:00:00")
        with self.list_read("2026-04-24 10:00:00"):
            self.assertFalse(self.activities(first))
            activity = self.activities(second)
            self.assertEqual(len(activity), 1)
            self.assertNotIn("…7034", activity.note)
        with self.at("2026-04-24 11:00:00"):
            first.with_user(self.ann).action_snooze_renewal()
        self.check("04-25")
        self.assertFalse(self.activities(first | second))

    def test_what_stands_still_comes_first(self):
        first, second = self.two_records(self.ann, ends="2026-04-20T06:00:00.000Z")
        self.check("04-21")
        activity = self.activities(first | second)
        self.assertEqual(len(activity), 1)
        self.assertIn("no bank data since 04/20/2026", activity.summary)
        self.assertEqual(str(activity.date_deadline), "2026-04-20")
        self.assertIn("ends on 04/30/2026", activity.note)

    def test_each_responsible_user(self):
        first, second = self.two_records(self.manager)
        self.check("04-16")
        self.assertEqual(self.activities(first).user_id, self.ann)
        self.assertEqual(self.activities(second).user_id, self.manager)


@tagged("post_install", "-at_install")
class TestReminderMails(RemindersCommon):
    """What the mails say, to whom, in whose language."""

    def test_digest_over_banks_and_companies(self):
        other = self.env["res.company"].create({"name": "Peeters Vastgoed"})
        self.ann.company_ids |= other
        connection = self.connection
        self.banks(ending_account(1), ending_account(2, institution="bank-b"))
        journal = self.env["account.journal"].create(
            {"name": "V", "code": "V1", "type": "bank", "company_id": other.id}
        )
        there = self.connect(company_id=other.id, responsible_user_id=self.ann.id)
        account = there.fetch_accounts().filtered(lambda one: one.ponto_ref == "acc-1")
        account.sudo().write({"journal_id": journal.id})
        self.check("04-23")
        [mail] = self.mails()
        self.assertEqual(mail.recipient_ids, self.ann.partner_id)
        for words in (
            *("Vlinderbank", "Sint-Michiels Krediet", "…7034", "…6769"),
            *("Bakkerij Peeters", "Peeters Vastgoed"),
        ):
            self.assertIn(words, mail.body_html)
        self.assertEqual(connection.responsible_user_id, self.ann)

    def test_one_a_day_whatever_is_found_later(self):
        self.banks(
            ending_account(1),
            ending_account(2, institution="bank-b"),
            linked=["acc-1"],
        )
        self.check("04-23")
        late = self.connection.online_account_ids.filtered(
            lambda one: one.ponto_ref == "acc-2"
        )
        with self.at("2026-04-23 10:00:00"):
            late.link_journal(self.make_journal("LATE"), "2026-01-01")
        self.check("04-23")
        self.assertEqual(self.mailed(), {"Ann": 1})
        self.check("04-24")
        self.assertEqual(self.mailed(), {"Ann": 2})
        self.assertIn("Sint-Michiels", self.mails()[1].body_html)
        self.assertNotIn("Vlinderbank", self.mails()[1].body_html)

    def test_contact_and_responsible(self):
        bank = self.banks(ending_account())
        bank.renewal_contact_id = self.rita
        self.check("04-23")
        self.assertEqual(self.mailed(), {"Ann": 1, "Rita Maes": 1})
        self.assertIn(
            "A reminder is sent to Rita Maes by e-mail", self.activities(bank).note
        )
        bank.renewal_contact_id = self.ann.partner_id
        self.check("04-29")
        self.assertEqual(self.mailed(), {"Ann": 2, "Rita Maes": 1})

    def test_what_the_mail_says(self):
        bank = self.banks(ending_account())
        bank.renewal_contact_id = self.rita
        self.company.email = "office@example.com"
        self.check("04-23")
        mail = self.mails().filtered(lambda one: self.rita in one.recipient_ids)
        self.assertEqual(
            mail.subject, "Renew the bank's permission at Ponto: Vlinderbank"
        )
        self.assertIn("office@example.com", mail.email_from)
        body = mail.body_html
        for words in (
            *("Rita Maes", "…7034", "ends on 04/30/2026", "the accountant cannot"),
            f'href="{self.sandbox.url}/_dashboard"',
        ):
            self.assertIn(words, body)
        self.assertEqual(body.count("<li"), 4)  # a bank and three steps
        self.assertNotIn("BE68539007547034", body)
        self.assertNotIn("Bakkerij Peeters BV", body)

    def test_language_of_the_reader(self):
        self.env["res.lang"]._activate_lang("nl_BE")
        template = self.env.ref("account_ponto_sync.mail_template_renewal")
        template.with_context(
            lang="nl_BE"
        ).subject = "Vernieuw: {{ object.bank_names }}"
        self.rita.lang = "nl_BE"
        bank = self.banks(ending_account())
        bank.renewal_contact_id = self.rita
        self.check("04-23")
        mail = self.mails().filtered(lambda one: self.rita in one.recipient_ids)
        self.assertEqual(mail.subject, "Vernieuw: Vlinderbank")
        self.assertIn("30/04/2026", mail.body_html)

    def test_estimated_end_is_said(self):
        institutions = [
            {"id": "bank-a", "name": "Vlinderbank", "expectedAuthorizationLifetime": 90}
        ]
        account = ending_account(ends=None)
        account["authorizedAt"] = "2026-01-30T06:00:00.000Z"
        bank = self.banks(account, institutions=institutions)
        self.assertEqual(str(bank.authorization_expires_at), "2026-04-30 06:00:00")
        self.assertTrue(bank.authorization_estimated)
        self.check("04-23")
        self.assertIn("(estimated", self.mails().body_html)
        self.assertIn("(estimated)", self.activities(bank).summary)

    def test_send_again(self):
        bank = self.banks(ending_account())
        mine = bank.with_user(self.ann)
        with self.refusal("Choose a renewal contact first"):
            mine.action_send_reminder()
        bank.renewal_contact_id = self.rita
        self.check("04-23")
        with self.at("2026-04-23 10:00:00"):
            answer = mine.action_send_reminder()
        self.assertEqual(self.mailed(), {"Ann": 1, "Rita Maes": 2})
        self.assertEqual(answer["tag"], "display_notification")
        self.assertIn("Rita Maes", answer["params"]["message"])
        self.rita.email = False
        with self.refusal("no e-mail address"):
            mine.action_send_reminder()

    def test_send_again_needs_rights(self):
        bank = self.banks(ending_account())
        bank.renewal_contact_id = self.rita
        stranger = self.new_user("stranger", "base.group_user")
        with self.refusal("", AccessError):
            bank.with_user(stranger).action_send_reminder()
        reader = self.new_user("reader", "account.group_account_readonly")
        with self.refusal("invoicing rights", UserError):
            bank.with_user(reader).action_snooze_renewal()

    def test_reminders_of_another_company(self):
        self.banks(ending_account())
        self.check("04-23")
        reminder = self.env["ponto.reminder"].search([])
        self.assertTrue(reminder.with_user(self.manager).has_access("read"))
        other = self.env["res.company"].create({"name": "Other"})
        stranger = self.new_user("stranger", MANAGER, other)
        self.assertFalse(reminder.with_user(stranger).search([]))
        self.assertFalse(reminder.with_user(self.ann).has_access("read"))


@tagged("post_install", "-at_install")
class TestSentByHand(RemindersCommon):
    """*Send reminder* floods nobody, and tells whose click it was."""

    def test_once_in_an_hour(self):
        bank, other = self.banks(
            ending_account(), ending_account(2, institution="bank-b")
        )
        (bank | other).renewal_contact_id = self.rita
        with self.at("2026-04-23 10:00:00"):
            bank.with_user(self.ann).action_send_reminder()
        with self.at("2026-04-23 10:59:59"):
            with self.refusal("possible from Apr 23"):
                bank.with_user(self.manager).action_send_reminder()
            other.with_user(self.ann).action_send_reminder()
            paul = self.rita.copy({"name": "Paul", "email": "paul@example.com"})
            bank.renewal_contact_id = paul
            bank.with_user(self.ann).action_send_reminder()
            bank.renewal_contact_id = self.rita
        self.assertEqual(self.mailed(), {"Rita Maes": 2, "Paul": 1})
        with self.at("2026-04-23 11:00:00"):
            bank.with_user(self.ann).action_send_reminder()
        self.assertEqual(self.mailed(), {"Rita Maes": 3, "Paul": 1})

    def test_the_schedules_mail_does_not_count(self):
        bank = self.banks(ending_account())
        bank.renewal_contact_id = self.rita
        self.check("04-23")
        with self.at("2026-04-23 09:00:01"):
            bank.with_user(self.ann).action_send_reminder()
        self.assertEqual(self.mailed()["Rita Maes"], 2)

    def test_note_of_whoever_clicked(self):
        bank = self.banks(ending_account())
        bank.renewal_contact_id = self.rita
        before = bank.message_ids
        with self.at("2026-04-23 10:00:00"):
            bank.with_user(self.ann).action_send_reminder()
        self.env.invalidate_all()
        note = bank.message_ids - before
        self.assertIn("sent to Rita Maes by e-mail", note.body)
        self.assertEqual(note.author_id, self.ann.partner_id)
        mail = self.mails()
        self.assertNotIn("Ann", mail.email_from)


@tagged("post_install", "-at_install")
class TestReminderPauses(RemindersCommon):
    """Snooze, and closed at the bank."""

    def test_snooze(self):
        bank = self.banks(ending_account())
        self.check("04-16")
        with self.at("2026-04-16 10:00:00"):
            bank.with_user(self.ann).action_snooze_renewal()
        self.assertEqual(str(bank.renewal_snoozed_until), "2026-04-23")
        self.assertFalse(self.activities(bank))
        self.check("04-22")
        self.assertFalse(self.activities(bank))
        self.check("04-23")
        self.assertEqual(len(self.activities(bank)), 1)
        self.assertEqual(self.mailed(), {"Ann": 1})

    def test_snooze_is_over_on_the_last_day(self):
        bank = self.banks(ending_account())
        self.check("04-28")
        with self.at("2026-04-28 10:00:00"):
            bank.with_user(self.ann).action_snooze_renewal()
        self.check("04-29")
        self.assertFalse(self.activities(bank))
        self.check("04-30")
        self.assertEqual(len(self.activities(bank)), 1)

    def test_closed_at_the_bank(self):
        bank = self.banks(ending_account())
        self.check("04-16")
        with self.refusal("", AccessError):
            bank.with_user(self.ann).action_close_at_bank()
        with self.refusal("and cannot be edited", AccessError):
            bank.with_user(self.manager).is_closed_at_bank = True
        with self.at("2026-04-16 10:00:00"):
            bank.with_user(self.manager).action_close_at_bank()
        self.assertFalse(self.activities(bank))
        self.assertEqual(bank.state, "disconnected")
        self.assertIn("Closed at the bank", bank.state_message)
        self.check("05-20")
        self.assertFalse(self.activities(bank))
        self.assertFalse(self.mails())
        with self.at("2026-05-20 10:00:00"):
            bank.with_user(self.manager).action_reopen_at_bank()
            self.assertEqual(bank.state, "expired")
        self.assertEqual(len(self.activities(bank)), 1)

    def test_new_authorization_reopens(self):
        bank = self.banks(ending_account())
        bank.action_close_at_bank()
        self.renew("2026-05-20 09:00:00")
        with self.list_read("2026-05-20 10:00:00"):
            self.assertFalse(bank.is_closed_at_bank)


@tagged("post_install", "-at_install")
class TestResponsible(RemindersCommon):
    """Who is told, when those who were chosen are gone."""

    def responsible(self):
        return self.connection._get_responsible_user()

    def first_manager(self):
        managers = self.env["res.users"].search(
            [
                ("all_group_ids", "in", self.env.ref(MANAGER).ids),
                ("company_ids", "in", self.company.ids),
            ]
        )
        return (managers - self.env.ref("base.user_root")).sorted("id")[0]

    def test_who_linked_it(self):
        connections = self.env["ponto.connection"].with_user(self.manager)
        made = connections.create({"company_id": self.company.id})
        self.assertEqual(made.responsible_user_id, self.manager)
        self.assertEqual(made._get_responsible_user(), self.manager)

    def test_chosen_while_within_reach(self):
        self.assertEqual(self.responsible(), self.ann)
        self.ann.active = False
        self.assertEqual(self.responsible(), self.first_manager())
        robot = self.env.ref("base.user_root")
        # As on a database where somebody activated it.
        self.env.cr.execute(
            "UPDATE res_users SET active = true WHERE id = %s", [robot.id]
        )
        robot.invalidate_recordset()
        robot.company_ids = [Command.link(self.company.id)]
        self.connection.responsible_user_id = robot
        self.assertEqual(self.responsible(), self.first_manager())
        self.assertNotEqual(self.responsible(), robot)

    def test_without_rights_or_company(self):
        self.connection.responsible_user_id = self.new_user("clerk", "base.group_user")
        self.assertEqual(self.responsible(), self.first_manager())
        other = self.env["res.company"].create({"name": "Other"})
        self.connection.responsible_user_id = self.new_user("olga", INVOICE, other)
        self.assertEqual(self.responsible(), self.first_manager())

    def test_nobody_is_left(self):
        bank = self.banks(ending_account())
        managers = self.env["res.users"].search(
            [
                ("all_group_ids", "in", self.env.ref(MANAGER).ids),
                ("company_ids", "in", self.company.ids),
            ]
        )
        self.env.cr.execute(
            "UPDATE res_users SET active = false WHERE id IN %s",
            [tuple((managers | self.ann).ids)],
        )
        self.env.invalidate_all()
        self.assertFalse(self.responsible())
        self.check("04-23")
        activity = self.activities(bank)
        self.assertEqual(len(activity), 1)
        self.assertFalse(activity.user_id)
        self.assertFalse(self.mails())
        self.ann.active = True
        self.check("04-24")
        self.assertEqual(activity.user_id, self.ann)
        self.assertEqual(self.mailed(), {"Ann": 1})

    def test_activity_moves_only_when_its_user_is_gone(self):
        bank = self.banks(ending_account())
        self.check("04-16")
        activity = self.activities(bank)
        self.connection.responsible_user_id = self.manager
        self.check("04-17")
        self.assertEqual(activity.user_id, self.ann)
        self.ann.active = False
        self.check("04-18")
        self.assertEqual(activity.user_id, self.manager)


@tagged("post_install", "-at_install")
class TestTrouble(RemindersCommon):
    """What fails for a day needs a person: one activity, not one an hour."""

    def failing_account(self):
        bank = self.banks(
            ending_account(ends="2026-09-30T06:00:00.000Z"),
        )
        account = bank.online_account_ids
        account.fetch_transactions()
        return bank, account.sudo()

    def note_failure(self, account, moment, code="ponto_down"):
        with self.at(f"2026-03-{moment}:00"):
            account._note_failure(code, {"status": 503})
            self._check()

    def test_a_day_of_failures(self):
        bank, account = self.failing_account()
        self.note_failure(account, "02 09:00")
        self.note_failure(account, "02 20:00", "unreachable")
        self.assertFalse(self.activities(bank))
        for moment in ("03 09:00", "03 12:00", "04 09:00"):
            self.note_failure(account, moment)
        activity = self.activities(bank)
        self.assertEqual(len(activity), 1)
        self.assertIn("no bank data since", activity.summary)
        self.assertIn("…7034", activity.note)
        self.assertFalse(self.mails())
        with self.at("2026-03-05 09:00:00"):
            account.fetch_transactions()
            self._check()
        self.assertFalse(self.activities(bank))

    def test_told_once(self):
        bank, account = self.failing_account()
        self.note_failure(account, "02 09:00")
        self.note_failure(account, "03 09:00")
        self.activities(bank).with_user(self.ann).action_feedback()
        self.note_failure(account, "04 09:00")
        self.assertFalse(self.activities(bank))

    def test_trouble_before_the_end(self):
        """Two things to know of one bank are one activity; the worse comes first."""
        bank = self.banks(ending_account())
        account = bank.online_account_ids.sudo()
        self.check("04-16")
        activity = self.activities(bank)
        activity.with_user(self.ann).action_feedback()
        for day in ("17", "18"):
            with self.at(f"2026-04-{day} 09:00:00"):
                account._note_failure("ponto_down", {"status": 503})
                self._check()
        activity = self.activities(bank)
        self.assertEqual(len(activity), 1)
        self.assertIn("no bank data since 4/17/26", activity.summary)
        self.assertIn("Ponto has a temporary problem", activity.note)
        self.assertIn("permission ends on 04/30/2026", activity.note)
        self.check("05-01")
        self.assertEqual(self.activities(bank), activity)
        self.assertIn("renew at Ponto", activity.summary)
        with self.at("2026-05-01 10:00:00"):
            bank.with_user(self.ann).action_snooze_renewal()
        self.assertFalse(self.activities(bank))
        self.check("05-08")
        self.assertEqual(len(self.activities(bank)), 1)

    def test_bank_without_news(self):
        self.new_world(
            ending_account(ends="2026-09-30T06:00:00.000Z"),
            now="2026-03-01T09:00:00Z",
            switches={"background": False},
        )
        account = self.linked_account(start="2026-01-01")
        account.fetch_transactions()
        self.assertTrue(account.bank_data_at)
        bank = account.provider_account_id
        self.check("03-03")
        self.assertFalse(self.activities(bank))
        self.check("03-05")
        self.assertEqual(len(self.activities(bank)), 1)

    def test_account_that_is_read_on_demand(self):
        """That nobody clicks is what somebody wanted."""
        self.new_world(
            ending_account(ends="2026-09-30T06:00:00.000Z"),
            now="2026-03-01T09:00:00Z",
            switches={"background": False},
        )
        account = self.linked_account(start="2026-01-01")
        account.fetch_transactions()
        account.sudo().auto_sync = False
        self.check("03-08")
        self.assertFalse(self.activities(account.provider_account_id))

    def test_told_in_the_readers_time_zone(self):
        self.ann.tz = "Europe/Brussels"
        bank, account = self.failing_account()
        self.note_failure(account, "02 23:30")
        self.note_failure(account, "04 09:00")
        activity = self.activities(bank)
        self.assertRegex(activity.summary, r"no bank data since 3/3/26, 12:30.AM")
        self.assertNotIn("For administrators", activity.note)

    def test_deadlines_are_days_of_brussels(self):
        """At 00:30 there, a deadline of the day in UTC would be over at once."""
        _bank, account = self.failing_account()
        connection = self.connection.sudo()
        with self.at("2026-03-02 23:30:00"):
            connection._note_problem("bad_credentials")
            account._note_failure("bad_credentials", {})
        self.check("03-04")
        activity = self.activities(connection)
        self.assertEqual(str(activity.date_deadline), "2026-03-03")
        with self.at("2026-12-31 23:30:00"):
            parameters = self.env["ir.config_parameter"].sudo()
            parameters.set_param("database.uuid", "of a copy")
            self._check()
        self.assertIn("copy", activity.summary)
        self.assertEqual(str(activity.date_deadline), "2027-01-01")

    def test_passing_trouble_of_the_integration_closes_nothing(self):
        bank, account = self.failing_account()
        for moment in ("02 09:00", "03 09:00"):
            self.note_failure(account, moment, "internal")
        activity = self.activities(bank)
        self.assertTrue(activity)
        told_at = bank.trouble_told_at
        with self.at("2026-03-04 09:00:00"):
            self.connection.sudo()._note_problem("ponto_down")
            self._check()
        self.assertEqual(self.activities(bank), activity)
        self.assertEqual(bank.trouble_told_at, told_at)

    def test_credentials_that_were_replaced(self):
        """What kept all accounts from being read is over for all at once."""
        _bank, account = self.failing_account()
        connection = self.connection.sudo()
        with self.at("2026-03-02 09:00:00"):
            connection._note_problem("bad_credentials")
            for _time in range(4):
                account._note_failure("bad_credentials", {})
        with self.at("2026-03-02 09:10:00"):
            self.connection.fetch_accounts()
            self.env.invalidate_all()
            self.assertEqual((account.problem_code, account.retry_at), (False, False))
            self.assertTrue(account._is_due(account._open_run()))
            # Its own trouble stays its own.
            account._note_failure("not_ponto", {})
            self.connection.fetch_accounts()
            self.assertEqual(account.problem_code, "not_ponto")

    def test_integration_that_is_refused(self):
        bank, account = self.failing_account()
        connection = self.connection.sudo()
        with self.at("2026-03-02 09:00:00"):
            connection._note_problem("bad_credentials")
            account._note_failure("bad_credentials", {})
        self.check("03-02")
        self.assertFalse(self.activities(connection))
        self.check("03-03")
        self.check("03-04")
        activity = self.activities(connection)
        self.assertEqual(len(activity), 1)
        self.assertIn("Replace credentials", activity.note)
        self.assertFalse(self.activities(bank))
        with self.at("2026-03-05 09:00:00"):
            self.connection.fetch_accounts()
            account.fetch_transactions()
            self._check()
        self.assertFalse(self.activities(connection))


@tagged("post_install", "-at_install")
class TestBetaAndReplaced(RemindersCommon):
    """Institutions that Ponto offers in beta or replaces by others."""

    def test_support(self):
        self.banks(ending_account(1), ending_account(2, institution="bank-b"))
        stable, beta = self.connection.provider_account_ids.sorted("institution_ref")
        self.assertFalse(stable._get_support_hint())
        self.assertIn("Sint-Michiels Krediet in beta", beta._get_support_hint())
        self.assertIn("https://", beta._get_support_hint())
        self.assertEqual(stable.browse()._get_support_hint(), "")
        account = beta.online_account_ids
        account.sudo()._note_failure("ponto_down", {"status": 503})
        self.assertIn(SUPPORT_URL, account.status_message)
        form = beta.get_view(view_type="form")["arch"]
        self.assertIn(f'href="{SUPPORT_URL}"', form)

    def test_successor(self):
        number = {"reference": "BE68539007547034", "referenceType": "IBAN"}
        old = account_seed(transaction(1, "2026-02-01", "1.00"), deprecated=True)
        new = account_seed(id="acc-2", institution="bank-b", **number)
        self.new_world(old, new, now="2026-03-01T09:00:00Z")
        accounts = self.connection.fetch_accounts().sorted("ponto_ref")
        self.assertEqual(accounts[0]._get_successor(), accounts[1])
        self.assertFalse(accounts[1]._get_successor())
        bank = accounts[0].provider_account_id
        self.assertEqual(bank.successor_id.name, "Sint-Michiels Krediet")
        self.assertIn("now at Sint-Michiels Krediet", bank.successor_notice)
        self.assertFalse(accounts[1].provider_account_id.successor_notice)
        accounts[1].sudo().currency_code = "USD"
        self.assertFalse(accounts[0]._get_successor())
