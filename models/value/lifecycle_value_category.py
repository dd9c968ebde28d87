from odoo import models
from odoo.tools import SQL

# Tables of what was bought: document, its lines, how a line names its document, and
# what makes it a line that counts.
_LINES = {
    "sale.order": ("sale_order_line", "order_id", "line.is_downpayment IS NOT TRUE"),
    "account.move": ("account_move_line", "move_id", "line.display_type = 'product'"),
    "pos.order": ("pos_order_line", "order_id", "true"),
}
_QUANTITIES = {
    "sale.order": "product_uom_qty",
    "account.move": "quantity",
    "pos.order": "qty",
}
_KNOWN = SQL(
    """SELECT k.partner_id, k.company_id, r.category_id
         FROM lifecycle_value_known k
         JOIN lifecycle_value_category_rel r ON r.value_id = k.id"""
)


class LifecycleValue(models.Model):
    """Which product categories a customer has bought from."""

    _inherit = "lifecycle.value"

    def _load_categories(self, is_quick=False):
        """Fill ``lifecycle_value_category`` from the documents that count.

        What a coupon or a loyalty program added by itself is not bought.

        :param is_quick: add what is written of ``lifecycle_value_known``
        """
        queries = [
            self._get_category_query(model, is_quick)
            for model in _LINES
            if model in self.env
        ]
        if is_quick:
            queries.append(_KNOWN)
        self._load_table("lifecycle_value_category", SQL(" UNION ").join(queries))

    def _get_category_query(self, model, is_quick):
        table, document, condition = _LINES[model]
        rewards = (
            SQL("AND line.reward_id IS NULL")
            if "reward_id" in self.env[table.replace("_", ".")]._fields
            else SQL("")
        )
        return SQL(
            """SELECT DISTINCT d.partner_id, d.company_id, t.categ_id
                 FROM lifecycle_value_line d
                 JOIN LATERAL (
                      SELECT * FROM %(table)s line WHERE line.%(document)s = d.res_id
                      %(fence)s) line ON true
                 JOIN product_product p ON p.id = line.product_id
                 JOIN product_template t ON t.id = p.product_tmpl_id
                WHERE d.res_model = %(model)s AND d.amount > 0
                  AND line.%(quantity)s > 0 AND %(condition)s %(rewards)s
                  AND t.categ_id IS NOT NULL""",
            # Of few documents, lines are looked up: never a scan of all lines.
            fence=SQL("OFFSET 0" if is_quick else ""),
            table=SQL.identifier(table),
            document=SQL.identifier(document),
            model=model,
            quantity=SQL.identifier(_QUANTITIES[model]),
            condition=SQL(condition),
            rewards=rewards,
        )

    def _write_categories(self):
        """Write the categories of the customers in ``lifecycle_value_fresh``."""
        self._load_table(
            "lifecycle_value_category_news",
            SQL(
                """SELECT COALESCE(w.value_id, r.value_id) AS value_id,
                          COALESCE(w.category_id, r.category_id) AS category_id,
                          w.value_id IS NULL AS is_gone
                     FROM (SELECT v.id AS value_id, c.categ_id AS category_id
                             FROM lifecycle_value_category c
                             JOIN lifecycle_value v ON v.partner_id = c.partner_id
                                                   AND v.company_id = c.company_id) w
                     FULL JOIN (SELECT r.value_id, r.category_id
                                  FROM lifecycle_value_fresh f
                                  JOIN lifecycle_value v
                                    ON v.partner_id = f.partner_id
                                   AND v.company_id = f.company_id
                                  JOIN lifecycle_value_category_rel r
                                    ON r.value_id = v.id) r
                       ON r.value_id = w.value_id AND r.category_id = w.category_id
                    WHERE w.value_id IS NULL OR r.value_id IS NULL"""
            ),
        )
        self.env.cr.execute(
            """DELETE FROM lifecycle_value_category_rel r
                USING lifecycle_value_category_news n
                WHERE n.is_gone AND n.value_id = r.value_id
                  AND n.category_id = r.category_id"""
        )
        self.env.cr.execute(
            """INSERT INTO lifecycle_value_category_rel (value_id, category_id)
               SELECT value_id, category_id FROM lifecycle_value_category_news
                WHERE NOT is_gone
                ORDER BY value_id, category_id
                   ON CONFLICT DO NOTHING"""
        )
        self.env.cr.execute("DROP TABLE lifecycle_value_category_news")
