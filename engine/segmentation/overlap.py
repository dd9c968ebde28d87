"""How segments overlap, from the number of contacts in each combination of them."""

MAX_SEGMENTS = 20


def overlap(masks, count):
    """Return sizes, what is in one segment only, and every pair of segments.

    Args:
        masks: {bits: contacts}; bit i is set for those who are in segment i
        count: number of segments

    >>> overlap({0b01: 3, 0b11: 1}, 2)["pairs"][0]["jaccard"]
    0.25
    """
    sizes = [_count(masks, 1 << i) for i in range(count)]
    return {
        "sizes": sizes,
        "alone": [masks.get(1 << i, 0) for i in range(count)],
        "total": sum(masks.values()),
        "pairs": [
            _pair(i, j, _count(masks, 1 << i | 1 << j), sizes)
            for i in range(count)
            for j in range(i + 1, count)
        ],
    }


def _count(masks, bits):
    return sum(number for mask, number in masks.items() if mask & bits == bits)


def _pair(a, b, both, sizes):
    either = sizes[a] + sizes[b] - both
    return {
        "a": a,
        "b": b,
        "count": both,
        "share_a": both / sizes[a] if sizes[a] else 0.0,
        "share_b": both / sizes[b] if sizes[b] else 0.0,
        "jaccard": both / either if either else 0.0,
    }
