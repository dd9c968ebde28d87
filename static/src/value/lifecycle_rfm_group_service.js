import { rpcBus } from "@web/core/network/rpc";
import { UPDATE_METHODS } from "@web/core/orm_service";
import { registry } from "@web/core/registry";

const METHODS = [...UPDATE_METHODS, "update_field_translations", "action_reset"];

/** Forgets the labels of fields that the browser keeps once an RFM group is renamed. */
export const rfmGroupService = {
    start() {
        rpcBus.addEventListener("RPC:RESPONSE", (ev) => {
            const { model, method } = ev.detail.data.params;
            if (model === "lifecycle.rfm.group" && METHODS.includes(method)) {
                rpcBus.trigger("CLEAR-CACHES", ["get_views", "fields_get"]);
            }
        });
    },
};

registry.category("services").add("lifecycle_rfm_group", rfmGroupService);
