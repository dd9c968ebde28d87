from datetime import timedelta

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .common import LifecycleCase


@tagged("post_install", "-at_install")
class TestTimeline(LifecycleCase):
    """The timeline gives a journey page by page, each touchpoint once."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.seller = cls.make_user("seller", "sales_team.group_sale_salesman")
        cls.ana = cls.make_partner("Ana", email="ana@example.com")

    def fill(self, count, code="mail_sent", same_date=5):
        """Make touchpoints of which each ``same_date`` share their date."""
        kind = self.touchpoint_type(code)
        return self.Touchpoint.create(
            [
                {
                    "partner_id": self.ana.id,
                    "type_id": kind.id,
                    "channel": kind.channel,
                    "direction": kind.direction,
                    "touch_date": self.now - timedelta(hours=1 + number // same_date),
                    "is_automated": False,
                    "name": f"{code} {number}",
                    "res_model": "mailing.trace",
                    "res_id": number + 1,
                }
                for number in range(count)
            ]
        )

    def page(self, **options):
        return self.Touchpoint.with_user(self.seller).timeline_page(
            self.ana.id, **options
        )

    def read_all(self, limit, **options):
        pages, before = [], None
        while len(pages) < 200:
            pages.append(self.page(before=before, limit=limit, **options))
            before = pages[-1]["next"]
            if not before:
                break
        return pages

    def ids_of(self, pages):
        return [row["id"] for page in pages for row in page["rows"]]

    def test_pages_give_each_touchpoint_once_newest_first(self):
        touchpoints = self.fill(120)
        newest_first = touchpoints.sorted(
            lambda touchpoint: (touchpoint.touch_date, touchpoint.id), reverse=True
        )

        for limit in (7, 40, 120, 200):
            pages = self.read_all(limit)

            with self.subTest(limit=limit):
                self.assertEqual(self.ids_of(pages), newest_first.ids)
                self.assertEqual(pages[0]["total"], 120)
                self.assertFalse(any("kinds" in page for page in pages[1:]))

    def test_clicks_within_one_second_are_all_shown_once(self):
        trace, link = self.make_trace(self.ana), self.make_link()
        for number in range(30):
            date = self.now - timedelta(minutes=9, microseconds=number * 30_000)
            self.make_click(trace, link, date)
        self.harvest("link_click")

        for limit in (4, 7):
            pages = self.read_all(limit)

            with self.subTest(limit=limit):
                self.assertCountEqual(self.ids_of(pages), self.journey(self.ana).ids)
                self.assertEqual(len(self.ids_of(pages)), 30)

    def test_cursor_survives_the_way_through_json(self):
        self.fill(9)
        cursor = self.page(limit=4)["next"]

        self.assertEqual([type(part) for part in cursor], [str, int])
        self.assertEqual(len(self.page(limit=40, before=cursor)["rows"]), 5)

    def test_row_tells_what_when_and_where_from(self):
        campaign = self.env["utm.campaign"].create({"title": "Spring"})
        source = self.env["utm.source"].create({"name": "Fair"})
        order = self.make_order(
            self.ana, 120.0, confirm=True, campaign_id=campaign.id, source_id=source.id
        )
        self.harvest("sale_order")

        (row,) = self.page()["rows"]

        touchpoint = self.journey(self.ana)
        kind = touchpoint.type_id
        self.assertEqual(
            row,
            {
                "id": touchpoint.id,
                "date": touchpoint.touch_date.strftime("%Y-%m-%dT%H:%M:%SZ"),
                "type": "order_confirmed",
                "type_name": kind.name,
                "icon": kind.icon,
                "color": kind.color,
                "direction": "in",
                "channel": "Sales",
                "title": order.name,
                "detail": "Spring · Fair",
                "amount": row["amount"],
                "is_automated": False,
                "automated_label": "",
                "res_model": "sale.order",
                "res_id": order.id,
                "can_open": True,
            },
        )
        self.assertIn("120.00", row["amount"])

    def test_rating_and_survey_show_their_value(self):
        self.make_touchpoint(self.ana, "rating_given", value=4)
        self.make_touchpoint(self.ana, "survey_finished", value=87.5)

        details = {row["type"]: row["detail"] for row in self.page()["rows"]}

        self.assertEqual(details["rating_given"], "4 / 5")
        self.assertEqual(details["survey_finished"], "88%")

    def test_kinds_filter_rows_and_count_all(self):
        self.fill(6, "mail_sent")
        self.fill(3, "mail_clicked")
        self.fill(2, "list_joined")

        page = self.page(kinds=["mail_clicked", "list_joined"], limit=4)

        self.assertEqual(page["total"], 5)
        self.assertEqual(
            {kind["code"]: kind["count"] for kind in page["kinds"]},
            {"mail_sent": 6, "mail_clicked": 3, "list_joined": 2},
        )
        pages = self.read_all(4, kinds=["mail_clicked", "list_joined"])
        self.assertEqual(len(self.ids_of(pages)), 5)
        self.assertEqual(self.page(kinds=[])["total"], 11)
        self.assertFalse(self.page(kinds=["no_such_kind"])["rows"])

    def test_counts_equal_the_rows_of_each_kind(self):
        self.make_everything(self.ana)
        self.harvest()

        kinds = self.page()["kinds"]

        self.assertGreater(len(kinds), 10)
        for kind in kinds:
            pages = self.read_all(200, kinds=[kind["code"]])
            with self.subTest(kind["code"]):
                self.assertEqual(len(self.ids_of(pages)), kind["count"])
                self.assertEqual(pages[0]["total"], kind["count"])

    def test_machines_are_hidden_unless_asked_for(self):
        self.make_touchpoint(self.ana, "mail_clicked")
        machine = self.make_touchpoint(
            self.ana, "mail_opened", is_automated=True, automated_reason="head"
        )

        shown, whole = self.page(), self.page(with_automated=True)

        self.assertNotIn(machine.id, self.ids_of([shown]))
        self.assertEqual((shown["total"], whole["total"]), (1, 2))
        self.assertNotIn("mail_opened", [kind["code"] for kind in shown["kinds"]])
        (row,) = [row for row in whole["rows"] if row["id"] == machine.id]
        self.assertTrue(row["is_automated"] and row["automated_label"])

    def test_another_contacts_journey_is_not_mixed_in(self):
        ben = self.make_partner("Ben")
        self.make_touchpoint(ben, "list_joined")
        mine = self.make_touchpoint(self.ana, "list_joined")

        self.assertEqual(self.ids_of([self.page()]), mine.ids)

    def test_queries_of_a_page_do_not_grow_with_the_journey(self):
        campaign = self.env["utm.campaign"].create({"title": "Spring"})
        self.fill(10).campaign_id = campaign
        self.env.flush_all()
        self.env.invalidate_all()
        before = self.cr.sql_log_count
        self.page(limit=10)
        few = self.cr.sql_log_count - before
        self.Touchpoint.search([("partner_id", "=", self.ana.id)]).unlink()
        self.fill(400).campaign_id = campaign
        self.env.flush_all()
        self.env.invalidate_all()

        with self.assertQueryCount(few):
            page = self.page(limit=200)

        self.assertEqual(len(page["rows"]), 200)

    def test_limits_are_kept_within_reason(self):
        self.fill(250)

        self.assertEqual(len(self.page(limit=100_000)["rows"]), 200)
        self.assertEqual(len(self.page(limit=0)["rows"]), 1)
        self.assertEqual(len(self.page(limit=-5)["rows"]), 1)

    def test_nonsense_is_refused_with_a_message(self):
        self.fill(3)
        date = self.now.isoformat(sep=" ")
        cases = [
            {"before": "yesterday"},
            {"before": [date]},
            {"before": ["teapot", 1]},
            {"before": [date, "teapot"]},
            {"before": {"date": date}},
            {"limit": "many"},
            {"limit": None},
            {"kinds": 7},
        ]
        for options in cases:
            with self.subTest(options), self.assertRaises(UserError):
                self.page(**options)

    def test_user_without_the_right_is_refused(self):
        clerk = self.make_user("clerk")
        portal = self.make_user("visitor", "base.group_portal")
        self.fill(3)

        for user in (clerk, portal):
            with self.subTest(user.login), self.assertRaises(AccessError):
                self.Touchpoint.with_user(user).timeline_page(self.ana.id)
