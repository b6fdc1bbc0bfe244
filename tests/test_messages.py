import re
from datetime import date
from unittest.mock import patch

from odoo.tests import tagged
from odoo.tools.translate import get_translation

from ..models.fetch.ponto_sync_run import STAGES
from ..tools.problem_codes import CODES
from ..wording.holds import HOLD_CODES, hold_text
from ..wording.problems import TEXTS, problem_text
from .common import PontoCommon

HOLD_VALUES = {
    "date": "2026-04-08",
    "currency": "AED",
    "account": "EUR",
    "problem": "data[3].attributes.amount is missing.",
    "detail": "The journal is closed.",
}
PROBLEM_VALUES = {
    "status": 503,
    "error_code": "serviceUnavailable",
    "request_id": "REQ-1",
    "retry_at": "2026-04-08 10:00:00",
}
REFRESH = (
    "recently",
    "no_address",
    "slow",
    "authorization",
    "bank_trouble",
    "unanswered",
)


class MessagesCommon(PontoCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["res.lang"]._activate_lang("fr_FR")
        cls.env["res.lang"].search([("code", "=", "fr_FR")]).date_format = "%d.%m.%Y"

    def languages(self):
        """English, and a reader who writes days first."""
        return {lang: self.env(context={"lang": lang}) for lang in ("en_US", "fr_FR")}

    def assert_sentence(self, text, code):
        self.assertTrue(text, code)
        self.assertRegex(text, r"^[A-Z0-9«]", code)
        self.assertRegex(text, r"[.)]$", code)
        self.assertNotRegex(text, r"%\(|\{|None|False|\?\?", code)
        self.assertNotRegex(text, r"\b[a-z]+_[a-z_]+\b", f"{code} leaks a code")


@tagged("post_install", "-at_install")
class TestMessages(MessagesCommon):
    """Codes with values are stored; sentences are made for whoever reads."""

    def test_hold_codes(self):
        for lang, env in self.languages().items():
            for code in HOLD_CODES:
                for values in (HOLD_VALUES, None):
                    with self.subTest(code=code, lang=lang):
                        self.assert_sentence(hold_text(env, code, values), code)

    def test_hold_dates_in_the_readers_way(self):
        texts = {
            lang: hold_text(env, "locked_period", HOLD_VALUES)
            for lang, env in self.languages().items()
        }
        self.assertIn("04/08/2026", texts["en_US"])
        self.assertIn("08.04.2026", texts["fr_FR"])

    def test_no_hold_code(self):
        self.assertEqual(hold_text(self.env, False, None), "")

    def test_problem_codes(self):
        codes = {*TEXTS, *(code for _kind, code in CODES)}
        self.assertIn("internal", codes)
        for lang, env in self.languages().items():
            for code in codes:
                for values in (PROBLEM_VALUES, {}, None):
                    with self.subTest(code=code, lang=lang):
                        self.assert_sentence(problem_text(env, code, values), code)

    def test_every_error_has_its_own_sentence(self):
        for _kind, code in CODES:
            self.assertIn(code, TEXTS)
        texts = [problem_text(self.env, code, PROBLEM_VALUES) for code in TEXTS]
        self.assertEqual(len({*texts}), len(texts))

    def test_sentences_are_translated(self):
        """The terms of ``wording`` are found under the addon's name."""
        english, french = self.languages().values()
        for code in TEXTS:
            with self.subTest(code=code):
                found = problem_text(french, code, {})
                self.assertNotEqual(found, problem_text(english, code, {}))

    def test_reference_for_pontos_support(self):
        text = problem_text(self.env, "ponto_down", PROBLEM_VALUES)
        self.assertIn("Ponto's reference: REQ-1", text)

    def test_unknown_code_is_still_a_sentence(self):
        self.assert_sentence(
            problem_text(self.env, "from_a_newer_version", {}), "unknown"
        )
        self.assertEqual(problem_text(self.env, False), "")

    def test_moments_in_the_readers_time(self):
        self.env.user.tz = "Europe/Brussels"
        text = problem_text(self.env, "rate_limited", PROBLEM_VALUES)
        self.assertIn("12:00", text)


@tagged("post_install", "-at_install")
class TestRunMessages(MessagesCommon):
    """What came of a fetch, for whoever reads it."""

    def setUp(self):
        super().setUp()
        self.account = self.linked_account()
        self.account.fetch_transactions()
        self.run = self.account.run_ids

    def variants(self):
        yield {}
        for outcome in REFRESH:
            yield {"refresh": outcome}
        for code in TEXTS:
            yield {"problem": code, "problem_values": PROBLEM_VALUES}
        yield {"oldest": "2026-02-12", "gap_until": "2026-02-11"}
        yield {"newest": "2026-04-08"}
        yield {"bank_data_at": "2026-04-08 10:00:00"}

    def count_translations(self, runs):
        """Read the results of ``runs``; how many terms that translates."""
        runs.invalidate_recordset(["message"])
        path = "odoo.orm.environments.get_translation"
        with patch(path, side_effect=get_translation) as translate:
            runs.mapped("message")
        return translate.call_count

    def test_a_sentence_translates_nothing_but_itself(self):
        for values in self.variants():
            values = {"start": "2026-01-01", **values}
            vals = {"message_code": "later", "message_values": values, "held_count": 2}
            self.run.sudo().write(vals)
            count = self.count_translations(self.run)
            with self.subTest(values=values, count=count):
                # "1 new, 2 held. The bank works on its systems."
                parts = re.findall(r"[,;.)](?=\s|$)", self.run.message)
                self.assertLessEqual(count, len(parts))

    def test_a_list_of_eighty(self):
        run = self.run.sudo()
        run.write({"message_code": "later", "message_values": {}})
        runs = run.concat(*(run.copy({"state": "done"}) for _i in range(79)))
        self.assertEqual(self.count_translations(runs), 80)

    def test_every_outcome(self):
        for values in self.variants():
            for state in ("done", "partial", "failed"):
                if state != "done" and "problem" not in values:
                    continue
                code = "failed" if state == "failed" else "later"
                for message_code in {code, "failed" if state == "failed" else "first"}:
                    self.run.sudo().write(
                        {
                            "state": state,
                            "message_code": message_code,
                            "message_values": {"start": "2026-01-01", **values},
                            "held_count": 2,
                        }
                    )
                    for lang in self.languages():
                        with self.subTest(values=values, state=state, lang=lang):
                            text = self.run.with_context(lang=lang).message
                            self.assert_sentence(text, values)

    def test_running(self):
        for stage, label in STAGES:
            self.run.sudo().write({"state": "running", "stage": stage})
            if stage == "import":
                label = "Importing 12 of 12"
            self.assertTrue(
                self.run.message.startswith(f"{label}. Running since "),
                self.run.message,
            )

    def test_first_and_later(self):
        self.assertIn("12 transactions since 01/01/2026 imported", self.run.message)
        french = self.run.with_context(lang="fr_FR").message
        self.assertIn("01.01.2026", french)
        self.assertNotIn("01/01/2026", french)
        self.assertIn("No new transactions", self.account.fetch_transactions().message)

    def test_counts_are_told(self):
        self.run.sudo().write(
            {"message_code": "later", "imported_count": 3, "held_count": 2}
        )
        self.assertRegex(self.run.message, r"^3 new, 2 held, newest 01/13/2026")

    def test_no_number_and_no_body(self):
        """Rule 7: no account number in a run's result."""
        self.assertFalse(re.search(r"BE\d{14}", self.run.message))


@tagged("post_install", "-at_install")
class TestAccountMessages(MessagesCommon):
    """Each state of an account says what happened and what to do."""

    def setUp(self):
        super().setUp()
        self.enterContext(self.at("2026-06-15 09:00:00"))
        self.account = self.linked_account(start=date(2026, 1, 1))

    def pauses(self):
        account, journal = self.account, self.account.journal_id
        yield "archived", account, {"active": False}
        yield "connection_archived", self.connection, {"active": False}
        yield "journal_archived", journal, {"active": False}
        yield "journal_hashed", journal, {"restrict_mode_hash_table": True}
        yield "no_suspense_account", journal, {"suspense_account_id": False}
        yield (
            "deprecated",
            account.sudo(),
            {
                "deprecated": True,
                "authorization_expires_at": "2026-01-01 00:00:00",
            },
        )

    def test_pauses(self):
        for code, record, vals in self.pauses():
            before = {name: record[name] for name in vals}
            record.write(vals)
            self.account.invalidate_recordset()
            with self.subTest(code=code):
                self.assertEqual(self.account._get_pause(), code)
                self.assertEqual(self.account.state, "paused")
                for lang in self.languages():
                    text = self.account.with_context(lang=lang).status_message
                    self.assert_sentence(text, code)
                    if lang == "en_US":
                        self.assertIn("Paused", text)
            record.write(before)
        self.account.invalidate_recordset()
        self.assertFalse(self.account._get_pause())

    def test_states(self):
        account = self.account.sudo()
        far, soon, past = (
            "2026-12-01 00:00:00",
            "2026-07-01 00:00:00",
            "2026-06-01 00:00:00",
        )
        cases = [
            ("unlinked", {"journal_id": False}, {"journal_id": account.journal_id.id}),
            ("revoked", {"revoked_at": past}, {"revoked_at": False}),
            ("expired", {"authorization_expires_at": past}, {}),
            ("expiring", {"authorization_expires_at": soon}, {}),
            ("ok", {"authorization_expires_at": far}, {}),
            ("ok", {"last_success_at": past}, {}),
            ("ok", {"bank_data_at": past}, {}),
            ("ok", {"authorization_expires_at": False}, {}),
            (
                "error",
                {"problem_code": "ponto_down", "problem_values": PROBLEM_VALUES},
                {"problem_code": False, "problem_values": False},
            ),
            ("expired", {"problem_code": "authorization"}, {"problem_code": False}),
        ]
        for state, vals, undo in cases:
            account.write(vals)
            with self.subTest(state=state, vals=vals):
                self.assertEqual(account.state, state)
                self.assertIn(account, account.search([("state", "=", state)]))
                for lang in self.languages():
                    text = account.with_context(lang=lang).status_message
                    self.assert_sentence(text, state)
            account.write(undo)

    def test_who_renews(self):
        """Never the accountant, who has no login at that bank."""
        account = self.account.sudo()
        account.authorization_expires_at = "2026-07-01 00:00:00"
        self.assertIn("Renew by Jul 1.", account.status_message)
        self.assertIn("representative", account.status_message)
        self.assertIn("the accountant cannot do it", account.status_message)
        french = account.with_context(lang="fr_FR").status_message
        self.assertIn("1 juillet. Le", french)
