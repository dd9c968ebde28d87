import { onMounted } from "@odoo/owl";
import { registry } from "@web/core/registry";
import { ListController } from "@web/views/list/list_controller";
import { listView } from "@web/views/list/list_view";

/** The members of a segment, with Odoo's export dialog open on all of them. */
export class LifecycleSegmentExportController extends ListController {
    setup() {
        super.setup();
        onMounted(() => {
            // Not when one comes back to the list, which then has a state.
            const isDue = this.props.context.lifecycle_export && !this.props.state;
            if (isDue && this.isExportEnable) {
                this.exportRecords();
            }
        });
    }

    /** The columns shown at first; pictures are no use in a spreadsheet. */
    getExportableFields() {
        if (!Object.keys(this.optionalActiveFields).length) {
            for (const { name, optional } of this.props.archInfo.columns) {
                if (optional) {
                    this.optionalActiveFields[name] = optional === "show";
                }
            }
        }
        return super.getExportableFields().filter(({ type }) => type !== "binary");
    }
}

registry.category("views").add("lifecycle_segment_export_list", {
    ...listView,
    Controller: LifecycleSegmentExportController,
});
