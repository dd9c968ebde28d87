from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL


class LifecycleWantedField(models.Model):
    """How many contacts lack the field: counted when somebody looks, by one query.

    Each user counts the contacts that the user may see, so that the number is that of
    the list behind it.
    """

    _inherit = "lifecycle.wanted.field"

    wanted_count = fields.Integer(
        string="Asked of",
        compute="_compute_counts",
        help="Contacts that should have it",
    )
    missing_count = fields.Integer(string="Missing", compute="_compute_counts")
    filled_share = fields.Integer(string="Filled In (%)", compute="_compute_counts")

    @api.depends("field_name", "weight", "applies_to", "company_id", "group_id")
    def _compute_counts(self):
        self.env.flush_all()
        counts = self._count_contacts()
        for wanted in self:
            asked, missing = counts.get(wanted._origin.id, (0, 0))
            wanted.wanted_count = asked
            wanted.missing_count = missing
            # Downwards: 100 % is none missing.
            wanted.filled_share = 100 * (asked - missing) // asked if asked else 0

    def _count_contacts(self):
        """Return ``{id: (contacts asked, contacts that lack it)}``."""
        rows = self._get_working()
        mine = rows.filtered(lambda row: row.id in self._origin.ids and row.weight)
        if not mine:
            return {}
        counts = [
            SQL("count(*) FILTER (WHERE %s)", condition)
            for row in mine
            for condition in (
                row._get_applies_sql(rows),
                SQL(
                    "%s AND NOT %s", row._get_applies_sql(rows), row._get_present_sql()
                ),
            )
        ]
        seen = self.env["res.partner"]._search([("active", "=", True)])
        numbers = self.env.execute_query(
            SQL(
                "SELECT %s FROM res_partner p WHERE p.id IN %s",
                SQL(", ").join(counts),
                seen.subselect(),
            )
        )[0]
        pairs = zip(numbers[::2], numbers[1::2], strict=True)
        return dict(zip(mine.ids, pairs, strict=True))

    def action_view_missing(self):
        """Open the contacts that lack this field."""
        self.ensure_one()
        action = self.env["ir.actions.actions"]._for_xml_id(
            "contact_lifecycle.res_partner_action_quality"
        )
        name = self.env._("Without %s", self.label)
        return {
            **action,
            "name": name,
            "display_name": name,
            "domain": [("lifecycle_missing_field_ids", "in", self.ids)],
            "context": {},
        }

    @api.model
    def _get_missing_domain(self, wanted):
        """Return a domain of the contacts that lack any of these fields."""
        rows = self._get_working()
        found = rows.filtered(lambda row: row.id in wanted.ids and row.weight)
        if not found:
            return Domain.FALSE
        lacks = SQL(" OR ").join(
            SQL("(%s AND NOT %s)", row._get_applies_sql(rows), row._get_present_sql())
            for row in found
        )
        return Domain(
            "id", "in", SQL("(SELECT p.id FROM res_partner p WHERE %s)", lacks)
        )
