"""Pictures of the transactions for the documentation. Not a test of anything: asked for
by its tag, ``ponto_pictures``; the pictures land beside a tour's."""

import json
from datetime import timedelta

from odoo.tests import tagged

from .common import account_seed, seed, transaction
from .common_pictures import PicturesCase
from .test_tours import BANK, LOGIN, NUMBER

LINES = [
    ("Molen Janssens", "BE71096123456769", "-1843.20", "Factuur 2026/118 bloem", {}),
    (
        "Café Élan",
        "BE43068999999501",
        "264.50",
        "+++090/9337/55493+++",
        {"endToEndId": "ELAN-2026-0042"},
    ),
    (
        "Q-Park",
        None,
        "-12.50",
        "PARKING GENT 14:02",
        {"cardReference": "6703 **** 0042"},
    ),
    ("Hotel De Zwaan", "BE95000000000058", "780.00", "Levering week 46", {}),
    ("Electrabel", "BE46000325448336", "-418.77", "Domiciliëring energie", {}),
    (None, None, "-2.25", "Kosten rekening", {}),
    ("Peeters Lotte", "BE29001234567864", "35.60", "Taart zaterdag, bedankt!", {}),
]
READY = """(async () => {
    const pause = (time) => new Promise((done) => setTimeout(done, time));
    while (!document.querySelector("%s")) {
        await pause(100);
    }
    await pause(900);
    console.log("test successful");
})()"""


class LinePictures(PicturesCase):
    kind = "transactions"

    @classmethod
    def seed_document(cls):
        parts = []
        for number in range(40):
            name, iban, amount, text, more = LINES[number % len(LINES)]
            day = cls.today - timedelta(days=number)
            who = {"counterpartName": name, "counterpartReference": iban}
            known = {key: value for key, value in who.items() if value}
            parts.append(
                transaction(
                    5000 - number,
                    day,
                    amount,
                    remittanceInformation=text,
                    bankTransactionCode="PMNT-RCDT-ESCT",
                    **known,
                    **more,
                )
            )
        account = account_seed(
            *parts, id=BANK, reference=NUMBER, opening_balance="24310.00"
        )
        return seed([account])

    def setUp(self):
        super().setUp()
        self.linked.fetch_transactions()
        self.account_lines = self.lines(self.linked)

    def page(self, name, url, ready):
        width, height = map(int, self.browser_size.replace("x", ",").split(","))
        clip = {"x": 0, "y": 0, "width": width, "height": height, "scale": 1}
        part = f"JSON.stringify({json.dumps(clip)})"
        self.picture(name, url, READY % ready, part, login=LOGIN)


@tagged("-standard", "post_install", "-at_install", "ponto_pictures")
class TestBankLinePictures(LinePictures):
    def test_pictures(self):
        action = self.env.ref(
            "account_ponto_sync.account_bank_statement_line_journal_action"
        )
        # What the card passes on, in an address.
        action.domain = [("journal_id", "=", self.linked.journal_id.id)]
        url = f"/odoo/action-{action.id}"
        self.page("transactions-list", url, ".o_list_view .o_data_row")
        line = self.account_lines.filtered(lambda one: one.amount == 264.5)[-1]
        self.page(
            "transactions-form",
            f"/odoo/bank-transactions/{line.id}",
            ".o_ponto_details",
        )


@tagged("-standard", "post_install", "-at_install", "ponto_pictures")
class TestBankLinePhonePictures(LinePictures):
    browser_size = "390x844"
    touch_enabled = True

    def test_pictures(self):
        self.page(
            "transactions-phone", "/odoo/bank-transactions", ".o_kanban_record .badge"
        )
        line = self.account_lines.filtered(lambda one: one.amount == 264.5)[-1]
        self.page(
            "transactions-phone-form",
            f"/odoo/bank-transactions/{line.id}",
            ".o_ponto_details",
        )
