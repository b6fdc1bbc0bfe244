/** Steps that the tours of this addon share. */

/** In the seed of tests/common.py. */
export const CLIENT_ID = "11111111-2222-4333-8444-555555559abc";
export const CLIENT_SECRET = "marker-secret-zq81";

const NAVBAR = ".o_main_navbar";

/** From the home page into the accounting application, whatever it is called. */
export function openAccounting() {
    return [
        {
            content: "open the list of applications",
            trigger: `${NAVBAR} .o_navbar_apps_menu button:enabled`,
            run: "click",
        },
        {
            content: "open the accounting application",
            trigger: `.o-dropdown--menu .o_app[data-menu-xmlid="account.menu_finance"]`,
            run: "click",
        },
        {
            content: "the application is open",
            trigger: `${NAVBAR} [data-menu-xmlid="account.menu_finance_configuration"]`,
        },
    ];
}

/** The card of the bank journal that the test has named. */
export const CARD = ".o_kanban_record:contains('Current account')";

export function openConnectDialog() {
    return [
        ...openAccounting(),
        {
            content: "open the dashboard",
            trigger: `${NAVBAR} [data-menu-xmlid="account.menu_board_journal_1"]`,
            run: "click",
        },
        {
            content: "connect from the bank's card",
            trigger: `${CARD} button[name='action_ponto_connect']`,
            run: "click",
        },
        {
            content: "the local Ponto of the test is told from the real one",
            trigger: ".modal .alert:contains('local test version of Ponto'):contains('fictitious data')",
        },
        {
            content: "whoever has the credentials goes straight there",
            trigger: ".modal button[name='action_skip']",
            run: "click",
        },
    ];
}

export function enterCredentials(clientId, clientSecret) {
    return [
        {
            content: "paste the client ID",
            trigger: ".modal .o_field_widget[name='client_id'] input",
            run: `edit ${clientId}`,
        },
        {
            content: "paste the secret; what is typed is hidden",
            trigger: ".modal .o_field_widget[name='client_secret'] input[type='password']",
            run: `edit ${clientSecret}`,
        },
        {
            content: "connect",
            trigger: ".modal button[name='action_connect']",
            run: "click",
        },
    ];
}

/** The page that shows a fetch, until its result is there. */
export function awaitResult(sentence) {
    return [
        {
            content: `the fetch ends with: ${sentence}`,
            trigger: `.o_ponto_progress:has(.o_ponto_progress_done) .o_ponto_run_message:contains('${sentence}')`,
            timeout: 60000,
        },
    ];
}
