from odoo import models
from odoo.tools import SQL

# Tables of lines with a discount in percent, and how a line names its document.
_DISCOUNTED = {
    "sale.order": ("sale_order_line", "order_id"),
    "account.move": ("account_move_line", "move_id"),
    "pos.order": ("pos_order_line", "order_id"),
}


class LifecycleValue(models.Model):
    """Which purchases were made under promotion: a reward, a coupon, a discount."""

    _inherit = "lifecycle.value"

    def _get_promoted(self, companies):
        """Return SQL of (res_model, res_id) of what was bought under promotion."""
        return SQL(" UNION ").join(self._get_promotion_queries(companies))

    def _get_promotion_queries(self, companies):
        """Return a list of SQL of (res_model, res_id)."""
        counting = companies.filtered("lifecycle_discount_is_promotion")
        queries = [self._get_rewarded()]
        queries += [
            self._get_discounted(model, counting)
            for model in _DISCOUNTED
            if model in self.env and counting
        ]
        lines = self.env.get("pos.order.line")
        if lines is not None and "is_reward_line" in lines._fields:
            queries.append(
                SQL(
                    """SELECT d.res_model, d.res_id
                         FROM lifecycle_value_doc d
                         JOIN pos_order_line l ON l.order_id = d.res_id
                        WHERE d.res_model = 'pos.order' AND l.is_reward_line"""
                )
            )
        return queries

    def _get_rewarded(self):
        """Return SQL of orders, and their invoices, with a reward or a coupon."""
        return SQL(
            """(WITH reward AS MATERIALIZED (
                SELECT res_id FROM lifecycle_touchpoint
                 WHERE res_model = 'sale.order' AND type_id = %(reward)s)
            SELECT d.res_model, d.res_id
              FROM lifecycle_value_doc d
              JOIN reward r ON r.res_id = d.res_id
             WHERE d.res_model = 'sale.order'
             UNION
            SELECT d.res_model, d.res_id
              FROM lifecycle_value_doc d
              JOIN account_move_line l ON l.move_id = d.res_id
              JOIN sale_order_line_invoice_rel i ON i.invoice_line_id = l.id
              JOIN sale_order_line s ON s.id = i.order_line_id
              JOIN reward r ON r.res_id = s.order_id
             WHERE d.res_model = 'account.move' AND NOT d.is_credit)""",
            reward=self._get_type_id("reward_used"),
        )

    def _get_discounted(self, model, companies):
        """Return SQL of the documents of one model with a discounted line."""
        table, document = _DISCOUNTED[model]
        return SQL(
            """SELECT d.res_model, d.res_id
                 FROM lifecycle_value_doc d
                 JOIN %(table)s l ON l.%(document)s = d.res_id
                WHERE d.res_model = %(model)s AND NOT d.is_credit
                  AND l.discount > 0 AND d.company_id = ANY(%(companies)s)""",
            table=SQL.identifier(table),
            document=SQL.identifier(document),
            model=model,
            companies=companies.ids,
        )
