"""What people told of themselves on their page, and addresses they changed."""

from datetime import timedelta

# How many answered something, and how many told no more than their year of birth.
ANSWERED, YEARS = 70, 18
INTERESTS = [
    ("Fish and seafood", "Pescado y marisco", "Pesce e frutti di mare"),
    ("Baking", "Repostería", "Pasticceria"),
    ("Olive oil", "Aceite de oliva", "Olio d'oliva"),
    ("Cooking with children", "Cocinar con niños", "Cucinare con i bambini"),
    ("Wine and cava", "Vino y cava", "Vino e cava"),
]
PROPERTY = {"name": "cooksforpeople1", "string": "Cooks for", "type": "integer"}
QUESTION = (
    "How many people do you cook for?",
    "¿Para cuántas personas cocina?",
    "Per quante persone cucina?",
)
# What stands in the same log and was told before.
CHOICES = ("frequency", "pause_until")
# Days ago, what became of it.
CHANGES = [(1, "waiting"), (6, "done"), (20, "done"), (21, "replaced"), (41, "done")]


def tell_profiles(story):
    """Interests, a custom property with its question, answers and new addresses."""
    rng = story.dice("profiles")
    interests = _name(story, "lifecycle.interest", INTERESTS)
    question = _ask_property(story)
    people = [p for p in story.people if p.partner_id and not p.company]
    for person in rng.sample(people, ANSWERED):
        partner = story.env["res.partner"].browse(person.partner_id)
        answers = {"property": str(rng.randrange(1, 7))}
        if rng.random() < 0.7:
            picked = rng.sample(sorted(interests.ids), rng.randrange(1, 4))
            answers["interests"] = ",".join(map(str, sorted(picked)))
        _answer(story, rng, partner, question, answers)
    _tell_years(story, rng, people)
    _change_addresses(story, rng, people)


def _name(story, model, names):
    """Return records of these names, in three languages."""
    records = story.env[model].create([{"name": english} for english, *_ in names])
    installed = dict(story.env["res.lang"].get_installed())
    for record, (_english, spanish, italian) in zip(records, names, strict=True):
        for lang, text in (("es_ES", spanish), ("it_IT", italian)):
            if lang in installed:
                record.with_context(lang=lang).name = text
    return records


def _ask_property(story):
    definitions = story.env["properties.base.definition"]
    definition = definitions._get_definition_for_property_field(
        "res.partner", "properties"
    )
    definition.properties_definition = [
        *(definition.properties_definition or []),
        PROPERTY,
    ]
    question = story.env["lifecycle.question"].create(
        {
            "name": QUESTION[0],
            "field_name": f"property:{PROPERTY['name']}",
            "sequence": 65,
        }
    )
    installed = dict(story.env["res.lang"].get_installed())
    for lang, text in (("es_ES", QUESTION[1]), ("it_IT", QUESTION[2])):
        if lang in installed:
            question.with_context(lang=lang).name = text
    return question


def _answer(story, rng, partner, question, answers):
    """Write what a form of the page would, on some day of the last half year."""
    env = story.env
    several = env.ref("contact_lifecycle.lifecycle_question_interests")
    texts = {question.id: answers["property"]}
    if "interests" in answers:
        texts[several.id] = answers["interests"]
    told = {"source": "preference_centre", "lang": partner.lang or "en_US"}
    env["lifecycle.question"]._write(partner, env.company, texts, told)
    env["lifecycle.preference.change"].search(
        [("partner_id", "=", partner.id), ("field_name", "not in", CHOICES)]
    ).write({"change_date": story.now - timedelta(hours=rng.randrange(1, 4400))})


def _tell_years(story, rng, people):
    unknown = story.env["res.partner"].search(
        [
            ("id", "in", [person.partner_id for person in people]),
            ("lifecycle_birth_year", "=", False),
        ]
    )
    for partner_id in rng.sample(unknown.ids, min(YEARS, len(unknown))):
        year = story.now.year - rng.randrange(22, 70)
        unknown.browse(partner_id).lifecycle_birth_year = year


def _change_addresses(story, rng, people):
    env = story.env
    with_address = [person for person in people if "@" in (person.email or "")]
    for person, (days, state) in zip(
        rng.sample(with_address, len(CHANGES)), CHANGES, strict=True
    ):
        name = person.email.partition("@")[0]
        asked = story.now - timedelta(days=days, hours=rng.randrange(24))
        is_done = state == "done"
        now, other = person.email, f"{name}@example.net"
        env["lifecycle.email.change"].create(
            {
                "partner_id": person.partner_id,
                "company_id": env.company.id,
                "old_address": other if is_done else now,
                "new_address": now if is_done else other,
                "source": "preference_centre",
                "state": state,
                "request_date": asked,
                "done_date": asked + timedelta(minutes=7) if is_done else False,
            }
        )
