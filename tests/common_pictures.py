"""Pictures for the documentation, taken in the browser that the tests use too."""

import base64
import json
from pathlib import Path

from odoo.tests.common import ChromeBrowser
from odoo.tools import config

from .test_tours import BANK, NUMBER, PontoTourCase


class PicturesCase(PontoTourCase):
    """One account that feeds a journal; the pictures land beside a tour's."""

    browser_size = "1366x900"
    #: Name of the folder.
    kind = "pictures"

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
        self.folder = Path(config["screenshots"]) / self.kind
        self.folder.mkdir(parents=True, exist_ok=True)

    def picture(self, name, url, ready, part, login=None):
        """Open a page and keep a part of it.

        :param ready: JavaScript that tells when the page is there
        :param part: JavaScript for what to keep, as JSON: a ``clip`` of Chrome's
            ``Page.captureScreenshot``
        """
        wait = ChromeBrowser._wait_code_ok

        def wait_and_take(browser, *args, **kwargs):
            wait(browser, *args, **kwargs)
            found = browser._websocket_request(
                "Runtime.evaluate", params={"expression": part}
            )
            clip = json.loads(found["result"]["value"])
            taken = browser._websocket_request(
                "Page.captureScreenshot",
                params={"clip": clip, "captureBeyondViewport": True},
            )
            path = self.folder / f"{name}.png"
            path.write_bytes(base64.b64decode(taken["data"]))

        self.env.flush_all()
        self.patch(ChromeBrowser, "_wait_code_ok", wait_and_take)
        try:
            self.browser_js(url, ready, login=login, timeout=120)
        finally:
            self.patch(ChromeBrowser, "_wait_code_ok", wait)
