import { Component } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { standardFieldProps } from "@web/views/fields/standard_field_props";

import {
    chartPoint,
    chartTicks,
    digitsOf,
    linePath,
    niceScale,
} from "./lifecycle_chart_utils";
import { decimal, percent } from "./lifecycle_value_utils";

const BOTTOM = 245;
const TOP = 10;
const KINDS = ["actual", "model", "naive"];

/** What a model card's test found, in two charts. */
export class LifecycleBacktestChart extends Component {
    static template = "contact_lifecycle.LifecycleBacktestChart";
    static props = { ...standardFieldProps };

    get chart() {
        const chart = this.props.record.data[this.props.name];
        return chart && chart.orders ? chart : null;
    }

    get scale() {
        return niceScale(
            Math.max(
                ...this.chart.orders.flatMap((row) => KINDS.map((kind) => row[kind])),
            ),
        );
    }

    height(value) {
        return ((BOTTOM - TOP) * value) / this.scale.at(-1);
    }

    get orderTicks() {
        return this.scale.map((value) => ({
            y: BOTTOM - this.height(value),
            label: decimal(value, digitsOf(value)),
        }));
    }

    get bars() {
        const { orders } = this.chart;
        const step = 510 / orders.length;
        const width = Math.min(22, step / 4.2);
        const names = { actual: _t("Real"), model: _t("Model"), naive: _t("Naive") };
        return orders.map((row, index) => {
            const x = 40 + step * (index + 0.5);
            return {
                label: row.label,
                customers: `(${row.customers})`,
                x,
                bars: KINDS.map((code, place) => ({
                    code,
                    x: x + (place - 1.5) * (width + 1),
                    y: BOTTOM - this.height(row[code]),
                    width,
                    height: this.height(row[code]),
                    title: `${names[code]}: ${decimal(row[code])}`,
                })),
            };
        });
    }

    get ticks() {
        return chartTicks();
    }

    get calibration() {
        const points = this.chart.calibration.map((bin) => ({
            ...chartPoint(bin.predicted, bin.observed),
            title: _t("%(customers)s customers: %(said)s said, %(was)s bought", {
                customers: bin.customers,
                said: percent(bin.predicted),
                was: percent(bin.observed),
            }),
        }));
        return { points, line: linePath(points) };
    }
}

registry.category("fields").add("lifecycle_backtest_chart", {
    component: LifecycleBacktestChart,
    displayName: _t("Backtest chart"),
    supportedTypes: ["json"],
});
