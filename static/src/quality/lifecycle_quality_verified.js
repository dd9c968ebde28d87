import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";

const RELOAD = { type: "ir.actions.client", tag: "soft_reload" };

/** Tell that contacts were verified, and offer to take it back. */
function notifyVerified({ services }, { params }) {
    const undo = async () => {
        close();
        await services.orm.call("res.partner", "lifecycle_undo_verification", [
            [],
            params.stamp,
        ]);
        await services.action.doAction(RELOAD);
    };
    const close = services.notification.add(params.message, {
        type: "success",
        buttons: [{ name: _t("Undo"), onClick: undo }],
        autocloseDelay: 20000,
    });
    return RELOAD;
}

registry.category("actions").add("lifecycle_verified", notifyVerified);
