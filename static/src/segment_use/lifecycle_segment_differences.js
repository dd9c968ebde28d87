import { Component, useState } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { formatFloat } from "@web/core/utils/numbers";
import { formatInteger } from "@web/views/fields/formatters";
import { standardWidgetProps } from "@web/views/widgets/standard_widget_props";

import { useAnswer } from "./lifecycle_segment_loader";

const LIMIT = 60;

/** The facts that tell the members of a segment from everybody else. */
export class LifecycleSegmentDifferences extends Component {
    static template = "contact_lifecycle.LifecycleSegmentDifferences";
    static props = { ...standardWidgetProps };

    setup() {
        this.action = useService("action");
        this.state = useState({ side: "more" });
        this.differences = useAnswer(
            (orm, id) =>
                orm.call("lifecycle.segment", "differentiators", [[id], LIMIT]),
            (props = this.props) => props.record.resId,
        );
    }

    get answer() {
        return this.differences.answer;
    }

    get sides() {
        return [
            { code: "more", name: _t("More often here") },
            { code: "less", name: _t("Less often here") },
            { code: "both", name: _t("Both") },
        ];
    }

    get rows() {
        const { side } = this.state;
        return this.describedRows.filter(
            ({ isMore }) => side === "both" || isMore === (side === "more"),
        );
    }

    get describedRows() {
        return this.answer.rows.map((row) => ({
            ...row,
            key: `${row.fact}:${row.value}`,
            isMore: row.lift === null || row.lift === false || row.lift >= 1,
            hereText: this.percent(row.here),
            elsewhereText: this.percent(row.elsewhere),
            liftText: this.lift(row.lift),
            countText: formatInteger(row.count),
        }));
    }

    get basis() {
        const { size, size_elsewhere } = this.answer;
        return _t("%(size)s members against %(others)s other contacts", {
            size: formatInteger(size),
            others: formatInteger(size_elsewhere),
        });
    }

    percent(share) {
        const digits = !share || share >= 0.1 ? 0 : share < 0.01 ? 2 : 1;
        return `${formatFloat(100 * share, { digits: [16, digits] })} %`;
    }

    lift(lift) {
        if (lift === null || lift === false) {
            return _t("only here");
        }
        return lift
            ? `× ${formatFloat(lift, { digits: [16, lift < 10 ? 1 : 0] })}`
            : _t("never here");
    }

    open(row) {
        if (!row.domain) {
            return null;
        }
        const segmentId = this.props.record.resId;
        return this.action.doAction({
            type: "ir.actions.act_window",
            name: `${row.label}: ${row.name}`,
            res_model: "res.partner",
            domain: [["lifecycle_segment_ids", "in", [segmentId]], ...row.domain],
            views: [
                [false, "list"],
                [false, "form"],
            ],
        });
    }
}

registry.category("view_widgets").add("lifecycle_segment_differences", {
    component: LifecycleSegmentDifferences,
});
