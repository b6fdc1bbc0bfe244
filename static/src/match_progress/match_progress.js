import { Component, onMounted, onWillDestroy, useState } from "@odoo/owl";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { standardActionServiceProps } from "@web/webclient/actions/action_service";

const MODEL = "ponto.match.certain";

/**
 * Goes on matching what was ticked, step by step, and draws how far it is. Each step is
 * kept; closing the dialog leaves the rest unmatched.
 */
export class PontoMatchProgress extends Component {
    static template = "account_ponto_sync.MatchProgress";
    static props = { ...standardActionServiceProps };

    setup() {
        this.orm = useService("orm");
        this.action = useService("action");
        const { dialog_id: dialogId, progress } = this.props.action.params;
        this.dialogId = dialogId;
        this.state = useState({ progress, refused: [...progress.refused], error: null });
        this.isAlive = true;
        onMounted(() => this.goOn());
        onWillDestroy(() => {
            this.isAlive = false;
        });
    }

    async goOn() {
        this.state.error = null;
        while (this.isAlive && !this.state.progress.done && !this.state.error) {
            try {
                const progress = await this.orm.silent.call(MODEL, "action_step", [
                    [this.dialogId],
                ]);
                this.state.progress = progress;
                this.state.refused.push(...progress.refused);
            } catch (error) {
                this.state.error = error.data?.message || error.message;
            }
        }
    }

    get percent() {
        const { tried, count } = this.state.progress;
        return Math.round((100 * tried) / count);
    }

    close() {
        this.action.doAction({ type: "ir.actions.act_window_close" });
    }
}

registry.category("actions").add("account_ponto_sync.match_progress", PontoMatchProgress);
