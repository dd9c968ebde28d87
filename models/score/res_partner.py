from odoo import api, fields, models
from odoo.tools import SQL

_READERS = "contact_lifecycle.group_lifecycle_reader"
_BEST_FIRST = ("lifecycle_score", "lifecycle_conversion_probability")


class ResPartner(models.Model):
    _inherit = "res.partner"

    lifecycle_score = fields.Integer(
        related="lifecycle_profile_id.score", string="Score", groups=_READERS
    )
    lifecycle_score_band = fields.Selection(
        related="lifecycle_profile_id.score_band", string="Score Band", groups=_READERS
    )
    lifecycle_sends_since_engagement = fields.Integer(
        related="lifecycle_profile_id.sends_since_engagement", groups=_READERS
    )
    lifecycle_conversion_probability = fields.Float(
        related="lifecycle_profile_id.conversion_probability",
        string="Chance to Convert",
        groups=_READERS,
    )
    lifecycle_score_ids = fields.One2many(
        "lifecycle.score", "partner_id", string="Scores", groups=_READERS
    )

    def action_lifecycle_scores(self):
        """Open what every scorecard says of the contact."""
        action = self.env["ir.actions.actions"]._for_xml_id(
            "contact_lifecycle.lifecycle_score_action"
        )
        return {
            **action,
            "views": [(False, "list")],
            "domain": [("partner_id", "in", self.ids)],
            "context": {},
        }

    @api.model
    def _order_field_to_sql(self, alias, field_name, direction, nulls, query):
        """Sort by score off the index, and contacts without a score behind."""
        if field_name not in _BEST_FIRST:
            return super()._order_field_to_sql(
                alias, field_name, direction, nulls, query
            )
        field = self._fields[field_name]
        self._check_field_access(field, "read")
        profile = query.make_alias(alias, "lifecycle_profile_score")
        # Every contact has a profile; joined from inside, its index gives the order.
        query.add_join(
            "JOIN",
            profile,
            "lifecycle_profile",
            SQL("%s = %s", SQL.identifier(alias, "id"), SQL.identifier(profile, "id")),
        )
        sql_field = SQL.identifier(profile, field.related.split(".")[-1])
        query._order_groupby.append(sql_field)
        if direction.code == "DESC" and not nulls.code:
            nulls = SQL("NULLS LAST")
        return SQL("%s %s %s", sql_field, direction, nulls)
