import doctest
import random
import unittest
from itertools import pairwise

from ..scoring import backtest
from ..scoring.backtest import wilson


def load_tests(_loader, tests, _pattern):
    tests.addTests(doctest.DocTestSuite(backtest))
    return tests


def make_rows(rates, contacts=100):
    """Return rows of scores 5, 15, …: the first rate is that of the lowest."""
    return [
        (5 + 10 * place, contacts, round(contacts * rate))
        for place, rate in enumerate(rates)
    ]


RISING = [0.02, 0.03, 0.05, 0.06, 0.08, 0.10, 0.14, 0.18, 0.25, 0.40]


class TestWilson(unittest.TestCase):
    def test_published_intervals(self):
        # Newcombe (1998), Statistics in Medicine 17, table I, method 3.
        published = {
            (81, 263): (0.2553, 0.3662),
            (15, 148): (0.0624, 0.1605),
            (0, 20): (0.0000, 0.1611),
            (1, 29): (0.0061, 0.1718),
        }
        for (converted, contacts), expected in published.items():
            with self.subTest(f"{converted} of {contacts}"):
                for end, value in zip(
                    wilson(converted, contacts), expected, strict=True
                ):
                    self.assertAlmostEqual(end, value, places=4)

    def test_interval_holds_the_share_and_stays_within_0_and_1(self):
        for contacts in (1, 2, 3, 7, 30, 1000, 10**6):
            for converted in {0, 1, contacts // 3, contacts - 1, contacts}:
                low, high = wilson(converted, contacts)

                with self.subTest(f"{converted} of {contacts}"):
                    self.assertTrue(0 <= low <= converted / contacts <= high <= 1)

    def test_failures_mirror_successes(self):
        low, high = wilson(12, 80)
        mirrored = wilson(68, 80)

        self.assertAlmostEqual(low, 1 - mirrored[1], places=12)
        self.assertAlmostEqual(high, 1 - mirrored[0], places=12)


class TestGroups(unittest.TestCase):
    def test_ten_scores_of_equal_size_are_ten_deciles_best_first(self):
        found = backtest.backtest(make_rows(RISING))

        self.assertEqual([group.decile for group in found.groups], list(range(1, 11)))
        self.assertEqual(found.groups[0].least, 95)
        self.assertAlmostEqual(found.groups[0].rate, 0.40)
        self.assertAlmostEqual(found.groups[0].lift, 0.40 / found.total.rate)

    def test_equal_scores_share_a_group(self):
        rows = [(0, 600, 6), (10, 100, 5), (50, 200, 20), (90, 100, 30)]

        found = backtest.backtest(rows)

        self.assertEqual(
            [(group.least, group.most, group.contacts) for group in found.groups],
            [(90, 90, 100), (50, 50, 200), (10, 10, 100), (0, 0, 600)],
        )

    def test_every_contact_is_in_one_group(self):
        chance = random.Random(19)
        for _case in range(200):
            rows = [
                (score, contacts, chance.randrange(contacts + 1))
                for score in chance.sample(range(101), chance.randrange(1, 60))
                for contacts in [chance.choice((1, 3, 50, 900))]
            ]
            found = backtest.backtest(rows + [(101, 200, 20)])
            groups = found.groups

            self.assertEqual(sum(g.contacts for g in groups), found.total.contacts)
            self.assertEqual(sum(g.converted for g in groups), found.total.converted)
            self.assertLessEqual(len(groups), 10)
            for higher, lower in pairwise(groups):
                self.assertGreater(higher.least, lower.most)

    def test_neighbouring_scores_are_put_together(self):
        found = backtest.backtest([(score, 10, 2) for score in range(1, 101)])

        best = found.groups[0]

        self.assertEqual((best.least, best.most), (91, 100))
        self.assertEqual({g.contacts for g in found.groups}, {100})


class TestVerdict(unittest.TestCase):
    def status(self, rates, contacts=100):
        return backtest.backtest(make_rows(rates, contacts)).status

    def test_rates_that_rise_with_the_score_are_rising(self):
        self.assertEqual(self.status(RISING), "rising")

    def test_noise_does_not_break_the_order(self):
        self.assertEqual(
            self.status([0.02, 0.04, 0.03, 0.07, 0.05, 0.1, 0.09, 0.2, 0.18, 0.3]),
            "rising",
        )

    def test_clear_break_names_both_groups(self):
        rates = [0.02, 0.03, 0.05, 0.30, 0.08, 0.10, 0.04, 0.25, 0.30, 0.40]

        found = backtest.backtest(make_rows(rates))

        self.assertEqual(found.status, "broken")
        broken = {
            group.least: found.groups[group.broken_by].least
            for group in found.groups
            if group.broken_by is not None
        }
        self.assertEqual(broken, {65: 35, 55: 35, 45: 35})

    def test_score_that_tells_nothing_is_unclear(self):
        self.assertEqual(self.status([0.1] * 10), "unclear")
        self.assertEqual(
            backtest.backtest([(50, 1000, 100)]).status, "unclear", "all alike"
        )

    def test_score_upside_down_is_falling(self):
        self.assertEqual(self.status(RISING[::-1]), "falling")

    def test_everybody_bought_is_unclear(self):
        self.assertEqual(self.status([1.0] * 10), "unclear")

    def test_too_little_is_not_judged(self):
        few = [
            [],
            [(50, 0, 0)],
            [(10, 100, 10), (90, 99, 60)],
            [(10, 1000, 4), (90, 1000, 15)],
        ]
        for rows in few:
            with self.subTest(rows):
                found = backtest.backtest(rows)
                self.assertEqual((found.status, found.groups), ("few", ()))
        self.assertIsNone(backtest.backtest([]).total)
        self.assertEqual(
            backtest.backtest([(10, 100, 5), (90, 100, 15)]).status, "rising"
        )

    def draw(self, rates, contacts=100, cases=400):
        """Return how often each verdict falls on contacts drawn with these rates."""
        chance = random.Random(19)
        verdicts = []
        for _case in range(cases):
            rows = [
                (score, contacts, sum(chance.random() < rate for _ in range(contacts)))
                for score, rate in enumerate(rates)
            ]
            verdicts.append(backtest.backtest(rows).status)
        return lambda status: verdicts.count(status) / cases

    def test_useless_score_is_rarely_called_anything(self):
        share = self.draw([0.08] * 10)

        self.assertLess(share("rising"), 0.04)
        self.assertLess(share("falling"), 0.04)
        # Of 45 pairs, at least one is apart by chance.
        self.assertLess(share("broken"), 0.12)

    def test_score_that_rises_weakly_is_rarely_called_broken(self):
        share = self.draw([0.05 + 0.008 * place for place in range(10)], 300)

        self.assertLess(share("broken"), 0.05)
        self.assertGreater(share("rising"), 0.9)
