from odoo import api, models


class MailBlackList(models.Model):
    """An address on Odoo's blacklist has withdrawn from all marketing by e-mail."""

    _inherit = "mail.blacklist"

    @api.model_create_multi
    def create(self, vals_list):
        rows = super().create(vals_list)
        rows.filtered("active")._tell_consent("withdrawn")
        return rows

    def write(self, vals):
        changing = self.filtered(lambda row: row.active != vals.get("active"))
        result = super().write(vals)
        if "active" in vals:
            changing._tell_consent("granted" if not vals["active"] else "withdrawn")
        return result

    def _tell_consent(self, status):
        self.env["lifecycle.consent"]._follow_blacklist(
            "email", self.mapped("email"), status
        )


class PhoneBlacklist(models.Model):
    """A number on Odoo's blacklist has withdrawn from all marketing by SMS."""

    _inherit = "phone.blacklist"

    @api.model_create_multi
    def create(self, vals_list):
        rows = super().create(vals_list)
        rows.filtered("active")._tell_consent("withdrawn")
        return rows

    def write(self, vals):
        changing = self.filtered(lambda row: row.active != vals.get("active"))
        result = super().write(vals)
        if "active" in vals:
            changing._tell_consent("granted" if not vals["active"] else "withdrawn")
        return result

    def _tell_consent(self, status):
        self.env["lifecycle.consent"]._follow_blacklist(
            "sms", self.mapped("number"), status
        )
