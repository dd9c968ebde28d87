"""All that a night computes of contacts, and an hour, in one go."""

from odoo.tools import SQL

from ..registry import job
from . import satisfaction, score, value, value_bound
from .harvest import harvest
from .profile import ANSWERING, BUYING, refresh

_TURN = "contact_lifecycle.value_turn"
_TAKEN = SQL("SELECT partner_id FROM lifecycle_taken")


@job(
    "RFM, values, scores and satisfaction of all contacts, none known; bound: all the"
    " bare SQL of it, into twins",
    needs=["clv_fit", "score_full", "satisfaction_full"],
)
def night_full(bench):
    bench.rows = bench.contacts
    bench.ours(lambda: _fill_all(bench), before=lambda: _empty(bench))
    bench.bound(lambda: _write_all(bench), before=lambda: _make_twins(bench))
    value.compare(bench, (*value_bound.RFM, *value_bound.SCORES))
    bench.note("with the model of clv_fit; twins have indexes, but no foreign keys")


@job(
    "The same again, nothing changed; bound: all the bare SQL of it, compared",
    needs=["night_full"],
)
def night_unchanged(bench):
    bench.rows = bench.contacts
    bench.ours(lambda: refresh_all(bench), before=lambda: _finish_week(bench))
    bench.bound(lambda: _compare_all(bench), before=lambda: value_bound.load_det(bench))
    bench.note("ours fits and tests the model, too, for which there is no bare SQL")
    bench.note("ours verifies the purchases of a seventh, those of everybody in a week")


@job(
    "Values, scores and satisfaction of whom 1 % more documents concern; bound: the"
    " same for twins",
    needs=["night_full"],
)
def refresh_incremental(bench):
    def take_news():
        # Those of before have been taken.
        bench.cr.execute("DELETE FROM lifecycle_touchpoint_queue")
        bench.add_news()
        harvest(bench)
        value.take_queued(bench)
        bench.rows = bench.count("lifecycle_taken")
        bench.env["lifecycle.profile"]._refresh_taken()

    def keep_news():
        take_news()
        value_bound.load_det(bench)

    bench.ours(lambda: _refresh_taken(bench), before=take_news)
    bench.bound(lambda: _write_taken(bench), before=keep_news)
    _refresh_taken(bench)
    refresh(bench)


def refresh_all(bench):
    """What the nightly crons do, one after the other."""
    bench.env["lifecycle.value"]._refresh_night(bench.commit)
    score.refresh_all(bench)
    satisfaction.refresh_all(bench)


def _fill_all(bench):
    """The same without fitting the model, and what is counted once a month."""
    value.refresh_rfm(bench)
    score.refresh_all(bench)
    satisfaction.refresh_all(bench)


def _refresh_taken(bench):
    """What follows a refresh of profiles, but for stages and segments."""
    bench.env["lifecycle.value"]._refresh_taken()
    bench.env["lifecycle.score"]._refresh_contacts(_TAKEN)
    bench.env["lifecycle.satisfaction"]._refresh_taken()


def _empty(bench):
    value.empty(bench)
    score.empty(bench)
    satisfaction.empty(bench)


def _make_twins(bench):
    value.make_twin(bench)
    score.make_twins(bench)
    satisfaction.make_twins(bench)
    value_bound.load_det(bench)


def _finish_week(bench):
    """Leave a night like any other: not the first one, which has more to do."""
    values = bench.env["lifecycle.value"]
    migration = bench.env["lifecycle.value.migration"]
    migration._complete(values._get_companies(), bench.commit)
    bench.env["ir.config_parameter"].set_param(_TURN, "3")
    for table in ("value", "score", "satisfaction", "profile"):
        bench.vacuum(f"lifecycle_{table}", f"bench_lifecycle_{table}")


def _write_all(bench):
    value_bound.write_rfm(bench)
    value_bound.write_scores(bench)
    score.write_first(bench)
    satisfaction.write(bench)


def _compare_all(bench):
    value_bound.write_rfm(bench)
    value_bound.write_scores(bench)
    score.write_all(bench)
    satisfaction.compare(bench)


def _write_taken(bench):
    value_bound.write_taken(bench, BUYING)
    score.write_taken(bench)
    satisfaction.write(bench, SQL("t.partner_id IN (%s)", ANSWERING))
