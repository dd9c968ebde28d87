import { Component, onWillStart, onWillUpdateProps, useState } from "@odoo/owl";

import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { formatInteger } from "@web/views/fields/formatters";
import { standardWidgetProps } from "@web/views/widgets/standard_widget_props";

/**
 * Who would get a mailing now: the recipients, and whom each rule takes away.
 */
export class LifecycleGateWaterfall extends Component {
    static template = "contact_lifecycle.GateWaterfall";
    static props = standardWidgetProps;

    setup() {
        this.orm = useService("orm");
        this.state = useState({ answer: undefined, isLoading: false });
        this.format = formatInteger;
        onWillStart(() => this.forget(this.props));
        onWillUpdateProps((next) => this.forget(next));
    }

    forget(props) {
        if (this.shownId !== props.record.resId) {
            this.shownId = props.record.resId;
            this.state.answer = undefined;
        }
    }

    get steps() {
        return this.state.answer.steps.filter((step) => step.count);
    }

    /** Width of a bar, in percent of all recipients. */
    width(count) {
        return (100 * count) / Math.max(1, this.state.answer.recipients);
    }

    verdict(step) {
        return step.verdict === "defer" ? _t("later") : _t("not at all");
    }

    async count() {
        this.state.isLoading = true;
        try {
            await this.props.record.save();
            this.shownId = this.props.record.resId;
            this.state.answer = await this.orm.call("lifecycle.gate", "waterfall", [
                this.props.record.resId,
            ]);
        } finally {
            this.state.isLoading = false;
        }
    }
}

registry.category("view_widgets").add("lifecycle_gate_waterfall", {
    component: LifecycleGateWaterfall,
});
