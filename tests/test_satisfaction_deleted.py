from odoo.tests import tagged

from .satisfaction_common import SatisfactionCase


@tagged("post_install", "-at_install")
class TestSatisfactionDeleted(SatisfactionCase):
    """What was asked and is deleted counts no more, at the next refresh of the day."""

    def setUp(self):
        super().setUp()
        self.effort = self.make_question("Was it easy?", lifecycle_metric="ces")
        self.answer = self.answer_survey(self.ana, {self.recommend: 10, self.effort: 2})
        self.bring_up()
        self.assertEqual(self.shown(self.ana)[0], 60)

    def test_deleted_question(self):
        self.effort.unlink()
        self.bring_up()

        self.assertEqual(self.answers(self.ana).mapped("source"), ["nps"])
        self.assertEqual(self.shown(self.ana)[0], 100)

    def test_deleted_survey(self):
        self.survey.unlink()
        self.bring_up()

        self.assertFalse(self.answers(self.ana))
        self.assertEqual(self.shown(self.ana), (False, False, False, 0))

    def test_deleted_answer_to_one_question(self):
        lines = self.answer.user_input_line_ids
        lines.filtered(lambda line: line.question_id == self.recommend).unlink()
        self.bring_up()

        self.assertEqual(self.answers(self.ana).mapped("source"), ["ces"])
        self.assertEqual(self.shown(self.ana)[0], 20)

    def test_person_who_deletes_a_question_needs_no_rights_of_ours(self):
        editor = self.make_user("editor", "survey.group_survey_manager")

        self.effort.with_user(editor).unlink()
        self.bring_up()

        self.assertEqual(self.shown(self.ana)[0], 100)
