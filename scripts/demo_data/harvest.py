"""Let the addon read the story: journeys, profiles, stages, values and scores."""

import logging
import time

from .scores import keep_past_scores

_logger = logging.getLogger(__name__)

SCORES = "contact_lifecycle.ir_cron_refresh_scores"
JOBS = (
    "contact_lifecycle.ir_cron_apply_consent",
    "contact_lifecycle.ir_cron_reconcile_touchpoints",
    "contact_lifecycle.ir_cron_harvest_touchpoints",
    "contact_lifecycle.ir_cron_run_stage_rules",
    "contact_lifecycle.ir_cron_refresh_values",
    SCORES,
    "contact_lifecycle.ir_cron_fit_conversion",
    "contact_lifecycle.ir_cron_refresh_quality",
    "contact_lifecycle.ir_cron_refresh_quality_queue",
)


def harvest(story):
    """Run the nightly work once, when the addon is installed."""
    for xmlid in JOBS:
        job = story.env.ref(xmlid, raise_if_not_found=False)
        if xmlid == SCORES:
            keep_past_scores(story)
            story.env.cr.commit()  # the job's own cursor would wait for it
        if job:
            started = time.monotonic()
            job.method_direct_trigger()
            story.env.cr.commit()  # so as to see what the job wrote on its own cursor
            _logger.info(
                "demo data: %s in %.1f s", job.name, time.monotonic() - started
            )
