import { Component } from "@odoo/owl";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { standardWidgetProps } from "@web/views/widgets/standard_widget_props";

import { useAnswer } from "./lifecycle_segment_loader";

/** What uses a segment, and what therefore keeps it from being archived. */
export class LifecycleSegmentUses extends Component {
    static template = "contact_lifecycle.LifecycleSegmentUses";
    static props = { ...standardWidgetProps };

    setup() {
        this.action = useService("action");
        this.uses = useAnswer(
            (orm, id) => orm.call("lifecycle.segment", "used_in", [[id]]),
            (props = this.props) => props.record.resId,
        );
    }

    open(use) {
        return this.action.doAction({
            type: "ir.actions.act_window",
            res_model: use.model,
            res_id: use.res_id,
            views: [[false, "form"]],
        });
    }
}

registry.category("view_widgets").add("lifecycle_segment_uses", {
    component: LifecycleSegmentUses,
});
