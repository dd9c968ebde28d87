"""The people: private customers, companies with staff, duplicates."""

import unicodedata
from datetime import date, timedelta

from odoo import Command

from .catalogue import ORIGINS
from .companies import (
    ascii_word,
    draw_address,
    draw_joined,
    draw_name,
    draw_phone,
    found_companies,
    staff_company,
)
from .personas import HEROES, PERSONAS, is_hero
from .story import Person
from .words import COMPANY_JOBS, COUNTRIES, COUNTRY_SHARES, PROFESSIONS

PRIVATE_PEOPLE = 1120
DUPLICATES = 40
BOUNCING = 15


def meet_people(story):
    """Everybody, from companies to duplicates; fills people and companies."""
    rng = story.dice("people")
    found_companies(story, rng)
    taken = set()
    for name, email, country, persona, gender in HEROES:
        taken.add(email)
        person = Person(name, email, country, persona, story.start, gender)
        days = 480 if persona == "prospect" else 9
        person.joined = story.start + timedelta(days=days, hours=3)
        person.phone = draw_phone(rng, country)
        story.people.append(person)
    for company in story.companies:
        staff_company(story, rng, company, taken)
    for _ in range(PRIVATE_PEOPLE):
        story.people.append(_private_person(story, rng, taken))
    _copy_people(story, rng, taken)
    for person in story.people:
        _give_habits(story, rng, person)
    readers = [p for p in story.people if p.persona in ("subscriber", "occasional")]
    latest = story.now - timedelta(days=90)
    for person in rng.sample([p for p in readers if p.joined < latest], BOUNCING):
        person.bounces_from = story.season_day(rng, person.joined, latest)
    _write_partners(story, rng)


def _private_person(story, rng, taken):
    country = rng.choices(list(COUNTRY_SHARES), list(COUNTRY_SHARES.values()))[0]
    gender, first, name = draw_name(rng, country)
    shares = [persona.share for persona in PERSONAS.values()]
    persona = rng.choices(list(PERSONAS), shares)[0]
    joined = draw_joined(story, rng)
    if persona == "lapsed":  # long enough ago to have bought and gone silent
        joined = story.moment(rng, story.start + timedelta(days=rng.randrange(200)))
    elif persona == "champion":
        joined = story.moment(rng, story.start + timedelta(days=rng.randrange(260)))
    elif persona == "loyal":
        joined = story.moment(rng, story.start + timedelta(days=rng.randrange(420)))
    email = _email(rng, first, name, taken)
    person = Person(name, email, country, persona, joined, gender)
    person.phone = draw_phone(rng, country) if rng.random() < 0.82 else ""
    person.kind = "prospect" if persona in ("subscriber", "prospect") else "customer"
    return person


def _email(rng, first, name, taken):
    last = ascii_word(name.split(" ")[-1])
    first = ascii_word(first.split(" ")[0])
    domain = rng.choices(["example.com", "example.org", "example.net"], [6, 3, 2])[0]
    shapes = [
        f"{first}.{last}",
        f"{first[0]}{last}",
        f"{first}{last}",
        f"{last}.{first}",
    ]
    local = rng.choices(shapes, [6, 2, 2, 1])[0]
    email, number = f"{local}@{domain}", 1
    while email in taken:
        number += 1
        email = f"{local}{number}@{domain}"
    taken.add(email)
    return email


def _copy_people(story, rng, taken):
    """The same person once more, spelt a little differently."""
    private = [p for p in story.people if not p.company and not is_hero(p)]
    for original in rng.sample(private, DUPLICATES):
        first, *rest = original.name.split(" ")
        name = rng.choice(
            [
                _without_accents(original.name),
                original.name.upper(),
                " ".join([first, *rest[:1]]),
                " ".join([*rest, first]),
                f"{first[0]}. {' '.join(rest)}",
            ]
        )
        persona = "one_shot" if rng.random() < 0.5 else "prospect"
        latest = story.now - timedelta(days=2)
        joined = story.season_day(rng, min(original.joined, latest), latest)
        email = _email(rng, first, original.name, taken)
        if rng.random() < 0.3:  # typed in capitals at the till
            email = original.email.title()
        copy = Person(name, email, original.country, persona, joined, original.gender)
        copy.phone = original.phone.replace(" ", "")
        copy.kind = "customer" if persona == "one_shot" else "prospect"
        story.people.append(copy)


def _without_accents(text):
    plain = unicodedata.normalize("NFKD", text)
    return "".join(char for char in plain if not unicodedata.combining(char))


def _give_habits(story, rng, person):
    mobile = [("mobile",), ("desktop",), ("mobile", "desktop"), ("tablet",)]
    person.devices = rng.choices(mobile, [45, 22, 27, 6])[0]
    if person.company:
        person.devices = ("desktop",)
    person.prefetches = not person.company and rng.random() < 0.22
    person.origin = _origin(rng, person)


def _origin(rng, person):
    if person.company and rng.random() < 0.6:
        return ("Fair of Valencia", "Direct")
    source, medium, _share = rng.choices(
        ORIGINS, [share for *_names, share in ORIGINS]
    )[0]
    return source, medium


def _write_partners(story, rng):
    rows = [_partner_values(story, rng, person) for person in story.people]
    partners = story.env["res.partner"].create(rows)
    for person, partner in zip(story.people, partners, strict=True):
        person.partner_id = partner.id
    ages = {p.partner_id: (p.joined, p.joined) for p in story.people}
    ages.update({c.partner_id: (c.joined, c.joined) for c in story.companies})
    story.backdate("res.partner", ages)


def _partner_values(story, rng, person):
    values = {
        "name": person.name,
        "email": person.email,
        "phone": person.phone,
        "category_id": [Command.set(_tags(story, rng, person))],
        "user_id": rng.choice(story.sellers).id if rng.random() < 0.4 else False,
    }
    if person.company:
        values["parent_id"] = person.company.partner_id
        values["function"] = rng.choice(COMPANY_JOBS)
        values["lang"] = COUNTRIES[person.country].lang
    else:
        values.update(draw_address(story, rng, person.country))
        if rng.random() < 0.55:
            values["function"] = rng.choice(PROFESSIONS)
    values.update(story.known("res.partner", _facts(story, rng, person)))
    return values


def _facts(story, rng, person):
    gender = person.gender
    chance = rng.random()
    if chance < 0.015:
        gender = rng.choice(["non_binary", "self_described", "undisclosed"])
    elif chance < 0.12:
        gender = False
    birth = False
    if rng.random() < 0.6 or is_hero(person):
        age = min(max(rng.gauss(46, 14), 19), 88)
        birth = date(story.now.year, 1, 1) - timedelta(days=int(age * 365.25))
    return {
        "lifecycle_kind": person.kind,
        "lifecycle_birth_date": birth,
        "lifecycle_gender": gender,
        "lifecycle_gender_text": "Agender" if gender == "self_described" else False,
    }


def _tags(story, rng, person):
    names = list(story.tags)
    if person.company and person.kind == "customer":
        return [story.tags["Professional kitchen"].id]
    count = rng.choices([0, 1, 2], [6, 3, 1])[0]
    return [story.tags[name].id for name in rng.sample(names, count)]
