from odoo import api, models


class LifecycleBlacklistMixin(models.AbstractModel):
    """Tells when an address comes onto one of Odoo's blacklists, or leaves it.

    Areas that follow extend ``_lifecycle_changed``.
    """

    _name = "lifecycle.blacklist.mixin"
    _description = "Blacklist That Tells"

    # Channel of consent, column of contacts and field of the list.
    _lifecycle_address = None

    @api.model_create_multi
    def create(self, vals_list):
        rows = super().create(vals_list)
        rows.filtered("active")._lifecycle_changed("withdrawn")
        return rows

    def write(self, vals):
        changing = self.filtered(lambda row: row.active != vals.get("active"))
        result = super().write(vals)
        if "active" in vals:
            changing._lifecycle_changed("withdrawn" if vals["active"] else "granted")
        return result

    def _lifecycle_changed(self, status):
        """Hook: these rows have come into force (withdrawn) or out of it (granted)."""
        channel, _column, name = self._lifecycle_address
        self.env["lifecycle.consent"]._follow_blacklist(
            channel, self.mapped(name), status
        )


class MailBlackList(models.Model):
    """An address on Odoo's blacklist has withdrawn from all marketing by e-mail."""

    _name = "mail.blacklist"
    _inherit = ("mail.blacklist", "lifecycle.blacklist.mixin")

    _lifecycle_address = ("email", "email_normalized", "email")


class PhoneBlacklist(models.Model):
    """A number on Odoo's blacklist has withdrawn from all marketing by SMS."""

    _name = "phone.blacklist"
    _inherit = ("phone.blacklist", "lifecycle.blacklist.mixin")

    _lifecycle_address = ("sms", "phone_sanitized", "number")
