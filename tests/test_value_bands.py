from odoo.exceptions import ValidationError
from odoo.tests import tagged
from odoo.tools import SQL

from ..engine.clv import bands
from .value_common import ValueCase

# Between the hundredths that probabilities are written with.
_LIMITS = (0.455, 0.605, 0.805)


@tagged("post_install", "-at_install")
class TestValueBands(ValueCase):
    """Where the bands of risk begin is the company's choice."""

    def choose(self, limits, company=None):
        moderate, high, very_high = limits
        (company or self.company).write(
            {
                "lifecycle_moderate_risk": moderate,
                "lifecycle_high_risk": high,
                "lifecycle_very_high_risk": very_high,
            }
        )

    def assertBands(self, limits, company=None):
        """Every customer of a model has the bands that the engine says."""
        rows = self.Value.search(
            [
                ("company_id", "=", (company or self.company).id),
                ("churn_band", "!=", False),
            ]
        )
        found = set()
        for value in rows:
            band = bands.band_of_churn(1 - value.p_buy, limits)
            is_new = bands.is_new(value.order_count, value.customer_age)
            with self.subTest(p_buy=value.p_buy):
                self.assertEqual(value.churn_band, band)
                self.assertEqual(value.value_band, "new" if is_new else band)
            found.add(band)
        self.assertEqual(found, {"active", "cooling", "at_risk", "lapsed"})

    def test_companies_begin_with_the_limits_of_the_engine(self):
        self.assertEqual(self.company._get_risk_limits(), bands.BAND_LIMITS)

    def test_bands_of_all_customers_equal_the_engines(self):
        self.choose(_LIMITS)
        self.make_base(300)

        self.refresh_all()

        self.assertBands(_LIMITS)

    def test_other_limits_move_customers_without_a_new_fit(self):
        self.make_base(300)
        self.refresh_all()
        fit = self.Fit._get_current(self.company)
        numbers = self.rows("partner_id", "p_buy", "clv_12", "value_at_risk")
        before = self.rows("partner_id", "churn_band")
        cron = self.env.ref("contact_lifecycle.ir_cron_refresh_values")
        triggers = self.env["ir.cron.trigger"].search_count([("cron_id", "=", cron.id)])

        self.choose(_LIMITS)

        self.assertEqual(self.Fit._get_current(self.company), fit)
        self.assertGreater(
            self.env["ir.cron.trigger"].search_count([("cron_id", "=", cron.id)]),
            triggers,
        )
        self.assertGreater(self.refresh_all(), 0)
        self.assertBands(_LIMITS)
        self.assertNotEqual(self.rows("partner_id", "churn_band"), before)
        self.assertEqual(
            self.rows("partner_id", "p_buy", "clv_12", "value_at_risk"), numbers
        )
        self.assertEqual(self.refresh_all(), 0)

    def test_same_limits_again_compute_nothing(self):
        self.make_base(20)
        self.refresh_all()
        self.choose(bands.BAND_LIMITS)
        basis = self.Basis._get(self.company)
        self.assertTrue(basis.limits)

        self.choose(_LIMITS)

        self.assertFalse(basis.limits)

    def test_order_of_the_day_takes_the_limits_of_its_company(self):
        other = self.make_company("Coffee pots")
        self.choose(_LIMITS)
        self.choose((0.01, 0.02, 0.03), other)
        partners = self.make_base(150)
        purchases = self.env.execute_query_dict(self.touches_of(self.company))
        self.buy(
            *((row["partner_id"], row["day"], row["amount"]) for row in purchases),
            company=other,
        )
        self.refresh_all()

        self.buy((partners[3], 0, 44.0), (partners[3], 1, 44.0))
        self.refresh(self.Partner.browse(partners[3]))

        self.assertBands(_LIMITS)
        ours, theirs = self.value(partners[3]), self.value(partners[3], other)
        self.assertEqual(
            theirs.churn_band,
            bands.band_of_churn(1 - theirs.p_buy, (0.01, 0.02, 0.03)),
        )
        self.assertNotEqual(ours.churn_band, theirs.churn_band)

    def touches_of(self, company):
        return SQL(
            "SELECT partner_id, touch_date::date AS day, amount"
            "  FROM lifecycle_touchpoint WHERE company_id = %s",
            company.id,
        )

    def test_limits_that_make_no_sense_are_refused(self):
        cases = [
            *((0, 0.6, 0.85), (-0.1, 0.6, 0.85), (0.3, 0.3, 0.85), (0.6, 0.3, 0.85)),
            *((0.3, 0.6, 0.6), (0.3, 0.6, 1), (0.3, 0.6, 30), (0.3, float("nan"), 0.9)),
        ]
        for limits in cases:
            with (
                self.subTest(limits=limits),
                self.assertRaisesRegex(ValidationError, "30, 60 and 85 %"),
            ):
                self.choose(limits)
            self.company.invalidate_recordset()

    def test_settings_write_all_limits_at_once(self):
        settings = self.env["res.config.settings"].create({})
        self.assertEqual(settings.lifecycle_high_risk, 0.6)

        # Each beyond the one that stood after it: only together they ascend.
        self.env["res.config.settings"].create(
            {
                "lifecycle_moderate_risk": 0.86,
                "lifecycle_high_risk": 0.9,
                "lifecycle_very_high_risk": 0.95,
            }
        ).execute()

        self.assertEqual(self.company._get_risk_limits(), (0.86, 0.9, 0.95))
        with self.assertRaises(ValidationError):
            self.env["res.config.settings"].create({"lifecycle_high_risk": 0.1})

    def test_page_says_what_the_bands_mean(self):
        self.choose(_LIMITS)

        found = self.Value.value_distribution()

        self.assertEqual(tuple(found["risk_limits"]), _LIMITS)

    def test_who_gave_back_more_than_was_bought_puts_nothing_at_risk(self):
        ana, *_others = self.make_base(200)
        self.buy((ana, 5, -100_000.0), code="credit_note_posted", model="account.move")

        self.refresh_all()

        value = self.value(ana)
        self.assertLess(value.revenue, 0)
        self.assertTrue(value.churn_band)
        self.assertEqual(value.value_at_risk, 0)
        self.assertIsNot(value.value_at_risk, False)
        self.assertFalse(
            self.Value.search_count(
                [("company_id", "=", self.company.id), ("value_at_risk", "<", 0)]
            )
        )
