from odoo import api, models
from odoo.tools import SQL

# Updated at once up to so many rows; more in slices that are committed one by one, so
# that each leaves its room to the next.
_WRITTEN_AT_ONCE = 20_000
_SLICES = 4

# What is written, over facts ``f``, margin ``m`` and number of categories ``c``.
FACT_COLUMNS = {
    "order_count": "f.order_count",
    "first_order_date": "f.first_order_date",
    "last_order_date": "f.last_order_date",
    "revenue": "f.revenue",
    "refund_amount": "f.refund_amount",
    "document_count": "f.document_count",
    "last_touchpoint_ref": "f.last_touchpoint_ref",
    "average_order": "round(f.paid / NULLIF(f.order_count, 0), 2)",
    "repeat_count": "NULLIF(f.order_count, 0) - 1",
    "last_order_age": "f.last_order_date - f.first_order_date",
    "orders_per_year": (
        "round((f.order_count - 1) * 365.25"
        " / NULLIF(f.last_order_date - f.first_order_date, 0), 2)"
    ),
    "days_between_orders": (
        "round((f.last_order_date - f.first_order_date)::numeric"
        " / NULLIF(f.order_count - 1, 0), 1)"
    ),
    "margin_amount": "round(f.revenue * m.margin, 2)",
    "is_one_shot": "f.order_count = 1",
    "promotion_share": "round(f.promoted::numeric / NULLIF(f.order_count, 0), 2)",
    "promotion_band": (
        "CASE WHEN f.order_count = 0 THEN NULL WHEN f.promoted = 0 THEN 'full_price'"
        " WHEN f.promoted = f.order_count THEN 'promotion_only' ELSE 'mixed' END"
    ),
}
_CATEGORY_COLUMNS = {
    "category_count": "c.number",
    "is_cross_buyer": "COALESCE(c.number, 0) > 1",
}
COLUMNS = {**FACT_COLUMNS, **_CATEGORY_COLUMNS}


class LifecycleValue(models.Model):
    """Purchases as they should be, against those that are written."""

    _inherit = "lifecycle.value"

    def _load_news(self, companies, scope):
        """Fill ``lifecycle_value_news`` with rows that are new, different or gone.

        Columns: ``id`` of the row there is, ``is_gone``, and what is to be written.
        """
        self._load_table(
            "lifecycle_value_news",
            self._get_news(companies, scope, COLUMNS),
            known=SQL("id, is_gone, partner_id, company_id"),
        )

    def _get_news(self, companies, scope, columns):
        """Return SQL of the rows that differ in some columns, are missing or gone."""
        news = self._get_columns("n", columns)
        return SQL(
            """SELECT v.id, n.partner_id IS NULL AS is_gone,
                      COALESCE(n.partner_id, v.partner_id) AS partner_id,
                      COALESCE(n.company_id, v.company_id) AS company_id, %(news)s
                 FROM (%(fresh)s) n
                 FULL JOIN (
                      SELECT * FROM lifecycle_value v
                       WHERE v.company_id = ANY(%(companies)s) AND %(scope)s) v
                   ON v.partner_id = n.partner_id AND v.company_id = n.company_id
                WHERE v.id IS NULL OR n.partner_id IS NULL
                   OR (%(stored)s) IS DISTINCT FROM (%(news)s)""",
            fresh=self._get_fresh(companies, columns),
            news=news,
            stored=self._get_columns("v", columns),
            companies=companies.ids,
            scope=self._get_scope_condition(scope),
        )

    @api.model
    def _get_fresh(self, companies, columns):
        """Return SQL of rows of ``lifecycle_value`` as they should be."""
        categories = SQL(
            """LEFT JOIN (SELECT partner_id, company_id, count(*) AS number
                            FROM lifecycle_value_category
                           GROUP BY partner_id, company_id) c
                      ON c.partner_id = f.partner_id AND c.company_id = f.company_id"""
        )
        return SQL(
            """SELECT f.partner_id, f.company_id, %(columns)s
                 FROM lifecycle_value_fresh f
                 JOIN (VALUES %(margins)s) m(company_id, margin)
                   ON m.company_id = f.company_id
                 %(categories)s""",
            columns=SQL(", ").join(
                SQL("%s AS %s", SQL(expression), SQL.identifier(name))
                for name, expression in columns.items()
            ),
            margins=SQL(", ").join(
                SQL("(%s, %s::numeric)", c.id, c.lifecycle_margin_rate or None)
                for c in companies
            ),
            categories=categories if "category_count" in columns else SQL(""),
        )

    def _write_news(self, commit, later=None):
        """Write what is in ``lifecycle_value_news``; return the number of rows.

        :param later: companies whose rows are updated later, with their scores
        """
        columns = {
            "names": SQL(", ").join(map(SQL.identifier, COLUMNS)),
            "news": self._get_columns("n", COLUMNS),
            "today": self.env.cr.now().date(),
        }
        self.env.cr.execute(
            """DELETE FROM lifecycle_value v USING lifecycle_value_news n
                WHERE v.id = n.id AND n.is_gone"""
        )
        written = self.env.cr.rowcount
        self.env.cr.execute(
            SQL(
                """INSERT INTO lifecycle_value
                          (partner_id, company_id, value_date, %(names)s)
                   SELECT n.partner_id, n.company_id, %(today)s, %(news)s
                     FROM lifecycle_value_news n WHERE n.id IS NULL
                    ORDER BY n.partner_id, n.company_id
                       ON CONFLICT DO NOTHING""",
                **columns,
            )
        )
        written += self.env.cr.rowcount
        return written + self._update_parts(
            "lifecycle_value_news",
            SQL(
                """UPDATE lifecycle_value v
                      SET (value_date, %(names)s) = (%(today)s, %(news)s)
                     FROM lifecycle_value_news n
                    WHERE v.id = n.id AND NOT n.is_gone
                      AND n.company_id <> ALL(%(later)s)""",
                later=later.ids if later else [],
                **columns,
            ),
            commit,
        )

    def _update_parts(self, table, update, commit):
        """Run an UPDATE from a table ``n`` of rows, in parts when there are many.

        :param commit: called after each part; None updates all at once
        :return: number of rows written
        """
        written = 0
        for part in self._get_parts(table, commit):
            self.env.cr.execute(SQL("%s AND %s", update, part))
            written += self.env.cr.rowcount
            if commit:
                commit(0)
        return written

    @staticmethod
    def _get_columns(alias, names):
        return SQL(", ").join(SQL.identifier(alias, name) for name in names)

    @api.model
    def _get_parts(self, table, commit):
        """Return SQL conditions on ``n``, a table of rows to update, that part it."""
        count = self.env.execute_query(
            SQL("SELECT count(id) FROM %s", SQL.identifier(table))
        )[0][0]
        if not commit or count <= _WRITTEN_AT_ONCE:
            return [SQL("true")] if count else []
        return [SQL("mod(n.id, %s) = %s", _SLICES, part) for part in range(_SLICES)]
