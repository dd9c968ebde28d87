"""In which order segments are refreshed, and when a change of size is too sudden."""

from graphlib import CycleError, TopologicalSorter

_SMALL = 100


def levels(depends):
    """Return (levels, loop): what can be refreshed side by side, one after another.

    >>> levels({1: [2], 2: [], 3: [2, 1]})
    ([[2], [1], [3]], [])

    Args:
        depends: ``{id: ids it is built on}``; those that are no key are left out

    Returns:
        the ids level by level, and those that lead in circles or are built on such
    """
    graph = {key: {k for k in keys if k in depends} for key, keys in depends.items()}
    sorter = TopologicalSorter(graph)
    try:
        sorter.prepare()
    except CycleError as error:
        loop = set(error.args[1])
        rest = {key: keys for key, keys in graph.items() if key not in loop}
        found, others = levels(rest)
        return found, sorted(loop | set(others))
    found = []
    while sorter.is_active():
        ready = sorted(sorter.get_ready())
        sorter.done(*ready)
        found.append(ready)
    return found, []


def is_sudden(before, after, percent):
    """Tell whether a size moved by more than ``percent``; 0 never minds.

    Segments that are small before and after are let through: two contacts more are
    a lot of three.
    """
    if not percent or max(before, after) < _SMALL:
        return False
    return abs(after - before) * 100 > percent * before
