import { registry } from "@web/core/registry";

/** The settings hand the key out once, after the password. */
registry.category("web_tour.tours").add("account_ponto_sync_key", {
    steps: () => [
        {
            content: "Where the key lies is told",
            trigger: ".o_setting_box [name='ponto_key_place']:contains('account_ponto_sync.key')",
        },
        {
            content: "Ask for the key",
            trigger: "button[name='action_ponto_show_key']",
            run: "click",
        },
        {
            content: "Type the password",
            trigger: ".modal [name='password'] input",
            run: "edit ponto_administrator",
        },
        {
            content: "Confirm it",
            trigger: ".modal button[name='run_check']",
            run: "click",
        },
        {
            content: "The key is shown, and how to keep it; the password's dialog is gone",
            trigger: "body:not(:has(.modal [name='password'])) .modal .o_ponto_support:contains('Keep the key apart') textarea",
            run() {
                if (!/^[\w-]{43}=$/.test(this.anchor.value)) {
                    throw new Error("The dialog does not show a key.");
                }
            },
        },
        {
            content: "Close",
            trigger: ".modal .modal-footer button.btn-secondary",
            run: "click",
        },
        {
            content: "Back in the settings",
            trigger: "body:not(:has(.modal)) .o_setting_box [name='ponto_key_reads']:contains('All stored values')",
        },
    ],
});
