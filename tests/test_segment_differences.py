from datetime import datetime, timedelta

from odoo.tests import tagged

from .segment_common import SegmentCase


@tagged("post_install", "-at_install")
class TestSegmentDifferences(SegmentCase):
    """The facts that tell members from everybody else are found and counted."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.spain = cls.env.ref("base.es")
        cls.italy = cls.env.ref("base.it")
        tag = cls.env["res.partner.category"].create({"name": "Fair"})
        born = datetime(1990, 5, 1).date()
        cls.here = cls.Partner.create(
            [
                {
                    "name": f"Here {number}",
                    "country_id": (cls.spain if number < 27 else cls.italy).id,
                    "category_id": tag.ids if number < 20 else False,
                    "lifecycle_birth_date": born,
                }
                for number in range(30)
            ]
        )
        cls.others = cls.Partner.create(
            [
                {
                    "name": f"There {number}",
                    "country_id": (cls.spain if number < 10 else cls.italy).id,
                }
                for number in range(100)
            ]
        )
        cls.tag = tag
        cls.segment = cls.make_segment(kind="static", name="Here")
        cls.segment._add_contacts(cls.ids_of(*cls.here))

    def rows(self, **options):
        answer = self.segment.differentiators(**options)
        return {(row["fact"], row["value"]): row for row in answer["rows"]}

    def test_a_value_is_counted_here_and_elsewhere(self):
        row = self.rows()["country_id", self.spain.id]

        everybody = self.Partner.search_count([])
        spaniards = self.Partner.search_count([("country_id", "=", self.spain.id)])
        self.assertEqual(row["count"], 27)
        self.assertEqual(row["count_elsewhere"], spaniards - 27)
        self.assertAlmostEqual(row["here"], 27 / 30)
        self.assertAlmostEqual(row["elsewhere"], (spaniards - 27) / (everybody - 30))
        self.assertAlmostEqual(row["lift"], row["here"] / row["elsewhere"])
        self.assertEqual((row["label"], row["name"]), ("Country", "Spain"))

    def test_a_contact_counts_under_each_of_its_tags(self):
        row = self.rows()["category_id", self.tag.id]

        self.assertEqual((row["count"], row["lift"]), (20, None))
        self.assertEqual(row["name"], "Fair")

    def test_numbers_are_compared_in_bands(self):
        found = [row for row in self.rows().values() if row["fact"] == "age"]

        young = next(row for row in found if row["value"] is not None)
        self.assertEqual(young["count"], 30)
        self.assertEqual(young["label"], "Age")
        self.assertRegex(young["name"], r"^\d+ to \d+$")

    def test_every_count_equals_the_list_behind_it(self):
        for index, partner in enumerate(self.here):
            self.make_touchpoint(partner, "mail_clicked", device="mobile")
            if index % 2:
                self.make_touchpoint(
                    partner, "order_confirmed", date=self.now - timedelta(days=100)
                )
        self.refresh(*self.here)

        rows = self.rows(limit=200)

        self.assertIn(("device", "mobile"), rows)
        self.assertIn(("lifecycle_order_count", 1), rows)
        self.assertIn(("lifecycle_last_order_date", 2), rows)
        for key, row in rows.items():
            if row["domain"] is not None:
                domain = [("lifecycle_segment_ids", "in", self.segment.ids)]
                with self.subTest(key):
                    found = self.Partner.search_count(domain + row["domain"])
                    self.assertEqual(found, row["count"])

    def test_what_the_segment_asks_for_is_marked(self):
        segment = self.make_segment(
            self.profile([("country_id", "=", self.spain.id)]), name="Spanish"
        )
        segment._refresh()

        rows = segment.differentiators()["rows"]

        marks = {row["fact"]: row["is_condition"] for row in rows}
        self.assertTrue(marks["country_id"])
        self.assertFalse(marks["age"])

    def test_a_small_segment_tells_nothing(self):
        segment = self.make_segment(kind="static", name="Three")
        segment._add_contacts(self.ids_of(*self.here[:3]))

        answer = segment.differentiators()

        self.assertFalse(answer["is_enough"])
        self.assertEqual((answer["rows"], answer["size"]), ([], 3))

    def test_the_whole_is_a_handful_of_statements(self):
        self.segment.differentiators()
        self.env.invalidate_all()

        with self.assertQueryCount(40):
            self.segment.differentiators()
