from odoo import fields, models

from ...engine.scoring.codes import CROSSINGS


class LifecycleScoreCrossing(models.Model):
    """A score that rose above its threshold, or fell below the lower one.

    Recorded once each time, in the transaction that changes the score; the harvest
    copies it into the journey, where programs and rules see it.
    """

    _name = "lifecycle.score.crossing"
    _description = "Score Crossing"
    _order = "crossing_date desc, id desc"
    _log_access = False
    _rec_name = "partner_id"

    scorecard_id = fields.Many2one(
        "lifecycle.scorecard", required=True, ondelete="cascade", index=True
    )
    partner_id = fields.Many2one(
        "res.partner", string="Contact", required=True, ondelete="cascade", index=True
    )
    crossing_date = fields.Datetime(string="Date", required=True, index=True)
    kind = fields.Selection(CROSSINGS, required=True)
    score = fields.Integer()

    _once_uniq = models.UniqueIndex("(scorecard_id, partner_id, crossing_date, kind)")
