"""The kinds of conditions, as read from JSON."""

from dataclasses import dataclass, field, fields
from datetime import date
from typing import ClassVar

from . import codes
from .domain import leaves, read_domain
from .reader import DefinitionError


@dataclass(frozen=True)
class Condition:
    """Something that a contact meets or does not; ``negated`` asks for the latter.

    A kind is a subclass with a ``kind`` and ``read``.
    """

    kind: ClassVar[str] = ""
    negated: bool = False

    @classmethod
    def from_reader(cls, reader):
        """Return the condition in a ``Reader``; ``negated`` is read elsewhere."""
        raise NotImplementedError

    def dump(self):
        """Return JSON from which ``read`` makes the same condition."""
        return {"kind": self.kind, **dump_fields(self)}


def dump_fields(instance):
    return {f.name: _plain(getattr(instance, f.name)) for f in fields(instance)}


def _plain(value):
    if isinstance(value, tuple):
        return list(value)
    if isinstance(value, date):
        return value.isoformat()
    return value.dump() if hasattr(value, "dump") else value


@dataclass(frozen=True)
class Window:
    """When it happened, in whole days of the company's calendar.

    ``last`` is since midnight ``days`` days ago; ``between`` includes both days;
    ``after`` includes its day, ``before`` does not.
    """

    kind: str = "ever"
    days: int = 0
    start: date | None = None
    end: date | None = None

    @classmethod
    def from_reader(cls, reader):
        kind = reader.word("kind", codes.words(codes.WINDOWS), "ever")
        # What the other kinds would need may still be there, from before.
        reader.seen.update(("days", "from", "to"))
        window = cls(
            kind,
            reader.whole("days", least=1, most=36_500) if kind == "last" else 0,
            reader.date("from") if kind in ("between", "after") else None,
            reader.date("to") if kind in ("between", "before") else None,
        )
        if kind == "between" and window.start > window.end:
            reader.fail("date_order", "from")
        reader.finish()
        return window

    def dump(self):
        names = {"kind": "kind", "days": "days", "start": "from", "end": "to"}
        return {names[name]: value for name, value in dump_fields(self).items()}


@dataclass(frozen=True)
class Filters:
    """Which touchpoints count; an empty list leaves none out."""

    mailing_ids: tuple = ()
    link_ids: tuple = ()
    campaign_ids: tuple = ()
    source_ids: tuple = ()
    medium_ids: tuple = ()
    product_ids: tuple = ()
    product_category_ids: tuple = ()
    country_ids: tuple = ()
    devices: tuple = ()
    amount_min: float | None = None
    amount_max: float | None = None

    @classmethod
    def from_reader(cls, reader):
        names = [f.name for f in fields(cls)]
        values = {n: reader.ids(n, ()) for n in names if n.endswith("_ids")}
        values["devices"] = reader.texts("devices", ())
        values["amount_min"] = reader.number("amount_min", None)
        values["amount_max"] = reader.number("amount_max", None)
        check_range(reader, values["amount_min"], values["amount_max"], "amount_min")
        reader.finish()
        return cls(**values)

    def dump(self):
        return dump_fields(self)


def check_range(reader, least, most, name):
    if least is not None and most is not None and least > most:
        reader.fail("range_order", name)


@dataclass(frozen=True)
class Profile(Condition):
    """Facts about the contact, as an Odoo domain in text."""

    kind: ClassVar[str] = "profile"
    domain: str = ""

    @classmethod
    def from_reader(cls, reader):
        text = reader.text("domain")
        read_domain(text, (*reader.path, "domain"))
        return cls(domain=text)

    def leaves(self):
        """Return (field path, operator, value) of each condition in the domain."""
        return list(leaves(read_domain(self.domain)))


@dataclass(frozen=True)
class Behaviour(Condition):
    """How often something happened; no types at all is anything that happened."""

    kind: ClassVar[str] = "behaviour"
    types: tuple = ()
    operator: str = ">="
    count: int = 1
    window: Window = Window()
    filters: Filters = Filters()
    with_automated: bool = False

    @classmethod
    def from_reader(cls, reader):
        condition = cls(
            types=reader.texts("types", ()),
            operator=reader.word("operator", codes.words(codes.OPERATORS), ">="),
            count=reader.whole("count", 1),
            window=Window.from_reader(reader.object("window", {})),
            filters=Filters.from_reader(reader.object("filters", {})),
            with_automated=reader.flag("with_automated"),
        )
        if condition.operator == ">=" and not condition.count:
            reader.fail("at_least_nothing", "count", 0)
        return condition


@dataclass(frozen=True)
class InSegment(Condition):
    """Member of any of these segments."""

    kind: ClassVar[str] = "segment"
    segment_ids: tuple = ()

    @classmethod
    def from_reader(cls, reader):
        return cls(segment_ids=_some(reader, reader.ids("segment_ids"), "segment_ids"))


def _some(reader, values, name):
    if not values:
        reader.fail("missing", name)
    return values


@dataclass(frozen=True)
class Answered(Condition):
    """What the contact answered in a survey, or that it did not."""

    kind: ClassVar[str] = "answered"
    survey_id: int = 0
    question_id: int | None = None
    answer_ids: tuple = ()
    state: str = "answered"
    value_min: float | None = None
    value_max: float | None = None

    @classmethod
    def from_reader(cls, reader):
        condition = cls(
            survey_id=reader.whole("survey_id", least=1),
            question_id=reader.whole("question_id", None, least=1),
            answer_ids=reader.ids("answer_ids", ()),
            state=reader.word("state", codes.words(codes.ANSWER_STATES), "answered"),
            value_min=reader.number("value_min", None),
            value_max=reader.number("value_max", None),
        )
        check_range(reader, condition.value_min, condition.value_max, "value_min")
        if condition.has_value and not condition.question_id:
            reader.fail("missing", "question_id")
        return condition

    @property
    def has_value(self):
        """Whether a certain answer is asked for, not just any."""
        return bool(
            self.answer_ids or self.value_min is not None or self.value_max is not None
        )


@dataclass(frozen=True)
class Subscription(Condition):
    """Where the contact stands with mailing lists; no lists at all is any of them."""

    kind: ClassVar[str] = "subscription"
    list_ids: tuple = ()
    state: str = "subscribed"
    channel: str = "email"

    @classmethod
    def from_reader(cls, reader):
        return cls(
            list_ids=reader.ids("list_ids", ()),
            state=reader.word("state", codes.words(codes.SUBSCRIPTION_STATES)),
            channel=reader.word(
                "channel", codes.words(codes.SUBSCRIPTION_CHANNELS), "email"
            ),
        )


@dataclass(frozen=True)
class Consent(Condition):
    """What the contact said of topics; no topics at all is all marketing."""

    kind: ClassVar[str] = "consent"
    topic_ids: tuple = ()
    state: str = "wanted"
    channel: str = "email"

    @classmethod
    def from_reader(cls, reader):
        return cls(
            topic_ids=reader.ids("topic_ids", ()),
            state=reader.word("state", codes.words(codes.CONSENT_CONDITIONS)),
            channel=reader.word(
                "channel", codes.words(codes.SUBSCRIPTION_CHANNELS), "email"
            ),
        )


@dataclass(frozen=True)
class Place(Condition):
    """Within so many kilometres of a place."""

    kind: ClassVar[str] = "place"
    latitude: float = 0.0
    longitude: float = 0.0
    radius_km: float = 1.0
    name: str = field(default="", compare=False)

    @classmethod
    def from_reader(cls, reader):
        return cls(
            latitude=reader.number("latitude", least=-90, most=90),
            longitude=reader.number("longitude", least=-180, most=180),
            radius_km=reader.number("radius_km", least=0.1, most=20_100),
            name=reader.text("name", ""),
        )


@dataclass(frozen=True)
class Contacts(Condition):
    """A pasted list of e-mail addresses or references."""

    kind: ClassVar[str] = "contacts"
    emails: tuple = ()
    refs: tuple = ()

    @classmethod
    def from_reader(cls, reader):
        emails = sorted({e.lower() for e in reader.texts("emails", ())})
        condition = cls(emails=tuple(emails), refs=reader.texts("refs", ()))
        _some(reader, condition.emails or condition.refs, "emails")
        return condition


@dataclass(frozen=True)
class Sample(Condition):
    """A stable share of all contacts, from and to a percentage.

    Shares of one ``seed`` that do not overlap have no contact in common; shares of
    different seeds have nothing to do with each other.
    """

    kind: ClassVar[str] = "sample"
    start: float = 0.0
    end: float = 100.0
    seed: str = ""

    @classmethod
    def from_reader(cls, reader):
        condition = cls(
            start=reader.number("from", 0, least=0, most=100),
            end=reader.number("to", least=0, most=100),
            seed=reader.text("seed", ""),
        )
        if condition.start >= condition.end:
            reader.fail("range_order", "from")
        return condition

    def dump(self):
        names = {"start": "from", "end": "to"}
        return {names.get(name, name): v for name, v in super().dump().items()}


KINDS = {
    kind.kind: kind
    for kind in (
        Profile,
        Behaviour,
        InSegment,
        Answered,
        Subscription,
        Consent,
        Place,
        Contacts,
        Sample,
    )
}

__all__ = ["KINDS", "Condition", "DefinitionError"]
