from odoo import api, fields, models
from odoo.tools import SQL


class LifecycleTouchpointQueue(models.Model):
    _inherit = "lifecycle.touchpoint.queue"

    has_answer = fields.Boolean(
        string="Satisfaction",
        help="No: nothing about satisfaction is among what is new",
    )

    @api.model
    def _get_flags(self):
        types = self.env["lifecycle.satisfaction"]._get_followed_types()
        return {**super()._get_flags(), "has_answer": SQL("a.type_id = ANY(%s)", types)}
