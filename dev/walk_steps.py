"""A newcomer's walk through the demo in a real browser, with a picture of each screen.

Run by ``dev/walk.py`` with Playwright's Python:
``walk_steps.py ODOO PONTO FOLDER BROWSER``. Prints one line a step; fails where a
person could not go on.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from pathlib import Path

from playwright.sync_api import Locator, Page, expect, sync_playwright

SIZE = {"width": 1366, "height": 900}
FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
#: milliseconds; the first fetch reads two years of six accounts
PATIENCE, FETCH_PATIENCE = 60_000, 300_000
CREDENTIALS = ("ponto-demo", "ponto-demo-secret")
BANK = "Vlinderbank current account"

Step = Callable[[], None]


class Walk:
    """One browser, one person."""

    def __init__(self, page: Page, odoo: str, ponto: str, folder: Path) -> None:
        self.page = page
        self.odoo = odoo
        self.ponto = ponto
        self.folder = folder
        self.troubles: list[str] = []
        page.on("pageerror", lambda error: self.troubles.append(str(error)))
        page.on("response", self._note_failure)

    def _note_failure(self, response: object) -> None:
        status = getattr(response, "status", 0)
        if status >= 500:
            self.troubles.append(f"{status} {getattr(response, 'url', '')}")

    def steps(self) -> Iterator[tuple[str, Step]]:
        """What the newcomer does, in order."""
        yield "log in at the printed address", self.log_in
        yield "the dashboard with the bank's cards", self.see_dashboard
        yield "Connect with Ponto", self.open_connect
        yield "what to do at Ponto", self.see_what_to_do
        yield "paste the two values", self.paste_credentials
        yield "choose journals", self.see_accounts
        yield "look before anything is booked", self.preview
        yield "watch the fetch", self.fetch
        yield "the cards afterwards", self.see_cards
        yield "the transactions", self.see_lines
        yield "fetch again", self.fetch_again
        yield "what is held, and why", self.see_held
        yield "Online Synchronization", self.see_institutions
        yield "an institution whose authorization ends", self.see_institution
        yield "the worklist", self.see_worklist
        yield "the closing check", self.see_closing_check
        yield "the local Ponto", self.see_ponto
        yield "re-authorize in the local Ponto", self.reauthorize

    def picture(self, name: str) -> None:
        """Save what is to be seen, without a blinking cursor or a half-drawn page."""
        expect(self.page.locator(".o_loading_indicator")).to_have_count(0)
        self.page.wait_for_timeout(700)
        path = self.folder / f"{name}.png"
        self.page.screenshot(path=str(path), animations="disabled")

    # === ODOO === #

    def log_in(self) -> None:
        self.page.goto(self.odoo)
        self.page.get_by_label("Email").fill("admin")
        self.page.get_by_label("Password").fill("admin")
        self.picture("login")
        self.page.get_by_role("button", name="Log in").click()

    def see_dashboard(self) -> None:
        expect(self.page.locator(".o_kanban_record").first).to_be_visible()
        self.picture("dashboard")

    def card(self, text: str) -> Locator:
        return self.page.locator(".o_kanban_record", has_text=text).first

    def open_connect(self) -> None:
        self.card(BANK).get_by_role("button", name="Connect with Ponto").click()
        expect(self.page.locator(".modal")).to_contain_text(
            "local test version of Ponto"
        )
        self.picture("connect")

    def see_what_to_do(self) -> None:
        modal = self.page.locator(".modal")
        modal.get_by_role("button", name="Next").click()
        expect(modal.locator(".o_ponto_steps")).to_be_visible()
        self.picture("connect-at-ponto")

    def paste_credentials(self) -> None:
        modal = self.page.locator(".modal")
        modal.get_by_role("button", name="Next").click()
        client_id, secret = CREDENTIALS
        modal.locator("[name=client_id] input").fill(client_id)
        modal.locator("[name=client_secret] input").fill(secret)
        modal.get_by_role("button", name="Connect", exact=True).click()

    def see_accounts(self) -> None:
        rows = self.page.locator(".modal .o_data_row")
        expect(rows).to_have_count(6)
        self.picture("accounts")
        self.page.locator(".modal button[name=action_preview]").click()

    def preview(self) -> None:
        # Fetch Accounts has a button of that name as well: this one's words tell.
        modal = self.page.locator(".modal")
        confirm = modal.get_by_role("button", name="Confirm and fetch", exact=True)
        expect(confirm).to_be_visible(timeout=FETCH_PATIENCE)
        self.picture("preview")
        confirm.click()
        expect(self.page.locator(".modal")).to_have_count(0)

    def fetch(self) -> None:
        progress = self.page.locator(".o_ponto_progress")
        expect(progress).to_be_visible()
        self.page.wait_for_timeout(2_500)
        self.page.screenshot(path=str(self.folder / "progress.png"))
        done = self.page.locator(".o_ponto_progress_done")
        expect(done).to_be_visible(timeout=FETCH_PATIENCE)
        self.picture("fetched")

    def see_cards(self) -> None:
        self.page.locator(".o_ponto_open_dashboard").click()
        expect(self.page.locator(".o_ponto_card_status").first).to_be_visible()
        self.picture("cards")

    def see_lines(self) -> None:
        self.card(BANK).locator("#all_transactions_btn").click()
        expect(self.page.locator(".o_data_row").first).to_be_visible()
        self.picture("transactions")
        self.page.go_back()

    def fetch_again(self) -> None:
        expect(self.page.locator(".o_ponto_card_status").first).to_be_visible()
        self.card(BANK).locator("button[name=action_ponto_fetch]").click()
        done = self.page.locator(".o_ponto_progress_done")
        expect(done).to_be_visible(timeout=FETCH_PATIENCE)
        self.picture("fetched-again")

    def see_held(self) -> None:
        self.page.locator(".o_ponto_open_held").click()
        self.page.locator(".o_data_row td").nth(2).click()
        expect(self.page.locator("body")).to_contain_text("closed period")
        self.picture("held")

    def see_institutions(self) -> None:
        self.page.goto(f"{self.odoo}/odoo?debug=1")
        self.page.goto(
            f"{self.odoo}/odoo/action-account_ponto_sync.ponto_provider_account_action"
        )
        expect(self.page.locator("body")).to_contain_text("Kempische Spaarbank")
        self.picture("institutions")

    def see_institution(self) -> None:
        self.page.get_by_text("Kempische Spaarbank").first.click()
        expect(self.page.locator(".o_form_view")).to_be_visible()
        self.picture("institution")

    def open_report(self, name: str) -> None:
        self.page.goto(
            f"{self.odoo}/odoo/action-account.open_account_journal_dashboard_kanban"
        )
        self.page.locator(".o_menu_sections").get_by_text("Reporting").click()
        self.page.get_by_role("menuitem", name=name, exact=True).click()

    def see_worklist(self) -> None:
        self.open_report("Bank Worklist")
        expect(self.page.locator(".o_data_row").first).to_be_visible()
        self.picture("worklist")

    def see_closing_check(self) -> None:
        """Of yesterday: the demo's banks report today's balances only."""
        self.open_report("Bank Closing Check")
        day = f"{date.today() - timedelta(days=1):%d/%m/%Y}"
        field = self.page.locator(".o_field_widget[name=date]")
        field.locator("input, button").first.click()
        field.locator("input").fill(day)
        field.locator("input").press("Enter")
        self.page.get_by_role("button", name="Check", exact=True).click()
        expect(self.page.locator(".alert", has_text=day)).to_be_visible()
        self.page.mouse.move(0, 0)
        self.picture("closing-check")

    # === THE LOCAL PONTO === #

    def see_ponto(self) -> None:
        self.page.goto(f"{self.ponto}/_dashboard")
        expect(self.page.locator("body")).to_contain_text("Kempische Spaarbank")
        self.picture("ponto")

    def reauthorize(self) -> None:
        section = self.page.locator("section", has_text="Kempische Spaarbank").last
        section.get_by_role("link", name="Re-authorize").click()
        self.picture("ponto-bank")
        self.page.get_by_role("button", name="Confirm").click()
        expect(self.page.locator("body")).to_contain_text("180 days")
        self.picture("ponto-renewed")


def main(odoo: str, ponto: str, folder: str, browser: str) -> int:
    """Walk, and say how long each step took."""
    target = Path(folder)
    target.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=browser, args=list(FLAGS))
        page = chromium.new_page(
            viewport=SIZE, locale="en-GB", timezone_id="Europe/Brussels"
        )
        page.set_default_timeout(PATIENCE)
        expect.set_options(timeout=PATIENCE)
        walk = Walk(page, odoo, ponto, target)
        try:
            for name, step in walk.steps():
                started = time.monotonic()
                step()
                print(f"{time.monotonic() - started:6.1f} s  {name}", flush=True)
        except BaseException:
            page.screenshot(path=str(target / "where-it-stopped.png"))
            raise
        finally:
            chromium.close()
    for trouble in walk.troubles:
        print(f"trouble: {trouble}", flush=True)
    return 1 if walk.troubles else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
