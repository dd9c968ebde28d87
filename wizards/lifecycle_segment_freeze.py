from odoo import api, fields, models
from odoo.tools import format_date


class LifecycleSegmentFreeze(models.TransientModel):
    """Keep today's members of a segment as a static one."""

    _name = "lifecycle.segment.freeze"
    _description = "Freeze Segment"

    segment_id = fields.Many2one("lifecycle.segment", required=True, ondelete="cascade")
    name = fields.Char(compute="_compute_name", store=True, readonly=False)
    member_count = fields.Integer(related="segment_id.member_count")
    refresh_date = fields.Datetime(related="segment_id.refresh_date")

    @api.depends("segment_id")
    def _compute_name(self):
        for freeze in self:
            freeze.name = freeze.name or self.env._(
                "%(segment)s on %(day)s",
                segment=freeze.segment_id.name,
                day=format_date(self.env, fields.Date.context_today(self)),
            )

    def action_freeze(self):
        """Make the static segment and open it."""
        self.ensure_one()
        return self.segment_id._freeze(self.name)._get_open_action()
