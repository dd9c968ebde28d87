from collections import defaultdict

from odoo import fields, models

from .mailing_trace import REASONS


class SmsSms(models.Model):
    _inherit = "sms.sms"

    failure_type = fields.Selection(
        selection_add=REASONS,
        ondelete={code: "set null" for code, _label in REASONS},
    )

    def _send(self, *args, **kwargs):
        """Ask the gate once more, as hours may lie between composing and leaving."""
        passed = self - self._stop_at_gate()
        return super(SmsSms, passed)._send(*args, **kwargs) if passed else None

    def _stop_at_gate(self):
        """Cancel what may not leave now; return it."""
        cancelled = self.browse()
        # sudo: the gate reads consent of the recipients of these messages alone.
        gate = self.env["lifecycle.gate"].sudo()
        for mailing, messages in (
            self.filtered("mailing_id").grouped("mailing_id").items()
        ):
            traces = {trace.sms_id_int: trace for trace in messages._find_traces()}
            rows = [
                (
                    message.id,
                    trace.res_id if trace.model == "res.partner" else None,
                    message.number,
                )
                for message in messages
                for trace in [traces.get(message.id, self.env["mailing.trace"])]
            ]
            by_rule = defaultdict(self.browse)
            stopped = gate._ask(
                gate._get_rows_query(rows), mailing._get_gate_question()
            )
            for sms_id, answer in stopped.items():
                by_rule[answer["rule"]] |= self.browse(sms_id)
            for rule, those in by_rule.items():
                those._cancel_at_gate(rule)
                cancelled |= those
        return cancelled

    def _cancel_at_gate(self, rule):
        reason = f"lifecycle_{rule}"
        self.write({"state": "canceled", "failure_type": reason})
        self._find_traces().write({"trace_status": "cancel", "failure_type": reason})

    def _find_traces(self):
        """Return the traces, which the field may not know of just after composing."""
        # sudo: whoever runs the queue need not be a marketer.
        traces = self.env["mailing.trace"].sudo()
        return traces.search([("sms_id_int", "in", self.ids)])
