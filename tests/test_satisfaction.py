from datetime import timedelta

from odoo.exceptions import ValidationError
from odoo.tests import Form, tagged
from odoo.tools import mute_logger

from ..engine.satisfaction import scale
from .satisfaction_common import SatisfactionCase


@tagged("post_install", "-at_install")
class TestSatisfaction(SatisfactionCase):
    """Answers of any kind become one number, dated, with its reasons."""

    def test_rating_is_an_answer_with_its_comment_and_document(self):
        order = self.make_order(self.ana)
        self.make_rating(self.ana, 4, about=order, feedback="Came late")

        self.bring_up()

        answer = self.answers(self.ana)
        self.assertEqual((answer.source, answer.raw_value), ("rating", 4))
        self.assertEqual((answer.value, answer.band), (75, "passive"))
        self.assertEqual(answer.comment, "Came late")
        self.assertEqual((answer.res_model, answer.res_id), ("sale.order", order.id))
        self.assertEqual(answer.company_id, order.company_id)
        self.assertEqual(self.shown(self.ana), (75, "passive", False, 1))
        self.assertEqual(
            self.ana.lifecycle_satisfaction_date, self.now - timedelta(days=1)
        )

    def test_survey_answers_of_all_metrics(self):
        satisfied = self.make_question(
            "How satisfied …?", lifecycle_metric="csat", scale_min=1, scale_max=7
        )
        effort = self.make_question(
            "How much effort …?",
            lifecycle_metric="ces",
            scale_min=1,
            scale_max=5,
            lifecycle_is_reversed=True,
        )
        number = self.make_question(
            "From 0 to 100?",
            question_type="numerical_box",
            validation_required=True,
            validation_max_float_value=100,
            lifecycle_metric="csat",
        )
        answers = {self.recommend: 9, satisfied: 5, effort: 2, number: 12.5}

        self.answer_survey(self.ana, answers)
        self.bring_up()

        found = {a.source + a.answer_text: a.value for a in self.answers(self.ana)}
        self.assertEqual(
            found,
            {"nps9 / 10": 90, "csat5 / 7": 67, "ces2 / 5": 75, "csat12.5 / 100": 13},
        )
        # Answers of one moment count together: (90 + 67 + 75 + 13) / 4.
        self.assertEqual(self.shown(self.ana), (61, "detractor", False, 4))

    def test_comment_is_the_next_text_of_the_survey(self):
        self.make_question("Why?", question_type="text_box", sequence=20)
        text = self.survey.question_ids[-1]
        email = self.make_question(
            "Your e-mail?", question_type="char_box", sequence=15, save_as_email=True
        )
        answers = {self.recommend: 3, email: "ana@example.com", text: "Too dear"}

        self.answer_survey(self.ana, answers)
        self.bring_up()

        self.assertEqual(self.answers(self.ana).comment, "Too dear")

    def test_tests_skipped_unfinished_and_unknown_do_not_count(self):
        nobody = self.Partner
        self.answer_survey(self.ana, {self.recommend: 9}, test_entry=True)
        self.answer_survey(self.ana, {self.recommend: 9}, state="in_progress")
        self.answer_survey(self.ana, {self.recommend: None})
        self.answer_survey(nobody, {self.recommend: 9})
        self.answer_survey(nobody, {self.recommend: 9}, email="eva@example.com")
        self.make_rating(self.ana, 0)
        self.make_rating(self.ana, 5, consumed=False)

        self.bring_up()

        self.assertFalse(
            self.Answer.search([("res_id", "in", self.survey.user_input_ids.ids)])
        )
        self.assertEqual(self.shown(self.ana), (False, False, False, 0))
        self.assertFalse(self.ana.lifecycle_satisfaction_date)

    def test_worst_answer_is_0_and_not_unknown(self):
        self.make_rating(self.ana, 1)

        self.bring_up()

        self.assertIs(self.ana.lifecycle_satisfaction, 0)
        self.assertEqual(self.ana.lifecycle_satisfaction_band, "detractor")

    def test_trend_looks_at_the_last_three_moments(self):
        for days, grade in ((50, 10), (40, 9), (30, 4), (20, 6)):
            self.answer_survey(self.ana, {self.recommend: grade}, days=days)
        self.bring_up()
        self.assertEqual(self.shown(self.ana), (60, "detractor", "down", 4))

        self.make_rating(self.ana, 5, days=10)
        self.bring_up()
        self.assertEqual(self.shown(self.ana), (100, "promoter", "up", 5))

    def test_sql_and_engine_agree_on_values_bands_and_trends(self):
        partners = self.Partner.create([{"name": f"C{n}"} for n in range(40)])
        for number, partner in enumerate(partners):
            for step in range(number % 5):
                rating = 1 + (number * 7 + step * step * 3) % 41 / 10
                self.make_rating(partner, min(rating, 5), days=9 - step)

        self.bring_up()

        for partner in partners:
            values = [
                scale.normalise(answer.raw_value, 1, 5)
                for answer in self.answers(partner)
            ]
            self.assertEqual(self.answers(partner).mapped("value"), values)
            last = values[-1] if values else False
            band = scale.band(last) if values else False
            trend = scale.trend(values) or False
            self.assertEqual(self.shown(partner), (last, band, trend, len(values)))

    def test_corrected_rating_follows_and_keeps_its_reasons(self):
        rating = self.make_rating(self.ana, 2)
        self.bring_up()
        self.answers(self.ana).reason_ids = self.price

        rating.write({"rating": 5, "feedback": "My mistake"})
        self.bring_up()

        answer = self.answers(self.ana)
        self.assertEqual((answer.value, answer.band), (100, "promoter"))
        self.assertEqual(
            (answer.comment, answer.reason_ids), ("My mistake", self.price)
        )
        self.assertEqual(self.ana.lifecycle_satisfaction, 100)

    def test_withdrawn_rating_counts_no_more(self):
        for withdraw in ("reset", "unlink"):
            with self.subTest(withdraw):
                rating = self.make_rating(self.ana, 2)
                self.bring_up()
                self.assertEqual(self.ana.lifecycle_satisfaction, 25)

                getattr(rating, withdraw)()
                self.bring_up()

                self.assertFalse(self.answers(self.ana))
                self.assertIs(self.ana.lifecycle_satisfaction, False)

    def test_nothing_deleted_is_no_error(self):
        for model in ("lifecycle.satisfaction", "rating.rating", "survey.user_input"):
            with self.subTest(model):
                self.assertTrue(self.env[model].unlink())
        self.Answer._refresh_partners([])

    def test_deleted_survey_answer_counts_no_more(self):
        answer = self.answer_survey(self.ana, {self.recommend: 2})
        self.bring_up()
        self.assertTrue(self.answers(self.ana))

        answer.unlink()
        self.bring_up()

        self.assertEqual(self.shown(self.ana), (False, False, False, 0))

    def test_rating_given_to_another_contact_takes_its_reasons_along(self):
        eva = self.make_partner("Eva")
        rating = self.make_rating(self.ana, 2)
        self.bring_up()
        answer = self.answers(self.ana)
        answer.reason_ids = self.price

        rating.partner_id = eva
        self.harvest()
        # Contacts may be refreshed in different batches.
        for partner in (self.ana, eva):
            self.Answer._refresh_partners(partner.ids)
        self.env.invalidate_all()

        self.assertEqual(answer.partner_id, eva)
        self.assertEqual(answer.reason_ids, self.price)
        self.assertIs(self.ana.lifecycle_satisfaction, False)
        self.assertEqual(eva.lifecycle_satisfaction, 25)

    def test_corrected_survey_answer_is_found_by_night(self):
        answer = self.answer_survey(self.ana, {self.recommend: 2})
        self.bring_up()

        answer.user_input_line_ids.value_scale = 10
        self.reconcile("satisfaction")
        self.refresh()

        self.assertEqual(self.ana.lifecycle_satisfaction, 100)

    def test_question_that_measures_from_now_on_brings_its_old_answers(self):
        old = self.make_question("How satisfied …?", scale_min=1, scale_max=5)
        self.answer_survey(self.ana, {old: 4}, days=400)
        self.bring_up()
        self.assertFalse(self.answers(self.ana))

        old.lifecycle_metric = "csat"
        self.bring_up()
        self.assertEqual(self.shown(self.ana), (75, "passive", False, 1))

        old.lifecycle_is_reversed = True
        self.bring_up()
        self.assertEqual(self.ana.lifecycle_satisfaction, 25)

        old.lifecycle_metric = False
        self.bring_up()
        self.assertEqual(self.shown(self.ana), (False, False, False, 0))

    def test_questions_without_a_scale_cannot_measure(self):
        for values in (
            {"question_type": "numerical_box", "validation_required": False},
            {"scale_max": 5},
            {"lifecycle_is_reversed": True},
        ):
            with self.subTest(values), self.assertRaises(ValidationError):
                self.make_question("How likely …?", lifecycle_metric="nps", **values)
        self.assertTrue(self.make_question("…?", lifecycle_metric="csat", scale_max=5))

    def test_question_that_becomes_a_text_measures_no_more(self):
        self.recommend.question_type = "text_box"

        self.assertFalse(self.recommend.lifecycle_metric)

    def test_choosing_recommendation_sets_its_scale(self):
        question = self.make_question("How likely …?", scale_min=1, scale_max=5)

        with Form(question) as form:
            form.lifecycle_metric = "nps"

        self.assertEqual((question.scale_min, question.scale_max), (0, 10))

    def test_asked_and_silent_are_told_from_never_asked(self):
        eva, leo = self.make_partner("Eva"), self.make_partner("Leo")
        self.make_rating(self.ana, 0, consumed=False)
        self.answer_survey(eva, {}, state="new", end_datetime=False)

        self.bring_up()

        people = self.ana | eva | leo
        asked = people.filtered("lifecycle_satisfaction_asked_date")
        self.assertEqual(asked, self.ana | eva)
        self.assertFalse(people.filtered("lifecycle_satisfaction_date"))

    def test_journey_shows_the_answer_with_its_scale(self):
        self.answer_survey(self.ana, {self.recommend: 9})
        self.rate(self.ana, 4)
        self.bring_up()

        page = self.Touchpoint.timeline_page(self.ana.id)

        details = {row["type"]: row["detail"] for row in page["rows"]}
        self.assertEqual(details["satisfaction_answered"], "9 / 10")
        self.assertEqual(details["satisfaction_entered"], "4 / 10")
        answered = self.journey(self.ana, "satisfaction_answered")
        action = answered.action_open_document()
        self.assertEqual(action["res_model"], "survey.user_input")

    def test_merged_contacts_have_the_answers_of_both(self):
        twin = self.make_partner("Ana again")
        # Odoo deletes what is said about a contact merged away, but not by it.
        order = self.make_order(twin)
        self.make_rating(self.ana, 5, days=9, about=order)
        self.make_rating(twin, 1, days=3, about=order)
        entry = self.rate(twin, 2, days=1)
        self.bring_up()
        answers = self.answers(self.ana) | self.answers(twin)
        answers.reason_ids = self.price

        wizard = self.env["base.partner.merge.automatic.wizard"]
        with mute_logger("odoo.addons.base.wizard.base_partner_merge"):
            wizard._merge((self.ana | twin).ids, self.ana)
        self.env.invalidate_all()
        self.bring_up()

        self.assertEqual(self.answers(self.ana), answers)
        self.assertEqual(answers.reason_ids, self.price)
        self.assertEqual(self.shown(self.ana), (20, "detractor", "down", 3))
        ratings = answers - entry
        self.assertEqual(ratings.filtered("is_last").value, 0)
