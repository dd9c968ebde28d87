"""All that a night computes of contacts, in one go."""

from ..registry import job
from . import satisfaction, score, value_bound


@job(
    "RFM, values, fit, scores and satisfaction of all contacts, nothing changed; bound:"
    " all the bare SQL of it",
    needs=["value_scoring_full", "score_full", "satisfaction_full"],
)
def night_unchanged(bench):
    bench.rows = bench.contacts
    # Months that have ended are compared once, not each night.
    values = bench.env["lifecycle.value"]
    migration = bench.env["lifecycle.value.migration"]
    migration._complete(values._get_companies(), bench.commit)
    bench.ours(lambda: refresh_all(bench))

    def bare():
        value_bound.write_rfm(bench)
        value_bound.write_scores(bench)
        score.write_all(bench)
        satisfaction.compare(bench)

    bench.bound(bare, before=lambda: value_bound.load_det(bench))
    bench.note("ours fits and tests the model, too, for which there is no bare SQL")


def refresh_all(bench):
    """What the nightly crons do, one after the other."""
    bench.env["lifecycle.value"]._refresh_all(commit=bench.commit)
    score.refresh_all(bench)
    satisfaction.refresh_all(bench)
