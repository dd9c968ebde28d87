from odoo import api, models
from odoo.tools import SQL


class LifecycleScorecard(models.Model):
    """What a change of thresholds would do, before it is saved."""

    _inherit = "lifecycle.scorecard"

    @api.depends("rise_score", "fall_score")
    def _compute_threshold_counts(self):
        for scorecard in self:
            (
                scorecard.above_count,
                scorecard.rising_count,
                scorecard.falling_count,
            ) = scorecard._count_crossings()

    def _count_crossings(self):
        """Return how many contacts the thresholds put above, lift and drop.

        As ``_load_fresh`` decides it, by the scores that are stored.
        """
        if not self._origin.id:
            return 0, 0, 0
        self.env["lifecycle.score"].flush_model()
        return self.env.execute_query(
            SQL(
                """SELECT count(*) FILTER (WHERE is_over),
                          count(*) FILTER (WHERE is_over AND NOT was_over),
                          count(*) FILTER (WHERE was_over AND NOT is_over)
                     FROM (SELECT COALESCE(is_above, false) AS was_over,
                                  COALESCE(score, 0) >= %(rise)s
                                  OR (COALESCE(is_above, false)
                                      AND COALESCE(score, 0) >= %(fall)s) AS is_over
                             FROM lifecycle_score
                            WHERE scorecard_id = %(scorecard)s) s""",
                rise=self.rise_score,
                fall=self.fall_score,
                scorecard=self._origin.id,
            )
        )[0]
