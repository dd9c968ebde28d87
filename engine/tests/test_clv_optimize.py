import math
import unittest
from itertools import pairwise

from ..clv.optimize import minimise, minimise_from


def rosenbrock(point):
    """Return the valley of Rosenbrock (1960), lowest at (1, 1)."""
    x, y = point
    value = (1 - x) ** 2 + 100 * (y - x * x) ** 2
    return value, [-2 * (1 - x) - 400 * x * (y - x * x), 200 * (y - x * x)]


def bowl(point):
    return sum(at * at for at in point), [2 * at for at in point]


class TestMinimise(unittest.TestCase):
    """It finds a minimum, or says that it has not."""

    def test_valley_of_rosenbrock(self):
        found = minimise(rosenbrock, (-1.2, 1.0))

        self.assertTrue(found.converged)
        self.assertLess(found.evaluations, 100)
        for coordinate in found.point:
            self.assertAlmostEqual(coordinate, 1, places=6)

    def test_no_step_is_longer_than_two(self):
        visited = []

        def watched(point):
            visited.append(point[0])
            return bowl(point)

        minimise(watched, [50.0])

        steps = [abs(b - a) for a, b in pairwise(visited)]
        self.assertLessEqual(max(steps), 2 + 1e-12)
        self.assertAlmostEqual(visited[-1], 0)

    def test_start_at_the_minimum_takes_one_evaluation(self):
        found = minimise(bowl, [0.0, 0.0])

        self.assertTrue(found.converged)
        self.assertEqual(found.evaluations, 1)

    def test_walls_are_walked_around(self):
        """Where the function fails or is not finite, a shorter step is tried."""

        def walled(point):
            if point[0] < 0.05:
                raise OverflowError
            if point[0] > 30:
                return math.nan, [math.nan]
            return point[0] - math.log(point[0]), [1 - 1 / point[0]]

        for start in (0.1, 29.9):
            with self.subTest(start=start):
                found = minimise(walled, [start])
                self.assertTrue(found.converged)
                self.assertAlmostEqual(found.point[0], 1, places=6)

    def test_endless_slope_is_not_a_minimum(self):
        found = minimise(lambda point: (point[0], [1.0]), [0.0], most_evaluations=50)

        self.assertFalse(found.converged)
        self.assertLessEqual(found.evaluations, 60)

    def test_start_outside_is_not_a_minimum(self):
        found = minimise(lambda _point: (math.nan, [math.nan]), [0.0])

        self.assertFalse(found.converged)

    def test_kink_ends_the_search_without_a_minimum(self):
        def kinked(point):
            return abs(point[0]), [math.copysign(1.0, point[0])]

        self.assertFalse(minimise(kinked, [0.3]).converged)

    def test_second_start_is_tried_when_the_first_fails(self):
        def half(point):
            return bowl(point) if point[0] > -1 else (math.inf, [math.inf])

        found = minimise_from(half, ([-5.0], [1.0]))

        self.assertTrue(found.converged)
        self.assertAlmostEqual(found.point[0], 0)


if __name__ == "__main__":
    unittest.main()
