import csv
import io
import math
from datetime import date, datetime, time, timedelta
from pathlib import Path

from odoo.tests import tagged

from ..engine.clv.metrics import auc
from .value_common import ValueCase

_DATA = Path(__file__).parent.parent / "engine" / "tests" / "data" / "cdnow_sample.csv"
_START = date(1997, 1, 1)
_END = date(1997, 9, 30)
_HOLDOUT = 39 * 7


@tagged("post_install", "-at_install")
class TestValueCdnow(ValueCase):
    """The orders of the CDNOW sample, from touchpoint to forecast, as published.

    Fader, Hardie and Lee 2005, and the packages that reproduce them: 39 weeks to fit
    on, 39 weeks held out.  The published histories count the eight orders of nothing,
    the only ones of their customers; they are given a cent here.
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.lifecycle_discount_rate = 0
        with _DATA.open() as lines:
            cls.log = [
                (int(row["customer"]), int(row["day"]), (int(row["cents"]) or 1) / 100)
                for row in csv.DictReader(lines)
            ]
        numbers = sorted({customer for customer, _day, _amount in cls.log})
        cls.partners = dict(zip(numbers, cls.make_partners(len(numbers)), strict=True))

    def load(self, orders):
        self.buy(
            *(
                (self.partners[customer], _START + timedelta(days=day), amount)
                for customer, day, amount in orders
            )
        )

    def predict(self):
        text = self.Value.export_predictions(_END, horizon_days=_HOLDOUT)
        rows = {
            int(row["customer_ref"]): row for row in csv.DictReader(io.StringIO(text))
        }
        return text, [rows[partner] for partner in self.partners.values()]

    def test_orders_give_the_published_histories_parameters_and_forecasts(self):
        self.load(self.log)
        _text, rows = self.predict()

        self.assertEqual(len(rows), 2357)
        self.assertEqual(sum(int(row["x"]) for row in rows), 2457)
        self.assertEqual(sum(row["x"] != "0" for row in rows), 946)
        later = self.count_later()
        self.assertEqual(sum(later.values()), 1882)

        said = [float(row["expected_orders"]) for row in rows]
        actual = [later.get(customer, 0) for customer in self.partners]
        self.assertAlmostEqual(sum(said), 1577, delta=8)
        errors = [(f - a) ** 2 for f, a in zip(said, actual, strict=True)]
        self.assertAlmostEqual(math.sqrt(sum(errors) / 2357), 1.607, delta=0.005)
        bought = [number > 0 for number in actual]
        self.assertAlmostEqual(auc(said, bought, [1] * 2357), 0.773, delta=0.002)
        chances = [float(row["p_buy"]) for row in rows]
        self.assertAlmostEqual(auc(chances, bought, [1] * 2357), 0.760, delta=0.003)
        brier = [(p - b) ** 2 for p, b in zip(chances, bought, strict=True)]
        self.assertAlmostEqual(sum(brier) / 2357, 0.161, delta=0.001)

    def count_later(self):
        days = {
            (customer, day)
            for customer, day, amount in self.log
            if amount > 0 and day > (_END - _START).days
        }
        later = {}
        for customer, _day in days:
            later[customer] = later.get(customer, 0) + 1
        return later

    def test_what_came_later_does_not_leak_into_a_forecast(self):
        cut = (_END - _START).days
        self.load([row for row in self.log if row[1] <= cut])
        blind, _rows = self.predict()

        self.load([row for row in self.log if row[1] > cut])

        self.assertEqual(self.predict()[0], blind)

    def test_model_card_of_that_day_has_the_published_fit(self):
        self.load(self.log)
        with self.at(datetime.combine(_END, time(12))):
            self.refresh_all()
            fit = self.Fit._get_current(self.company)

            # Weakly shrunk: within 5 % of r .525, alpha 6.183 weeks, a .891, b 1.614.
            self.assertEqual((fit.kind, fit.status), ("mbg_nbd", "ok"))
            published = (0.525, 7 * 6.183, 0.891, 1.614)
            for ours, theirs in zip(
                (fit.r, fit.alpha, fit.a, fit.b), published, strict=True
            ):
                self.assertLess(abs(ours / theirs - 1), 0.05)
            days = 2457 * math.log(7)
            self.assertAlmostEqual(fit.log_likelihood, -9582.136 - days, delta=0.01)
            self.assertAlmostEqual(
                fit.rival_log_likelihood, -9582.429 - days, delta=0.01
            )
            self.assertEqual(fit.spend_kind, "gamma_gamma")
            self.assertRecencyScores()

    def assertRecencyScores(self):
        counts = {}
        for r, f, m in self.rows("recency_score", "frequency_score", "monetary_score"):
            for kind, score in (("r", r), ("f", f), ("m", m)):
                counts.setdefault(kind, [0] * 5)[score - 1] += 1
        self.assertEqual(counts["r"], [480, 478, 459, 475, 465])
        self.assertEqual(counts["f"], [1411, 0, 439, 214, 293])
        self.assertEqual(counts["m"], [480, 464, 470, 471, 472])
