from datetime import timedelta

from odoo import api, fields, models
from odoo.tools import SQL

from ...engine.scoring.codes import SCORE_BANDS
from ..optional_fields import OptionalInteger

_DAYS = 7


class LifecycleScoreSnapshot(models.Model):
    """A score on a day: once a week, and only when it changed since the last one."""

    _name = "lifecycle.score.snapshot"
    _description = "Score Snapshot"
    _order = "snapshot_date desc, id desc"
    _log_access = False
    _rec_name = "partner_id"

    scorecard_id = fields.Many2one(
        "lifecycle.scorecard", required=True, ondelete="cascade"
    )
    partner_id = fields.Many2one(
        "res.partner", string="Contact", required=True, ondelete="cascade", index=True
    )
    snapshot_date = fields.Date(string="Date", required=True)
    score = OptionalInteger(aggregator="avg")
    fit_score = OptionalInteger(string="Fit", aggregator="avg")
    engagement_score = OptionalInteger(string="Engagement", aggregator="avg")
    score_band = fields.Selection(SCORE_BANDS, string="Band")

    _day_uniq = models.UniqueIndex("(scorecard_id, partner_id, snapshot_date)")

    @api.model
    def _is_due(self, scorecard):
        """Whether no snapshots of this scorecard were taken this week."""
        last, today = scorecard.snapshot_date, self.env.cr.now().date()
        return not last or today - last >= timedelta(days=_DAYS)

    @api.model
    def _take(self, scorecard):
        """Keep the scores of the contacts in ``lifecycle_scored``.

        Taken with the batch that scores them, while PostgreSQL still has at hand the
        contacts that a row's foreign key asks for.
        """
        columns = SQL("score, fit_score, engagement_score, score_band")
        scores = self.env["lifecycle.score"]
        # Statistics of a table just filled tell nothing; both sides are long.
        self.env.cr.execute("SET LOCAL enable_nestloop = off")
        self.env.execute_query(
            SQL(
                """INSERT INTO lifecycle_score_snapshot
                          (scorecard_id, partner_id, snapshot_date, %(columns)s)
                   SELECT s.scorecard_id, s.partner_id, %(today)s, s.score,
                          s.fit_score, s.engagement_score, s.score_band
                     FROM lifecycle_score s
                     LEFT JOIN (
                          -- Read once: looked up row by row, the table being filled
                          -- would be searched again and again.
                          SELECT DISTINCT ON (h.partner_id) h.partner_id, %(columns)s
                            FROM lifecycle_score_snapshot h
                           WHERE h.scorecard_id = %(scorecard)s AND %(kept)s
                           ORDER BY h.partner_id DESC, h.snapshot_date DESC
                          OFFSET 0) h ON h.partner_id = s.partner_id
                    WHERE s.scorecard_id = %(scorecard)s AND %(scored)s
                      AND (s.score, s.fit_score, s.engagement_score, s.score_band)
                          IS DISTINCT FROM (h.score, h.fit_score,
                                            h.engagement_score, h.score_band)
                       ON CONFLICT DO NOTHING
                RETURNING 1""",
                columns=columns,
                today=self.env.cr.now().date(),
                scorecard=scorecard.id,
                kept=scores._get_scored_condition("h", "partner_id"),
                scored=scores._get_scored_condition("s", "partner_id"),
            )
        )
        self.env.cr.execute("SET LOCAL enable_nestloop = on")
