"""Statistics of values that stand for several customers each."""

import math


def quantile(pairs, share):
    """Return the smallest value that covers ``share`` of the weight, None without any.

    Args:
        pairs: (value, weight), values ascending
        share: 0 to 1
    """
    pairs = list(pairs)
    needed = share * sum(weight for _value, weight in pairs)
    covered = 0
    for value, weight in pairs:
        covered += weight
        if covered >= needed:
            return value
    return None


def correlation(rows):
    """Return Pearson's r of rows (u, v, weight), None where u or v does not vary."""
    rows = list(rows)
    total = sum(n for _u, _v, n in rows)
    if not total:
        return None
    mean_u = sum(n * u for u, _v, n in rows) / total
    mean_v = sum(n * v for _u, v, n in rows) / total
    along_u = sum(n * (u - mean_u) ** 2 for u, _v, n in rows)
    along_v = sum(n * (v - mean_v) ** 2 for _u, v, n in rows)
    # What rounding leaves of a constant is not variation.
    noise = 1e-18 * total
    if along_u <= noise * mean_u**2 or along_v <= noise * mean_v**2:
        return None
    both = sum(n * (u - mean_u) * (v - mean_v) for u, v, n in rows)
    return both / math.sqrt(along_u * along_v)
