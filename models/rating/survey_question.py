from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.tools import SQL

from ...engine.satisfaction.codes import METRICS, NPS_SCALE

_MEASURABLE = ("scale", "numerical_box")
_SCALE_FIELDS = {
    "question_type",
    "lifecycle_metric",
    "lifecycle_is_reversed",
    "scale_min",
    "scale_max",
    "validation_min_float_value",
    "validation_max_float_value",
}


class SurveyQuestion(models.Model):
    """A question whose answers say how satisfied a contact is."""

    _inherit = "survey.question"

    lifecycle_metric = fields.Selection(
        METRICS,
        string="Measures Satisfaction",
        compute="_compute_lifecycle_metric",
        store=True,
        readonly=False,
        help="Answers become the contact's satisfaction, from 0 to 100.\n"
        "Recommendation (NPS): “How likely are you to recommend us?”, from 0 to 10.\n"
        "Satisfaction (CSAT): “How satisfied are you with …?”\n"
        "Effort (CES): “We made it easy for you”, where a high answer is good.",
    )
    lifecycle_is_reversed = fields.Boolean(
        string="A Low Answer Is Good",
        help="For questions such as “How much effort did it take?”",
    )

    @api.depends("question_type")
    def _compute_lifecycle_metric(self):
        """Take it off questions that have no scale any more."""
        for question in self:
            if question.question_type not in _MEASURABLE:
                question.lifecycle_metric = False
            else:
                question.lifecycle_metric = question.lifecycle_metric

    @api.onchange("lifecycle_metric")
    def _onchange_lifecycle_metric(self):
        if self.lifecycle_metric == "nps":
            self.scale_min, self.scale_max = NPS_SCALE
            self.lifecycle_is_reversed = False

    @api.constrains(*_SCALE_FIELDS, "validation_required")
    def _check_lifecycle_metric(self):
        for question in self.filtered("lifecycle_metric"):
            ends = question._get_lifecycle_scale()
            if not ends:
                raise ValidationError(
                    self.env._(
                        "“%s” cannot measure satisfaction: use a scale, or a number "
                        "with a minimum and a maximum.",
                        question.title,
                    )
                )
            if question.lifecycle_metric == "nps" and ends != NPS_SCALE:
                raise ValidationError(
                    self.env._(
                        "“%s” measures recommendation (NPS): its answers go from 0 to "
                        "10, and 10 is the best.",
                        question.title,
                    )
                )

    def _get_lifecycle_scale(self):
        """Return (worst, best) answer, or None when the question has no scale."""
        self.ensure_one()
        ends = None
        if self.question_type == "scale":
            ends = (self.scale_min, self.scale_max)
        elif self.question_type == "numerical_box" and self.validation_required:
            ends = (self.validation_min_float_value, self.validation_max_float_value)
        if not ends or ends[0] >= ends[1]:
            return None
        return ends[::-1] if self.lifecycle_is_reversed else ends

    @api.ondelete(at_uninstall=False)
    def _unlink_follow_satisfaction(self):
        measured = self.filtered("lifecycle_metric")
        if measured:
            self.env["survey.user_input.line"]._lifecycle_queue_answers(
                SQL("question_id = ANY(%s)", measured.ids)
            )

    def write(self, vals):
        result = super().write(vals)
        if _SCALE_FIELDS & vals.keys():
            # sudo: who edits a survey need not see the answers of contacts.
            self.env["lifecycle.satisfaction"].sudo()._follow_questions(self.ids)
        return result
