from odoo import models


class ResPartner(models.Model):
    """Contacts buy for the company they belong to."""

    _inherit = "res.partner"

    def write(self, vals):
        """Who joins or leaves a company buys for another one from now on."""
        if not vals.keys() & {"parent_id", "is_company"}:
            return super().write(vals)
        before = {partner.id: partner.commercial_partner_id.id for partner in self}
        result = super().write(vals)
        moved = self.filtered(lambda p: p.commercial_partner_id.id != before[p.id])
        if moved:
            # sudo: values follow, whoever changes the contact.
            queue = self.env["lifecycle.touchpoint.queue"].sudo()
            queue._add({*moved.ids, *(before[partner.id] for partner in moved)})
            self.env["lifecycle.touchpoint.source"].sudo()._trigger_harvest()
        return result
