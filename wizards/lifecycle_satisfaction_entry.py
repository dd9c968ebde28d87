from odoo import fields, models
from odoo.exceptions import UserError

from ..engine.satisfaction.codes import NPS_SCALE, STAR_SCALE

_GRADES = [(str(grade), str(grade)) for grade in range(NPS_SCALE[1] + 1)]
_STARS = [
    ("0", "None"),
    ("1", "Very dissatisfied"),
    ("2", "Dissatisfied"),
    ("3", "Neither"),
    ("4", "Satisfied"),
    ("5", "Very satisfied"),
]


class LifecycleSatisfactionEntry(models.TransientModel):
    """Note how satisfied a contact is, as somebody learnt in a call."""

    _name = "lifecycle.satisfaction.entry"
    _description = "Rate Contact"

    partner_id = fields.Many2one("res.partner", string="Contact", required=True)
    scale = fields.Selection(
        [("grade", "0 to 10"), ("stars", "Stars")], required=True, default="grade"
    )
    grade = fields.Selection(_GRADES, help="10 is the best")
    stars = fields.Selection(_STARS, default="0")
    answer_date = fields.Datetime(
        string="Date", required=True, default=fields.Datetime.now
    )
    reason_ids = fields.Many2many("lifecycle.satisfaction.reason", string="Reasons")
    comment = fields.Text()

    def action_save(self):
        """Keep the answer, close the dialog and show the contact with it."""
        self.ensure_one()
        self.env["lifecycle.satisfaction"].create(
            {
                "partner_id": self.partner_id.id,
                "answer_date": self.answer_date,
                "comment": self.comment,
                "reason_ids": [fields.Command.set(self.reason_ids.ids)],
                **self._get_answer(),
            }
        )
        return {"type": "ir.actions.act_window_close"}

    def _get_answer(self):
        is_stars = self.scale == "stars"
        worst, best = STAR_SCALE if is_stars else NPS_SCALE
        given = self.stars if is_stars else self.grade
        if not given or (is_stars and given == "0"):
            raise UserError(self.env._("Choose how satisfied the contact is."))
        return {"raw_value": int(given), "scale_worst": worst, "scale_best": best}
