"""Pictures of each state of the card, for the documentation. Not a test of anything:
asked for by its tag, ``ponto_pictures``; the pictures land beside a tour's."""

import base64
import json
from datetime import timedelta
from pathlib import Path

from odoo import fields
from odoo.tests import tagged
from odoo.tests.common import ChromeBrowser
from odoo.tools import config

from .test_tours import BANK, LOGIN, NUMBER, PontoTourCase

DASHBOARD = "/odoo/action-account.open_account_journal_dashboard_kanban"
READY = """(async () => {
    const pause = (time) => new Promise((done) => setTimeout(done, time));
    while (!document.querySelector(".o_ponto_card_status")) {
        await pause(100);
    }
    await pause(700);
    console.log("test successful");
})()"""
CARD = """(() => {
    const card = document.querySelector(".o_ponto_card_status");
    const { x, y, width, height } = card.closest(".o_kanban_record").getBoundingClientRect();
    return JSON.stringify({ x, y, width, height, scale: 2 });
})()"""


@tagged("-standard", "post_install", "-at_install", "ponto_pictures")
class TestCardPictures(PontoTourCase):
    browser_size = "1366x900"

    def setUp(self):
        super().setUp()
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
        self.connection.fetch_accounts()
        journal = self.company_data["default_journal_bank"]
        journal.write(
            {"name": "Vlinderbank current account", "show_on_dashboard": True}
        )
        journal.set_bank_account(NUMBER)
        self.linked = self.account(BANK)
        self.linked.link_journal(journal, self.start)
        self.folder = Path(config["screenshots"]) / "cards"
        self.folder.mkdir(parents=True, exist_ok=True)

    def states(self):
        """Name of the picture, and what the account's record then holds."""
        now = fields.Datetime.now()
        good = {
            "last_success_at": now,
            "bank_data_at": now - timedelta(minutes=12),
            "authorization_expires_at": now + timedelta(days=160),
            "problem_code": False,
            "problem_values": False,
        }
        ended = now - timedelta(days=2)
        soon = now + timedelta(minutes=15)
        again = {"retry_at": fields.Datetime.to_string(soon), "request_id": "5B1C0F"}
        yield "ok", good
        yield (
            "expiring",
            {
                **good,
                "authorization_expires_at": now + timedelta(days=12, hours=1),
            },
        )
        yield (
            "expired",
            {
                **good,
                "bank_data_at": ended,
                "authorization_expires_at": ended,
            },
        )
        yield "old", {**good, "bank_data_at": now - timedelta(hours=49)}
        yield (
            "passing",
            {
                **good,
                "problem_code": "ponto_down",
                "problem_values": again,
            },
        )
        yield (
            "credentials",
            {
                **good,
                "problem_code": "bad_credentials",
                "bank_data_at": ended,
            },
        )
        yield "revoked", {**good, "revoked_at": now}
        yield (
            "never",
            {
                **good,
                "revoked_at": False,
                "last_success_at": False,
                "bank_data_at": False,
            },
        )

    def test_pictures(self):
        for name, vals in self.states():
            self.linked.sudo().write(vals)
            self.take(name)
        self.linked.sudo().write(dict(self.states())["ok"])
        self.env["ir.config_parameter"].set_param("database.is_neutralized", "1")
        self.take("copy")

    def take(self, name):
        """Open the dashboard, and keep the part of it that is the card."""
        wait = ChromeBrowser._wait_code_ok

        def wait_and_take(browser, *args, **kwargs):
            wait(browser, *args, **kwargs)
            found = browser._websocket_request(
                "Runtime.evaluate", params={"expression": CARD}
            )
            clip = json.loads(found["result"]["value"])
            taken = browser._websocket_request(
                "Page.captureScreenshot", params={"clip": clip}
            )
            path = self.folder / f"card-{name}.png"
            path.write_bytes(base64.b64decode(taken["data"]))

        self.env.flush_all()
        self.patch(ChromeBrowser, "_wait_code_ok", wait_and_take)
        try:
            self.browser_js(DASHBOARD, READY, login=LOGIN, timeout=120)
        finally:
            self.patch(ChromeBrowser, "_wait_code_ok", wait)
