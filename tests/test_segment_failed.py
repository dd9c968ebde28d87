from unittest.mock import patch

from odoo.exceptions import UserError
from odoo.tests import tagged
from odoo.tools import SQL, mute_logger

from .segment_common import SegmentCase

_LOGGER = "odoo.addons.contact_lifecycle.models.segment.lifecycle_segment_refresh"


@tagged("post_install", "-at_install")
class TestSegmentFailed(SegmentCase):
    """A segment that cannot be evaluated keeps its members and says why."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.ana = cls.make_partner("Ana", city="Rome")
        cls.bea = cls.make_partner("Bea", city="Rome")
        cls.romans = cls.make_city_segment()
        cls.marketer = cls.make_user(
            "marketer", "contact_lifecycle.group_lifecycle_user"
        )

    def set_definition(self, segment, definition):
        """Store conditions that nobody could have saved, as an old version's."""
        self.env["lifecycle.segment"].flush_model()
        self.env.execute_query(
            SQL(
                "UPDATE lifecycle_segment SET definition = %s WHERE id = %s",
                self.Segment._fields["definition"].convert_to_column(
                    definition, segment
                ),
                segment.id,
            )
        )
        self.env.invalidate_all()
        self.env.registry.clear_cache()

    @mute_logger(_LOGGER)
    def test_failing_segment_keeps_members_and_others_go_on(self):
        other = self.make_city_segment("Milan", name="Other")
        carl = self.make_partner("Carl", city="Milan")
        self.set_definition(
            self.romans, self.define([self.profile([("gone_field", "=", 1)])])
        )

        self.night()

        self.assertEqual(self.romans.state, "error")
        self.assertIn("gone_field", self.romans.error)
        self.assertMembers(self.romans, self.ana, self.bea)
        self.assertMembers(other, carl)
        self.assertEqual(len(self.romans.activity_ids), 1)
        self.night(2)
        self.assertEqual(len(self.romans.activity_ids), 1)

    @mute_logger(_LOGGER)
    def test_repaired_segment_works_again(self):
        good = self.romans.definition
        self.set_definition(self.romans, {"version": 1, "groups": "all"})
        self.romans._refresh()
        self.assertEqual(self.romans.state, "error")

        self.romans.definition = good

        self.assertEqual(self.romans.state, "ok")
        self.assertFalse(self.romans.error)
        self.assertFalse(self.romans.activity_ids)

    @mute_logger(_LOGGER)
    def test_segment_built_on_a_failing_one_uses_its_members(self):
        built = self.make_segment(self.in_segments(self.romans), name="Built")
        self.set_definition(self.romans, {"version": 9})

        (self.romans | built)._refresh()

        self.assertEqual(self.romans.state, "error")
        self.assertEqual(built.state, "ok")
        self.assertMembers(built, self.ana, self.bea)

    @mute_logger(_LOGGER)
    def test_conditions_that_fail_in_the_database_fail_alone_in_a_group(self):
        others = self.make_city_segment("Milan", name="Other")
        segments = self.romans | others
        carl = self.make_partner("Carl", city="Milan")
        original = type(self.Segment)._get_matching_sql

        def broken(segment, scope=None):
            if segment == self.romans:
                return SQL("SELECT 1 / (id - id) AS id FROM res_partner")
            return original(segment, scope)

        with (
            patch.object(type(self.Segment), "_get_matching_sql", broken),
            mute_logger("odoo.sql_db", _LOGGER.replace("_refresh", "_follow")),
        ):
            segments._refresh_contacts(self.ids_of(carl))

        self.assertEqual(self.romans.state, "error")
        self.assertIn("division by zero", self.romans.error)
        self.assertMembers(self.romans, self.ana, self.bea)
        self.assertMembers(others, carl)

    @mute_logger(_LOGGER, "odoo.sql_db")
    def test_conditions_that_take_too_long_are_stopped(self):
        # sudo-less: tests run as the superuser.
        self.env["ir.config_parameter"].set_param(
            "contact_lifecycle.segment_timeout_seconds", "1"
        )
        slow = SQL("SELECT id FROM res_partner, pg_sleep(3)")

        with patch.object(type(self.Segment), "_get_matching_sql", lambda *args: slow):
            self.romans._refresh()

        self.assertEqual(self.romans.state, "error")
        self.assertIn("too long", self.romans.error)
        self.assertMembers(self.romans, self.ana, self.bea)
        self.env.cr.execute("SHOW statement_timeout")
        self.assertEqual(self.env.cr.fetchone()[0], "0")

    @mute_logger(_LOGGER)
    def test_archived_owner_is_told_to_somebody_else(self):
        self.romans.user_id = self.marketer
        self.marketer.active = False

        self.romans._refresh()

        self.assertEqual(self.romans.state, "error")
        self.assertIn("archived", self.romans.error)
        self.assertTrue(self.romans.activity_ids.user_id.active)
        self.assertMembers(self.romans, self.ana, self.bea)

    @mute_logger(_LOGGER)
    def test_field_that_the_owner_may_not_read_is_refused(self):
        secret = self.define([self.profile([("signup_type", "=", "reset")])])
        with self.assertRaises(UserError):
            self.Segment.with_user(self.marketer).create(
                {"name": "Probe", "definition": secret}
            )
        self.romans.user_id = self.marketer
        self.set_definition(self.romans, secret)

        self.romans._refresh()

        self.assertEqual(self.romans.state, "error")
        self.assertMembers(self.romans, self.ana, self.bea)

    @mute_logger(_LOGGER)
    def test_archived_segment_fails_those_built_on_it(self):
        built = self.make_segment(self.in_segments(self.romans), name="Built")
        self.set_columns(self.romans, active=False)

        built._refresh()

        self.assertEqual(built.state, "error")
        self.assertIn(self.romans.name, built.error)
        self.assertMembers(built, self.ana, self.bea)

    def test_conditions_that_cannot_work_are_not_saved(self):
        bad = {
            "parse": [{"kind": "profile", "domain": "[('city', '=',"}],
            "field": [self.profile([("no_such_field", "=", 1)])],
            "type": [self.profile([("id", "=", "abc")])],
            "negative": [{**self.did("mail_clicked"), "count": -1}],
            "kind": [{"kind": "magic"}],
            "many": [self.profile([("city", "=", "Rome")])] * 1001,
        }
        for name, conditions in bad.items():
            with (
                self.subTest(name),
                self.assertRaises(UserError),
                self.env.cr.savepoint(),
            ):
                self.romans.definition = self.define(conditions)
        self.env.invalidate_all()

        self.assertMembers(self.romans, self.ana, self.bea)
        self.assertEqual(self.romans.state, "ok")

    def test_thousand_conditions_work(self):
        conditions = [
            self.profile([("city", "!=", f"Nowhere {number}")]) for number in range(999)
        ]
        self.romans.definition = self.define(
            [self.profile([("city", "=", "Rome")]), *conditions]
        )

        self.assertEqual(self.romans.state, "ok", self.romans.error)
        self.assertMembers(self.romans, self.ana, self.bea)
