/* global luxon */
import { registry } from "@web/core/registry";
import { CARD, awaitResult, openAccounting } from "./tour_steps";

const YEAR_AGO = () => luxon.DateTime.now().minus({ years: 1 }).toFormat("MM/dd/yyyy");
const rowOf = (amount, kind) => `.modal .o_data_row:contains('${amount}'):contains('${kind}')`;

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
            content: "from long before the start",
            trigger: ".modal .o_field_widget[name='date_from'] :is(input, button)",
            run: "click",
        },
        {
            content: "a year ago",
            trigger: ".modal .o_field_widget[name='date_from'] input",
            run: `edit ${YEAR_AGO()} && click .modal-title`,
        },
        {
            content: "check",
            trigger: ".modal button[name='action_check']:enabled",
            run: "click",
        },
        {
            content: "what was found opens by itself: how many are known, and too early",
            trigger:
                ".modal .alert-info:contains('in the books'):contains('2 missing'):contains('4 before the start date')",
            timeout: 60000,
        },
        {
            content: "what the bank changed cannot be imported again",
            trigger: `${rowOf("779.00", "Changed at the bank")} td[name='selected'] input:disabled`,
        },
        {
            content: "nor what it lists no longer",
            trigger: `${rowOf("780.00", "No longer listed by Ponto")} td[name='selected'] input:disabled`,
        },
        {
            content: "what is new waits for a tick, or for the next fetch",
            trigger: `${rowOf("888.00", "New")} td[name='selected'] input:not(:checked)`,
        },
        {
            content: "another one that is missing stays away",
            trigger: `${rowOf("778.00", "Missing")} td[name='selected'] input:not(:checked)`,
        },
        {
            content: "tick one that is missing",
            trigger: `${rowOf("777.00", "Missing")} td[name='selected'] input`,
            run: "click",
        },
        {
            content: "it is ticked",
            trigger: `${rowOf("777.00", "Missing")} td[name='selected'] input:checked`,
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

registry.category("web_tour.tours").add("account_ponto_sync_answer_held", {
    steps: () => [
        ...openAccounting(),
        {
            content: "open the dashboard",
            trigger: ".o_main_navbar [data-menu-xmlid='account.menu_board_journal_1']",
            run: "click",
        },
        {
            content: "the card says that something waits",
            trigger: `${CARD} a[name='action_ponto_open_held']:contains('1 held')`,
            run: "click",
        },
        {
            content: "it says why; open it",
            trigger: ".o_list_view .o_data_row:contains('Came too late') td[name='label']",
            run: "click",
        },
        {
            content: "the reason, and what can be done",
            trigger:
                ".o_form_view:has(.alert-warning:contains('closed')) button[name='action_ask_open_day']:visible",
            run: "click",
        },
        {
            content: "on which day, before it is done",
            trigger: ".modal .o_data_row:contains('Came too late') td[name='open_day']:not(:empty)",
        },
        {
            content: "confirm",
            trigger: ".modal button[name='action_confirm']:enabled",
            run: "click",
        },
        ...awaitResult("1 booked."),
        {
            content: "to the dashboard",
            trigger: ".o_ponto_progress .o_ponto_open_dashboard",
            run: "click",
        },
        {
            content: "nothing is held any more",
            trigger: `${CARD}:not(:has(a[name='action_ponto_open_held'])) .o_ponto_card_status`,
        },
    ],
});
