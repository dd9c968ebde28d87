from datetime import timedelta

from odoo.tests import tagged

from .common import LifecycleCase


@tagged("post_install", "-at_install")
class TestProfile(LifecycleCase):
    """A profile says what the journey says, and is written only where it differs."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.ana = cls.make_partner("Ana", email="ana@example.com")
        cls.ben = cls.make_partner("Ben", email="ben@example.com")

    def days_ago(self, days):
        return self.now - timedelta(days=days)

    # Facts

    def test_facts_count_and_date_the_journey(self):
        order = {"res_model": "sale.order"}
        for code, days, values in [
            ("mail_sent", 90, {}),
            ("list_joined", 80, {}),
            ("mail_clicked", 70, {}),
            ("mail_replied", 65, {}),
            ("email_received", 60, {}),
            ("lead_created", 50, {}),
            ("meeting_held", 45, {}),
            ("call_done", 44, {}),
            ("quotation_sent", 40, {"amount": 999}),
            ("lead_won", 31, {}),
            ("order_confirmed", 30, {"amount": 100, "res_id": 1, **order}),
            ("order_confirmed", 20, {"amount": 50, "res_id": 2, **order}),
            ("survey_finished", 10, {}),
            ("sms_sent", 5, {}),
        ]:
            self.make_touchpoint(self.ana, code, self.days_ago(days), **values)

        self.refresh(self.ana)

        self.assertRecordValues(
            self.ana.lifecycle_profile_id,
            [
                {
                    "id": self.ana.id,
                    "partner_id": self.ana.id,
                    "touch_count": 14,
                    "first_touch_date": self.days_ago(90),
                    "first_type_id": self.touchpoint_type("mail_sent").id,
                    "last_touch_date": self.days_ago(5),
                    "last_type_id": self.touchpoint_type("sms_sent").id,
                    "last_inbound_date": self.days_ago(10),
                    "last_sent_date": self.days_ago(5),
                    "last_click_date": self.days_ago(70),
                    "click_count": 1,
                    "reply_count": 2,
                    "subscribe_count": 1,
                    "survey_count": 1,
                    "lead_count": 1,
                    "lead_won_count": 1,
                    "lead_lost_count": 0,
                    "meeting_count": 2,
                    "quotation_count": 1,
                    "order_count": 2,
                    "order_amount": 150.0,
                    "first_order_date": self.days_ago(30),
                    "last_order_date": self.days_ago(20),
                }
            ],
        )

    def test_sources_are_those_of_what_the_contact_did(self):
        fair, shop, letter = self.env["utm.source"].create(
            [{"name": "Fair"}, {"name": "Shop"}, {"name": "Letter"}]
        )
        campaign = self.env["utm.campaign"].create({"title": "Spring"})
        for code, days, values in [
            ("mail_sent", 9, {"source_id": letter.id}),
            ("meeting_held", 8, {}),
            ("lead_created", 7, {"source_id": fair.id}),
            ("order_confirmed", 6, {"source_id": shop.id, "campaign_id": campaign.id}),
            ("survey_finished", 5, {}),
            ("mail_sent", 4, {"source_id": letter.id}),
        ]:
            self.make_touchpoint(self.ana, code, self.days_ago(days), **values)

        self.refresh(self.ana)

        self.assertEqual(self.ana.lifecycle_first_source_id, fair)
        self.assertEqual(self.ana.lifecycle_last_source_id, shop)
        self.assertEqual(self.ana.lifecycle_first_campaign_id, campaign)
        self.assertEqual(self.ana.lifecycle_first_type_id.code, "mail_sent")

    def test_machines_are_left_out(self):
        machine = {"is_automated": True, "automated_reason": "agent"}
        self.make_touchpoint(self.ana, "mail_clicked", self.days_ago(3))
        self.make_touchpoint(self.ana, "mail_clicked", self.days_ago(9), **machine)
        self.make_touchpoint(self.ana, "mail_clicked", self.days_ago(1), **machine)

        self.refresh(self.ana)

        profile = self.ana.lifecycle_profile_id
        self.assertEqual((profile.click_count, profile.touch_count), (1, 1))
        self.assertEqual(profile.first_touch_date, self.days_ago(3))
        self.assertEqual(profile.last_click_date, self.days_ago(3))

    def test_touchpoint_that_another_addon_creates_counts(self):
        kind = self.touchpoint_type("survey_finished")
        values = {"partner_id": self.ana.id, "type_id": kind.id}
        self.Touchpoint.create({**values, "touch_date": self.now})

        self.refresh(self.ana)

        self.assertEqual(self.ana.lifecycle_survey_count, 1)

    def test_order_cancelled_afterwards_does_not_count(self):
        kept, dropped = {"res_id": 1}, {"res_id": 2}
        for code, days, values in [
            ("order_confirmed", 9, kept),
            ("order_confirmed", 8, dropped),
            ("order_cancelled", 7, dropped),
        ]:
            self.make_touchpoint(
                self.ana,
                code,
                self.days_ago(days),
                res_model="sale.order",
                amount=100,
                **values,
            )

        self.refresh(self.ana)

        profile = self.ana.lifecycle_profile_id
        self.assertEqual((profile.order_count, profile.order_amount), (1, 100.0))
        self.assertEqual(profile.last_order_date, self.days_ago(9))

    def test_order_cancelled_and_confirmed_again_counts(self):
        order = self.make_order(self.ana, confirm=True)
        self.harvest("sale_order")
        with self.at(self.now + timedelta(minutes=2)):
            order._action_cancel()
            self.harvest("sale_order")
            self.refresh()
        self.assertEqual(self.ana.lifecycle_order_count, 0)

        with self.at(self.now + timedelta(minutes=4)):
            order.action_draft()
            order.action_confirm()
            self.harvest("sale_order")
            self.refresh()

        self.assertEqual(self.ana.lifecycle_order_count, 1)

    def test_amounts_of_several_companies_are_converted(self):
        foreign = self.env["res.currency"].create(
            {"name": "TPT", "symbol": "T", "rounding": 0.01}
        )
        self.env["res.currency.rate"].create(
            {"currency_id": foreign.id, "name": "2020-01-01", "company_rate": 4.0}
        )
        other = self.make_company("Other", currency_id=foreign.id)
        self.env["res.currency.rate"].create(
            {
                "currency_id": self.env.ref("base.main_company").currency_id.id,
                "company_id": other.id,
                "name": "2020-01-01",
                "company_rate": 0.25,
            }
        )
        main = self.env.ref("base.main_company")
        for company, amount in ((main, 100), (other, 100)):
            self.make_touchpoint(
                self.ana, "order_confirmed", amount=amount, company_id=company.id
            )

        self.refresh(self.ana)

        profile = self.ana.lifecycle_profile_id
        self.assertEqual(profile.currency_id, main.currency_id)
        self.assertAlmostEqual(profile.order_amount, 125.0)

    # Rows

    def read_rows(self):
        self.env.cr.execute("SELECT ctid, * FROM lifecycle_profile ORDER BY id")
        return self.env.cr.fetchall()

    def test_second_refresh_writes_nothing(self):
        self.make_everything(self.ana)
        self.harvest()
        self.refresh(self.ana, self.ben)
        before = self.read_rows()

        self.refresh(self.ana, self.ben)

        self.assertEqual(self.read_rows(), before)
        self.assertTrue(self.ana.lifecycle_profile_id.refresh_date)

    def test_only_contacts_that_differ_are_written(self):
        self.refresh(self.ana, self.ben)
        before = {row[1]: row for row in self.read_rows()}
        self.make_touchpoint(self.ana, "list_joined")

        self.refresh(self.ana, self.ben)

        after = {row[1]: row for row in self.read_rows()}
        changed = {key for key, row in after.items() if row != before[key]}
        self.assertEqual(changed, {self.ana.id})

    def test_journey_that_is_gone_leaves_an_empty_profile(self):
        touchpoint = self.make_touchpoint(self.ana, "order_confirmed", amount=10)
        self.refresh(self.ana)
        touchpoint.unlink()

        self.refresh(self.ana)

        profile = self.ana.lifecycle_profile_id
        self.assertEqual((profile.touch_count, profile.order_amount), (0, 0))
        self.assertFalse(profile.first_touch_date or profile.last_type_id)

    def test_every_contact_has_a_profile_from_the_start(self):
        self.env["res.partner"].create([{"name": str(number)} for number in range(5)])
        self.env["res.partner"].load(["name"], [["Imported"]])
        self.make_user("newcomer")
        self.make_company("Newcomers")

        self.env.flush_all()
        self.env.cr.execute(
            """SELECT count(*), count(f.id) FROM res_partner p
               LEFT JOIN lifecycle_profile f ON f.id = p.id AND f.partner_id = p.id"""
        )

        contacts, profiles = self.env.cr.fetchone()
        self.assertEqual(contacts, profiles)
        self.assertGreater(contacts, 8)

    def test_profile_goes_with_its_contact(self):
        profile = self.ana.lifecycle_profile_id
        self.make_touchpoint(self.ana, "list_joined")

        self.ana.unlink()

        self.assertTrue(profile.id)
        self.assertFalse(profile.exists())

    def test_queries_of_a_refresh_do_not_depend_on_the_number_of_contacts(self):
        crowd = self.Partner.create([{"name": str(number)} for number in range(40)])
        for partner in crowd:
            self.make_touchpoint(partner, "list_joined")
        self.refresh(self.ana)
        self.env.flush_all()
        before = self.cr.sql_log_count
        self.refresh(crowd[0])
        few = self.cr.sql_log_count - before

        with self.assertQueryCount(few):
            self.refresh(crowd[1:])

        self.assertEqual(set(crowd.mapped("lifecycle_subscribe_count")), {1})
