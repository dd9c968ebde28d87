import math
import unittest

from ..clv.bg_nbd import BgNbd
from ..clv.discount import (
    MONTH_DAYS,
    Horizon,
    customer_value,
    det_table,
    discounted_purchases,
)
from ..clv.gamma_gamma import GammaGamma
from .clv_cases import CDNOW_BG, CDNOW_MBG

IN_DAYS = BgNbd(0.2425982, 4.4136842 * 7, 0.7929899, 2.4261667)


class TestCustomerValue(unittest.TestCase):
    """Value of the orders to come."""

    def test_customer_1_of_cdnow_over_a_year_at_1_percent_a_month(self):
        """The quickstart of lifetimes says 140.10, having taken months for weeks."""
        mean = GammaGamma(6.25, 3.74, 15.44).mean_value(2, 22.35)
        horizon = Horizon(12, MONTH_DAYS, 0.01)

        value = customer_value(IN_DAYS, (2, 213, 272), mean, horizon)

        self.assertAlmostEqual(value, 36.30, delta=0.1)

    def test_unit_of_time_does_not_matter(self):
        weeks = customer_value(
            CDNOW_BG, (2, 213 / 7, 272 / 7), 24.65, Horizon(12, MONTH_DAYS / 7, 0.01)
        )
        days = customer_value(
            IN_DAYS, (2, 213, 272), 24.65, Horizon(12, MONTH_DAYS, 0.01)
        )

        self.assertAlmostEqual(weeks, days)

    def test_without_discount_it_is_orders_times_amount(self):
        horizon = Horizon(steps=24)

        value = customer_value(IN_DAYS, (2, 213, 272), 10.0, horizon, margin=0.4)

        orders = IN_DAYS.expected_purchases(2, 213, 272, horizon.length)
        self.assertAlmostEqual(value, 4 * orders)

    def test_value_falls_as_the_rate_rises(self):
        values = [
            customer_value(IN_DAYS, (2, 213, 272), 10, Horizon.of_months(24, rate))
            for rate in (0, 0.05, 0.1, 0.3, 1)
        ]

        self.assertEqual(values, sorted(values, reverse=True))
        self.assertGreater(values[-1], values[0] / 4)

    def test_value_grows_with_the_horizon(self):
        values = [
            discounted_purchases(IN_DAYS, 2, 272, Horizon.of_months(months, 0.1))
            for months in (1, 12, 24, 36)
        ]

        self.assertEqual(values, sorted(values))


class TestDetTable(unittest.TestCase):
    """The table that scoring in SQL joins on."""

    def test_rows_are_distinct_and_say_what_the_model_says(self):
        horizon = Horizon.of_months(12, 0.1)

        rows = list(det_table(CDNOW_MBG, [(3, 40), (0, 0), (3, 40), (0, 7.0)], horizon))

        self.assertEqual([row[:2] for row in rows], [(0, 0.0), (0, 7.0), (3, 40.0)])
        for x, T, purchases, discounted in rows:
            with self.subTest(x=x, T=T):
                expected = CDNOW_MBG.purchases_if_alive(x, T, horizon.length)
                self.assertAlmostEqual(purchases, expected)
                again = discounted_purchases(CDNOW_MBG, x, T, horizon)
                self.assertEqual(discounted, again)
                self.assertLess(discounted, purchases)

    def test_scores_of_sql_need_nothing_else(self):
        """P(alive) of the columns times the table is the value, to 1e-9."""
        m, horizon = CDNOW_MBG, Horizon.of_months(12, 0.1)
        x, t_x, T = 4, 21.0, 39.0
        (row,) = det_table(m, [(x, T)], horizon)

        odds = math.log(m.a / (m.b + x - 1 + m.e))
        odds += (m.r + x) * (math.log(m.alpha + T) - math.log(m.alpha + t_x))
        value = 25.0 / (1 + math.exp(odds)) * row.discounted

        expected = customer_value(m, (x, t_x, T), 25.0, horizon)
        self.assertAlmostEqual(value, expected, places=9)


class TestHorizon(unittest.TestCase):
    """A horizon means what it says."""

    def test_annual_rate_is_compounded_monthly(self):
        horizon = Horizon.of_months(36, 0.1)

        self.assertAlmostEqual((1 + horizon.rate) ** 12, 1.1)
        self.assertAlmostEqual(horizon.length, 3 * 365.25)

    def test_horizons_without_meaning_are_refused(self):
        for wrong in ({"steps": 0}, {"step": 0}, {"step": math.nan}, {"rate": -1}):
            with self.subTest(**wrong), self.assertRaises(ValueError):
                Horizon(**wrong)


if __name__ == "__main__":
    unittest.main()
