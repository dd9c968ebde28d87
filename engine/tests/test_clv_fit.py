import math
import sys
import unittest
from dataclasses import replace
from unittest.mock import patch

from ..clv import bg_nbd_fit
from ..clv.bg_nbd import BgNbd
from ..clv.bg_nbd_fit import BgNbdFit, accept, estimate, fit_best
from ..clv.codes import FIT_STATUSES, MODEL_KINDS
from ..clv.histories import collect as collect_histories
from .clv_cases import cdnow_histories, collect, simulate

# An ordinary shop, and slow buyers who hardly ever leave; in days.
SHOP = BgNbd(0.2426, 30.9, 0.793, 2.426)
SLOW = BgNbd(0.8, 140, 0.15, 3)
DOUBTFUL = BgNbd(0.525, 43.3, 0.891, 1.614, e=1)


class TestPublishedFits(unittest.TestCase):
    """CDNOW, maximum likelihood, weeks."""

    def assert_parameters(self, model, expected, delta):
        for value, other in zip(model.parameters, expected, strict=True):
            self.assertAlmostEqual(value, other, delta=delta)

    def test_bg_nbd_of_fader_hardie_and_lee(self):
        """Marketing Science 24:275 (2005); more digits: lifetimes, pymc-marketing."""
        model, value, evaluations = estimate(cdnow_histories(unit=7), 0, 0)

        self.assert_parameters(model, (0.243, 4.414, 0.793, 2.426), 5e-4)
        self.assert_parameters(model, (0.242595, 4.413602, 0.792922, 2.425907), 1e-5)
        self.assertAlmostEqual(value, -9582.4292, places=4)
        self.assertLess(evaluations, 40)

    def test_mbg_nbd_of_btydplus(self):
        """BTYDplus and tests of lifetimes: .525, 6.183, .891, 1.614."""
        model, value, _evaluations = estimate(cdnow_histories(unit=7), 1, 0)

        self.assert_parameters(model, (0.525, 6.183, 0.891, 1.614), 5e-4)
        self.assertAlmostEqual(value, -9582.136, places=3)

    def test_days_give_the_same_fit_as_weeks(self):
        weeks, _value, _ = estimate(cdnow_histories(unit=7), 0, 0)
        days, value, _ = estimate(cdnow_histories(), 0, 0)

        self.assertAlmostEqual(days.alpha, 7 * weeks.alpha, places=6)
        self.assertAlmostEqual(days.r, weeks.r, places=9)
        self.assertAlmostEqual(value, -14363.5304, places=3)

    def test_prior_hardly_moves_a_fit_to_thousands(self):
        for e, most in ((0, 0.008), (1, 0.03)):
            free, value, _ = estimate(cdnow_histories(), e, 0)
            held, below, _ = estimate(cdnow_histories(), e)
            with self.subTest(e=e):
                self.assertTrue(0 <= value - below < 0.005)
                for one, other in zip(free.parameters, held.parameters, strict=True):
                    self.assertLess(abs(other / one - 1), most)

    def test_the_likelier_model_is_chosen(self):
        fit = fit_best(cdnow_histories())

        self.assertEqual(fit.status, "ok")
        self.assertEqual(fit.model.kind, "mbg_nbd")
        self.assertGreater(fit.log_likelihood, fit.rival_log_likelihood)
        self.assertEqual((fit.customers, fit.repeaters), (2357, 946))


class TestHistories(unittest.TestCase):
    """What is collected is what was given, and only what can be."""

    def test_cdnow_has_the_published_counts(self):
        """Fader, Hardie and Lee (2005): 2,357 customers, of whom 946 bought again."""
        histories = cdnow_histories()

        self.assertEqual(histories.customers, 2357)
        self.assertEqual(histories.repeaters, 946)
        self.assertEqual(histories.repeats, 2457)
        self.assertEqual(len(list(histories.rows())), 1016)

    def test_rows_come_back_as_given(self):
        rows = [(0, 0.0, 9.5, 2), (1, 3.0, 9.5, 1), (7, 9.5, 9.5, 4)]

        self.assertEqual(list(collect_histories(reversed(rows)).rows()), rows)

    def test_impossible_histories_are_refused(self):
        wrong = {
            "bought after now": (1, 10, 9, 1),
            "repeat at age 0": (1, 0, 9, 1),
            "one purchase, later than the first": (0, 3, 9, 1),
            "negative": (-1, 0, 9, 1),
            "nobody": (0, 0, 9, 0),
            "not a number": (1, math.nan, 9, 1),
            "endless": (1, 1, math.inf, 1),
        }
        for name, row in wrong.items():
            with self.subTest(name), self.assertRaises(ValueError):
                collect_histories([row])

    def test_a_robot_is_cut_for_the_fit(self):
        ordinary = [(0, 0, 300, 15_000), (2, 40, 300, 4_999)]
        histories = collect_histories([*ordinary, (5_000, 299, 300, 1)])

        capped = histories.capped()

        self.assertEqual(max(capped.groups), 2)
        self.assertEqual(capped.customers, histories.customers)

    def test_small_bases_are_not_cut(self):
        histories = cdnow_histories()

        self.assertIs(histories.capped(), histories)

    def test_a_history_takes_no_more_than_some_dozen_bytes(self):
        rows = [(x, t_x, 730, 1) for x in range(1, 31) for t_x in range(1, 731)]

        histories = collect_histories(rows)

        arrays = [array for group in histories.groups.values() for array in group[:3]]
        arrays += [histories.times, histories.age_customers, histories.age_repeats]
        self.assertLess(sum(map(sys.getsizeof, arrays)) / len(rows), 30)

    def test_nobody_is_a_base_too(self):
        histories = collect_histories([])

        self.assertEqual((histories.customers, histories.longest), (0, 0))
        self.assertIs(histories.capped(), histories)


class TestStatus(unittest.TestCase):
    """A fit says how far it can be trusted, and is not made where it cannot."""

    def status(self, once, repeaters):
        rows = [(0, 0, 200 + i, 1) for i in range(once)]
        rows += [(1 + i % 3, 20 + i, 250 + i, 1) for i in range(repeaters)]
        fit = fit_best(collect_histories(rows))
        self.assertEqual(fit.model is None, fit.log_likelihood is None)
        return fit.status

    def test_statuses(self):
        cases = {
            (0, 0): "insufficient_data",
            (5_000, 0): "no_repeats",
            (69, 30): "insufficient_data",
            (5_000, 29): "insufficient_data",
            (70, 30): "low_confidence",
            (100, 99): "low_confidence",
            (100, 100): "ok",
        }
        for (once, repeaters), expected in cases.items():
            with self.subTest(once=once, repeaters=repeaters):
                self.assertEqual(self.status(once, repeaters), expected)

    def test_every_code_has_a_label(self):
        labelled = dict(FIT_STATUSES)

        for code in ("no_repeats", "insufficient_data", "low_confidence", "ok"):
            self.assertIn(code, labelled)
        self.assertEqual({SHOP.kind, DOUBTFUL.kind}, set(dict(MODEL_KINDS)))

    def test_search_that_fails_leaves_no_model(self):
        # exp(800) is beyond the largest float: nowhere to start from.
        with patch.object(bg_nbd_fit, "_STARTS", ((800.0,) * 4,)):
            fit = fit_best(cdnow_histories())

        self.assertEqual(fit.status, "not_converged")
        self.assertIsNone(fit.model)


class TestAccept(unittest.TestCase):
    """Parameters in use give way to better ones, not to stranger ones."""

    def fit(self, model, status="ok"):
        return BgNbdFit(status, 1000, 400, model, -1.0)

    def test_first_fit_is_taken(self):
        self.assertTrue(accept(self.fit(SHOP), None))

    def test_small_move_is_taken(self):
        moved = replace(SHOP, b=SHOP.b * math.exp(1.49))

        self.assertTrue(accept(self.fit(moved), SHOP))

    def test_jump_of_any_parameter_is_not(self):
        for name in ("r", "alpha", "a", "b"):
            for jump in (1.51, -1.51):
                moved = getattr(SHOP, name) * math.exp(jump)
                with self.subTest(name=name, jump=jump):
                    fit = self.fit(replace(SHOP, **{name: moved}))
                    self.assertFalse(accept(fit, SHOP))

    def test_other_model_is_taken_as_parameters_do_not_compare(self):
        self.assertTrue(accept(self.fit(DOUBTFUL), replace(SHOP, r=0.01)))

    def test_failed_fit_is_not_taken(self):
        failed = self.fit(None, "not_converged")

        self.assertFalse(accept(failed, SHOP))
        self.assertTrue(accept(failed, None))

    def test_too_little_data_ends_a_model(self):
        self.assertTrue(accept(self.fit(None, "insufficient_data"), SHOP))


class TestSimulatedBases(unittest.TestCase):
    """Bases made from known parameters, small ones and odd ones included."""

    def test_small_bases_never_blow_up(self):
        for truth in (SHOP, SLOW):
            for customers, most in ((50, 0.6), (100, 0.45), (300, 0.25)):
                for seed in range(6):
                    with self.subTest(truth=truth, customers=customers, seed=seed):
                        self.assert_sound(truth, customers, seed, most)

    def assert_sound(self, truth, customers, seed, most):
        base = simulate(truth, customers, seed)
        for e in (0, 1):
            model, value, _evaluations = estimate(collect(base), e)
            self.assertTrue(math.isfinite(value))
            self.assertLess(max(model.r, model.a, model.b), 100)
            expected = sum(model.expected_purchases(*c[:3], 180) for c in base)
            true = sum(truth.expected_purchases(*c[:3], 180) for c in base)
            self.assertLess(abs(expected / true - 1), most)

    def test_everybody_buying_every_week_does_not_blow_up(self):
        rows = [(n, 7.0 * n, 7.0 * n, 3) for n in range(1, 60)]

        fit = fit_best(collect_histories(rows))

        self.assertEqual(fit.status, "ok")
        self.assertLess(fit.model.a / (fit.model.a + fit.model.b), 0.01)
        self.assertGreater(fit.model.probability_alive(50, 350, 350), 0.99)
        self.assertAlmostEqual(
            fit.model.expected_purchases(50, 350, 350, 70), 10, delta=0.5
        )

    def test_robot_among_customers_does_not_spoil_the_fit(self):
        base = simulate(SHOP, 11_000, seed=3)
        clean = collect(base)
        soiled = collect_histories([*clean.rows(), (700, 700, 720, 1)])

        before, after = fit_best(clean).model, fit_best(soiled).model

        for one, other in zip(before.parameters, after.parameters, strict=True):
            self.assertAlmostEqual(other / one, 1, delta=0.02)

    def test_parameters_are_recovered(self):
        """Within what 30,000 customers allow; merged days make alpha look larger."""
        for truth in (SHOP, DOUBTFUL):
            fit = fit_best(collect(simulate(truth, 30_000, seed=5)))
            with self.subTest(truth=truth.kind):
                self.assertEqual(fit.model.kind, truth.kind)
                for value, true in zip(
                    fit.model.parameters, truth.parameters, strict=True
                ):
                    self.assertAlmostEqual(value / true, 1, delta=0.15)


if __name__ == "__main__":
    unittest.main()
