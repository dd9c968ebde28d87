import math
import unittest

from hypothesis import given, settings
from hypothesis import strategies as st

from ..clv.bg_nbd import BgNbd
from ..clv.bg_nbd_likelihood import evaluate, log_likelihood
from ..clv.histories import collect
from .clv_cases import CDNOW_BG, CDNOW_MBG, cdnow_histories

MODELS = (CDNOW_BG, CDNOW_MBG)

positive = st.floats(-2.0, 1.5).map(lambda exponent: 10**exponent)
models = st.builds(
    BgNbd,
    r=positive,
    alpha=st.floats(0.5, 300),
    a=positive,
    b=positive,
    e=st.integers(0, 1),
)
repeated = st.tuples(
    st.one_of(st.integers(1, 30), st.integers(100, 2000)),
    st.floats(0.001, 1),
    st.floats(0, 2000),
).map(lambda case: (case[0], case[1] * (1 + case[2]), 1 + case[2]))
bought_once = st.floats(0, 2000).map(lambda T: (0, 0.0, T))
histories = st.one_of(bought_once, repeated)
spans = st.floats(1, 1000)

seeded = settings(derandomize=True, database=None, deadline=None, max_examples=150)


def equation_10(model, x, T, within):
    """Return E[orders | alive] as Fader, Hardie and Lee (2005) print it, with 2F1."""
    k, c = model.r + x, model.a + model.b + x - 1 + model.e
    z = within / (model.alpha + T + within)
    term = total = 1.0
    for n in range(100_000):
        term *= (k + n) * (model.b + x + model.e + n) / ((c + n) * (1 + n)) * z
        total += term
        if n > 1 and abs(term) < 1e-17 * abs(total):
            break
    return c / (model.a - 1) * (1 - (1 - z) ** k * total)


class TestPublishedFigures(unittest.TestCase):
    """CDNOW, time in weeks, as in the papers and the packages that follow them."""

    def test_log_likelihood_of_the_btyd_vignette(self):
        """BTYD 2.4.3 vignette: -9582.429; Fader, Hardie, Lee (2005): -9582.4."""
        value = log_likelihood(CDNOW_BG, cdnow_histories(unit=7))

        self.assertAlmostEqual(value, -9582.429, places=3)

    def test_log_likelihood_in_days_is_that_in_weeks_shifted(self):
        """A density per day is a seventh of one per week, at each of 2,457 orders."""
        in_days = BgNbd(0.2425982, 4.4136842 * 7, 0.7929899, 2.4261667)
        weeks = cdnow_histories(unit=7)

        value = log_likelihood(in_days, cdnow_histories())

        shift = weeks.repeats * math.log(7)
        self.assertAlmostEqual(value, log_likelihood(CDNOW_BG, weeks) - shift, places=6)

    def test_customer_1516_of_the_btyd_vignette(self):
        history = (26, 216 / 7, 31.0)

        # The parameters are printed with seven digits.
        self.assertAlmostEqual(
            CDNOW_BG.expected_purchases(*history, 52), 25.75659, delta=1e-4
        )
        self.assertAlmostEqual(
            CDNOW_BG.probability_alive(*history), 0.9688523, places=6
        )

    def test_expected_purchases_of_a_new_customer_in_a_year(self):
        """BTYD 2.4.3 vignette."""
        self.assertAlmostEqual(
            CDNOW_BG.expected_purchases_of_new(52), 1.444004, places=5
        )

    def test_increasing_frequency_paradox(self):
        """BTYD 2.4.3 vignette: who bought often and then stopped has gone."""
        published = {10: 0.3474606, 15: 0.04283391, 20: 0.004158973, 25: 0.0003583685}
        for x, expected in published.items():
            with self.subTest(x=x):
                value = CDNOW_BG.expected_purchases(x, 20, 39, 52)
                self.assertAlmostEqual(value / expected, 1, delta=1e-5)

    def test_expected_purchases_over_time_of_the_spreadsheet(self):
        """Hardie's implementation in a spreadsheet, as in the tests of lifetimes."""
        model = BgNbd(0.2425945, 4.4136019, 0.7929199, 2.4258881)
        published = {
            0.1429: 0.0078,
            1: 0.0532,
            3: 0.1506,
            31.8571: 1.0405,
            32: 1.0437,
            78: 1.8576,
        }
        for weeks, expected in published.items():
            with self.subTest(weeks=weeks):
                value = model.expected_purchases_of_new(weeks)
                delta = 5e-5 + 2e-4 * expected
                self.assertAlmostEqual(value, expected, delta=delta)

    def test_customer_1_of_the_lifetimes_quickstart(self):
        value = CDNOW_BG.expected_purchases(2, 30.43, 38.86, 39)

        self.assertAlmostEqual(value, 1.226, places=3)

    def test_probability_of_no_purchase_in_39_weeks(self):
        """Tests of CLVTools: P(X(39) = 0) = .5737864, at the parameters rounded."""
        model = BgNbd(0.243, 4.414, 0.793, 2.426)

        value = 1 - model.probability_of_purchase(0, 0, 0, 39)

        self.assertAlmostEqual(value, 0.5737864, places=6)


class TestFormulas(unittest.TestCase):
    """Each formula against another way to arrive at it."""

    def test_expected_purchases_agree_with_equation_10(self):
        cases = [
            (BgNbd(r, alpha, a, b, e), x, T, within)
            for r, alpha in ((0.2, 30), (3, 100))
            for a, b in ((0.1, 0.3), (0.8, 2.4), (1.3, 1.1), (4, 9))
            for e in (0, 1)
            for x in (0, 1, 7, 40)
            for T in (0, 100, 900)
            for within in (1, 30, 365)
        ]
        for model, x, T, within in cases:
            with self.subTest(model=model, x=x, T=T, within=within):
                value = model.purchases_if_alive(x, T, within)
                printed = equation_10(model, x, T, within)
                self.assertAlmostEqual(value / printed, 1, delta=1e-8)

    def test_a_of_one_is_a_value_like_any_other(self):
        def value(a, x):
            return BgNbd(0.3, 30, a, 2.4).purchases_if_alive(x, 50, 180)

        for x in (0, 3, 200):
            with self.subTest(x=x):
                mean = (value(1 - 1e-7, x) + value(1 + 1e-7, x)) / 2
                self.assertAlmostEqual(value(1, x) / mean, 1, places=9)
                self.assertAlmostEqual(value(1, x) / value(1.001, x), 1, places=2)

    def test_gradient_agrees_with_differences(self):
        rows = collect(
            [(0, 0, 30, 5), (0, 0, 0, 2), (1, 12, 60, 3), (4, 70, 70, 2), (9, 5, 90, 1)]
        )
        point = [math.log(value) for value in (0.3, 25.0, 0.8, 2.0)]
        for e in (0, 1):
            _value, gradient = evaluate(BgNbd(*map(math.exp, point), e), rows)
            for i in range(4):
                sides = []
                for step in (1e-5, -1e-5):
                    moved = [at + step * (i == j) for j, at in enumerate(point)]
                    model = BgNbd(*map(math.exp, moved), e)
                    sides.append(log_likelihood(model, rows))
                with self.subTest(e=e, parameter=["r", "alpha", "a", "b"][i]):
                    slope = (sides[0] - sides[1]) / 2e-5
                    self.assertAlmostEqual(gradient[i], slope, delta=1e-6)

    def test_counts_weigh_as_repeated_rows(self):
        row = (2, 10.0, 40.0)
        for model in MODELS:
            once = log_likelihood(model, collect([(*row, 1)]))
            thrice = log_likelihood(model, collect([(*row, 3)]))
            apart = log_likelihood(model, collect([(*row, 1)] * 3))

            self.assertAlmostEqual(thrice, 3 * once)
            self.assertAlmostEqual(apart, 3 * once)

    def test_probability_alive_is_the_alive_share_of_the_likelihood(self):
        """Bayes: what is left of the likelihood when death is ruled out."""
        x, t_x, T = 3, 20.0, 50.0
        model = CDNOW_MBG
        dead_too = log_likelihood(model, collect([(x, t_x, T, 1)]))
        alive = (
            math.lgamma(model.r + x)
            - math.lgamma(model.r)
            + model.r * math.log(model.alpha)
            - (model.r + x) * math.log(model.alpha + T)
            + math.lgamma(model.a + model.b)
            - math.lgamma(model.b)
            + math.lgamma(model.b + x + 1)
            - math.lgamma(model.a + model.b + x + 1)
        )

        self.assertAlmostEqual(
            model.probability_alive(x, t_x, T), math.exp(alive - dead_too)
        )


class TestInvariants(unittest.TestCase):
    """What must hold whatever the parameters and the history."""

    @seeded
    @given(models, histories, spans)
    def test_probabilities_stay_within_0_and_1(self, model, history, within):
        alive = model.probability_alive(*history)
        buys = model.probability_of_purchase(*history, within)

        self.assertTrue(0 <= alive <= 1)
        self.assertTrue(0 <= buys <= alive)

    @seeded
    @given(models, histories, spans)
    def test_at_least_one_purchase_is_no_likelier_than_many(self, model, case, within):
        """P(N > 0) <= E[N]."""
        buys = model.probability_of_purchase(*case, within)

        self.assertLessEqual(
            buys, model.expected_purchases(*case, within) * (1 + 1e-8) + 1e-12
        )

    @seeded
    @given(models, histories, spans)
    def test_purchases_grow_with_time_and_never_beyond_the_rate(
        self, model, history, within
    ):
        x, _t_x, T = history
        sooner = model.purchases_if_alive(x, T, within)
        later = model.purchases_if_alive(x, T, within * 1.5)
        without_dropout = (model.r + x) * within / (model.alpha + T)

        self.assertTrue(0 < sooner < later < math.inf)
        self.assertLessEqual(sooner, without_dropout * (1 + 1e-8))

    @seeded
    @given(models, repeated, st.floats(0.1, 500))
    def test_silence_makes_life_less_likely(self, model, history, silence):
        x, t_x, T = history

        self.assertLessEqual(
            model.probability_alive(x, t_x, T + silence),
            model.probability_alive(x, t_x, T),
        )

    @seeded
    @given(models, histories, st.floats(2, 30))
    def test_unit_of_time_does_not_matter(self, model, history, unit):
        x, t_x, T = history
        other = BgNbd(model.r, model.alpha / unit, model.a, model.b, model.e)

        self.assertAlmostEqual(
            other.expected_purchases(x, t_x / unit, T / unit, 90 / unit),
            model.expected_purchases(x, t_x, T, 90),
            delta=1e-6 * (1 + x),
        )


class TestEdges(unittest.TestCase):
    """Histories at the end of what can be."""

    def test_bg_nbd_takes_every_one_time_buyer_for_alive(self):
        self.assertEqual(CDNOW_BG.probability_alive(0, 0, 3000), 1.0)

    def test_mbg_nbd_doubts_one_time_buyers(self):
        self.assertLess(CDNOW_MBG.probability_alive(0, 0, 0), 1)
        self.assertLess(CDNOW_MBG.probability_alive(0, 0, 300), 0.5)

    def test_nothing_is_bought_in_no_time(self):
        for model in MODELS:
            self.assertEqual(model.expected_purchases(3, 10, 20, 0), 0)
            self.assertEqual(model.probability_of_purchase(3, 10, 20, 0), 0)

    def test_thousands_of_orders_do_not_overflow(self):
        for model in MODELS:
            for x in (2_000, 100_000):
                for t_x in (1, 999, 1000):
                    with self.subTest(model=model.kind, x=x, t_x=t_x):
                        expected = model.expected_purchases(x, t_x, 1000, 365)
                        likelihood = log_likelihood(model, collect([(x, t_x, 1000, 1)]))
                        self.assertTrue(0 <= expected < math.inf)
                        self.assertTrue(math.isfinite(likelihood))

    def test_regular_buyer_goes_on_as_before(self):
        expected = CDNOW_BG.expected_purchases(2_000, 1000, 1000, 100)

        self.assertAlmostEqual(expected, 200, delta=10)

    def test_parameters_without_meaning_are_refused(self):
        for wrong in (0, -1, math.nan, math.inf):
            with self.subTest(r=wrong), self.assertRaises(ValueError):
                BgNbd(wrong, 1, 1, 1)
        with self.assertRaises(ValueError):
            BgNbd(1, 1, 1, 1, e=2)


if __name__ == "__main__":
    unittest.main()
