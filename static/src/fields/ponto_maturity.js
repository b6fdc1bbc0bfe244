import { Component } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { standardFieldProps } from "@web/views/fields/standard_field_props";

/** How mature Ponto's offer of an institution is; nothing for a stable one in lists. */
export class PontoMaturityField extends Component {
    static template = "account_ponto_sync.MaturityField";
    static props = {
        ...standardFieldProps,
        showStable: { type: Boolean, optional: true },
    };

    get value() {
        return this.props.record.data[this.props.name];
    }

    get isShown() {
        return this.value && (this.value !== "stable" || this.props.showStable);
    }

    get label() {
        const { selection } = this.props.record.fields[this.props.name];
        return Object.fromEntries(selection)[this.value];
    }

    get notice() {
        if (this.value === "stable") {
            return _t("Ponto offers this institution as stable.");
        }
        return _t(
            "Ponto offers this institution in beta. Ponto provides the support."
        );
    }
}

export const pontoMaturityField = {
    component: PontoMaturityField,
    displayName: _t("Support level"),
    supportedTypes: ["selection"],
    extractProps: ({ options }) => ({ showStable: Boolean(options.show_stable) }),
};

registry.category("fields").add("ponto_maturity", pontoMaturityField);
