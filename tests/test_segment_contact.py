from odoo.exceptions import AccessError
from odoo.tests import Form, tagged

from .segment_common import SegmentCase


@tagged("post_install", "-at_install")
class TestSegmentContact(SegmentCase):
    """A contact shows its segments, is found by them, and merges with them."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.ana = cls.make_partner("Ana", city="Rome")
        cls.bea = cls.make_partner("Bea", city="Milan")
        cls.romans = cls.make_city_segment(name="Romans")
        cls.milanese = cls.make_city_segment("Milan", name="Milanese")
        cls.all = cls.ana | cls.bea
        cls.seller = cls.make_user("seller", "sales_team.group_sale_salesman")

    def find(self, *condition, user=None):
        partners = self.Partner.with_user(user or self.env.user)
        return partners.search([("id", "in", self.all.ids), condition])

    def test_contact_shows_its_present_segments(self):
        self.assertEqual(self.ana.lifecycle_segment_ids, self.romans)
        self.ana.city = "Milan"

        self.follow_edits()

        self.assertEqual(self.ana.lifecycle_segment_ids, self.milanese)

    def test_contacts_are_found_by_segment(self):
        name = "lifecycle_segment_ids"
        cases = [
            (("=", self.romans.id), self.ana),
            (("in", self.romans.ids), self.ana),
            (("in", (self.romans | self.milanese).ids), self.all),
            (("not in", self.romans.ids), self.bea),
            (("!=", self.romans.id), self.bea),
            (("ilike", "roman"), self.ana),
            (("not ilike", "roman"), self.bea),
            (("=", "Milanese"), self.bea),
            (("any", [("kind", "=", "dynamic"), ("name", "=", "Romans")]), self.ana),
            (("not any", [("name", "=", "Romans")]), self.bea),
            (("!=", False), self.all),
            (("=", False), self.Partner),
        ]
        for (operator, value), expected in cases:
            with self.subTest(operator=operator, value=value):
                self.assertEqual(self.find(name, operator, value), expected)

    def test_contact_in_no_segment_is_found(self):
        self.ana.city = "Turin"
        self.follow_edits()

        self.assertEqual(self.find("lifecycle_segment_ids", "=", False), self.ana)
        self.assertEqual(
            self.find("lifecycle_segment_ids", "in", [False, self.milanese.id]),
            self.all,
        )

    def test_segments_of_another_company_are_not_seen(self):
        other = self.make_company("Other")
        foreign = self.make_city_segment(name="Foreign", company_id=other.id)
        self.assertMembers(foreign, self.ana)

        ana = self.ana.with_user(self.seller)

        self.assertEqual(ana.lifecycle_segment_ids, self.romans)
        self.assertFalse(
            self.find("lifecycle_segment_ids", "in", foreign.ids, user=self.seller)
        )
        self.assertFalse(
            self.Segment.with_user(self.seller).search_count([("id", "=", foreign.id)])
        )

    def test_company_of_a_segment_never_gets_anothers_contacts(self):
        other = self.make_company("Other")
        self.ana.company_id = other
        self.follow_edits()
        self.assertMembers(self.romans)
        foreign = self.make_city_segment(name="Foreign", company_id=other.id)
        hand = self.make_segment(name="Hand", kind="static")

        hand._add_contacts(self.ids_of(self.ana, self.bea))

        self.assertMembers(foreign, self.ana)
        self.assertMembers(hand, self.bea)

    def test_user_without_the_group_edits_contacts_but_sees_no_segments(self):
        editor = self.make_user(
            "editor", "base.group_user", "base.group_partner_manager"
        )
        self.bea.with_user(editor).write({"city": "Rome"})
        newcomer = self.Partner.with_user(editor).create(
            {"name": "Carl", "city": "Rome"}
        )
        self.follow_edits()

        self.assertMembers(self.romans, self.ana, self.bea, newcomer)
        with self.assertRaises(AccessError):
            self.ana.with_user(editor).read(["lifecycle_segment_ids"])
        newcomer.with_user(editor).unlink()
        self.assertMembers(self.romans, self.ana, self.bea)

    def test_merged_contact_is_a_member_once(self):
        twin = self.make_partner("Ana Maria", city="Rome")
        self.follow_edits()
        self.assertMembers(self.romans, self.ana, twin)

        self.merge(twin, self.ana)

        self.assertMembers(self.romans, self.ana)
        stays = self.stays(self.romans, self.ana)
        self.assertCountEqual(stays.mapped("leave_cause"), [False, "merge"])
        self.harvest("segment")
        self.assertFalse(self.journey(self.ana, "segment_left"))

    def test_merged_contact_kept_out_stays_out(self):
        twin = self.make_partner("Ana Maria", city="Rome")
        self.override(self.romans, self.ana, "include")
        self.override(self.romans, twin, "exclude")

        self.merge(twin, self.ana)
        self.follow_edits()

        self.assertMembers(self.romans)

    def test_form_of_a_contact_opens(self):
        with Form(self.ana.with_user(self.seller)) as form:
            form.comment = "Likes tea"

        self.assertEqual(self.ana.lifecycle_segment_ids, self.romans)

    def merge(self, source, target):
        self.env.flush_all()
        self.env["base.partner.merge.automatic.wizard"]._merge(
            (source | target).ids, target
        )
        self.env.invalidate_all()
