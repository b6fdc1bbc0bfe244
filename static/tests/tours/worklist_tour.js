import { registry } from "@web/core/registry";

const LIST = ".o_list_view .o_data_row";
const NEW = "contains('New: choose a journal'):contains('choose a journal with Fetch Accounts')";

registry.category("web_tour.tours").add("account_ponto_sync_worklist", {
    steps: () => [
        {
            content: "open the reports",
            trigger: ".o_main_navbar [data-menu-xmlid='account.menu_finance_reports']",
            run: "click",
        },
        {
            content: "open the worklist",
            trigger: ".o-dropdown--menu [data-menu-xmlid='account_ponto_sync.menu_ponto_worklist']",
            run: "click",
        },
        {
            content: "what feeds a journal and was not read comes first",
            trigger: `${LIST}:first:contains('Vlinderbank'):contains('Nothing has been fetched yet')`,
        },
        {
            content: "new accounts come last",
            trigger: `${LIST}:last:${NEW} button[name='action_answer']:contains('Choose a journal…')`,
        },
        {
            content: "a row leads to its account",
            trigger: `${LIST}:first td[name='sentence']`,
            run: "click",
        },
        {
            content: "come back",
            trigger: ".o_breadcrumb .o_back_button, .breadcrumb-item a",
            run: "click",
        },
        {
            content: "one click answers the row",
            trigger: `${LIST}:first button[name='action_answer']:contains('Fetch')`,
            run: "click",
        },
        {
            content: "it is fetched",
            trigger: ".o_ponto_progress .o_ponto_run_done",
        },
    ],
});

registry.category("web_tour.tours").add("account_ponto_sync_worklist_phone", {
    steps: () => [
        {
            content: "each account is a card, with its sentence and one button",
            trigger: `.o_kanban_view .o_kanban_record:${NEW} button[name='action_answer']`,
        },
        {
            content: "nothing is wider than the phone",
            trigger: ".o_kanban_view .o_kanban_record",
            run: () => {
                if (document.documentElement.scrollWidth > window.innerWidth) {
                    throw new Error("the page scrolls sideways");
                }
            },
        },
    ],
});
