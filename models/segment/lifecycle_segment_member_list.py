from odoo import api, fields, models


class LifecycleSegmentMember(models.Model):
    """What the list of members shows beside the dates."""

    _inherit = "lifecycle.segment.member"

    partner_email = fields.Char(related="partner_id.email", string="E-mail")
    stay_days = fields.Integer(
        string="Days in Segment", compute="_compute_stay_days", aggregator=None
    )

    @api.depends("join_date", "leave_date")
    def _compute_stay_days(self):
        now = fields.Datetime.now()
        for member in self:
            stay = (member.leave_date or now) - (member.join_date or now)
            member.stay_days = max(0, stay.days)

    def action_open_contact(self):
        self.ensure_one()
        return self.partner_id._get_records_action()

    def action_why(self):
        """Ask why the contact is in the segment, or no longer."""
        self.ensure_one()
        return {
            "type": "ir.actions.client",
            "tag": "lifecycle_segment_why",
            "params": {
                "segment_id": self.segment_id.id,
                "segment_name": self.segment_id.display_name,
                "partner_id": self.partner_id.id,
            },
        }
