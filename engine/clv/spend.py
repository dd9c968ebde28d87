"""Choose how to predict the amount of an order: the model that fits, or a safe one."""

from dataclasses import dataclass

from .gamma_gamma import SpendModel, estimate

_ALIKE = 1e-3
_LIGHTEST_TAIL = 1.5
_MEAN_RANGE = (0.75, 1.33)
_WEIGHT_RANGE = (0.5, 20.0)
_UNKNOWN_WEIGHT = 3.0
_CLIPPED_SHARE = 0.99
_DEPENDENT = 0.3


@dataclass(frozen=True)
class Credibility(SpendModel):
    """A weighted mean: x own orders against ``k`` orders of everybody's ``mean``.

    Bühlmann's credibility estimate; k is the variance of one customer's amounts over
    that of customers' means.
    """

    mean: float
    k: float

    kind = "credibility"

    @property
    def coefficients(self):
        """As ``SpendModel``: own orders weigh 1 each, the mean of all weighs k."""
        return self.k * self.mean, 1.0, self.k, 1.0


@dataclass(frozen=True)
class FlatMean(SpendModel):
    """The same amount for everybody."""

    mean: float

    kind = "flat"

    @property
    def coefficients(self):
        """As ``SpendModel``: own orders weigh nothing."""
        return self.mean, 0.0, 1.0, 0.0


@dataclass(frozen=True)
class SpendFit:
    """The model chosen and why; ``model`` is None where nobody spent anything.

    ``reason`` is a code of ``SPEND_REASONS``, and ``ok`` for the Gamma-Gamma only.
    ``correlation`` is that of the number of orders and their mean amount.
    """

    model: SpendModel | None
    reason: str
    customers: int
    excluded: int
    correlation: float | None

    @property
    def is_dependent(self):
        """Whether amounts depend on the number of orders too much to ignore it."""
        return self.correlation is not None and abs(self.correlation) > _DEPENDENT


def choose(amounts, least_orders=1, within_variance=None):
    """Fit a Gamma-Gamma and return it, or a fall-back where it does not fit.

    Heavy tails make a Gamma-Gamma's mean run away from the observed one, or its q
    towards 1, with no sign of trouble from the optimiser.

    Args:
        amounts: ``Amounts``
        least_orders: customers with fewer are left out of the correlation; 2 where x
            counts all orders, 1 where it counts repeat orders
        within_variance: pooled variance of single amounts around their customer's
            mean, if known; else it is estimated from how means scatter at each x
    """
    model, reason = _choose(amounts, within_variance)
    correlation = amounts.correlation(least_orders)
    return SpendFit(model, reason, amounts.customers, amounts.excluded, correlation)


def _choose(amounts, within_variance):
    if not amounts.customers:
        return None, "no_amounts"
    if amounts.variation < _ALIKE:
        return FlatMean(amounts.mean), "equal_amounts"
    model = estimate(amounts)
    reason = _objection(model, amounts)
    if reason:
        return credibility(amounts, within_variance), reason
    return model, "ok"


def _objection(model, amounts):
    if model is None:
        return "not_converged"
    if model.q < _LIGHTEST_TAIL:
        return "heavy_tail"
    low, high = _MEAN_RANGE
    return None if low <= model.mean / amounts.mean <= high else "mean_off"


def credibility(amounts, within_variance=None):
    """Return a ``Credibility`` with amounts above the 99th percentile cut to it.

    The cut leans k a little towards own orders; without it one huge amount decides
    whether k is least or greatest, at several times the error.

    Args:
        amounts: ``Amounts`` of at least one customer
        within_variance: see ``choose``
    """
    most = amounts.quantile(_CLIPPED_SHARE)
    rows = [(x, min(mean, most), count) for x, mean, count in amounts.rows()]
    mean = sum(m * count for _x, m, count in rows) / amounts.customers
    squares = [(1 / x, (m - mean) ** 2, count) for x, m, count in rows]
    return Credibility(mean, _weight(squares, amounts.customers, within_variance))


def _weight(squares, customers, within):
    """Return within / between variance, from 0.5 to 20.

    A customer's mean of x amounts scatters with variance between + within / x, so
    both are the line through squared deviations over 1 / x.

    Args:
        squares: rows (1 / x, squared deviation of the mean, count)
        customers: sum of the counts
        within: its variance if known, else None
    """
    mean_u = sum(u * count for u, _s, count in squares) / customers
    mean_s = sum(s * count for _u, s, count in squares) / customers
    if within is None:
        along = sum(count * (u - mean_u) ** 2 for u, _s, count in squares)
        if along <= 1e-12 * customers:
            return _UNKNOWN_WEIGHT
        both = sum(count * (u - mean_u) * (s - mean_s) for u, s, count in squares)
        within = both / along
    between = mean_s - within * mean_u
    low, high = _WEIGHT_RANGE
    if between <= 0:
        return high
    return min(max(within / between, low), high)
