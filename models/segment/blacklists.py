"""Segments follow when an address or a number is blacklisted, or no longer is."""

from odoo import api, models


class MailBlacklist(models.Model):
    _inherit = "mail.blacklist"

    @api.model_create_multi
    def create(self, vals_list):
        entries = super().create(vals_list)
        entries._lifecycle_queue_segments()
        return entries

    def write(self, vals):
        result = super().write(vals)
        self._lifecycle_queue_segments()
        return result

    def _lifecycle_queue_segments(self):
        self.env["lifecycle.segment.queue"]._add_addresses(
            "email_normalized", self.mapped("email")
        )


class PhoneBlacklist(models.Model):
    _inherit = "phone.blacklist"

    @api.model_create_multi
    def create(self, vals_list):
        entries = super().create(vals_list)
        entries._lifecycle_queue_segments()
        return entries

    def write(self, vals):
        result = super().write(vals)
        self._lifecycle_queue_segments()
        return result

    def _lifecycle_queue_segments(self):
        self.env["lifecycle.segment.queue"]._add_addresses(
            "phone_sanitized", self.mapped("number")
        )
