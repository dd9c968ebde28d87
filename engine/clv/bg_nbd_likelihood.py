"""How probable a set of purchase histories is under a BG/NBD or MBG/NBD model."""

import math

# From here on log(1 + exp(u)) is u to the last digit.
_CERTAIN = 36.0


def log_likelihood(model, histories):
    """Return the log-likelihood of all customers, in nats.

    Times in another unit shift it: LL_days = LL_weeks - repeats * ln 7.
    """
    return evaluate(model, histories)[0]


def evaluate(model, histories):
    """Return the log-likelihood and its gradient by the logarithms of r, alpha, a, b.

    That of Fader, Hardie and Lee (2005), rearranged: x being a whole number, each
    quotient of Gamma functions is a product of x factors, and of the two ways a
    history can be, alive at T or dead since t_x, only the odds are exponentiated.

    Args:
        model: a ``BgNbd``
        histories: ``Histories`` in the unit of the model's alpha
    """
    r, alpha, a, b = model.parameters
    logs = [math.log(alpha + time) for time in histories.times]
    inverses = [1 / (alpha + time) for time in histories.times]
    value, by_r, by_alpha = _alive_branch(model, histories, logs, inverses)
    by_a = by_b = 0.0
    for x, sums in _running_sums(model, histories.groups):
        group = histories.groups[x]
        value += group.customers * sums[0]
        by_r += group.customers * sums[1]
        by_a += group.customers * sums[2]
        by_b += group.customers * sums[3]
        if x + model.e == 0:
            continue
        last_b = b + x - 1 + model.e
        odds = math.log(a) - math.log(last_b)
        gain, dead, silence, pull = _dead_branch(group, r + x, odds, logs, inverses)
        value += gain
        by_r += silence
        by_alpha -= (r + x) * pull
        by_a += dead / a
        by_b -= dead / last_b
    return value, [by_r * r, by_alpha * alpha, by_a * a, by_b * b]


def _alive_branch(model, histories, logs, inverses):
    """Return what being alive at T adds to value, d/dr and d/dalpha, over all."""
    r, alpha = model.r, model.alpha
    value = histories.customers * r * math.log(alpha)
    by_r = histories.customers * math.log(alpha)
    by_alpha = histories.customers * r / alpha
    for customers, repeats, log, inverse in zip(
        histories.age_customers, histories.age_repeats, logs, inverses, strict=True
    ):
        value -= (r * customers + repeats) * log
        by_r -= customers * log
        by_alpha -= (r * customers + repeats) * inverse
    return value, by_r, by_alpha


def _dead_branch(group, shape, log_odds, logs, inverses):
    """Return what may have ended at t_x adds, over the histories of one x.

    Returns:
        Four sums over customers, d being P(dead): of ln(1 + odds of being dead), d,
        d ln((alpha + T) / (alpha + t_x)) and d (1 / (alpha + t_x) - 1 / (alpha + T))
    """
    gain = dead = silence = pull = 0.0
    exp, log1p = math.exp, math.log1p
    for last, now, count in zip(group.last, group.now, group.counts, strict=True):
        gap = logs[now] - logs[last]
        odds = shape * gap + log_odds
        if odds > _CERTAIN:
            gain += count * odds
            share = count
        else:
            odds = exp(odds)
            gain += count * log1p(odds)
            share = count * odds / (1 + odds)
        dead += share
        silence += share * gap
        pull += share * (inverses[last] - inverses[now])
    return gain, dead, silence, pull


def _running_sums(model, numbers):
    """Yield ``(x, sums)`` for ascending numbers x of repeat orders.

    ``sums`` is what depends on x alone: its value, and d/dr, d/da, d/db of it.
    """
    r, _alpha, a, b = model.parameters
    value = by_r = by_a = by_b = 0.0
    orders = chances = 0
    for x in numbers:
        for j in range(orders, x):
            value += math.log(r + j)
            by_r += 1 / (r + j)
        for j in range(chances, x + model.e):
            value += math.log((b + j) / (a + b + j))
            by_a -= 1 / (a + b + j)
            by_b += 1 / (b + j) - 1 / (a + b + j)
        orders, chances = x, x + model.e
        yield x, (value, by_r, by_a, by_b)
