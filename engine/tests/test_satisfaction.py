import doctest
import unittest
from math import sqrt

from hypothesis import given
from hypothesis import strategies as st

from ..satisfaction import nps, scale

COUNT = st.integers(min_value=0, max_value=10_000)
VALUE = st.integers(min_value=0, max_value=100)


def load_tests(_loader, tests, _pattern):
    tests.addTests(doctest.DocTestSuite(scale))
    tests.addTests(doctest.DocTestSuite(nps))
    return tests


class TestScale(unittest.TestCase):
    """All questions on one scale, with the bands of the Net Promoter Score."""

    def bands(self, worst, best):
        grades = range(min(worst, best), max(worst, best) + 1)
        return "".join(
            scale.band(scale.normalise(grade, worst, best))[:3] + " "
            for grade in grades
        ).split()

    def test_recommendation_has_the_bands_of_reichheld(self):
        wanted = ["det"] * 7 + ["pas"] * 2 + ["pro"] * 2

        self.assertEqual(self.bands(0, 10), wanted)

    def test_five_and_seven_grades(self):
        self.assertEqual(self.bands(1, 5), ["det", "det", "det", "pas", "pro"])
        self.assertEqual(self.bands(1, 7), ["det"] * 4 + ["pas"] * 2 + ["pro"])

    def test_effort_where_low_is_good(self):
        self.assertEqual(self.bands(5, 1), ["pro", "pas", "det", "det", "det"])

    def test_beyond_the_scale_counts_as_its_end(self):
        self.assertEqual(scale.normalise(12, 0, 10), 100)
        self.assertEqual(scale.normalise(-3, 0, 10), 0)

    def test_scale_of_one_answer_is_refused(self):
        with self.assertRaises(ValueError):
            scale.normalise(3, 3, 3)

    @given(
        st.floats(allow_nan=False, allow_infinity=False, width=32),
        st.integers(-100, 100),
        st.integers(-100, 100),
    )
    def test_always_within_0_and_100(self, value, worst, best):
        if worst != best:
            self.assertIn(scale.normalise(value, worst, best), range(101))

    @given(st.floats(1, 7), st.floats(1, 7))
    def test_better_answer_is_never_worth_less(self, one, other):
        low, high = sorted((one, other))

        self.assertLessEqual(scale.normalise(low, 1, 7), scale.normalise(high, 1, 7))

    @given(st.integers(1, 7))
    def test_turned_scale_is_the_mirror(self, grade):
        turned = scale.normalise(grade, 7, 1)

        self.assertEqual(turned, scale.normalise(8 - grade, 1, 7))


class TestTrend(unittest.TestCase):
    def test_last_three_answers_count(self):
        for values, wanted in (
            ([], None),
            ([50], None),
            ([50, 59], "flat"),
            ([50, 60], "up"),
            ([60, 50], "down"),
            ([0, 90, 90, 90], "flat"),
            ([100, 90, 0, 80], "down"),
        ):
            with self.subTest(values):
                self.assertEqual(scale.trend(values), wanted)

    @given(st.lists(VALUE, min_size=2, max_size=9))
    def test_turning_answers_round_turns_the_trend(self, values):
        opposite = {"up": "down", "down": "up", "flat": "flat"}

        turned = scale.trend([100 - value for value in values])

        self.assertEqual(turned, opposite[scale.trend(values)])


class TestNps(unittest.TestCase):
    """The score, and the adjusted Wald interval of Rocks (2016)."""

    def test_interval_by_hand(self):
        # 5 promoters, 3 passives, 2 detractors: n = 13, p = 5.75/13, d = 2.75/13.
        p, d = 5.75 / 13, 2.75 / 13
        reach = 1.959963984540054 * sqrt((p + d - (p - d) ** 2) / 13)

        found = nps.summarise(5, 3, 2)

        self.assertAlmostEqual(found.score, 30)
        self.assertAlmostEqual(found.low, 100 * (p - d - reach))
        self.assertAlmostEqual(found.high, 100 * (p - d + reach))
        self.assertAlmostEqual(found.low, -19.05, places=2)
        self.assertAlmostEqual(found.high, 65.20, places=2)

    def test_large_group_has_the_plain_interval(self):
        found = nps.summarise(50_000, 30_000, 20_000)
        reach = 196 * sqrt((0.5 + 0.2 - 0.3**2) / 100_000)

        self.assertAlmostEqual(found.low, 30 - reach, places=1)
        self.assertAlmostEqual(found.high, 30 + reach, places=1)

    def test_all_of_one_mind_are_no_certainty(self):
        found = nps.summarise(10, 0, 0)

        self.assertEqual(found.score, 100)
        self.assertLess(found.low, 80)

    def test_ten_answers_are_enough(self):
        self.assertFalse(nps.summarise(9, 0, 0).is_enough)
        self.assertTrue(nps.summarise(9, 1, 0).is_enough)

    def test_nobody_has_no_score(self):
        self.assertIsNone(nps.summarise(0, 0, 0))
        with self.assertRaises(ValueError):
            nps.summarise(1, -1, 0)

    @given(COUNT, COUNT, COUNT)
    def test_bounds_hold_the_interval_and_shares_make_one(self, pro, pas, det):
        found = nps.summarise(pro, pas, det)

        if found:
            self.assertLessEqual(-100, found.low)
            self.assertLessEqual(found.low, found.high)
            self.assertLessEqual(found.high, 100)
            self.assertAlmostEqual(
                found.promoters + found.passives + found.detractors, 1
            )

    @given(COUNT, COUNT, COUNT)
    def test_promoters_for_detractors_mirror_the_score(self, pro, pas, det):
        one, other = nps.summarise(pro, pas, det), nps.summarise(det, pas, pro)

        if one:
            self.assertAlmostEqual(one.score, -other.score)
            self.assertAlmostEqual(one.low, -other.high)

    @given(st.integers(0, 500), st.integers(0, 500), st.integers(0, 500))
    def test_more_answers_narrow_the_interval(self, pro, pas, det):
        one, more = (
            nps.summarise(pro, pas, det),
            nps.summarise(4 * pro, 4 * pas, 4 * det),
        )

        if one and one.is_enough:
            self.assertLess(more.high - more.low, one.high - one.low + 1e-9)
