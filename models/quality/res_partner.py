from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL

from ..optional_fields import OptionalInteger

_READERS = "contact_lifecycle.group_lifecycle_reader"
# What the quality depends on whatever is wanted.
_ALWAYS_WATCHED = frozenset(
    {"email", "phone", "country_id", "is_company", "type", "parent_id", "company_id"}
)


class ResPartner(models.Model):
    _inherit = "res.partner"

    lifecycle_quality_score = OptionalInteger(
        related="lifecycle_profile_id.quality_score", groups=_READERS
    )
    lifecycle_quality_band = fields.Selection(
        related="lifecycle_profile_id.quality_band", groups=_READERS
    )
    lifecycle_completeness = OptionalInteger(
        related="lifecycle_profile_id.completeness", groups=_READERS
    )
    lifecycle_email_state = fields.Selection(
        related="lifecycle_profile_id.email_state", groups=_READERS
    )
    lifecycle_phone_state = fields.Selection(
        related="lifecycle_profile_id.phone_state", groups=_READERS
    )
    lifecycle_verified_date = fields.Date(
        related="lifecycle_profile_id.verified_date", groups=_READERS
    )
    lifecycle_verification_ids = fields.One2many(
        "lifecycle.verification", "partner_id", string="Verifications", groups=_READERS
    )
    lifecycle_missing_field_ids = fields.Many2many(
        "lifecycle.wanted.field",
        string="Missing Data",
        compute="_compute_lifecycle_missing_field_ids",
        search="_search_lifecycle_missing_field_ids",
        groups=_READERS,
    )

    def _compute_lifecycle_missing_field_ids(self):
        self.env.flush_all()
        wanted = self.env["lifecycle.wanted.field"]
        rows = wanted._get_working()
        lacking = dict(self._lifecycle_find_missing(rows))
        # Of a company that the user does not see, the names of rows are not shown.
        seen = set(wanted.search([("active", "=", True)]).ids)
        for partner in self:
            ids = lacking.get(partner._origin.id, [])
            partner.lifecycle_missing_field_ids = wanted.browse(
                [row_id for row_id in ids if row_id in seen]
            )

    def _lifecycle_find_missing(self, rows):
        """Return pairs (contact id, ids of the rows whose field it lacks)."""
        return self.env.execute_query(
            SQL(
                "SELECT p.id, %s FROM res_partner p WHERE p.id = ANY(%s)",
                rows._get_missing_sql(),
                self._origin.ids,
            )
        )

    def _search_lifecycle_missing_field_ids(self, operator, value):
        wanted = self.env["lifecycle.wanted.field"]
        if operator in ("any", "any!"):
            return wanted._get_missing_domain(wanted.search(value))
        if operator != "in":
            return NotImplemented
        found = wanted._get_missing_domain(wanted.browse([i for i in value if i]))
        if not all(value):
            found |= ~wanted._get_missing_domain(wanted._get_working())
        return Domain(found)

    def _read_group_groupby(self, alias, groupby_spec, query):
        """Group by what is missing: a contact is in the group of each such field."""
        if groupby_spec != "lifecycle_missing_field_ids":
            return super()._read_group_groupby(alias, groupby_spec, query)
        self._check_field_access(self._fields[groupby_spec], "read")
        rows = self.env["lifecycle.wanted.field"]._get_working()
        missing = query.make_alias(alias, groupby_spec)
        lateral = SQL(
            "LATERAL (SELECT unnest(%s) AS id FROM res_partner p WHERE p.id = %s)",
            rows._get_missing_sql(),
            SQL.identifier(alias, "id"),
        )
        query.add_join("LEFT JOIN", missing, lateral, SQL("true"))
        return SQL.identifier(missing, "id")

    @api.model
    def _lifecycle_best_first(self):
        return {
            *super()._lifecycle_best_first(),
            "lifecycle_quality_score",
            "lifecycle_completeness",
            "lifecycle_verified_date",
        }

    @api.model_create_multi
    def create(self, vals_list):
        partners = super().create(vals_list)
        self.env["lifecycle.quality.queue"]._add(partners.ids)
        return partners

    def write(self, vals):
        result = super().write(vals)
        watched = self.env["lifecycle.wanted.field"]._get_groups_of_fields()
        if not vals.keys().isdisjoint(watched) or _ALWAYS_WATCHED & vals.keys():
            self.env["lifecycle.quality.queue"]._add(self.ids)
        return result
