"""A segment's definition: any of its groups, all conditions within a group."""

from dataclasses import dataclass, replace

from .codes import MOST_CONDITIONS, VERSION
from .conditions import KINDS, Condition
from .reader import DefinitionError, Reader

__all__ = ["DefinitionError", "Group", "Tree", "dump", "parse"]


@dataclass(frozen=True)
class Group:
    """All of these conditions, or, negated, not all of them."""

    conditions: tuple[Condition, ...] = ()
    negated: bool = False


@dataclass(frozen=True)
class Tree:
    """Any of these groups."""

    groups: tuple[Group, ...] = ()

    @property
    def conditions(self):
        """All conditions of all groups."""
        return tuple(c for group in self.groups for c in group.conditions)


def parse(value, kinds=None):
    """Return the ``Tree`` of a definition.

    An empty one parses; ``normalise`` refuses it.

    Args:
        value: the JSON value: ``{"version": 1, "groups": [...]}``
        kinds: ``{code: Condition subclass}``, when there are more than ``KINDS``

    Raises:
        DefinitionError: with the place of the first thing that is wrong
    """
    reader = Reader(value)
    reader.word("version", (VERSION,), VERSION)
    groups = reader.list("groups", ())
    reader.finish()
    tree = Tree(
        tuple(
            _parse_group(Reader(group, ("groups", i)), kinds or KINDS)
            for i, group in enumerate(groups)
        )
    )
    if len(tree.conditions) > MOST_CONDITIONS:
        raise DefinitionError("too_many", ("groups",), len(tree.conditions))
    return tree


def _parse_group(reader, kinds):
    negated = reader.flag("negated")
    items = reader.list("conditions", ())
    reader.finish()
    return Group(
        tuple(
            parse_condition(Reader(item, (*reader.path, "conditions", j)), kinds)
            for j, item in enumerate(items)
        ),
        negated,
    )


def parse_condition(reader, kinds=None):
    """Return the condition in a ``Reader``."""
    kinds = kinds or KINDS
    kind = reader.get("kind")
    if not isinstance(kind, str) or kind not in kinds:
        reader.fail("unknown_kind", "kind", kind)
    negated = reader.flag("negated")
    condition = kinds[kind].from_reader(reader)
    reader.finish()
    return replace(condition, negated=negated)


def dump(tree):
    """Return the JSON value that ``parse`` makes the same tree from."""
    return {
        "version": VERSION,
        "groups": [
            {
                "negated": group.negated,
                "conditions": [condition.dump() for condition in group.conditions],
            }
            for group in tree.groups
        ],
    }
