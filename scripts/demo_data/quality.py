"""Data of all sorts: misspelt, invented, verified long ago and never."""

from datetime import timedelta

from .personas import is_hero

SPOILT = 60
VERIFIED_SHARE = 0.6
INDUSTRY_SHARE = 0.5
BAD_PHONES = ("ask again", "+34 000 000 000", "12", "none")


def spoil_and_verify(story):
    """Spoil some addresses, fill in some companies, verify many contacts."""
    if "lifecycle.verification" not in story.env:
        return
    rng = story.dice("quality")
    _spoil(story, rng)
    _fill_companies(story, rng)
    _verify(story, rng)


def _spoil(story, rng):
    """Only people who never bought or clicked: their mails tell no other story."""
    silent = [
        person
        for person in story.people
        if person.partner_id and not person.orders and not person.clicks
        if not is_hero(person) and not person.company and not person.bounces_from
    ]
    partners = story.env["res.partner"]
    for person in rng.sample(silent, min(SPOILT, len(silent))):
        partners.browse(person.partner_id).write(_spoilt(rng, person))


def _spoilt(rng, person):
    local = person.email.split("@")[0]
    return rng.choice(
        [
            {"email": f"{local}@gmial.com"},
            {"email": f"{local}@hotmail.con"},
            {"email": f"{local}@mailinator.com"},
            {"email": f"{local}@example"},
            {"email": "no tiene"},
            {"email": False},
            {"phone": rng.choice(BAD_PHONES)},
            {"phone": rng.choice(BAD_PHONES), "city": False, "zip": False},
        ]
    )


def _fill_companies(story, rng):
    industries = story.env["res.partner.industry"].search([])
    partners = story.env["res.partner"]
    for company in story.companies:
        if industries and rng.random() < INDUSTRY_SHARE:
            partner = partners.browse(company.partner_id)
            partner.industry_id = rng.choice(industries)


def _verify(story, rng):
    """The address when it was asked for, the rest by the contact or by us."""
    groups = story.env["lifecycle.field.group"].search([])
    rows = []
    for person in story.people:
        if not person.partner_id or rng.random() > VERIFIED_SHARE:
            continue
        source = rng.choices(["contact", "order", "manual", "call"], [5, 3, 2, 1])[0]
        date = story.season_day(rng, person.joined, story.now - timedelta(days=1))
        for group in groups:
            if source == "order" and group.code not in ("contact", "address"):
                continue
            rows.append(
                {
                    "partner_id": person.partner_id,
                    "group_id": group.id,
                    "verified_date": date,
                    "source": source,
                    "user_id": story.marketer.id if source == "manual" else None,
                }
            )
    story.insert("lifecycle.verification", rows)
