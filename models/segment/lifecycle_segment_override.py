from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.tools import SQL

from ...engine.vocabulary import OVERRIDE_KINDS


class LifecycleSegmentOverride(models.Model):
    """A person's decision that a contact is in a segment, or is not.

    It holds through every refresh until it expires or is lifted; an archived one is
    over and stays as evidence.
    """

    _name = "lifecycle.segment.override"
    _description = "Manual Change of a Segment"
    _order = "create_date desc, id desc"
    _rec_name = "partner_id"

    segment_id = fields.Many2one(
        "lifecycle.segment", required=True, ondelete="cascade", index=True
    )
    partner_id = fields.Many2one(
        "res.partner", string="Contact", required=True, ondelete="cascade", index=True
    )
    kind = fields.Selection(OVERRIDE_KINDS, required=True, default="include")
    reason = fields.Char(required=True)
    expire_date = fields.Date(
        string="Holds until",
        help="The last day, in the company's time zone. Leave empty to hold until "
        "somebody lifts it.",
    )
    user_id = fields.Many2one(
        "res.users",
        string="By",
        readonly=True,
        default=lambda self: self.env.user,
        ondelete="set null",
    )
    active = fields.Boolean(default=True)

    _live_uniq = models.UniqueIndex(
        "(segment_id, partner_id) WHERE active",
        "This contact already has a manual change in this segment.",
    )

    @api.constrains("segment_id", "partner_id")
    def _check_company(self):
        for override in self:
            company = override.segment_id.company_id
            # sudo: a contact of another company is refused, not shown.
            owner = override.partner_id.sudo().company_id
            if owner and owner not in company.parent_ids:
                raise ValidationError(
                    self.env._(
                        "%(contact)s belongs to another company than the segment, "
                        "which is of %(company)s.",
                        contact=override.partner_id.sudo().display_name,
                        company=company.name,
                    )
                )

    @api.model_create_multi
    def create(self, vals_list):
        # Whoever decides is named, and a later decision ends an earlier one.
        self._end_earlier(vals_list)
        overrides = super().create(
            [{**vals, "user_id": self.env.uid} for vals in vals_list]
        )
        overrides._apply()
        return overrides

    def write(self, vals):
        if {"segment_id", "partner_id"} & vals.keys():
            raise UserError(
                self.env._(
                    "A manual change stays with its contact. Lift it and make another."
                )
            )
        result = super().write(vals)
        self._apply()
        return result

    def unlink(self):
        pairs = self._get_pairs()
        result = super().unlink()
        self._apply_pairs(pairs)
        return result

    def action_lift(self):
        """End these changes now; they stay in the history."""
        self.write({"active": False})
        return True

    def _end_earlier(self, vals_list):
        # pylint: disable=missing-return,super-method-mismatch
        for segment_id in {vals.get("segment_id") for vals in vals_list}:
            contacts = [
                vals.get("partner_id")
                for vals in vals_list
                if vals.get("segment_id") == segment_id and vals.get("active", True)
            ]
            earlier = self.search(
                [("segment_id", "=", segment_id), ("partner_id", "in", contacts)]
            )
            # Not ``write``: who moves is seen when the new change is applied.
            super(LifecycleSegmentOverride, earlier).write({"active": False})
            earlier.flush_recordset()

    def _apply(self, cause="override"):
        """Let members follow at once, also in segments built on these."""
        self._apply_pairs(self._get_pairs(), cause)

    def _get_pairs(self):
        return [
            (segment, overrides.partner_id.ids)
            for segment, overrides in (self.grouped("segment_id").items())
        ]

    @api.model
    def _apply_pairs(self, pairs, cause="override"):
        self.env.flush_all()
        for segment, partner_ids in pairs:
            segment._refresh_contacts(SQL("SELECT unnest(%s)", partner_ids), cause)

    @api.model
    def _expire(self):
        """End the changes whose last day is over in their company."""
        # pylint: disable=missing-return,super-method-mismatch
        # A day begins up to 14 hours earlier than in UTC.
        latest = self.env.cr.now().date() + timedelta(days=1)
        over = self.search([("expire_date", "<", latest)]).filtered(
            lambda change: change.expire_date < change.segment_id._get_today()
        )
        if over:
            super(LifecycleSegmentOverride, over).write({"active": False})
            over._apply("expiry")
