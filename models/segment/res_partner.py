from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL

_READERS = "contact_lifecycle.group_lifecycle_reader"


class ResPartner(models.Model):
    """The segments a contact is in; an edit that may move it is followed soon."""

    _inherit = "res.partner"

    lifecycle_segment_ids = fields.Many2many(
        "lifecycle.segment",
        string="Segments",
        compute="_compute_lifecycle_segment_ids",
        search="_search_lifecycle_segment_ids",
        groups=_READERS,
    )

    @api.depends("lifecycle_membership_ids.leave_date")
    def _compute_lifecycle_segment_ids(self):
        found = dict(
            self.env["lifecycle.segment.member"]._read_group(
                [
                    ("partner_id", "in", self._origin.ids),
                    ("leave_date", "=", False),
                    ("segment_id.active", "=", True),
                ],
                ["partner_id"],
                ["segment_id:recordset"],
            )
        )
        for partner in self:
            partner.lifecycle_segment_ids = found.get(partner._origin, False)

    def _search_lifecycle_segment_ids(self, operator, value):
        """Search present members of the segments that the user may see."""
        segments = self.env["lifecycle.segment"]
        if operator == "in" and False in value:
            some = self._search_lifecycle_segment_ids("any", Domain.TRUE)
            others = self._search_lifecycle_segment_ids("in", set(value) - {False})
            return ~some | others
        if operator == "in":
            domain = Domain("id", "in", [one for one in value if one])
            query = segments.with_context(active_test=False)._search(domain)
        elif operator in ("any", "any!"):
            query = value if not isinstance(value, Domain) else segments._search(value)
        elif operator in ("=", "!=", "not in", "not any", "not any!"):
            return NotImplemented
        else:
            query = segments._search(Domain("display_name", operator, value))
        return Domain("id", "in", self._get_members_of(query))

    def _get_members_of(self, query):
        return SQL(
            """(SELECT m.partner_id FROM lifecycle_segment_member m
                 WHERE m.leave_date IS NULL AND m.segment_id IN %s)""",
            query.subselect(),
        )

    @api.model_create_multi
    def create(self, vals_list):
        partners = super().create(vals_list)
        if self.env["lifecycle.segment"]._get_watched()["names"]:
            partners._lifecycle_queue_segments()
        return partners

    def write(self, vals):
        result = super().write(vals)
        watched = self.env["lifecycle.segment"]._get_watched()["names"]
        if not watched.isdisjoint(vals):
            self._lifecycle_queue_segments()
        return result

    def _lifecycle_move(self, stage, cause, reason=None):
        moved = super()._lifecycle_move(stage, cause, reason)
        if (
            "lifecycle_stage_id"
            in self.env["lifecycle.segment"]._get_watched()["names"]
        ):
            self._lifecycle_queue_segments()
        return moved

    def unlink(self):
        self._lifecycle_leave_segments(SQL("m.partner_id = ANY(%s)", self.ids))
        return super().unlink()

    def _lifecycle_queue_segments(self):
        if self.ids:
            self.env["lifecycle.segment.queue"]._add_query(
                SQL("SELECT unnest(%s)", self.ids)
            )

    def _lifecycle_leave_segments(self, condition, cause="archived"):
        """End stays ``m`` of these contacts, and count that."""
        if not self.ids:
            return
        self.env.flush_all()
        rows = self.env.execute_query(
            SQL(
                """SELECT DISTINCT segment_id FROM lifecycle_segment_member
                    WHERE partner_id = ANY(%s) AND leave_date IS NULL""",
                self.ids,
            )
        )
        # sudo: sizes are right in every segment, whoever deletes a contact.
        segments = self.env["lifecycle.segment"].sudo().browse(row[0] for row in rows)
        if segments:
            segments._leave(condition, cause)
