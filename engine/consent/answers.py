"""What a contact's answers mean for a topic, and what a form changed.

Answers are a dict: ``p<id>`` of a purpose or ``t<id>`` of a topic to a state of
consent, or to ``soft`` for who may be written to as a customer.
"""

from datetime import timedelta

YES = frozenset({"granted", "soft"})
UNDO = timedelta(hours=24)

PAUSES = {"2w": timedelta(weeks=2), "1m": timedelta(days=30), "3m": timedelta(days=91)}


def wants(chain, kind, said):
    """Tell whether a topic is wanted.

    Args:
        chain: ids of the topic and of those above it, nearest first
        kind: ``opt_out`` when silence is a yes, of the topmost one
        said: the answers
    """
    for topic in chain:
        if f"t{topic}" in said:
            return said[f"t{topic}"] in YES
    return kind == "opt_out"


def find_changes(was, now):
    """Return what a form changed: {key: new value}.

    Only what differs from what the form itself showed is a change, so that two open
    pages do not undo each other.

    Args:
        was: {key: value} as the form was shown
        now: {key: value} as it was sent; keys that were not shown are left out
    """
    return {key: now[key] for key in was if key in now and now[key] != was[key]}
