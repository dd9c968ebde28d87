from odoo import api, fields, models

from ..optional_fields import OptionalInteger

_READERS = "contact_lifecycle.group_lifecycle_reader"


class ResPartner(models.Model):
    _inherit = "res.partner"

    lifecycle_satisfaction = OptionalInteger(
        related="lifecycle_profile_id.satisfaction",
        string="Satisfaction",
        groups=_READERS,
    )
    lifecycle_satisfaction_band = fields.Selection(
        related="lifecycle_profile_id.satisfaction_band",
        string="Satisfaction Band",
        groups=_READERS,
    )
    lifecycle_satisfaction_trend = fields.Selection(
        related="lifecycle_profile_id.satisfaction_trend",
        string="Satisfaction Trend",
        groups=_READERS,
    )
    lifecycle_satisfaction_count = fields.Integer(
        related="lifecycle_profile_id.satisfaction_count", groups=_READERS
    )
    lifecycle_satisfaction_date = fields.Datetime(
        related="lifecycle_profile_id.satisfaction_date", groups=_READERS
    )
    lifecycle_satisfaction_asked_date = fields.Datetime(
        related="lifecycle_profile_id.satisfaction_asked_date", groups=_READERS
    )
    lifecycle_satisfaction_ids = fields.One2many(
        "lifecycle.satisfaction",
        "partner_id",
        string="Satisfaction Answer",
        groups=_READERS,
    )

    @api.model
    def _lifecycle_best_first(self):
        return {*super()._lifecycle_best_first(), "lifecycle_satisfaction"}

    def action_lifecycle_satisfaction(self):
        """Open the answers of the contact."""
        action = self.env["ir.actions.actions"]._for_xml_id(
            "contact_lifecycle.lifecycle_satisfaction_action"
        )
        return {
            **action,
            "views": [(False, "list"), (False, "form")],
            "domain": [("partner_id", "in", self.ids)],
            "context": {"default_partner_id": self.id if len(self) == 1 else False},
        }

    def action_lifecycle_rate(self):
        """Ask how satisfied the contact is, as somebody has learnt."""
        action = self.env["ir.actions.actions"]._for_xml_id(
            "contact_lifecycle.lifecycle_satisfaction_entry_action"
        )
        return {**action, "context": {"default_partner_id": self.id}}
