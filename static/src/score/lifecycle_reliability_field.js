import { Component } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { standardFieldProps } from "@web/views/fields/standard_field_props";

const SIZE = 240;

/** Ten groups of contacts: the chance they were given against the share that bought. */
export class LifecycleReliabilityField extends Component {
    static template = "contact_lifecycle.LifecycleReliability";
    static props = { ...standardFieldProps };

    size = SIZE;

    get bins() {
        return this.props.record.data[this.props.name] || [];
    }

    /** The axes end at the next tenth above all figures. */
    get top() {
        const most = Math.max(
            0.01,
            ...this.bins.flatMap(({ predicted, observed }) => [predicted, observed]),
        );
        return Math.min(1, Math.ceil(most * 10) / 10);
    }

    get axisLabel() {
        return this.percent(this.top, 0);
    }

    get points() {
        return this.bins.map((bin) => ({
            ...bin,
            x: (SIZE * bin.predicted) / this.top,
            y: SIZE - (SIZE * bin.observed) / this.top,
            title: _t("%(count)s contacts: %(said)s said, %(was)s came true", {
                count: bin.count,
                said: this.percent(bin.predicted),
                was: this.percent(bin.observed),
            }),
        }));
    }

    get path() {
        return this.points.map(({ x, y }) => `${x},${y}`).join(" ");
    }

    percent(share, digits = 1) {
        return `${(100 * share).toFixed(digits)} %`;
    }
}

registry.category("fields").add("lifecycle_reliability", {
    component: LifecycleReliabilityField,
    supportedTypes: ["json"],
});
