from odoo import api, models
from odoo.tools import SQL


class LifecycleTouchpointSource(models.Model):
    """Scores that crossed their threshold are part of the journey."""

    _inherit = "lifecycle.touchpoint.source"

    @api.model
    def _touchpoint_sources(self):
        return {
            **super()._touchpoint_sources(),
            "score": {"model": "lifecycle.score.crossing", "stamp": "crossing_date"},
        }

    def _touchpoint_query_score(self):
        return self._touchpoint_select(
            SQL("CASE c.kind WHEN 'up' THEN 'score_rose' ELSE 'score_fell' END"),
            SQL(
                """FROM lifecycle_score_crossing c
                JOIN lifecycle_scorecard card ON card.id = c.scorecard_id"""
            ),
            stamp=SQL("c.crossing_date"),
            partner_id=SQL("c.partner_id"),
            touch_date=SQL("c.crossing_date"),
            # The name as the scorecard's source language has it.
            name=SQL(
                "COALESCE(card.name->>'en_US', (SELECT value FROM"
                " jsonb_each_text(card.name) LIMIT 1)) || ': ' || c.score"
            ),
            value=SQL("c.score"),
            res_model=SQL("%s", "lifecycle.score.crossing"),
            res_id=SQL("c.id"),
            company_id=SQL("card.company_id"),
        )
