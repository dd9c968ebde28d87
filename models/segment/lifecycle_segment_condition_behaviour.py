from odoo import models
from odoo.tools import SQL

from ...engine.segmentation.plan import fact_test
from ...engine.segmentation.windows import bounds

_COLUMNS = ("mailing", "link", "campaign", "source", "medium", "country")
_CANCELLED = ("order_confirmed", "order_cancelled")
# Documents with lines of products: model, table of lines, column of the document.
_LINES = (
    ("sale.order", "sale_order_line", "order_id"),
    ("pos.order", "pos_order_line", "order_id"),
    ("account.move", "account_move_line", "move_id"),
)


class LifecycleSegment(models.Model):
    """Conditions on what a contact did: a fact of its profile, or its journey."""

    _inherit = "lifecycle.segment"

    def _condition_sql_behaviour(self, condition, compilation):
        """Return a test of profile facts, or None when they do not say the same."""
        test = fact_test(
            condition, compilation.present_types, compilation.is_only_company
        )
        if not test:
            return None
        columns = [compilation.fact(name) for name in test.columns]
        if test.kind.startswith("sum"):
            number = SQL(" + ").join(SQL("COALESCE(%s, 0)", c) for c in columns)
            operator = SQL(">=") if test.kind == "sum_least" else SQL("=")
            return SQL("%s %s %s", number, operator, condition.count)
        first, end = self._get_window(condition, compilation)
        operator, limit = (
            (SQL(">="), first) if test.kind == "any_from" else (SQL("<"), end)
        )
        return SQL(" OR ").join(SQL("%s %s %s", c, operator, limit) for c in columns)

    def _condition_query_behaviour(self, condition, compilation):
        """Return SQL of the contacts whose journey meets the condition."""
        if compilation.scope is not None:
            return self._get_scoped_query(condition, compilation)
        count = SQL("")
        if condition.operator != ">=" or condition.count > 1:
            count = SQL(
                "GROUP BY t.partner_id HAVING count(*) %s %s",
                SQL(condition.operator),
                condition.count,
            )
        return SQL(
            "SELECT t.partner_id FROM lifecycle_touchpoint t WHERE %s %s",
            SQL(" AND ").join(self._get_touchpoint_tests(condition, compilation)),
            count,
        )

    def _get_scoped_query(self, condition, compilation):
        """Return the same for some contacts: a look-up of each one's journey.

        It stops when the answer is known, however long the journey is.
        """
        return SQL(
            """SELECT s.partner_id FROM (%s) s (partner_id)
                CROSS JOIN LATERAL (
                    SELECT count(*) AS number
                      FROM (SELECT FROM lifecycle_touchpoint t
                             WHERE t.partner_id = s.partner_id AND %s LIMIT %s) seen
                ) c WHERE c.number %s %s""",
            compilation.scope,
            SQL(" AND ").join(self._get_touchpoint_tests(condition, compilation)),
            condition.count + 1,
            SQL(condition.operator),
            condition.count,
        )

    def _get_touchpoint_tests(self, condition, compilation):
        """Return the tests of a touchpoint ``t`` that counts.

        Those of other companies do not, even if the contact is shared.
        """
        tests = [
            SQL("TRUE"),
            *self._get_type_tests(condition, compilation),
            *self._get_window_tests(condition, compilation),
            *self._get_filter_tests(condition.filters, compilation),
        ]
        if not compilation.is_only_company:
            company = compilation.company.id
            tests.append(SQL("(t.company_id IS NULL OR t.company_id = %s)", company))
        if not condition.with_automated:
            tests.append(SQL("t.is_automated IS NOT TRUE"))
        return tests

    def _get_type_tests(self, condition, compilation):
        """Return the test of the type; an order that was cancelled is none."""
        types = compilation.types
        if not condition.types:
            internal = compilation.internal_types
            return [SQL("t.type_id <> ALL(%s)", internal)] if internal else []
        wanted = [types[code] for code in condition.types if code in types]
        tests = [SQL("t.type_id = ANY(%s)", wanted)]
        is_cancelled = "order_cancelled" in compilation.present_types
        if "order_confirmed" in condition.types and is_cancelled:
            confirmed, cancelled = (types[code] for code in _CANCELLED)
            tests.append(
                SQL(
                    """NOT EXISTS (
                        SELECT FROM lifecycle_touchpoint x
                         WHERE t.type_id = %s AND x.type_id = %s
                           AND x.res_model = t.res_model AND x.res_id = t.res_id
                           AND x.touch_date >= t.touch_date)""",
                    confirmed,
                    cancelled,
                )
            )
        return tests

    def _get_window(self, condition, compilation):
        """Return (from, before) as dates and times in UTC; None is open."""
        days = bounds(condition.window, compilation.today)
        return tuple(day and compilation.midnight(day) for day in days)

    def _get_window_tests(self, condition, compilation):
        first, end = self._get_window(condition, compilation)
        tests = [SQL("t.touch_date >= %s", first)] if first else []
        return [*tests, SQL("t.touch_date < %s", end)] if end else tests

    def _get_filter_tests(self, filters, compilation):
        tests = [
            SQL("%s = ANY(%s)", SQL.identifier("t", f"{name}_id"), list(ids))
            for name in _COLUMNS
            if (ids := getattr(filters, f"{name}_ids"))
        ]
        if filters.devices:
            tests.append(SQL("t.device = ANY(%s)", list(filters.devices)))
        if filters.amount_min is not None:
            tests.append(SQL("t.amount >= %s", filters.amount_min))
        if filters.amount_max is not None:
            tests.append(SQL("t.amount <= %s", filters.amount_max))
        return tests + self._get_product_tests(filters)

    def _get_product_tests(self, filters):
        """Return tests of the lines of the document that the touchpoint is of."""
        tests = []
        if filters.product_ids:
            tests.append(SQL("l.product_id = ANY(%s)", list(filters.product_ids)))
        if filters.product_category_ids:
            tests.append(
                SQL(
                    """l.product_id IN (
                        SELECT p.id FROM product_product p
                          JOIN product_template m ON m.id = p.product_tmpl_id
                          JOIN product_category k ON k.id = m.categ_id
                          JOIN product_category top ON top.id = ANY(%s)
                           AND k.parent_path LIKE top.parent_path || '%%')""",
                    list(filters.product_category_ids),
                )
            )
        return [self._get_line_test(test) for test in tests]

    def _get_line_test(self, test):
        return SQL(
            "(%s)",
            SQL(" OR ").join(
                SQL(
                    """(t.res_model = %s AND EXISTS (
                        SELECT FROM %s l WHERE l.%s = t.res_id AND %s))""",
                    model,
                    SQL.identifier(table),
                    SQL.identifier(document),
                    test,
                )
                for model, table, document in _LINES
                if model in self.env
            ),
        )
