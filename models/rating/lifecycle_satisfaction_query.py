from odoo import api, models
from odoo.tools import SQL

from ...engine.satisfaction.codes import STAR_SCALE
from ...engine.satisfaction.scale import PASSIVE_FROM, PROMOTER_FROM


class LifecycleSatisfaction(models.Model):
    """Answers of the contacts in ``lifecycle_rated``, from their touchpoints.

    The touchpoint says who answered what and when.  The document it names is looked
    up for what a touchpoint has no place for (scale and comment), and whether the
    answer still stands.
    """

    _inherit = "lifecycle.satisfaction"

    @api.model
    def _answer_queries(self):
        """Return ``{touchpoint type: SQL}``: the answers found by this type.

        The SQL stands behind ``lifecycle_rated q JOIN lifecycle_touchpoint t`` as a
        lateral query with the columns source, raw_value, scale_worst, scale_best,
        comment, res_model, res_id, and no row where the answer was withdrawn.  Another
        addon adds its own with ``super()``.
        """
        return {
            "rating_given": self._get_rating_query(),
            "satisfaction_answered": self._get_survey_query(),
        }

    @api.model
    def _get_rating_query(self):
        worst, best = STAR_SCALE
        return SQL(
            """SELECT 'rating'::varchar AS source, t.value AS raw_value,
                      %s::float8 AS scale_worst, %s::float8 AS scale_best,
                      r.feedback AS comment, r.res_model, r.res_id
                 FROM rating_rating r
                WHERE r.id = t.res_id AND r.consumed AND r.rating >= 1""",
            worst,
            best,
        )

    @api.model
    def _get_survey_query(self):
        """Answers to survey questions; the comment is the next text of that survey."""
        low = SQL(
            "CASE q.question_type WHEN 'scale' THEN q.scale_min"
            " ELSE q.validation_min_float_value END"
        )
        high = SQL(
            "CASE q.question_type WHEN 'scale' THEN q.scale_max"
            " ELSE q.validation_max_float_value END"
        )
        return SQL(
            """SELECT q.lifecycle_metric, t.value,
                      CASE WHEN q.lifecycle_is_reversed
                           THEN %(high)s ELSE %(low)s END::float8,
                      CASE WHEN q.lifecycle_is_reversed
                           THEN %(low)s ELSE %(high)s END::float8,
                      (SELECT COALESCE(n.value_text_box, n.value_char_box)
                         FROM survey_user_input_line n
                         JOIN survey_question nq ON nq.id = n.question_id
                        WHERE n.user_input_id = l.user_input_id
                          AND n.answer_type IN ('text_box', 'char_box')
                          AND NOT COALESCE(nq.save_as_email OR nq.save_as_nickname,
                                           false)
                          AND (nq.sequence, nq.id) > (q.sequence, q.id)
                        ORDER BY nq.sequence, nq.id LIMIT 1),
                      'survey.user_input'::varchar, i.id
                 FROM survey_user_input_line l
                 JOIN survey_user_input i ON i.id = l.user_input_id
                 JOIN survey_question q ON q.id = l.question_id
                WHERE l.id = t.res_id AND q.lifecycle_metric IS NOT NULL
                  AND i.state = 'done' AND i.test_entry IS NOT TRUE
                  AND l.skipped IS NOT TRUE""",
            low=low,
            high=high,
        )

    @api.model
    def _get_fresh_query(self):
        """Return SQL of all answers that stand, with their value and band."""
        kinds = self._get_type_ids()
        answers = SQL(" UNION ALL ").join(
            SQL(
                """SELECT t.id AS touchpoint_id, t.partner_id,
                          t.touch_date AS answer_date, t.company_id, a.*
                     FROM lifecycle_rated q
                     JOIN lifecycle_touchpoint t
                       ON t.partner_id = q.partner_id AND t.type_id = %s
                    CROSS JOIN LATERAL (%s) a""",
                kinds.get(code),
                query,
            )
            for code, query in self._answer_queries().items()
        )
        return SQL(
            """SELECT w.*, row_number() OVER (
                          -- Of all answers of the contact to this kind of question.
                          PARTITION BY partner_id, source, company_id
                          ORDER BY answer_date DESC, touchpoint_id DESC
                      ) = 1 AS is_last,
                      CASE WHEN value >= %(promoter)s THEN 'promoter'
                           WHEN value >= %(passive)s THEN 'passive'
                           ELSE 'detractor' END AS band,
                      CASE WHEN value >= %(promoter)s THEN 100
                           WHEN value >= %(passive)s THEN 0 ELSE -100 END AS net_score
                 FROM (SELECT v.*, floor(100 * LEAST(1, GREATEST(0,
                              (raw_value - scale_worst) / (scale_best - scale_worst)
                              )) + 0.5)::int AS value
                         FROM (%(answers)s) v
                        WHERE scale_best <> scale_worst AND raw_value IS NOT NULL) w""",
            promoter=PROMOTER_FROM,
            passive=PASSIVE_FROM,
            answers=answers,
        )

    @api.model
    def _get_type_ids(self):
        """Return {code: id} of the touchpoint types, archived ones too."""
        # sudo: ids of types only.
        types = self.env["lifecycle.touchpoint.type"].sudo()
        found = types.with_context(active_test=False).search([("code", "!=", False)])
        return {kind.code: kind.id for kind in found}
