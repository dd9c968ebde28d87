from odoo import fields, models


class LifecycleInterest(models.Model):
    """What contacts care about, as they or we say: tea, hiking, wholesale.

    A fact about a person, to build segments on.  What they want to be written to about
    is a topic, and theirs to decide.
    """

    _name = "lifecycle.interest"
    _description = "Interest"
    _order = "name"

    name = fields.Char(required=True, translate=True)
    color = fields.Integer()
    active = fields.Boolean(default=True)
    partner_ids = fields.Many2many("res.partner", string="Contacts")

    _name_uniq = models.UniqueIndex("(name)", "There is an interest of this name.")
