// Opens each screen and lets axe look at it; see tests/test_tour_axe.py, which puts
// the names in capitals before this text.
/* global axe, SCREENS, OUTSIDE, OF_CORE, SEVERE */

const pause = (time) => new Promise((resolve) => setTimeout(resolve, time));

async function until(what, test) {
    for (let tries = 0; tries < 200; tries++) {
        if (test()) {
            return;
        }
        await pause(50);
    }
    throw new Error(`${what} did not appear`);
}

async function openScreen(screen) {
    const { action, dialog } = odoo.__WOWL_DEBUG__.root.env.services;
    dialog.closeAll();
    await until("a page without dialogs", () => !document.querySelector(".modal"));
    await action.doAction(screen.action, screen.dialog ? {} : { clearBreadcrumbs: true });
    const place = screen.dialog ? ".modal" : ".o_action_manager";
    await until(screen.name, () => document.querySelector(`${place} ${screen.shows}`));
    await until("silence", () => !document.querySelector(".o_loading_indicator"));
    // Colours change while things fade in.
    await pause(600);
    return place;
}

async function look(screen) {
    const place = await openScreen(screen);
    const within = screen.only || place;
    const include = [...document.querySelectorAll(within)];
    if (!include.length) {
        throw new Error(`${screen.name}: nothing to look at in ${within}`);
    }
    const found = await axe.run(
        { include, exclude: OUTSIDE.filter((part) => document.querySelector(part)) },
        { resultTypes: ["violations"] }
    );
    return [...byEye(screen, place), ...byAxe(screen, found)];
}

/** What axe does not look for: keys do not reach it, or a phone does not show it. */
function byEye(screen, place) {
    const found = [];
    const told = (rule, node) =>
        found.push({ screen: screen.name, rule, target: "", html: node.outerHTML.slice(0, 200) });
    const ours = document.querySelectorAll(
        `${place} ${screen.only ? "[name^='action_ponto_']" : "[name^='action_']"}`
    );
    for (const node of ours) {
        // Within a list Odoo goes from cell to cell by arrow keys.
        if (node.offsetParent && node.tabIndex < 0 && !node.closest("tr")) {
            told("not-reached-by-keys", node);
        }
    }
    const { scrollWidth, clientWidth } = document.documentElement;
    if (scrollWidth > clientWidth) {
        told("wider-than-the-screen", document.querySelector(place));
    }
    return found;
}

function byAxe(screen, found) {
    return found.violations
        .filter((violation) => SEVERE.includes(violation.impact))
        .flatMap((violation) =>
            violation.nodes.map((node) => ({
                screen: screen.name,
                rule: violation.id,
                target: node.target.join(" "),
                html: node.html.slice(0, 200),
            }))
        );
}

const isOfCore = (finding) =>
    OF_CORE.some(([rule, pattern]) => finding.rule === rule && new RegExp(pattern).test(finding.html));

async function lookAtAll() {
    const found = [];
    for (const screen of SCREENS) {
        found.push(...(await look(screen)));
    }
    const ours = found.filter((finding) => !isOfCore(finding));
    console.log(`axe: ${SCREENS.length} screens, ${found.length - ours.length} of core`);
    if (ours.length) {
        throw new Error(`${ours.length} found: ${JSON.stringify(ours, null, 1)}`);
    }
    console.log("test successful");
}

lookAtAll().catch((error) => console.error(`axe: ${error.message}`));
