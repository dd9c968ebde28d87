import math
import random
import unittest

from ..clv.metrics import auc
from ..scoring import calibration, conversion
from ..scoring.conversion import Case

FEATURES = 4


def simulated(number, seed=3, echo=False):
    """Yield (probability, case): two features speak, one may echo the first."""
    chance = random.Random(seed)
    for contact in range(number):
        clicks, meetings = chance.randrange(4), chance.randrange(2)
        p = calibration.logistic(-4 + 0.8 * clicks + 1.5 * meetings)
        third = clicks if echo else chance.randrange(3)
        values = (clicks, meetings, third, chance.randrange(3))
        yield (
            p,
            Case(
                values,
                chance.random() < p,
                fold=conversion.fold_of(contact),
                is_latest=contact % 4 == 0,
            ),
        )


class TestCalibration(unittest.TestCase):
    def test_newton_finds_the_curve_that_made_the_cases(self):
        cases = [
            (x / 10, happened, 1e6 * (p if happened else 1 - p))
            for x in range(-30, 31)
            for p in [calibration.logistic(0.45 * x / 10 - 1.2)]
            for happened in (True, False)
        ]

        platt = calibration.fit(cases)

        self.assertAlmostEqual(platt.slope, 0.45, places=4)
        self.assertAlmostEqual(platt.intercept, -1.2, places=4)

    def test_outcomes_parted_perfectly_keep_a_finite_slope(self):
        platt = calibration.fit([(-5, False, 100), (5, True, 100)])

        self.assertTrue(math.isfinite(platt.slope))
        self.assertGreater(platt.probability(5), 0.9)
        self.assertLess(platt.probability(1e9), 1.0000001)

    def test_figures_all_alike_give_the_base_rate(self):
        platt = calibration.fit([(2, True, 100), (2, False, 900)])

        self.assertAlmostEqual(platt.probability(2), 0.1, places=2)

    def test_one_outcome_alone_has_no_curve(self):
        self.assertIsNone(calibration.fit([(1, True, 10)]))
        self.assertIsNone(calibration.fit([]))


class TestConversion(unittest.TestCase):
    def test_naive_bayes_of_a_table_worked_by_hand(self):
        cases = [
            Case(("yes",), True, 30),
            Case(("no",), True, 10),
            Case(("yes",), False, 20),
            Case(("no",), False, 140),
        ]

        prior, (ratios,) = conversion.naive_bayes(cases)

        self.assertAlmostEqual(prior, math.log(41 / 161))
        self.assertAlmostEqual(ratios["yes"], math.log((31 / 42) / (21 / 162)))
        self.assertAlmostEqual(ratios["no"], math.log((11 / 42) / (141 / 162)))

    def test_probabilities_come_true_on_simulated_contacts(self):
        drawn = list(simulated(40_000))

        fit = conversion.fit([case for _p, case in drawn], FEATURES)

        self.assertEqual((fit.status, fit.evaluation), ("ok", "later"))
        self.assertGreater(fit.metrics.auc, 0.7)
        self.assertLess(fit.metrics.calibration_error, 0.01)
        self.assertGreater(fit.skill_low, 0)
        fresh = list(simulated(20_000, seed=4))
        error = [abs(p - fit.model.probability(case.values)) for p, case in fresh]
        self.assertLess(sum(error) / len(error), 0.025)

    def test_repeated_features_do_not_make_the_model_surer(self):
        cases = [case for _p, case in simulated(20_000, echo=True)]
        fit = conversion.fit(cases, FEATURES)

        said = sum(fit.model.probability(case.values) for case in cases)
        happened = sum(case.happened for case in cases)

        self.assertLess(fit.model.platt.slope, 1)
        self.assertAlmostEqual(said / happened, 1, places=1)

    def test_shuffled_labels_know_nothing(self):
        cases = [case for _p, case in simulated(20_000)]
        labels = [case.happened for case in cases]
        random.Random(5).shuffle(labels)
        cases = [
            Case(case.values, label, 1, case.fold, case.is_latest)
            for case, label in zip(cases, labels, strict=True)
        ]

        fit = conversion.fit(cases, FEATURES)

        self.assertAlmostEqual(fit.metrics.auc, 0.5, delta=0.04)
        self.assertEqual(fit.status, "no_skill")

    def test_too_few_conversions_give_a_rate_and_no_model(self):
        cases = [Case((0,), False, 1_000), Case((1,), True, 49)]

        fit = conversion.fit(cases, 1)

        self.assertEqual(fit.status, "insufficient")
        self.assertIsNone(fit.model)
        self.assertAlmostEqual(fit.base_rate, 50 / 1_069)

    def test_nothing_at_all_is_no_error(self):
        fit = conversion.fit([], FEATURES)

        self.assertEqual((fit.status, fit.base_rate), ("insufficient", None))

    def test_few_conversions_for_many_features_are_low_confidence(self):
        cases = [case for _p, case in simulated(4_000)]

        fit = conversion.fit(cases, 300)

        self.assertEqual(fit.status, "low")

    def test_contributions_add_up_to_the_probability(self):
        fit = conversion.fit([case for _p, case in simulated(5_000)], FEATURES)
        values = (3, 1, 3, 0)

        added = fit.model.intercept + sum(fit.model.contributions(values))

        self.assertAlmostEqual(
            calibration.logistic(added), fit.model.probability(values), places=12
        )

    def test_value_never_seen_says_nothing(self):
        fit = conversion.fit([case for _p, case in simulated(5_000)], FEATURES)

        self.assertEqual(fit.model.contributions(("?",) * 4), [0, 0, 0, 0])

    def test_folds_are_even(self):
        folds = [conversion.fold_of(number) for number in range(10_000)]

        for fold in range(conversion.FOLDS):
            self.assertAlmostEqual(folds.count(fold), 2_000, delta=100)

    def test_grouped_cases_equal_single_ones(self):
        single = [case for _p, case in simulated(3_000)]
        groups = {}
        for case in single:
            key = (case.values, case.happened, case.fold, case.is_latest)
            groups[key] = groups.get(key, 0) + 1
        grouped = [Case(v, h, n, f, last) for (v, h, f, last), n in groups.items()]

        one, other = (conversion.fit(cases, FEATURES) for cases in (single, grouped))

        self.assertAlmostEqual(one.metrics.auc, other.metrics.auc)
        self.assertAlmostEqual(one.model.intercept, other.model.intercept)

    def test_ranking_survives_calibration(self):
        cases = [case for _p, case in simulated(5_000)]
        fit = conversion.fit(cases, FEATURES)
        happened = [case.happened for case in cases]
        counts = [1] * len(cases)

        bare = auc([fit.model.log_odds(c.values) for c in cases], happened, counts)
        said = auc([fit.model.probability(c.values) for c in cases], happened, counts)

        self.assertAlmostEqual(bare, said)
