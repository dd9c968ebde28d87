import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";

/** Say what changed in a segment, with a button that undoes it. */
function segmentChanged(env, action) {
    const { message, undo } = action.params;
    const { notification, orm, action: actions } = env.services;
    const buttons = [];
    const reload = () =>
        actions.doAction({ type: "ir.actions.client", tag: "soft_reload" });
    const close = notification.add(message, {
        type: undo ? "success" : "info",
        autocloseDelay: undo ? 12000 : 4000,
        buttons,
    });
    if (undo) {
        buttons.push({
            name: _t("Undo"),
            icon: "fa-undo",
            onClick: async () => {
                close();
                const text = await orm.call(undo.model, "action_undo", [[undo.id]]);
                notification.add(text, { type: "info" });
                await reload();
            },
        });
    }
    return { type: "ir.actions.act_window_close" };
}

registry.category("actions").add("lifecycle_segment_changed", segmentChanged);
