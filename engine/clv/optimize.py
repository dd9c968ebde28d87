"""A small minimiser for smooth functions of a handful of variables."""

import math
from dataclasses import dataclass

_LONGEST_STEP = 2.0
_SUFFICIENT_DECREASE = 1e-4
_SHORTEST_STEP = 1e-12
# What summing many terms may add to the value without any of it being real.
_ROUNDING = 1e-13


@dataclass(frozen=True)
class Minimum:
    """Where a search ended; not a minimum of anything unless ``converged``."""

    point: tuple[float, ...]
    value: float
    slope: float
    evaluations: int
    converged: bool


def minimise_from(function, starts, **options):
    """Search from each start in turn until one search converges.

    Returns:
        The first converged ``Minimum``, else the last one; ``evaluations`` counts
        those of all searches.
    """
    evaluations = 0
    for start in starts:
        found = minimise(function, start, **options)
        evaluations += found.evaluations
        if found.converged:
            break
    return Minimum(found.point, found.value, found.slope, evaluations, found.converged)


def minimise(function, start, tolerance=1e-7, most_evaluations=300):
    """Find a local minimum by BFGS with backtracking (Nocedal and Wright, ch. 6).

    No coordinate moves by more than 2 in one step, so variables should be logarithms
    or scaled alike.

    Args:
        function: takes a list of floats, returns ``(value, gradient)``; a value that
            is not finite, or an ``ArithmeticError``, means "not here"
        start: first point, where the function must be finite
        tolerance: converged when no element of the gradient is larger
        most_evaluations: of the function, after which the search gives up
    """
    search = _Search(function, [float(coordinate) for coordinate in start])
    while search.slope >= tolerance and search.evaluations < most_evaluations:
        if not search.advance() and not search.forget_curvature():
            break
    return Minimum(
        tuple(search.point),
        search.value,
        search.slope,
        search.evaluations,
        search.slope < tolerance,
    )


class _Search:
    """The state of one search: a point, its gradient, the inverse curvature."""

    def __init__(self, function, start):
        self.function = function
        self.point = start
        self.evaluations = 0
        self.value, self.gradient = self.evaluate(start)
        self.curvature = _identity(len(start))
        self.is_fresh = True

    @property
    def slope(self):
        """Largest element of the gradient; infinite where the function is not."""
        if not math.isfinite(self.value):
            return math.inf
        return max(abs(element) for element in self.gradient)

    def evaluate(self, point):
        self.evaluations += 1
        try:
            value, gradient = self.function(point)
        except ArithmeticError:
            return math.inf, []
        finite = math.isfinite(value) and all(map(math.isfinite, gradient))
        return (value, gradient) if finite else (math.inf, [])

    def forget_curvature(self):
        """Fall back to steepest descent; False when that is where we are."""
        if self.is_fresh or not math.isfinite(self.value):
            return False
        self.curvature = _identity(len(self.point))
        self.is_fresh = True
        return True

    def advance(self):
        """Go downhill once; False when no step of any length leads down."""
        if not math.isfinite(self.value):
            return False
        direction = [-_dot(row, self.gradient) for row in self.curvature]
        descent = _dot(direction, self.gradient)
        if descent >= 0:
            return False
        step = min(1.0, _LONGEST_STEP / max(map(abs, direction)))
        while step > _SHORTEST_STEP:
            point = [p + step * d for p, d in zip(self.point, direction, strict=True)]
            value, gradient = self.evaluate(point)
            allowed = self.value + _SUFFICIENT_DECREASE * step * descent
            if value <= allowed + _ROUNDING * abs(self.value):
                self.move(point, value, gradient)
                return True
            step /= 2
        return False

    def move(self, point, value, gradient):
        moved = [new - old for new, old in zip(point, self.point, strict=True)]
        turned = [new - old for new, old in zip(gradient, self.gradient, strict=True)]
        self.point, self.value, self.gradient = point, value, gradient
        bend = _dot(moved, turned)
        # Where the function does not curve upwards, the old curvature is the better.
        if bend > 1e-10 * math.sqrt(_dot(moved, moved) * _dot(turned, turned)):
            self.curvature = _updated(self.curvature, moved, turned, bend)
            self.is_fresh = False


def _updated(curvature, moved, turned, bend):
    """Return the inverse curvature that maps ``turned`` to ``moved`` (BFGS)."""
    mapped = [_dot(row, turned) for row in curvature]
    stretch = (1 + _dot(turned, mapped) / bend) / bend
    size = range(len(moved))
    return [
        [
            curvature[i][j]
            + stretch * moved[i] * moved[j]
            - (mapped[i] * moved[j] + moved[i] * mapped[j]) / bend
            for j in size
        ]
        for i in size
    ]


def _identity(size):
    return [[float(i == j) for j in range(size)] for i in range(size)]


def _dot(left, right):
    return sum(x * y for x, y in zip(left, right, strict=True))
