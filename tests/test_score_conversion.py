from datetime import timedelta

from odoo.exceptions import AccessError
from odoo.tests import tagged
from odoo.tools import SQL

from odoo.addons.contact_lifecycle.models.score import conversion_features

from .common import LifecycleCase


class ConversionCase(LifecycleCase):
    """A company of its own, with a past."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company = cls.make_company("Teapots")
        cls.Fit = cls.env["lifecycle.conversion.fit"]

    def make_past(self, number, bought, order_days=(60,), **codes):
        """Insert contacts, their touchpoints {code: days ago} and who bought of them.

        :param bought: how many of each hundred bought
        :param order_days: how many days ago, by turns
        :return: ids
        """
        ids = self.insert_contacts(number)
        self.insert_touchpoints(ids, "mail_sent", 400)
        for code, days in codes.items():
            self.insert_touchpoints(ids, code, days)
        buyers = [contact for place, contact in enumerate(ids) if place % 100 < bought]
        for turn, days in enumerate(order_days):
            part = buyers[turn :: len(order_days)]
            self.insert_touchpoints(part, "order_confirmed", days)
        return ids

    def insert_contacts(self, number):
        self.env.flush_all()
        rows = self.env.execute_query(
            SQL(
                """INSERT INTO res_partner (name, complete_name, active, company_id,
                                            autopost_bills, type)
                   SELECT 'C' || n, 'C' || n, true, %s, 'ask', 'contact'
                     FROM generate_series(1, %s) n RETURNING id""",
                self.company.id,
                number,
            )
        )
        ids = [row[0] for row in rows]
        self.env["lifecycle.profile"]._create_missing(ids)
        return ids

    def insert_touchpoints(self, ids, code, days_ago, is_automated=False):
        self.env.execute_query(
            SQL(
                """INSERT INTO lifecycle_touchpoint
                          (partner_id, type_id, touch_date, is_automated, res_model,
                           res_id)
                   SELECT id, %(type)s, %(date)s, %(auto)s, 'test',
                          id * 10000 + %(days)s FROM unnest(%(ids)s::int[]) id
                       ON CONFLICT DO NOTHING""",
                type=self.touchpoint_type(code).id,
                date=self.now - timedelta(days=days_ago),
                auto=is_automated,
                days=days_ago + 5_000 * is_automated,
                ids=ids,
            )
        )

    def fit(self):
        fit = self.Fit._fit(self.company)
        self.env["lifecycle.score"]._make_scored(SQL("SELECT id FROM res_partner"))
        self.Fit._refresh_contacts()
        self.env.invalidate_all()
        return fit

    def features_on(self, day, ids):
        """Return {contact: (bought, *features)} as known before that day."""
        query = self.Fit._get_features_query(
            [day.date()], SQL("SELECT unnest(%s)", list(ids))
        )
        return {row[0]: row[2:] for row in self.env.execute_query(query)}


@tagged("post_install", "-at_install")
class TestScoreConversion(ConversionCase):
    """The chance to convert is honest: known facts, enough cases, or nothing."""

    def make_telling_past(self):
        met = self.make_past(300, 60, meeting_held=120)
        cold = self.make_past(1200, 4)
        return met, cold

    def test_meetings_that_led_to_orders_raise_the_chance(self):
        self.make_telling_past()
        fresh = self.insert_contacts(2)
        self.insert_touchpoints(fresh, "mail_sent", 200)
        self.insert_touchpoints(fresh[:1], "meeting_held", 20)

        fit = self.fit()

        self.assertIn(fit.status, ("ok", "low"))
        self.assertEqual(fit.event_count, 300 * 0.6 + 1200 * 0.04)
        self.assertGreater(fit.auc, 0.7)
        self.assertGreater(fit.skill_low, 0)
        self.assertEqual(sum(b["count"] for b in fit.bins), fit.case_count)
        one, other = self.Partner.browse(fresh)
        self.assertGreater(one.lifecycle_conversion_probability, 0.3)
        self.assertLess(other.lifecycle_conversion_probability, 0.15)
        why = self.env["lifecycle.scorecard"].explain(one.id)["conversion"]
        self.assertIn("Meetings", why["reasons"][0]["label"])
        self.assertEqual(why["reasons"][0]["value"], "1")
        self.assertEqual(why["probability"], one.lifecycle_conversion_probability)

    def test_whoever_bought_has_no_chance_left_to_show(self):
        met, _cold = self.make_telling_past()
        self.fit()

        probabilities = self.env.execute_query(
            SQL(
                """SELECT count(conversion_probability) FROM lifecycle_profile p
                    WHERE id = ANY(%s) AND EXISTS (
                          SELECT 1 FROM lifecycle_touchpoint t
                           WHERE t.partner_id = p.id AND t.type_id = %s)""",
                met,
                self.touchpoint_type("order_confirmed").id,
            )
        )

        self.assertEqual(probabilities, [(0,)])

    def test_too_few_conversions_show_nothing_and_say_so(self):
        ids = self.make_past(400, 10, meeting_held=120)

        fit = self.fit()

        self.assertEqual((fit.status, fit.event_count), ("insufficient", 40))
        self.assertIn("50", fit.advice)
        self.assertFalse(fit.model or fit.bins)
        shown = self.Partner.search(
            [("id", "in", ids), ("lifecycle_conversion_probability", "!=", False)]
        )
        self.assertFalse(shown)
        why = self.env["lifecycle.scorecard"].explain(ids[-1])["conversion"]
        self.assertEqual((why["probability"], why["reasons"]), (False, []))

    def test_past_that_tells_nothing_shows_nothing(self):
        ids = self.make_past(1500, 20, order_days=(45, 135, 225, 315))

        fit = self.fit()

        self.assertEqual(fit.status, "no_skill")
        shown = self.Partner.search(
            [("id", "in", ids), ("lifecycle_conversion_probability", ">", 0)]
        )
        self.assertFalse(shown)

    def test_model_that_lost_its_basis_takes_its_numbers_back(self):
        met, cold = self.make_telling_past()
        self.fit()
        profiles = self.env["lifecycle.profile"].browse(cold[-9:])
        self.assertTrue(all(profiles.mapped("conversion_probability")))
        self.env.execute_query(
            SQL("DELETE FROM lifecycle_touchpoint WHERE partner_id = ANY(%s)", met)
        )

        fit = self.fit()

        self.assertEqual(fit.status, "insufficient")
        self.assertFalse(any(profiles.mapped("conversion_probability")))
        self.assertEqual(
            self.Fit.search_count(
                [("company_id", "=", self.company.id), ("is_current", "=", True)]
            ),
            1,
        )

    def test_what_comes_after_the_snapshot_is_not_known(self):
        ids = self.make_past(50, 0, mail_clicked=100, meeting_held=130)
        snapshot = self.now - timedelta(days=90)
        before = self.features_on(snapshot, ids)
        codes = self.env["lifecycle.touchpoint.type"].search([]).mapped("code")

        for code in set(codes) - set(conversion_features.PURCHASES):
            self.insert_touchpoints(ids, code, 89)

        self.assertEqual(self.features_on(snapshot, ids), before)
        self.insert_touchpoints(ids, "order_confirmed", 30)
        after = self.features_on(snapshot, ids)
        self.assertEqual(
            {contact: row[1:] for contact, row in after.items()},
            {contact: row[1:] for contact, row in before.items()},
        )
        self.assertTrue(all(row[0] for row in after.values()))

    def test_what_a_purchase_writes_is_no_feature(self):
        known = {code for codes in conversion_features.TYPES.values() for code in codes}

        for code in ("quotation_sent", "cart_abandoned", "invoice_posted", "lead_won",
                     "order_confirmed", "reward_used", "score_rose"):  # fmt: skip
            self.assertNotIn(code, known)

    def test_contacts_that_had_bought_before_are_no_cases(self):
        ids = self.make_past(10, 100)

        self.assertFalse(self.features_on(self.now - timedelta(days=30), ids))
        self.assertTrue(self.features_on(self.now - timedelta(days=90), ids))

    def test_purchase_after_the_horizon_is_no_conversion(self):
        ids = self.make_past(3, 100)

        rows = self.features_on(self.now - timedelta(days=180), ids)

        self.assertEqual([row[0] for row in rows.values()], [False] * 3)

    def test_what_machines_do_is_no_feature(self):
        ids = self.make_past(3, 0)
        day = self.now - timedelta(days=90)
        before = self.features_on(day, ids)

        self.insert_touchpoints(ids, "mail_clicked", 100, is_automated=True)

        self.assertEqual(self.features_on(day, ids), before)

    def test_refreshing_again_writes_nothing(self):
        self.make_telling_past()
        self.fit()

        self.env["lifecycle.score"]._make_scored(SQL("SELECT id FROM res_partner"))

        self.assertEqual(self.Fit._refresh_contacts(), 0)

    def test_cron_fits_once_a_week(self):
        cron = self.env.ref("contact_lifecycle.ir_cron_fit_conversion")
        counts = []
        for _run in range(2):
            with self.enter_registry_test_mode():
                cron.method_direct_trigger()
            counts.append(self.Fit.search_count([]))

        companies = self.env["res.company"].search([("active", "=", True)])
        current = self.Fit.search([("is_current", "=", True)])
        self.assertEqual(current.company_id, companies)
        self.assertEqual(counts[0], counts[1])

    def test_only_administrators_fit(self):
        marketer = self.make_user("marketer", "contact_lifecycle.group_lifecycle_user")
        seller = self.make_user("seller", "sales_team.group_sale_salesman")
        self.fit()

        self.assertFalse(self.Fit.with_user(seller).has_access("read"))
        self.assertFalse(
            self.Fit.with_user(marketer).search([("company_id", "=", self.company.id)])
        )
        with self.assertRaises(AccessError):
            self.Fit.with_user(marketer).action_fit()
