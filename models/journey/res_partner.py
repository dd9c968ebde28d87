from odoo import fields, models

_READERS = "contact_lifecycle.group_lifecycle_reader"


class ResPartner(models.Model):
    _inherit = "res.partner"

    lifecycle_touchpoint_ids = fields.One2many(
        "lifecycle.touchpoint", "partner_id", string="Journey", groups=_READERS
    )

    _lifecycle_email_idx = models.Index(
        "(email_normalized) WHERE email_normalized IS NOT NULL"
    )
    _lifecycle_phone_idx = models.Index(
        "(phone_sanitized) WHERE phone_sanitized IS NOT NULL"
    )

    def action_lifecycle_journey(self):
        """Open all touchpoints of these contacts as a list."""
        action = self.env["ir.actions.actions"]._for_xml_id(
            "contact_lifecycle.lifecycle_touchpoint_action"
        )
        return {
            **action,
            "domain": [("partner_id", "in", self.ids)],
            "context": {"search_default_filter_human": 1},
        }
