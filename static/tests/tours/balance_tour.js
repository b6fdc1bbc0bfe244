/* global luxon */
import { registry } from "@web/core/registry";

// At night Ponto may not have asked the bank since yesterday.
const DAY = () => luxon.DateTime.now().minus({ days: 2 }).toFormat("MM/dd/yyyy");

registry.category("web_tour.tours").add("account_ponto_sync_balance", {
    steps: () => [
        {
            content: "the page tells why bank and books differ",
            trigger: ".o_form_view .o_field_widget[name='balance_message']:contains('before the start date')",
        },
        {
            content: "open the chart",
            trigger: ".o_form_view .nav-link[name='balance_chart']",
            run: "click",
        },
        {
            content: "the chart is drawn, and says in words what it shows",
            trigger: ".o_ponto_balance_chart canvas[aria-label*='differ from the books']",
        },
        {
            content: "open the table",
            trigger: ".o_ponto_balance_chart summary",
            run: "click",
        },
        {
            content: "the same figures stand in it",
            trigger: ".o_ponto_balance_chart details[open] tbody tr.text-warning-emphasis",
        },
        {
            content: "ask for the opening balance",
            trigger: ".o_form_view button[name='action_propose_opening']:enabled",
            run: "click",
        },
        {
            content: "it is worked out, and nothing would remain",
            trigger: ".modal .o_field_widget[name='left_over']:contains('0.00')",
        },
        {
            content: "post it",
            trigger: ".modal button[name='action_post']:enabled",
            run: "click",
        },
        {
            content: "it is one line",
            trigger: ".o_list_view .o_data_row:contains('Opening balance')",
        },
    ],
});

registry.category("web_tour.tours").add("account_ponto_sync_closing_check", {
    steps: () => [
        {
            content: "open the reports",
            trigger: ".o_main_navbar [data-menu-xmlid='account.menu_finance_reports']",
            run: "click",
        },
        {
            content: "open the closing check",
            trigger: ".o-dropdown--menu [data-menu-xmlid='account_ponto_sync.menu_ponto_closing_check']",
            run: "click",
        },
        {
            content: "the last month is looked at first; choose a day",
            trigger: ".o_form_view .o_field_widget[name='date'] :is(input, button)",
            run: "click",
        },
        {
            content: "a day that is over",
            trigger: ".o_form_view .o_field_widget[name='date'] input",
            run: ({ anchor }) => {
                anchor.value = DAY();
                anchor.dispatchEvent(new Event("input", { bubbles: true }));
                anchor.dispatchEvent(new Event("change", { bubbles: true }));
            },
        },
        {
            content: "check",
            trigger: ".o_form_view button[name='action_check']:enabled",
            run: "click",
        },
        {
            content: "all is proved",
            trigger: ".o_form_view .alert-success:contains('complete and in balance')",
        },
        {
            content: "keep that",
            trigger: ".o_form_view .o_statusbar_buttons button[name='action_confirm']:enabled",
            run: "click",
        },
        {
            content: "who proved it stands in the list",
            trigger: ".o_form_view .o_data_row td[name='proof_state']:contains('Confirmed')",
        },
        {
            content: "all that was proved",
            trigger: ".o_form_view button[name='action_open_proofs']:enabled",
            run: "click",
        },
        {
            content: "it is kept",
            trigger: ".o_list_view .o_data_row:contains('Valid')",
        },
    ],
});
