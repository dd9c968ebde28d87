from odoo import api, models
from odoo.tools import SQL

from .lifecycle_segment_diff import SILENT_CAUSES


class LifecycleTouchpointSource(models.Model):
    """Joining and leaving a segment are part of the journey."""

    _inherit = "lifecycle.touchpoint.source"

    @api.model
    def _touchpoint_sources(self):
        return {
            **super()._touchpoint_sources(),
            "segment": {"model": "lifecycle.segment.member", "stamp": "change_date"},
        }

    def _touchpoint_query_segment(self):
        return self._touchpoint_select(
            SQL("move.code"),
            SQL(
                """FROM lifecycle_segment_member m
                JOIN lifecycle_segment s ON s.id = m.segment_id
               CROSS JOIN LATERAL (VALUES
                     ('segment_joined', m.join_date, m.join_cause),
                     ('segment_left', m.leave_date, m.leave_cause)
                     ) move (code, move_date, cause)
               WHERE move.cause <> ALL(%s)""",
                list(SILENT_CAUSES),
            ),
            stamp=SQL("m.change_date"),
            partner_id=SQL("m.partner_id"),
            touch_date=SQL("move.move_date"),
            # The name as the segment's source language has it.
            name=SQL(
                "COALESCE(s.name->>'en_US',"
                " (SELECT value FROM jsonb_each_text(s.name) LIMIT 1))"
            ),
            res_model=SQL("%s", "lifecycle.segment.member"),
            res_id=SQL("m.id"),
            company_id=SQL("s.company_id"),
        )
