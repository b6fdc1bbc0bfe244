from odoo.tests import tagged

from ..common import resource
from .common import ScenarioCommon

DAY = "2026-04-08"
HTML = "<script>alert('x')</script><b>Invoice</b> & Co"
RIGHT_TO_LEFT = "\u202e\u200fשלום\u202c"
LONG = f"{HTML} \N{SLICE OF PIZZA} {RIGHT_TO_LEFT} a\0b " + "x" * 5000


@tagged("post_install", "-at_install")
class TestP53(ScenarioCommon):
    """5,000 characters, emoji, NUL, HTML and right-to-left marks are a text like any."""

    def test_odd_text(self):
        account = self.acme(fetch=False)
        odd = resource(
            1,
            DAY,
            "-7.00",
            remittanceInformation=LONG,
            counterpartName=f"{RIGHT_TO_LEFT}<i>Café \N{HOT BEVERAGE}</i>\0",
        )
        self.serve_page(resource(2, DAY, "1.00"), odd, times=2)
        run = self.fetch(account)
        self.assertEqual((run.state, run.imported_count), ("done", 2))
        line = self.lines(account).filtered(lambda line: line.amount < 0)
        # The label: text, shortened, without what turns the page around.
        label = line.payment_ref
        self.assertTrue(label.startswith(HTML), label)
        self.assertIn("\N{SLICE OF PIZZA}", label)
        self.assertIn("שלום", label)
        self.assertLessEqual(len(label), 500)
        self.assertNotIn("\0", label)
        for mark in "\u202e\u200f\u202c":
            self.assertNotIn(mark, label)
        self.assertIn("<i>Café \N{HOT BEVERAGE}</i>", line.partner_name)
        # The full text is kept with the line and in the inbox.
        whole = LONG.replace("\0", "\N{REPLACEMENT CHARACTER}")
        kept = line.transaction_details["ponto"]["remittance_information"]
        self.assertEqual(kept, whole)
        row = self.rows(account).filtered(lambda row: row.amount < 0)
        self.assertEqual(row.raw["attributes"]["remittanceInformation"], whole)
        # What was shown is what a second reading compares: nothing changed.
        run = self.fetch(account)
        self.assertEqual((run.imported_count, run.new_count), (0, 0))
        self.assertEqual((row.flag_code, row.history), (False, False))
