from operator import ge, gt, le, lt

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL

from ..optional_fields import OptionalFloat, OptionalInteger, OptionalMonetary

_COMPARE = {"<": lt, "<=": le, ">": gt, ">=": ge}
_NUMBERS = ("integer", "float", "monetary")
_READERS = "contact_lifecycle.group_lifecycle_reader"


class ValueOfCompany(fields.Many2one):
    """The row of a contact in the company the user works in: joined, never stored."""

    def join(self, model, alias, query):
        """Join the row by contact and company instead of by a column."""
        comodel = model.env[self.comodel_name]
        coalias = query.make_alias(alias, self.name)
        query.add_join(
            "LEFT JOIN",
            coalias,
            comodel._table,
            SQL(
                "%s = %s AND %s = %s",
                SQL.identifier(coalias, "partner_id"),
                SQL.identifier(alias, "id"),
                SQL.identifier(coalias, "company_id"),
                model.env.company.id,
            ),
        )
        return comodel, coalias


class ResPartner(models.Model):
    _inherit = "res.partner"

    lifecycle_value_id = ValueOfCompany(
        "lifecycle.value",
        string="Value",
        compute="_compute_lifecycle_value_id",
        search="_search_lifecycle_value_id",
        compute_sudo=True,
        # Not every contact has one, but the search below answers for those without.
        required=True,
        groups=_READERS,
    )
    lifecycle_value_currency_id = fields.Many2one(
        related="lifecycle_value_id.currency_id",
        string="Currency of Values",
        groups=_READERS,
    )
    lifecycle_purchase_count = fields.Integer(
        related="lifecycle_value_id.order_count", groups=_READERS
    )
    lifecycle_first_purchase_date = fields.Date(
        related="lifecycle_value_id.first_order_date", groups=_READERS
    )
    lifecycle_last_purchase_date = fields.Date(
        related="lifecycle_value_id.last_order_date", groups=_READERS
    )
    lifecycle_revenue = fields.Monetary(
        related="lifecycle_value_id.revenue",
        currency_field="lifecycle_value_currency_id",
        groups=_READERS,
    )
    lifecycle_refund_amount = fields.Monetary(
        related="lifecycle_value_id.refund_amount",
        currency_field="lifecycle_value_currency_id",
        groups=_READERS,
    )
    lifecycle_average_order = OptionalMonetary(
        related="lifecycle_value_id.average_order",
        currency_field="lifecycle_value_currency_id",
        groups=_READERS,
    )
    lifecycle_orders_per_year = OptionalFloat(
        related="lifecycle_value_id.orders_per_year", groups=_READERS
    )
    lifecycle_days_between_orders = OptionalFloat(
        related="lifecycle_value_id.days_between_orders", groups=_READERS
    )
    lifecycle_margin_amount = OptionalMonetary(
        related="lifecycle_value_id.margin_amount",
        currency_field="lifecycle_value_currency_id",
        groups=_READERS,
    )
    lifecycle_recency_score = OptionalInteger(
        related="lifecycle_value_id.recency_score", groups=_READERS
    )
    lifecycle_frequency_score = OptionalInteger(
        related="lifecycle_value_id.frequency_score", groups=_READERS
    )
    lifecycle_monetary_score = OptionalInteger(
        related="lifecycle_value_id.monetary_score", groups=_READERS
    )
    lifecycle_rfm_code = fields.Char(
        related="lifecycle_value_id.rfm_code", groups=_READERS
    )
    lifecycle_rfm_segment = fields.Selection(
        related="lifecycle_value_id.rfm_segment", groups=_READERS
    )
    lifecycle_previous_rfm_segment = fields.Selection(
        related="lifecycle_value_id.previous_rfm_segment", groups=_READERS
    )
    lifecycle_rfm_change_date = fields.Date(
        related="lifecycle_value_id.rfm_change_date", groups=_READERS
    )
    lifecycle_purchase_category_ids = fields.Many2many(
        related="lifecycle_value_id.category_ids",
        string="Categories Bought",
        groups=_READERS,
    )
    lifecycle_is_one_shot = fields.Boolean(
        related="lifecycle_value_id.is_one_shot", groups=_READERS
    )
    lifecycle_is_cross_buyer = fields.Boolean(
        related="lifecycle_value_id.is_cross_buyer", groups=_READERS
    )
    lifecycle_promotion_share = OptionalFloat(
        related="lifecycle_value_id.promotion_share", groups=_READERS
    )
    lifecycle_promotion_band = fields.Selection(
        related="lifecycle_value_id.promotion_band", groups=_READERS
    )
    lifecycle_p_alive = OptionalFloat(
        related="lifecycle_value_id.p_alive", groups=_READERS
    )
    lifecycle_p_buy = OptionalFloat(related="lifecycle_value_id.p_buy", groups=_READERS)
    lifecycle_churn_band = fields.Selection(
        related="lifecycle_value_id.churn_band", groups=_READERS
    )
    lifecycle_horizon_days = fields.Integer(
        string="Days to Buy Again",
        compute="_compute_lifecycle_horizon_days",
        compute_sudo=True,
        groups=_READERS,
        help="The probability of buying is about this many days to come",
    )
    lifecycle_expected_orders = OptionalFloat(
        related="lifecycle_value_id.expected_orders", groups=_READERS
    )
    lifecycle_clv = OptionalMonetary(
        related="lifecycle_value_id.clv_12",
        currency_field="lifecycle_value_currency_id",
        groups=_READERS,
    )
    lifecycle_clv_24 = OptionalMonetary(
        related="lifecycle_value_id.clv_24",
        currency_field="lifecycle_value_currency_id",
        groups=_READERS,
    )
    lifecycle_clv_36 = OptionalMonetary(
        related="lifecycle_value_id.clv_36",
        currency_field="lifecycle_value_currency_id",
        groups=_READERS,
    )
    lifecycle_total_value = OptionalMonetary(
        related="lifecycle_value_id.total_value",
        currency_field="lifecycle_value_currency_id",
        groups=_READERS,
    )
    lifecycle_value_at_risk = OptionalMonetary(
        related="lifecycle_value_id.value_at_risk",
        currency_field="lifecycle_value_currency_id",
        groups=_READERS,
    )
    lifecycle_next_order_date = fields.Date(
        related="lifecycle_value_id.next_order_date", groups=_READERS
    )
    lifecycle_value_band = fields.Selection(
        related="lifecycle_value_id.value_band", groups=_READERS
    )
    lifecycle_value_tier = fields.Selection(
        related="lifecycle_value_id.value_tier", groups=_READERS
    )
    lifecycle_value_date = fields.Date(
        related="lifecycle_value_id.value_date", groups=_READERS
    )

    @api.depends_context("company")
    def _compute_lifecycle_value_id(self):
        rows = self.env["lifecycle.value"].search(
            [
                ("partner_id", "in", self._origin.ids),
                ("company_id", "=", self.env.company.id),
            ]
        )
        by_partner = {row.partner_id.id: row.id for row in rows}
        for partner in self:
            partner.lifecycle_value_id = by_partner.get(partner._origin.id, False)

    @api.depends_context("company")
    def _compute_lifecycle_horizon_days(self):
        fit = self.env["lifecycle.clv.fit"]._get_current(self.env.company)
        self.lifecycle_horizon_days = fit.horizon_days

    def _search_lifecycle_value_id(self, operator, value):
        """Find contacts by their row in the company the user works in.

        Who has no row has no value either: asked for an empty figure, they are found.
        """
        rows = self.env["lifecycle.value"].sudo()
        mine = Domain("company_id", "=", self.env.company.id)
        if operator in ("any", "any!"):
            found = Domain("id", "in", self._lifecycle_value_owners(mine & value))
            if self._lifecycle_wants_empty(value):
                found |= Domain("id", "not in", self._lifecycle_value_owners(mine))
            return found
        if operator != "in":
            return NotImplemented
        ids = [row_id for row_id in value if row_id]
        found = Domain("id", "in", rows.browse(ids).exists().partner_id.ids)
        if not all(value):
            found |= Domain("id", "not in", self._lifecycle_value_owners(mine))
        return found

    def _lifecycle_value_owners(self, domain):
        """Return SQL of the contacts whose row is in the domain."""
        # sudo: the contacts found are still subject to their own rules.
        rows = self.env["lifecycle.value"].sudo()
        query = rows._search(domain)
        return query.subselect(SQL.identifier(query.table, "partner_id"))

    def _lifecycle_wants_empty(self, domain):
        """Whether a condition on one field would match an empty one."""
        fields_by_name = self.env["lifecycle.value"]._fields
        return any(
            self._lifecycle_is_met_empty(
                fields_by_name[condition.field_expr.split(".")[0]],
                condition.operator,
                condition.value,
            )
            for condition in domain.iter_conditions()
        )

    @api.model
    def _lifecycle_is_met_empty(self, field, operator, value):
        """Whether who has no row meets a condition.

        What was bought is 0 then; a figure that is not known is neither less nor more.
        """
        falsy = field.falsy_value
        if operator in _COMPARE:
            return (
                field.type in _NUMBERS and falsy == 0 and _COMPARE[operator](0, value)
            )
        if operator not in ("in", "="):
            return False
        is_single = isinstance(value, str) or not hasattr(value, "__iter__")
        return any(
            item is False or item is None or (falsy is not None and item == falsy)
            for item in ([value] if is_single else value)
        )

    def _field_to_sql(self, alias, field_expr, query=None):
        if field_expr != "lifecycle_value_id":
            return super()._field_to_sql(alias, field_expr, query)
        field = self._fields[field_expr]
        self._check_field_access(field, "read")
        _comodel, coalias = field.join(self, alias, query)
        return SQL.identifier(coalias, "id")
