"""One shape for what can be said in several ways, so that less must be compiled."""

from dataclasses import replace

from .conditions import Answered, Behaviour, Subscription
from .reader import DefinitionError
from .tree import Group, Tree


def normalise(tree):
    """Return a tree that says the same in the fewest words.

    Behaviours are left with "at least" and "exactly" (more than nothing), states with
    positive ones; what stands twice stands once.

    Raises:
        DefinitionError: ``empty`` when no condition is left: that is a mistake, and
            must not mean everybody
    """
    groups = [_normalise_group(group) for group in tree.groups if group.conditions]
    if not groups:
        raise DefinitionError("empty")
    return Tree(tuple(dict.fromkeys(groups)))


def _normalise_group(group):
    conditions = tuple(dict.fromkeys(map(simplify, group.conditions)))
    if group.negated and len(conditions) == 1:
        only = conditions[0]
        return Group((replace(only, negated=not only.negated),))
    return Group(conditions, group.negated)


def simplify(condition):
    """Return the same condition in its plainest form."""
    rule = _RULES.get(type(condition))
    return rule(condition) if rule else condition


def _simplify_behaviour(condition):
    """At most two is not three or more; exactly none is not one or more."""
    if condition.operator == "<=" or condition.count == 0:
        return replace(
            condition,
            operator=">=",
            count=condition.count + 1,
            negated=not condition.negated,
        )
    return condition


def _simplify_answered(condition):
    if condition.state != "not_answered":
        return condition
    return replace(
        condition,
        state="answered",
        answer_ids=(),
        value_min=None,
        value_max=None,
        negated=not condition.negated,
    )


def _simplify_subscription(condition):
    if condition.state == "never":
        return replace(condition, state="listed", negated=not condition.negated)
    if condition.state == "blacklisted":
        return replace(condition, list_ids=())
    return condition


_RULES = {
    Behaviour: _simplify_behaviour,
    Answered: _simplify_answered,
    Subscription: _simplify_subscription,
}
