import { registry } from "@web/core/registry";
import { CARD, awaitResult, openAccounting } from "./tour_steps";

const RENEW = `${CARD} button[name='action_ponto_reauthorize']`;

registry.category("web_tour.tours").add("account_ponto_sync_reauthorize_leave", {
    steps: () => [
        {
            content: "the reminder is an activity, in words",
            trigger:
                ".o-mail-Activity:contains('no bank data since'):contains('renew at Ponto')",
        },
        ...openAccounting(),
        {
            content: "open the dashboard",
            trigger: ".o_main_navbar [data-menu-xmlid='account.menu_board_journal_1']",
            run: "click",
        },
        {
            content: "the card says since when nothing comes; ask why",
            trigger: `${CARD} .o_ponto_card_status[data-ponto-state='expired'] .o_ponto_sentence:contains('Stopped: no bank data since') summary:contains('Why?')`,
            run: "click",
        },
        {
            content: "the cause and the remedy",
            trigger: `${CARD} .o_ponto_sentence details[open]:contains('permission ended'):contains('Odoo then fetches')`,
        },
        {
            content: "the reminder stands on the card",
            trigger: `${CARD} .o_ponto_renewal:contains('Renewal needed')`,
        },
        {
            content: "re-authorize",
            trigger: RENEW,
            run: "click",
        },
        {
            content: "the dialog says who can do it",
            trigger: ".modal:contains('the accountant cannot do it for them')",
        },
        {
            content: "and which account to look for",
            trigger: ".modal .o_data_row:contains('BE68539007547034')",
        },
        {
            content: "a plain link opens Ponto: no window that could be blocked",
            trigger:
                ".modal a[href*='/ponto/reauthorize/'][target='_blank']:contains('Open Ponto')",
        },
        {
            content: "check before anything was renewed",
            trigger: ".modal button[name='action_check']",
            run: "click",
        },
        {
            content: "one sentence tells what Ponto still shows",
            trigger:
                ".modal .o_ponto_renewal_result:contains('Ponto still shows'):contains('nothing was changed')",
        },
        {
            content: "turn back",
            trigger: ".modal footer button:contains('Close')",
            run: "click",
        },
        {
            content: "the card is as it was",
            trigger: `body:not(:has(.modal)) ${CARD} .o_ponto_card_status[data-ponto-state='expired']`,
        },
    ],
});

registry.category("web_tour.tours").add("account_ponto_sync_reauthorize_return", {
    steps: () => [
        {
            content: "back from Ponto: have Odoo look",
            trigger: ".o_form_view button[name='action_check']",
            run: "click",
        },
        {
            content: "the new date is told",
            trigger: ".o_notification:contains('authorized until')",
        },
        ...awaitResult("1 new"),
        {
            content: "to the dashboard",
            trigger: ".o_ponto_progress .o_ponto_open_dashboard",
            run: "click",
        },
        {
            content: "the card is green, and nothing is to be renewed",
            trigger: `${CARD}:not(:has(.o_ponto_renewal)):not(:has(button[name='action_ponto_reauthorize'])) .o_ponto_card_status[data-ponto-state='ok']:has(.o_ponto_dot.text-success) .o_ponto_sentence:contains('Up to date as of'):contains('authorized until')`,
        },
    ],
});
