"""What ``jobs/value.py`` is measured against: the same in bare SQL, into a twin."""

from odoo.tools import SQL

_ALL = SQL("true")
# By hand, without what this database does not need: it has one company in UTC, which
# counts orders, contacts without relatives, and no order cancelled once confirmed.
_LINES = """
SELECT t.partner_id, t.touch_date::date AS day, t.amount, t.res_id AS order_id,
       w.res_id IS NOT NULL AS is_promoted, false AS is_loose
  FROM lifecycle_touchpoint t
  LEFT JOIN lifecycle_touchpoint w ON w.type_id = %(reward)s AND w.res_id = t.res_id
                                  AND w.res_model = 'sale.order'
 WHERE t.type_id = %(order)s AND t.touch_date < current_date + 1 AND %(scope)s
 UNION ALL
SELECT t.partner_id, COALESCE(o.date_order::date, t.touch_date::date), t.amount, NULL,
       false, o.id IS NULL
  FROM lifecycle_touchpoint t
  LEFT JOIN account_move_line l ON l.move_id = t.res_id
  LEFT JOIN sale_order_line_invoice_rel r ON r.invoice_line_id = l.id
  LEFT JOIN sale_order_line s ON s.id = r.order_line_id
  LEFT JOIN sale_order o ON o.id = s.order_id
 WHERE t.type_id = %(credit)s AND t.touch_date < current_date + 1 AND %(scope)s
"""
_CATEGORIES = """
SELECT DISTINCT l.partner_id, m.categ_id
  FROM line l
  JOIN sale_order_line s ON s.order_id = l.order_id AND s.reward_id IS NULL
   AND s.product_uom_qty > 0
  JOIN product_product p ON p.id = s.product_id
  JOIN product_template m ON m.id = p.product_tmpl_id
 WHERE l.amount > 0
"""
_FACTS = """
SELECT partner_id, count(*) FILTER (WHERE net > 0) AS order_count,
       min(day) FILTER (WHERE net > 0) AS first_order_date,
       max(day) FILTER (WHERE net > 0) AS last_order_date, sum(total) AS revenue,
       sum(refunded) AS refund_amount,
       COALESCE(sum(net) FILTER (WHERE net > 0), 0) AS paid,
       count(*) FILTER (WHERE net > 0 AND promoted) AS promoted
  FROM (SELECT partner_id, day,
               round(COALESCE(sum(amount) FILTER (WHERE NOT is_loose), 0), 2) AS net,
               round(sum(amount), 2) AS total,
               round(COALESCE(-sum(amount) FILTER (WHERE amount < 0), 0), 2)
                   AS refunded,
               bool_or(is_promoted AND amount > 0) AS promoted
          FROM line GROUP BY partner_id, day) d
 GROUP BY partner_id
"""
# What is compared and written, over a fact ``f`` and the categories ``k`` of it.
_COLUMNS = {
    "order_count": "f.order_count",
    "first_order_date": "f.first_order_date",
    "last_order_date": "f.last_order_date",
    "revenue": "f.revenue",
    "refund_amount": "f.refund_amount",
    "average_order": "round(f.paid / NULLIF(f.order_count, 0), 2)",
    "repeat_count": "NULLIF(f.order_count, 0) - 1",
    "last_order_age": "f.last_order_date - f.first_order_date",
    "orders_per_year": "round((f.order_count - 1) * 365.25"
    " / NULLIF(f.last_order_date - f.first_order_date, 0), 2)",
    "days_between_orders": "round((f.last_order_date - f.first_order_date)::numeric"
    " / NULLIF(f.order_count - 1, 0), 1)",
    "is_one_shot": "f.order_count = 1",
    "promotion_share": "round(f.promoted::numeric / NULLIF(f.order_count, 0), 2)",
    "promotion_band": "CASE WHEN f.order_count = 0 THEN NULL WHEN f.promoted = 0"
    " THEN 'full_price' WHEN f.promoted = f.order_count THEN 'promotion_only'"
    " ELSE 'mixed' END",
    "category_count": "k.number",
    "is_cross_buyer": "COALESCE(k.number, 0) > 1",
}
_PURCHASES = """
CREATE TEMP TABLE bench_category AS
  WITH line AS (%(lines)s) %(categories)s;
ANALYZE bench_category;
CREATE TEMP TABLE bench_purchase AS
  WITH line AS (%(lines)s), f AS (%(facts)s)
SELECT f.partner_id, 1 AS company_id, %(columns)s
  FROM f LEFT JOIN (SELECT partner_id, count(*) AS number FROM bench_category
                     GROUP BY partner_id) k ON k.partner_id = f.partner_id;
ANALYZE bench_purchase;
"""
_RANKS = """
SELECT partner_id, least(5, floor(5 * r)::int + 1) AS r,
       least(5, floor(5 * f)::int + 1) AS f, least(5, floor(5 * m)::int + 1) AS m
  FROM (SELECT partner_id, percent_rank() OVER (ORDER BY last_order_date) AS r,
               percent_rank() OVER (ORDER BY order_count) AS f,
               percent_rank() OVER (ORDER BY revenue) AS m
          FROM bench_lifecycle_value WHERE order_count > 0) ranked
"""
_GROUPS = """
UPDATE bench_lifecycle_value v
   SET recency_score = n.r, frequency_score = n.f, monetary_score = n.m,
       rfm_code = n.r::text || n.f || n.m, rfm_segment = s.segment
  FROM (%(ranks)s) n
  JOIN (VALUES %(grid)s) s(grid, code, few, segment)
    ON s.grid = 'rf' AND NOT s.few AND s.code = n.r::text || n.f
 WHERE v.partner_id = n.partner_id
   AND (v.recency_score, v.frequency_score, v.monetary_score, v.rfm_segment)
       IS DISTINCT FROM (n.r, n.f, n.m, s.segment)
"""
RFM = (
    *_COLUMNS,
    *("recency_score", "frequency_score", "monetary_score", "rfm_code", "rfm_segment"),
)
# The forecast, with the parameters of the fit in use ``f`` and the table of discounted
# purchases that the addon has computed.
_FORECAST = """
WITH f AS MATERIALIZED (%(fit)s), h AS MATERIALIZED (
    SELECT v.partner_id, v.revenue, v.last_order_age, v.last_order_date, v.order_count,
           v.first_order_date, v.average_order::float8 AS m,
           v.repeat_count::float8 AS x,
           v.last_order_age::float8 AS t_x, v.order_count::float8 AS n,
           (current_date - v.first_order_date)::float8 AS t, f.*,
           1 / (1 + exp(ln(f.a) - ln(f.b + v.repeat_count - 1 + f.e)
                + (f.r + v.repeat_count) * (ln(f.alpha + (current_date
                   - v.first_order_date)) - ln(f.alpha + v.last_order_age)))) AS p_alive
      FROM bench_lifecycle_value v, f WHERE v.order_count > 0 AND %(scope)s
), p AS MATERIALIZED (
    SELECT h.*, d.orders, h.p_alive * (1 - exp((h.r + h.x) * (ln(h.alpha + h.t)
               - ln(h.alpha + h.t + h.horizon_days)))) AS p_buy,
           CASE WHEN h.m > 0 THEN (h.c0 + h.c1 * h.n * h.m) / (h.d0 + h.d1 * h.n)
                ELSE h.c0 / h.d0 END * h.p_alive AS worth,
           (h.alpha + h.t_x) * (exp(ln(2) / (h.r + h.x)) - 1) AS wait,
           d.det_12, d.det_24, d.det_36
      FROM h JOIN lifecycle_value_det d ON d.x = h.x AND d.t = h.t
), ranked AS (
    SELECT p.*, %(tier)s AS tier FROM p
)
SELECT p.partner_id, round(p.p_alive::numeric, 2) AS p_alive,
       round(p.p_buy::numeric, 2) AS p_buy, b.churn_band,
       round((p.p_alive * p.orders)::numeric, 2) AS expected_orders,
       round((p.worth * p.det_12)::numeric) AS clv_12,
       round((p.worth * p.det_24)::numeric) AS clv_24,
       round((p.worth * p.det_36)::numeric) AS clv_36,
       round(p.revenue + (p.worth * p.det_12)::numeric) AS total_value,
       round(((1 - p.p_buy) * greatest(0, p.revenue::float8)
              / greatest(1, p.last_order_age / 365.25))::numeric) AS value_at_risk,
       CASE WHEN b.churn_band <> 'lapsed' AND p.wait < 3650
            THEN p.last_order_date + round(p.wait)::int END AS next_order_date,
       CASE WHEN p.order_count = 1 AND current_date - p.first_order_date <= 30
            THEN 'new' ELSE b.churn_band END AS value_band, p.tier AS value_tier
  FROM ranked p, LATERAL (SELECT CASE WHEN 1 - p.p_buy > 0.85 THEN 'lapsed'
                               WHEN 1 - p.p_buy >= 0.6 THEN 'at_risk'
                               WHEN 1 - p.p_buy >= 0.3 THEN 'cooling'
                               ELSE 'active' END AS churn_band) b
"""
SCORES = (
    *("p_alive", "p_buy", "churn_band", "expected_orders", "clv_12", "clv_24"),
    *(
        "clv_36",
        "total_value",
        "value_at_risk",
        "next_order_date",
        "value_band",
        "value_tier",
    ),
)


def write_taken(bench, contacts):
    """Purchases and forecasts of some contacts, by the limits of last night."""
    _write_purchases(bench, SQL("t.partner_id IN (%s)", contacts))
    write_scores(bench, SQL("v.partner_id IN (%s)", contacts))


def write_rfm(bench):
    """Purchases, ranks and RFM groups of all customers, where the twin's differ."""
    _write_purchases(bench, _ALL)
    bench.cr.execute("ANALYZE bench_lifecycle_value")
    bench.cr.execute(
        SQL(_GROUPS, ranks=SQL(_RANKS), grid=bench.env["lifecycle.value"]._get_grid())
    )


def _write_purchases(bench, scope):
    """Facts and categories of the contacts in scope, where the twin's differ."""
    types = {
        kind.code: kind.id for kind in bench.env["lifecycle.touchpoint.type"].search([])
    }
    bench.cr.execute("DROP TABLE IF EXISTS bench_category, bench_purchase")
    bench.cr.execute(
        SQL(
            _PURCHASES,
            lines=SQL(
                _LINES,
                order=types["order_confirmed"],
                credit=types["credit_note_posted"],
                reward=types["reward_used"],
                scope=scope,
            ),
            categories=SQL(_CATEGORIES),
            facts=SQL(_FACTS),
            columns=SQL(", ").join(
                SQL("%s AS %s", SQL(expression), SQL.identifier(name))
                for name, expression in _COLUMNS.items()
            ),
        )
    )
    names = SQL(", ").join(map(SQL.identifier, _COLUMNS))
    bench.cr.execute(
        SQL(
            """INSERT INTO bench_lifecycle_value (partner_id, company_id, %(names)s)
               SELECT partner_id, company_id, %(names)s FROM bench_purchase n
                WHERE NOT EXISTS (SELECT 1 FROM bench_lifecycle_value o
                                   WHERE o.partner_id = n.partner_id)""",
            names=names,
        )
    )
    bench.cr.execute(
        SQL(
            """UPDATE bench_lifecycle_value v SET (%(names)s) = (%(news)s)
                 FROM bench_purchase n
                WHERE n.partner_id = v.partner_id
                  AND (%(stored)s) IS DISTINCT FROM (%(news)s)""",
            names=names,
            stored=columns("v", _COLUMNS),
            news=columns("n", _COLUMNS),
        )
    )
    bench.cr.execute(
        """INSERT INTO bench_lifecycle_value_category_rel (value_id, category_id)
           SELECT v.id, c.categ_id FROM bench_category c
             JOIN bench_lifecycle_value v USING (partner_id)
               ON CONFLICT DO NOTHING"""
    )


def columns(alias, names):
    """Return SQL of some columns of one alias."""
    return SQL(", ").join(SQL.identifier(alias, name) for name in names)


def load_det(bench):
    """Compute the table of discounted purchases, which is not for SQL."""
    values = bench.env["lifecycle.value"]
    basis = bench.env["lifecycle.value.basis"]._get(bench.env.company)
    values._load_det(basis, None)


def write_scores(bench, scope=None):
    """Forecasts of the contacts in scope, where the twin's differ."""
    fit = bench.env["lifecycle.clv.fit"]._get_current_query(bench.env.company)
    bench.cr.execute(
        SQL(
            "UPDATE bench_lifecycle_value v SET (%(names)s) = (%(news)s)"
            "  FROM (%(forecast)s) n WHERE n.partner_id = v.partner_id"
            "   AND (%(stored)s) IS DISTINCT FROM (%(news)s)",
            names=SQL(", ").join(map(SQL.identifier, SCORES)),
            news=columns("n", SCORES),
            stored=columns("v", SCORES),
            forecast=SQL(
                _FORECAST, fit=fit, scope=scope or _ALL, tier=_get_tier(bench, scope)
            ),
        )
    )


def _get_tier(bench, scope):
    """By rank among all, or by last night's limits for some."""
    if scope is None:
        rank = SQL("percent_rank() OVER (ORDER BY p.worth * p.det_12)")
        place = SQL(" + ").join(
            SQL("(%s >= %s)::int", rank, share) for share in (0.5, 0.8, 0.95)
        )
    else:
        basis = bench.env["lifecycle.value.basis"]._get(bench.env.company)
        limits = [float(limit) for limit in basis.limits["tier"]]
        place = SQL("width_bucket(p.worth * p.det_12, %s::float8[])", limits)
    return SQL("(ARRAY['low', 'medium', 'high', 'top'])[1 + %s]", place)
