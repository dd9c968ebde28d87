import random
from datetime import timedelta

from odoo.tests import tagged
from odoo.tools import SQL

from .segment_common import SegmentCase


@tagged("post_install", "-at_install")
class TestSegmentFollow(SegmentCase):
    """Members follow what contacts do and how they are edited, those contacts only."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.ana = cls.make_partner("Ana", city="Rome")
        cls.bea = cls.make_partner("Bea", city="Milan")

    # Touchpoints

    def test_new_touchpoint_moves_its_contact(self):
        clickers = self.make_segment(self.did("mail_clicked", days=30))
        self.assertMembers(clickers)
        self.make_touchpoint(self.ana, "mail_clicked")

        self.refresh(self.ana)

        self.assertMembers(clickers, self.ana)
        self.assertEqual(self.stays(clickers).join_cause, "refresh")

    def test_segments_built_on_others_follow_in_the_same_run(self):
        clickers = self.make_segment(self.did("mail_clicked", days=30), name="B")
        romans = self.make_segment(
            self.in_segments(clickers), self.profile([("city", "=", "Rome")]), name="A"
        )
        self.make_touchpoint(self.ana, "mail_clicked")
        self.make_touchpoint(self.bea, "mail_clicked")

        self.refresh(self.ana, self.bea)

        self.assertMembers(romans, self.ana)

    def test_contacts_that_did_nothing_are_left_alone(self):
        clickers = self.make_segment(self.did("mail_clicked", days=30))
        self.make_touchpoint(self.ana, "mail_clicked")
        self.make_touchpoint(self.bea, "mail_clicked")

        self.refresh(self.ana)

        self.assertMembers(clickers, self.ana)

    def test_one_statement_more_for_many_segments(self):
        for number in range(5):
            self.make_segment(
                self.did("mail_clicked", count=number + 1), name=f"{number} clicks"
            )
        self.make_touchpoint(self.ana, "mail_clicked")
        self.env.flush_all()
        segments = self.Segment._get_following()
        segments._refresh_contacts(self.ids_of(self.ana))
        self.make_touchpoint(self.bea, "mail_clicked")
        self.env.flush_all()
        before = self.env.cr.sql_log_count

        segments._refresh_contacts(self.ids_of(self.bea))

        self.assertLess(self.env.cr.sql_log_count - before, 60)

    # Edits

    def test_edit_of_a_field_that_a_segment_names_is_followed(self):
        romans = self.make_city_segment()

        self.bea.city = "Rome"
        self.follow_edits()

        self.assertMembers(romans, self.ana, self.bea)

    def test_edit_wakes_the_cron(self):
        self.make_city_segment()
        cron = self.env.ref("contact_lifecycle.ir_cron_follow_contacts")
        triggers = self.env["ir.cron.trigger"].search([("cron_id", "=", cron.id)])

        self.bea.city = "Rome"

        now = self.env["ir.cron.trigger"].search([("cron_id", "=", cron.id)])
        self.assertEqual(len(now - triggers), 1)

    def test_edit_of_another_field_is_not(self):
        self.make_city_segment()
        self.follow_edits()

        self.bea.comment = "Likes tea"

        self.assertEqual(self.count_queued(), 0)

    def test_edit_of_what_a_field_is_computed_from_is_followed(self):
        readers = self.make_segment(
            self.profile([("email_normalized", "=", "bea@example.com")])
        )

        self.bea.email = "Bea <bea@example.com>"
        self.follow_edits()

        self.assertMembers(readers, self.bea)

    def test_edit_of_a_company_moves_its_people(self):
        self.bea.write({"is_company": True})
        carl = self.make_partner("Carl", parent_id=self.bea.id)
        people = self.make_segment(self.profile([("parent_id.city", "=", "Turin")]))
        self.assertMembers(people)

        self.bea.city = "Turin"
        self.follow_edits()

        self.assertMembers(people, carl)

    def test_new_contact_joins(self):
        romans = self.make_city_segment()

        carl = self.make_partner("Carl", city="Rome")
        self.follow_edits()

        self.assertMembers(romans, self.ana, carl)

    def test_archived_contact_leaves_within_a_minute(self):
        romans = self.make_city_segment()

        self.ana.active = False
        self.follow_edits()

        self.assertMembers(romans)
        self.assertEqual(self.stays(romans).leave_cause, "archived")

    def test_deleted_contact_is_no_longer_counted(self):
        romans = self.make_city_segment()

        self.ana.unlink()

        self.assertMembers(romans)
        self.assertEqual(romans.snapshot_ids.left_count, 1)

    def test_move_to_another_stage_is_followed(self):
        lead = self.stage("lead")
        leads = self.make_segment(self.profile([("lifecycle_stage_id", "=", lead.id)]))

        self.bea._lifecycle_move(lead, "program")
        self.follow_edits()
        self.ana.lifecycle_stage_id = lead
        self.follow_edits()

        self.assertMembers(leads, self.ana, self.bea)

    def test_blacklisted_address_is_followed(self):
        self.ana.email = "ana@example.com"
        reachable = self.make_segment(
            self.profile([("is_blacklisted", "=", False), ("city", "=", "Rome")])
        )
        self.assertMembers(reachable, self.ana)

        self.env["mail.blacklist"]._add("ana@example.com")
        self.follow_edits()
        self.assertMembers(reachable)

        self.env["mail.blacklist"]._remove("ana@example.com")
        self.follow_edits()
        self.assertMembers(reachable, self.ana)

    def test_blacklisted_number_is_followed(self):
        self.ana.phone = "+34600111222"
        blocked = self.make_segment(
            self.profile([("phone_sanitized_blacklisted", "=", True)])
        )

        self.env["phone.blacklist"].add(self.ana.phone_sanitized or "+34600111222")
        self.follow_edits()

        self.assertMembers(blocked, *self.ana)

    def test_without_segments_an_edit_costs_nothing(self):
        self.Segment.with_context(active_test=False).search([]).write({"active": False})
        self.follow_edits()

        self.bea.city = "Rome"

        self.assertEqual(self.count_queued(), 0)

    def test_cron_follows_edits_and_a_second_run_changes_nothing(self):
        romans = self.make_city_segment()
        self.bea.city = "Rome"
        self.run_cron("ir_cron_follow_contacts")
        self.assertMembers(romans, self.ana, self.bea)
        before = self.read_stays()

        self.run_cron("ir_cron_follow_contacts")

        self.assertEqual(self.read_stays(), before)

    # Journey

    def test_joining_and_leaving_are_touchpoints(self):
        romans = self.make_city_segment(name="Romans")
        self.bea.city = "Rome"
        self.follow_edits()
        self.ana.city = self.bea.city = "Milan"
        self.follow_edits()

        self.harvest("segment")

        self.assertJourney(self.bea, ["segment_joined", "segment_left"])
        self.assertJourney(self.ana, ["segment_left"])
        self.assertEqual(set(self.journey(self.bea).mapped("name")), {romans.name})

    def test_joining_is_no_sign_of_life(self):
        self.make_city_segment()
        self.bea.city = "Rome"
        self.follow_edits()
        self.harvest("segment")

        self.refresh(self.bea)

        self.assertJourney(self.bea, ["segment_joined"])
        self.assertFalse(self.bea.lifecycle_touch_count)
        self.assertFalse(self.bea.lifecycle_last_touch_date)

    def test_segment_of_silent_contacts_does_not_flip_flop(self):
        silent = self.make_segment(
            self.profile([("id", "=", self.ana.id)]),
            {
                **self.did(negated=True),
                "window": {"kind": "last", "days": 180},
            },
        )
        self.assertMembers(silent, self.ana)
        self.make_touchpoint(self.ana, "mail_clicked")
        self.refresh(self.ana)
        self.assertMembers(silent)

        for _round in range(3):
            self.harvest("segment")
            self.refresh()

        self.assertEqual(len(self.stays(silent)), 1)

    # Incremental equals full

    def test_following_gives_the_same_members_as_a_full_refresh(self):
        chance = random.Random(3)
        contacts = self.make_romans(30)
        segments = self.make_random_segments()
        for _round in range(4):
            for contact in chance.sample(contacts, 10):
                self.change(contact, chance)
            self.follow_edits()
            self.refresh()
            followed = {segment: self.members(segment) for segment in segments}

            before = self.read_stays()
            segments._refresh()

            for segment in segments:
                with self.subTest(segment.name):
                    self.assertEqual(self.members(segment), followed[segment])
            self.assertEqual(self.read_stays(), before)

    def make_random_segments(self):
        romans = self.make_city_segment(name="1")
        clicked = self.make_segment(self.did("mail_clicked", count=2), name="2")
        both = self.make_segment(
            self.in_segments(romans), self.in_segments(clicked, negated=True), name="3"
        )
        silent = self.make_segment(self.did(days=90, negated=True), name="4")
        return romans | clicked | both | silent

    def change(self, contact, chance):
        if chance.random() < 0.4:
            contact.city = chance.choice(["Rome", "Milan"])
        if chance.random() < 0.1:
            contact.active = not contact.active
        if chance.random() < 0.6:
            date = self.now - timedelta(days=chance.randrange(200))
            code = chance.choice(["mail_clicked", "mail_opened", "list_joined"])
            self.make_touchpoint(contact, code, date)
            self.env["lifecycle.touchpoint.queue"]._add(contact.ids)

    def count_queued(self):
        self.env.flush_all()
        query = SQL("SELECT count(*) FROM lifecycle_segment_queue")
        return self.env.execute_query(query)[0][0]
