from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import tagged
from odoo.tools import mute_logger

from .segment_common import SegmentCase


@tagged("post_install", "-at_install")
class TestSegmentRights(SegmentCase):
    """A segment sees what its owner may see, in one company, and nothing else."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.here = cls.env.company
        cls.there = cls.make_company("Elsewhere")
        cls.marketer = cls.make_user(
            "mia",
            "contact_lifecycle.group_lifecycle_user",
            company_id=cls.here.id,
            company_ids=[Command.set(cls.here.ids)],
        )
        names = ("Ours", "Theirs", "Shared")
        companies = (cls.here.id, cls.there.id, False)
        cls.ours, cls.theirs, cls.shared = cls.Partner.create(
            [
                {"name": name, "city": "Rome", "company_id": company}
                for name, company in zip(names, companies, strict=True)
            ]
        )
        cls.colleague = cls.make_user(
            "carl",
            company_id=cls.there.id,
            company_ids=[Command.set(cls.there.ids)],
        ).partner_id
        cls.colleague.write({"company_id": cls.there.id, "city": "Rome"})
        cls.roman = cls.profile([("city", "=", "Rome")])

    def find(self, *conditions, owner=None, company=None):
        tree = self.Segment._parse_definition(self.define(conditions))
        query = self.Segment._compile(
            tree, owner or self.marketer, company or self.here
        )
        ids = {row[0] for row in self.env.execute_query(query.select())}
        everybody = self.ours | self.theirs | self.shared | self.colleague
        return everybody.filtered(lambda partner: partner.id in ids)

    def preview(self, *conditions, owner=None, **options):
        segments = self.Segment.with_user(owner or self.marketer)
        return segments.preview(self.define(conditions), **options)

    # Companies

    def test_contacts_of_another_company_are_never_found(self):
        for condition in (
            self.roman,
            self.profile([("city", "=", "Milan")], negated=True),
            self.did("order_confirmed", negated=True),
            {"kind": "sample", "to": 100},
        ):
            with self.subTest(condition):
                self.assertEqual(self.find(condition), self.ours | self.shared)

    def test_contacts_of_another_company_are_not_found_by_who_sees_both(self):
        self.marketer.company_ids = self.here | self.there
        root, admin = self.env.ref("base.user_root"), self.env.ref("base.user_admin")
        admin.company_ids |= self.there

        for owner in (self.marketer, root, admin):
            with self.subTest(owner.login):
                found = self.find(self.roman, owner=owner)
                self.assertEqual(found, self.ours | self.shared)
                found = self.find(self.roman, owner=owner, company=self.there)
                self.assertEqual(found, self.theirs | self.shared | self.colleague)

    def test_preview_counts_and_shows_own_company_only(self):
        answer = self.preview(self.roman)

        self.assertEqual(answer["total"], 2)
        names = {line["name"] for line in answer["sample"]}
        self.assertEqual(names, {"Ours", "Shared"})

    def test_preview_of_a_company_one_may_not_enter_is_refused(self):
        answer = self.preview(self.roman, company_id=self.there.id)

        self.assertIn("may not work in Elsewhere", answer["error"])
        self.assertEqual((answer["total"], answer["sample"]), (None, []))

    def test_touchpoints_of_another_company_do_not_count(self):
        self.make_touchpoint(
            self.shared, "order_confirmed", company_id=self.there.id, amount=5
        )
        self.refresh(self.shared)
        ordered = self.did("order_confirmed")
        self.marketer.company_ids = self.here | self.there

        for condition in (ordered, {**ordered, "filters": {"amount_min": 1}}):
            with self.subTest(condition):
                self.assertFalse(self.find(condition))
                found = self.find(condition, company=self.there)
                self.assertEqual(found, self.shared)

    def test_segments_of_another_company_cannot_be_named(self):
        foreign = self.make_segment(self.roman, company_id=self.there.id)

        for owner in (self.marketer, self.env.ref("base.user_root")):
            with self.subTest(owner.login), self.assertRaises(UserError):
                self.find(self.in_segments(foreign), owner=owner)

    def test_contacts_of_another_company_cannot_be_asked_about(self):
        segment = self.make_segment(self.roman)

        with self.assertRaises(AccessError), mute_logger("odoo.addons.base"):
            segment.with_user(self.marketer).explain(self.theirs.id)

    def test_documents_of_another_company_do_not_show_through_a_path(self):
        parent = self.make_partner("Parent", company_id=self.there.id, city="Oslo")
        self.set_columns(self.shared, parent_id=parent.id)
        through = self.profile([("parent_id.city", "=", "Oslo")])

        self.assertFalse(self.find(through))

    # Fields

    def hide(self, name):
        """Hide a field of contacts from everybody but system administrators."""
        field = self.Partner._fields[name]
        self.patch(field, "groups", "base.group_system")

    def assertHidden(self, condition):
        with self.assertRaises(UserError) as caught:
            self.find(condition)
        self.assertIn("may not read", str(caught.exception))
        answer = self.preview(condition)
        self.assertIsNone(answer["total"])
        self.assertIn("may not read", answer["steps"][0]["error"])

    def test_hidden_field_cannot_be_probed_any_way(self):
        self.hide("ref")
        nested = [("child_ids", "any", [("ref", "=", "x")])]
        for domain in (
            [("ref", "=", "x")],
            [("ref", "!=", "x")],
            ["!", ("ref", "=like", "x%")],
            ["|", ("city", "=", "Rome"), ("ref", "=", "x")],
            [("parent_id.ref", "=", "x")],
            [("child_ids.parent_id.ref", "=", "x")],
            nested,
            ["!", *nested],
            [("child_ids", "not any", [("ref", "=", "x")])],
        ):
            for negated in (False, True):
                with self.subTest(domain, negated=negated):
                    self.assertHidden(self.profile(domain, negated))

    def test_hidden_field_with_a_search_of_its_own_cannot_be_probed(self):
        for name, value in (
            ("is_blacklisted", True),
            ("lifecycle_age", 30),
            ("lifecycle_order_count", 2),
        ):
            self.hide(name)
            for operator in ("=", "!="):
                with self.subTest(name, operator=operator):
                    self.assertHidden(self.profile([(name, operator, value)]))

    def test_hidden_model_cannot_be_probed_through_a_path(self):
        for domain in (
            [("sale_order_ids.amount_total", ">", 5)],
            [("sale_order_ids", "any", [("amount_total", ">", 5)])],
            ["!", ("opportunity_ids.name", "ilike", "x")],
        ):
            with self.subTest(domain):
                self.assertHidden(self.profile(domain))

    def test_hidden_address_cannot_be_probed_by_a_pasted_list(self):
        self.hide("ref")

        with self.assertRaises(UserError):
            self.find({"kind": "contacts", "refs": ["x"]})

    def test_saved_segment_is_read_with_its_owners_rights(self):
        self.ours.ref = "secret"
        segment = self.make_segment(
            self.profile([("ref", "=", "secret")]), user_id=self.marketer.id
        )
        segment._refresh()
        self.assertMembers(segment, self.ours)

        self.hide("ref")
        segment._refresh()

        self.assertEqual(segment.state, "error")
        self.assertIn("may not read", segment.error)
        self.assertMembers(segment, self.ours)

    def test_why_hides_values_from_who_may_not_read_them(self):
        self.hide("ref")
        self.ours.ref = "secret"
        admin = self.env.ref("base.user_admin")
        segment = self.make_segment(
            self.profile([("ref", "=", "secret")]), user_id=admin.id
        )

        answer = segment.with_user(self.marketer).explain(self.ours.id)

        line = answer["groups"][0]["conditions"][0]
        self.assertTrue(line["matched"])
        self.assertNotIn("secret", str(line["value"]))

    # Kinds

    def take_surveys_away(self):
        """Marketers have surveys with the app; a company may decide otherwise."""
        group = self.env.ref("contact_lifecycle.group_lifecycle_user")
        surveys = self.env.ref("survey.group_survey_user")
        group.implied_ids = [Command.unlink(surveys.id)]

    def test_answers_need_the_right_to_surveys(self):
        self.take_surveys_away()
        survey = self.env["survey.survey"].create({"title": "Tea"})
        answered = {"kind": "answered", "survey_id": survey.id}

        with self.assertRaises(UserError) as caught:
            self.find(answered)
        self.assertIn("Survey Answer", str(caught.exception))
        self.marketer.group_ids += self.env.ref("survey.group_survey_user")
        self.assertFalse(self.find(answered))

    def test_salesperson_without_mailings_may_use_the_journey(self):
        salesperson = self.make_user("sal", "sales_team.group_sale_salesman_all_leads")

        self.assertEqual(
            self.find(self.roman, owner=salesperson), self.ours | self.shared
        )
        self.assertFalse(self.find(self.did("call_done"), owner=salesperson))
        with self.assertRaises(UserError):
            self.find(
                {"kind": "subscription", "state": "subscribed"}, owner=salesperson
            )

    def test_names_that_a_user_may_not_read_are_not_shown(self):
        self.take_surveys_away()
        survey = self.env["survey.survey"].create({"title": "Secret Tea"})
        definition = self.define([{"kind": "answered", "survey_id": survey.id}])

        words = self.Segment.with_user(self.marketer).describe(definition)

        self.assertNotIn("Secret", words[0][0])
