"""Why people left, and what some asked about their data."""

from datetime import timedelta

from odoo.tools import SQL

# Of those who left, in a hundred: who says why.
TELLING = 62
REASONS = [
    ("mailing_subscription_optout_data_2", 38, "frequency"),
    ("mailing_subscription_optout_data_3", 27, "topics"),
    ("mailing_subscription_optout_data_1", 14, ""),
    ("mailing_subscription_optout_data_0", 8, ""),
    ("mailing_subscription_optout_break", 9, "pause"),
    ("mailing_subscription_optout_data_4", 4, ""),
]
WORDS = [
    "Two letters a week are too much for me.",
    "Me he mudado; la tienda queda lejos.",
    "Compro già tutto in negozio, grazie lo stesso!",
    "I only wanted the recipes.",
    "Solo me interesan las ofertas de aceite.",
]
# Days ago, what, in whose words, what became of it, and our answer.
REQUESTS = [
    (3, "erasure", "I have moved abroad. Please delete everything.", "new", ""),
    (27, "correction", "Mi apellido es Ferrer, no Ferrez.", "new", ""),
    (45, "erasure", "", "new", ""),
    (12, "download", "", "done", ""),
    (
        64,
        "erasure",
        "Vorrei cancellare i miei dati.",
        "done",
        "Everything is erased but two invoices, which the law has us keep.",
    ),
    (
        90,
        "erasure",
        "",
        "refused",
        "Your order is on its way. Please ask again once it has come.",
    ),
]


def tell_leaving(story):
    """Reasons of those who left by their own hand, and a few data requests."""
    _give_reasons(story)
    _make_requests(story)


def _give_reasons(story):
    rng = story.dice("leaving")
    reasons = {name: story.env.ref(_where(name)) for name, _w, _offer in REASONS}
    weights = [weight for _name, weight, _offer in REASONS]
    rows = []
    for event_id, partner_id, company_id, date in _read_presses(story):
        if rng.randrange(100) >= TELLING:
            continue
        name, _weight, _offer = rng.choices(REASONS, weights)[0]
        rows.append(
            {
                "event_id": event_id,
                "partner_id": partner_id,
                "company_id": company_id,
                "leaving_date": date,
                "reason_id": reasons[name].id,
                "feedback": rng.choice(WORDS) if rng.random() < 0.2 else False,
            }
        )
    story.insert("lifecycle.leaving", rows)


def _where(name):
    module = "contact_lifecycle" if name.endswith("break") else "mass_mailing"
    return f"{module}.{name}"


def _read_presses(story):
    """Return the first event of each press that took something back."""
    return story.env.execute_query(
        SQL(
            """SELECT min(e.id), e.partner_id, e.company_id, e.event_date
                 FROM lifecycle_consent_event e
                 LEFT JOIN lifecycle_topic t ON t.id = e.topic_id
                WHERE e.status = 'withdrawn' AND e.partner_id IS NOT NULL
                  AND e.source IN ('one_click', 'preference_centre')
                  AND t.is_exclusion IS NOT TRUE
                GROUP BY e.partner_id, e.company_id, e.event_date
                ORDER BY min(e.id)"""
        )
    )


def _make_requests(story):
    rng = story.dice("data requests")
    people = [p for p in story.people if p.partner_id and not p.company]
    chosen = rng.sample(people, len(REQUESTS))
    for person, (days, kind, note, state, answer) in zip(chosen, REQUESTS, strict=True):
        asked = story.now - timedelta(days=days)
        request = story.env["lifecycle.data.request"].create(
            {
                "partner_id": person.partner_id,
                "kind": kind,
                "note": note,
                "source": "preference_centre",
                "request_date": asked,
                "user_id": story.env.ref("base.user_admin").id,
                "receipt_date": asked if kind != "download" else False,
                "close_date": asked if kind == "download" else False,
                "state": "done" if kind == "download" else "new",
                "answer": answer,
            }
        )
        if kind != "download" and state != "new":
            _close(request, state, asked + timedelta(days=9))


def _close(request, state, moment):
    """Close a request of the past; its answer was mailed back then."""
    request.write({"address": False})
    request.write({"state": state})
    request.write(
        {"address": request.partner_id.email_normalized, "close_date": moment}
    )
