"""BG/NBD and MBG/NBD: what a customer's past orders say about the next ones."""

import math
from dataclasses import dataclass
from functools import lru_cache

from .quadrature import beta_nodes

# exp() of more fails in Python, and of less in PostgreSQL, where scores are computed.
_LARGEST_EXPONENT = 700.0


@dataclass(frozen=True)
class BgNbd:
    """Parameters of one of two models of orders that end for good one day.

    Customers order at rates of their own, Gamma(r, alpha), and after each order drop
    out with chances of their own, Beta(a, b).  With ``e`` = 0 this is the BG/NBD of
    Fader, Hardie and Lee (2005, Marketing Science 24:275); with ``e`` = 1 the MBG/NBD
    of Batislam, Denizel and Filiztekin (2007), where the first order may be the last
    as well.  Names as in the papers: x repeat orders, the last at age t_x, age T now.
    alpha has the unit of t_x and T; the other parameters have none.

    The fields are what the SQL form of the formulas binds.

    Raises:
        ValueError: for a parameter that is not a positive number, or another e
    """

    r: float
    alpha: float
    a: float
    b: float
    e: int = 0

    def __post_init__(self):
        """Refuse parameters that no formula below could use."""
        if not all(0 < value < math.inf for value in self.parameters):
            raise ValueError(f"parameters must be positive: {self}")
        if self.e not in (0, 1):
            raise ValueError(f"e must be 0 or 1: {self}")

    @property
    def parameters(self):
        """``(r, alpha, a, b)``, the order of every gradient."""
        return (self.r, self.alpha, self.a, self.b)

    @property
    def kind(self):
        """``bg_nbd`` or ``mbg_nbd``, codes of ``MODEL_KINDS``."""
        return "mbg_nbd" if self.e else "bg_nbd"

    def probability_alive(self, x, t_x, T):
        """Return P(the customer may order again), 0 to 1.

        Under the BG/NBD it is 1 for everybody who bought once: never show it as a
        churn figure, take ``probability_of_purchase``.  Fader and Hardie, note 021.
        """
        if x + self.e == 0:
            return 1.0
        odds = math.log(self.a) - math.log(self.b + x - 1 + self.e)
        odds += (self.r + x) * (math.log(self.alpha + T) - math.log(self.alpha + t_x))
        return 1 / (1 + _exp(odds))

    def probability_of_purchase(self, x, t_x, T, within):
        """Return P(at least one order in the next ``within``), 0 to 1.

        Exact under both models: one only drops out at an order, so nothing but time
        stands between a customer alive at T and the next one.  Fader and Hardie, note
        039.  One less this is what to call churn.
        """
        silence = math.log(self.alpha + T) - math.log(self.alpha + T + within)
        alive = self.probability_alive(x, t_x, T)
        return alive * (1 - _exp((self.r + x) * silence))

    def expected_purchases(self, x, t_x, T, within):
        """Return E[orders in the next ``within``]; Fader et al. (2005), eq. 10."""
        alive = self.probability_alive(x, t_x, T)
        return alive * self.purchases_if_alive(x, T, within)

    def expected_purchases_of_new(self, within):
        """Return E[repeat orders] of somebody who has just placed a first order."""
        stays = self.b / (self.a + self.b) if self.e else 1.0
        return stays * self.purchases_if_alive(0, 0.0, within)

    def purchases_if_alive(self, x, T, within):
        """Return E[orders in the next ``within`` | alive]: a function of (x, T) only.

        Equation 10 of Fader et al. (2005) without its 2F1, which overflows for large
        x and divides by a - 1: given p a customer places (1 - (1 + p w)**-k) / p
        orders, and p is Beta(a, b + x + e) among those alive.  Right to nine digits,
        for a = 1 as for any other value.
        """
        shape = self.r + x
        w = within / (self.alpha + T)
        expm1, log1p = math.expm1, math.log1p
        expected = 0.0
        for p, weight in _dropout_nodes(self.a, self.b + x + self.e):
            expected -= weight * expm1(-shape * log1p(p * w))
        return expected


@lru_cache(maxsize=256)
def _dropout_nodes(a, b):
    """Return (p, weight) with sum(weight * f(p)) = E[f(p) / p], p ~ Beta(a, b)."""
    return tuple((p, weight / p) for p, weight in beta_nodes(a, b))


def _exp(exponent):
    return math.exp(min(max(exponent, -_LARGEST_EXPONENT), _LARGEST_EXPONENT))
