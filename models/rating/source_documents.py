"""Hooks on documents that answers come from: corrected and withdrawn ones follow.

They only queue the contacts concerned; the refresh then looks at what still stands.
"""

from odoo import api, models
from odoo.tools import SQL


class RatingRating(models.Model):
    _inherit = "rating.rating"

    _lifecycle_create_date_idx = models.Index("(create_date)")

    def write(self, vals):
        result = super().write(vals)
        if {"rating", "consumed", "feedback", "partner_id"} & vals.keys():
            self._lifecycle_queue_contacts()
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_follow_satisfaction(self):
        self._lifecycle_queue_contacts()

    def _lifecycle_queue_contacts(self):
        if not self:
            return
        # sudo: whoever rates or withdraws a rating need not see answers.
        self.env["lifecycle.satisfaction"].sudo()._queue_answers(
            "rating_given", self._name, SQL("SELECT unnest(%s::int[])", self.ids)
        )
        self.env["lifecycle.touchpoint.source"]._trigger_harvest()


class SurveyUserInput(models.Model):
    _inherit = "survey.user_input"

    _lifecycle_create_date_idx = models.Index("(create_date)")

    @api.ondelete(at_uninstall=False)
    def _unlink_follow_satisfaction(self):
        self.env["survey.user_input.line"]._lifecycle_queue_answers(
            SQL("user_input_id = ANY(%s)", self.ids)
        )


class SurveySurvey(models.Model):
    _inherit = "survey.survey"

    @api.ondelete(at_uninstall=False)
    def _unlink_follow_satisfaction(self):
        # Its questions and answers go with it, in the database.
        self.env["survey.user_input.line"]._lifecycle_queue_answers(
            SQL("survey_id = ANY(%s)", self.ids)
        )


class SurveyUserInputLine(models.Model):
    _inherit = "survey.user_input.line"

    @api.ondelete(at_uninstall=False)
    def _unlink_follow_satisfaction(self):
        # sudo: who answers a survey may not read its questions.
        measured = self.sudo().filtered("question_id.lifecycle_metric")
        if measured:
            self._lifecycle_queue_answers(SQL("id = ANY(%s)", measured.ids))

    @api.model
    def _lifecycle_queue_answers(self, condition):
        """Queue the contacts that gave the answers of which this SQL holds."""
        self.flush_model()
        # sudo: whoever deletes answers need not see those of contacts.
        self.env["lifecycle.satisfaction"].sudo()._queue_answers(
            "satisfaction_answered",
            self._name,
            SQL("SELECT id FROM survey_user_input_line WHERE %s", condition),
        )
        self.env["lifecycle.touchpoint.source"]._trigger_harvest()
