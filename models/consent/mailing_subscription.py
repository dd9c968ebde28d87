from odoo import api, models


class MailingSubscription(models.Model):
    """Joining or leaving a mailing list is an answer about the topics it serves."""

    _inherit = "mailing.subscription"

    @api.model_create_multi
    def create(self, vals_list):
        rows = super().create(vals_list)
        rows._tell_consent()
        return rows

    def write(self, vals):
        changing = self.filtered(lambda row: row.opt_out != vals.get("opt_out"))
        result = super().write(vals)
        if "opt_out" in vals:
            changing._tell_consent()
        return result

    def _tell_consent(self):
        self.env["lifecycle.consent"]._follow_subscriptions(self)
