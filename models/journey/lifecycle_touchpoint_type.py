from odoo import api, fields, models
from odoo.exceptions import UserError

from ...engine.vocabulary import CHANNELS, DIRECTIONS


class LifecycleTouchpointType(models.Model):
    """What kind of thing happened: a mail clicked, an order confirmed.

    The code is the name that sources and rules use.  An archived type is no longer
    recorded; what was recorded stays.
    """

    _name = "lifecycle.touchpoint.type"
    _description = "Touchpoint Type"
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True)
    code = fields.Char(required=True, help="Name used by sources and rules")
    channel = fields.Selection(CHANNELS, required=True)
    direction = fields.Selection(
        DIRECTIONS,
        required=True,
        default="in",
        help="Who acted: the contact, or we towards the contact",
    )
    is_engagement = fields.Boolean(
        string="Engagement",
        help="The contact did this on purpose. Opens are not: machines open mails too.",
    )
    is_internal = fields.Boolean(
        string="Our Own Bookkeeping",
        help="Neither the contact nor anybody towards it did this: it joined a "
        "segment, or its score changed. It is no sign of life, and no contact with "
        "anybody.",
    )
    icon = fields.Char(
        default="fa-circle-o", help="Font Awesome name, such as fa-envelope-o"
    )
    color = fields.Integer()
    description = fields.Text(translate=True)
    sequence = fields.Integer(default=100)
    active = fields.Boolean(default=True)
    touchpoint_count = fields.Integer(
        string="Touchpoints", compute="_compute_touchpoint_count"
    )

    _code_uniq = models.UniqueIndex("(code)", "Another touchpoint type has this code.")

    def _compute_touchpoint_count(self):
        counts = dict(
            self.env["lifecycle.touchpoint"]._read_group(
                [("type_id", "in", self.ids)], ["type_id"], ["__count"]
            )
        )
        for touchpoint_type in self:
            touchpoint_type.touchpoint_count = counts.get(touchpoint_type, 0)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_used(self):
        for touchpoint_type in self.filtered("touchpoint_count"):
            raise UserError(
                self.env._(
                    "%(count)s touchpoints are of type “%(name)s”. "
                    "Archive the type instead: nothing new is recorded, "
                    "and what happened stays.",
                    count=touchpoint_type.touchpoint_count,
                    name=touchpoint_type.name,
                )
            )

    def action_view_touchpoints(self):
        self.ensure_one()
        action = self.env["ir.actions.actions"]._for_xml_id(
            "contact_lifecycle.lifecycle_touchpoint_action"
        )
        return {**action, "domain": [("type_id", "=", self.id)], "context": {}}
