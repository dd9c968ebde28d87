import { RPCError } from "@web/core/network/rpc";

/**
 * Answer the server's refusal to move a contact backwards with its own question.
 *
 * The server alone judges what is backwards; it refuses with the action that asks
 * for the reason. Opening that at once spares people a warning in between.
 *
 * @param {Error} error what the write raised
 * @param {Object} action the action service
 * @param {Function} onClose called once the question is answered or dropped
 */
export async function askForReason(error, action, onClose) {
    const isRefusal =
        error instanceof RPCError &&
        error.exceptionName === "odoo.exceptions.RedirectWarning";
    if (!isRefusal) {
        throw error;
    }
    const [, request, , additionalContext = {}] = error.data.arguments;
    await action.doAction(request, { additionalContext, onClose });
}
