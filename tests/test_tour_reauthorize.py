"""Expiry, the reminders, Ponto's page, check now, the gap is filled."""

import re
from datetime import timedelta
from html import unescape

import requests

from odoo import fields
from odoo.tests import tagged

from .common import transaction
from .test_tours import BANK, LOGIN, NUMBER, PontoTourCase


@tagged("post_install", "-at_install", "ponto_tour")
class TestTourReauthorize(PontoTourCase):
    def setUp(self):
        super().setUp()
        self.sandbox.control("POST", "reset", json=self.seed_document())
        self.connection = self.env["ponto.connection"].create(
            {
                "name": "Ponto of the bakery",
                "company_id": self.company.id,
                "environment": "sandbox",
                "api_url": self.sandbox.url,
                "client_id": self.sandbox.client_id,
                "client_secret": self.sandbox.client_secret,
            }
        )
        switches = {"reauthorization_requests": True}
        self.sandbox.control("POST", "switches", json=switches)
        self.connection.fetch_accounts()
        self.journal = self.company_data["default_journal_bank"]
        self.journal.write({"name": "Current account", "show_on_dashboard": True})
        self.journal.set_bank_account(NUMBER)
        self.linked = self.account(BANK)
        self.linked.link_journal(self.journal, self.start)
        self.bank = self.linked.provider_account_id
        self.user.email = "ann@office.example"
        self.connection.responsible_user_id = self.user
        self.bank.renewal_contact_id = self.env["res.partner"].create(
            {"name": "Rita Maes", "email": "rita@bakery.example"}
        )

    def remind(self):
        """The daily scheduled action.

        :return: whom it mailed, over all days
        """
        self.env.flush_all()
        action = "account_ponto_sync.ir_cron_check_authorizations"
        self.env.ref(action).method_direct_trigger()
        self.env.invalidate_all()
        mails = self.env["mail.mail"].search([("model", "=", "ponto.reminder")])
        return mails.recipient_ids

    def let_expire(self):
        """The bank books on, but Ponto may not look any more."""
        self.linked.fetch_transactions()
        body = {"transactions": [transaction(1900, self.today, "12.34")]}
        body["where"] = "bank"
        self.sandbox.control("POST", f"accounts/{BANK}/transactions", json=body)
        self.sandbox.control("POST", f"accounts/{BANK}/expire", json={})
        self.connection.fetch_accounts()

    def renew_at_ponto(self):
        """What a person does in the other tab.

        :return: the address that Ponto sends this person back to
        """
        dialogs = self.env["ponto.reauthorize"].sudo()
        dialog = dialogs.search([], order="id desc", limit=1)
        self.assertEqual(dialog.create_uid, self.user)
        left = self.url_open(f"/ponto/reauthorize/{dialog.id}", allow_redirects=False)
        self.assertEqual(left.status_code, 303)
        page = left.headers["Location"]
        self.assertTrue(page.startswith(f"{self.sandbox.url}/_dashboard/"), page)
        own = {"Origin": self.sandbox.url}
        done = requests.post(page, headers=own, timeout=30)
        self.assertIn("Re-authorized", done.text)
        link = re.search(r'href="([^"]*/ponto/reauthorized[^"]*)"', done.text)
        return unescape(link[1])

    def announce_end(self):
        """A week before the end: what the people get who can do something."""
        ends = fields.Datetime.now() + timedelta(days=6, hours=1)
        values = {"authorizationExpirationExpectedAt": f"{ends.isoformat()}Z"}
        self.sandbox.control("PATCH", f"accounts/{BANK}", json=values)
        self.connection.fetch_accounts()
        contact = self.bank.renewal_contact_id
        self.assertEqual(self.remind(), self.user.partner_id | contact)
        self.assertEqual(self.bank.activity_ids.user_id, self.user)
        self.assertIn("renew by", self.bank.activity_ids.summary)

    def test_from_expiry_to_the_filled_gap(self):
        self.announce_end()
        activity = self.bank.activity_ids
        self.let_expire()
        self.remind()
        self.assertEqual(self.bank.activity_ids, activity)
        self.assertIn("no bank data since", activity.summary)
        lines = self.lines(self.linked)
        self.start_tour(
            f"/odoo/ponto.provider.account/{self.bank.id}",
            "account_ponto_sync_reauthorize_leave",
            login=LOGIN,
            timeout=120,
        )
        self.env.invalidate_all()
        self.assertEqual(self.linked.state, "expired")
        self.assertEqual(self.lines(self.linked), lines)
        self.authenticate(LOGIN, LOGIN)
        back = self.renew_at_ponto()
        returned = self.url_open(back, allow_redirects=False)
        self.assertEqual(returned.status_code, 303)
        self.start_tour(
            returned.headers["Location"],
            "account_ponto_sync_reauthorize_return",
            login=LOGIN,
            timeout=120,
        )
        self.env.invalidate_all()
        self.assertEqual(self.linked.state, "ok")
        new = self.lines(self.linked) - lines
        self.assertEqual(new.mapped("amount"), [12.34])
        self.assertFalse(self.bank.activity_ids, "the reminder closed itself")
        notes = self.bank.message_ids.mapped("body")
        self.assertTrue(any("Authorized until" in note for note in notes))

    def test_return_that_was_not_asked_for(self):
        """An address of an old renewal, or one that somebody made up."""
        self.let_expire()
        self.authenticate(LOGIN, LOGIN)
        for state in ("", "made-up"):
            answer = self.url_open(f"/ponto/reauthorized?state={state}")
            self.assertEqual(answer.status_code, 400)
            self.assertIn("Nothing was changed", answer.text)
        self.assertEqual(self.url_open("/ponto/reauthorize/0").status_code, 400)
        self.env.invalidate_all()
        self.assertEqual(self.linked.state, "expired")
