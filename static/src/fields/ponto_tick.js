import { Component } from "@odoo/owl";
import { CheckBox } from "@web/core/checkbox/checkbox";
import { evaluateBooleanExpr } from "@web/core/py_js/py";
import { registry } from "@web/core/registry";
import { standardFieldProps } from "@web/views/fields/standard_field_props";

/** What the list would take for itself: it goes from cell to cell by these. */
const KEYS_OF_TICK = ["Tab", " "];

/**
 * A box in a list that is ticked by one click or by the space bar, without editing the
 * row first: core's can be reached by keys only in a row that is being edited.
 *
 * `options.fixed`: an expression on the row, for which it cannot be changed.
 */
export class PontoTickField extends Component {
    static template = "account_ponto_sync.TickField";
    static components = { CheckBox };
    static props = {
        ...standardFieldProps,
        label: { type: String, optional: true },
        fixed: { type: String, optional: true },
    };

    get value() {
        return this.props.record.data[this.props.name];
    }

    get isFixed() {
        const { fixed, record } = this.props;
        return Boolean(fixed) && evaluateBooleanExpr(fixed, record.evalContext);
    }

    onChange(value) {
        this.props.record.update({ [this.props.name]: value });
    }

    onKeydown(event) {
        if (KEYS_OF_TICK.includes(event.key)) {
            event.stopPropagation();
        }
    }
}

export const pontoTickField = {
    component: PontoTickField,
    supportedTypes: ["boolean"],
    isEmpty: () => false,
    extractProps: ({ string, options }) => ({ label: string, fixed: options.fixed }),
};

registry.category("fields").add("ponto_tick", pontoTickField);
