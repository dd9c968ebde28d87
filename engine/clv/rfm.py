"""RFM: scores from 1 to 5 for recency, frequency and money, and names for them."""

import math
from bisect import bisect_left, bisect_right

BEST = 5

# Upper bounds in days since the last order, of scores 5, 4, 3 and 2.
RECENCY_CUTOFFS = (30, 90, 180, 365)
# Lower bounds in purchase days, of scores 2, 3, 4 and 5.
FREQUENCY_CUTOFFS = (2, 3, 5, 10)

# With fewer purchase days nobody is called a customer we cannot lose.
_LEAST_TO_LOSE = 3

# Recency and frequency score, as widely used in Python material on RFM.
_GRID_25 = {
    "champions": "54 55",
    "loyal": "34 35 44 45",
    "potential_loyalist": "42 43 52 53",
    "new": "51",
    "promising": "41",
    "need_attention": "33",
    "about_to_sleep": "31 32",
    "at_risk": "13 14 23 24",
    "cannot_lose": "15 25",
    "hibernating": "11 12 21 22",
}
# Recency, frequency and money score, the eleven names most tools copy.
_GRID_125 = {
    "champions": "555 554 544 545 454 455 445",
    "loyal": "543 444 435 355 354 345 344 335",
    "potential_loyalist": (
        "553 551 552 541 542 533 532 531 452 451 442 441 431 453 433 432 423 353 352 "
        "351 342 341 333 323"
    ),
    "new": "512 511 422 421 412 411 311",
    "promising": ("525 524 523 522 521 515 514 513 425 424 413 414 415 315 314 313"),
    "need_attention": "535 534 443 434 343 334 325 324",
    "about_to_sleep": "331 321 312 221 213 231 241 251",
    "at_risk": (
        "255 254 245 244 253 252 243 242 235 234 225 224 153 152 145 143 142 135 134 "
        "133 125 124"
    ),
    "cannot_lose": "155 154 144 214 215 115 114 113",
    "hibernating": "332 322 233 232 223 222 132 123 122 212 211",
    "lost": "111 112 121 131 141 151",
}


def _by_code(grid):
    return {code: name for name, codes in grid.items() for code in codes.split()}


# Code, such as "54", to segment: rows for a join in SQL.
SEGMENT_OF_RF = _by_code(_GRID_25)
# Code, such as "545", to segment; mind the guard of ``segment_of_rfm``.
SEGMENT_OF_RFM = _by_code(_GRID_125)


def rank_scores(counts, best_is_low=False):
    """Return ``{value: score}`` by percent rank; equal values share a score.

    The same as ``least(5, floor(5 * percent_rank() OVER (ORDER BY v)) + 1)`` in
    PostgreSQL, to the bit.  Where most customers are alike a score may be empty.

    Args:
        counts: pairs (value, number of customers), each value once, any order
        best_is_low: for days since the last order, where few are best
    """
    ordered = sorted(counts, reverse=best_is_low)
    others = sum(count for _value, count in ordered) - 1
    scores = {}
    below = 0
    for value, count in ordered:
        rank = below / others if others > 0 else 0.0
        scores[value] = min(BEST, math.floor(BEST * rank) + 1)
        below += count
    return scores


def recency_score(days, cutoffs=RECENCY_CUTOFFS):
    """Return the score of days since the last order, by fixed cut-offs.

    Args:
        days: 0 or more
        cutoffs: four ascending upper bounds, of scores 5, 4, 3, 2
    """
    return BEST - bisect_left(cutoffs, days)


def amount_score(value, cutoffs=FREQUENCY_CUTOFFS):
    """Return the score of a number of orders, or of money, by fixed cut-offs.

    Args:
        value: the number or sum
        cutoffs: four ascending lower bounds, of scores 2, 3, 4, 5
    """
    return bisect_right(cutoffs, value) + 1


def segment_of_rf(recency, frequency):
    """Return the code of ``RFM_SEGMENTS`` for two scores; one of ten.

    Raises:
        ValueError: for a score that is not 1 to 5
    """
    return _segment(SEGMENT_OF_RF, recency, frequency)


def segment_of_rfm(recency, frequency, money, purchase_days):
    """Return the code of ``RFM_SEGMENTS`` for three scores; one of eleven.

    The copied grid calls big spenders who bought once and long ago customers we
    "cannot lose"; with fewer than three purchase days they are hibernating here.

    Raises:
        ValueError: for a score that is not 1 to 5
    """
    segment = _segment(SEGMENT_OF_RFM, recency, frequency, money)
    if segment == "cannot_lose" and purchase_days < _LEAST_TO_LOSE:
        return "hibernating"
    return segment


def _segment(grid, *scores):
    try:
        return grid["".join(str(int(score)) for score in scores)]
    except KeyError:
        raise ValueError(f"scores are 1 to {BEST}: {scores}") from None
