from odoo import api, fields, models
from odoo.tools import SQL

from ...engine.satisfaction.codes import BANDS, TRENDS
from ...engine.satisfaction.scale import (
    PASSIVE_FROM,
    PROMOTER_FROM,
    TREND_ANSWERS,
    TREND_STEP,
)
from ..optional_fields import OptionalInteger

_SHOWN = (
    *("satisfaction", "satisfaction_band", "satisfaction_trend"),
    *("satisfaction_count", "satisfaction_date", "satisfaction_asked_date"),
)


class LifecycleProfile(models.Model):
    """How satisfied the contact last was: of all companies, as its other facts.

    Answers given at the same moment (several questions of a survey) count together,
    by their mean.
    """

    _inherit = "lifecycle.profile"

    satisfaction = OptionalInteger(
        aggregator="avg", help="The last answer, from 0 to 100"
    )
    satisfaction_band = fields.Selection(BANDS)
    satisfaction_trend = fields.Selection(
        TRENDS, help="From the first to the last of the last three answers"
    )
    satisfaction_count = fields.Integer(string="Satisfaction Answers", aggregator="sum")
    satisfaction_date = fields.Datetime(string="Last Satisfaction Answer")
    satisfaction_asked_date = fields.Datetime(string="Last Asked for Satisfaction")

    # The first page of contacts by satisfaction is read off this index.
    _satisfaction_idx = models.Index("(satisfaction DESC NULLS LAST, id)")

    def _after_refresh(self):
        result = super()._after_refresh()
        self.env["lifecycle.satisfaction"]._refresh_taken()
        return result

    @api.model
    def _show_satisfaction(self):
        """Show the last answers on the contacts in ``lifecycle_rated``."""
        columns = SQL(", ").join(map(SQL.identifier, _SHOWN))
        stored = SQL(", ").join(SQL.identifier("p", name) for name in _SHOWN)
        fresh = SQL(", ").join(SQL.identifier("f", name) for name in _SHOWN)
        self.env.execute_query(
            SQL(
                """UPDATE lifecycle_profile p SET (%(columns)s) = (%(fresh)s)
                     FROM (%(query)s) f
                    WHERE p.id = f.partner_id
                      AND (%(stored)s) IS DISTINCT FROM (%(fresh)s)
                RETURNING 1""",
                columns=columns,
                fresh=fresh,
                stored=stored,
                query=self._get_satisfaction_query(),
            )
        )
        self.invalidate_model(_SHOWN)

    @api.model
    def _get_satisfaction_query(self):
        """Return SQL of what the profiles of ``lifecycle_rated`` should show.

        ``last`` holds the values of the last three moments, newest first.
        """
        asked = self.env["lifecycle.satisfaction"]._get_type_ids()
        return SQL(
            """SELECT q.partner_id, last[1] AS satisfaction,
                      CASE WHEN last[1] >= %(promoter)s THEN 'promoter'
                           WHEN last[1] >= %(passive)s THEN 'passive'
                           WHEN last[1] IS NOT NULL THEN 'detractor'
                       END AS satisfaction_band,
                      CASE WHEN cardinality(last) < 2 THEN NULL
                           WHEN last[1] - last[cardinality(last)] >= %(step)s THEN 'up'
                           WHEN last[1] - last[cardinality(last)] <= -%(step)s
                           THEN 'down' WHEN last[1] IS NOT NULL THEN 'flat'
                       END AS satisfaction_trend,
                      answers AS satisfaction_count, answer_date AS satisfaction_date,
                      asked.date AS satisfaction_asked_date
                 FROM lifecycle_rated q
                 LEFT JOIN (
                      SELECT partner_id, max(answer_date) AS answer_date,
                             sum(answers)::int AS answers,
                             array_agg(value ORDER BY place)
                             FILTER (WHERE place <= %(kept)s) AS last
                        FROM (SELECT s.partner_id, s.answer_date, count(*) AS answers,
                                     floor(avg(s.value) + 0.5)::int AS value,
                                     row_number() OVER (PARTITION BY s.partner_id
                                         ORDER BY s.answer_date DESC) AS place
                                FROM lifecycle_satisfaction s
                                JOIN lifecycle_rated r ON r.partner_id = s.partner_id
                               GROUP BY s.partner_id, s.answer_date) moment
                       GROUP BY partner_id) a ON a.partner_id = q.partner_id
                 LEFT JOIN (
                      SELECT t.partner_id, max(t.touch_date) AS date
                        FROM lifecycle_rated r
                        JOIN lifecycle_touchpoint t
                          ON t.partner_id = r.partner_id AND t.type_id = %(asked)s
                       GROUP BY t.partner_id) asked ON asked.partner_id = q.partner_id
            """,
            promoter=PROMOTER_FROM,
            passive=PASSIVE_FROM,
            step=TREND_STEP,
            kept=TREND_ANSWERS,
            asked=asked.get("satisfaction_asked"),
        )
