from datetime import timedelta
from unittest.mock import patch

from odoo.exceptions import ValidationError
from odoo.tests import tagged
from odoo.tools import mute_logger

from ..engine.clv import bg_nbd_fit
from .value_common import ValueCase

_LOGGER = "odoo.addons.contact_lifecycle.models.value.lifecycle_clv_fit_run"


@tagged("post_install", "-at_install")
class TestValueFit(ValueCase):
    """The model card: what is in use, and what is not and why."""

    def current(self):
        self.env.invalidate_all()
        return self.Fit._get_current(self.company)

    def test_card_says_what_was_fitted_and_how_it_would_have_known(self):
        self.make_base(300)

        self.refresh_all()

        fit = self.current()
        self.assertEqual((fit.status, fit.customer_count), ("ok", 300))
        self.assertGreater(min(fit.r, fit.alpha, fit.a, fit.b), 0)
        self.assertGreaterEqual(fit.log_likelihood, fit.rival_log_likelihood)
        self.assertEqual(fit.holdout_days, 180)
        self.assertGreater(fit.model_auc, 0.5)
        self.assertLess(fit.model_rmse, fit.naive_rmse)
        self.assertTrue(fit.backtest_chart["orders"])
        self.assertTrue(fit.advice)

    def test_few_repeat_customers_give_low_confidence(self):
        self.make_base(100)

        self.refresh_all()

        fit = self.current()
        self.assertEqual(fit.status, "low_confidence")
        self.assertIn("rough", fit.advice)

    def test_nobody_bought_twice(self):
        self.buy(
            *((p, 20 + 3 * n, 10.0) for n, p in enumerate(self.make_partners(120)))
        )

        self.refresh_all()

        self.assertEqual(
            (self.current().status, self.current().kind), ("no_repeats", False)
        )
        self.assertFalse(any(p for [p] in self.rows("p_buy")))
        self.assertEqual(
            {band for [band] in self.rows("value_band")} - {"new"},
            {"active", "cooling", "at_risk", "lapsed"},
        )

    def test_equal_amounts_are_predicted_as_they_are(self):
        partners = self.make_base(200)
        self.env.cr.execute(
            "UPDATE lifecycle_touchpoint SET amount = 49.9 WHERE partner_id = ANY(%s)",
            [partners],
        )

        self.refresh_all()

        fit = self.current()
        self.assertEqual((fit.spend_kind, fit.spend_reason), ("flat", "equal_amounts"))
        self.assertAlmostEqual(fit.mean_amount, 49.9)
        self.assertTrue(all(clv is not None for [clv] in self.rows("clv_12")))

    def test_fit_without_a_stable_answer_leaves_yesterdays_in_use(self):
        self.make_base(200)
        self.refresh_all()
        before, scores = self.current(), self.rows("p_buy", "clv_12")
        failed = bg_nbd_fit.BgNbdFit("not_converged", 200, 120)

        with patch.object(bg_nbd_fit, "fit_best", lambda histories: failed):
            self.refresh_all()

        self.assertEqual(self.current(), before)
        self.assertEqual(before.refused_reason, "not_converged")
        self.assertIn("refused", before.advice)
        newest = self.Fit.search([("company_id", "=", self.company.id)], limit=1)
        self.assertEqual(newest.refusal, "not_converged")
        self.assertEqual(self.rows("p_buy", "clv_12"), scores)

    @mute_logger(_LOGGER)
    def test_error_in_the_fit_leaves_yesterdays_in_use(self):
        self.make_base(200)
        self.refresh_all()
        before, scores = self.current(), self.rows("p_buy", "clv_12")

        with patch.object(bg_nbd_fit, "fit_best", side_effect=ZeroDivisionError):
            self.refresh_all()

        self.assertEqual(self.current(), before)
        self.assertTrue(before.refused_date)
        self.assertEqual(self.rows("p_buy", "clv_12"), scores)

    def test_jump_is_taken_over_after_seven_nights(self):
        self.make_base(200)
        self.refresh_all()
        first = self.current()
        first.alpha = first.alpha * 100

        for _night in range(6):
            self.Fit._run_fit(self.company)
            self.assertEqual(self.current(), first)
        self.assertEqual(first.refused_reason, "jumped")
        self.Fit._run_fit(self.company)

        self.assertNotEqual(self.current(), first)

    def test_other_source_of_purchases_starts_anew(self):
        self.make_base(200)
        self.refresh_all()

        self.company.lifecycle_value_source = "invoices"

        self.assertFalse(self.current())
        self.refresh_all()
        self.assertEqual(self.current().status, "insufficient_data")

    def test_old_cards_are_dropped(self):
        self.refresh_all()
        old = self.current()
        old.copy({"is_current": False, "fit_date": self.now - timedelta(days=9999)})
        count = self.Fit.search_count([("company_id", "=", self.company.id)])

        self.Fit._run_fit(self.company)

        found = self.Fit.search_count([("company_id", "=", self.company.id)])
        self.assertEqual(found, count)

    def test_limits_must_be_four_ascending_numbers(self):
        never = ("1, 2, 3", "a, b, c, d", "4, 3, 2, 1", "1, 2, 3, inf", "nan, 1, 2, 3")
        for text in (*never, "-9, 2, 3, 4", False):
            with self.subTest(text=text), self.assertRaises(ValidationError):
                self.company.lifecycle_monetary_limits = text

    def test_days_since_a_purchase_are_whole_and_within_a_century(self):
        for text in ("30, 90, 180, 1000000", "0.5, 90, 180, 365"):
            with self.subTest(text=text), self.assertRaises(ValidationError):
                self.company.lifecycle_recency_limits = text

    def test_every_measure_says_what_it_is(self):
        for measure in ("rmse", "correlation", "auc", "brier", "bias"):
            with self.subTest(measure=measure):
                texts = {
                    self.Fit._fields[f"{of}_{measure}"].help
                    for of in ("model", "naive")
                }
                self.assertEqual(len(texts), 1)
                others = {
                    field.help
                    for name, field in self.Fit._fields.items()
                    if name.startswith("model_") and not name.endswith(measure)
                }
                self.assertFalse(texts & others)

    def test_measures_by_which_the_naive_forecast_wins_are_named_in_words(self):
        fit = self.Fit.create(
            {
                "company_id": self.company.id,
                "fit_date": self.now,
                "status": "ok",
                "weaknesses": "rmse, auc",
            }
        )
        self.assertIn("RMSE", fit.advice)
        self.assertIn("AUC", fit.advice)
        self.assertNotIn("rmse", fit.advice)

    def test_days_to_buy_again_of_a_fortnight_are_tested_over_a_month(self):
        self.company.lifecycle_churn_days = 14
        self.make_base(300)

        self.refresh_all()

        self.assertEqual(self.current().horizon_days, 14)
        self.assertEqual(self.current().holdout_days, 30)

    def test_refused_card_is_not_recommended(self):
        self.make_base(200)
        self.refresh_all()
        self.current().alpha *= 100
        self.env.flush_all()

        self.Fit._run_fit(self.company)

        newest = self.Fit.search([("company_id", "=", self.company.id)], limit=1)
        newest.model_bias = 0
        self.assertEqual(newest.refusal, "jumped")
        self.assertNotIn("may be used", newest.advice)
        self.assertIn("far from those in use", newest.advice)

    def test_settings_hold_though_the_fit_is_refused(self):
        self.make_base(200)
        self.refresh_all()
        before, old = self.current(), dict(self.rows("partner_id", "p_buy"))
        self.company.write({"lifecycle_churn_days": 30, "lifecycle_discount_rate": 0.5})
        failed = bg_nbd_fit.BgNbdFit("not_converged", 200, 120)

        with patch.object(bg_nbd_fit, "fit_best", lambda histories: failed):
            self.refresh_all()

        self.assertEqual(self.current(), before)
        self.assertEqual((before.horizon_days, before.discount_rate), (30, 0.5))
        new = dict(self.rows("partner_id", "p_buy"))
        self.assertTrue(all(new[partner] <= old[partner] for partner in new))
        self.assertNotEqual(new, old)
