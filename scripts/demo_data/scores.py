"""Scores of the past: the scorecards looked every week, and kept what they saw."""

from datetime import timedelta

WEEKS = 56


def keep_past_scores(story):
    """Score all contacts as of each week, by the journeys as they were then.

    A temporary table stands before the journeys and hides what came later; profiles
    are those of today, and scores of today are made by night's work afterwards.
    """
    if "lifecycle.score.snapshot" not in story.env:
        return
    scorecards = story.env["lifecycle.scorecard"].search([])
    story.env.flush_all()
    for back in range(WEEKS, 0, -1):
        _hide_later(story, story.now - timedelta(weeks=back))
        with story.at(story.now - timedelta(weeks=back)):
            for scorecard in scorecards:
                story.env["lifecycle.score"]._refresh_scorecard(scorecard)
            story.env.flush_all()
        story.env.cr.execute("DROP TABLE pg_temp.lifecycle_touchpoint")


def _hide_later(story, moment):
    story.env.cr.execute(
        """CREATE TEMP TABLE lifecycle_touchpoint AS
           SELECT * FROM public.lifecycle_touchpoint WHERE touch_date < %s""",
        [moment],
    )
    story.env.cr.execute("ANALYZE pg_temp.lifecycle_touchpoint")
