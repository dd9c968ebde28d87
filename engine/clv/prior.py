"""A weak prior belief about parameters, so that small customer bases fit at all."""

import math
from dataclasses import dataclass


@dataclass(frozen=True)
class LogNormalPrior:
    """Independent log-normal beliefs: the likeliest values, one spread for all.

    It weighs as much as one customer of a few hundred; with thousands it cannot be
    noticed, with fifty it keeps parameters from running away.
    """

    modes: tuple[float, ...]
    spread: float

    @property
    def point(self):
        """Logarithms of the modes."""
        return tuple(math.log(mode) for mode in self.modes)

    def loss(self, point, likelihood, customers, weight=1.0):
        """Return the negative log posterior per customer, and its gradient.

        Args:
            point: logarithms of the parameters
            likelihood: log-likelihood and its gradient by those logarithms
            customers: number the likelihood is over
            weight: 0 leaves the likelihood alone
        """
        value, gradient = likelihood
        pull = weight / self.spread**2
        offsets = [at - mode for at, mode in zip(point, self.point, strict=True)]
        value -= pull * sum(offset * offset for offset in offsets) / 2
        slopes = zip(gradient, offsets, strict=True)
        return -value / customers, [
            (pull * offset - slope) / customers for slope, offset in slopes
        ]
