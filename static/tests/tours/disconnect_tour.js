import { registry } from "@web/core/registry";
import {
    CARD,
    CLIENT_ID,
    CLIENT_SECRET,
    enterCredentials,
    openAccounting,
} from "./tour_steps";

registry.category("web_tour.tours").add("account_ponto_sync_disconnect", {
    steps: () => [
        ...openAccounting(),
        {
            content: "open the dashboard",
            trigger: ".o_main_navbar [data-menu-xmlid='account.menu_board_journal_1']",
            run: "click",
        },
        {
            content: "first click: the card's menu",
            trigger: `${CARD}:has(.o_ponto_card_status[data-ponto-state='ok'])`,
            run: `hover && click ${CARD} .o_dropdown_kanban .dropdown-toggle`,
        },
        {
            content: "second click: Disconnect",
            trigger: "a[name='action_ponto_disconnect']:contains('Disconnect…')",
            run: "click",
        },
        {
            content: "the dialog names what stops",
            trigger: ".modal:contains('These journals will receive no new transactions') .o_field_widget[name='stopping']:contains('Current account')",
        },
        {
            content: "and what stays",
            trigger: ".modal:contains('What is kept'):contains('without duplicates and without a gap') button[name='action_disconnect']",
            run: "click",
        },
        {
            content: "what was done, and what is left to do at Ponto",
            trigger: ".o_notification:contains('erased the client secret'):contains('delete it at Ponto')",
        },
        {
            content: "the card says who did it; nothing is to be fetched",
            trigger: `body:not(:has(.modal)) ${CARD}:not(:has(button[name='action_ponto_fetch'])) .o_ponto_card_status[data-ponto-state='paused'] .o_ponto_sentence:contains('Disconnected on') summary:contains('Why?')`,
            run: "click",
        },
        {
            content: "and what to do",
            trigger: `${CARD} .o_ponto_sentence details[open]:contains('Connect again')`,
        },
        {
            content: "connect again, from the card",
            trigger: `${CARD} button[name='action_ponto_connect']:contains('Connect again')`,
            run: "click",
        },
        {
            content: "with the same integration or a new one",
            trigger: ".modal:contains('Connect again with the integration whose client ID ends with'):contains('9abc')",
        },
        ...enterCredentials(CLIENT_ID, CLIENT_SECRET),
        {
            content: "it goes on in the same journal",
            trigger: `body:not(:has(.modal)) ${CARD}:has(button[name='action_ponto_fetch']) .o_ponto_card_status[data-ponto-state='ok']`,
        },
    ],
});
