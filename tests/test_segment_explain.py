from datetime import timedelta

from psycopg2.extras import Json

from odoo.tests import tagged

from .segment_common import SegmentCase


@tagged("post_install", "-at_install")
class TestSegmentExplain(SegmentCase):
    """Conditions as sentences, and why a contact is in or not."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.ana = cls.make_partner("Ana", city="Rome", email="ana@example.com")
        cls.bob = cls.make_partner("Bob", city="Milan")

    def words(self, condition):
        return self.Segment.describe(self.define([condition]))[0][0]

    # Sentences

    def test_behaviours_read_as_sentences(self):
        mailing_list = {"kind": "behaviour", "types": ["mail_clicked"]}
        cases = {
            "“Link clicked in e-mail” at least once": {},
            "“Link clicked in e-mail” not once": {"negated": True},
            "“Link clicked in e-mail” at least 3 times": {"count": 3},
            "“Link clicked in e-mail” less than 3 times": {
                "count": 3,
                "negated": True,
            },
            "“Link clicked in e-mail” at most 2 times": {"count": 2, "operator": "<="},
            "“Link clicked in e-mail” exactly 2 times": {"count": 2, "operator": "="},
            "“Link clicked in e-mail” at least once, in the last 30 days": {
                "window": {"kind": "last", "days": 30}
            },
            "“Link clicked in e-mail” at least once, before 03/01/2026": {
                "window": {"kind": "before", "to": "2026-03-01"}
            },
            "“Link clicked in e-mail” at least once, device: Phone": {
                "filters": {"devices": ["mobile"]}
            },
            "“Link clicked in e-mail” at least once, amount: 5 or more": {
                "filters": {"amount_min": 5}
            },
        }
        for expected, values in cases.items():
            with self.subTest(expected):
                self.assertEqual(self.words({**mailing_list, **values}), expected)
        self.assertEqual(self.words(self.did()), "Any touchpoint at least once")

    def test_domains_read_as_sentences(self):
        spain = self.env.ref("base.es")
        cases = {
            "City is Rome": [("city", "=", "Rome")],
            "City is Rome or Milan": [("city", "in", ["Rome", "Milan"])],
            "Country is Spain": [("country_id", "=", spain.id)],
            "Country › Country Code is ES or IT": [
                ("country_id.code", "in", ["ES", "IT"])
            ],
            "City is not set and Is a Company: yes": [
                ("city", "=", False),
                ("is_company", "=", True),
            ],
            "(City is Rome or City contains mil)": [
                "|",
                ("city", "=", "Rome"),
                ("city", "ilike", "mil"),
            ],
            "not (City is Rome)": ["!", ("city", "=", "Rome")],
            "Last Order is before 180 days ago": [
                ("lifecycle_last_order_date", "<", "-180d")
            ],
            "Birth Date is on or after 01/01/1990": [
                ("lifecycle_birth_date", ">=", "1990-01-01")
            ],
            "Contact with (City is Rome)": [
                ("child_ids", "any", [("city", "=", "Rome")])
            ],
        }
        for expected, domain in cases.items():
            with self.subTest(expected):
                self.assertEqual(self.words(self.profile(domain)), expected)
        negated = self.profile([("city", "=", "Rome")], negated=True)
        self.assertEqual(self.words(negated), "Not: City is Rome")

    def test_every_kind_reads_as_a_sentence_either_way(self):
        romans = self.make_city_segment(name="Romans")
        letters = self.env["mailing.list"].create({"name": "Letters"})
        survey = self.env["survey.survey"].create({"title": "Tea"})
        cases = [
            (self.in_segments(romans), "“Romans”"),
            ({"kind": "sample", "to": 50}, "from 0 to 50 %"),
            ({"kind": "contacts", "emails": ["a@b.co"]}, "contacts (1)"),
            (
                {
                    "kind": "place",
                    "latitude": 40.4,
                    "longitude": -3.7,
                    "radius_km": 25,
                    "name": "Madrid",
                },
                "25 km of Madrid",
            ),
            (
                {"kind": "subscription", "list_ids": letters.ids, "state": "never"},
                "“Letters”",
            ),
            ({"kind": "subscription", "state": "blacklisted"}, "blacklisted"),
            ({"kind": "answered", "survey_id": survey.id}, "“Tea”"),
            ({"kind": "answered", "survey_id": survey.id, "state": "silent"}, "“Tea”"),
        ]
        for condition, part in cases:
            with self.subTest(condition):
                positive = self.words(condition)
                negative = self.words({**condition, "negated": True})
                self.assertIn(part, positive)
                self.assertIn(part, negative)
                self.assertNotEqual(positive, negative)

    def test_gallery_reads_as_sentences(self):
        templates = self.env["lifecycle.segment.template"].search([])
        self.assertTrue(templates)
        for template in templates:
            with self.subTest(template.code):
                sentences = [
                    sentence
                    for group in self.Segment.describe(template.definition)
                    for sentence in group
                ]
                self.assertTrue(sentences and all(sentences))

    # Why

    def test_each_condition_is_answered_with_the_value_found(self):
        self.make_touchpoint(self.ana, "mail_clicked", self.now - timedelta(days=2))
        self.make_touchpoint(self.ana, "mail_clicked", self.now - timedelta(days=90))
        self.refresh(self.ana)
        segment = self.make_segment(
            self.profile([("city", "=", "Rome")]),
            self.did("mail_clicked", days=30),
            self.did("order_confirmed", negated=True),
        )

        answer = segment.explain(self.ana.id)

        self.assertTrue(answer["is_member"] and answer["wanted"])
        lines = answer["groups"][0]["conditions"]
        self.assertEqual([line["matched"] for line in lines], [True, True, True])
        self.assertEqual(lines[0]["value"], "City: Rome")
        self.assertIn("once, last on", lines[1]["value"])
        self.assertEqual(lines[2]["value"], "never")
        self.assertTrue(answer["joined"])

    def test_the_condition_that_fails_is_told(self):
        segment = self.make_segment(
            self.profile([("name", "=", "Bob")]), self.profile([("city", "=", "Rome")])
        )

        answer = segment.explain(self.bob.id)

        self.assertFalse(answer["is_member"] or answer["wanted"])
        lines = answer["groups"][0]["conditions"]
        self.assertEqual([line["matched"] for line in lines], [True, False])
        self.assertEqual(lines[1]["value"], "City: Milan")

    def test_manual_change_outweighs_the_conditions(self):
        segment = self.make_city_segment()
        self.override(segment, self.bob)

        answer = segment.explain(self.bob.id)

        self.assertTrue(answer["wanted"])
        self.assertFalse(answer["groups"][0]["matched"])
        self.assertEqual(answer["override"]["reason"], "Asked for it")

    def test_contact_that_cannot_be_in_is_told_why(self):
        segment = self.make_city_segment()
        self.ana.action_archive()

        answer = segment.explain(self.ana.id)

        self.assertIn("archived", answer["outside"])
        self.assertFalse(answer["wanted"])

    def test_broken_condition_leaves_the_others_answered(self):
        segment = self.make_city_segment()
        definition = self.define(
            [self.profile([("city", "=", "Rome")]), self.profile([("gone", "=", 1)])]
        )
        self.env.flush_all()
        segment.invalidate_recordset()
        self.set_columns(segment, definition=Json(definition))

        lines = segment.explain(self.ana.id)["groups"][0]["conditions"]

        self.assertEqual([line["matched"] for line in lines], [True, None])
        self.assertIn("gone", lines[1]["error"])

    def test_stays_are_listed_with_their_causes(self):
        segment = self.make_city_segment()
        self.ana.city = "Paris"
        segment._refresh()

        answer = segment.explain(self.ana.id)

        self.assertFalse(answer["is_member"])
        self.assertTrue(answer["left"])
        self.assertEqual(answer["history"][0]["join_cause"], "First fill")

    def test_static_segment_has_no_conditions(self):
        segment = self.make_segment(name="By hand", kind="static")

        answer = segment.explain(self.ana.id)

        self.assertEqual(answer["groups"], [])
        self.assertIs(answer["wanted"], False)
