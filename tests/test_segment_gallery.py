from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .segment_common import SegmentCase

CODES = {
    "at_risk",
    "champions",
    "one_shot",
    "promotion_only",
    "birthday",
    "never_opened",
    "engaged_leads",
    "silent_180",
    "detractors",
    "linear_journey",
    "long_journey",
    "device_mobile",
    "device_desktop",
    "device_tablet",
    "first_source",
    "top_value",
    "stage",
    "missing_data",
}


@tagged("post_install", "-at_install")
class TestSegmentGallery(SegmentCase):
    """A ready-made segment works as it is, or says why it does not."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.Segment = cls.env["lifecycle.segment"]
        cls.Template = cls.env["lifecycle.segment.template"]
        cls.marketer = cls.make_user("gina", "contact_lifecycle.group_lifecycle_user")

    def template(self, code):
        return self.env.ref(f"contact_lifecycle.lifecycle_segment_template_{code}")

    def use(self, template):
        """Return the segment that "Use This" leads to, once it is saved."""
        context = template.action_use()["context"]
        return self.Segment.with_context(**context).create({})

    def find(self, template):
        answer = self.Segment.preview(template.definition)
        self.assertFalse(answer["error"])
        return answer["total"]

    def test_gallery_has_every_segment_that_was_promised(self):
        self.assertEqual(set(self.Template.search([]).mapped("code")), CODES)

    def test_every_template_can_be_counted_or_says_why_not(self):
        missing = "lifecycle_satisfaction_band" not in self.Partner._fields
        for template in self.Template.search([]):
            with self.subTest(template.code):
                if template.problem:
                    self.assertTrue(missing and template.code == "detractors")
                elif not template.split_field:
                    self.assertIsInstance(self.find(template), int)

    def test_marketer_can_use_what_an_administrator_can(self):
        for template in self.Template.search([]):
            with self.subTest(template.code):
                self.assertEqual(
                    template.with_user(self.marketer).problem, template.problem
                )

    def test_template_that_names_a_field_of_another_app_says_so(self):
        template = self.template("champions").copy(
            {
                "code": "elsewhere",
                "definition": {
                    "groups": [
                        {
                            "conditions": [
                                {"kind": "profile", "domain": "[('no_field', '=', 1)]"}
                            ]
                        }
                    ]
                },
            }
        )

        self.assertIn("no_field", template.problem)
        with self.assertRaisesRegex(UserError, "no_field"):
            template.action_use()

    def test_using_a_template_stores_nothing_before_it_is_saved(self):
        before = self.Segment.search_count([])

        action = self.template("birthday").action_use()

        self.assertEqual(self.Segment.search_count([]), before)
        self.assertEqual(
            action["context"]["default_definition"],
            self.template("birthday").definition,
        )

    def test_birthdays_are_those_of_this_month(self):
        today = self.now.date()
        ana = self.make_partner("Ana", lifecycle_birth_date=today.replace(year=1990))
        other = today.replace(year=1990, day=1, month=today.month % 12 + 1)
        self.make_partner("Bea", lifecycle_birth_date=other)
        self.make_partner("Cai")

        segment = self.use(self.template("birthday"))
        segment._refresh()

        self.assertIn(ana, self.members(segment))
        self.assertNotIn("Bea", self.members(segment).mapped("name"))
        self.assertNotIn("Cai", self.members(segment).mapped("name"))

    def test_birthday_field_agrees_with_its_search(self):
        today = self.now.date()
        ana = self.make_partner("Ana", lifecycle_birth_date=today.replace(year=1990))
        cai = self.make_partner("Cai")

        field = "lifecycle_is_birthday_month"
        born = self.Partner.search([(field, "=", True)])
        others = self.Partner.search([(field, "=", False)])

        self.assertTrue(ana[field])
        self.assertFalse(cai[field])
        self.assertIn(ana, born)
        self.assertIn(cai, others)
        self.assertFalse(born & others)

    def test_missing_data_wants_phone_and_birth_date(self):
        whole = self.make_partner(
            "Ana", phone="+34 600 000 000", lifecycle_birth_date="1990-05-05"
        )
        lacking = self.make_partner("Bea", phone="+34 600 000 001")

        segment = self.use(self.template("missing_data"))
        segment._refresh()

        self.assertIn(lacking, self.members(segment))
        self.assertNotIn(whole, self.members(segment))

    def test_one_for_each_makes_a_segment_for_each_stage_once(self):
        self.make_partner("Ana").lifecycle_move_to_stage("lead")
        self.make_partner("Bea").lifecycle_move_to_stage("customer")

        first = self.template("stage").action_use_each()
        again = self.template("stage").action_use_each()

        made = self.Segment.search(first["domain"])
        self.assertEqual(self.Segment.search(again["domain"]), made)
        self.assertIn("Lifecycle Stage: Lead", made.mapped("name"))
        lead = made.filtered(lambda segment: segment.name.endswith(": Lead"))
        lead._refresh()
        self.assertIn("Ana", self.members(lead).mapped("name"))
        self.assertNotIn("Bea", self.members(lead).mapped("name"))

    def test_reader_sees_no_gallery(self):
        reader = self.make_user("rita", "contact_lifecycle.group_lifecycle_reader")

        with self.assertRaises(AccessError):
            self.Template.with_user(reader).search([])
