from odoo import fields, models


class LifecycleSatisfactionReason(models.Model):
    """Why a contact is satisfied or not, as people sort answers."""

    _name = "lifecycle.satisfaction.reason"
    _description = "Satisfaction Reason"
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True)
    color = fields.Integer()
    sequence = fields.Integer(default=100)
    active = fields.Boolean(default=True)

    _name_uniq = models.UniqueIndex("(name)", "There is a reason of this name already.")
