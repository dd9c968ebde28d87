"""Gamma-Gamma: the mean amount of a customer's orders, shrunk towards that of all."""

import math
from dataclasses import dataclass

from .optimize import minimise_from
from .prior import LogNormalPrior

# Of p, q - 1 and v, with the mean amount as unit.
_PRIOR = LogNormalPrior((4.0, 2.5, 1.0), spread=1.5)
_STARTS = (_PRIOR.point, (0.0, 0.0, 0.0), (2.0, 2.0, 1.5))


class SpendModel:
    """A rule for E[amount of an order], given the mean m of x orders so far.

    Every kind has ``coefficients`` (c0, c1, d0, d1), so that one SQL expression serves
    all: E = (c0 + c1 x m) / (d0 + d1 x).  Where m is not positive, use x = 0: the mean
    of all.  ``kind`` is a code of ``SPEND_KINDS``.
    """

    kind = None

    @property
    def coefficients(self):
        """``(c0, c1, d0, d1)``; c in the currency of the amounts fitted."""
        raise NotImplementedError

    def mean_value(self, x, m):
        """Return E[amount of an order] of a customer.

        Args:
            x: orders that ``m`` is over, counted as they were for the fit
            m: mean amount of them; whatever it is, x = 0 gives the mean of all
        """
        c0, c1, d0, d1 = self.coefficients
        if x <= 0 or m <= 0:
            return c0 / d0
        return (c0 + c1 * x * m) / (d0 + d1 * x)


@dataclass(frozen=True)
class GammaGamma(SpendModel):
    """Fader and Hardie, note 025 (2013): amounts Gamma(p, nu), nu ~ Gamma(q, v).

    v has the currency of the amounts.  Raises ValueError unless q > 1: without it the
    mean over customers does not exist, and the formula turns negative.
    """

    p: float
    q: float
    v: float

    kind = "gamma_gamma"

    def __post_init__(self):
        """Refuse parameters without a mean."""
        finite = max(self.p, self.q, self.v) < math.inf
        if not (finite and self.p > 0 and self.q > 1 and self.v > 0):
            raise ValueError(f"needs p > 0, q > 1, v > 0: {self}")

    @property
    def mean(self):
        """Mean amount over all customers."""
        return self.p * self.v / (self.q - 1)

    @property
    def coefficients(self):
        """Note 025, eq. 5, as a weighted mean: orders weigh p each, all weigh q - 1."""
        return self.p * self.v, self.p, self.q - 1, self.p


def log_likelihood(model, amounts):
    """Return the log-likelihood of all customers; note 025, eq. 1a."""
    return _evaluate(model.p, model.q, model.v, amounts, 1.0)[0]


def estimate(amounts, prior_weight=1.0):
    """Return a fitted ``GammaGamma``, or None when no search converged.

    Args:
        amounts: ``Amounts`` that vary; their unit does not matter to the fit
        prior_weight: 0 maximises the likelihood, as the paper does
    """

    def objective(point):
        p, above_one, v = (math.exp(coordinate) for coordinate in point)
        value, slopes = _evaluate(p, 1 + above_one, v, amounts, amounts.mean)
        gradient = [by * at for by, at in zip(slopes, (p, above_one, v), strict=True)]
        return _PRIOR.loss(point, (value, gradient), amounts.customers, prior_weight)

    found = minimise_from(objective, _STARTS)
    if not found.converged:
        return None
    p, above_one, v = (math.exp(coordinate) for coordinate in found.point)
    return GammaGamma(p, 1 + above_one, v * amounts.mean)


def _evaluate(p, q, v, amounts, unit):
    """Return the log-likelihood and its gradient by p, q, v; v in ``unit``."""
    value = by_p = by_q = by_v = 0.0
    for x, group in amounts.groups.items():
        customers = group.customers
        log_means, log_sums, inverses = _sums(x, group, v, unit)
        shape = p * x + q
        value += customers * (_log_norm(p, x, q) + q * math.log(v) - math.log(unit))
        value += (p * x - 1) * log_means - shape * log_sums
        pull = digamma(shape) - digamma(p * x) + math.log(x)
        by_p += x * (customers * pull + log_means - log_sums)
        by_q += customers * (digamma(shape) - digamma(q) + math.log(v)) - log_sums
        by_v += customers * q / v - shape * inverses
    return value, (by_p, by_q, by_v)


def _log_norm(p, x, q):
    gammas = math.lgamma(p * x + q) - math.lgamma(p * x) - math.lgamma(q)
    return gammas + p * x * math.log(x)


def _sums(x, group, v, unit):
    """Return sums over customers of ln m, ln(x m + v) and 1 / (x m + v)."""
    log_means = log_sums = inverses = 0.0
    log = math.log
    for mean, count in zip(group.means, group.counts, strict=True):
        mean /= unit
        weight = x * mean + v
        log_means += count * log(mean)
        log_sums += count * log(weight)
        inverses += count / weight
    return log_means, log_sums, inverses


def digamma(value):
    """Return the derivative of ln Gamma at a positive value, to 1e-13 or so.

    Recurrence up to 10, then the asymptotic series (Abramowitz and Stegun 6.3.18).
    """
    shift = 0.0
    while value < 10:
        shift += 1 / value
        value += 1
    inverse = 1 / (value * value)
    series = inverse * (
        1 / 12
        - inverse
        * (1 / 120 - inverse * (1 / 252 - inverse * (1 / 240 - inverse * (1 / 132))))
    )
    return math.log(value) - 0.5 / value - series - shift
