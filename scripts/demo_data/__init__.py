"""A shop with two years of history, for demonstrations and screenshots.

``main(env)`` fills a database that has the addon; in the checkout, by hand::

    odoo shell -d DATABASE <<END
    import sys; sys.path.insert(0, "scripts")
    from demo_data import main; main(env)
    END

The story is the same each time (seeded), told relative to today, and told once: a
second run finds its marker and does nothing.  It writes documents as Odoo would have
written them; journeys, profiles and stages then come from the addon's own harvest.
Each chapter has its own dice, so a new one can be added without changing the others.
"""

import logging
import time

from .answers import write_answers
from .consent import write_consents
from .harvest import harvest
from .history import write_histories
from .imports import bring_consents, list_renewals
from .invoices import write_invoices
from .leaving import tell_leaving
from .lists import subscribe_people
from .mailings import plan_mailings, write_mailings
from .orders import plan_orders
from .people import meet_people
from .pipeline import write_pipeline
from .portal import open_account
from .quality import spoil_and_verify
from .sales import write_orders
from .profiles import tell_profiles
from .satisfaction import give_reasons, note_satisfaction
from .segments import write_segments
from .shop import open_shop
from .signups import write_signups
from .story import Story
from .traces import write_traces

_logger = logging.getLogger(__name__)

MARKER = "contact_lifecycle.demo_data"


def main(env):
    """Tell the story, harvest it and commit. Return False when it was told before."""
    parameters = env["ir.config_parameter"].sudo()
    if parameters.get_param(MARKER):
        _logger.info("demo data: already there")
        return False
    story = Story(env)
    chapters = [
        open_shop,
        meet_people,
        plan_mailings,
        plan_orders,
        subscribe_people,
        write_mailings,
        write_traces,
        write_orders,
        write_invoices,
        write_pipeline,
        write_answers,
        note_satisfaction,
        spoil_and_verify,
        write_consents,
        bring_consents,
        write_signups,
        tell_leaving,
        tell_profiles,
        open_account,
    ]
    for chapter in chapters:
        started = time.monotonic()
        chapter(story)
        story.env.flush_all()
        seconds = time.monotonic() - started
        _logger.info("demo data: %s in %.1f s", chapter.__name__, seconds)
    parameters.set_param(MARKER, story.now.date())
    env.invalidate_all()
    env.cr.commit()
    harvest(story)
    write_histories(story)
    give_reasons(story)
    write_segments(story)
    list_renewals(story)
    env.cr.commit()
    return True
