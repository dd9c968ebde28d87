from odoo import fields, models
from odoo.fields import Domain
from odoo.tools import SQL

_READERS = "contact_lifecycle.group_lifecycle_reader"


class ResPartner(models.Model):
    """Every stay of a contact in a segment, and contacts grouped by segment."""

    _inherit = "res.partner"

    lifecycle_membership_ids = fields.One2many(
        "lifecycle.segment.member",
        "partner_id",
        string="Stays in Segments",
        groups=_READERS,
    )

    def _read_group_groupby(self, alias, groupby_spec, query):
        """Group by segment: a contact is counted once in each of its segments."""
        if groupby_spec != "lifecycle_segment_ids":
            return super()._read_group_groupby(alias, groupby_spec, query)
        self._check_field_access(self._fields[groupby_spec], "read")
        members = self.env["lifecycle.segment.member"]
        present = members._search(Domain("leave_date", "=", False))
        rows = present.subselect(
            SQL.identifier(members._table, "partner_id"),
            SQL.identifier(members._table, "segment_id"),
        )
        member = query.make_alias(alias, groupby_spec)
        query.add_join(
            "LEFT JOIN",
            member,
            rows,
            SQL(
                "%s = %s",
                SQL.identifier(alias, "id"),
                SQL.identifier(member, "partner_id"),
            ),
        )
        return SQL.identifier(member, "segment_id")

    def action_lifecycle_why_segment(self):
        """Ask why the contact is, or is not, in a segment."""
        self.ensure_one()
        return {
            "type": "ir.actions.client",
            "tag": "lifecycle_segment_why",
            "params": {"partner_id": self.id, "partner_name": self.display_name},
        }
