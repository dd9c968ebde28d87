from collections import defaultdict

from odoo import models
from odoo.tools.mail import email_normalize


class MailMail(models.Model):
    _inherit = "mail.mail"

    def _send(self, *args, **kwargs):
        """Ask the gate once more: hours may lie between composing and leaving."""
        self._stop_at_gate()
        return super()._send(*args, **kwargs)

    def _stop_at_gate(self):
        by_mailing = defaultdict(self.browse)
        for mail in self.filtered(lambda m: m.state == "outgoing" and m.mailing_id):
            by_mailing[mail.mailing_id] |= mail
        # sudo: the gate reads consent of the recipients of these mails alone.
        gate = self.env["lifecycle.gate"].sudo()
        for mailing, mails in by_mailing.items():
            stopped = gate._ask(
                gate._get_rows_query(mails._get_gate_rows()),
                mailing._get_gate_question(),
            )
            by_rule = defaultdict(self.browse)
            for mail_id, answer in stopped.items():
                by_rule[answer["rule"]] |= self.browse(mail_id)
            for rule, those in by_rule.items():
                those._cancel_at_gate(rule)

    def _get_gate_rows(self):
        """Return rows (mail, contact, address) for the gate."""
        return [
            (
                mail.id,
                mail.res_id if mail.model == "res.partner" else None,
                trace.email or email_normalize(mail.email_to or ""),
            )
            for mail in self
            for trace in mail.mailing_trace_ids[:1] or [mail.mailing_trace_ids]
        ]

    def _cancel_at_gate(self, rule):
        self.write({"state": "cancel"})
        # sudo: whoever runs the queue need not be a marketer.
        self.sudo().mailing_trace_ids.write(
            {"trace_status": "cancel", "failure_type": f"lifecycle_{rule}"}
        )
