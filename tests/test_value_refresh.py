from unittest.mock import patch

from odoo.tests import tagged
from odoo.tools import mute_logger

from .value_common import ValueCase

_SHOWN = (
    *("partner_id", "order_count", "first_order_date", "last_order_date", "revenue"),
    *("average_order", "rfm_code", "rfm_segment", "p_alive", "p_buy", "churn_band"),
    *("expected_orders", "clv_12", "clv_24", "clv_36", "total_value"),
    *("value_at_risk", "next_order_date", "value_band", "value_tier"),
)


@tagged("post_install", "-at_install")
class TestValueRefresh(ValueCase):
    """Full and incremental refreshes agree, and write nothing in vain."""

    def test_second_refresh_writes_nothing(self):
        self.make_base()
        self.assertGreater(self.refresh_all(), 0)
        versions = self.versions()

        self.assertEqual(self.refresh_all(), 0)

        self.assertEqual(self.versions(), versions)

    def test_contacts_are_never_written(self):
        partners = self.make_base(20)
        self.env.flush_all()
        query = "SELECT id, ctid::text FROM res_partner WHERE id = ANY(%s) ORDER BY id"
        self.env.cr.execute(query, [partners])
        before = self.env.cr.fetchall()

        self.refresh_all()

        self.env.cr.execute(query, [partners])
        self.assertEqual(self.env.cr.fetchall(), before)

    def test_order_of_the_day_updates_its_customer_only(self):
        partners = self.make_base()
        self.refresh_all()
        self.buy((partners[3], 0, 44.0))

        self.refresh(self.Partner.browse(partners[3]))
        incremental = self.rows(*_SHOWN)
        # With the ranks of last night, so that only this customer can differ.
        self.patch(type(self.Basis), "_refresh", lambda self, company: None)
        self.patch(type(self.Basis), "_refresh_tiers", lambda self, *args: None)
        self.patch(type(self.Fit), "_run_fit", lambda self, company: self)

        self.assertEqual(self.refresh_all(), 0)
        self.assertEqual(self.rows(*_SHOWN), incremental)
        self.assertEqual(self.value(partners[3]).recency_days, 0)

    def test_contact_who_did_not_buy_is_not_forecast_again(self):
        partners = self.make_base()
        self.refresh_all()
        versions = self.versions()
        curious = self.Partner.browse(partners[3])
        self.make_touchpoint(curious, "mail_clicked")
        forecast = []
        self.patch(
            type(self.Value),
            "_refresh_scores",
            lambda self, *args, **kwargs: forecast.append(args) or 0,
        )

        self.refresh(curious)
        self.assertEqual(self.versions(), versions)
        self.assertFalse(forecast)

        self.buy((partners[3], 0, 44.0))
        self.refresh(curious)
        self.assertTrue(forecast)

    def test_row_goes_with_the_last_purchase(self):
        ana = self.make_partner()
        self.buy((ana, 10, 50.0))
        self.refresh_all()
        self.env.cr.execute(
            "DELETE FROM lifecycle_touchpoint WHERE partner_id = %s", [ana.id]
        )

        self.refresh(ana)

        self.assertFalse(self.value(ana))

    def test_companies_do_not_mix(self):
        other = self.make_company("Coffee pots")
        ana = self.make_partner()
        self.buy((ana, 10, 50.0))
        self.buy((ana, 20, 7.0), company=other)

        self.refresh_all()

        self.assertEqual(self.value(ana).revenue, 50)
        self.assertEqual(self.value(ana, other).revenue, 7)
        self.assertEqual(ana.lifecycle_revenue, 50)
        self.assertEqual(ana.with_company(other).lifecycle_revenue, 7)

    def test_group_before_and_date_of_change_are_kept(self):
        partners = self.make_base()
        self.refresh_all()
        value = self.Value.search(
            [("company_id", "=", self.company.id), ("rfm_segment", "=", "hibernating")],
            limit=1,
        )
        self.buy((value.partner_id.id, 0, 44.0), (value.partner_id.id, 1, 44.0))
        self.assertIn(value.partner_id.id, partners)

        self.refresh(value.partner_id)

        self.assertEqual(value.previous_rfm_segment, "hibernating")
        self.assertNotEqual(value.rfm_segment, "hibernating")

    def test_merged_contact_has_one_row_with_both_histories(self):
        ana = self.make_partner("Ana", email="ana@example.com")
        twin = self.make_partner("Ana again", email="ana@example.com")
        self.buy((ana, 10, 50.0), (twin, 20, 7.0))
        self.refresh_all()

        with mute_logger("odoo.addons.base.wizard.base_partner_merge"):
            self.env["base.partner.merge.automatic.wizard"]._merge(
                (ana | twin).ids, ana
            )
        self.refresh()

        self.assertEqual(self.value(ana).revenue, 57)

    def test_migration_of_a_month_counts_every_customer_of_its_end(self):
        self.make_base()

        self.refresh_all()

        found = self.Value.migration_matrix()
        self.assertEqual(len(found["months"]), 6)
        self.assertEqual(found["month"], "2024-05-01")
        known = self.env["lifecycle.value.migration"].search(
            [("company_id", "=", self.company.id), ("month", "=", found["month"])]
        )
        past = self.Value.export_predictions("2024-05-31").count("\n") - 1
        self.assertEqual(sum(known.mapped("customer_count")), past)

    def test_matrix_counts_equal_the_contacts_behind_them(self):
        self.make_base()
        self.refresh_all()

        matrix = self.Value.rfm_matrix()

        self.assertEqual(matrix["customers"], 150)
        for cell in matrix["cells"]:
            with self.subTest(r=cell["r"], f=cell["f"]):
                found = self.Partner.search(
                    [
                        ("lifecycle_recency_score", "=", cell["r"]),
                        ("lifecycle_frequency_score", "=", cell["f"]),
                    ]
                )
                self.assertEqual(len(found), cell["customers"])
                self.assertAlmostEqual(
                    sum(found.mapped("lifecycle_revenue")), cell["revenue"], 2
                )

    def test_archived_contacts_are_behind_no_figure(self):
        partners = self.make_base(60)
        self.refresh_all()
        self.Partner.browse(partners[:20]).active = False

        matrix = self.Value.rfm_matrix()

        self.assertEqual(matrix["customers"], 40)
        for segment in matrix["segments"]:
            with self.subTest(segment=segment["code"]):
                found = self.Partner.search(
                    [("lifecycle_rfm_segment", "=", segment["code"])]
                )
                self.assertEqual(len(found), segment["customers"])
        self.assertEqual(self.Value.value_distribution()["customers"], 40)
        narrowed = self.Value.rfm_matrix([("id", "in", partners[10:30])])
        self.assertEqual(narrowed["customers"], 10)

    def test_concentration_curve_ends_at_everything(self):
        self.make_base()
        self.refresh_all()

        for measure in ("revenue", "clv_12", "total_value"):
            with self.subTest(measure=measure):
                found = self.Value.value_distribution(measure)
                self.assertAlmostEqual(found["curve"][-1][0], 1)
                self.assertAlmostEqual(found["curve"][-1][1], 1)
                shares = [share for _people, share in found["curve"]]
                self.assertEqual(shares, sorted(shares))
                self.assertTrue(0 <= found["gini"] < 1)
                self.assertAlmostEqual(
                    sum(decile["total"] for decile in found["deciles"]), found["total"]
                )

    def test_cron_commits_and_a_second_run_changes_nothing(self):
        self.make_base(40)
        cron = self.env.ref("contact_lifecycle.ir_cron_refresh_values")
        self.env.flush_all()
        with self.enter_registry_test_mode():
            cron.method_direct_trigger()
            self.env.invalidate_all()
            versions = self.versions()
            cron.method_direct_trigger()
        self.assertEqual(self.versions(), versions)
        self.assertEqual(len(versions), 40)

    def test_cron_without_time_left_goes_on_where_it_was(self):
        self.make_base(40)
        self.env.flush_all()
        cron = type(self.env["ir.cron"])
        with patch.object(cron, "_commit_progress", lambda *_args, **_kwargs: 0.0):
            self.Value._cron_refresh_values()
            self.assertEqual(len(self.versions()), 40)
            self.assertFalse(self.Value.search([("rfm_code", "!=", False)]))
            for _run in range(3):
                self.Value._cron_refresh_values()

        self.env.invalidate_all()
        self.assertEqual(self.Value.search_count([("rfm_code", "!=", False)]), 40)
        self.assertTrue(self.env["lifecycle.value.migration"].search_count([]))
        versions = self.versions()
        self.Value._refresh_all()
        self.assertEqual(self.versions(), versions)
