"""A chain of hashes over consent events: what was changed, added or cut out, shows."""

import hashlib
import json

START = "0" * 64


def seal(previous, content):
    """Return the hash of an event that follows the hash ``previous``.

    Args:
        previous: 64 hexadecimal digits, ``START`` for the first event
        content: dict of texts, numbers and None; the order of its keys is of no matter
    """
    text = json.dumps(content, sort_keys=True, ensure_ascii=True, separators=(",", ":"))
    return hashlib.sha256(f"{previous}{text}".encode()).hexdigest()


def find_break(previous, links):
    """Return the key of the first event that does not fit the chain, or None.

    Args:
        previous: the hash before the first of them
        links: iterable of (key, content, hash), in the order they were sealed
    """
    for key, content, sealed in links:
        previous = seal(previous, content)
        if previous != sealed:
            return key
    return None
