import logging
from functools import partial

from odoo import api, models
from odoo.tools import SQL

_logger = logging.getLogger(__name__)

# As for stage rules: slices committed one by one leave their room to the next.
_SLICES = 16

# What is written about purchases, from purchase days ``d`` of one customer.
_FACTS = {
    "order_count": "count(*) FILTER (WHERE d.net > 0)",
    "first_order_date": "min(d.day) FILTER (WHERE d.net > 0)",
    "last_order_date": "max(d.day) FILTER (WHERE d.net > 0)",
    "revenue": "sum(d.total)",
    "refund_amount": "sum(d.refunded)",
    "paid": "COALESCE(sum(d.net) FILTER (WHERE d.net > 0), 0)",
    "promoted": "count(*) FILTER (WHERE d.net > 0 AND d.is_promoted)",
}
_COLUMNS = {
    "order_count": "f.order_count",
    "first_order_date": "f.first_order_date",
    "last_order_date": "f.last_order_date",
    "revenue": "f.revenue",
    "refund_amount": "f.refund_amount",
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
    "category_count": "cardinality(c.ids)",
    "is_cross_buyer": "COALESCE(cardinality(c.ids), 0) > 1",
}


def _get_slice(slices, number, alias):
    """Return the SQL condition that a customer is in one of ``slices`` parts."""
    return SQL("mod(%s, %s) = %s", SQL.identifier(alias, "partner_id"), slices, number)


class LifecycleValue(models.Model):
    """Bring rows up to date: purchases first, then what follows from them."""

    _inherit = "lifecycle.value"

    @api.model
    def _cron_refresh_values(self):
        """Compute the values of all customers anew; write what differs."""
        progress = self.env["ir.cron"]._commit_progress
        progress(remaining=2 * _SLICES + 3)
        self._refresh_all(commit=progress)

    @api.model
    def _refresh_all(self, commit=None):
        """Refresh all customers of all companies.

        :param commit: called with 1 after each batch; a falsy answer stops, and the
            next run begins anew
        :return: number of rows written
        """
        companies = self._get_companies()
        if not companies:
            return 0
        commit = commit or (lambda _done: True)
        written = self._refresh_purchases(companies, commit=commit)
        if written is None:
            return 0
        for company in companies:
            self.env["lifecycle.clv.fit"]._run_fit(company)
            self.env["lifecycle.value.basis"]._refresh(company)
        if not commit(1):
            return written
        written += self._refresh_scores(companies, commit=commit) or 0
        if commit(1):
            self.env["lifecycle.value.migration"]._complete(companies, commit)
            commit(1)
        return written

    @api.model
    def _refresh_taken(self):
        """Refresh the customers whose journey is in ``lifecycle_taken``."""
        companies = self._get_companies()
        if not companies:
            return 0
        scope = SQL("SELECT partner_id FROM lifecycle_taken")
        written = self._refresh_purchases(companies, scope=scope)
        return written + self._refresh_scores(companies, scope=scope)

    @api.model
    def _get_companies(self):
        # sudo: values are computed for every company, and read by company.
        return self.env["res.company"].sudo().search([("active", "=", True)])

    def _refresh_purchases(self, companies, scope=None, commit=None):
        """Write what customers have bought.

        :param scope: SQL of contact ids; None takes everybody
        :return: number of rows written, None when ``commit`` stopped the work
        """
        self._load_facts(companies, scope=scope)
        self._load_categories()
        written = 0
        slices = _SLICES if commit else 1
        for number in range(slices):
            mine = partial(_get_slice, slices, number)
            written += self._write_purchases(companies, mine, scope)
            self._write_categories(mine)
            if commit and not commit(1):
                return None
        self.env.cr.execute(
            "DROP TABLE lifecycle_value_line, lifecycle_value_fresh,"
            " lifecycle_value_category"
        )
        self.env.invalidate_all(flush=False)
        return written

    def _load_facts(self, companies, as_of=None, scope=None, name=None):
        """Fill a temporary table with the facts of each customer and company.

        :param name: of the table, ``lifecycle_value_fresh`` by default
        """
        self._load_lines(companies, as_of, scope)
        self._load_table(
            name or "lifecycle_value_fresh",
            self._get_facts(self._get_purchase_days()),
            SQL("partner_id, company_id"),
        )

    @api.model
    def _get_facts(self, days):
        """Return SQL of the facts of each customer and company, from purchase days."""
        return SQL(
            "SELECT d.partner_id, d.company_id, %s FROM (%s) d"
            " GROUP BY d.partner_id, d.company_id",
            SQL(", ").join(
                SQL("%s AS %s", SQL(expression), SQL.identifier(name))
                for name, expression in _FACTS.items()
            ),
            days,
        )

    def _write_purchases(self, companies, mine, scope):
        """Write rows that are new, different or gone, where ``partner_id`` is mine."""
        fresh = SQL(
            """SELECT f.partner_id, f.company_id, %(columns)s
                 FROM lifecycle_value_fresh f
                 JOIN (VALUES %(margins)s) m(company_id, margin)
                   ON m.company_id = f.company_id
                 LEFT JOIN (SELECT partner_id, company_id, array_agg(categ_id) AS ids
                              FROM lifecycle_value_category k WHERE %(of_mine)s
                             GROUP BY partner_id, company_id) c
                   ON c.partner_id = f.partner_id AND c.company_id = f.company_id
                WHERE %(mine)s""",
            columns=SQL(", ").join(
                SQL("%s AS %s", SQL(expression), SQL.identifier(name))
                for name, expression in _COLUMNS.items()
            ),
            margins=SQL(", ").join(
                SQL("(%s, %s::numeric)", c.id, c.lifecycle_margin_rate or None)
                for c in companies
            ),
            mine=mine("f"),
            of_mine=mine("k"),
        )
        names = SQL(", ").join(map(SQL.identifier, _COLUMNS))
        news = SQL(", ").join(SQL.identifier("n", name) for name in _COLUMNS)
        return self._count_written(
            SQL(
                """WITH n AS MATERIALIZED (%(fresh)s),
                changed AS (
                    UPDATE lifecycle_value v
                       SET (value_date, %(names)s) = (%(today)s, %(news)s)
                      FROM n
                     WHERE v.partner_id = n.partner_id AND v.company_id = n.company_id
                       AND (%(stored)s) IS DISTINCT FROM (%(news)s)
                    RETURNING 1
                ), added AS (
                    INSERT INTO lifecycle_value
                           (partner_id, company_id, value_date, %(names)s)
                    SELECT n.partner_id, n.company_id, %(today)s, %(news)s FROM n
                     WHERE NOT EXISTS (
                           SELECT 1 FROM lifecycle_value v
                            WHERE v.partner_id = n.partner_id
                              AND v.company_id = n.company_id)
                        ON CONFLICT DO NOTHING
                    RETURNING 1
                ), gone AS (
                    DELETE FROM lifecycle_value v
                     WHERE %(mine)s AND %(in_scope)s
                       AND v.company_id = ANY(%(companies)s)
                       AND NOT EXISTS (
                           SELECT 1 FROM n WHERE v.partner_id = n.partner_id
                              AND v.company_id = n.company_id)
                    RETURNING 1
                )
                SELECT (SELECT count(*) FROM changed) + (SELECT count(*) FROM added)
                       + (SELECT count(*) FROM gone)""",
                fresh=fresh,
                names=names,
                news=news,
                stored=SQL(", ").join(SQL.identifier("v", name) for name in _COLUMNS),
                today=self.env.cr.now().date(),
                mine=mine("v"),
                companies=companies.ids,
                in_scope=SQL("true")
                if scope is None
                else SQL(
                    "v.partner_id IN (SELECT partner_id FROM (%s) family)",
                    self._get_family(scope),
                ),
            )
        )

    def _count_written(self, statement):
        return self.env.execute_query(statement)[0][0]

    @api.model
    def _forget_basis(self, companies, is_new_history):
        """Compute these companies anew soon, as their settings have changed."""
        self.env["lifecycle.value.basis"]._forget(companies)
        if is_new_history:
            self.env["lifecycle.clv.fit"]._forget(companies)
        self.env.ref("contact_lifecycle.ir_cron_refresh_values")._trigger()
