import { registry } from "@web/core/registry";
import { awaitResult, openAccounting } from "./tour_steps";

const GROUP = ".o_group_header:contains('Ponto of the bakery')";
const rowOf = (number) => `.modal .o_data_row:contains('${number}')`;

registry.category("web_tour.tours").add("account_ponto_sync_menus", {
    steps: () => [
        ...openAccounting(),
        {
            content: "open the configuration menu",
            trigger: "[data-menu-xmlid='account.menu_finance_configuration']",
            run: "click",
        },
        {
            content: "in developer mode it has Online Synchronization",
            trigger:
                ".o-dropdown--menu [data-menu-xmlid='account_ponto_sync.menu_online_synchronization']",
            run: "click",
        },
        {
            content: "a connection without any institution is listed with its buttons",
            trigger: `${GROUP} .o_group_buttons:has(button:contains('Replace credentials')) button:contains('Fetch Accounts')`,
        },
        {
            content: "add an institution",
            trigger: ".o_control_panel button:contains('New')",
            run: "click",
        },
        {
            content: "find a bank",
            trigger: ".modal .o_field_widget[name='name'] input",
            run: "edit Kempische",
        },
        {
            content: "in all countries",
            trigger: ".modal .o_field_widget[name='country_id'] input",
            run: "clear",
        },
        {
            content: "search Ponto's public list",
            trigger: ".modal button[name='action_search']",
            run: "click",
        },
        {
            content: "add the bank that was found",
            trigger:
                ".modal .o_data_row:contains('Kempische Spaarbank') button[name='action_add']",
            run: "click",
        },
        {
            content: "none of its accounts is authorized yet",
            trigger:
                ".o_form_view .o_field_widget[name='state']:contains('No account authorized yet')",
        },
        {
            content: "back to the list",
            trigger: ".o_breadcrumb .o_back_button a, .o_breadcrumb a:contains('Online')",
            run: "click",
        },
        {
            content: "find a bank that is not listed",
            trigger: ".o_searchview input.o_searchview_input",
            run: "edit no such bank",
        },
        {
            content: "Enter",
            trigger: ".o_searchview input.o_searchview_input",
            run: "press Enter",
        },
        {
            content: "a search without a hit says so",
            trigger: ".o_nocontent_help:contains('Nothing matches this search')",
        },
        {
            content: "take it away",
            trigger: ".o_searchview_facet:contains('no such bank') .o_facet_remove",
            run: "click",
        },
        {
            content: "open the institution",
            trigger: ".o_list_view .o_data_row:contains('Kempische Spaarbank') td[name='name']",
            run: "click",
        },
        {
            content: "fetch accounts from there",
            trigger: ".o_form_view button[name='action_fetch_accounts']",
            run: "click",
        },
        {
            content: "what to tick at Ponto is said first",
            trigger:
                ".modal .o_ponto_tick_all:contains('accounts that are no longer ticked stop')",
        },
        {
            content: "the institution has no account in this integration",
            trigger: ".modal .alert:contains('No account of Kempische Spaarbank')",
        },
        {
            content: "the company's own account comes ticked",
            trigger: `${rowOf("BE68539007547034")}:contains('Vlinderbank') td[name='selected'] input:checked`,
        },
        {
            content: "an account in another name comes unticked, with the reason",
            trigger: `${rowOf("BE71096123456769")}:contains('does not look like') td[name='selected'] input:not(:checked)`,
        },
        {
            content: "tick the account of the second bank",
            trigger: `${rowOf("BE71096123456769")} td[name='selected'] input`,
            run: "click",
        },
        {
            content: "it is ticked",
            trigger: `${rowOf("BE71096123456769")} td[name='selected'] input:checked`,
        },
        {
            content: "confirm",
            trigger: ".modal button[name='action_confirm']",
            run: "click",
        },
        ...awaitResult("38 transactions since"),
        {
            content: "two accounts were fetched",
            trigger: ".o_ponto_run_done:nth-of-type(2)",
        },
        {
            content: "open the lines",
            trigger: ".o_ponto_progress .o_ponto_open_lines",
            run: "click",
        },
        {
            content: "the lines of both journals are there",
            trigger: ".o_list_view .o_data_row:contains('Transaction 1042')",
        },
        {
            content: "76 of them",
            trigger: ".o_pager_limit:contains('76'), .o_pager_value:contains('76')",
        },
    ],
});
