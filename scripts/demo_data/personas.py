"""How sorts of people behave, and the three to look at first."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Persona:
    """How one sort of people behaves.

    ``orders`` is the least and the most they order, ``basket`` the same for lines
    of an order, ``opens`` and ``clicks`` the chance for one newsletter, ``likes``
    the mean of their ratings.
    """

    share: int
    orders: tuple
    basket: tuple
    opens: float
    clicks: float
    likes: float


PERSONAS = {
    "subscriber": Persona(17, (0, 0), (0, 0), 0.25, 0.04, 3.5),
    "prospect": Persona(14, (0, 0), (1, 3), 0.33, 0.07, 3.5),
    "one_shot": Persona(27, (1, 1), (1, 2), 0.22, 0.03, 3.8),
    "occasional": Persona(20, (2, 3), (1, 3), 0.36, 0.08, 4.1),
    "loyal": Persona(10, (4, 7), (1, 4), 0.5, 0.15, 4.5),
    "champion": Persona(4, (8, 16), (2, 5), 0.66, 0.27, 4.8),
    "lapsed": Persona(8, (2, 4), (1, 3), 0.18, 0.02, 2.6),
    "professional": Persona(0, (2, 11), (2, 6), 0.4, 0.1, 4.2),
    "business": Persona(0, (0, 0), (0, 0), 0.2, 0.02, 3.5),
}

# The people to look at first.
HEROES = [
    ("Lucía Ferrer Navarro", "lucia.ferrer@example.com", "ES", "champion", "female"),
    ("Marco Bianchi", "marco.bianchi@example.com", "IT", "lapsed", "male"),
    ("Emily Clarke", "emily.clarke@example.com", "GB", "prospect", "female"),
]


def is_hero(person):
    """Whether chance is helped a little for this person."""
    return (person.name, person.email) in {hero[:2] for hero in HEROES}


def is_keen(person):
    """The one who does everything a contact can do."""
    return is_hero(person) and person.persona == "champion"
