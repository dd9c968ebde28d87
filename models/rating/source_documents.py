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
        # sudo: as above.
        self.env["lifecycle.satisfaction"].sudo()._queue_answers(
            "satisfaction_answered",
            "survey.user_input.line",
            SQL(
                "SELECT id FROM survey_user_input_line WHERE user_input_id = ANY(%s)",
                self.ids,
            ),
        )
        self.env["lifecycle.touchpoint.source"]._trigger_harvest()
