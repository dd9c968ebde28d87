import random
import unittest

from ..clv.backtest import backtest, naive_forecast
from ..clv.bg_nbd import BgNbd
from ..clv.bg_nbd_fit import estimate, fit_best
from ..clv.metrics import auc, probability_metrics, volume_metrics
from .clv_cases import (
    HELD_OUT,
    cdnow,
    cdnow_histories,
    cdnow_orders,
    collect,
    simulate,
)


class TestCdnow(unittest.TestCase):
    """Weeks 40 to 78 forecast from weeks 1 to 39, which is how the papers test."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        rows = [(c.x, c.t_x, c.T, c.later, 1) for c in cdnow()]
        cls.tests = {
            e: backtest(estimate(cdnow_histories(), e, 0)[0], rows, HELD_OUT)
            for e in (0, 1)
        }

    def assert_forecast(self, forecast, total, mae, rmse, correlation):
        volume = forecast.volume
        self.assertEqual((volume.customers, volume.actual), (2357, 1882))
        self.assertAlmostEqual(volume.forecast, total, delta=1)
        self.assertAlmostEqual(volume.bias, total / 1882 - 1, places=3)
        self.assertAlmostEqual(volume.mae, mae, delta=1e-3)
        self.assertAlmostEqual(volume.rmse, rmse, places=3)
        self.assertAlmostEqual(volume.correlation, correlation, places=3)

    def test_orders_of_the_sample(self):
        """6,919 orders on 6,696 days; 1,882 days and $70,976.39 held out."""
        days = cdnow_orders()

        self.assertEqual(sum(map(len, days.values())), 6696)
        self.assertEqual(sum(customer.later for customer in cdnow()), 1882)
        spent = sum(customer.later_total for customer in cdnow())
        self.assertAlmostEqual(spent, 70_976.39, places=2)

    def test_bg_nbd(self):
        self.assert_forecast(self.tests[0].model, 1653, 0.786, 1.608, 0.626)
        self.assertAlmostEqual(self.tests[0].model.ranking, 0.773, places=3)

    def test_mbg_nbd(self):
        self.assert_forecast(self.tests[1].model, 1577, 0.765, 1.607, 0.627)
        self.assertAlmostEqual(self.tests[1].model.ranking, 0.773, places=3)

    def test_naive_forecast_is_half_as_much_again_too_high(self):
        naive = self.tests[0].naive

        self.assert_forecast(naive, 2930, 1.024, 2.212, 0.584)
        self.assertAlmostEqual(naive.ranking, 0.760, places=3)
        self.assertEqual(self.tests[0].weaknesses, ())

    def test_probability_of_purchase(self):
        """29.0 % bought again; a Brier score of .206 needs nothing but that rate."""
        for e, area in ((0, 0.757), (1, 0.760)):
            found = self.tests[e].model.probability
            with self.subTest(e=e):
                self.assertAlmostEqual(found.rate, 0.290, places=3)
                self.assertAlmostEqual(found.auc, area, places=3)
                self.assertAlmostEqual(found.brier, 0.161, places=3)
                self.assertAlmostEqual(found.brier / (1 - found.skill), 0.206, places=3)
                self.assertGreater(found.lift, 2.5)

    def test_expected_purchases_by_number_of_orders(self):
        """BTYD 2.4.3 vignette, conditional expectations; 7 is 7 and more."""
        published = {
            0: (0.237, 0.225),
            1: (0.697, 0.523),
            2: (1.393, 1.044),
            3: (1.560, 1.520),
            4: (2.532, 2.164),
            5: (2.947, 2.654),
            6: (3.862, 3.504),
            7: (6.359, 6.157),
        }
        model, _value, _ = estimate(cdnow_histories(), 0, 0)
        for x, (actual, expected) in published.items():
            group = [c for c in cdnow() if min(c.x, 7) == x]
            forecast = sum(model.expected_purchases(*c[:3], HELD_OUT) for c in group)
            with self.subTest(x=x):
                later = sum(c.later for c in group)
                self.assertAlmostEqual(later / len(group), actual, places=3)
                self.assertAlmostEqual(forecast / len(group), expected, places=3)

    def test_probability_alive_is_no_forecast_of_purchases(self):
        """The reason not to show it: AUC .316 for BG/NBD, worse than a coin."""
        model, _value, _ = estimate(cdnow_histories(), 0, 0)
        alive = [model.probability_alive(*c[:3]) for c in cdnow()]
        bought = [c.later > 0 for c in cdnow()]

        self.assertAlmostEqual(auc(alive, bought, [1] * 2357), 0.316, places=3)


class TestSimulated(unittest.TestCase):
    """Customers of whom we know whether they are alive."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.base = simulate(BgNbd(0.6, 40, 0.9, 1.6, e=1), 60_000, seed=11)
        cls.model = fit_best(collect(cls.base)).model
        rows = [(*c[:4], 1) for c in cls.base]
        cls.test = backtest(cls.model, rows, 180)

    def assert_calibrated(self, found):
        self.assertGreaterEqual(len(found.calibration), 8)
        for tenth in found.calibration:
            with self.subTest(predicted=tenth.predicted):
                self.assertAlmostEqual(tenth.predicted, tenth.observed, delta=0.02)
        self.assertLess(found.calibration_error, 0.01)

    def test_probability_of_purchase_is_calibrated(self):
        self.assert_calibrated(self.test.model.probability)

    def test_probability_alive_is_calibrated(self):
        chances = [self.model.probability_alive(*c[:3]) for c in self.base]
        alive = [c.is_alive for c in self.base]

        self.assert_calibrated(probability_metrics(chances, alive, [1] * len(alive)))

    def test_total_is_forecast_within_3_percent(self):
        self.assertLess(abs(self.test.model.volume.bias), 0.03)


class TestMetrics(unittest.TestCase):
    """Small cases that can be worked out by hand."""

    def test_volume(self):
        found = volume_metrics([1, 2, 0.5], [2, 2, 0], [1, 1, 2])

        self.assertEqual((found.customers, found.forecast, found.actual), (4, 4, 4))
        self.assertEqual(found.bias, 0)
        self.assertAlmostEqual(found.mae, 2 / 4)
        self.assertAlmostEqual(found.rmse, (1.5 / 4) ** 0.5)

    def test_ties_count_half_in_the_area(self):
        cases = [
            ([0.1, 0.9], [False, True], 1),
            ([0.9, 0.1], [False, True], 0),
            ([0.5, 0.5], [False, True], 0.5),
            ([0.1, 0.5, 0.5, 0.9], [False, True, False, True], 7 / 8),
        ]
        for ranking, happened, expected in cases:
            with self.subTest(ranking=ranking):
                counts = [1] * len(ranking)
                self.assertAlmostEqual(auc(ranking, happened, counts), expected)

    def test_probabilities(self):
        found = probability_metrics([0.25, 0.75], [False, True], [1, 3])

        self.assertAlmostEqual(found.rate, 0.75)
        self.assertAlmostEqual(found.brier, 0.0625)
        self.assertAlmostEqual(found.skill, 1 - 0.0625 / 0.1875)
        self.assertAlmostEqual(found.log_loss, 0.2876820724518)
        self.assertAlmostEqual(found.lift, 1 / 0.75)

    def test_counts_weigh_as_repeated_rows(self):
        rng = random.Random(2)
        rows = [
            (rng.random(), rng.random() < 0.4, rng.randint(1, 5)) for _ in range(80)
        ]
        apart = [(p, event, 1) for p, event, n in rows for _ in range(n)]

        together = probability_metrics(*zip(*rows, strict=True))
        spread = probability_metrics(*zip(*apart, strict=True))

        self.assertAlmostEqual(together.auc, spread.auc)
        self.assertAlmostEqual(together.log_loss, spread.log_loss)
        self.assertAlmostEqual(together.lift, spread.lift)
        self.assertEqual(len(together.calibration), len(spread.calibration))

    def test_shuffled_outcomes_cannot_be_ranked(self):
        rng = random.Random(9)
        ranking = [rng.random() for _ in range(20_000)]
        happened = [rng.random() < 0.3 for _ in range(20_000)]

        self.assertAlmostEqual(auc(ranking, happened, [1] * 20_000), 0.5, delta=0.01)

    def test_equal_probabilities_share_a_bin(self):
        found = probability_metrics([0.3] * 50 + [0.6] * 50, [True] * 100, [1] * 100)

        self.assertEqual([b.customers for b in found.calibration], [50, 50])

    def test_tenth_is_drawn_by_lot_among_equals(self):
        found = probability_metrics(
            [0.5, 0.5, 0.1], [True, False, False], [100, 100, 800]
        )

        self.assertAlmostEqual(found.lift, 5)

    def test_certainty_that_fails_costs_much_but_not_everything(self):
        found = probability_metrics([1.0, 0.0], [False, False], [1, 1])

        self.assertTrue(10 < found.log_loss < 100)

    def test_what_is_not_defined_is_none(self):
        nobody = volume_metrics([], [], [])
        self.assertEqual((nobody.bias, nobody.rmse), (None, None))
        self.assertIsNone(volume_metrics([1, 1], [0, 3], [1, 1]).correlation)
        self.assertIsNone(volume_metrics([1.0], [0], [1]).bias)
        everybody = probability_metrics([0.9, 0.8], [True, True], [1, 1])
        self.assertEqual((everybody.auc, everybody.skill), (None, None))
        self.assertIsNone(probability_metrics([], [], []).brier)


class TestNaive(unittest.TestCase):
    """The forecast to beat."""

    def test_rate_so_far_goes_on(self):
        self.assertEqual(naive_forecast(3, 90, 30), 1)

    def test_first_day_has_no_rate(self):
        self.assertEqual(naive_forecast(0, 0, 30), 0)

    def test_worse_model_is_found_out(self):
        rows = [(2, 80, 100, 2, 50), (0, 0, 100, 0, 100), (1, 10, 100, 1, 50)]

        found = backtest(BgNbd(0.01, 5000, 9, 0.1, e=1), rows, 100)

        self.assertIn("bias", found.weaknesses)
        self.assertIn("rmse", found.weaknesses)


if __name__ == "__main__":
    unittest.main()
