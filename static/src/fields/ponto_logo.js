import { Component, useState } from "@odoo/owl";
import { registry } from "@web/core/registry";
import { standardFieldProps } from "@web/views/fields/standard_field_props";

/** Only https: a logo over plain http would be blocked, or tell others who looks. */
export function isSafeLogo(url) {
    try {
        return new URL(url).protocol === "https:";
    } catch {
        return false;
    }
}

export function initials(name) {
    const words = (name || "?").trim().split(/\s+/).slice(0, 2);
    return words.map((word) => [...word][0] || "?").join("").toUpperCase();
}

/** An institution's logo; its initials where there is none or it does not load. */
export class PontoLogoField extends Component {
    static template = "account_ponto_sync.LogoField";
    static props = {
        ...standardFieldProps,
        size: { type: Number, optional: true },
    };
    static defaultProps = { size: 32 };

    setup() {
        this.state = useState({ failedUrl: null });
    }

    get url() {
        const url = this.props.record.data[this.props.name];
        return url !== this.state.failedUrl && isSafeLogo(url) ? url : null;
    }

    get name() {
        return this.props.record.data.name;
    }

    get initials() {
        return initials(this.name);
    }

    get style() {
        const { size } = this.props;
        return `width: ${size}px; height: ${size}px; font-size: ${Math.round(size * 0.4)}px`;
    }

    onError() {
        this.state.failedUrl = this.props.record.data[this.props.name];
    }
}

export const pontoLogoField = {
    component: PontoLogoField,
    supportedTypes: ["char"],
    fieldDependencies: [{ name: "name", type: "char" }],
    extractProps: ({ options }) => ({ size: options.size }),
};

registry.category("fields").add("ponto_logo", pontoLogoField);
