"""What customers have bought, their RFM groups, and what may be expected of them."""

from odoo.tools import SQL

from ..measure import peak, reset_peak
from ..registry import job
from .harvest import harvest
from .profile import BUYING, refresh
from .value_bound import (
    RFM,
    SCORES,
    columns,
    load_det,
    write_rfm,
    write_scores,
    write_taken,
)

_SAMPLE = 200


@job(
    "Purchases and RFM groups of all customers, none known; bound: facts and ranks into"
    " a twin",
    needs=["profile_full"],
    leaves=["lifecycle_value", "bench_lifecycle_value"],
)
def rfm_full(bench):
    forget_fit(bench)
    bench.ours(lambda: refresh_rfm(bench), before=lambda: empty(bench))
    bench.rows = bench.count("lifecycle_value")
    bench.bound(lambda: write_rfm(bench), before=lambda: make_twin(bench))
    compare(bench, RFM)
    partners = bench.env["lifecycle.value"].search([], limit=_SAMPLE).partner_id
    bench.orm(lambda: _refresh_by_orm(partners), len(partners), bench.rows)
    bench.note("ORM: counting and summing by _read_group, and write(); no RFM groups")


@job(
    "The same again, nothing changed; bound: facts and ranks, compared with the twin",
    needs=["rfm_full"],
)
def rfm_unchanged(bench):
    forget_fit(bench)
    bench.rows = bench.count("lifecycle_value")
    bench.ours(lambda: refresh_rfm(bench))
    bench.bound(lambda: write_rfm(bench))


@job("Fit and backtest the model of purchases and amounts", needs=["rfm_full"])
def clv_fit(bench):
    fits = bench.env["lifecycle.clv.fit"]
    reset_peak()
    before = peak()
    bench.ours(lambda: fits._run_fit(bench.env.company))
    fit = fits._get_current(bench.env.company)
    bench.rows = fit.sample_count
    if fit.status != "ok":
        raise AssertionError(f"the fit is {fit.status}")
    added = bench.timings["ours"].peak - before
    bench.details["memory it took"] = f"{added} MB"
    bench.details["model"] = f"{fit.kind}, r {fit.r:.3f}, alpha {fit.alpha:.1f}"


@job(
    "Forecasts of all customers, none known; bound: one statement, given our table of"
    " discounted purchases",
    needs=["clv_fit"],
    leaves=["lifecycle_value", "bench_lifecycle_value", "lifecycle_clv_fit"],
)
def value_scoring_full(bench):
    bench.rows = bench.count("lifecycle_value")
    bench.ours(lambda: _score(bench), before=lambda: _forget_scores(bench))
    bench.bound(lambda: write_scores(bench), before=lambda: load_det(bench))
    compare(bench, SCORES)


@job(
    "The same again, nothing changed; bound: the same, compared",
    needs=["value_scoring_full"],
)
def value_scoring_unchanged(bench):
    bench.rows = bench.count("lifecycle_value")
    bench.ours(lambda: _score(bench))
    bench.bound(lambda: write_scores(bench), before=lambda: load_det(bench))


@job(
    "Values of whom 1 % more documents concern; bound: the same for a twin",
    needs=["value_scoring_full"],
)
def value_incremental(bench):
    values = bench.env["lifecycle.value"]

    def take_news():
        bench.add_news()
        harvest(bench)
        take_queued(bench)

    bench.ours(values._refresh_taken, before=take_news)

    def keep_news():
        bench.add_news()
        harvest(bench)
        load_det(bench)
        bench.rows = bench.value(SQL("SELECT count(*) FROM (%s GROUP BY 1) q", BUYING))

    bench.bound(lambda: write_taken(bench, BUYING), before=keep_news)
    take_queued(bench)
    values._refresh_taken()
    refresh(bench)


def take_queued(bench):
    """Put all queued contacts into ``lifecycle_taken``, to outlive the commit."""
    bench.cr.execute("DROP TABLE IF EXISTS lifecycle_taken")
    flags = map(SQL.identifier, bench.env["lifecycle.touchpoint.queue"]._get_flags())
    bench.cr.execute(
        SQL(
            "CREATE TEMP TABLE lifecycle_taken AS SELECT partner_id, %s"
            " FROM lifecycle_touchpoint_queue GROUP BY partner_id",
            SQL(", ").join(
                SQL("bool_or(%s IS NOT FALSE) AS %s", flag, flag) for flag in flags
            ),
        )
    )
    bench.cr.execute("ALTER TABLE lifecycle_taken ADD PRIMARY KEY (partner_id)")
    bench.cr.execute("ANALYZE lifecycle_taken")


def forget_fit(bench):
    bench.cr.execute("UPDATE lifecycle_clv_fit SET is_current = false")
    bench.env["lifecycle.clv.fit"].invalidate_model()


def empty(bench):
    bench.cr.execute(
        "TRUNCATE lifecycle_value, lifecycle_value_category_rel, lifecycle_value_basis,"
        " lifecycle_value_migration"
    )


def _forget_scores(bench):
    """Take the forecasts away, ours and the twin's."""
    for table in ("lifecycle_value", "bench_lifecycle_value"):
        bench.cr.execute(
            SQL(
                "UPDATE %s SET (%s) = ROW (%s) WHERE clv_12 IS NOT NULL",
                SQL.identifier(table),
                SQL(", ").join(map(SQL.identifier, SCORES)),
                SQL(", ").join([SQL("NULL")] * len(SCORES)),
            )
        )
        bench.vacuum(table)


def refresh_rfm(bench):
    """Purchases of everybody, ranks, and what follows from them; no fit."""
    values = bench.env["lifecycle.value"]
    companies = values._get_companies()
    values._refresh_purchases(companies, commit=bench.commit)
    for company in companies:
        bench.env["lifecycle.value.basis"]._refresh(company)
    values._refresh_scores(companies, commit=bench.commit)


def _score(bench):
    values = bench.env["lifecycle.value"]
    values._refresh_scores(values._get_companies(), commit=bench.commit)


def make_twin(bench):
    for table in ("lifecycle_value", "lifecycle_value_category_rel"):
        bench.copy_of(table)()
    bench.commit()


def compare(bench, names):
    bench.must_be_none(
        "values differ from the bare SQL",
        SQL(
            "SELECT count(*) FROM bench_lifecycle_value b"
            " FULL JOIN lifecycle_value v USING (partner_id)"
            " WHERE (%s) IS DISTINCT FROM (%s)",
            columns("b", names),
            columns("v", names),
        ),
    )


def _refresh_by_orm(partners):
    """Count, sum and write, contact by contact; only a part of the facts."""
    orders = partners.env["sale.order"]
    for partner in partners:
        count, amount, first, last = orders._read_group(
            [("partner_id", "=", partner.id), ("state", "=", "sale")],
            [],
            ["__count", "amount_untaxed:sum", "date_order:min", "date_order:max"],
        )[0]
        partner.sudo().lifecycle_value_id.write(
            {
                "order_count": count,
                "revenue": amount,
                "first_order_date": first,
                "last_order_date": last,
            }
        )
