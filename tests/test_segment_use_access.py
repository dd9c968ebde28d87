from odoo.exceptions import AccessError
from odoo.fields import Command
from odoo.tests import tagged

from .segment_common import SegmentCase


@tagged("post_install", "-at_install")
class TestSegmentUseAccess(SegmentCase):
    """Who may use segments, and that companies do not see each other's contacts."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.ours = cls.make_company("Ours")
        cls.theirs = cls.make_company("Theirs")
        at_ours = {
            "company_id": cls.ours.id,
            "company_ids": [Command.set(cls.ours.ids)],
        }
        cls.marketer = cls.make_user(
            "marketer", "contact_lifecycle.group_lifecycle_user", **at_ours
        )
        cls.seller = cls.make_user(
            "seller", "sales_team.group_sale_salesman", **at_ours
        )
        cls.clerk = cls.make_user("clerk", **at_ours)
        cls.ana = cls.make_partner("Ana", email="ana@example.com")
        cls.ben = cls.make_partner("Ben", email="ben@example.com")
        cls.stranger = cls.make_partner(
            "Stranger", email="stranger@example.com", company_id=cls.theirs.id
        )
        cls.segment = cls.make_segment(
            kind="static", name="Guests", company_id=cls.ours.id
        )
        cls.secret = cls.make_segment(
            kind="static", name="Secret", company_id=cls.theirs.id
        )
        cls.segment._add_contacts(cls.ids_of(cls.ana, cls.ben))
        cls.secret._add_contacts(cls.ids_of(cls.ana, cls.stranger))

    def as_user(self, user, records):
        return records.with_user(user).with_context(
            allowed_company_ids=user.company_ids.ids
        )

    def test_a_seller_reads_every_analysis(self):
        segment = self.as_user(self.seller, self.segment)

        self.assertEqual(segment.growth()["size"], 2)
        self.assertEqual(segment.differentiators()["size"], 2)
        self.assertEqual(segment.used_in(), [])
        self.assertEqual(segment.overlap(segment.ids)["sizes"], [2])
        domain = segment.members_on(str(segment._get_today()))["domain"]
        partners = self.as_user(self.seller, self.Partner)
        self.assertEqual(partners.search(domain), self.ana | self.ben)

    def test_a_seller_changes_no_segment(self):
        segment = self.as_user(self.seller, self.segment)
        pair = segment | self.as_user(self.seller, self.segment.copy())

        with self.assertRaises(AccessError):
            pair.combine("union")
        with self.assertRaises(AccessError):
            segment._freeze("Copy")
        with self.assertRaises(AccessError):
            segment._add_contacts(self.ids_of(self.stranger))
        for model in ("add", "paste", "freeze"):
            with self.assertRaises(AccessError):
                segment.env[f"lifecycle.segment.{model}"].create(
                    {"segment_id": segment.id}
                )

    def test_a_seller_pins_a_segment_for_himself(self):
        segment = self.as_user(self.seller, self.segment)

        segment.action_pin()

        self.assertTrue(segment.is_pinned)
        self.assertFalse(self.as_user(self.marketer, self.segment).is_pinned)

    def test_a_clerk_sees_nothing_of_segments(self):
        segment = self.as_user(self.clerk, self.segment)

        for call in (
            segment.growth,
            segment.differentiators,
            segment.used_in,
            lambda: segment.members_on("2026-01-01"),
            lambda: segment.overlap(segment.ids),
        ):
            with self.assertRaises(AccessError):
                call()
        partners = self.as_user(self.clerk, self.Partner)
        for name in ("lifecycle_segment_ids", "lifecycle_membership_ids"):
            with self.assertRaises(AccessError):
                partners.search([(name, "!=", False)])
        with self.assertRaises(AccessError):
            partners._read_group([], ["lifecycle_segment_ids"], ["__count"])

    def test_a_segment_of_another_company_is_out_of_reach(self):
        secret = self.as_user(self.marketer, self.secret)

        for call in (
            secret.growth,
            secret.differentiators,
            secret.used_in,
            lambda: secret.members_on("2026-01-01"),
            lambda: secret.overlap(secret.ids),
        ):
            with self.assertRaises(AccessError):
                call()
        partners = self.as_user(self.marketer, self.Partner)
        self.assertFalse(
            partners.search([("lifecycle_segment_ids", "in", self.secret.ids)])
        )
        stays = partners.browse(self.ana.id).lifecycle_membership_ids
        self.assertEqual(stays.segment_id, self.segment)

    def test_groups_by_segment_leave_out_those_of_other_companies(self):
        partners = self.as_user(self.marketer, self.Partner)

        rows = partners._read_group(
            [("id", "in", (self.ana | self.ben).ids)],
            ["lifecycle_segment_ids"],
            ["__count"],
        )

        self.assertEqual(dict(rows), {self.segment: 2})

    def test_a_member_that_went_to_another_company_is_out_of_sight(self):
        self.set_columns(self.ben, company_id=self.theirs.id)
        segment = self.as_user(self.marketer, self.segment)
        partners = self.as_user(self.marketer, self.Partner)
        today = str(segment._get_today())

        for action in (segment.action_view_members(), segment.members_on(today)):
            self.assertEqual(partners.search(action["domain"]), self.ana)
        self.assertEqual(segment.differentiators()["size"], 1)
        self.assertEqual(segment.overlap(segment.ids)["sizes"], [1])
        frozen = segment._freeze("Copy")
        self.assertMembers(frozen, self.ana)

    def test_a_marketer_finds_no_stranger_by_pasting(self):
        paste = self.as_user(self.marketer, self.env["lifecycle.segment.paste"]).create(
            {"segment_id": self.segment.id, "text": "stranger@example.com"}
        )

        paste.action_check()

        self.assertEqual((paste.missing_count, paste.found_count), (1, 0))

    def test_a_marketer_adds_no_stranger_by_id(self):
        wizards = self.as_user(self.marketer, self.env["lifecycle.segment.add"])
        chosen = [Command.set((self.stranger | self.ben).ids)]

        with self.assertRaises(AccessError):
            wizards.create(
                {"segment_id": self.segment.id, "partner_ids": chosen}
            ).action_apply()

        self.assertMembers(self.segment, self.ana, self.ben)

    def test_a_marketer_neither_pastes_into_nor_freezes_another_companys(self):
        wizards = self.as_user(self.marketer, self.env["lifecycle.segment.paste"])
        paste = wizards.create(
            {"segment_id": self.secret.id, "text": "ana@example.com"}
        )

        with self.assertRaises(AccessError):
            paste.action_check()
            paste.action_add()
        with self.assertRaises(AccessError):
            self.as_user(self.marketer, self.secret)._freeze("Copy")

    def test_uses_of_other_companies_are_told_without_a_link(self):
        mailing = self.make_mailing(segment_ids=self.segment.ids)

        [use] = self.as_user(self.seller, self.segment).used_in()

        self.assertEqual(use["name"], mailing.display_name)
        self.assertFalse(use["can_open"])
