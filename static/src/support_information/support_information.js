import { Component, onMounted, useRef, useState } from "@odoo/owl";
import { browser } from "@web/core/browser/browser";
import { Dialog } from "@web/core/dialog/dialog";
import { _t } from "@web/core/l10n/translation";
import { rpc } from "@web/core/network/rpc";
import { registry } from "@web/core/registry";

/** Shows the text before anybody passes it on, and copies it. */
export class SupportInformationDialog extends Component {
    static template = "account_ponto_sync.SupportInformation";
    static components = { Dialog };
    static props = {
        text: String,
        title: { type: String, optional: true },
        note: { type: String, optional: true },
        close: Function,
    };

    setup() {
        this.title = this.props.title || _t("Support information");
        this.note =
            this.props.note ||
            _t(
                "It contains versions, states, codes, counts, times and request IDs: no account numbers, names, texts or amounts."
            );
        this.textRef = useRef("text");
        this.state = useState({ isCopied: false, hasFailed: false });
        onMounted(() => this.copy());
    }

    async copy() {
        this.state.isCopied = (await this.copyByApi()) || this.copyBySelection();
        this.state.hasFailed = !this.state.isCopied;
    }

    /** Browsers offer it on secure pages only. */
    async copyByApi() {
        try {
            await browser.navigator.clipboard.writeText(this.props.text);
            return true;
        } catch {
            return false;
        }
    }

    copyBySelection() {
        this.textRef.el?.select();
        return document.execCommand("copy");
    }
}

function openSupportInformation(env, action) {
    env.services.dialog.add(SupportInformationDialog, {
        text: action.params.text,
        title: action.name,
        note: action.params.note,
    });
    return action.params.next;
}

/** The key is in no action: only this browser gets it, once. */
async function openKey(env, action) {
    const text = await rpc("/ponto/key");
    return openSupportInformation(env, { ...action, params: { ...action.params, text } });
}

registry
    .category("actions")
    .add("account_ponto_sync.support_information", openSupportInformation)
    .add("account_ponto_sync.key", openKey);
