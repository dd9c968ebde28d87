from odoo import fields, models

from ...engine.scoring.codes import SCORE_BANDS
from ..optional_fields import OptionalInteger


class LifecycleScore(models.Model):
    """What one scorecard says of one contact, as of the day it last changed.

    Rows are written by SQL only, where a shown number differs.  No row means that
    nothing is known; an ``engagement_score`` of NULL, that the contact neither got
    nor did anything yet.
    """

    _name = "lifecycle.score"
    _description = "Score"
    _order = "score DESC NULLS LAST, id"
    _log_access = False
    _rec_name = "partner_id"

    scorecard_id = fields.Many2one(
        "lifecycle.scorecard", required=True, ondelete="cascade"
    )
    partner_id = fields.Many2one(
        "res.partner", string="Contact", required=True, ondelete="cascade", index=True
    )
    score = OptionalInteger(aggregator="avg")
    score_band = fields.Selection(
        SCORE_BANDS,
        string="Band",
        help="Letter: how well the contact fits. Digit: how engaged it is.",
    )
    fit_score = OptionalInteger(string="Fit", aggregator="avg")
    engagement_score = OptionalInteger(string="Engagement", aggregator="avg")
    sends_since_engagement = OptionalInteger(
        string="Messages since Last Sign of Life", aggregator="avg"
    )
    is_above = fields.Boolean(
        string="Above Threshold",
        help="The score reached the threshold and has not fallen below the lower one",
    )
    score_date = fields.Date(
        string="As of", help="Day of the calculation that last changed a number"
    )
    country_id = fields.Many2one(related="partner_id.country_id")
    user_id = fields.Many2one(related="partner_id.user_id", string="Salesperson")

    _scorecard_partner_uniq = models.UniqueIndex("(scorecard_id, partner_id)")
    _score_idx = models.Index("(scorecard_id, score DESC NULLS LAST, id)")
