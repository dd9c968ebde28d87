import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { KanbanRenderer } from "@web/views/kanban/kanban_renderer";
import { kanbanView } from "@web/views/kanban/kanban_view";

import { askForReason } from "./lifecycle_stage_reason";

/** Contacts by stage; dropping a card on an earlier stage asks for the reason. */
export class LifecycleContactKanbanRenderer extends KanbanRenderer {
    setup() {
        super.setup();
        this.action = useService("action");
    }

    async sortRecordDrop() {
        const { model } = this.props.list;
        try {
            await super.sortRecordDrop(...arguments);
        } catch (error) {
            await askForReason(error, this.action, () => model.load());
        }
    }
}

registry.category("views").add("lifecycle_contact_kanban", {
    ...kanbanView,
    Renderer: LifecycleContactKanbanRenderer,
});
