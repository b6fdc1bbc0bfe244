import { registry } from "@web/core/registry";
import { CARD, CLIENT_ID, CLIENT_SECRET, awaitResult, enterCredentials, openAccounting } from "./tour_steps";

const PROBLEM = ".modal .o_ponto_problem";
const NEXT = ".modal button[name='action_next']";
const step = (name) => `.modal .o_statusbar_status .o_arrow_button_current:contains('${name}')`;

function openAssistant() {
    return [
        {
            content: "open the configuration menu",
            trigger: "[data-menu-xmlid='account.menu_finance_configuration']",
            run: "click",
        },
        {
            content: "without developer mode it has a way to connect a bank",
            trigger:
                ".o-dropdown--menu [data-menu-xmlid='account_ponto_sync.menu_ponto_connect']",
            run: "click",
        },
    ];
}

registry.category("web_tour.tours").add("account_ponto_sync_first_connection", {
    steps: () => [
        ...openAccounting(),
        ...openAssistant(),
        {
            content: "the first step is about the bank, what is read and what it costs",
            trigger: `.modal:has(${step("Your bank").slice(7)}) .o_ponto_step_bank:contains('never pays'):contains('monthly fee per account')`,
        },
        {
            content: "is my bank there",
            trigger: ".modal .o_field_widget[name='bank_name'] input",
            run: "edit Vlinder",
        },
        {
            content: "in all countries",
            trigger: ".modal .o_field_widget[name='bank_country_id'] input",
            run: "clear",
        },
        {
            content: "search, before anything is paid",
            trigger: ".modal button[name='action_search_banks']",
            run: "click",
        },
        {
            content: "it is",
            trigger: ".modal .o_data_row:contains('Vlinderbank')",
        },
        { content: "go on", trigger: NEXT, run: "click" },
        {
            content: "what to do at Ponto, in order",
            trigger: ".modal .o_ponto_steps:contains('within 72 hours'):contains('the secret is shown once') a[href*='new-custom-integration']",
        },
        {
            content: "leave",
            trigger: ".modal footer button:contains('Cancel')",
            run: "click",
        },
        { content: "the dialog is closed", trigger: "body:not(:has(.modal))" },
        ...openAssistant(),
        {
            content: "come back to the same step",
            trigger: ".modal .o_ponto_steps:contains('within 72 hours')",
        },
        { content: "go on to the credentials", trigger: NEXT, run: "click" },
        {
            content: "it is Ponto's sandbox",
            trigger: ".modal .o_field_widget[name='environment'] input[data-value='sandbox']",
            run: "click",
        },
        {
            content: "connect with nothing entered",
            trigger: ".modal button[name='action_connect']",
            run: "click",
        },
        {
            content: "the dialog says what is missing, and nothing pops up",
            trigger: `${PROBLEM}:contains('Enter the client ID')`,
        },
        ...enterCredentials(CLIENT_ID, "not the secret"),
        {
            content: "what Ponto refuses is read where it was entered; the rest stays",
            trigger: `.modal:has(.o_ponto_problem:contains('did not accept'):contains('Nothing was saved')) .o_field_widget[name='client_id'] input:value(${CLIENT_ID})`,
        },
        ...enterCredentials(CLIENT_ID, CLIENT_SECRET),
        {
            content: "the result in words",
            trigger: ".modal .o_ponto_connected:contains('Connected: 3 accounts at 2 banks')",
        },
        {
            content: "the sandbox is told from the real thing",
            trigger: ".modal .alert:contains('fictitious data')",
        },
        {
            content: "the journal with the account's number is proposed",
            trigger:
                ".modal .o_data_row:contains('BE68539007547034') td[name='journal_id']:contains('Current account')",
        },
        {
            content: "look before anything is booked",
            trigger: ".modal button[name='action_preview']",
            run: "click",
        },
        {
            content: "what the first fetch would mean",
            trigger:
                ".modal .o_data_row:contains('BE68 5390 0754 7034'):contains('42 at Ponto since'):contains('38 from'), .modal .o_data_row:contains('BE68539007547034'):contains('42 at Ponto since'):contains('38 from')",
            timeout: 60000,
        },
        {
            content: "decide later",
            trigger: ".modal footer button:contains('Decide later')",
            run: "click",
        },
        {
            content: "nothing is booked: so says the page behind",
            trigger:
                "body:not(:has(.modal)) .o_ponto_progress_done:contains('Nothing is booked before you confirm')",
        },
        {
            content: "to the dashboard",
            trigger: ".o_ponto_open_dashboard",
            run: "click",
        },
        {
            content: "the card says that the first fetch waits",
            trigger: `${CARD} .o_ponto_sentence:contains('Nothing is booked yet') summary:contains('Why?')`,
            run: "click",
        },
        {
            content: "and what to do",
            trigger: `${CARD} .o_ponto_sentence details[open]:contains('Check the preview')`,
        },
        {
            content: "and leads back",
            trigger: `${CARD} button[name='action_ponto_open_preview']`,
            run: "click",
        },
        {
            content: "confirm",
            trigger: ".modal button[name='action_confirm']",
            run: "click",
        },
        ...awaitResult("38 transactions since"),
    ],
});
