"""Companies, the people who work there, and what all contacts have in common."""

import re
import unicodedata
from datetime import timedelta

from .story import Company, Person
from .words import COMPANY_KINDS, COMPANY_NAMES, COUNTRIES

COMPANIES = {"customer": 86, "supplier": 18, "partner": 9, "competitor": 7}


def ascii_word(text):
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]+", "", plain.lower())


def draw_joined(story, rng):
    """Nearly half were there from the beginning, the rest came since."""
    day = rng.randrange(60) if rng.random() < 0.45 else rng.randrange(30, 725)
    return story.moment(rng, story.start + timedelta(days=day))


def draw_name(rng, code):
    country = COUNTRIES[code]
    gender = rng.choices(["female", "male"], [56, 44])[0]
    first = rng.choice(country.women if gender == "female" else country.men)
    if code == "ES" and rng.random() < 0.12:
        first += " " + ("María" if gender == "female" else "Luis")
    surname = rng.choice(country.surnames)
    if country.doubles_surname and rng.random() < 0.7:
        surname += " " + rng.choice(country.surnames)
    return gender, first, f"{first} {surname}"


def draw_phone(rng, code):
    return re.sub("#", lambda _match: str(rng.randrange(10)), COUNTRIES[code].phone)


def draw_address(story, rng, code):
    country = story.env.ref(f"base.{'uk' if code == 'GB' else code.lower()}")
    city, post_code, state = rng.choice(COUNTRIES[code].cities)
    street = f"{rng.choice(COUNTRIES[code].streets)} {rng.randrange(1, 140)}"
    states = country.state_ids.filtered(lambda s: state and s.code == state)
    return {
        "street": street,
        "zip": post_code,
        "city": city,
        "state_id": states[:1].id,
        "country_id": country.id,
        "lang": COUNTRIES[code].lang,
    }


def found_companies(story, rng):
    rows, companies = [], []
    names = set()
    for kind, count in COMPANIES.items():
        for _ in range(count):
            code = rng.choices(["ES", "IT"], [7, 3])[0]
            name = _company_name(rng, kind, code, names)
            joined = draw_joined(story, rng)
            companies.append(Company(name, kind, code, 0, joined))
            rows.append(_company_values(story, rng, companies[-1]))
    partners = story.env["res.partner"].create(rows)
    for company, partner in zip(companies, partners, strict=True):
        company.partner_id = partner.id
    story.companies = companies


def _company_name(rng, kind, code, names):
    spanish, italian = COMPANY_KINDS[kind]
    while True:
        sort = rng.choice(spanish if code == "ES" else italian)
        name = f"{sort} {rng.choice(COMPANY_NAMES[code])}"
        if name not in names:
            names.add(name)
            return name


def _company_values(story, rng, company):
    domain = f"{ascii_word(company.name)}.example.com"
    return {
        "name": company.name,
        "is_company": True,
        "email": f"info@{domain}",
        "website": f"https://{domain}",
        "phone": draw_phone(rng, company.country),
        "comment": False,
        **draw_address(story, rng, company.country),
        **story.known("res.partner", {"lifecycle_kind": company.kind}),
    }


def staff_company(story, rng, company, taken):
    domain = f"{ascii_word(company.name)}.example.com"
    buys = company.kind == "customer" and rng.random() < 0.62
    is_scanned = rng.random() < 0.15
    for place in range(rng.choices([1, 2, 3], [5, 4, 1])[0]):
        gender, first, name = draw_name(rng, company.country)
        email = f"{ascii_word(first)}@{domain}"
        if email in taken:
            email = f"{ascii_word(name)}@{domain}"
        taken.add(email)
        joined = min(company.joined + timedelta(days=place * 40), story.now)
        persona = "professional" if buys and not place else "business"
        person = Person(name, email, company.country, persona, joined, gender)
        person.kind, person.company = company.kind, company
        person.is_scanned = is_scanned
        person.phone = draw_phone(rng, company.country)
        company.staff.append(person)
        story.people.append(person)
