from odoo import models
from odoo.tools import SQL


class LifecycleValue(models.Model):
    """Receipts of the point of sale, where that app is installed."""

    _inherit = "lifecycle.value"

    def _get_stray_condition(self):
        condition = super()._get_stray_condition()
        if "pos.order" not in self.env:
            return condition
        return SQL(
            """%s AND NOT (d.kind IN ('stray', 'stray_credit') AND EXISTS (
                SELECT 1 FROM pos_order q WHERE q.account_move = d.res_id))""",
            condition,
        )

    def _get_origin_queries(self):
        """A receipt that gives money back belongs to the receipt of what came back."""
        queries = super()._get_origin_queries()
        if "pos.order" not in self.env:
            return queries
        return [
            *queries,
            SQL(
                """SELECT c.res_model, c.res_id, b.day, b.is_cancelled
                     FROM lifecycle_value_doc c
                     JOIN pos_order_line l ON l.order_id = c.res_id
                     JOIN pos_order_line s ON s.id = l.refunded_orderline_id
                     JOIN lifecycle_value_doc b
                       ON b.res_model = 'pos.order' AND NOT b.is_credit
                      AND b.res_id = s.order_id
                      AND b.company_id = c.company_id AND b.partner_id = c.partner_id
                    WHERE c.is_credit AND c.res_model = 'pos.order'"""
            ),
        ]

    def _subtract_settled(self):
        """A sales order paid at the counter is on a receipt too: count it once."""
        lines = self.env.get("pos.order.line")
        if lines is None or "sale_order_origin_id" not in lines._fields:
            return
        self.env.execute_query(
            SQL(
                """UPDATE lifecycle_value_doc d SET amount = d.amount - s.amount
                     FROM (SELECT l.order_id,
                                  sum(l.price_subtotal
                                      / COALESCE(NULLIF(q.currency_rate, 0), 1)
                                  )::numeric AS amount
                             FROM lifecycle_value_doc r
                             JOIN pos_order q ON q.id = r.res_id
                             JOIN pos_order_line l ON l.order_id = q.id
                             JOIN lifecycle_value_doc o
                               ON o.res_model = 'sale.order'
                              AND o.res_id = l.sale_order_origin_id
                              AND o.company_id = r.company_id AND NOT o.is_cancelled
                            WHERE r.res_model = 'pos.order' AND NOT r.is_credit
                            GROUP BY l.order_id) s
                    WHERE d.res_model = 'pos.order' AND d.res_id = s.order_id
                RETURNING 1"""
            )
        )
