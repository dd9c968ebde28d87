import math
import random

from odoo.tests import tagged
from odoo.tools import SQL

from ..engine.clv import rfm
from ..engine.clv.bg_nbd import BgNbd
from ..engine.clv.discount import Horizon, customer_value
from ..engine.clv.gamma_gamma import GammaGamma
from ..engine.clv.spend import Credibility, FlatMean
from ..models.value import lifecycle_value_det as det
from ..models.value import lifecycle_value_formula as formula
from .value_common import ValueCase

_MODELS = [
    (BgNbd(0.2426, 30.9, 0.793, 2.426, 0), GammaGamma(6.25, 3.74, 15.44)),
    (BgNbd(0.525, 43.3, 0.891, 1.614, 1), Credibility(50.0, 2.5)),
    (BgNbd(3.0, 400.0, 0.05, 20.0, 1), FlatMean(20.0)),
]
_HORIZON_DAYS = 180


@tagged("post_install", "-at_install")
class TestValueFormula(ValueCase):
    """What PostgreSQL computes is what the engine computes."""

    def make_histories(self, count):
        dice = random.Random(11)
        rows = []
        for number in range(count):
            t = dice.randrange(0, 1500)
            x = min(t, int(dice.expovariate(0.3))) if dice.random() < 0.6 else 0
            if number % 1000 == 0:
                t, x = 2500, dice.randrange(500, 2000)
            t_x = dice.randrange(x, t + 1) if x else 0
            rows.append((number, x, t_x, t, round(dice.lognormvariate(3, 1), 2)))
        return rows

    def test_predictions_of_ten_thousand_customers_equal_the_engines(self):
        horizon = Horizon.of_months(36, 0.1)
        for (model, spend), count in zip(_MODELS, (10_000, 1_000, 1_000), strict=True):
            rows = self.make_histories(count)
            found = self.compute(model, spend, rows, horizon)
            with self.subTest(model=model):
                self.assertEqual(len(found), count)
                for (number, x, t_x, t, m), answer in zip(rows, found, strict=True):
                    self.assertEqual(answer[0], number)
                    history = (x, t_x, t)
                    mean = spend.mean_value(x + 1, m)
                    expected = [
                        model.probability_alive(*history),
                        model.probability_of_purchase(*history, _HORIZON_DAYS),
                        mean,
                    ]
                    if number < 200:
                        expected += [
                            model.expected_purchases(*history, 12 * horizon.step),
                            *(
                                customer_value(
                                    model, history, mean, Horizon.of_months(n, 0.1), 0.5
                                )
                                for n in (12, 24, 36)
                            ),
                        ]
                    for ours, theirs in zip(answer[1:], expected, strict=False):
                        self.assertTrue(math.isfinite(ours))
                        self.assertLess(
                            abs(ours - theirs), 1e-9 * max(1, abs(theirs)), history
                        )

    def compute(self, model, spend, rows, horizon):
        self.env.cr.execute(
            "CREATE TEMP TABLE random_customer (id int, company_id int, x float8,"
            " t_x float8, t float8, n float8, m float8)"
        )
        self.env.cr.execute_values(
            "INSERT INTO random_customer VALUES %s",
            [(i, 1, x, t_x, t, x + 1, m) for i, x, t_x, t, m in rows],
        )
        det.create(self.env.cr)
        det.fill(self.env.cr, 1, model, {(x, t) for _i, x, _tx, t, _m in rows}, horizon)
        names = ("r", "alpha", "a", "b", "e", "horizon_days", "margin")
        values = (*model.parameters, model.e, _HORIZON_DAYS, 0.5)
        names += ("c0", "c1", "d0", "d1")
        values += spend.coefficients
        fit = SQL(
            "SELECT 1 AS company_id, %s",
            SQL(", ").join(
                SQL("%s::float8 AS %s", value, SQL.identifier(name))
                for name, value in zip(names, values, strict=True)
            ),
        )
        found = self.env.execute_query(
            SQL(
                "SELECT id, p_alive, p_buy, mean_value, expected_orders, clv_12,"
                " clv_24, clv_36 FROM (%s) q ORDER BY id",
                formula.predictions(
                    SQL("SELECT * FROM random_customer"), fit, "lifecycle_value_det"
                ),
            )
        )
        det.drop(self.env.cr)
        self.env.cr.execute("DROP TABLE random_customer")
        return found

    def test_interpolated_expectations_equal_the_formula(self):
        horizon = Horizon.of_months(36, 0.1)
        ages = [float(age) for age in range(5, 1100)]
        for model, _spend in _MODELS:
            for x in (0, 1, 5):
                found = dict(det.expect_many(model, x, ages, horizon))
                self.assertEqual(list(found), ages)
                for age in ages[::60]:
                    exact = det.expect(model, x, age, horizon)
                    for ours, real in zip(found[age], exact, strict=True):
                        self.assertLess(abs(ours / real - 1), 1e-10)

    def test_scores_equal_the_engines_ranks_with_many_ties(self):
        dice = random.Random(5)
        partners = self.make_partners(237)
        self.buy(
            *(
                (
                    partner,
                    dice.choice([1, 5, 5, 5, 60, 200]) + n,
                    dice.choice([10, 20, 30.5]),
                )
                for partner in partners
                for n in range(dice.choice([1, 1, 1, 2, 3, 8]))
            )
        )

        self.refresh_all()

        rows = self.rows(
            *("last_order_date", "order_count", "revenue"),
            *("recency_score", "frequency_score", "monetary_score", "rfm_segment"),
        )
        for place in range(3):
            counts = {}
            for row in rows:
                counts[row[place]] = counts.get(row[place], 0) + 1
            scores = rfm.rank_scores(counts.items())
            for row in rows:
                self.assertEqual(row[place + 3], scores[row[place]])
        for row in rows:
            self.assertEqual(row[6], rfm.segment_of_rf(row[3], row[4]))

    def test_eleven_names_and_fixed_limits(self):
        self.company.write(
            {"lifecycle_rfm_grid": "rfm", "lifecycle_rfm_method": "fixed"}
        )
        partners = self.make_base(60)
        self.refresh_all()
        for partner in partners:
            value = self.value(partner)
            self.assertEqual(value.recency_score, rfm.recency_score(value.recency_days))
            self.assertEqual(value.frequency_score, rfm.amount_score(value.order_count))
            self.assertEqual(
                value.rfm_segment,
                rfm.segment_of_rfm(
                    *(int(digit) for digit in value.rfm_code), value.order_count
                ),
            )
