from odoo import api, fields, models


class LifecycleFieldGroup(models.Model):
    """Fields that are verified together: who is asked for its address knows all of it.

    ``valid_days`` says for how long they are trusted.  Other areas and addons find a
    group by its ``code``.
    """

    _name = "lifecycle.field.group"
    _description = "Field Group"
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True)
    code = fields.Char(
        required=True, help="How other programs call it, such as “address”"
    )
    sequence = fields.Integer(default=10)
    valid_days = fields.Integer(
        string="Trusted for Days",
        required=True,
        default=365,
        help="Data count in full for these days after they were verified, and for "
        "nothing after twice as long",
    )
    is_for_addresses = fields.Boolean(
        string="Asked of Addresses",
        help="Invoice, delivery and other addresses of a contact are asked for these "
        "fields only",
    )
    wanted_ids = fields.One2many(
        "lifecycle.wanted.field", "group_id", string="Wanted Fields"
    )

    _code_uniq = models.UniqueIndex("(code)", "Another field group has this code.")
    _days_check = models.Constraint(
        "CHECK (valid_days > 0)", "Data are trusted for one day at least."
    )

    def write(self, vals):
        result = super().write(vals)
        if {"valid_days", "is_for_addresses"} & set(vals):
            self.env["lifecycle.quality.run"]._ask()
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_verify_again(self):
        self.env["lifecycle.quality.run"]._ask()
