import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import {
    statusBarField,
    StatusBarField,
} from "@web/views/fields/statusbar/statusbar_field";

import { askForReason } from "./lifecycle_stage_reason";

/** A status bar that asks for the reason when a contact is moved backwards. */
export class LifecycleStageStatusBarField extends StatusBarField {
    setup() {
        super.setup();
        this.action = useService("action");
    }

    async selectItem(item) {
        const { name, record } = this.props;
        await record.update({ [name]: { id: item.value, display_name: item.label } });
        await record.save({
            onError: async (error, { discard }) => {
                await discard();
                await askForReason(error, this.action, () => record.load());
                return false;
            },
        });
    }
}

registry.category("fields").add("lifecycle_stage_statusbar", {
    ...statusBarField,
    additionalClasses: ["o_field_statusbar"],
    component: LifecycleStageStatusBarField,
    supportedTypes: ["many2one"],
});
