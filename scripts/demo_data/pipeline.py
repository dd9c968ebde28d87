"""Salespeople at work: leads, meetings, calls and e-mails that came in."""

from datetime import timedelta

from odoo import Command

from .catalogue import CALLS, LEAD_SUBJECTS, MEETINGS, QUESTIONS
from .personas import is_hero, is_keen

LEADS = 300
MEETINGS_HELD = 80
CALLS_MADE = 120
EMAILS = 100
WON, LOST = 0.36, 0.26


def write_pipeline(story):
    """All that the salespeople did beside orders."""
    _write_leads(story)
    _write_meetings(story)
    _write_calls(story)
    _plan_activities(story)
    _write_emails(story)


def _candidates(story):
    """Those who ask: companies that may buy, and private people who like us."""
    likely = ("professional", "business", "prospect", "loyal", "champion", "occasional")
    return [
        person
        for person in story.people
        if person.kind in ("customer", "prospect") and person.persona in likely
    ]


def _write_leads(story):
    rng = story.dice("leads")
    people = _candidates(story)
    weights = [4 if p.company or p.persona == "prospect" else 1 for p in people]
    heroes = [person for person in people if is_hero(person)]
    chosen = heroes + rng.choices(people, weights, k=LEADS)
    chosen = [p for n, p in enumerate(chosen) if n < len(heroes) or not is_hero(p)]
    stages = story.env["crm.stage"].search([("team_ids", "=", False)])
    rows, dates = [], []
    for person in chosen:
        earliest = person.joined
        if is_hero(person) and person.persona == "prospect":
            earliest = story.now - timedelta(days=25)
        asked = story.season_day(rng, earliest, story.now - timedelta(hours=4))
        outcome = _outcome(story, rng, person, asked)
        rows.append(_lead_values(story, rng, person, outcome, stages))
        dates.append((asked, _closed(story, rng, asked, outcome)))
    for number in range(12):  # somebody nobody knows
        asked = story.season_day(rng, story.start, story.now - timedelta(hours=4))
        row = {"name": "Question from the website", "email_from": _unknown(number)}
        rows.append({**row, "type": "opportunity", "user_id": False})
        dates.append((asked, None))
    leads = story.env["crm.lead"].create(rows)
    _age_leads(story, leads, dates)


def _unknown(number):
    return f"visitor{number:02d}@example.org"


def _outcome(story, rng, person, asked):
    chance = rng.random()
    if is_hero(person):
        return "won" if is_keen(person) else "pending"
    if chance < WON:
        return "won"
    if asked < story.now - timedelta(days=270) or chance < WON + LOST:
        return "lost"
    return "pending"


def _closed(story, rng, asked, outcome):
    if outcome == "pending":
        return None
    closed = asked + timedelta(days=rng.expovariate(1 / 18) + 0.4)
    return closed if closed < story.now else asked + (story.now - asked) * 0.8


def _lead_values(story, rng, person, outcome, stages):
    subjects = LEAD_SUBJECTS["company" if person.company else "person"]
    subject, price = rng.choice(subjects)
    source, medium = person.origin
    values = {
        "name": f"{subject}, {person.company.name if person.company else person.name}",
        "type": "opportunity",
        "expected_revenue": round(price * rng.uniform(0.5, 1.6), -1),
        "user_id": rng.choice(story.sellers).id,
        "team_id": story.team.id,
        "priority": rng.choice("0012"),
        "source_id": story.sources[source].id,
        "medium_id": story.mediums[medium].id,
        **story.known("crm.lead", {"iap_enrich_done": True}),
    }
    if rng.random() < 0.15 and not is_hero(person):  # not yet linked to the contact
        values.update(email_from=person.email, contact_name=person.name)
    else:
        values["partner_id"] = person.partner_id
    if outcome == "won":
        values.update(stage_id=stages.filtered("is_won")[:1].id, probability=100)
    elif outcome == "lost":
        reasons = story.env["crm.lost.reason"].search([]).ids
        stage = rng.choice(stages.filtered(lambda s: not s.is_won))
        values.update(active=False, probability=0, stage_id=stage.id)
        values["lost_reason_id"] = rng.choice(reasons)
    else:
        values["stage_id"] = rng.choice(stages.filtered(lambda s: not s.is_won)).id
    return values


def _age_leads(story, leads, dates):
    rows = {}
    for lead, (asked, closed) in zip(leads, dates, strict=True):
        rows[lead.id] = {
            "create_date": asked,
            "write_date": closed or asked,
            "date_open": asked,
            "date_last_stage_update": closed or asked,
            "date_closed": closed,
            "day_open": 0.0,
            "day_close": float((closed - asked).days) if closed else None,
        }
    story.update("crm.lead", rows)


def _write_meetings(story):
    rng = story.dice("meetings")
    people = [p for p in _candidates(story) if p.company or is_hero(p)]
    rows, dates = [], []
    chosen = [p for p in people if is_hero(p)] + rng.choices(people, k=MEETINGS_HELD)
    for number, person in enumerate(chosen):
        day = story.season_day(rng, person.joined, story.now - timedelta(hours=6))
        if number >= len(chosen) - 4:  # still to come
            day = story.now + timedelta(days=rng.randrange(2, 9), hours=11)
        begin = day.replace(minute=0, second=0)
        seller = rng.choice(story.sellers)
        guests = [person.partner_id, seller.partner_id.id]
        rows.append(
            {
                "name": f"{rng.choice(MEETINGS)}, {person.name}",
                "start": begin,
                "stop": begin + timedelta(hours=rng.choice([1, 1, 2])),
                "user_id": seller.id,
                "partner_ids": [Command.set(guests)],
                "location": rng.choice(["Shop in Ruzafa", "At the customer's", False]),
            }
        )
        dates.append((min(begin, story.now) - timedelta(days=6), min(begin, story.now)))
    meetings = story.env["calendar.event"].create(rows)
    story.backdate("calendar.event", dict(zip(meetings.ids, dates, strict=True)))
    ages = {
        guest.id: dates[number]
        for number, meeting in enumerate(meetings)
        for guest in meeting.attendee_ids
    }
    story.backdate("calendar.attendee", ages)


def _activity(story, xmlid, person, seller, day):
    return {
        "res_model_id": story.env["ir.model"]._get_id("res.partner"),
        "res_model": "res.partner",
        "res_id": person.partner_id,
        "res_name": person.name,
        "activity_type_id": story.env.ref(xmlid).id,
        "user_id": seller.id,
        "date_deadline": day.date(),
    }


def _write_calls(story):
    """Calls that were made: done activities stay, archived."""
    rng = story.dice("calls")
    people = _candidates(story)
    chosen = [p for p in people if is_hero(p)] + rng.choices(people, k=CALLS_MADE)
    rows = []
    for person in chosen:
        done = story.season_day(rng, person.joined, story.now - timedelta(hours=2))
        summary, feedback = rng.choice(CALLS)
        seller = rng.choice(story.sellers)
        call = _activity(story, "mail.mail_activity_data_call", person, seller, done)
        rows.append(
            {
                **call,
                "summary": summary,
                "feedback": feedback,
                "active": False,
                "date_done": done.date(),
                "create_date": done - timedelta(days=3),
                "write_date": done,
            }
        )
    story.insert("mail.activity", rows)


def _plan_activities(story):
    """What is still to be done this week."""
    rng = story.dice("activities")
    rows = []
    for person in rng.sample(_candidates(story), 14):
        day = story.now + timedelta(days=rng.randrange(-3, 8))
        seller = rng.choice(story.sellers)
        xmlid = rng.choice(["mail_activity_data_call", "mail_activity_data_todo"])
        row = _activity(story, f"mail.{xmlid}", person, seller, day)
        rows.append({**row, "summary": rng.choice(CALLS)[0], "active": True})
    story.insert("mail.activity", rows)


def _write_emails(story):
    """Mails that contacts wrote to us, on their own record."""
    rng = story.dice("emails")
    people = [p for p in story.people if p.persona not in ("subscriber", "business")]
    chosen = [p for p in people if is_hero(p)] + rng.choices(people, k=EMAILS)
    subtype = story.env.ref("mail.mt_comment").id
    rows = []
    for number, person in enumerate(chosen):
        moment = story.season_day(rng, person.joined, story.now - timedelta(hours=1))
        subject, body = rng.choice(QUESTIONS)
        rows.append(
            {
                "message_type": "email",
                "subtype_id": subtype,
                "model": "res.partner",
                "res_id": person.partner_id,
                "author_id": person.partner_id,
                "email_from": f'"{person.name}" <{person.email}>',
                "subject": subject,
                "body": f"<p>{body}</p><p>{person.name}</p>",
                "message_id": f"<demo.in.{number}@example.com>",
                "date": moment,
                "create_date": moment,
                "write_date": moment,
            }
        )
    story.insert("mail.message", rows)
