import math
import random
import unittest
from unittest.mock import patch

from hypothesis import given, settings
from hypothesis import strategies as st

from ..clv import gamma_gamma, spend
from ..clv.amounts import collect
from ..clv.codes import SPEND_KINDS, SPEND_REASONS
from ..clv.gamma_gamma import GammaGamma, digamma
from ..clv.spend import Credibility, FlatMean, choose, credibility
from .clv_cases import cdnow, cdnow_amounts

# Fader and Hardie, note 025 (2013), on the 946 repeat buyers of CDNOW.
PUBLISHED = GammaGamma(6.25, 3.74, 15.44)

seeded = settings(derandomize=True, database=None, deadline=None, max_examples=100)
spend_models = st.one_of(
    st.builds(
        GammaGamma, st.floats(0.1, 50), st.floats(1.01, 50), st.floats(0.01, 1e4)
    ),
    st.builds(Credibility, st.floats(0.01, 1e6), st.floats(0.5, 20)),
    st.builds(FlatMean, st.floats(0.01, 1e6)),
)


def skewed(deviation, customers=2_000, seed=3):
    """Return amounts with a log-normal tail, one to a dozen orders each."""
    rng = random.Random(seed)
    rows = []
    for _ in range(customers):
        level = rng.gauss(4, deviation)
        x = 1 + int(rng.expovariate(0.7))
        single = [math.exp(level + rng.gauss(0, deviation / 2)) for _ in range(x)]
        rows.append((x, sum(single) / x, 1))
    return collect(rows)


class TestPublishedFigures(unittest.TestCase):
    """Fader and Hardie, note 025, and the tests of CLVTools and lifetimes."""

    def test_log_likelihood(self):
        """CLVTools: -4055.918, of 946 customers."""
        amounts = cdnow_amounts()

        self.assertEqual(amounts.customers, 946)
        value = gamma_gamma.log_likelihood(PUBLISHED, amounts)
        self.assertAlmostEqual(value, -4055.918, delta=0.01)

    def test_maximum_likelihood(self):
        model = gamma_gamma.estimate(cdnow_amounts(), prior_weight=0)

        self.assertAlmostEqual(model.p, 6.25, delta=0.005)
        self.assertAlmostEqual(model.q, 3.74, delta=0.005)
        self.assertAlmostEqual(model.v, 15.44, delta=0.015)

    def test_prior_hardly_moves_the_mean(self):
        amounts = cdnow_amounts()

        free = gamma_gamma.estimate(amounts, prior_weight=0)
        held = gamma_gamma.estimate(amounts)

        self.assertAlmostEqual(held.mean / free.mean, 1, delta=1e-3)

    def test_first_ten_customers(self):
        published = [24.65, 18.91, 35.17, 35.17, 35.17, 71.46, 18.91, 35.17, 27.28]
        published.append(35.17)
        for customer, expected in zip(cdnow()[:10], published, strict=True):
            with self.subTest(customer=customer):
                value = PUBLISHED.mean_value(customer.x, customer.repeat_mean)
                self.assertAlmostEqual(value, expected, delta=0.1)

    def test_orders_and_amounts_of_cdnow_are_nearly_independent(self):
        """Note 025 finds .11 and goes on."""
        fit = choose(cdnow_amounts())

        self.assertAlmostEqual(fit.correlation, 0.11, places=2)
        self.assertFalse(fit.is_dependent)
        self.assertEqual((fit.reason, fit.model.kind), ("ok", "gamma_gamma"))

    def test_digamma(self):
        """Abramowitz and Stegun, table 6.1 and formulas 6.3.2, 6.3.3, 6.3.5."""
        euler = 0.57721566490153286
        self.assertAlmostEqual(digamma(1), -euler, places=13)
        self.assertAlmostEqual(digamma(0.5), -euler - 2 * math.log(2), places=13)
        self.assertAlmostEqual(digamma(0.01), digamma(1.01) - 100, places=11)
        self.assertAlmostEqual(digamma(1e9), math.log(1e9), places=9)


class TestGammaGamma(unittest.TestCase):
    """The likelihood, its gradient, and what does not matter to it."""

    def test_gradient_agrees_with_differences(self):
        amounts = collect([(1, 10.0, 3), (2, 35.5, 1), (9, 12.25, 2)])
        point = [2.0, 1.7, 20.0]

        _value, gradient = gamma_gamma._evaluate(*point, amounts, 1.0)

        for i in range(3):
            sides = []
            for step in (1e-5, -1e-5):
                moved = [at + step * (i == j) for j, at in enumerate(point)]
                sides.append(gamma_gamma._evaluate(*moved, amounts, 1.0)[0])
            with self.subTest(parameter="pqv"[i]):
                slope = (sides[0] - sides[1]) / 2e-5
                self.assertAlmostEqual(gradient[i], slope, places=6)

    def test_currency_does_not_matter(self):
        dollars = cdnow_amounts()
        yen = collect((x, m * 150, n) for x, m, n in dollars.rows())

        one, other = gamma_gamma.estimate(dollars), gamma_gamma.estimate(yen)

        self.assertAlmostEqual(other.p, one.p, places=6)
        self.assertAlmostEqual(other.v, 150 * one.v, places=4)

    def test_grouping_close_amounts_does_not_matter(self):
        """As SQL does it for millions: by x and the hundredth of ln m."""
        groups = {}
        for x, mean, count in cdnow_amounts().rows():
            group = groups.setdefault((x, math.floor(100 * math.log(mean))), [0, 0])
            group[0] += mean * count
            group[1] += count
        grouped = collect((x, total / n, n) for (x, _bin), (total, n) in groups.items())

        one = gamma_gamma.estimate(cdnow_amounts())
        other = gamma_gamma.estimate(grouped)

        self.assertAlmostEqual(other.mean / one.mean, 1, places=4)
        self.assertAlmostEqual(other.p / one.p, 1, places=3)

    def test_without_a_mean_it_is_refused(self):
        for q in (1, 0.62, math.nan):
            with self.subTest(q=q), self.assertRaises(ValueError):
                GammaGamma(6, q, 15)


class TestFallBacks(unittest.TestCase):
    """Where a Gamma-Gamma does not fit, something safe takes its place."""

    def test_equal_amounts_give_everybody_the_mean(self):
        fit = choose(collect([(1, 49.9, 500), (3, 49.9, 200), (8, 49.91, 9)]))

        self.assertEqual((fit.model.kind, fit.reason), ("flat", "equal_amounts"))
        self.assertAlmostEqual(fit.model.mean_value(3, 49.9), 49.9, places=2)

    def test_log_normal_tail_is_caught(self):
        """Maximum likelihood gives q below 1 here, and a negative mean."""
        for deviation in (1.5, 2):
            amounts = skewed(deviation)
            fit = choose(amounts)
            with self.subTest(deviation=deviation):
                self.assertEqual(fit.reason, "heavy_tail")
                self.assertEqual(fit.model.kind, "credibility")
                self.assertTrue(0 < fit.model.mean <= amounts.mean)
                self.assertTrue(0.5 <= fit.model.k <= 20)

    def test_mean_that_is_off_is_caught(self):
        whales = collect([(2, 10.0, 300), (1, 12.0, 300), (3, 9.0, 300), (1, 9e5, 1)])

        fit = choose(whales)

        self.assertIn(fit.reason, ("mean_off", "heavy_tail"))
        self.assertLess(fit.model.mean_value(2, 10.0), 20)

    def test_search_that_fails_is_caught(self):
        with patch.object(gamma_gamma, "_STARTS", ((800.0,) * 3,)):
            fit = choose(cdnow_amounts())

        self.assertEqual(fit.reason, "not_converged")
        self.assertAlmostEqual(fit.model.mean, 35, delta=1)

    def test_mild_amounts_keep_the_gamma_gamma(self):
        amounts = skewed(0.3)

        fit = choose(amounts)

        self.assertEqual(fit.reason, "ok")
        self.assertAlmostEqual(fit.model.mean / amounts.mean, 1, delta=0.05)

    def test_one_customer_and_none(self):
        self.assertEqual(choose(collect([(2, 30.0, 1)])).model, FlatMean(30.0))
        nobody = choose(collect([]))
        self.assertEqual((nobody.model, nobody.reason), (None, "no_amounts"))
        self.assertIsNone(nobody.correlation)

    def test_few_customers_never_fail(self):
        rng = random.Random(1)
        for customers in (2, 3, 5, 20):
            rows = [(rng.randint(1, 4), rng.uniform(5, 500), 1)] * customers
            rows += [(1, rng.paretovariate(0.8), 1) for _ in range(customers)]
            fit = choose(collect(rows))
            with self.subTest(customers=customers):
                self.assertTrue(0 < fit.model.mean_value(2, 50.0) < math.inf)

    def test_amounts_that_are_not_positive_are_left_out(self):
        amounts = collect([(2, 30.0, 5), (1, 0.0, 3), (1, -20.0, 2), (0, 5.0, 1)])

        self.assertEqual((amounts.customers, amounts.excluded), (5, 6))
        self.assertEqual(choose(amounts).excluded, 6)

    def test_amounts_that_are_not_numbers_are_refused(self):
        for wrong in (math.nan, math.inf):
            with self.subTest(wrong=wrong), self.assertRaises(ValueError):
                collect([(1, wrong, 1)])

    def test_amounts_that_grow_with_orders_raise_a_warning(self):
        amounts = collect((x, 10.0 * x + noise, 20) for x in range(1, 9)
                          for noise in (0, 4, 8))  # fmt: skip

        self.assertTrue(choose(amounts).is_dependent)

    def test_one_time_buyers_can_be_left_out_of_the_correlation(self):
        amounts = collect([(1, 500.0, 900), (2, 10.0, 50), (3, 11.0, 40), (4, 12.0, 9)])

        self.assertLess(amounts.correlation(), 0)
        self.assertGreater(amounts.correlation(2), 0.9)

    def test_every_code_has_a_label(self):
        kinds = {GammaGamma.kind, Credibility.kind, FlatMean.kind}

        self.assertEqual(kinds, set(dict(SPEND_KINDS)))
        for reason in ("ok", "equal_amounts", "heavy_tail", "mean_off", "no_amounts"):
            self.assertIn(reason, dict(SPEND_REASONS))


class TestCredibility(unittest.TestCase):
    """How much own orders weigh follows from how much they scatter."""

    def rows(self, within, between, customers=4_000):
        rng = random.Random(4)
        for i in range(customers):
            x = 1 + i % 6
            level = rng.gauss(100, between)
            yield x, max(rng.gauss(level, within / math.sqrt(x)), 1), 1

    def test_weight_is_the_ratio_of_variances(self):
        amounts = collect(self.rows(within=20, between=10))

        # The cut takes more from the scatter of single orders than from customers'.
        self.assertTrue(2 < credibility(amounts).k < 4.5)
        self.assertAlmostEqual(credibility(amounts, 400.0).k, 4, delta=1)

    def test_weight_keeps_to_its_range(self):
        self.assertEqual(credibility(collect(self.rows(20, 0.1)), 400.0).k, 20)
        self.assertEqual(credibility(collect(self.rows(1, 20))).k, 0.5)

    def test_orders_that_cannot_tell_take_a_middling_weight(self):
        once = collect([(1, 10.0, 5), (1, 30.0, 5)])

        self.assertEqual(credibility(once).k, spend._UNKNOWN_WEIGHT)

    def test_largest_amounts_are_cut_for_the_mean(self):
        amounts = collect([(1, 10.0, 995), (1, 1e6, 5)])

        self.assertAlmostEqual(credibility(amounts).mean, 10)


class TestMeanValue(unittest.TestCase):
    """One expression serves all kinds."""

    @seeded
    @given(spend_models, st.integers(1, 500), st.floats(0.01, 1e6))
    def test_estimate_lies_between_own_mean_and_that_of_all(self, model, x, m):
        own, everybody = m, model.mean_value(0, 0)
        low, high = min(own, everybody), max(own, everybody)

        value = model.mean_value(x, m)

        self.assertTrue(low * (1 - 1e-9) <= value <= high * (1 + 1e-9))

    @seeded
    @given(spend_models, st.integers(1, 500), st.floats(0.01, 1e6))
    def test_coefficients_say_the_same(self, model, x, m):
        c0, c1, d0, d1 = model.coefficients

        self.assertAlmostEqual(
            model.mean_value(x, m), (c0 + c1 * x * m) / (d0 + d1 * x)
        )
        self.assertGreater(d0, 0)

    def test_who_spent_nothing_is_expected_to_spend_as_all(self):
        for model in (PUBLISHED, Credibility(35, 2), FlatMean(35)):
            for x, m in ((0, 0), (3, 0), (2, -12.5)):
                with self.subTest(model=model, x=x, m=m):
                    self.assertAlmostEqual(model.mean_value(x, m), 35, delta=0.25)


if __name__ == "__main__":
    unittest.main()
