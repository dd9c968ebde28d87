from collections import defaultdict
from datetime import timedelta

from odoo import api, fields, models
from odoo.fields import Domain

from ...engine.thresholds import compare

_READERS = "contact_lifecycle.group_lifecycle_reader"
_STAGE_VALUES = ("lifecycle_stage_id", "lifecycle_stage_reason")


class ResPartner(models.Model):
    _inherit = "res.partner"

    lifecycle_stage_id = fields.Many2one(
        "lifecycle.stage",
        index="btree_not_null",
        copy=False,
        ondelete="restrict",
        group_expand="_read_group_lifecycle_stage_id",
        domain="['|', ('company_id', '=', False), ('company_id', '=', company_id)]",
        groups=_READERS,
    )
    lifecycle_stage_color = fields.Integer(
        related="lifecycle_stage_id.color", groups=_READERS
    )
    lifecycle_stage_date = fields.Datetime(
        string="In Stage Since", readonly=True, copy=False, groups=_READERS
    )
    lifecycle_stage_held = fields.Boolean(
        string="Stage Held",
        readonly=True,
        copy=False,
        help="A person moved the contact back or aside. Rules leave it there until "
        "the contact itself does something new.",
        groups=_READERS,
    )
    lifecycle_stage_reason = fields.Char(
        string="Reason for the Last Move",
        copy=False,
        help="When importing, give a reason with the stage to move a contact backwards",
        groups=_READERS,
    )
    lifecycle_days_in_stage = fields.Integer(
        string="Days in Stage",
        compute="_compute_lifecycle_days_in_stage",
        search="_search_lifecycle_days_in_stage",
        groups=_READERS,
    )
    lifecycle_stage_change_ids = fields.One2many(
        "lifecycle.stage.change", "partner_id", string="Stage History", groups=_READERS
    )

    @api.depends("lifecycle_stage_date")
    def _compute_lifecycle_days_in_stage(self):
        now = fields.Datetime.now()
        for partner in self:
            since = partner.lifecycle_stage_date
            partner.lifecycle_days_in_stage = max(0, (now - since).days) if since else 0

    def _search_lifecycle_days_in_stage(self, operator, value):
        now = fields.Datetime.now()

        def since(days):
            """Whoever has been in the stage for ``days`` whole days."""
            return Domain("lifecycle_stage_date", "<=", now - timedelta(days=days))

        known = Domain("lifecycle_stage_date", "!=", False)
        if operator != "in":
            return compare(operator, value, since, known)
        return Domain.OR(compare("in", days, since, known) for days in value)

    @api.model
    def _read_group_lifecycle_stage_id(self, stages, domain):
        """Show all stages as columns, also those where nobody stands."""
        return (
            stages.search([("company_id", "in", [False, *self.env.companies.ids])])
            | stages
        )

    @api.model_create_multi
    def create(self, vals_list):
        default = self.env.context.get("default_lifecycle_stage_id")
        wanted = [
            (
                vals.get("lifecycle_stage_id", default),
                vals.get("lifecycle_stage_reason"),
            )
            for vals in vals_list
        ]
        if not any(stage for stage, _reason in wanted):
            return super().create(vals_list)
        self._check_field_access(self._fields["lifecycle_stage_id"], "write")
        partners = super(
            ResPartner, self.with_context(default_lifecycle_stage_id=False)
        ).create(
            [
                {k: v for k, v in vals.items() if k not in _STAGE_VALUES}
                for vals in vals_list
            ]
        )
        partners = partners.with_env(self.env)
        by_move = defaultdict(list)
        for partner, move in zip(partners, wanted, strict=True):
            by_move[move].append(partner.id)
        for (stage_id, reason), ids in by_move.items():
            if stage_id:
                self.browse(ids)._lifecycle_move(
                    self.env["lifecycle.stage"].browse(stage_id),
                    self._lifecycle_write_cause(),
                    reason,
                )
        return partners

    def write(self, vals):
        if "lifecycle_stage_id" not in vals:
            return super().write(vals)
        self._check_field_access(self._fields["lifecycle_stage_id"], "write")
        others = {k: v for k, v in vals.items() if k not in _STAGE_VALUES}
        if others:
            super().write(others)
        self._lifecycle_move(
            self.env["lifecycle.stage"].browse(vals["lifecycle_stage_id"] or []),
            self._lifecycle_write_cause(),
            vals.get("lifecycle_stage_reason"),
        )
        return True

    @api.model
    def _lifecycle_write_cause(self):
        return "import" if self.env.context.get("import_file") else "manual"
