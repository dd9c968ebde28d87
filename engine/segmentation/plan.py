"""What answers a condition fastest, and what makes its answer change."""

from dataclasses import dataclass, fields

from .conditions import (
    Answered,
    Behaviour,
    Consent,
    Filters,
    InSegment,
    Profile,
    Subscription,
)
from .domain import is_relative

_NO_FILTERS = Filters()


@dataclass(frozen=True)
class FactSet:
    """Facts of a contact's profile about touchpoints of these types.

    No ``types`` is all of them.  ``is_company_bound`` when such touchpoints belong to
    a company: their facts count those of every company.
    """

    types: frozenset
    count: str | None = None
    first: str | None = None
    last: str | None = None
    is_company_bound: bool = False


def _facts(types, count=None, first=None, last=None, bound=False):
    return FactSet(frozenset(types.split()), count, first, last, bound)


FACTS = (
    _facts("", "touch_count", "first_touch_date", "last_touch_date", True),
    _facts("mail_clicked sms_clicked", "click_count", last="last_click_date"),
    _facts("mail_clicked", "mail_click_count", last="last_mail_click_date"),
    _facts("mail_opened", "open_count", last="last_open_date"),
    _facts("mail_sent sms_sent", last="last_sent_date"),
    _facts("mail_sent", "mail_sent_count"),
    _facts("mail_replied email_received", "reply_count"),
    _facts("list_joined", "subscribe_count"),
    _facts("survey_finished", "survey_count"),
    _facts("lead_created", "lead_count", bound=True),
    _facts("lead_won", "lead_won_count", bound=True),
    _facts("lead_lost", "lead_lost_count", bound=True),
    _facts("meeting_held call_done", "meeting_count", bound=True),
    _facts("quotation_sent", "quotation_count", bound=True),
    _facts(
        "order_confirmed pos_order",
        "order_count",
        "first_order_date",
        "last_order_date",
        True,
    ),
)


@dataclass(frozen=True)
class FactTest:
    """A behaviour as a test of profile columns.

    ``any_from`` and ``any_before``: one of the dates is on or after the window's
    start, or before its end.  ``sum_least`` and ``sum_exact``: the counts add up.
    """

    kind: str
    columns: tuple


def fact_test(behaviour, present, is_shared=True):
    """Return the ``FactTest`` that says exactly the same, or None.

    Args:
        behaviour: a normalised ``Behaviour``
        present: codes of the types that any touchpoint has at all; a fact may well
            count others besides, when there are none of them
        is_shared: whether touchpoints of all companies count
    """
    if behaviour.filters != _NO_FILTERS or behaviour.with_automated:
        return None
    kind, column = _question(behaviour)
    if not kind:
        return None
    usable = [
        (facts.types, getattr(facts, column))
        for facts in FACTS
        if getattr(facts, column) and (is_shared or not facts.is_company_bound)
    ]
    columns = _cover(
        frozenset(behaviour.types), frozenset(present), usable, column == "count"
    )
    return FactTest(kind, columns) if columns else None


def _question(behaviour):
    """Return what to ask and of which kind of column, or (None, None)."""
    window, is_once = behaviour.window.kind, behaviour.operator == ">="
    is_once = is_once and behaviour.count == 1
    if window == "ever":
        return ("sum_least" if behaviour.operator == ">=" else "sum_exact"), "count"
    if is_once and window in ("last", "after"):
        return "any_from", "last"
    if is_once and window == "before":
        return "any_before", "first"
    return None, None


def _cover(wanted, present, usable, is_disjoint):
    """Return columns that together stand for exactly the wanted types, or ()."""
    if not wanted:
        return tuple(column for types, column in usable if not types)
    left, columns = wanted & present, []
    by_size = sorted(usable, key=lambda item: -len(item[0] & present))
    for types, column in by_size:
        types = types & present
        fits = types <= (left if is_disjoint else wanted)
        if types & left and fits:
            left -= types
            columns.append(column)
    return () if left else tuple(columns)


@dataclass(frozen=True)
class Dependencies:
    """What changes who is in a segment.

    ``types``: codes of touchpoints, None being all of them.  ``fields``: first
    names of contact fields.  ``is_time_driven``: the answer changes by itself as days
    go by.
    """

    types: frozenset | None = frozenset()
    fields: frozenset = frozenset()
    segment_ids: frozenset = frozenset()
    survey_ids: frozenset = frozenset()
    has_subscription: bool = False
    is_time_driven: bool = False

    def __or__(self, other):
        """Return what changes one or the other."""
        values = {}
        for name in (f.name for f in fields(self)):
            mine, its = getattr(self, name), getattr(other, name)
            values[name] = None if mine is None or its is None else mine | its
        return Dependencies(**values)


def dependencies(tree, time_fields=()):
    """Return the ``Dependencies`` of a tree.

    Args:
        tree: a ``Tree``
        time_fields: names of contact fields that change by themselves, as an age
    """
    result = Dependencies()
    for condition in tree.conditions:
        result |= _depends(condition, frozenset(time_fields))
    return result


def _depends(condition, time_fields):
    if isinstance(condition, Behaviour):
        types = frozenset(condition.types) or None
        return Dependencies(types=types, is_time_driven=condition.window.kind == "last")
    if isinstance(condition, InSegment):
        return Dependencies(segment_ids=frozenset(condition.segment_ids))
    if isinstance(condition, Answered):
        return Dependencies(
            types=frozenset({"survey_finished"}),
            survey_ids=frozenset({condition.survey_id}),
        )
    if isinstance(condition, Subscription):
        return Dependencies(
            types=frozenset({"list_joined", "list_left"}), has_subscription=True
        )
    if isinstance(condition, Consent):
        types = frozenset({"consent_granted", "consent_withdrawn"})
        return Dependencies(types=types, fields=frozenset({"email", "phone"}))
    if isinstance(condition, Profile):
        return _depends_on_fields(condition, time_fields)
    return Dependencies(fields=frozenset(_READ_FIELDS.get(condition.kind, ())))


def _depends_on_fields(condition, time_fields):
    found = condition.leaves()
    paths = [name.split(".") for name, _operator, _value in found]
    moves = any(is_relative(value) for _name, _operator, value in found)
    moves = moves or any(time_fields & set(path) for path in paths)
    return Dependencies(
        fields=frozenset(path[0] for path in paths), is_time_driven=moves
    )


_READ_FIELDS = {
    "place": ("partner_latitude", "partner_longitude"),
    "contacts": ("email_normalized", "ref"),
}
