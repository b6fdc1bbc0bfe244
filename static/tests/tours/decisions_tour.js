import { registry } from "@web/core/registry";
import { CARD, awaitResult } from "./tour_steps";

registry.category("web_tour.tours").add("account_ponto_sync_ignore", {
    steps: () => [
        {
            content: "open the held transaction",
            trigger: ".o_list_view .o_data_row:contains('Paid in dollars') td[name='label']",
            run: "click",
        },
        {
            content: "the reason is there; set it aside",
            trigger:
                ".o_form_view:has(.alert-warning:contains('USD')) button[name='action_ask_ignore']",
            run: "click",
        },
        {
            content: "say why",
            trigger: ".modal .o_field_widget[name='note'] input",
            run: "edit Entered by hand",
        },
        {
            content: "confirm",
            trigger: ".modal footer button[name='action_confirm']",
            run: "click",
        },
        {
            content: "who, when and why are kept",
            trigger:
                "body:not(:has(.modal)) .o_form_view .o_field_widget[name='history_text']:contains('Ignored: Entered by hand')",
        },
        {
            content: "it can be restored",
            trigger: ".o_form_view button[name='action_restore']:visible",
        },
    ],
});

registry.category("web_tour.tours").add("account_ponto_sync_check_period", {
    steps: () => [
        {
            content: "ask for the check of a period",
            trigger: ".o_form_view button[name='action_check_period']:enabled",
            run: "click",
        },
        {
            content: "check",
            trigger: ".modal button[name='action_check']:enabled",
            run: "click",
        },
        {
            content: "what was found opens by itself",
            trigger: ".modal .o_data_row:contains('Missing')",
            timeout: 60000,
        },
        {
            content: "tick what is missing",
            trigger: ".modal .o_data_row:contains('Missing') td[name='selected']",
            run: "click",
        },
        {
            content: "it is ticked",
            trigger: ".modal .o_data_row:contains('Missing') td[name='selected'] input:checked",
        },
        {
            content: "import it",
            trigger: ".modal button[name='action_import']:enabled",
            run: "click",
        },
        ...awaitResult("1 booked."),
    ],
});

registry.category("web_tour.tours").add("account_ponto_sync_move_start", {
    steps: () => [
        {
            content: "ask for another start date",
            trigger: ".o_form_view button[name='action_move_start']:enabled",
            run: "click",
        },
        {
            content: "choose a day long ago",
            trigger: ".modal .o_field_widget[name='new_start'] input",
            run: "edit 01/01/2020 && click .modal-title",
        },
        {
            content: "what that means is told before",
            trigger: ".modal .o_field_widget[name='waiting_count']:contains('4')",
        },
        {
            content: "confirm",
            trigger: ".modal button[name='action_confirm']:enabled",
            run: "click",
        },
        ...awaitResult("4 new"),
    ],
});

registry.category("web_tour.tours").add("account_ponto_sync_phone", {
    steps: () => [
        {
            content: "the bank's card fits; fetch",
            trigger: `${CARD} button[name='action_ponto_fetch']`,
            run: "click",
        },
        ...awaitResult("1 held"),
        {
            content: "what is held",
            trigger: ".o_ponto_progress .o_ponto_open_held",
            run: "click",
        },
        {
            content: "a card tells the reason and has the answers",
            trigger: ".o_kanban_record:contains('Dollar Bakery'):contains('USD') button[name='action_ask_ignore']",
            run: "click",
        },
        {
            content: "say why",
            trigger: ".modal .o_field_widget[name='note'] input",
            run: "edit Entered by hand",
        },
        {
            content: "confirm",
            trigger: ".modal footer button[name='action_confirm']",
            run: "click",
        },
        {
            content: "it is held no more",
            trigger: "body:not(:has(.modal)) .o_kanban_view:not(:has(button[name='action_ask_ignore']))",
        },
        {
            content: "nothing is wider than the phone",
            trigger: ".o_kanban_view",
            run: () => {
                const { scrollWidth, clientWidth } = document.documentElement;
                if (scrollWidth > clientWidth) {
                    throw new Error(`${scrollWidth} px on ${clientWidth}`);
                }
            },
        },
    ],
});
