import { Component } from "@odoo/owl";
import { registry } from "@web/core/registry";
import { standardFieldProps } from "@web/views/fields/standard_field_props";

/** Bootstrap's colour and an icon for every state that our records may have. */
const LOOKS = {
    success: { icon: "fa-check-circle", states: ["ok", "connected", "done"] },
    info: {
        icon: "fa-info-circle",
        states: ["no_account", "unlinked", "draft", "fetching", "running"],
    },
    warning: { icon: "fa-clock-o", states: ["expiring", "paused", "partial"] },
    danger: { icon: "fa-exclamation-triangle", states: ["expired", "error", "failed"] },
    secondary: { icon: "fa-chain-broken", states: ["disconnected", "revoked"] },
};

const ICONS = Object.fromEntries(
    Object.entries(LOOKS).map(([color, look]) => [color, look.icon])
);

export function lookOf(state) {
    const found = Object.entries(LOOKS).find(([, look]) => look.states.includes(state));
    const [color, look] = found || ["secondary", LOOKS.secondary];
    return { color, icon: look.icon };
}

/** A sentence about the record, in the colour of its state. */
export class PontoStatusAlertField extends Component {
    static template = "account_ponto_sync.StatusAlertField";
    static props = { ...standardFieldProps };

    get text() {
        return this.props.record.data[this.props.name];
    }

    /** A record that tells its own colour knows more than its state does. */
    get look() {
        const { state, status_color: color } = this.props.record.data;
        return color ? { color, icon: ICONS[color] } : lookOf(state);
    }

    get isUrgent() {
        return ["warning", "danger"].includes(this.look.color);
    }
}

export const pontoStatusAlertField = {
    component: PontoStatusAlertField,
    supportedTypes: ["char", "text"],
    fieldDependencies: [{ name: "state", type: "selection" }],
};

registry.category("fields").add("ponto_status_alert", pontoStatusAlertField);
