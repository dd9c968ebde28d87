from odoo import api, models
from odoo.tools import SQL

from ...engine.clv import bands
from . import lifecycle_value_det as det
from . import lifecycle_value_formula as formula
from .lifecycle_value_hour import ROWS
from .lifecycle_value_write import COLUMNS

_TIERS = "(ARRAY['low', 'medium', 'high', 'top'])"
# Beyond all limits.  PostgreSQL 13 knows no infinite numeric.
_NEVER = {"recency": "infinity", "frequency": "1e100", "monetary": "1e100"}

# What follows from purchases, over one customer: ``v`` its row, ``b`` the basis of its
# company, ``g`` the RFM scores, ``q`` the prediction, ``c`` the risk bands.
_SCORES = {
    "recency_score": "g.r",
    "frequency_score": "g.f",
    "monetary_score": "g.m",
    "rfm_code": "g.r::text || g.f || g.m",
    "rfm_segment": "s.segment",
    "p_alive": "round(q.p_alive::numeric, 2)",
    "p_buy": "round(q.p_buy::numeric, 2)",
    "churn_band": "c.churn_band",
    "expected_orders": "round(q.expected_orders::numeric, 2)",
    "clv_12": "round(q.clv_12::numeric)",
    "clv_24": "round(q.clv_24::numeric)",
    "clv_36": "round(q.clv_36::numeric)",
    "total_value": ("round(COALESCE(v.margin_amount, v.revenue) + q.clv_12::numeric)"),
    # At the pace of a year, of the time from the first to the last purchase.
    "value_at_risk": (
        "round(((1 - q.p_buy)"
        " * greatest(0, COALESCE(v.margin_amount, v.revenue)::float8)"
        " / greatest(1, v.last_order_age / 365.25))::numeric)"
    ),
    "next_order_date": (
        "CASE WHEN c.churn_band <> 'lapsed' AND q.wait_days < 3650"
        " THEN v.last_order_date + round(q.wait_days)::int END"
    ),
    "value_band": "CASE WHEN c.is_new THEN 'new' ELSE c.band END",
}
_WRITTEN = (*_SCORES, "value_tier")


class LifecycleValue(models.Model):
    """What follows from purchases: RFM, probabilities, value to come, bands, tiers."""

    _inherit = "lifecycle.value"

    def _refresh_scores(self, companies, scope=None, commit=None):
        """Write what follows from the purchases as they are written.

        Companies whose ranks have not been cut yet are left to the nightly refresh.

        :param scope: SQL of contact ids; None takes everybody and cuts tiers anew
        :param commit: called after each part of what is written
        :return: number of rows written
        """
        bases = self._get_ranked(companies, is_whole=scope is None)
        self.env.flush_all()
        if not bases:
            return 0
        self._load_family(scope)
        self._load_det(bases, scope)
        self._load_scores(bases, scope)
        if scope is None:
            for basis in bases:
                basis._refresh_tiers("lifecycle_value_score", "tier_base")
        self._load_score_news(bases, scope)
        written = self._write_scores(scope, commit)
        self.env.cr.execute(
            "DROP TABLE lifecycle_value_score, lifecycle_value_score_news,"
            " lifecycle_value_det"
        )
        self.env.invalidate_all(flush=False)
        return written

    def _get_ranked(self, companies, is_whole=False):
        """Return the bases of the companies whose limits are there.

        :param is_whole: those of tiers will be cut
        """
        bases = self.env["lifecycle.value.basis"].search(
            [("company_id", "in", companies.ids)]
        )
        return bases.filtered(
            lambda basis: basis.limits and (is_whole or "tier" in basis.limits)
        )

    def _load_det(self, bases, scope):
        """Fill ``lifecycle_value_det`` for the (x, T) of these customers."""
        self.env.cr.execute(
            "DROP TABLE IF EXISTS lifecycle_value_det, lifecycle_value_score"
        )
        det.create(self.env.cr)
        for basis in bases:
            company = basis.company_id
            fit = self.env["lifecycle.clv.fit"]._get_current(company)
            if fit.kind:
                pairs = self.env.execute_query(
                    SQL(
                        "SELECT DISTINCT h.x, h.t FROM (%s) h",
                        self._get_histories(company, company._get_value_day(), scope),
                    )
                )
                det.fill(
                    self.env.cr, company.id, fit._get_model(), pairs, fit._get_horizon()
                )
        self.env.cr.execute("ANALYZE lifecycle_value_det")

    @api.model
    def _get_histories(self, company, as_of, scope=None):
        """Return SQL of ``id, company_id, x, t_x, t, n, m`` of who has bought."""
        return SQL(
            """SELECT id, company_id, repeat_count::float8 AS x,
                      last_order_age::float8 AS t_x,
                      (%(as_of)s::date - first_order_date)::float8 AS t,
                      order_count::float8 AS n, average_order::float8 AS m
                 FROM %(rows)s
                WHERE company_id = %(company)s AND order_count > 0
                  AND last_order_date <= %(as_of)s AND %(scope)s""",
            rows=self._get_rows(scope),
            as_of=as_of,
            company=company.id,
            scope=self._get_scope_condition(scope),
        )

    @api.model
    def _get_rows(self, scope):
        """Return SQL of the table of rows that scores follow from."""
        table = "lifecycle_value_row" if scope is ROWS else "lifecycle_value"
        return SQL.identifier(table)

    def _get_scope_condition(self, scope):
        """Return SQL of the rows of some contacts, and of who buys for them.

        Whoever has joined a company buys for it: a row of before is to go.
        """
        if scope is None:
            return SQL("true")
        return SQL(
            "partner_id IN (SELECT member_id FROM (%s) family)",
            self._get_family(scope),
        )

    def _load_scores(self, bases, scope):
        histories = SQL(" UNION ALL ").join(
            self._get_histories(
                basis.company_id, basis.company_id._get_value_day(), scope
            )
            for basis in bases
        )
        self._load_table(
            "lifecycle_value_predicted",
            formula.predictions(
                histories,
                self.env["lifecycle.clv.fit"]._get_current_query(bases.company_id),
                "lifecycle_value_det",
            ),
            # Looked up by it, should a table just filled be taken for a small one.
            key=SQL("id"),
        )
        self._load_table(
            "lifecycle_value_score", self._get_scores(bases, scope), known=SQL("id")
        )
        self.env.cr.execute("DROP TABLE lifecycle_value_predicted")

    def _get_scores(self, bases, scope):
        """Return SQL of the scores of all rows in scope, one row each."""
        return SQL(
            """WITH b(company_id, as_of, grid, gap, rs, fs, ms, moderate, high, worst)
                 AS (VALUES %(bases)s)
            SELECT v.id, v.company_id, %(columns)s,
                   CASE WHEN v.order_count > 0
                        THEN COALESCE(q.clv_12, v.revenue::float8) END AS tier_base
              FROM %(rows)s v
              JOIN b ON b.company_id = v.company_id
              LEFT JOIN lifecycle_value_predicted q ON q.id = v.id
              LEFT JOIN LATERAL (
                   SELECT 1 + width_bucket(v.last_order_date, b.rs) AS r,
                          1 + width_bucket(v.order_count::numeric, b.fs) AS f,
                          1 + width_bucket(v.revenue, b.ms) AS m
                    WHERE v.order_count > 0) g ON true
              LEFT JOIN LATERAL (%(bands)s) c ON v.order_count > 0
              LEFT JOIN (VALUES %(grid)s) s(grid, code, few, segment)
                     ON s.grid = b.grid AND s.few = (v.order_count < 3)
                    AND s.code = g.r::text || g.f
                              || CASE b.grid WHEN 'rfm' THEN g.m::text ELSE '' END
             WHERE %(scope)s""",
            rows=self._get_rows(scope),
            bases=SQL(", ").join(map(self._get_basis_row, bases)),
            columns=SQL(", ").join(
                SQL("%s AS %s", SQL(expression), SQL.identifier(name))
                for name, expression in _SCORES.items()
            ),
            bands=self._get_bands(),
            grid=self._get_grid(),
            scope=self._get_scope_condition(scope),
        )

    @staticmethod
    def _get_basis_row(basis):
        company, limits = basis.company_id, basis.limits
        return SQL(
            "(%s, %s::date, %s, %s, %s::date[], %s::numeric[], %s::numeric[],"
            " %s::float8, %s::float8, %s::float8)",
            company.id,
            company._get_value_day(),
            company.lifecycle_rfm_grid,
            basis.usual_gap_days or float(bands.LEAST_INACTIVE_DAYS),
            *(
                [limit or never for limit in limits[kind]]
                for kind, never in _NEVER.items()
            ),
            *company._get_risk_limits(),
        )

    def _load_score_news(self, bases, scope):
        """Fill ``lifecycle_value_score_news`` with the scores that are to be written:
        those that differ, or all of rows whose purchases are, too."""
        tiers = SQL(", ").join(
            SQL(
                "(%s, %s::float8[])",
                basis.company_id.id,
                [limit or "infinity" for limit in basis.limits["tier"]],
            )
            for basis in bases
        )
        self._load_table(
            "lifecycle_value_score_news",
            SQL(
                """SELECT n.*
                     FROM (SELECT n.id, %(scores)s,
                                  %(tiers)s[1 + width_bucket(n.tier_base, t.limits)]
                                  AS value_tier
                             FROM lifecycle_value_score n
                             JOIN (VALUES %(limits)s) t(company_id, limits)
                               ON t.company_id = n.company_id) n
                     JOIN lifecycle_value v ON v.id = n.id
                    WHERE %(is_row)s OR (%(stored)s) IS DISTINCT FROM (%(news)s)""",
                is_row=scope is ROWS,
                scores=self._get_columns("n", _SCORES),
                tiers=SQL(_TIERS),
                limits=tiers,
                stored=self._get_columns("v", _WRITTEN),
                news=self._get_columns("n", _WRITTEN),
            ),
            known=SQL("id"),
        )

    def _write_scores(self, scope, commit):
        """Write ``lifecycle_value_score_news``; return the number of rows."""
        facts = COLUMNS if scope is ROWS else ()
        return self._update_parts(
            "lifecycle_value_score_news",
            SQL(
                """UPDATE lifecycle_value v
                      SET (previous_rfm_segment, rfm_change_date, value_date,
                           %(names)s) = (
                          CASE WHEN v.rfm_segment <> n.rfm_segment
                               THEN v.rfm_segment
                               ELSE v.previous_rfm_segment END,
                          CASE WHEN v.rfm_segment IS DISTINCT FROM n.rfm_segment
                               THEN %(today)s ELSE v.rfm_change_date END,
                          %(today)s, %(news)s)
                     FROM lifecycle_value_score_news n %(rows)s
                    WHERE v.id = n.id""",
                names=SQL(", ").join(map(SQL.identifier, (*_WRITTEN, *facts))),
                news=SQL(", ").join(
                    [
                        *(SQL.identifier("n", name) for name in _WRITTEN),
                        *(SQL.identifier("r", name) for name in facts),
                    ]
                ),
                rows=SQL("JOIN lifecycle_value_row r ON r.id = n.id" if facts else ""),
                today=self.env.cr.now().date(),
            ),
            commit,
        )
