from odoo import api, fields, models


class LifecycleTouchpoint(models.Model):
    """In the journey an answer is shown as it was given, with its scale."""

    _inherit = "lifecycle.touchpoint"

    lifecycle_satisfaction_ids = fields.One2many(
        "lifecycle.satisfaction", "touchpoint_id", string="Satisfaction Answers"
    )

    def _get_timeline_detail(self):
        detail = super()._get_timeline_detail()
        if self.type_id.code not in ("satisfaction_answered", "satisfaction_entered"):
            return detail
        answer = self.lifecycle_satisfaction_ids[:1]
        return " · ".join(filter(None, [answer.answer_text, detail]))

    @api.model
    def _document_links(self):
        return {
            **super()._document_links(),
            "survey.user_input.line": "user_input_id",
        }
