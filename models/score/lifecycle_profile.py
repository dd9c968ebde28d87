from odoo import api, fields, models
from odoo.tools import SQL

from ...engine.scoring.codes import SCORE_BANDS
from ..optional_fields import OptionalFloat, OptionalInteger

_SHOWN = ("score", "score_band", "sends_since_engagement")


class LifecycleProfile(models.Model):
    """The main scorecard's numbers: a company's own before a shared one."""

    _inherit = "lifecycle.profile"

    score = OptionalInteger(aggregator="avg")
    score_band = fields.Selection(SCORE_BANDS)
    sends_since_engagement = OptionalInteger(
        string="Messages since Last Sign of Life", aggregator="avg"
    )
    conversion_probability = OptionalFloat(
        aggregator="avg",
        help="That a contact who has not bought yet does within the model's days",
    )

    # The first page of contacts by score is read off this index.
    _score_idx = models.Index("(score DESC NULLS LAST, id)")

    def _after_refresh(self):
        result = super()._after_refresh()
        self.env["lifecycle.score"]._refresh_contacts(
            SQL("SELECT partner_id FROM lifecycle_taken")
        )
        self.env["lifecycle.conversion.fit"]._refresh_contacts()
        return result

    @api.model
    def _show_all_scores(self):
        """Show the main score on all contacts, as another scorecard became it."""
        self.env["lifecycle.score"]._make_scored(
            SQL("SELECT id FROM lifecycle_profile")
        )
        self._show_scores()

    @api.model
    def _show_scores(self):
        """Show the main score on the contacts in ``lifecycle_scored``."""
        self.env.flush_all()
        columns = SQL(", ").join(map(SQL.identifier, _SHOWN))
        shown = SQL(", ").join(SQL.identifier("m", name) for name in _SHOWN)
        stored = SQL(", ").join(SQL.identifier("p", name) for name in _SHOWN)
        self.env.execute_query(
            SQL(
                """WITH main AS (
                    SELECT DISTINCT ON (q.partner_id) q.partner_id, s.*
                      FROM lifecycle_scored q
                      LEFT JOIN (
                           SELECT s.partner_id AS scored_id, %(columns)s, c.company_id
                             FROM lifecycle_score s
                             JOIN lifecycle_scorecard c
                               ON c.id = s.scorecard_id AND c.is_main AND c.active
                            WHERE s.partner_id IN (
                                  SELECT partner_id FROM lifecycle_scored)
                              AND %(scores)s
                           ) s ON s.scored_id = q.partner_id
                     ORDER BY q.partner_id, s.company_id NULLS LAST
                )
                UPDATE lifecycle_profile p SET (%(columns)s) = (%(shown)s)
                  FROM main m
                 WHERE p.id = m.partner_id AND %(profiles)s
                   AND (%(stored)s) IS DISTINCT FROM (%(shown)s)""",
                columns=columns,
                shown=shown,
                stored=stored,
                scores=self.env["lifecycle.score"]._get_scored_range("s", "partner_id"),
                profiles=self.env["lifecycle.score"]._get_scored_range("p", "id"),
            )
        )
        self.invalidate_model(_SHOWN)
