"""Sign-up forms in three languages, and who came by them, day after day."""

from dataclasses import dataclass
from datetime import timedelta

from odoo import Command

from .shop import campaign

GONE, WAITING, TOO_MANY = 14, 7, 3
SITES = ["www.casaoliva.example.com", "recetas.example.org", "", ""]
NAMES = ["lucia", "marco", "paula", "andrea", "nuria", "giulia", "hugo", "elena"]


@dataclass(frozen=True)
class Form:
    """A form; texts are English, Spanish and Italian."""

    name: str
    state: str
    topics: tuple
    titles: tuple
    texts: tuple
    labels: tuple = ("Sign me up", "Apuntarme", "Iscrivimi")
    places: tuple = ("footer", "checkout", "blog")
    campaign: str = ""


FORMS = [
    Form(
        "Newsletter",
        "open",
        ("newsletter", "offers", "recipes", "workshops"),
        ("Hear from us first", "Las novedades, antes que nadie", "Novità in anteprima"),
        (
            "What is new in the shop, and one recipe. Twice a month, no more.",
            "Las novedades de la tienda y una receta. Dos veces al mes, no más.",
            "Le novità del negozio e una ricetta. Due volte al mese, non di più.",
        ),
    ),
    Form(
        "Fair of Valencia",
        "closed",
        ("recipes", "fish", "baking", "vegetables"),
        ("Recipes from our stand", "Recetas de nuestra caseta", "Ricette dallo stand"),
        (
            "Which dishes shall we send you?",
            "¿Qué platos le enviamos?",
            "Quali piatti mandiamo?",
        ),
        places=("tablet",),
        campaign="Fair of Valencia",
    ),
    Form(
        "Spring workshops",
        "draft",
        ("workshops",),
        ("Cook with us", "Cocinar con nosotros", "Cucinare con noi"),
        (
            "Be told when places are free.",
            "Avisamos cuando haya plazas.",
            "Avvisiamo quando ci sono posti.",
        ),
    ),
]


def write_signups(story):
    """The forms, those who confirmed, and those who did not."""
    forms = [_make_form(story, form) for form in FORMS]
    rng = story.dice("signups")
    rows = _confirmed(story, rng, forms) + _others(story, rng, forms)
    topics = [row.pop("topics") for row in rows]
    ids = story.insert("lifecycle.signup", rows)
    story.link(
        "lifecycle.signup",
        "topic_ids",
        [(i, t) for i, chosen in zip(ids, topics, strict=True) for t in chosen],
    )


def _make_form(story, form):
    topics = [story.topics[key].id for key in form.topics]
    record = story.env["lifecycle.signup.form"].create(
        {
            "name": form.name,
            "title": form.titles[0],
            "description": form.texts[0],
            "button_label": form.labels[0],
            "topic_ids": [Command.set(topics)],
            "return_url": "https://www.casaoliva.example.com",
            "privacy_url": "https://www.casaoliva.example.com/privacy",
            "state": form.state,
        }
    )
    for name, texts in (
        ("title", form.titles),
        ("description", form.texts),
        ("button_label", form.labels),
    ):
        words = dict(zip(("es_ES", "it_IT"), texts[1:], strict=True))
        record.update_field_translations(name, words)
    return record


def _confirmed(story, rng, forms):
    """Everybody who confirmed a topic by e-mail had asked for it on a form."""
    story.env.cr.execute(
        """SELECT partner_id, max(lang), array_agg(DISTINCT topic_id),
                  min(event_date) FILTER (WHERE status = 'pending'),
                  max(event_date) FILTER (WHERE status = 'granted')
             FROM lifecycle_consent_event
            WHERE source IN ('signup', 'double_opt_in') AND topic_id IS NOT NULL
            GROUP BY partner_id
           HAVING bool_or(source = 'double_opt_in') ORDER BY partner_id"""
    )
    rows = []
    for partner, lang, topics, asked, pressed in story.env.cr.fetchall():
        row = _row(story, rng, rng.choices(forms[:2], [3, 1])[0], asked)
        rows.append(
            {
                **row,
                "state": "confirmed",
                "partner_id": partner,
                "lang": lang,
                "confirm_date": pressed,
                "topics": topics,
            }
        )
    return rows


def _others(story, rng, forms):
    """Who never pressed the link, who still may, and who was too many."""
    rows = []
    for number in range(GONE + WAITING + TOO_MANY):
        days = rng.randrange(9, 300) if number < GONE else rng.randrange(1, 5)
        asked = story.moment(rng, story.now - timedelta(days=days))
        row = _row(story, rng, forms[number < GONE and number % 3 == 0], asked)
        name = NAMES[number % len(NAMES)]
        if number < GONE:
            row.update(state="expired", expire_date=asked + timedelta(days=7))
        elif number < GONE + WAITING:
            row.update(
                state="waiting",
                address=f"{name}.{number}@example.net",
                subject=f"{rng.getrandbits(63):016x}",
            )
        else:
            row.update(
                state="blocked",
                address=f"{name}.{number}@example.net",
                limit_key=f"{name}.{number}@example.net",
                blocked_by=rng.choice(["address", "network"]),
                mail_date=False,
            )
        if row["mail_date"] and days > 2:
            row["reminder_date"] = asked + timedelta(days=2)
        rows.append(row)
    return rows


def _row(story, rng, form, asked):
    facts = next(facts for facts in FORMS if facts.name == form.name)
    known = facts.campaign and campaign(story, facts.campaign).id
    topics = rng.sample(form.topic_ids.ids, rng.randrange(1, 3))
    return {
        "form_id": form.id,
        "company_id": form.company_id.id,
        "lang": rng.choice(["en_US", "es_ES", "es_ES", "it_IT"]),
        "way": rng.choice(["page", "frame", "html"]),
        "place": rng.choice(facts.places),
        "referrer": rng.choice(SITES) or False,
        "campaign_id": known or False,
        "request_date": asked,
        "mail_date": asked + timedelta(minutes=1),
        "slot": int(asked.timestamp() // 900),
        "topics": topics,
    }
