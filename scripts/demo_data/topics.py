"""What readers may choose: the topics of the preference centre, in three languages."""

from dataclasses import dataclass

from odoo import Command


@dataclass(frozen=True)
class Topic:
    """One topic; ``names`` and ``texts`` are English, Spanish and Italian."""

    key: str
    names: tuple
    texts: tuple
    above: str = ""
    kind: str = "opt_in"
    list_key: str = ""
    shelf: str = ""
    has_sms: bool = False
    is_exclusion: bool = False
    is_public: bool = True


TOPICS = [
    Topic(
        "newsletter",
        ("Newsletter", "Boletín", "Newsletter"),
        (
            "What is new in the shop, once a month.",
            "Las novedades de la tienda, una vez al mes.",
            "Le novità del negozio, una volta al mese.",
        ),
        kind="opt_out",
        list_key="newsletter",
    ),
    Topic(
        "offers",
        ("Offers", "Ofertas", "Offerte"),
        (
            "Sales and gifts, such as the harvest week.",
            "Rebajas y regalos, como la semana de la cosecha.",
            "Saldi e regali, come la settimana del raccolto.",
        ),
        kind="opt_out",
        list_key="offers",
        has_sms=True,
    ),
    Topic(
        "recipes",
        ("Recipes", "Recetas", "Ricette"),
        (
            "One dish, step by step, each season.",
            "Un plato, paso a paso, cada temporada.",
            "Un piatto, passo dopo passo, ogni stagione.",
        ),
        list_key="recipes",
    ),
    Topic(
        "fish",
        ("Fish and seafood", "Pescado y marisco", "Pesce e frutti di mare"),
        ("From the harbour.", "De la lonja.", "Dal porto."),
        above="recipes",
    ),
    Topic(
        "baking",
        ("Baking", "Horno", "Dal forno"),
        (
            "Bread, cakes, focaccia.",
            "Pan, pasteles, focaccia.",
            "Pane, dolci, focaccia.",
        ),
        above="recipes",
    ),
    Topic(
        "vegetables",
        ("Vegetables", "Verduras", "Verdure"),
        ("From the garden.", "De la huerta.", "Dall'orto."),
        above="recipes",
    ),
    Topic(
        "workshops",
        ("Workshops", "Talleres", "Corsi"),
        (
            "Cooking and tasting with us in Valencia.",
            "Cocinar y catar con nosotros en Valencia.",
            "Cucinare e degustare con noi a Valencia.",
        ),
        has_sms=True,
    ),
    Topic(
        "friends",
        ("Friends of the house", "Amigos de la casa", "Amici della casa"),
        ("Private tastings.", "Catas privadas.", "Degustazioni private."),
        is_public=False,
    ),
    Topic(
        "no_wine",
        ("Wine and spirits", "Vino y licores", "Vino e liquori"),
        ("", "", ""),
        shelf="Wine and vermouth",
        has_sms=True,
        is_exclusion=True,
    ),
    Topic(
        "no_meat",
        ("Meat and ham", "Carne y jamón", "Carne e prosciutto"),
        ("", "", ""),
        has_sms=True,
        is_exclusion=True,
    ),
]


def write_topics(story):
    """The records: ``story.topics`` by key, and ``story.purpose``."""
    story.purpose = story.env.ref("contact_lifecycle.lifecycle_purpose_marketing")
    story.topics = {}
    for sequence, topic in enumerate(TOPICS, start=1):
        values = _topic_values(story, topic, sequence)
        record = story.env["lifecycle.topic"].create(values)
        _translate(record, "name", topic.names)
        _translate(record, "description", topic.texts)
        story.topics[topic.key] = record


def _topic_values(story, topic, sequence):
    values = {
        "name": topic.names[0],
        "code": topic.key,
        "description": topic.texts[0],
        "sequence": sequence * 10,
        "kind": topic.kind,
        "is_exclusion": topic.is_exclusion,
        "is_public": topic.is_public,
        "has_sms": topic.has_sms,
        "purpose_id": story.purpose.id,
    }
    if topic.above:
        values["parent_id"] = story.topics[topic.above].id
    if topic.list_key:
        values["mailing_list_ids"] = [Command.set(story.lists[topic.list_key].ids)]
    if topic.shelf:
        shelf = story.shelves[topic.shelf][0][0].categ_id
        values["product_category_ids"] = [Command.set(shelf.ids)]
    return values


def _translate(record, name, texts):
    words = dict(zip(("es_ES", "it_IT"), texts[1:], strict=True))
    if any(words.values()):
        record.update_field_translations(name, words)
