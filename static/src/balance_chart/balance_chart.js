/* global Chart */
import { Component, onWillStart, useEffect, useRef } from "@odoo/owl";
import { loadBundle } from "@web/core/assets";
import { cookie } from "@web/core/browser/cookie";
import { getColor } from "@web/core/colors/colors";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { standardFieldProps } from "@web/views/fields/standard_field_props";

/** Both balances of an account day by day: drawn, and as a table for whoever cannot
 * see a drawing. */
export class PontoBalanceChartField extends Component {
    static template = "account_ponto_sync.BalanceChartField";
    static props = { ...standardFieldProps };

    setup() {
        this.canvas = useRef("canvas");
        onWillStart(() => loadBundle("web.chartjs_lib"));
        useEffect(
            (data) => {
                const chart = data && this.draw(data);
                return () => chart?.destroy();
            },
            () => [this.data]
        );
    }

    get data() {
        return this.props.record.data[this.props.name];
    }

    /** Days with a balance of the bank, newest first. */
    get rows() {
        return this.data.points.filter((point) => point.bank !== null).reverse();
    }

    get description() {
        const differing = this.rows.filter((row) => row.differs).length;
        return _t("%(days)s balances reported by the bank; %(count)s differ from the books", {
            days: this.rows.length,
            count: differing,
        });
    }

    draw(data) {
        return new Chart(this.canvas.el, {
            type: "line",
            data: {
                labels: data.points.map((point) => point.label),
                datasets: [this.ledgerLine(data), this.bankLine(data)],
            },
            options: {
                animation: false,
                maintainAspectRatio: false,
                interaction: { mode: "index", intersect: false },
                plugins: { legend: { position: "bottom" } },
                scales: { x: { ticks: { maxTicksLimit: 8, maxRotation: 0 } } },
            },
        });
    }

    ledgerLine(data) {
        const color = getColor(0, cookie.get("color_scheme"), "odoo");
        return {
            label: data.ledger_label,
            data: data.points.map((point) => point.ledger),
            borderColor: color,
            backgroundColor: color,
            borderWidth: 2,
            pointRadius: 0,
            stepped: "before",
        };
    }

    /** Points of another shape, so that the two are told apart without colours. */
    bankLine(data) {
        const color = getColor(1, cookie.get("color_scheme"), "odoo");
        return {
            label: data.bank_label,
            data: data.points.map((point) => point.bank),
            borderColor: color,
            backgroundColor: color,
            borderWidth: 1,
            borderDash: [4, 4],
            pointStyle: "rectRot",
            pointRadius: 4,
            spanGaps: true,
            stepped: "before",
        };
    }
}

registry.category("fields").add("ponto_balance_chart", {
    component: PontoBalanceChartField,
    supportedTypes: ["json"],
});
