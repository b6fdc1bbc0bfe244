import { registry } from "@web/core/registry";

/** On the form of an account: what a helper needs, and the history of its fetches. */
registry.category("web_tour.tours").add("account_ponto_sync_monitoring", {
    steps: () => [
        {
            content: "Copy what a helper needs to know",
            trigger: ".o_form_view button[name='action_copy_support_information']",
            run: "click",
        },
        {
            content: "It is shown before anybody passes it on",
            trigger: ".modal .o_ponto_support textarea",
            run() {
                const { value, readOnly } = this.anchor;
                if (!value.includes("account_ponto_sync 19.0.") || !readOnly) {
                    throw new Error("The dialog does not show the support information.");
                }
            },
        },
        {
            content: "Copy again",
            trigger: ".modal .o_ponto_copy",
            run: "click",
        },
        {
            content: "What became of copying is said",
            trigger: ".modal .o_ponto_support p[role='status'] span",
        },
        {
            content: "Close",
            trigger: ".modal .modal-footer button.btn-secondary",
            run: "click",
        },
        {
            content: "Open the history",
            trigger: "body:not(:has(.modal)) .o_form_view button[name='action_open_runs']",
            run: "click",
        },
        {
            content: "With a sentence of what came of it",
            trigger: ".o_list_view .o_data_row td[name='message']:contains('imported')",
        },
    ],
});
