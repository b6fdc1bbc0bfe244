import { edit, press } from "@odoo/hoot-dom";
import { registry } from "@web/core/registry";

/** More than the stops of any of our screens: whoever needs as many is lost. */
const MOST_STOPS = 60;
const NOTE = ".modal .o_field_widget[name='note'] input";

const nameOf = (node) => node.getAttribute("name") || node.id || node.className || node.tagName;

/** Go on by Tab until the element is reached; no pointer is used. */
async function tabTo(selector) {
    const passed = [];
    for (let stop = 0; stop < MOST_STOPS; stop++) {
        if (document.activeElement.matches(selector)) {
            return;
        }
        passed.push(nameOf(document.activeElement));
        await press("Tab");
    }
    throw new Error(`Tab does not reach ${selector}, only ${passed.join(" › ")}`);
}

const reach = (trigger, ...keys) => ({
    content: `by keys: ${trigger}`,
    trigger,
    async run() {
        await tabTo(trigger);
        for (const key of keys) {
            await press(key);
        }
    },
});

registry.category("web_tour.tours").add("account_ponto_sync_keys_held", {
    steps: () => [
        reach(".o_form_view button[name='action_ask_ignore']", "Enter"),
        {
            content: "say why",
            trigger: NOTE,
            async run() {
                await tabTo(NOTE);
                await edit("Entered by hand");
            },
        },
        reach(".modal footer button[name='action_confirm']", "Enter"),
        {
            content: "it is set aside",
            trigger:
                "body:not(:has(.modal)) .o_form_view .o_field_widget[name='history_text']:contains('Ignored: Entered by hand')",
        },
    ],
});

registry.category("web_tour.tours").add("account_ponto_sync_keys_accounts", {
    steps: () => [
        {
            content: "the institution's page is there",
            trigger: ".o_form_view button[name='action_fetch_accounts']:enabled",
            // What stands before it is core's: control panel and menus.
            run: ({ anchor }) => anchor.focus(),
        },
        reach(".o_form_view button[name='action_fetch_accounts']", "Enter"),
        { content: "the dialog is open", trigger: ".modal .o_data_row:nth-child(2)" },
        reach(".modal tr.o_data_row:nth-child(3) td[name='selected'] input", "Space"),
        {
            content: "the box is ticked",
            trigger: ".modal tr.o_data_row:nth-child(3) td[name='selected'] input:checked",
        },
        reach(".modal footer button[name='action_confirm']", "Enter"),
        {
            content: "the fetch ends",
            trigger: ".o_ponto_progress:has(.o_ponto_progress_done)",
            timeout: 60000,
        },
    ],
});
