import { onWillStart, onWillUpdateProps, useState } from "@odoo/owl";
import { ConnectionLostError, RPCError } from "@web/core/network/rpc";
import { KeepLast } from "@web/core/utils/concurrency";
import { useService } from "@web/core/utils/hooks";

/**
 * One call whose answer a panel shows, asked again when the record changes.
 *
 * @param {Function} ask given the orm and the id of the record, returns a promise
 * @param {Function} getResId given props, returns the id, or a falsy value for none
 * @returns {Object} state with answer, status (empty, loading, ready, error), error
 *     and load
 */
export function useAnswer(ask, getResId) {
    const orm = useService("orm");
    const last = new KeepLast();
    const state = useState({ answer: null, status: "loading", error: "" });
    let shown = null;
    state.load = async (resId = shown) => {
        shown = resId;
        if (!resId) {
            Object.assign(state, { answer: null, status: "empty" });
            return;
        }
        state.status = "loading";
        try {
            const answer = await last.add(ask(orm.silent, resId));
            Object.assign(state, { answer, status: "ready" });
        } catch (error) {
            if (!(error instanceof RPCError || error instanceof ConnectionLostError)) {
                throw error;
            }
            const message = error.data?.message || error.message;
            Object.assign(state, { status: "error", error: message });
        }
    };
    onWillStart(() => {
        // Not awaited: the panel says that it is counting.
        state.load(getResId());
    });
    onWillUpdateProps((nextProps) => {
        const resId = getResId(nextProps);
        if (resId !== shown) {
            state.load(resId);
        }
    });
    return state;
}
