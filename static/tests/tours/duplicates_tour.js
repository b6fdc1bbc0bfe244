import { registry } from "@web/core/registry";
import { CARD, openAccounting } from "./tour_steps";

const ROWS = ".modal .o_field_widget[name='line_ids'] .o_data_row";

registry.category("web_tour.tours").add("account_ponto_sync_duplicates", {
    steps: () => [
        ...openAccounting(),
        {
            content: "open the dashboard",
            trigger: ".o_main_navbar [data-menu-xmlid='account.menu_board_journal_1']",
            run: "click",
        },
        {
            content: "open the card's menu",
            trigger: `${CARD} .o_ponto_card_status`,
            run: `hover && click ${CARD} .o_dropdown_kanban .dropdown-toggle`,
        },
        {
            content: "find duplicates",
            trigger: "a[name='action_ponto_find_duplicates']:contains('Find duplicates…')",
            run: "click",
        },
        {
            content: "look",
            trigger: ".modal button[name='action_find']:contains('Find')",
            run: "click",
        },
        {
            content: "the file's line is ticked",
            trigger: `${ROWS}:contains('File or by hand'):contains('FACTUUR 118') td[name='is_ticked'] input:checked`,
        },
        {
            content: "Ponto's is not",
            trigger: `${ROWS}:contains('Factuur 118'):has(td[name='origin']:contains(/^Ponto$/)) td[name='is_ticked'] input:not(:checked)`,
        },
        {
            content: "another one is a payment of its own",
            trigger: `${ROWS}:contains('PARKING'):contains('File or by hand') button[name='action_not_double']`,
            run: "click",
        },
        {
            content: "that group is gone; remove what is ticked",
            trigger:
                ".modal:not(:contains('PARKING')) button[name='action_ask']:contains('Remove ticked lines')",
            run: "click",
        },
        {
            content: "how many, before anything is removed",
            trigger: ".modal .alert-warning:contains('Lines to be removed'):contains('1')",
        },
        {
            content: "remove",
            trigger: ".modal button[name='action_remove']",
            run: "click",
        },
        {
            content: "told in words",
            trigger: "body:not(:has(.modal)) .o_notification:contains('Removed: 1 of 1.')",
        },
    ],
});
