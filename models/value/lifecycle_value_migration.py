from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.tools import SQL

from ...engine.clv.codes import RFM_SEGMENTS

_MONTHS_BACK = 6


class LifecycleValueMigration(models.Model):
    """How many customers went from which RFM group to which, month by month.

    Both groups are computed from what was bought until the first and the last day of
    the month, ranks included, so that any month can be computed at any time.
    """

    _name = "lifecycle.value.migration"
    _description = "RFM Migration"
    _log_access = False
    _order = "month desc, from_segment, to_segment"

    company_id = fields.Many2one(
        "res.company", required=True, ondelete="cascade", index=False
    )
    month = fields.Date(required=True, help="First day of the month")
    from_segment = fields.Selection(
        RFM_SEGMENTS, string="From", help="Empty: not yet a customer"
    )
    to_segment = fields.Selection(RFM_SEGMENTS, string="To", required=True)
    customer_count = fields.Integer(string="Customers", aggregator="sum")

    _month_idx = models.Index("(company_id, month)")

    @api.depends("month", "from_segment", "to_segment")
    def _compute_display_name(self):
        labels = dict(self._fields["to_segment"]._description_selection(self.env))
        for row in self:
            before = labels.get(row.from_segment, "–")
            row.display_name = f"{before} → {labels.get(row.to_segment)}"

    @api.model
    def _complete(self, companies, commit):
        """Compute the months that have ended since the last time; at first, six."""
        for company in companies:
            basis = self.env["lifecycle.value.basis"]._get(company)
            this_month = company._get_value_day().replace(day=1)
            month = basis.migration_month or this_month - relativedelta(
                months=_MONTHS_BACK
            )
            if month < this_month:
                self._load_segments(company, "lifecycle_value_before", month)
            while month < this_month:
                self._compute_month(company, month)
                month += relativedelta(months=1)
                basis.migration_month = month
                if not commit(0):
                    return

    def _compute_month(self, company, month):
        """Write one month of a company, in place of what was there.

        It begins with the groups in ``lifecycle_value_before``, and leaves there those
        it ends with, which the next month begins with.
        """
        self._load_segments(
            company, "lifecycle_value_after", month + relativedelta(months=1)
        )
        self.search([("company_id", "=", company.id), ("month", "=", month)]).unlink()
        self.env.execute_query(
            SQL(
                """INSERT INTO lifecycle_value_migration
                          (company_id, month, from_segment, to_segment, customer_count)
                   SELECT %(company)s, %(month)s, b.segment, a.segment, count(*)
                     FROM lifecycle_value_after a
                     LEFT JOIN lifecycle_value_before b USING (partner_id)
                    GROUP BY b.segment, a.segment
                RETURNING 1""",
                company=company.id,
                month=month,
            )
        )
        self.env.cr.execute("DROP TABLE lifecycle_value_before")
        self.env.cr.execute(
            "ALTER TABLE lifecycle_value_after RENAME TO lifecycle_value_before"
        )
        self.invalidate_model()

    def _load_segments(self, company, table, month):
        """Fill a temporary table with the RFM groups on the day before a month."""
        value = self.env["lifecycle.value"]
        as_of = month - relativedelta(days=1)
        value._load_facts(company, as_of)
        value._load_table(table, self._get_segments(company, as_of), SQL("partner_id"))
        self.env.cr.execute("DROP TABLE lifecycle_value_fresh, lifecycle_value_line")

    def _get_segments(self, company, as_of):
        """Return SQL of (partner_id, segment) of ``lifecycle_value_fresh``."""
        recency, frequency, monetary = (
            self._get_score(company, as_of, kind, column)
            for kind, column in (
                ("recency", "last_order_date"),
                ("frequency", "order_count"),
                ("monetary", "revenue"),
            )
        )
        return SQL(
            """SELECT c.partner_id, s.segment
                 FROM (SELECT partner_id, order_count, %(recency)s AS r,
                              %(frequency)s AS f, %(monetary)s AS m
                         FROM lifecycle_value_fresh WHERE order_count > 0) c
                 JOIN (VALUES %(grid)s) s(grid, code, few, segment)
                   ON s.grid = %(kind)s AND s.few = (c.order_count < 3)
                  AND s.code = c.r::text || c.f || %(money)s""",
            recency=recency,
            frequency=frequency,
            monetary=monetary,
            grid=self.env["lifecycle.value"]._get_grid(),
            kind=company.lifecycle_rfm_grid,
            money=SQL("c.m" if company.lifecycle_rfm_grid == "rfm" else "''"),
        )

    @staticmethod
    def _get_score(company, as_of, kind, column):
        column = SQL.identifier(column)
        if company.lifecycle_rfm_method == "rank":
            return SQL(
                "least(5, floor(5 * percent_rank() OVER (ORDER BY %s))::int + 1)",
                column,
            )
        limits = company._get_rfm_limits(kind)
        if kind == "recency":
            days = [as_of - relativedelta(days=int(limit)) for limit in limits[::-1]]
            return SQL("1 + width_bucket(%s, %s::date[])", column, days)
        return SQL("1 + width_bucket(%s::numeric, %s::numeric[])", column, limits)
