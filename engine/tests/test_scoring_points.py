import doctest
import random
import unittest

from ..scoring import bands, points
from ..scoring.points import Rule


def load_tests(_loader, tests, _pattern):
    tests.addTests(doctest.DocTestSuite(points))
    tests.addTests(doctest.DocTestSuite(bands))
    return tests


class TestDecay(unittest.TestCase):
    def test_reference_of_two_clicks(self):
        total = points.decayed(3, 10, 30) + points.decayed(1, 40, 30)

        self.assertAlmostEqual(total, 3 * 2 ** (-1 / 3) + 2 ** (-4 / 3), places=12)
        self.assertAlmostEqual(total, 2.7780, places=4)

    def test_half_is_left_after_a_half_life(self):
        for half_life in (1, 14, 90):
            with self.subTest(half_life):
                self.assertEqual(points.decayed(10, half_life, half_life), 5)

    def test_points_without_half_life_stay(self):
        self.assertEqual(points.decayed(10, 10_000, 0), 10)

    def test_very_old_points_do_not_fail(self):
        self.assertLess(points.decayed(10, 10**9, 1), 1e-200)


class TestRules(unittest.TestCase):
    def given(self, days, share=1.0, **rule):
        rule = Rule(**rule)
        return points.rule_points(rule, points.rule_lines(rule, days, share))

    def test_once_counts_the_latest_act(self):
        given = self.given(
            [(60, 1), (30, 2)], points=8, half_life_days=30, is_once=True
        )

        self.assertEqual(given, 4)

    def test_each_time_adds_up(self):
        self.assertEqual(
            self.given([(60, 1), (30, 2)], points=8, half_life_days=30), 10
        )

    def test_window_leaves_out_what_is_older(self):
        self.assertEqual(self.given([(31, 1), (30, 1)], points=8, window_days=30), 8)

    def test_count_asks_for_that_many(self):
        for acts, once, each in ((2, 0, 0), (3, 5, 5), (7, 5, 10)):
            with self.subTest(acts):
                days = [(day, 1) for day in range(acts)]
                self.assertEqual(
                    self.given(days, points=5, count=3, is_once=True), once
                )
                self.assertEqual(self.given(days, points=5, count=3), each)

    def test_daily_counts_one_act_a_day(self):
        self.assertEqual(self.given([(0, 9), (1, 1)], points=3, is_daily=True), 6)

    def test_cap_limits_both_ways(self):
        self.assertEqual(self.given([(0, 9)], points=3, cap=10), 10)
        self.assertEqual(self.given([(0, 9)], points=-3, cap=10), -10)

    def test_group_cap_limits_the_rules_together(self):
        parts = [("mail", 30), ("mail", 30), (None, 7)]

        self.assertEqual(points.total(parts, {"mail": 40}), 47)

    def test_relative_points_follow_the_share_answered(self):
        few = points.response_share(3, 3, 10)
        many = points.response_share(3, 100, 10)

        self.assertEqual(self.given([(0, 3)], few, points=3, is_relative=True), 9)
        self.assertLess(self.given([(0, 3)], many, points=3, is_relative=True), 1.1)
        self.assertEqual(self.given([(0, 3)], many, points=3), 9)

    def test_ignoring_one_of_one_is_not_ignoring_twenty_of_twenty(self):
        rule = Rule(points=-1, cap=20)

        self.assertEqual(points.silence_points(rule, 1), -1)
        self.assertEqual(points.silence_points(rule, 20), -20)
        self.assertEqual(points.silence_points(rule, 99), -20)
        self.assertGreater(
            points.response_share(0, 1, 10), 2 * points.response_share(0, 20, 10)
        )

    def test_answers_beyond_what_was_received_do_not_count(self):
        self.assertEqual(points.response_share(9, 2, 10), 1)
        self.assertEqual(points.response_share(0, -3, 0), 1)


class TestScore(unittest.TestCase):
    def test_scores_stay_within_0_and_100(self):
        chance = random.Random(1)
        for _case in range(2_000):
            raw = chance.uniform(-500, 5_000)
            fit, engagement = points.fit(raw), points.engagement(raw, 30)
            score = points.combined(fit, engagement, chance.uniform(0, 100))
            for figure in (fit, engagement, score):
                self.assertGreaterEqual(figure, 0)
                self.assertLessEqual(figure, 100)

    def test_more_points_never_lower_the_engagement(self):
        scores = [points.engagement(raw, 30) for raw in range(-10, 1_000)]

        self.assertEqual(scores, sorted(scores))

    def test_unknown_engagement_adds_nothing(self):
        self.assertEqual(points.combined(50, None, 40), 20)
        self.assertEqual(points.combined(None, 60, 40), 60)
        self.assertIsNone(points.combined(None, None, 40))

    def test_bands_start_at_their_borders(self):
        cases = {
            (70, 60): "A1",
            (69, 60): "B1",
            (40, 59): "B2",
            (39, 30): "C2",
            (0, 29): "C3",
            (None, None): "C3",
        }
        for (fit, engagement), band in cases.items():
            with self.subTest(band):
                self.assertEqual(bands.band(fit, engagement, (70, 40), (60, 30)), band)

    def test_score_trembling_around_a_threshold_crosses_it_once(self):
        above, crossings = False, 0
        for score in (58, 60, 59, 61, 57, 60, 50, 49, 51, 59, None):
            now = bands.is_above(above, score, rise=60, fall=50)
            crossings += now != above
            above = now

        self.assertEqual(crossings, 2)
        self.assertFalse(above)
