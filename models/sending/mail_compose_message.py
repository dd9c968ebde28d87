from odoo import models


class MailComposeMessage(models.TransientModel):
    _inherit = "mail.compose.message"

    def _process_mail_values_state(self, mail_values_dict):
        """Ask the gate about a batch of a mailing, in one go."""
        result = super()._process_mail_values_state(mail_values_dict)
        if self.mass_mailing_id:
            self._stop_at_gate(result)
        return result

    def _get_done_emails(self, mail_values_dict):
        """Ask only who of this batch has got the mailing, not who of all recipients.

        Stock Odoo reads every trace of the mailing for each batch of fifty.
        """
        if not self.mass_mailing_id:
            return super()._get_done_emails(mail_values_dict)
        recipients = self._get_recipients_data(mail_values_dict)
        batch = {
            email
            for told in recipients.values()
            for email in told["mail_to_normalized"]
        }
        composer = self.with_context(lifecycle_batch_emails=tuple(batch))
        return super(MailComposeMessage, composer)._get_done_emails(mail_values_dict)

    def _stop_at_gate(self, mail_values_dict):
        standing = [
            res_id
            for res_id, values in mail_values_dict.items()
            if values.get("state") not in ("cancel", "exception")
        ]
        recipients = self._get_recipients_data(mail_values_dict)
        rows = [
            (
                res_id,
                res_id if self.model == "res.partner" else None,
                (recipients[res_id]["mail_to_normalized"] or [None])[0],
            )
            for res_id in standing
        ]
        # sudo: the gate reads consent of the recipients of this mailing alone.
        gate = self.env["lifecycle.gate"].sudo()
        stopped = gate._ask(
            gate._get_rows_query(rows), self.mass_mailing_id._get_gate_question()
        )
        for res_id, answer in stopped.items():
            mail_values_dict[res_id].update(
                state="cancel",
                failure_type=f"lifecycle_{answer['rule']}",
                is_notification=False,
            )
