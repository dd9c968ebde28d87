"""Who is in a segment, told in plain Python over plain dicts.

Slow and obvious on purpose: the SQL is tested against it.  A contact is a dict with
``id``, ``fields`` (by name), ``touchpoints`` (dicts with ``type``, ``day`` in the
company's calendar, ``is_automated``, ``is_internal``, ``is_cancelled``, ``amount``,
``device``, ``mailing_id`` and so on, ``product_ids``, ``product_category_ids``),
``segment_ids``, ``answers`` (dicts with ``survey_id``, ``question_id``, ``answer_id``,
``value``), ``surveys_asked``, ``surveys_done`` and ``subscriptions`` (``{(channel,
list): opted out}``) and ``blacklisted`` (channels).
"""

import hashlib
import math

from .conditions import KINDS
from .evaluate_domain import matches_domain
from .windows import bounds

EARTH_KM = 6_371.0088


def members(tree, contacts, today):
    """Return the ids of the contacts that a tree matches."""
    return {c["id"] for c in contacts if is_member(tree, c, today)}


def is_member(tree, contact, today):
    """Tell whether a contact meets all conditions of any group."""
    return any(_meets_group(group, contact, today) for group in tree.groups)


def _meets_group(group, contact, today):
    return group.negated != all(
        meets(condition, contact, today) for condition in group.conditions
    )


def meets(condition, contact, today):
    """Tell whether a contact meets one condition."""
    return condition.negated != bool(_MEETS[condition.kind](condition, contact, today))


def _meets_profile(condition, contact, today):
    return matches_domain(condition.domain, contact["fields"], today)


def _meets_behaviour(condition, contact, today):
    number = sum(
        _counts(condition, touchpoint, today) for touchpoint in contact["touchpoints"]
    )
    return {
        ">=": number >= condition.count,
        "<=": number <= condition.count,
        "=": number == condition.count,
    }[condition.operator]


def _counts(condition, touchpoint, today):
    first, end = bounds(condition.window, today)
    is_wanted = (
        touchpoint["type"] in condition.types
        if condition.types
        else not touchpoint.get("is_internal")
    )
    return (
        is_wanted
        and not (condition.types and touchpoint.get("is_cancelled"))
        and (condition.with_automated or not touchpoint.get("is_automated"))
        and (first is None or touchpoint["day"] >= first)
        and (end is None or touchpoint["day"] < end)
        and _passes(condition.filters, touchpoint)
    )


def _passes(filters, touchpoint):
    for name in ("product_ids", "product_category_ids"):
        wanted = set(getattr(filters, name))
        if wanted and not wanted & set(touchpoint.get(name, ())):
            return False
    for name in ("mailing", "link", "campaign", "source", "medium", "country"):
        wanted = getattr(filters, f"{name}_ids")
        if wanted and touchpoint.get(f"{name}_id") not in wanted:
            return False
    if filters.devices and touchpoint.get("device") not in filters.devices:
        return False
    return _within(touchpoint.get("amount"), filters.amount_min, filters.amount_max)


def _within(value, least, most):
    if least is None and most is None:
        return True
    return (
        value is not None
        and (least is None or value >= least)
        and (most is None or value <= most)
    )


def _meets_segment(condition, contact, _today):
    return set(condition.segment_ids) & set(contact["segment_ids"])


def _meets_answered(condition, contact, _today):
    given = [a for a in contact["answers"] if a["survey_id"] == condition.survey_id]
    if condition.question_id:
        given = [a for a in given if a["question_id"] == condition.question_id]
        has_answered = bool(given)
    else:
        has_answered = condition.survey_id in contact["surveys_done"]
    if condition.state == "not_answered":
        return not has_answered
    if condition.state == "silent":
        return condition.survey_id in contact["surveys_asked"] and not has_answered
    if not condition.has_value:
        return has_answered
    return any(
        (not condition.answer_ids or answer["answer_id"] in condition.answer_ids)
        and _within(answer["value"], condition.value_min, condition.value_max)
        for answer in given
    )


def _meets_subscription(condition, contact, _today):
    if condition.state == "blacklisted":
        return condition.channel in contact["blacklisted"]
    opted_out = [
        is_out
        for (channel, mailing_list), is_out in contact["subscriptions"].items()
        if channel == condition.channel
        and (not condition.list_ids or mailing_list in condition.list_ids)
    ]
    return {
        "subscribed": not all(opted_out),
        "opted_out": any(opted_out),
        "listed": bool(opted_out),
        "never": not opted_out,
    }[condition.state]


def _meets_consent(condition, contact, _today):
    """``consents``: {(channel, topic or None): state}; ``wanted``: such pairs."""
    asked = {(condition.channel, topic) for topic in condition.topic_ids or (None,)}
    if condition.state == "wanted":
        return not asked.isdisjoint(contact["wanted"])
    return any(contact["consents"].get(pair) == condition.state for pair in asked)


def _meets_place(condition, contact, _today):
    here = (condition.latitude, condition.longitude)
    there = tuple(
        contact["fields"].get(name) or 0
        for name in ("partner_latitude", "partner_longitude")
    )
    # Nobody lives there: it is where contacts without coordinates are.
    return there != (0, 0) and distance_km(here, there) <= condition.radius_km


def distance_km(here, there):
    """Return the great-circle distance between two (latitude, longitude).

    >>> round(distance_km((40.4168, -3.7038), (41.3874, 2.1686)))
    505
    """
    lat_1, lon_1, lat_2, lon_2 = map(math.radians, (*here, *there))
    part = (
        math.sin((lat_2 - lat_1) / 2) ** 2
        + math.cos(lat_1) * math.cos(lat_2) * math.sin((lon_2 - lon_1) / 2) ** 2
    )
    return 2 * EARTH_KM * math.asin(math.sqrt(min(1.0, part)))


def _meets_contacts(condition, contact, _today):
    values = contact["fields"]
    return (
        values.get("email_normalized") in condition.emails
        or values.get("ref") in condition.refs
    )


def _meets_sample(condition, contact, _today):
    return condition.start <= bucket(contact["id"], condition.seed) < condition.end


def bucket(number, seed=""):
    """Return a percentage in [0, 100) that always is the same for the same number."""
    text = f"{seed}{number}".encode()
    # Not a secret: an even spread that PostgreSQL knows, too.
    digest = hashlib.md5(text, usedforsecurity=False).hexdigest()
    return int(digest[:7], 16) % 10_000 / 100


_MEETS = {kind: globals()[f"_meets_{kind}"] for kind in KINDS}
