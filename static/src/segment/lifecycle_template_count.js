import { Component, onMounted, onWillUnmount, useState } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { Mutex } from "@web/core/utils/concurrency";
import { useService } from "@web/core/utils/hooks";
import { formatInteger } from "@web/views/fields/formatters";
import { standardWidgetProps } from "@web/views/widgets/standard_widget_props";

// The gallery asks for one count at a time: on a large database each takes a while.
const oneAtATime = new Mutex();

/** How many contacts a ready-made segment would find now. */
export class LifecycleTemplateCount extends Component {
    static template = "contact_lifecycle.LifecycleTemplateCount";
    static props = { ...standardWidgetProps };

    setup() {
        this.orm = useService("orm");
        this.state = useState({ status: "waiting", total: null });
        this.isGone = false;
        onMounted(() => oneAtATime.exec(() => this.load()));
        onWillUnmount(() => {
            this.isGone = true;
        });
    }

    get text() {
        return this.state.total === null
            ? _t("not counted")
            : _t("%s contacts", formatInteger(this.state.total));
    }

    /** A count that fails leaves the card usable: the builder says what is wrong. */
    async load() {
        if (this.isGone) {
            return;
        }
        this.state.status = "running";
        const { definition } = this.props.record.data;
        try {
            const { total } = await this.orm.silent.call(
                "lifecycle.segment",
                "preview",
                [definition],
            );
            this.state.total = total;
        } catch {
            this.state.total = null;
        }
        this.state.status = "ready";
    }
}

registry.category("view_widgets").add("lifecycle_template_count", {
    component: LifecycleTemplateCount,
    fieldDependencies: [{ name: "definition", type: "json" }],
});
