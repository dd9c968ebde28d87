from datetime import timedelta

from odoo import fields, models
from odoo.fields import Domain

_TREND_DAYS = 7


class LifecycleSegment(models.Model):
    """Figures that only screens show."""

    _inherit = "lifecycle.segment"

    override_count = fields.Integer(
        string="Manual Changes in Force", compute="_compute_override_count"
    )
    use_count = fields.Integer(string="Used In", compute="_compute_use_count")
    joined_week_count = fields.Integer(
        string="Joined in 7 Days", compute="_compute_week_counts"
    )
    left_week_count = fields.Integer(
        string="Left in 7 Days", compute="_compute_week_counts"
    )

    def _compute_override_count(self):
        rows = self.env["lifecycle.segment.override"]._read_group(
            [("segment_id", "in", self.ids)], ["segment_id"], ["__count"]
        )
        counts = {segment.id: count for segment, count in rows}
        for segment in self:
            segment.override_count = counts.get(segment.id, 0)

    def _compute_use_count(self):
        """A segment at a time: only its form shows it."""
        for segment in self:
            segment.use_count = len(segment._get_uses()) if segment.id else 0

    def _compute_week_counts(self):
        since = fields.Date.context_today(self) - timedelta(days=_TREND_DAYS)
        rows = self.env["lifecycle.segment.snapshot"]._read_group(
            Domain("segment_id", "in", self.ids) & Domain("snapshot_date", ">", since),
            ["segment_id"],
            ["joined_count:sum", "left_count:sum"],
        )
        moves = {segment.id: counts for segment, *counts in rows}
        for segment in self:
            joined, left = moves.get(segment.id, (0, 0))
            segment.joined_week_count = joined
            segment.left_week_count = left

    def action_view_overrides(self):
        """Open the manual changes, those that are over behind a filter."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Manual Changes of %s", self.name),
            "res_model": "lifecycle.segment.override",
            "views": [(False, "list"), (False, "form")],
            "domain": [("segment_id", "=", self.id)],
            "context": {"default_segment_id": self.id},
        }
