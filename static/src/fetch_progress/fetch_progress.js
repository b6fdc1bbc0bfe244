import { Component, onMounted, onWillDestroy, useExternalListener, useState } from "@odoo/owl";
import { browser } from "@web/core/browser/browser";
import { _t } from "@web/core/l10n/translation";
import { ConnectionLostError } from "@web/core/network/rpc";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { Layout } from "@web/search/layout";
import { standardActionServiceProps } from "@web/webclient/actions/action_service";

const MODEL = "ponto.sync.run";
/** Between two looks at a bank that has not answered, or at another's work. */
const WAIT_DELAY = 2000;
/** After a lost connection; the last one is used from then on. */
const RETRY_DELAYS = [2000, 5000, 10000, 30000];

const STAGES = {
    ask: _t("Asking the bank"),
    wait: _t("Waiting for the bank"),
    read: _t("Reading from Ponto"),
    pending: _t("Reading pending transactions"),
    recognize: _t("Comparing with the books"),
    import: _t("Importing"),
    match: _t("Matching"),
    undo: _t("Undoing"),
    done: _t("Done"),
};

const LOOKS = {
    running: { icon: "fa-refresh fa-spin", color: "info", label: _t("Running") },
    done: { icon: "fa-check-circle", color: "success", label: _t("Done") },
    partial: { icon: "fa-exclamation-circle", color: "warning", label: _t("Partly done") },
    failed: { icon: "fa-times-circle", color: "danger", label: _t("Failed") },
};

const WARNED_LOOK = {
    icon: "fa-exclamation-triangle",
    color: "warning",
    label: _t("Done, but the bank gave Ponto nothing new"),
};

const HELD_LOOK = {
    icon: "fa-pause-circle",
    color: "warning",
    label: _t("Done, with held transactions"),
};

/** Run ids from the action, or from the address after a reload ("3-4", or just 3). */
export function parseRunIds(value) {
    const parts = Array.isArray(value) ? value : String(value || "").split("-");
    return parts.map(Number).filter((id) => Number.isInteger(id) && id > 0);
}

/**
 * Drives fetches step by step and draws where they stand. Closing the page stops
 * nothing: it hands over to the scheduled action, which also comes by itself, within two
 * minutes, where a browser cannot say goodbye.
 */
export class PontoFetchProgress extends Component {
    static template = "account_ponto_sync.FetchProgress";
    static components = { Layout };
    static props = { ...standardActionServiceProps };
    static displayName = _t("Fetch transactions");

    setup() {
        this.orm = useService("orm");
        this.action = useService("action");
        this.display = { controlPanel: {} };
        this.runIds = parseRunIds(this.props.action.params?.run_ids);
        this.state = useState({ runs: [], done: false, offline: false, error: null });
        this.failures = 0;
        this.isAlive = true;
        this.timer = null;
        onMounted(() => {
            if (this.runIds.length) {
                // Reloading the page, or coming back to it, shows the same fetches; the
                // record that was clicked is not part of the address.
                const runIds = this.runIds.join("-");
                this.props.updateActionState?.({ run_ids: runIds, active_id: false });
                this.step();
            }
        });
        useExternalListener(window, "pagehide", () => this.handOver());
        onWillDestroy(() => {
            this.isAlive = false;
            browser.clearTimeout(this.timer);
            this.handOver();
        });
    }

    // --- Driving ----------------------------------------------------------------------

    async step() {
        let progress;
        try {
            progress = await this.orm.silent.call(MODEL, "action_step", [this.runIds], {
                context: this.props.action.context,
            });
        } catch (error) {
            this.onStepFailed(error);
            return;
        }
        if (!this.isAlive) {
            return;
        }
        this.failures = 0;
        this.state.offline = false;
        const moved = this.hasMoved(progress.runs);
        this.state.runs = progress.runs;
        this.state.done = progress.done;
        if (!progress.done) {
            this.schedule(moved ? 0 : WAIT_DELAY);
        } else if (this.checked) {
            await this.openCheck();
        } else if (this.previewed) {
            await this.openPreview();
        }
    }

    /** A request that outlives the page. */
    handOver() {
        if (this.isEmpty || this.state.done) {
            return;
        }
        const params = { model: MODEL, method: "action_hand_over", args: [this.runIds], kwargs: {} };
        browser
            .fetch(`/web/dataset/call_kw/${MODEL}/action_hand_over`, {
                method: "POST",
                headers: { "Content-Type": "application/json" },
                body: JSON.stringify({ jsonrpc: "2.0", method: "call", params }),
                keepalive: true,
            })
            .catch(() => {});
    }

    /** A timer, not an animation frame: it also runs while the tab is hidden. */
    schedule(delay) {
        this.timer = browser.setTimeout(() => this.step(), delay);
    }

    /** Whether going on at once makes sense; a bank that answers takes its time. */
    hasMoved(runs) {
        const open = runs.filter((run) => !run.finished);
        if (open.length && open.every((run) => run.stage === "wait")) {
            return false;
        }
        return JSON.stringify(runs) !== JSON.stringify(this.state.runs);
    }

    onStepFailed(error) {
        if (!this.isAlive) {
            return;
        }
        const willPass =
            error instanceof ConnectionLostError || error.data?.name?.endsWith(".AddonsChanging");
        if (!willPass) {
            this.state.error = error.data?.message || error.message;
            return;
        }
        const delay = RETRY_DELAYS[Math.min(this.failures, RETRY_DELAYS.length - 1)];
        this.failures += 1;
        this.state.offline = true;
        this.schedule(delay);
    }

    /** What was read is kept; the next step shows how the fetch ended. */
    async stop(run) {
        try {
            await this.orm.call(MODEL, "action_stop", [[run.id]]);
        } catch (error) {
            this.onStepFailed(error);
        }
    }

    tryAgain() {
        this.state.error = null;
        this.step();
    }

    // --- Drawing ----------------------------------------------------------------------

    get isEmpty() {
        return !this.runIds.length;
    }

    get isLoading() {
        return !this.isEmpty && !this.state.runs.length && !this.state.error;
    }

    look(run) {
        if (run.state === "done" && run.warned) {
            return WARNED_LOOK;
        }
        if (run.state === "done" && run.held) {
            return HELD_LOOK;
        }
        return LOOKS[run.state] || LOOKS.failed;
    }

    stage(run) {
        return STAGES[run.stage] || "";
    }

    hasBar(run) {
        return !run.finished && ["import", "match", "undo"].includes(run.stage) && run.total > 0;
    }

    settled(run) {
        return Math.min(run.imported + run.held, run.total);
    }

    percent(run) {
        return Math.round((100 * this.settled(run)) / run.total);
    }

    importText(run) {
        return _t("%(done)s of %(total)s", { done: this.settled(run), total: run.total });
    }

    readText(run) {
        return run.read && !run.finished ? _t("%s read", run.read) : "";
    }

    /** One line for everybody, also for those who hear it. */
    get overall() {
        const { runs, done } = this.state;
        const kinds = new Set(runs.map((run) => run.kind));
        if (kinds.size === 1 && !kinds.has("fetch")) {
            return this.overallOfKind([...kinds][0]);
        }
        if (!done) {
            const finished = runs.filter((run) => run.finished).length;
            return runs.length > 1
                ? _t("Fetching: %(done)s of %(total)s accounts done.", {
                      done: finished,
                      total: runs.length,
                  })
                : _t("Fetching…");
        }
        const troubled = runs.filter((run) => run.state !== "done").length;
        if (!troubled && runs.some((run) => run.warned)) {
            return _t("Ponto was read, but it received nothing new from a bank: see below.");
        }
        if (!troubled) {
            const held = runs.reduce((sum, run) => sum + run.held, 0);
            if (held === 1) {
                return _t("Everything is fetched; 1 transaction needs your decision.");
            }
            return held
                ? _t("Everything is fetched; %s transactions need your decision.", held)
                : _t("Everything is fetched.");
        }
        return runs.length > 1
            ? _t("Fetched; %s of the accounts had trouble, see below.", troubled)
            : _t("The fetch had trouble, see below.");
    }

    overallOfKind(kind) {
        const texts = {
            preview: () => this.overallOfPreview,
            check: () => this.overallOfCheck,
            decision: () => this.overallOfDecision,
            undo: () => this.overallOfUndo,
        };
        return texts[kind]();
    }

    get overallOfPreview() {
        if (!this.state.done) {
            return _t("Reading Ponto's list; nothing is booked yet…");
        }
        if (this.previewed) {
            return _t("The list has been read. Nothing is booked before you confirm.");
        }
        return this.state.runs.every((run) => run.state !== "failed" && !run.awaits)
            ? _t("This preview is outdated: the first fetch has been confirmed or cancelled in the meantime.")
            : _t("Reading had trouble, see below. Nothing is booked.");
    }

    get overallOfCheck() {
        if (!this.state.done) {
            return _t("Checking the period…");
        }
        return this.checked ? _t("The period is checked.") : _t("The check had trouble, see below.");
    }

    get overallOfDecision() {
        const { runs, done } = this.state;
        if (!done) {
            return _t("Booking what you chose…");
        }
        if (runs.some((run) => run.state !== "done")) {
            return _t("Something went wrong, see below.");
        }
        return runs.some((run) => run.held)
            ? _t("Done, but not everything could be booked: see why below.")
            : _t("Done.");
    }

    get overallOfUndo() {
        const { runs, done } = this.state;
        if (!done) {
            return _t("Undoing…");
        }
        return runs.some((run) => run.state !== "done")
            ? _t("Undone, but some lines had to be kept: see below.")
            : _t("The fetch is undone.");
    }

    get hasTrouble() {
        return this.state.done && this.state.runs.some((run) => run.state !== "done");
    }

    // --- Going on ---------------------------------------------------------------------

    /** The check of a period that came to its end, if that is what is shown. */
    get checked() {
        return this.state.done
            ? this.state.runs.find((run) => run.kind === "check" && run.state === "done")
            : undefined;
    }

    async openCheck() {
        const action = await this.orm.call(MODEL, "action_open_check", [[this.checked.id]]);
        this.action.doAction(action);
    }

    /** Fetches that only looked, if one of them has something to show. */
    get previewed() {
        return this.state.done
            ? this.state.runs.find(
                  (run) => run.kind === "preview" && run.awaits && run.state !== "failed"
              )
            : undefined;
    }

    async openPreview() {
        const action = await this.orm.call(MODEL, "action_open_preview", [this.runIds]);
        this.action.doAction(action);
    }

    async openLines() {
        const action = await this.orm.call(MODEL, "action_open_lines", [this.runIds]);
        this.action.doAction(action);
    }

    get hasHeld() {
        return this.state.runs.some((run) => run.held);
    }

    openHeld() {
        this.action.doAction("account_ponto_sync.ponto_transaction_action", {
            additionalContext: { search_default_held: 1 },
        });
    }

    get undosWithRest() {
        return this.state.runs.filter((run) => run.kept).map((run) => run.id);
    }

    async openRest() {
        const args = [this.undosWithRest];
        const action = await this.orm.call(MODEL, "action_open_undo_left", args);
        this.action.doAction(action);
    }

    openDashboard() {
        this.action.doAction("account.open_account_journal_dashboard_kanban", {
            clearBreadcrumbs: true,
        });
    }
}

registry.category("actions").add("account_ponto_sync.fetch_progress", PontoFetchProgress);
