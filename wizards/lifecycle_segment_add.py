from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Command, Domain
from odoo.tools import SQL


class LifecycleSegmentAdd(models.TransientModel):
    """Put chosen contacts into a segment, or take them out; it can be undone.

    Members of a static segment just come and go.  A dynamic one would undo that at
    its next refresh, so there a manual change is kept, with its reason.
    """

    _name = "lifecycle.segment.add"
    _description = "Add to Segment"

    partner_ids = fields.Many2many("res.partner", string="Contacts", required=True)
    partner_count = fields.Integer(compute="_compute_partner_count")
    segment_id = fields.Many2one("lifecycle.segment", required=True, ondelete="cascade")
    segment_kind = fields.Selection(related="segment_id.kind", string="Kind of Segment")
    kind = fields.Selection(
        [("include", "Add"), ("exclude", "Remove")],
        string="What to Do",
        default="include",
        required=True,
    )
    reason = fields.Char(help="Kept with the manual change")
    expire_date = fields.Date(
        string="Holds until",
        help="The last day. Leave empty to hold until somebody lifts it.",
    )
    cause = fields.Char(default="hand")
    changed_ids = fields.Many2many(
        "res.partner", "lifecycle_segment_add_changed_rel", string="Contacts Changed"
    )
    override_ids = fields.Many2many(
        "lifecycle.segment.override", "lifecycle_segment_add_override_rel"
    )
    replaced_ids = fields.Many2many(
        "lifecycle.segment.override",
        "lifecycle_segment_add_replaced_rel",
        context={"active_test": False},
    )

    @api.model
    def default_get(self, fields_list):
        values = super().default_get(fields_list)
        context = self.env.context
        if (
            "partner_ids" in fields_list
            and context.get("active_model") == "res.partner"
        ):
            values.setdefault(
                "partner_ids", [Command.set(context.get("active_ids") or [])]
            )
        return values

    @api.depends("partner_ids")
    def _compute_partner_count(self):
        for adding in self:
            adding.partner_count = len(adding.partner_ids)

    def action_apply(self):
        """Do it, close the dialog, and say what was done with a button to undo it."""
        self.ensure_one()
        segment = self.segment_id
        segment.check_access("write")
        partners = self._get_eligible()
        if segment.kind == "static":
            changed = self._change_members(partners)
        else:
            changed = self._make_overrides(partners)
        return {
            "type": "ir.actions.client",
            "tag": "lifecycle_segment_changed",
            "params": {
                "message": self._describe(changed, len(self.partner_ids)),
                "undo": {"model": self._name, "id": self.id} if changed else False,
            },
        }

    def action_undo(self):
        """Put everything back as it was before; returns a sentence that says so."""
        self.ensure_one()
        segment = self.segment_id
        segment.check_access("write")
        if segment.kind == "static":
            undo = (
                segment._remove_contacts
                if self.kind == "include"
                else segment._add_contacts
            )
            undo(_ids_sql(self.changed_ids), "hand")
        self.override_ids.action_archive()
        self.replaced_ids.action_unarchive()
        self.write({"changed_ids": [Command.clear()]})
        return self.env._("Undone.")

    def _get_eligible(self):
        """Return the contacts that the segment's company may see."""
        company = self.segment_id.company_id
        return self.env["res.partner"].search(
            Domain("id", "in", self.partner_ids.ids)
            & Domain("company_id", "in", [False, company.id])
        )

    def _change_members(self, partners):
        """Change a static segment; returns the contacts that were not so before."""
        segment = self.segment_id
        members = self.env["lifecycle.segment.member"].search(
            [
                ("segment_id", "=", segment.id),
                ("partner_id", "in", partners.ids),
                ("leave_date", "=", False),
            ]
        )
        if self.kind == "include":
            changed = partners - members.partner_id
            segment._add_contacts(_ids_sql(changed), self.cause)
        else:
            changed = members.partner_id
            segment._remove_contacts(_ids_sql(changed), self.cause)
        self.changed_ids = changed
        return changed

    def _make_overrides(self, partners):
        """Keep manual changes for a dynamic segment; returns the contacts they hold."""
        if not (self.reason or "").strip():
            raise UserError(
                self.env._("Give a reason: it is kept with each manual change.")
            )
        overrides = self.env["lifecycle.segment.override"]
        found = overrides.search(
            [
                ("segment_id", "=", self.segment_id.id),
                ("partner_id", "in", partners.ids),
            ]
        )
        same = found.filtered(
            lambda one: one.kind == self.kind and one.expire_date == self.expire_date
        )
        self.replaced_ids = found - same
        (found - same).action_archive()
        self.override_ids = overrides.create(
            [
                {
                    "segment_id": self.segment_id.id,
                    "partner_id": partner.id,
                    "kind": self.kind,
                    "reason": self.reason.strip(),
                    "expire_date": self.expire_date,
                }
                for partner in partners - same.partner_id
            ]
        )
        return partners - same.partner_id

    def _describe(self, changed, asked):
        name = self.segment_id.name
        if self.kind == "include":
            text = self.env._(
                "Added to “%(segment)s”: %(count)s.", segment=name, count=len(changed)
            )
        else:
            text = self.env._(
                "Removed from “%(segment)s”: %(count)s.",
                segment=name,
                count=len(changed),
            )
        if asked > len(changed):
            rest = self.env._(
                "Left as they were, or not of the segment's company: %s.",
                asked - len(changed),
            )
            text = f"{text} {rest}"
        return text


def _ids_sql(partners):
    return SQL("SELECT unnest(%s::int[])", partners.ids)
