"""P38: every flow at level DEBUG, with marked secrets, numbers, names and texts.

``FLOWS`` is the list of flows; each runs for real, and after each the logs, what people
are told and what is kept are searched. The last one clicks on everything that can be
clicked, so a new ``action_…`` is searched without being added here.
"""

import logging
import os
from datetime import timedelta
from unittest.mock import patch

import psycopg2
from cryptography.fernet import Fernet

from odoo import Command, fields
from odoo.exceptions import RedirectWarning, UserError
from odoo.tests import new_test_user, tagged

from ..models.fetch import ponto_sync_run_steps
from ..tools import encryption
from .common import (
    START,
    PontoCommon,
    account_seed,
    browser_request,
    resource,
    seed,
    transaction,
)
from .common_markers import MEANT_TO_SHOW, OURS, Markers

ID, SECRET = "11111111-2222-4333-8444-555555559abc", "marker-secret-zq81"
OTHER_ID, OTHER_SECRET = "99999999-2222-4333-8444-555555551def", "marker-other-kx55"
WRONG_SECRET = "marker-wrong-77wv"
IBAN, OTHER_IBAN, PARTY_IBAN = (
    "BE68539007547034",
    "BE71096123456769",
    "NL91ABNA0417164300",
)
GROUPED = "BE68 5390 0754 7034"
PERSONAL = {IBAN, OTHER_IBAN, PARTY_IBAN, GROUPED, "Markerparty", "Markertext"}
HOLDER = "Markerholder"
#: What an answer that is none may hold.
BODY = f"<html>{IBAN} Markerparty Markertext {SECRET} {PARTY_IBAN}</html>"
#: What is kept as the bank sent it.
ODD = f"Markertext {PARTY_IBAN}"
ERROR = (
    f'{{"errors": [{{"code": "odd", "detail": "{IBAN} Markerparty Markertext {SECRET}",'
    f' "title": "Markertext", "meta": {{"resource": "{PARTY_IBAN}"}}}}]}}'
)

FLOWS = {
    "connect with a wrong secret": "connect_wrong",
    "connect": "connect",
    "replace credentials, wrong and right": "replace",
    "fetch accounts, link, first fetch": "link",
    "add an institution": "institution",
    "attended fetch": "attended",
    "bank's answer to an attended fetch is an error": "attended_failing",
    "scheduled fetch": "cron",
    "held row: retry, ignore, restore": "held",
    "check period and import": "check_period",
    "undo a fetch": "undo",
    "re-authorize, leave, come back, check": "reauthorize",
    "reminders: schedule, by hand, snooze": "remind",
    "closing check and opening balance": "closing",
    "support information and health": "support",
    "Ponto answers 400 to 503": "statuses",
    "HTML, truncated, empty, reset": "broken_answers",
    "malformed transactions": "malformed",
    "refused token, then credentials": "refused_token",
    "no TLS, nobody there": "unreachable",
    "key missing": "key_missing",
    "programming error": "programming_error",
    "every button there is": "every_action",
    "neutralized copy": "neutralized",
}


@tagged("post_install", "-at_install")
class TestMarkers(Markers, PontoCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.administrator = new_test_user(
            cls.env,
            "marker_admin",
            groups="account.group_account_manager,account.group_account_user,"
            "base.group_system",
            company_id=cls.company.id,
            company_ids=[Command.set(cls.company.ids)],
        )
        # Mails are made and kept, and what is tracked is tracked, as in real life.
        cls.env = (
            cls.env["base"].with_context(tracking_disable=False, mail_notrack=False).env
        )

    @classmethod
    def seed_document(cls):
        party = {
            "counterpartName": "Markerparty NV",
            "counterpartReference": PARTY_IBAN,
            "remittanceInformation": f"Markertext {PARTY_IBAN}",
        }
        rows = [
            transaction(n, START + timedelta(days=n), f"{n}.25", **party)
            for n in range(1, 9)
        ]
        accounts = [
            account_seed(*rows, holderName=HOLDER, description="Markertext"),
            account_seed(
                transaction(101, START, "-10.00", **party),
                id="acc-2",
                institution="bank-b",
                reference=OTHER_IBAN,
                holderName=HOLDER,
            ),
        ]
        pairs = ((ID, SECRET), (OTHER_ID, OTHER_SECRET))
        integrations = [
            {
                "client_id": one,
                "client_secret": secret,
                "scope": "ai",
                "accounts": "all",
            }
            for one, secret in pairs
        ]
        return seed(accounts, integrations=integrations)

    def setUp(self):
        super().setUp()
        self.ran, self.tokens = set(), set()
        self.answers, self.refusals = [], []
        self.record_actions()
        self.connection.responsible_user_id = self.manager
        self.connection.company_id.email = "office@example.com"

    # === THE TEST === #

    def test_every_flow(self):
        keeper = self.keep_logs()
        loggers = set()
        for title, name in FLOWS.items():
            keeper.texts.clear()
            self.refusals.clear()
            with self.subTest(flow=title):
                getattr(self, f"flow_{name}")()
                self.end_faults()
                self.env.flush_all()
                self.env.invalidate_all()
                secrets = self.known_secrets()
                texts = [("log", text) for text in keeper.texts]
                texts += [("refusal", text) for text in self.refusals]
                texts += self.told()
                for text in self.answers:
                    # What a browser shows: an account's number may be the title.
                    self.assert_free(text, secrets, "answer")
                for where, text in texts:
                    self.assert_free(text, secrets, where)
                    self.assert_free(text, PERSONAL, where)
                loggers |= {text.partition("\n")[0] for text in keeper.texts}
        self.tell_flows(loggers)
        self.check_screens()
        self.assertEqual(self.our_actions() - self.ran, set(), "never clicked")

    def tell_flows(self, loggers):
        """The list for the log of the run; nothing was searched in vain."""
        self.assertIn("urllib3.connectionpool", loggers)
        self.assertIn(f"{OURS}.ponto_client.transport", loggers)
        self.assertIn(f"{OURS}.models.fetch.fetch_driver", loggers)
        logging.getLogger(__name__).info(
            "no secret and nobody's data in %d flows, %d kinds of buttons: %s",
            len(FLOWS),
            len(self.ran),
            "; ".join(FLOWS),
        )

    def check_screens(self):
        """Secrets nowhere; numbers, names and texts only where they are meant to be."""
        secrets, found = self.known_secrets(), set()
        for model, field, value in self.shown(self.administrator):
            self.assert_free(value, secrets, f"{model}.{field}")
            if any(word in value for word in PERSONAL) and field not in MEANT_TO_SHOW:
                found.add(f"{model}.{field}")
        self.assertFalse(found, "not meant to be shown here")

    def known_secrets(self):
        """Those of the seed, of the wizard, and every token that Ponto gave."""
        pairs = [(ID, SECRET), (OTHER_ID, OTHER_SECRET), (ID, WRONG_SECRET)]
        for connection in self.env["ponto.connection"].sudo().search([]):
            stored = connection.token_encrypted
            if stored:
                try:
                    self.tokens.add(encryption.decrypt(stored).plain[17:60])
                except encryption.KeyMissing:
                    continue
        return self.secret_words(*pairs) | self.tokens

    # === CLICKS === #

    def our_actions(self):
        """Every button's method that this addon defines."""
        return {
            (model, name)
            for model in self.env.registry
            if not self.env[model]._abstract
            for name in dir(type(self.env[model]))
            if name.startswith("action_") and self.is_ours(model, name)
        }

    def is_ours(self, model, name):
        module = "odoo.addons.account_ponto_sync."
        return any(
            name in vars(base) and base.__module__.startswith(module)
            for base in type(self.env[model]).__mro__
        )

    def record_actions(self):
        for model, name in self.our_actions():
            cls = type(self.env[model])
            self.patch(cls, name, self.recorded(model, name, getattr(cls, name)))

    def recorded(self, model, name, method):
        def call(records, *args, **kwargs):
            self.ran.add((model, name))
            return method(records, *args, **kwargs)

        # What Odoo knows about a method stands on the function.
        call.__dict__.update(method.__dict__)
        return call

    def click(self, records, name, **arguments):
        """Click, and let the browser do what follows; a refusal is read, too."""
        self.env.flush_all()
        try:
            with self.env.cr.savepoint():
                action = getattr(records, name)(**arguments)
                self.env.flush_all()
        except (UserError, RedirectWarning) as error:
            self.refusals.append(f"{error} {error.args!r}")
            self.env.invalidate_all()
            return None
        self.answers.append(str(action))
        params = (isinstance(action, dict) and action.get("params")) or {}
        runs = params.get("run_ids") or (params.get("next") or {}).get(
            "params", {}
        ).get("run_ids")
        if runs:
            runs = self.env["ponto.sync.run"].browse(runs)
            self.pump(runs, calls=60)
            return runs
        if isinstance(action, dict) and action.get("res_id"):
            return self.env[action["res_model"]].browse(action["res_id"])
        return action

    def manage(self, records):
        return records.with_user(self.manager)

    @property
    def account(self):
        accounts = self.env["ponto.online.account"].search(
            [("ponto_ref", "=", "acc-1")]
        )
        return self.manage(
            accounts.filtered(lambda one: one.connection_id == self.connection)
        )

    # === FLOWS === #

    def wizard(self, **values):
        return self.manage(self.env["ponto.connect"]).create(
            {"environment": "sandbox", "company_id": self.company.id, **values}
        )

    def flow_connect_wrong(self):
        self.env["ir.config_parameter"].set_param(
            "account_ponto_sync.api_url", self.sandbox.url
        )
        wizard = self.wizard(client_id=OTHER_ID, client_secret=WRONG_SECRET)
        self.click(wizard, "action_connect")
        self.assertIn("Nothing was saved", self.answers[-1])

    def flow_connect(self):
        wizard = self.wizard(client_id=OTHER_ID, client_secret=OTHER_SECRET)
        dialog = self.click(wizard, "action_connect")
        self.assertEqual(dialog._name, "ponto.fetch.accounts")
        dialog.connection_id.active = False

    def flow_replace(self):
        self.click(self.manage(self.connection), "action_test_connection")
        self.click(self.manage(self.connection), "action_replace_credentials")
        for secret in (WRONG_SECRET, SECRET):
            wizard = self.wizard(
                connection_id=self.connection.id, client_id=ID, client_secret=secret
            )
            self.click(wizard, "action_connect")
        self.assertEqual(self.connection.state, "connected")

    def flow_link(self):
        dialog = self.click(self.manage(self.connection), "action_fetch_accounts")
        dialog = self.manage(dialog)
        dialog.line_ids.write({"action": "create", "sync_start_date": START})
        self.click(dialog, "action_confirm")
        self.assertEqual(len(self.booked(self.account)), 8)

    def flow_institution(self):
        found = self.manage(self.env["ponto.add.institution"]).create(
            {"connection_id": self.connection.id, "name": "bank"}
        )
        self.click(found, "action_search")
        self.click(found.line_ids[:1], "action_add")

    def flow_attended(self):
        self.add_lines(self.more(20, "2026-04-02"))
        runs = self.click(self.account, "action_fetch_transactions")
        self.assertEqual(runs.state, "done")
        self.click(self.manage(self.account.journal_id), "action_ponto_fetch")

    def more(self, number, day, amount="2.00", **values):
        values = {"remittanceInformation": "Markertext", **values}
        return transaction(
            number, day, amount, counterpartReference=PARTY_IBAN, **values
        )

    def flow_attended_failing(self):
        self.plan("^/synchronizations", status=400, body=ERROR, times=None)
        with patch.object(
            ponto_sync_run_steps, "request", browser_request("203.0.113.24")
        ):
            self.click(self.account, "action_fetch_transactions")

    def flow_cron(self):
        self.add_lines(self.more(21, "2026-04-03"))
        self.env.flush_all()
        self.run_cron()
        self.assertIn(("2026-04-03", 2.0), self.booked(self.account))

    def flow_held(self):
        """Dated before the start, so that a person has to decide."""
        self.add_lines(*(self.more(n, "2025-12-28", f"{n}.00") for n in (30, 31, 32)))
        self.account.fetch_transactions()
        rows = self.manage(self.rows(self.account, "held"))
        self.assertEqual(len(rows), 3)
        self.click(rows, "action_retry")
        self.click(self.click(rows[0], "action_ask_ignore"), "action_confirm")
        self.click(rows[0], "action_restore")
        self.click(rows[1], "action_ignore", note="Seen")
        self.click(rows[2], "action_ask_open_day")

    def flow_check_period(self):
        self.lines(self.account)[:1].sudo().unlink()
        dialog = self.manage(self.click(self.account, "action_check_period"))
        dialog.write({"date_from": START, "date_to": START + timedelta(days=30)})
        run = self.click(dialog, "action_check")
        found = self.manage(self.click(self.manage(run), "action_open_check"))
        found.line_ids.selected = True
        self.click(found, "action_import")

    def flow_undo(self):
        run = self.manage(self.account.run_ids.filtered("imported_count")[:1])
        self.click(run, "action_undo")

    def flow_reauthorize(self):
        switches = {"reauthorization_requests": True}
        self.sandbox.control("POST", "switches", json=switches)
        dialog = self.manage(self.click(self.account, "action_reauthorize"))
        self.assertIn("http", dialog._get_page())
        state = dialog.sudo().return_state
        self.assertFalse(dialog._take_state(f"forged{IBAN}"))
        self.assertEqual(dialog._take_state(state), dialog)
        self.click(dialog, "action_check")
        self.plan("^/accounts$", status=503, body=ERROR, times=None)
        self.click(dialog, "action_check")

    def flow_remind(self):
        institution = self.account.provider_account_id
        institution.sudo().renewal_contact_id = self.env["res.partner"].create(
            {"name": "Rita Maes", "email": "rita@example.com"}
        )
        cron = self.env.ref("account_ponto_sync.ir_cron_check_authorizations")
        ends = fields.Datetime.now() + timedelta(days=3)
        self.account.sudo().write({"authorization_expires_at": ends})
        self.env.flush_all()
        cron.method_direct_trigger()
        self.click(self.manage(institution), "action_send_reminder")
        self.click(self.manage(institution), "action_snooze_renewal")

    def flow_closing(self):
        check = self.env["ponto.closing.check"].with_user(self.manager)
        check = check.browse(check._open()["res_id"])
        self.click(check, "action_check")
        self.click(check.line_ids, "action_confirm")
        self.click(self.click(self.account, "action_propose_opening"), "action_post")
        start = self.click(self.account, "action_move_start")
        if start:
            self.click(start, "action_confirm")

    def flow_support(self):
        for record in (self.connection, self.account):
            self.click(self.manage(record), "action_copy_support_information")
        self.refusals.append(str(self.account._get_health()))

    def flow_statuses(self):
        for status in (400, 401, 403, 404, 409, 422, 429, 500, 503):
            self.plan("^/accounts", status=status, body=ERROR, times=None)
            self.fail_everywhere()

    def fail_everywhere(self):
        """A fetch, a test of the connection and a schedule that meet a fault."""
        self.click(self.account, "fetch_transactions")
        self.click(self.manage(self.connection), "action_test_connection")
        self.env.flush_all()
        self.run_cron()
        self.env.invalidate_all()
        self.end_faults()

    def flow_broken_answers(self):
        for kind in ("html", "truncated", "empty", "reset"):
            self.plan("^/accounts", kind, times=None)
            self.fail_everywhere()
        self.plan("^/accounts", status=200, body=BODY, times=None)
        self.fail_everywhere()

    def flow_malformed(self):
        row = resource(50, "2026-04-08", "1.00", counterpartReference=PARTY_IBAN)
        odd = [
            {**row, "id": f"odd-{n}", "attributes": {**row["attributes"], key: ODD}}
            for n, key in enumerate(("amount", "currency", "executionDate"))
        ]
        self.serve_page(*odd, {"id": IBAN}, ODD)
        self.account.fetch_transactions()

    def flow_refused_token(self):
        self.plan("/transactions$", status=401, body=ERROR)
        self.account.fetch_transactions()
        key = f"integrations/{ID}"
        self.sandbox.control("PATCH", key, json={"client_secret": "rotated"})
        self.connection.sudo()._forget_token()
        self.fail_everywhere()
        self.sandbox.control("PATCH", key, json={"client_secret": SECRET})
        self.click(self.manage(self.connection), "action_test_connection")

    def flow_unreachable(self):
        for url in (
            self.sandbox.url.replace("http:", "https:"),
            "http://127.0.0.1:9",
            self.sandbox.url,
        ):
            self.connection.sudo().write({"api_url": url, "client_secret": SECRET})
            self.fail_everywhere()
        self.assertEqual(self.connection.state, "connected")

    def flow_key_missing(self):
        key = Fernet.generate_key().decode()
        with patch.dict(os.environ, {encryption.ENVIRONMENT_VARIABLE: key}):
            self.connection.sudo()._forget_token()
            self.fail_everywhere()
        self.click(self.manage(self.connection), "action_test_connection")

    def flow_programming_error(self):
        def break_down(*_args, **_kwargs):
            raise KeyError(BODY)

        self.add_lines(self.more(60, "2026-04-09"))
        for model, name in (
            ("ponto.transaction", "_store"),
            ("ponto.transaction", "_prepare_line_vals"),
            ("ponto.connection", "_apply_listing"),
        ):
            cls = type(self.env[model])
            if hasattr(cls, name):
                with patch.object(cls, name, break_down):
                    self.account.fetch_transactions()
                    self.env.flush_all()
                    self.run_cron()
                    self.env.invalidate_all()

    def flow_every_action(self):
        """Everything that can be clicked, on the first record there is, as it comes."""
        self.account.fetch_transactions()
        for model, name in sorted(self.our_actions()):
            records = self.env[model].with_context(active_test=False)
            record = records.search([], limit=1, order="id desc") or records.new({})
            try:
                with self.env.cr.savepoint():
                    action = getattr(self.manage(record), name)()
                    self.answers.append(str(action))
                    self.env.flush_all()
            except (UserError, RedirectWarning, ValueError, psycopg2.Error) as error:
                self.refusals.append(f"{error} {error.args!r}")
            self.env.invalidate_all()

    def flow_neutralized(self):
        parameters = self.env["ir.config_parameter"]
        parameters.set_param("database.is_neutralized", True)
        self.click(self.account, "action_fetch_transactions")
        self.click(self.manage(self.connection), "action_fetch_accounts")
        self.fail_everywhere()
        parameters.set_param("database.is_neutralized", False)
