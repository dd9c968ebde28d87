from datetime import timedelta
from unittest.mock import patch

import psycopg2

from odoo.exceptions import AccessError
from odoo.tests import tagged
from odoo.tools import SQL, mute_logger

from .segment_common import SegmentCase

_PREVIEW = "odoo.addons.contact_lifecycle.models.segment.lifecycle_segment_preview"


@tagged("post_install", "-at_install")
class TestSegmentPreview(SegmentCase):
    """Before saving: how many, who, what each condition leaves, and what is slow."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.romans = cls.make_romans(12)
        cls.milanese = cls.make_romans(3, city="Milan")
        for partner in cls.romans[:4] | cls.milanese:
            cls.env["lifecycle.touchpoint"].create(
                {
                    "partner_id": partner.id,
                    "type_id": cls.env.ref(
                        "contact_lifecycle.lifecycle_touchpoint_type_mail_clicked"
                    ).id,
                    "touch_date": cls.now - timedelta(days=1),
                    "res_model": "res.partner",
                    "res_id": partner.id,
                }
            )
        cls.env["lifecycle.touchpoint.queue"]._add((cls.romans | cls.milanese).ids)
        cls.env["lifecycle.profile"]._refresh_queue()
        cls.roman = cls.profile([("city", "=", "Rome")])
        cls.clicked = cls.did("mail_clicked", days=30)

    def preview(self, *conditions, **options):
        return self.Segment.preview(self.define(conditions), **options)

    def test_each_condition_says_how_many_are_left(self):
        answer = self.preview(self.roman, self.clicked)

        self.assertEqual(answer["total"], 4)
        self.assertEqual([step["count"] for step in answer["steps"]], [12, 4])
        self.assertEqual([step["alone"] for step in answer["steps"]], [12, 7])
        self.assertEqual(answer["groups"], [{"count": 4}])
        self.assertFalse(answer["error"] or answer["is_cut"] or answer["warning"])
        self.assertEqual(answer["everybody"], self.Partner.search_count([]))

    def test_groups_are_counted_apart_and_contacts_once(self):
        definition = self.define([self.roman], [self.clicked])
        definition["groups"][1]["negated"] = True

        answer = self.Segment.preview(definition)

        everybody = answer["everybody"]
        self.assertEqual(answer["groups"], [{"count": 12}, {"count": everybody - 7}])
        self.assertEqual(answer["total"], everybody - 7 + 4)
        self.assertEqual(
            [(step["group"], step["condition"]) for step in answer["steps"]],
            [(0, 0), (1, 0)],
        )

    def test_ten_contacts_are_shown_always_the_same(self):
        sample = self.preview(self.roman)["sample"]

        self.assertEqual(len(sample), 10)
        self.assertLessEqual({line["id"] for line in sample}, set(self.romans.ids))
        self.assertEqual({line["city"] for line in sample}, {"Rome"})
        self.assertEqual(self.preview(self.roman)["sample"], sample)

    def test_preview_of_nobody_is_zero_not_unknown(self):
        answer = self.preview(self.profile([("city", "=", "Atlantis")]))

        self.assertEqual((answer["total"], answer["sample"]), (0, []))

    def test_empty_definition_says_what_to_do(self):
        for definition in ({}, self.define([])):
            answer = self.Segment.preview(definition)
            self.assertIn("Add a condition", answer["error"])
            self.assertIsNone(answer["total"])

    def test_broken_condition_is_named_and_nothing_is_counted(self):
        answer = self.preview(self.roman, self.profile([("no_such", "=", 1)]))

        self.assertFalse(answer["steps"][0]["error"])
        self.assertIn("no_such", answer["steps"][1]["error"])
        self.assertEqual(answer["error"], answer["steps"][1]["error"])
        self.assertIsNone(answer["total"])

    def test_value_that_postgresql_refuses_is_an_error_not_a_crash(self):
        broken = SQL("('x' || res_partner.name)::int = 1")
        with (
            patch.object(
                type(self.Segment), "_condition_sql_sample", lambda *args: broken
            ),
            mute_logger("odoo.sql_db"),
        ):
            answer = self.preview({"kind": "sample", "to": 5})

        self.assertIn("cannot be evaluated", answer["error"])
        self.assertEqual(self.preview(self.roman)["total"], 12)

    def test_condition_that_takes_long_is_cut_and_named(self):
        slow = SQL("pg_sleep(5) IS NULL")
        with (
            patch.object(
                type(self.Segment), "_condition_sql_sample", lambda *args: slow
            ),
            patch(f"{_PREVIEW}._SECONDS", 2),
            patch(f"{_PREVIEW}._SLOW_SECONDS", 0.2),
            mute_logger("odoo.sql_db"),
        ):
            answer = self.preview(self.roman, {"kind": "sample", "to": 5})

        self.assertTrue(answer["is_cut"])
        self.assertIsNone(answer["total"])
        self.assertEqual([step["slow"] for step in answer["steps"]], [False, True])

    def test_preview_writes_nothing_and_leaves_no_setting_behind(self):
        before = self.read_stays()
        settings = self.read_settings()

        self.preview(self.roman, self.clicked)

        self.assertEqual(self.read_stays(), before)
        self.assertEqual(self.read_settings(), settings)
        self.romans[0].city = "Paris"
        self.env.flush_all()

    def read_settings(self):
        names = ("statement_timeout", "transaction_read_only", "jit", "work_mem")
        return [
            self.env.execute_query(SQL("SELECT current_setting(%s)", name))
            for name in names
        ]

    def test_condition_that_writes_is_refused(self):
        sequence = SQL("nextval('res_partner_id_seq') > 0")
        with (
            patch.object(
                type(self.Segment), "_condition_sql_sample", lambda *args: sequence
            ),
            mute_logger("odoo.sql_db"),
            self.assertRaises(psycopg2.errors.ReadOnlySqlTransaction),
        ):
            self.preview({"kind": "sample", "to": 5})

    def test_segment_built_on_itself_is_refused(self):
        segment = self.make_segment(self.roman)

        answer = self.preview(self.in_segments(segment), segment_id=segment.id)

        self.assertIn("on itself", answer["error"])

    def test_manual_changes_are_counted(self):
        segment = self.make_segment(self.roman)
        self.override(segment, self.milanese[0])
        self.override(segment, self.romans[0], kind="exclude")

        answer = self.preview(self.roman, segment_id=segment.id)

        self.assertEqual((answer["included"], answer["excluded"]), (1, 1))

    def test_hundreds_of_conditions_are_counted_with_a_warning(self):
        names = [self.profile([("name", "!=", f"N{i}")]) for i in range(150)]

        answer = self.preview(self.roman, *names)

        self.assertEqual(answer["total"], 12)
        self.assertIn("151", answer["warning"])

    def test_preview_needs_the_right_to_see_segments(self):
        stranger = self.make_user("sam")

        with self.assertRaises(AccessError), mute_logger("odoo.addons.base"):
            self.Segment.with_user(stranger).preview(self.define([self.roman]))

    def test_preview_takes_few_queries(self):
        self.preview(self.roman, self.clicked)
        with self.assertQueryCount(20):
            self.preview(self.roman, self.clicked)
