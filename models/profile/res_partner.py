from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL

_READERS = "contact_lifecycle.group_lifecycle_reader"


class ResPartner(models.Model):
    _inherit = "res.partner"

    lifecycle_profile_id = fields.Many2one(
        "lifecycle.profile",
        string="Profile",
        compute="_compute_lifecycle_profile_id",
        search="_search_lifecycle_profile_id",
        compute_sudo=True,
        # Every contact has one; a search for "more than 0" must not find others.
        required=True,
        groups=_READERS,
    )
    lifecycle_first_touch_date = fields.Datetime(
        related="lifecycle_profile_id.first_touch_date", groups=_READERS
    )
    lifecycle_last_touch_date = fields.Datetime(
        related="lifecycle_profile_id.last_touch_date", groups=_READERS
    )
    lifecycle_last_inbound_date = fields.Datetime(
        related="lifecycle_profile_id.last_inbound_date", groups=_READERS
    )
    lifecycle_first_type_id = fields.Many2one(
        related="lifecycle_profile_id.first_type_id", groups=_READERS
    )
    lifecycle_last_type_id = fields.Many2one(
        related="lifecycle_profile_id.last_type_id", groups=_READERS
    )
    lifecycle_first_source_id = fields.Many2one(
        related="lifecycle_profile_id.first_source_id", groups=_READERS
    )
    lifecycle_first_campaign_id = fields.Many2one(
        related="lifecycle_profile_id.first_campaign_id", groups=_READERS
    )
    lifecycle_last_source_id = fields.Many2one(
        related="lifecycle_profile_id.last_source_id", groups=_READERS
    )
    lifecycle_touch_count = fields.Integer(
        related="lifecycle_profile_id.touch_count", groups=_READERS
    )
    lifecycle_click_count = fields.Integer(
        related="lifecycle_profile_id.click_count", groups=_READERS
    )
    lifecycle_last_click_date = fields.Datetime(
        related="lifecycle_profile_id.last_click_date", groups=_READERS
    )
    lifecycle_mail_sent_count = fields.Integer(
        related="lifecycle_profile_id.mail_sent_count", groups=_READERS
    )
    lifecycle_open_count = fields.Integer(
        related="lifecycle_profile_id.open_count", groups=_READERS
    )
    lifecycle_last_open_date = fields.Datetime(
        related="lifecycle_profile_id.last_open_date", groups=_READERS
    )
    lifecycle_reply_count = fields.Integer(
        related="lifecycle_profile_id.reply_count", groups=_READERS
    )
    lifecycle_subscribe_count = fields.Integer(
        related="lifecycle_profile_id.subscribe_count", groups=_READERS
    )
    lifecycle_survey_count = fields.Integer(
        related="lifecycle_profile_id.survey_count", groups=_READERS
    )
    lifecycle_lead_count = fields.Integer(
        related="lifecycle_profile_id.lead_count", groups=_READERS
    )
    lifecycle_lead_won_count = fields.Integer(
        related="lifecycle_profile_id.lead_won_count", groups=_READERS
    )
    lifecycle_lead_lost_count = fields.Integer(
        related="lifecycle_profile_id.lead_lost_count", groups=_READERS
    )
    lifecycle_meeting_count = fields.Integer(
        related="lifecycle_profile_id.meeting_count", groups=_READERS
    )
    lifecycle_quotation_count = fields.Integer(
        related="lifecycle_profile_id.quotation_count", groups=_READERS
    )
    lifecycle_order_count = fields.Integer(
        related="lifecycle_profile_id.order_count", groups=_READERS
    )
    lifecycle_order_amount = fields.Monetary(
        related="lifecycle_profile_id.order_amount",
        currency_field="lifecycle_currency_id",
        groups=_READERS,
    )
    lifecycle_last_order_date = fields.Datetime(
        related="lifecycle_profile_id.last_order_date", groups=_READERS
    )
    lifecycle_currency_id = fields.Many2one(
        related="lifecycle_profile_id.currency_id",
        string="Currency of the Profile",
        groups=_READERS,
    )

    def _compute_lifecycle_profile_id(self):
        profiles = self.env["lifecycle.profile"].browse(self._origin.ids).exists()
        known = set(profiles.ids)
        for partner in self:
            origin = partner._origin.id
            partner.lifecycle_profile_id = origin if origin in known else False

    def _search_lifecycle_profile_id(self, operator, value):
        """Search it as if it were stored: ``_field_to_sql`` knows its column.

        Odoo's own many2one code then checks groups and rules all along the path.
        """
        return Domain("lifecycle_profile_id", operator, value)

    @api.model_create_multi
    def create(self, vals_list):
        partners = super().create(vals_list)
        self.env["lifecycle.profile"]._create_missing(partners.ids)
        return partners

    def _field_to_sql(self, alias, field_expr, query=None):
        # The column that the profile is joined by: a profile's id is its contact's.
        if field_expr == "lifecycle_profile_id":
            self._check_field_access(self._fields[field_expr], "read")
            return SQL.identifier(alias, "id")
        return super()._field_to_sql(alias, field_expr, query)

    def _traverse_related_sql(self, alias, field, query):
        # Sorting and grouping follow related fields as sudo: ask for the right first.
        if field.groups:
            self._check_field_access(field, "read")
        return super()._traverse_related_sql(alias, field, query)

    @api.model
    def _lifecycle_best_first(self):
        """Hook: fields of the profile that lists are sorted by, the unknown behind."""
        return set()

    @api.model
    def _order_field_to_sql(self, alias, field_name, direction, nulls, query):
        """Sort by a number of the profile off its index, and the unknown behind."""
        if field_name not in self._lifecycle_best_first():
            return super()._order_field_to_sql(
                alias, field_name, direction, nulls, query
            )
        field = self._fields[field_name]
        self._check_field_access(field, "read")
        profile = query.make_alias(alias, "lifecycle_profile_order")
        # Joined from inside, the profile's index gives the order; every contact has a
        # profile, but for those that another program has just inserted.
        query.add_join(
            "LEFT JOIN" if self._has_contacts_without_profile() else "JOIN",
            profile,
            "lifecycle_profile",
            SQL("%s = %s", SQL.identifier(alias, "id"), SQL.identifier(profile, "id")),
        )
        sql_field = SQL.identifier(profile, field.related.split(".")[-1])
        query._order_groupby.append(sql_field)
        if direction.code == "DESC" and not nulls.code:
            nulls = SQL("NULLS LAST")
        return SQL("%s %s %s", sql_field, direction, nulls)

    @api.model
    def _has_contacts_without_profile(self):
        """Whether contacts are newer than the newest profile: two look-ups."""
        query = SQL(
            "SELECT 1 FROM res_partner WHERE id > ("
            "SELECT COALESCE(max(id), 0) FROM lifecycle_profile) LIMIT 1"
        )
        return bool(self.env.execute_query(query))
