import { registry } from "@web/core/registry";
import { CARD } from "./tour_steps";

const SEARCH = ".o_searchview input.o_searchview_input";

function searchFor(text) {
    return [
        {
            content: `type ${text}, with the keyboard alone`,
            trigger: SEARCH,
            run: `edit ${text}`,
        },
        {
            content: "the first proposal is the bank's details",
            trigger: `.o_searchview_autocomplete .o-dropdown-item:first:contains('Bank details'), .o_searchview_autocomplete li:first:contains('Bank details')`,
        },
        {
            content: "Enter",
            trigger: SEARCH,
            run: "press Enter",
        },
    ];
}

registry.category("web_tour.tours").add("account_ponto_sync_bank_lines", {
    steps: () => [
        {
            content: "the card's Transactions",
            trigger: `${CARD} #all_transactions_btn`,
            run: "click",
        },
        {
            content: "a list with the balance, and matching in words",
            trigger:
                ".o_list_view:has(th[data-name='running_balance']) .o_data_row:first td[name='ponto_match_state']:contains('Not matched')",
        },
        ...searchFor("BE71 0961 2345 6769"),
        {
            content: "one line; open it",
            trigger: ".o_list_view:not(:has(.o_data_row:nth-child(2))) .o_data_row td[name='payment_ref']",
            run: "click",
        },
        {
            content: "what the bank said, and what nobody knows of",
            trigger:
                ".o_form_view .o_ponto_details:contains('BE71 0961 2345 6769'):contains('Merchant category › Till name')",
        },
        {
            content: "the journal entry is one click away",
            trigger: ".o_form_view .o_field_widget[name='move_id'] a",
        },
        {
            content: "back to the list",
            trigger: ".o_breadcrumb .o_back_button, .breadcrumb-item a:last",
            run: "click",
        },
        {
            content: "take the search away",
            trigger: ".o_searchview .o_facet_remove",
            run: "click",
        },
        ...searchFor(">4000"),
        {
            content: "an amount range is understood",
            trigger: ".o_list_view:not(:has(.o_data_row:nth-child(2))) .o_data_row:contains('4,321.00')",
        },
        {
            content: "take that away, too",
            trigger: ".o_searchview .o_facet_remove",
            run: "click",
        },
        { content: "all lines again", trigger: ".o_list_view .o_data_row:nth-child(2)" },
        ...searchFor("nobody at all"),
        {
            content: "a search without a hit says so",
            trigger: ".o_nocontent_help:contains('Nothing matches this search'):contains('-100')",
        },
        {
            content: "enter a line by hand",
            trigger: ".o_control_panel .o_list_button_add",
            run: "click",
        },
        {
            content: "what it is for",
            trigger: ".o_form_view .o_field_widget[name='payment_ref'] :is(input, textarea)",
            run: "edit Bank costs by letter",
        },
        {
            content: "how much",
            trigger: ".o_form_view .o_field_widget[name='amount'] input",
            run: "edit -7.50",
        },
        {
            content: "save",
            trigger: ".o_form_view .o_form_button_save",
            run: "click",
        },
        {
            content: "it is booked, and is not edited here",
            trigger:
                ".o_form_view:not(:has(.o_field_widget[name='amount'] input)) .o_field_widget[name='move_id'] a",
        },
    ],
});

registry.category("web_tour.tours").add("account_ponto_sync_bank_lines_phone", {
    steps: () => [
        {
            content: "cards instead of a list: who, how much, matched or not, in words",
            trigger:
                ".o_kanban_renderer .o_kanban_record:contains('Molen Janssens'):contains('-4,321.00'):contains('Not matched')",
            run: "click",
        },
        {
            content: "the details; nothing is wider than the phone",
            trigger: ".o_form_view .o_ponto_details:contains('Molen Janssens')",
            run() {
                const { scrollWidth, clientWidth } = document.documentElement;
                if (scrollWidth > clientWidth) {
                    throw new Error(`${scrollWidth} px on ${clientWidth} px`);
                }
            },
        },
    ],
});
