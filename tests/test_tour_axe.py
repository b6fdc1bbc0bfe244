"""Barriers for people who see, hear or move differently, as axe finds them.

Every screen is opened in Chromium with real data. What the addon's own views render
must have no serious finding; what core renders inside them is listed by name below.
"""

import json
from importlib.resources import files

from odoo.tests import tagged

from odoo.addons.web.controllers.utils import clean_action

from .common import transaction
from .test_tours import BANK, LOGIN, NUMBER, PRIVATE, PontoTourCase

#: A list, or on a phone its cards.
ROWS = ".o_data_row, .o_kanban_record"
SEVERE = ("serious", "critical")
#: Core's parts of a screen, the same in every addon.
OUTSIDE = (".o_control_panel", ".o-mail-Chatter", ".o-mail-Form-chatter")
#: Core's widgets inside our views: rule, what the element looks like, why it is core's.
OF_CORE = (
    ("aria-allowed-attr", "o-dropdown dropdown-toggle dropdown", "select menu"),
    ("aria-dialog-name", "o_technical_modal", "dialog"),
    ("aria-required-parent", 'class="nav-link.*role="tab"', "notebook"),
    ("autocomplete-valid", "o_select_menu_input", "select menu"),
    ("button-name", "o_optional_columns_dropdown_toggle", "list"),
    ("color-contrast", "badge rounded-pill text-bg-(success|info)", "badge's colours"),
    ("color-contrast", "o_pivot_measure_row", "pivot"),
    ("color-contrast", '<label class="o_form_label', "form, on a phone"),
    ("color-contrast", '<input class="o_input"[^>]* placeholder=', "placeholder"),
    ("image-alt", 'src="/web/image/res.users/', "avatar"),
    ("label", r'id="(checkbox-comp-\d+|boolean_checkbox)"', "tick boxes of a list"),
    ("role-img-alt", "fa-clock-o", "activity button"),
    ("scrollable-region-focusable", "o_list_renderer", "list"),
)


class AxeTour(PontoTourCase):
    """Data for every screen, and how they are looked at."""

    def setUp(self):
        super().setUp()
        self.env["ir.config_parameter"].set_param(
            "account_ponto_sync.api_url", self.sandbox.url
        )
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
        self.journal = self.company_data["default_journal_bank"]
        self.journal.write({"name": "Current account", "show_on_dashboard": True})
        self.journal.set_bank_account(NUMBER)
        dollars = transaction(
            1900, self.today, "5.00", currency="USD", counterpartName="Dollar Bakery"
        )
        path = f"accounts/{BANK}/transactions"
        self.sandbox.control("POST", path, json={"transactions": [dollars]})
        self.linked = self.account(BANK)
        self.linked.link_journal(self.journal, self.start)
        self.linked.fetch_transactions()
        self.line = self.lines(self.linked)[:1]
        self.held = self.linked.transaction_ids.filtered(lambda r: r.state == "held")
        self.assertTrue(self.line and self.held)

    # === SCREENS === #

    def screens(self):
        """Every screen of the addon: name, action, what shows that it is drawn."""
        mine = self.linked.with_user(self.user)
        yield self.screen(
            "dashboard card",
            "account.open_account_journal_dashboard_kanban",
            ".o_ponto_card_status",
            only="[name^='action_ponto_'], .o_ponto_card_status",
        )
        yield self.screen(
            "institutions",
            "account_ponto_sync.ponto_provider_account_action",
            ".o_group_header, .o_kanban_record",
        )
        yield self.form("institution", self.linked.provider_account_id)
        yield self.form("account", self.linked)
        yield self.form("connection", self.connection)
        yield self.form("fetch", self.linked.run_ids[:1])
        yield self.form("held transaction", self.held)
        yield self.screen(
            "held transactions",
            mine.action_open_held(),
            ROWS,
        )
        cards = clean_action(mine.action_open_held(), self.env)
        views = sorted(cards["views"], key=lambda view: view[1] != "kanban")
        cards = {**cards, "views": views}
        yield self.screen("held transactions, cards", cards, ".o_kanban_record")
        yield self.screen("received", mine.action_open_inbox(), ROWS)
        yield self.screen("history", mine.action_open_runs(), ROWS)
        lines = self.journal.with_user(self.user).action_ponto_open_lines()
        lines = clean_action(lines, self.env)
        yield self.screen("transactions", lines, ROWS)
        for kind, shows in (
            ("kanban", ".o_kanban_record"),
            ("pivot", "table, .o_view_nocontent, .o_kanban_record"),
        ):
            views = sorted(lines["views"], key=lambda view: view[1] != kind)
            yield self.screen(f"transactions, {kind}", {**lines, "views": views}, shows)
        yield self.form(
            "transaction",
            self.line,
            view="account_ponto_sync.account_bank_statement_line_view_form",
        )
        yield self.dialog("Connect", self.new_connection())
        yield self.dialog(
            "Fetch Accounts",
            self.connection.with_user(self.user).action_fetch_accounts(),
        )
        yield self.dialog("preview", self.preview())
        yield self.dialog("check a period", mine.action_check_period())
        yield self.dialog("change the start date", mine.action_move_start())
        yield self.dialog("disconnect", mine.connection_id.action_disconnect())
        yield self.dialog(
            "re-authorize", self.journal.with_user(self.user).action_ponto_reauthorize()
        )
        held = self.held.with_user(self.user)
        yield self.dialog("ignore", held.action_ask_ignore())
        yield self.dialog("match", self.line.with_user(self.user).action_ponto_match())
        yield self.screen(
            "closing check",
            "account_ponto_sync.ponto_closing_check_action",
            ".o_form_view, .o_list_view",
        )
        yield self.screen(
            "worklist",
            "account_ponto_sync.ponto_worklist_action",
            ".o_list_view, .o_kanban_view, .o_view_nocontent",
        )

    def screen(self, name, action, shows, **more):
        if not isinstance(action, str):
            # As the server gives it to a browser that pressed a button.
            action = json.loads(json.dumps(clean_action(action, self.env), default=str))
        return {"name": name, "action": action, "shows": shows, **more}

    def form(self, name, record, view=None):
        view_id = self.env.ref(view).id if view else False
        action = {
            "type": "ir.actions.act_window",
            "res_model": record._name,
            "res_id": record.id,
            "views": [[view_id, "form"]],
        }
        return self.screen(name, action, ".o_form_view")

    def dialog(self, name, action):
        return self.screen(name, action, ".o_form_view", dialog=True)

    def new_connection(self):
        assistant = self.env["ponto.connect"].with_user(self.user)
        return assistant._open(self.company, self.env["ponto.connection"])

    def preview(self):
        other = self.account(PRIVATE)
        other.link_journal(other._create_journal(), self.start)
        other.sudo().awaits_confirmation = True
        return other.with_user(self.user).action_open_preview()

    # === LOOKING === #

    def look(self):
        source = files("axe_playwright_python").joinpath("axe.min.js").read_text()
        script = files(__package__).joinpath("axe.js").read_text()
        given = {
            "SCREENS": list(self.screens()),
            "OUTSIDE": OUTSIDE,
            "OF_CORE": [(rule, pattern) for rule, pattern, _why in OF_CORE],
            "SEVERE": SEVERE,
        }
        values = "".join(
            f"const {name} = {json.dumps(value)};\n" for name, value in given.items()
        )
        self.browser_js(
            "/odoo?debug=1",
            f"{source};(() => {{ {values} {script} }})()",
            ready="odoo.isReady && odoo.__WOWL_DEBUG__ !== undefined",
            login=LOGIN,
            timeout=180,
        )


@tagged("post_install", "-at_install", "ponto_tour")
class TestTourAxe(AxeTour):
    def test_no_serious_barrier(self):
        self.look()


@tagged("post_install", "-at_install", "ponto_tour")
class TestTourAxePhone(AxeTour):
    """The same at the width of a phone, where nothing may be wider than it."""

    browser_size = "390x844"
    touch_enabled = True

    def test_no_serious_barrier(self):
        self.look()
