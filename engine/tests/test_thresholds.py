import unittest

from ..thresholds import compare

EVERYBODY = frozenset(range(-1, 12))


class Who(frozenset):
    """A set of numbers, -1 standing for "unknown", with the complement as ``~``."""

    def __invert__(self):
        return Who(EVERYBODY - self)

    def __and__(self, other):
        return Who(frozenset.__and__(self, other))


def reached(n):
    return Who(number for number in EVERYBODY if number >= max(n, 0))


class TestCompare(unittest.TestCase):
    """Comparisons by thresholds are those of the numbers, the unknown left out."""

    def test_every_comparison_is_that_of_the_number(self):
        known = Who(EVERYBODY - {-1})
        comparisons = {
            "<": lambda number, n: number < n,
            "<=": lambda number, n: number <= n,
            ">": lambda number, n: number > n,
            ">=": lambda number, n: number >= n,
            "in": lambda number, n: number == n,
        }
        for operator, holds in comparisons.items():
            for n in range(10):
                with self.subTest(operator=operator, n=n):
                    self.assertEqual(
                        compare(operator, n, reached, known),
                        {number for number in known if holds(number, n)},
                    )

    def test_other_operators_are_left_to_the_caller(self):
        self.assertIs(compare("ilike", 1, reached, Who()), NotImplemented)


if __name__ == "__main__":
    unittest.main()
