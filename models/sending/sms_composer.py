from odoo import models


class SmsComposer(models.TransientModel):
    _inherit = "sms.composer"

    def _prepare_mass_sms_values(self, records):
        """Ask the gate about all text messages of a mailing in one go."""
        composer = self
        if self.mailing_id and self._is_mass_sms():
            composer = self.with_context(
                lifecycle_stopped=self._get_stopped_at_gate(records)
            )
        return super(SmsComposer, composer)._prepare_mass_sms_values(records)

    def _get_stopped_at_gate(self, records):
        """Return {record id: rule} of whom the gate stops."""
        recipients = self._get_sms_recipients(records)
        rows = [
            (
                record.id,
                record.id if record._name == "res.partner" else None,
                recipients[record.id],
            )
            for record in records
        ]
        # sudo: the gate reads consent of the recipients of this mailing alone.
        gate = self.env["lifecycle.gate"].sudo()
        stopped = gate._ask(
            gate._get_rows_query(rows), self.mailing_id._get_gate_question()
        )
        return {res_id: answer["rule"] for res_id, answer in stopped.items()}

    def _get_sms_recipients(self, records):
        found = records._sms_get_recipients_info(force_field=self.number_field_name)
        return {record.id: found[record.id]["sanitized"] or None for record in records}

    def _prepare_mass_sms_trace_values(self, record, sms_values):
        rule = (self.env.context.get("lifecycle_stopped") or {}).get(record.id)
        if rule and sms_values["state"] not in ("error", "canceled"):
            sms_values.update(state="canceled", failure_type=f"lifecycle_{rule}")
        return super()._prepare_mass_sms_trace_values(record, sms_values)
