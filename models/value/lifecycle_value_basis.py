from odoo import api, fields, models
from odoo.tools import SQL

# A score from 1 to 5 by fifths; tiers begin at these shares of the ranking by value.
_FIFTHS = [(1, 5), (2, 5), (3, 5), (4, 5)]
_TIERS = [(1, 2), (4, 5), (19, 20)]
_GAP_SHARE = 0.9


class LifecycleValueBasis(models.Model):
    """What the figures of a company's customers rest on: one row a company.

    The limits that ranks were cut at last night serve the customers who buy today, so
    that one new order does not move everybody.
    """

    _name = "lifecycle.value.basis"
    _description = "Basis of Customer Values"
    _log_access = False
    _rec_name = "company_id"

    company_id = fields.Many2one("res.company", required=True, ondelete="cascade")
    as_of = fields.Date(help="Day of the last complete refresh")
    customer_count = fields.Integer(string="Customers")
    limits = fields.Json(help="Upper limits of RFM scores and tiers")
    usual_gap_days = fields.Float(
        help="90 % of the gaps between purchases are no longer than this"
    )
    migration_month = fields.Date(help="Months before this one have been compared")

    _company_uniq = models.UniqueIndex("(company_id)")

    @api.model
    def _get(self, company):
        """Return the row of a company, made when it is missing."""
        basis = self.search([("company_id", "=", company.id)], limit=1)
        return basis or self.create({"company_id": company.id})

    @api.model
    def _forget(self, companies):
        """Let scores wait for the next complete refresh."""
        self.search([("company_id", "in", companies.ids)]).write({"limits": False})

    @api.model
    def _refresh(self, company):
        """Cut the ranks of a company's customers anew.

        The limits of tiers are kept: scores come first, and then ``_refresh_tiers``.
        """
        basis = self._get(company)
        customers, gap = self._count_customers(company)
        limits = dict(basis.limits or {})
        limits.update(
            recency=self._get_recency_limits(company, customers),
            frequency=self._get_limits(company, "order_count", "frequency", customers),
            monetary=self._get_limits(company, "revenue", "monetary", customers),
        )
        values = {
            "as_of": company._get_value_day(),
            "customer_count": customers,
            "limits": limits,
            "usual_gap_days": gap or 0,
        }
        basis.write({k: v for k, v in values.items() if basis[k] != v})
        basis.flush_recordset()

    def _refresh_tiers(self, table, column):
        """Cut the ranking by value; ``table`` has ``company_id`` and the column."""
        self.ensure_one()
        source = SQL(
            "SELECT %(column)s AS v FROM %(table)s WHERE company_id = %(company)s"
            " AND %(column)s IS NOT NULL",
            column=SQL.identifier(column),
            table=SQL.identifier(table),
            company=self.company_id.id,
        )
        count = self.env.execute_query(SQL("SELECT count(*) FROM (%s) s", source))
        limits = {**(self.limits or {}), "tier": self._cut(source, count[0][0], _TIERS)}
        if limits != self.limits:
            self.limits = limits
            self.flush_recordset()

    def _count_customers(self, company):
        return self.env.execute_query(
            SQL(
                """SELECT count(*), percentile_disc(%s)
                          WITHIN GROUP (ORDER BY days_between_orders)
                          FILTER (WHERE repeat_count > 0)
                     FROM lifecycle_value
                    WHERE company_id = %s AND order_count > 0""",
                _GAP_SHARE,
                company.id,
            )
        )[0]

    def _get_recency_limits(self, company, customers):
        """Return dates since which a last purchase scores 2, 3, 4 and 5."""
        if company.lifecycle_rfm_method == "rank":
            return self._get_limits(company, "last_order_date", "recency", customers)
        today = company._get_value_day()
        days = company._get_rfm_limits("recency")
        return [
            str(fields.Date.subtract(today, days=int(limit))) for limit in days[::-1]
        ]

    def _get_limits(self, company, column, kind, customers):
        """Return values from which on a customer scores 2, 3, 4 and 5, as text."""
        if company.lifecycle_rfm_method == "fixed":
            return [str(limit) for limit in company._get_rfm_limits(kind)]
        source = SQL(
            "SELECT %s AS v FROM lifecycle_value"
            " WHERE company_id = %s AND order_count > 0",
            SQL.identifier(column),
            company.id,
        )
        return self._cut(source, customers, _FIFTHS)

    def _cut(self, source, count, shares):
        """Return the least values whose ``percent_rank`` reaches the shares, as text.

        None stands for a share that no value reaches: equal values share the lowest
        rank, so where most customers are alike the higher scores stay empty.

        :param source: SQL with one column ``v``
        :param shares: pairs (numerator, denominator), which keep ranks exact
        """
        if count < 2:
            return [None] * len(shares)
        # The first position, from 0, whose rank position / (count - 1) suffices.
        places = [-(-top * (count - 1) // bottom) for top, bottom in shares]
        values = self.env.execute_query(
            SQL(
                "SELECT percentile_disc(%s::float8[]) WITHIN GROUP (ORDER BY v)"
                " FROM (%s) s",
                [(place + 0.5) / count for place in places],
                source,
            )
        )[0][0]
        return self._cut_at(source, values, places)

    def _cut_at(self, source, values, places):
        """Return each value at a place, or the next greater one when it began before.

        One pass for all of them: there may be a million.
        """
        numbers = self.env.execute_query(
            SQL(
                "SELECT %s FROM (%s) s",
                SQL(", ").join(
                    SQL(
                        "count(*) FILTER (WHERE v < %(value)s),"
                        " min(v) FILTER (WHERE v > %(value)s)",
                        value=value,
                    )
                    for value in values
                ),
                source,
            )
        )[0]
        limits = [
            value if below == place else greater
            for value, place, below, greater in zip(
                values, places, numbers[::2], numbers[1::2], strict=True
            )
        ]
        return [None if limit is None else str(limit) for limit in limits]
