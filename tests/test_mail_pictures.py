"""Pictures of the e-mails, for the documentation. Not a test of anything: asked for by
its tag, ``ponto_pictures``."""

import json
from datetime import timedelta

from odoo import fields
from odoo.tests import tagged
from odoo.tools import html_escape

from .common_pictures import PicturesCase
from .test_tours import BANK

SHOW = """(() => {
    document.open();
    document.write(%s);
    document.close();
    setTimeout(() => console.log("test successful"), 500);
})()"""
MAIL = """(() => {
    const { width, height } = document.getElementById("mail").getBoundingClientRect();
    return JSON.stringify({ x: 0, y: 0, width, height, scale: 2 });
})()"""
PAGE = """<!DOCTYPE html><meta charset="utf-8"><body style="margin:0">
<div id="mail" style="width:700px; font-family:sans-serif; background:white">
<div style="padding:12px 16px; background:#f1f3f5; font-size:14px; line-height:1.5">
To: {to}<br>Subject: <b>{subject}</b></div><div style="padding:16px">{body}</div></div>"""


@tagged("-standard", "post_install", "-at_install", "ponto_pictures")
class TestMailPictures(PicturesCase):
    kind = "mails"

    def setUp(self):
        super().setUp()
        self.user.write({"name": "Ann Claes", "email": "ann@office.example"})
        self.connection.responsible_user_id = self.user
        self.linked.provider_account_id.renewal_contact_id = self.env[
            "res.partner"
        ].create({"name": "Rita Maes", "email": "rita@bakery.example"})

    def ends_in(self, **time):
        """The bank's permission ends then, says Ponto; the daily check is done."""
        ends = fields.Datetime.now() + timedelta(**time)
        self.sandbox.control(
            "PATCH",
            f"accounts/{BANK}",
            json={"authorizationExpirationExpectedAt": f"{ends.isoformat()}Z"},
        )
        self.connection.fetch_accounts()
        self.env.flush_all()
        self.env.ref(
            "account_ponto_sync.ir_cron_check_authorizations"
        ).method_direct_trigger()
        self.env.invalidate_all()

    def take(self, **names):
        """Keep each mail under the name that is given for its reader's login or name."""
        mails = self.env["mail.mail"].search([("model", "=", "ponto.reminder")])
        for mail in mails:
            reader = mail.recipient_ids
            name = names.get(reader.name.split()[0].lower())
            if name:
                page = PAGE.format(
                    to=html_escape(f"{reader.name} <{reader.email}>"),
                    subject=html_escape(mail.subject),
                    body=mail.body_html,
                )
                self.picture(
                    name, "/web/login", SHOW % json.dumps(page), MAIL, login=None
                )

    def test_a_week_before(self):
        self.ends_in(days=6, hours=1)
        self.take(ann="mail-responsible", rita="mail-contact")

    def test_last(self):
        self.ends_in(days=-35, hours=-1)
        self.take(rita="mail-last")
