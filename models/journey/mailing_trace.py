from odoo import api, models

_TOUCHING_FIELDS = {
    "trace_status",
    "sent_datetime",
    "open_datetime",
    "reply_datetime",
    "links_click_datetime",
}


class MailingTrace(models.Model):
    _inherit = "mailing.trace"

    _lifecycle_write_date_idx = models.Index("(write_date)")
    _lifecycle_document_idx = models.Index("(model, res_id)")
    _lifecycle_mailing_email_idx = models.Index("(mass_mailing_id, email)")
    _lifecycle_message_idx = models.Index("(message_id) WHERE message_id IS NOT NULL")

    @api.model_create_multi
    def create(self, vals_list):
        traces = super().create(vals_list)
        if any(
            vals.get("trace_status", "outgoing") != "outgoing" for vals in vals_list
        ):
            self.env["lifecycle.touchpoint.source"]._trigger_harvest()
        return traces

    def write(self, vals):
        result = super().write(vals)
        if not _TOUCHING_FIELDS.isdisjoint(vals):
            self.env["lifecycle.touchpoint.source"]._trigger_harvest()
        return result
