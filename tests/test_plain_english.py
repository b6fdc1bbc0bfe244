from pathlib import Path
from runpy import run_path

from odoo.tests import tagged

from .common import PontoCommon

MIGRATION = (
    Path(__file__).parents[1] / "migrations" / "19.0.6.0.0" / "post-plain-english.py"
)


@tagged("post_install", "-at_install")
class TestPlainEnglish(PontoCommon):
    """An upgrade renews texts that it otherwise leaves alone."""

    def setUp(self):
        super().setUp()
        self.activity = self.env.ref("account_ponto_sync.mail_activity_type_attention")
        self.template = self.env.ref("account_ponto_sync.mail_template_renewal")

    def migrate(self):
        run_path(str(MIGRATION))["migrate"](self.env.cr, "19.0.5.0.0")
        self.env.invalidate_all()

    def test_texts_of_the_earlier_version(self):
        wanted = str(self.template.body_html)
        self.activity.name = "Bank feed needs a person"
        self.template.body_html = wanted.replace(
            "Find the bank and the account, and renew",
            "Look for the bank and the account, and renew",
        )
        self.assertNotEqual(str(self.template.body_html), wanted)
        self.migrate()
        self.assertEqual(self.activity.name, "Bank feed needs attention")
        self.assertEqual(str(self.template.body_html), wanted)

    def test_what_somebody_changed_is_kept(self):
        self.activity.name = "Banken"
        self.template.body_html = "<p>Our own words</p>"
        self.migrate()
        self.assertEqual(self.activity.name, "Banken")
        self.assertEqual(str(self.template.body_html), "<p>Our own words</p>")

    def test_deleted_template(self):
        self.template.unlink()
        self.migrate()
