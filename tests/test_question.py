from odoo.exceptions import AccessError, ValidationError
from odoo.tests import tagged

from .question_common import QuestionCase


@tagged("post_install", "-at_install")
class TestQuestion(QuestionCase):
    """What a contact tells goes into the fields of the contact, and only that."""

    def define(self, *definitions):
        self.definition.properties_definition = list(definitions)

    def test_each_kind_of_field_is_written_and_read_back(self):
        tea = self.env["lifecycle.interest"].create({"name": "Green tea"})
        hike = self.env["lifecycle.interest"].create({"name": "Hiking"})
        for field, text, expected in (
            ("name", "Ana Ferrer", "Ana Ferrer"),
            ("city", "Málaga", "Málaga"),
            ("country_id", "ES", self.env.ref("base.es")),
            ("lifecycle_gender", "female", "female"),
            ("lifecycle_interest_ids", f"{tea.id},{hike.id}", tea | hike),
            ("lifecycle_birth_year", "1990", 1990),
            ("function", "=1+1", "=1+1"),
        ):
            with self.subTest(field=field):
                question = self.ask(field)
                self.tell({question: text})
                self.assertEqual(self.ana[field], expected)
                self.assertEqual(self.known(question), text)
                if field != "name":
                    self.tell({question: ""})
                    self.assertFalse(self.ana[field])

    def test_question_without_anything_to_choose_is_not_asked(self):
        self.env["lifecycle.interest"].search([]).active = False
        self.define(
            {"name": "a1", "string": "Pot", "type": "selection", "selection": []},
            {"name": "a2", "string": "Flavours", "type": "tags", "tags": []},
        )
        for field in ("lifecycle_interest_ids", "property:a1", "property:a2"):
            self.ask(field)
        city = self.ask("city")
        self.assertEqual([row["id"] for row in self.rows()], [city.id])

        self.env["lifecycle.interest"].create({"name": "Green tea"})

        self.assertEqual(
            [row["field"] for row in self.rows()], ["lifecycle_interest_ids", "city"]
        )

    def test_properties_are_written_next_to_those_that_are_there(self):
        self.define(
            {"name": "a1", "string": "Cups a Day", "type": "integer"},
            {"name": "a2", "string": "Decaf", "type": "boolean"},
            {
                "name": "a3",
                "string": "Pot",
                "type": "selection",
                "selection": [["iron", "Iron"], ["clay", "Clay"]],
            },
            {
                "name": "a4",
                "string": "Flavours",
                "type": "tags",
                "tags": [["mint", "Mint", 1], ["rose", "Rose", 2]],
            },
            {"name": "a5", "string": "Since", "type": "date"},
            {"name": "a6", "string": "Note", "type": "text"},
            {
                "name": "a7",
                "string": "Friend",
                "type": "many2one",
                "comodel": "res.partner",
            },
        )
        offered = dict(self.Question._get_field_selection())
        self.assertEqual(offered["property:a1"], "Cups a Day")
        self.assertNotIn("property:a7", offered)
        answers = {
            "a1": ("4", 4),
            "a2": ("0", False),
            "a3": ("clay", "clay"),
            "a4": ("mint,rose", ["mint", "rose"]),
            "a5": ("2020-02-29", "2020-02-29"),
            "a6": ("<b>hot</b>", "<b>hot</b>"),
        }
        for name, (text, expected) in answers.items():
            question = self.ask(f"property:{name}")
            self.assertEqual(self.known(question), "")
            self.tell({question: text})
            self.env.flush_all()
            self.env.invalidate_all()
            with self.subTest(name=name):
                self.assertEqual(self.ana.properties._values[name], expected)
                self.assertEqual(self.known(question), text)
        self.assertLessEqual(set(answers), set(self.ana.properties._values))

    def test_removed_property_is_no_longer_asked_and_says_so(self):
        self.define({"name": "a1", "string": "Cups", "type": "integer"})
        question = self.ask("property:a1")
        self.assertTrue(self.rows())

        self.define({"name": "b1", "string": "Spoons", "type": "integer"})

        self.assertFalse(self.rows())
        self.env.invalidate_all()
        self.assertIn("property:a1", question.error)
        self.assertIn(question, self.Question.search([("error", "!=", False)]))

    def test_choices_follow_interests_and_language(self):
        self.env["lifecycle.interest"].create({"name": "Green tea"})
        question = self.ask("lifecycle_interest_ids")
        before = self.row(question)["choices"]

        interest = self.env["lifecycle.interest"].create({"name": "Opera"})

        self.assertNotIn((str(interest.id), "Opera"), before)
        self.assertIn((str(interest.id), "Opera"), self.row(question)["choices"])
        interest.active = False
        self.assertEqual(self.row(question)["choices"], before)

    def test_archived_interests_are_neither_shown_nor_lost(self):
        tea, opera, hike = self.env["lifecycle.interest"].create(
            [{"name": name} for name in ("Green tea", "Opera", "Hiking")]
        )
        question = self.ask("lifecycle_interest_ids")
        self.ana.lifecycle_interest_ids = tea | opera
        opera.active = False
        self.assertEqual(self.known(question), str(tea.id))

        self.tell({question: str(hike.id)})

        self.env.flush_all()
        self.env.invalidate_all()
        kept = self.ana.with_context(active_test=False).lifecycle_interest_ids
        self.assertEqual(kept, opera | hike)

    def test_only_what_differs_is_written_and_logged(self):
        city, job = self.ask("city"), self.ask("function")
        self.ana.write({"city": "Madrid", "function": "Cook"})

        written = self.tell({city: "Madrid", job: "Baker"})

        self.assertEqual(written, {f"q{job.id}"})
        change = self.env["lifecycle.preference.change"].search(
            [("partner_id", "=", self.ana.id)]
        )
        self.assertEqual(change.field_name, "function")
        self.assertEqual((change.old_value, change.new_value), ("Cook", "Baker"))
        self.assertEqual(change.source, "preference_centre")
        self.assertFalse(self.tell({city: "Madrid", job: "Baker"}))

    def test_answers_verify_their_field_group(self):
        self.tell({self.ask("city"): "Madrid"})

        verification = self.ana.lifecycle_verification_ids
        self.assertEqual(verification.group_id.code, "address")
        self.assertEqual(verification.source, "contact")

    def test_what_is_known_is_left_alone_where_only_empty_fields_are_filled(self):
        city, job = self.ask("city"), self.ask("function")
        self.ana.city = "Madrid"

        self.tell({city: "Sevilla", job: "Cook"}, only_empty=True)

        self.assertEqual((self.ana.city, self.ana.function), ("Madrid", "Cook"))

    def test_address_of_a_company_is_not_changed_by_who_works_there(self):
        company = self.make_partner("Tea Ltd", is_company=True, city="London")
        bea = self.make_partner("Bea", parent_id=company.id, type="contact")
        city = self.ask("city")

        self.assertFalse(self.tell({city: "Paris"}, partner=bea))

        self.assertEqual((company.city, bea.city), ("London", "London"))
        self.assertFalse(self.Question._filter_rows(self.rows(), bea))

    def test_companies_are_not_asked_for_a_birth_date(self):
        self.ask("lifecycle_birth_date")
        firm = self.make_partner("Tea Ltd", is_company=True)

        self.assertFalse(self.Question._filter_rows(self.rows(), firm))

    def test_address_is_no_name(self):
        bea = self.make_partner("bea@example.com", email="bea@example.com")
        question = self.ask("name")
        self.assertEqual(self.known(question, bea), "")

        self.tell({question: "Bea Ruiz"}, bea, only_empty=True)

        self.assertEqual(bea.name, "Bea Ruiz")

    def test_own_words_are_asked_of_who_describes_itself(self):
        self.ask("lifecycle_gender_text")
        self.assertFalse(self.Question._filter_rows(self.rows(), self.ana))

        self.ana.lifecycle_gender = "self_described"

        self.assertTrue(self.Question._filter_rows(self.rows(), self.ana))

    def test_bad_answers_are_refused_with_a_reason(self):
        for field, text, code in (
            ("name", " ", "required"),
            ("city", "x" * 121, "too_long"),
            ("lifecycle_birth_date", "2026-02-30", "bad_date"),
            ("lifecycle_birth_date", "1899-12-31", "bad_date"),
            ("lifecycle_birth_date", "9999-01-01", "bad_date"),
            ("lifecycle_birth_year", "90", "bad_year"),
            ("lifecycle_birth_year", "٢٠٠٠", "bad_year"),
            ("lifecycle_gender", "pirate", "bad_choice"),
            ("country_id", "XX", "bad_choice"),
        ):
            question = self.ask(field)
            with self.subTest(field=field, text=text):
                self.assertEqual(
                    self.Question._parse(self.row(question), text), (None, code)
                )
                self.assertFalse(self.tell({question: text}))

    def test_form_is_read_with_its_boxes(self):
        tea = self.env["lifecycle.interest"].create({"name": "Green tea"})
        several, city = self.ask("lifecycle_interest_ids"), self.ask("city")
        rows = self.rows()

        answers, errors, typed = self.Question._read_form(
            rows,
            {
                f"q{several.id}_{tea.id}": "1",
                f"q{several.id}_99999": "1",
                f"q{city.id}": "x" * 500,
            },
        )

        self.assertEqual(answers, {several.id: str(tea.id)})
        self.assertEqual(errors, {f"q{city.id}": "too_long"})
        self.assertEqual(typed[f"q{city.id}"], "x" * 500)

    def test_facts_are_masked_and_the_sensitive_ones_hidden(self):
        city, gender = self.ask("city"), self.ask("lifecycle_gender")
        self.ana.write({"city": "Madrid", "lifecycle_gender": "female"})

        shown = [
            self.Question._mask(self.row(question), self.known(question))
            for question in (city, gender)
        ]

        self.assertEqual(shown, ["M•••", "•••"])

    def test_fields_that_are_not_listed_cannot_be_asked(self):
        for field in ("user_id", "property:none", "comment", "vat"):
            with self.subTest(field=field), self.assertRaises(ValidationError):
                self.ask(field)

    def test_questions_of_another_company_are_neither_asked_nor_seen(self):
        other = self.make_company("Other")
        own = self.ask("city")
        foreign = self.ask("city", company_id=other.id)
        user = self.make_user("reader", "contact_lifecycle.group_lifecycle_reader")

        self.assertEqual([row["id"] for row in self.rows()], [own.id])
        seen = self.Question.with_user(user).search([])
        self.assertIn(own, seen)
        self.assertNotIn(foreign, seen)

    def test_only_managers_change_questions(self):
        question = self.ask("city")
        user = self.make_user("marketer", "contact_lifecycle.group_lifecycle_user")
        manager = self.make_user("boss", "contact_lifecycle.group_lifecycle_manager")

        question.with_user(manager).name = "Where do you live?"
        with self.assertRaises(AccessError):
            question.with_user(user).name = "Where?"
        self.assertEqual(self.row(question)["label"], "Where do you live?")

    def test_everybody_is_asked_what_comes_with_the_addon(self):
        questions = self.Question.with_context(active_test=False).search([])
        fields = ("name", "city", "country_id", "function", "lifecycle_interest_ids")
        born = ("lifecycle_birth_date", "lifecycle_birth_year", "lifecycle_gender")

        self.assertLessEqual({*fields, *born}, set(questions.mapped("field_name")))
