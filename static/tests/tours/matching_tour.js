import { registry } from "@web/core/registry";
import { CARD, awaitResult, openAccounting } from "./tour_steps";

const LINE = ".o_list_view .o_data_row:contains('Baker Claes')";
const CANDIDATE = ".modal .o_field_widget[name='candidate_ids']";

registry.category("web_tour.tours").add("account_ponto_sync_matching", {
    steps: () => [
        ...openAccounting(),
        {
            content: "open the dashboard",
            trigger: ".o_main_navbar [data-menu-xmlid='account.menu_board_journal_1']",
            run: "click",
        },
        {
            content: "fetch on the card",
            trigger: `${CARD} button[name='action_ponto_fetch']`,
            run: "click",
        },
        ...awaitResult("4 new"),
        {
            content: "open what came",
            trigger: ".o_ponto_progress .o_ponto_open_lines",
            run: "click",
        },
        {
            content: "the line waits; open it",
            trigger: `${LINE}:contains('Not matched') td[name='payment_ref']`,
            run: "click",
        },
        {
            content: "what may it pay?",
            trigger: ".o_form_view button[name='action_ponto_match']",
            run: "click",
        },
        {
            content: "the invoice, and why; it is certain",
            trigger: `${CANDIDATE} .o_data_row:contains('Amount and document number'):has(td[name='is_certain'] input:checked) button[name='action_choose']`,
            run: "click",
        },
        {
            content: "it is matched; take it back",
            trigger:
                "body:not(:has(.modal)) .o_form_view:has([name='ponto_match_state']:contains('Matched')) button[name='action_ponto_undo_match']",
            run: "click",
        },
        {
            content: "it waits again",
            trigger:
                ".o_form_view:has([name='ponto_match_state']:contains('Not matched')) button[name='action_ponto_match']",
        },
        {
            content: "back to the list",
            trigger: ".o_breadcrumb .o_back_button, .breadcrumb-item a:last",
            run: "click",
        },
        {
            content: "all certain ones",
            trigger: ".o_control_panel button[name='action_ponto_match_certain']",
            run: "click",
        },
        {
            content: "a look at them first: what nobody can tell is not there",
            trigger:
                ".modal .o_field_widget[name='line_ids']:not(:contains('who knows')) .o_data_row:contains('Baker Claes')",
        },
        {
            content: "not this one",
            trigger: ".modal .o_data_row:contains('Grocer Nys') td[name='is_accepted'] input",
            run: "click",
        },
        {
            content: "it is unticked",
            trigger: ".modal .o_data_row:contains('Grocer Nys') td[name='is_accepted'] input:not(:checked)",
        },
        {
            content: "match the others",
            trigger: ".modal button[name='action_confirm']:enabled",
            run: "click",
        },
        {
            content: "told in words",
            trigger: ".o_notification:contains('Matched: 2 of 2.')",
        },
        {
            content: "and in the list",
            trigger: `body:not(:has(.modal)) ${LINE}:contains('Matched'):not(:contains('Not matched'))`,
        },
    ],
});

registry.category("web_tour.tours").add("account_ponto_sync_matching_phone", {
    steps: () => [
        {
            content: "a card of the line; open its match",
            trigger:
                ".o_kanban_renderer .o_kanban_record:contains('321.00') button[name='action_ponto_match']",
            run: "click",
        },
        {
            content: "the candidate is a card, and its button lies on the phone",
            trigger: `${CANDIDATE} .o_kanban_record:contains('Certain'):contains('Amount and document number') button[name='action_choose']`,
            run() {
                const { right, left } = this.anchor.getBoundingClientRect();
                const width = document.documentElement.clientWidth;
                if (left < 0 || right > width) {
                    throw new Error(`the button lies at ${left} to ${right} of ${width} px`);
                }
                for (const box of document.querySelectorAll(".modal-body, .modal-content")) {
                    if (box.scrollWidth > box.clientWidth) {
                        throw new Error(`${box.className}: ${box.scrollWidth} px`);
                    }
                }
            },
        },
        {
            content: "match it",
            trigger: `${CANDIDATE} .o_kanban_record button[name='action_choose']`,
            run: "click",
        },
        {
            content: "it is matched",
            trigger:
                "body:not(:has(.modal)) .o_kanban_record:contains('321.00'):contains('Matched'):not(:contains('Not matched'))",
        },
    ],
});

registry.category("web_tour.tours").add("account_ponto_sync_match_progress", {
    steps: () => [
        {
            content: "all certain ones",
            trigger: ".o_control_panel button[name='action_ponto_match_certain']",
            run: "click",
        },
        {
            content: "match them",
            trigger: ".modal button[name='action_confirm']:enabled",
            run: "click",
        },
        {
            content: "step by step, until the end",
            trigger:
                ".modal .o_ponto_match_progress:has(.o_ponto_match_done:contains('Matched: 3 of 3.')) button:contains('Close')",
            run: "click",
        },
        {
            content: "the list shows it",
            trigger: `body:not(:has(.modal)) ${LINE}:contains('Matched'):not(:contains('Not matched'))`,
        },
    ],
});
