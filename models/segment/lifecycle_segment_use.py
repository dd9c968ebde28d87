from odoo import api, fields, models

_PIN_MODEL = "res.partner"


class LifecycleSegment(models.Model):
    """Segments put to use: as a list, a mailing, a favourite, a file."""

    _inherit = "lifecycle.segment"

    is_pinned = fields.Boolean(
        string="Favourite on Contacts",
        compute="_compute_is_pinned",
        help="You find the segment among the favourites of the contact list",
    )

    @api.depends_context("uid")
    def _compute_is_pinned(self):
        pinned = set(self._get_pins().mapped("domain"))
        for segment in self:
            segment.is_pinned = segment._get_pin_domain() in pinned

    def action_view_members(self):
        """Open the contacts that are in any of these segments now."""
        return self._get_members_action(
            [("lifecycle_segment_ids", "in", self.ids)],
            ", ".join(self.mapped("name")),
        )

    def action_view_memberships(self):
        """Open who joined and left, when and why."""
        action = self.env["ir.actions.actions"]._for_xml_id(
            "contact_lifecycle.lifecycle_segment_member_action"
        )
        return {
            **action,
            "display_name": self.env._("Members of %s", ", ".join(self.mapped("name"))),
            "domain": [("segment_id", "in", self.ids)],
            "context": {"search_default_present": 1},
        }

    def action_export(self):
        """Open the members with Odoo's export dialog on top."""
        view = self.env.ref(
            "contact_lifecycle.res_partner_view_list_lifecycle_segment_export"
        )
        return {
            **self.action_view_members(),
            # sudo: the id of a view only.
            "views": [(view.sudo().id, "list"), (False, "form")],
            "view_mode": "list,form",
            "context": {"lifecycle_export": True},
        }

    def action_mail(self):
        """Open a new mailing to the members."""
        self._check_usable()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("New Mailing"),
            "res_model": "mailing.mailing",
            "views": [(False, "form")],
            "context": {
                "default_mailing_model_id": self.env["ir.model"]._get_id(_PIN_MODEL),
                "default_segment_ids": self.ids,
            },
        }

    def action_pin(self):
        """Show the segment among the user's favourites on contacts."""
        for segment in self.filtered(lambda segment: not segment.is_pinned):
            self.env["ir.filters"].create(
                {
                    "name": segment.name,
                    "model_id": _PIN_MODEL,
                    "domain": segment._get_pin_domain(),
                    "user_ids": [self.env.uid],
                }
            )
        self.invalidate_recordset(["is_pinned"])
        return True

    def action_unpin(self):
        domains = {segment._get_pin_domain() for segment in self}
        self._get_pins().filtered(lambda pin: pin.domain in domains).unlink()
        self.invalidate_recordset(["is_pinned"])
        return True

    def _get_pins(self):
        """Return the user's own favourites on contacts that are segments."""
        return self.env["ir.filters"].search(
            [
                ("model_id", "=", _PIN_MODEL),
                ("user_ids", "in", self.env.uid),
                ("domain", "like", "lifecycle_segment_ids"),
            ]
        )

    def _get_pin_domain(self):
        return f"[('lifecycle_segment_ids', 'in', [{self.id or self._origin.id}])]"

    def _get_members_action(self, domain, name):
        action = self.env["ir.actions.actions"]._for_xml_id(
            "contact_lifecycle.res_partner_action_lifecycle"
        )
        views = sorted(action["views"], key=lambda view: view[1] != "list")
        return {
            **action,
            "name": name,
            "display_name": name,
            "domain": domain,
            "context": {},
            "views": views,
            "help": self.env._("There is no contact in this segment."),
        }

    def action_paste(self):
        return self._get_dialog_action(
            "lifecycle.segment.paste", self.env._("Paste a List")
        )

    def action_freeze(self):
        return self._get_dialog_action("lifecycle.segment.freeze", self.env._("Freeze"))

    def _get_dialog_action(self, model, name):
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": name,
            "res_model": model,
            "views": [(False, "form")],
            "target": "new",
            "context": {"default_segment_id": self.id},
        }

    def _freeze(self, name):
        """Return a new static segment of the members that the user sees now.

        :raise UserError: when the segment has failed, is held or was never filled
        """
        self.ensure_one()
        self._check_usable()
        frozen = self.create(
            {
                "name": name,
                "kind": "static",
                "company_id": self.company_id.id,
                "color": self.color,
                "origin_segment_id": self.id,
            }
        )
        partners = self.env["res.partner"]
        seen = partners._search([("lifecycle_segment_ids", "in", self.ids)])
        frozen._add_contacts(seen.select(), "freeze")
        return frozen
