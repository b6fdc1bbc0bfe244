import { registry } from "@web/core/registry";
import {
    CARD,
    CLIENT_ID,
    CLIENT_SECRET,
    awaitResult,
    enterCredentials,
    openConnectDialog,
} from "./tour_steps";

registry.category("web_tour.tours").add("account_ponto_sync_wrong_secret", {
    steps: () => [
        ...openConnectDialog(),
        ...enterCredentials(CLIENT_ID, "not-the-secret"),
        {
            content: "one sentence in the dialog says what is wrong; nothing pops up",
            trigger:
                "body:not(:has(.modal:contains('Invalid Operation'))) .modal .o_ponto_problem:contains('Ponto did not accept the client ID or secret')",
        },
        {
            content: "the dialog is still open for another attempt",
            trigger: ".modal button[name='action_connect']:enabled",
        },
        {
            content: "the secret that was typed is not shown again",
            trigger: ".modal .o_field_widget[name='client_secret'] input:not(:value('not-the-secret'))",
        },
        {
            content: "give up",
            trigger: ".modal footer button:contains('Cancel')",
            run: "click",
        },
        {
            content: "the card is as it was",
            trigger: `body:not(:has(.modal)) ${CARD} button[name='action_ponto_connect']`,
        },
    ],
});

const REPLACE = `${CARD} button[name='action_ponto_replace_credentials']`;

registry.category("web_tour.tours").add("account_ponto_sync_replace_credentials", {
    steps: () => [
        {
            content: "the card leads to the credentials, without developer mode",
            trigger: REPLACE,
            run: "click",
        },
        {
            content: "the dialog says which ones are in use",
            trigger: ".modal .o_ponto_credentials:contains('9abc')",
        },
        ...enterCredentials(CLIENT_ID, "not-the-secret"),
        {
            content: "refused in the dialog",
            trigger: ".modal .o_ponto_problem:contains('Nothing was saved')",
        },
        ...enterCredentials(CLIENT_ID, "marker-rotated"),
        {
            content: "the card has nothing to replace any more",
            trigger: `body:not(:has(.modal)):not(:has(${REPLACE})) ${CARD}:contains('Up to date')`,
        },
    ],
});

registry.category("web_tour.tours").add("account_ponto_sync_card", {
    steps: () => [
        ...openConnectDialog(),
        {
            content: "it is Ponto's sandbox",
            trigger: ".modal .o_field_widget[name='environment'] input[data-value='sandbox']",
            run: "click",
        },
        ...enterCredentials(CLIENT_ID, CLIENT_SECRET),
        {
            content: "the sandbox is told from the real thing",
            trigger: ".modal .alert:contains('fictitious data')",
        },
        {
            content: "the journal of this card is proposed for the account with its number",
            trigger:
                ".modal .o_data_row:contains('BE68539007547034') td[name='journal_id']:contains('Current account')",
        },
        {
            content: "confirm",
            trigger: ".modal button[name='action_confirm']",
            run: "click",
        },
        ...awaitResult("38 transactions since"),
        {
            content: "back to the dashboard",
            trigger: ".o_ponto_progress .o_ponto_open_dashboard",
            run: "click",
        },
        {
            content: "the card says how it goes",
            trigger: `${CARD} .o_ponto_card_status[data-ponto-state='ok'] .o_ponto_sentence:contains('Up to date as of')`,
        },
        {
            content: "and that it is the sandbox",
            trigger: `${CARD} .badge:contains('Sandbox')`,
        },
        {
            content: "fetch again",
            trigger: `${CARD} button[name='action_ponto_fetch']`,
            run: "click",
        },
        ...awaitResult("No new transactions"),
        {
            content: "back to the dashboard again",
            trigger: ".o_ponto_progress .o_ponto_open_dashboard",
            run: "click",
        },
        {
            content: "the card's main button leads to the lines",
            trigger: `${CARD} #all_transactions_btn`,
            run: "click",
        },
        {
            content: "the lines are there",
            trigger: ".o_list_view .o_data_row:contains('Transaction 1042')",
        },
    ],
});
