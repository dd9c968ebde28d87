"""Mailing lists: who joined, who left again, who wants no advertising at all."""

from datetime import timedelta

from .personas import is_hero
from .story import Person

LISTS = {
    "newsletter": "Newsletter of Casa Oliva",
    "recipes": "Recipes",
    "offers": "Offers and news",
}
# Chance to subscribe, by persona, and how it is shared out over the lists.
JOINS = {
    "subscriber": 1.0,
    "prospect": 0.6,
    "one_shot": 0.45,
    "occasional": 0.6,
    "loyal": 0.8,
    "champion": 0.95,
    "lapsed": 0.65,
    "professional": 0.55,
    "business": 0.35,
}
LIST_SHARES = {"newsletter": 0.95, "recipes": 0.34, "offers": 0.45}
STRANGERS = 110


def subscribe_people(story):
    """Lists, their contacts, and who left them again."""
    rng = story.dice("lists")
    story.lists = {key: _list(story, key, name) for key, name in LISTS.items()}
    story.strangers = [_stranger(story, rng, number) for number in range(STRANGERS)]
    for person in story.people + story.strangers:
        sure = is_hero(person) or person.bounces_from
        chance = 1 if sure else JOINS[person.persona]
        if rng.random() < chance and not person.email[0].isupper():
            _subscribe(story, rng, person)
    _block_some(story, rng)
    subscribers = [p for p in story.people + story.strangers if p.subscriptions]
    _write_contacts(story, subscribers)
    _write_subscriptions(story, rng, subscribers)


def _list(story, key, name):
    """Odoo brings one list along: it becomes the newsletter."""
    first = story.env.ref("mass_mailing.mailing_list_data", raise_if_not_found=False)
    if key == "newsletter" and first:
        first.name = name
        return first
    return story.env["mailing.list"].create({"name": name, "is_public": True})


def _stranger(story, rng, number):
    """A reader who is on a list and nowhere else."""
    joined = story.season_day(rng, story.start, story.now - timedelta(days=1))
    email = f"reader{number:03d}@example.net"
    return Person("", email, "ES", "subscriber", joined)


def _subscribe(story, rng, person):
    joins = [key for key, share in LIST_SHARES.items() if rng.random() < share]
    if is_hero(person):
        joins = list(LISTS)
    for key in joins or ["newsletter"]:
        delay = rng.choice([0, 0, 0, 1, 3, 30])
        since = person.joined + timedelta(days=delay, minutes=rng.randrange(1, 9))
        if since < story.now:
            until = _leaves(story, rng, person, key, since)
            person.subscriptions[key] = (since, until)


def _leaves(story, rng, person, key, since):
    """People leave a list because of a letter, some hours after it."""
    chance = 0.28 if person.persona == "lapsed" else 0.08
    letters = [
        m
        for m in story.mailings
        if m.list_key == key and m.sent > since + timedelta(days=20)
    ]
    if not letters or rng.random() > chance or is_hero(person):
        return None
    if person.bounces_from:
        return None
    until = rng.choice(letters).sent + timedelta(hours=rng.expovariate(1 / 9) + 0.1)
    return until if until < story.now else None


def _block_some(story, rng):
    """Some ask for no advertising at all; addresses that bounce come later."""
    letters = [m for m in story.mailings if m.kind == "partner"]
    people = [p for p in story.people if not p.company and not is_hero(p)]
    for person in rng.sample(people, 14):
        sent = rng.choice(letters).sent
        if person.joined < sent and not person.bounces_from:
            person.blocked_from = sent + timedelta(hours=rng.uniform(0.3, 12))


def _write_contacts(story, subscribers):
    countries = story.env["res.country"].search([("code", "in", ["ES", "IT", "FR"])])
    country_ids = {country.code: country.id for country in countries}
    rows = [
        {
            "name": p.name or p.email,
            "email": p.email,
            "email_normalized": p.email.lower(),
            "country_id": country_ids.get(p.country, False),
            "create_date": min(s for s, _u in p.subscriptions.values()),
            "write_date": min(s for s, _u in p.subscriptions.values()),
        }
        for p in subscribers
    ]
    ids = story.insert("mailing.contact", rows)
    for person, contact_id in zip(subscribers, ids, strict=True):
        person.list_contact_id = contact_id


def _write_subscriptions(story, rng, subscribers):
    reasons = story.env["mailing.subscription.optout"].search([]).ids
    rows = []
    for person in subscribers:
        for key, (since, until) in person.subscriptions.items():
            rows.append(
                {
                    "contact_id": person.list_contact_id,
                    "list_id": story.lists[key].id,
                    "opt_out": bool(until),
                    "opt_out_datetime": until or False,
                    "opt_out_reason_id": rng.choice(reasons) if until else False,
                    "create_date": since,
                    "write_date": until or since,
                }
            )
    story.insert("mailing.subscription", rows)
