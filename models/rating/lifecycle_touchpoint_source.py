from odoo import api, models
from odoo.tools import SQL


class LifecycleTouchpointSource(models.Model):
    """Answers to survey questions, what people noted by hand, and who was asked."""

    _inherit = "lifecycle.touchpoint.source"

    @api.model
    def _touchpoint_sources(self):
        return {
            **super()._touchpoint_sources(),
            "satisfaction": {
                "model": "survey.user_input",
                "stamp": "write_date",
                "is_mutable": True,
            },
            "satisfaction_entry": {
                "model": "lifecycle.satisfaction",
                "is_mutable": True,
            },
            "satisfaction_asked": {"model": "rating.rating"},
        }

    def _touchpoint_query_satisfaction(self):
        """Answers to questions that measure satisfaction; the value is as given."""
        lang = self.env.company.partner_id.lang or "en_US"
        return self._touchpoint_select(
            "satisfaction_answered",
            SQL(
                """FROM survey_user_input i
                JOIN survey_user_input_line l ON l.user_input_id = i.id
                JOIN survey_question q ON q.id = l.question_id
                %s
                WHERE q.lifecycle_metric IS NOT NULL AND i.state = 'done'
                  AND i.test_entry IS NOT TRUE AND l.skipped IS NOT TRUE
                  AND l.answer_type IN ('scale', 'numerical_box')
                  AND (i.partner_id IS NOT NULL OR i.email IS NOT NULL)""",
                self._match_address(
                    SQL("CASE WHEN i.partner_id IS NULL THEN lower(i.email) END")
                ),
            ),
            stamp=SQL("i.write_date"),
            partner_id=SQL("COALESCE(i.partner_id, m.id)"),
            touch_date=SQL("COALESCE(i.end_datetime, i.write_date)"),
            name=SQL("COALESCE(q.title->>%s, q.title->>'en_US')", lang),
            value=SQL(
                "CASE l.answer_type WHEN 'scale' THEN l.value_scale"
                " ELSE l.value_numerical_box END"
            ),
            res_model=SQL("%s", "survey.user_input.line"),
            res_id=SQL("l.id"),
        )

    def _touchpoint_query_satisfaction_entry(self):
        """What people noted by hand."""
        return self._touchpoint_select(
            "satisfaction_entered",
            SQL("FROM lifecycle_satisfaction s WHERE s.source = 'manual'"),
            stamp=SQL("s.entry_date"),
            partner_id=SQL("s.partner_id"),
            touch_date=SQL("s.answer_date"),
            name=SQL("left(s.comment, 200)"),
            value=SQL("s.raw_value"),
            res_model=SQL("%s", "lifecycle.satisfaction"),
            res_id=SQL("s.id"),
            company_id=SQL("s.company_id"),
        )

    def _touchpoint_query_satisfaction_asked(self):
        """Requests for a rating, and surveys in which satisfaction is asked for."""
        lang = self.env.company.partner_id.lang or "en_US"
        ratings = self._touchpoint_select(
            "satisfaction_asked",
            SQL(
                """FROM rating_rating r
                -- Who rated in the same moment did so without being asked.
                WHERE r.partner_id IS NOT NULL
                  AND (r.consumed IS NOT TRUE OR r.rated_on IS NULL
                       OR r.rated_on > r.create_date + interval '5 seconds')"""
            ),
            stamp=SQL("r.create_date"),
            partner_id=SQL("r.partner_id"),
            touch_date=SQL("r.create_date"),
            name=SQL("r.res_name"),
            res_model=SQL("%s", "rating.rating"),
            res_id=SQL("r.id"),
            company_id=self._get_rating_company(),
        )
        surveys = self._touchpoint_select(
            "satisfaction_asked",
            SQL(
                """FROM survey_user_input i
                JOIN survey_survey s ON s.id = i.survey_id
                WHERE i.partner_id IS NOT NULL AND i.test_entry IS NOT TRUE
                  AND EXISTS (SELECT 1 FROM survey_question q
                               WHERE q.survey_id = s.id
                                 AND q.lifecycle_metric IS NOT NULL)"""
            ),
            stamp=SQL("i.create_date"),
            partner_id=SQL("i.partner_id"),
            touch_date=SQL("i.create_date"),
            name=SQL("COALESCE(s.title->>%s, s.title->>'en_US')", lang),
            res_model=SQL("%s", "survey.user_input"),
            res_id=SQL("i.id"),
        )
        return SQL("%s UNION ALL %s", ratings, surveys)
