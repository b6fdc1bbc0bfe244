"""Pictures of each state of the card, for the documentation. Not a test of anything:
asked for by its tag, ``ponto_pictures``; the pictures land beside a tour's."""

from datetime import timedelta

from odoo import fields
from odoo.tests import tagged

from .common_pictures import PicturesCase
from .test_tours import LOGIN

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
class TestCardPictures(PicturesCase):
    kind = "cards"

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
                "bank_data_at": ended - timedelta(hours=3),
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
        run = self.linked.sudo()._create_run("user", stage="read")
        self.take("fetching")
        run.sudo().unlink()
        bank, journal = self.linked.provider_account_id, self.linked.journal_id
        bank.sudo().is_closed_at_bank = True
        self.take("closed")
        bank.sudo().is_closed_at_bank = False
        suspense = journal.suspense_account_id
        journal.suspense_account_id = False
        self.take("paused")
        journal.suspense_account_id = suspense
        self.env["ir.config_parameter"].set_param("database.is_neutralized", "1")
        self.take("copy")

    def take(self, name):
        """Open the dashboard, and keep the part of it that is the card."""
        self.picture(f"card-{name}", DASHBOARD, READY, CARD, login=LOGIN)
