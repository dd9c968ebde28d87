from datetime import timedelta

from odoo.fields import Command

from .common import LifecycleCase


class SatisfactionCase(LifecycleCase):
    """Ratings, survey answers and entries, and what became of them."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.Answer = cls.env["lifecycle.satisfaction"]
        cls.survey = cls.env["survey.survey"].create({"title": "How are we doing?"})
        cls.recommend = cls.make_question("How likely …?", lifecycle_metric="nps")
        cls.price = cls.env.ref("contact_lifecycle.lifecycle_satisfaction_reason_price")
        cls.ana = cls.make_partner("Ana", email="ana@example.com")

    @classmethod
    def make_question(cls, title, **values):
        return cls.env["survey.question"].create(
            {
                "survey_id": cls.survey.id,
                "title": title,
                "question_type": "scale",
                "scale_min": 0,
                "scale_max": 10,
                **values,
            }
        )

    def make_rating(self, partner, rating, days=1, about=None, **values):
        about = about or partner
        found = self.env["rating.rating"].create(
            {
                "res_model_id": self.env["ir.model"]._get_id(about._name),
                "res_id": about.id,
                "partner_id": partner.id,
                "rating": rating,
                "consumed": True,
                **values,
            }
        )
        self.set_columns(found, rated_on=self.now - timedelta(days=days))
        return found

    def answer_survey(self, partner, answers, days=1, **values):
        """Finish the survey: ``answers`` is {question: grade or text}."""
        date = self.now - timedelta(days=days)
        return self.env["survey.user_input"].create(
            {
                "survey_id": self.survey.id,
                "partner_id": partner.id,
                "state": "done",
                "end_datetime": date,
                "user_input_line_ids": [
                    Command.create(self._get_line(question, answer))
                    for question, answer in answers.items()
                ],
                **values,
            }
        )

    def _get_line(self, question, answer):
        line = {"question_id": question.id}
        if answer is None:
            return {**line, "skipped": True}
        kind = question.question_type
        return {**line, "answer_type": kind, f"value_{kind}": answer}

    def rate(self, partner, grade, days=1, user=None, **values):
        """Enter an answer by hand."""
        user = user or self.env.user
        return self.Answer.with_user(user).create(
            {
                "partner_id": partner.id,
                "raw_value": grade,
                "answer_date": self.now - timedelta(days=days),
                **values,
            }
        )

    def bring_up(self):
        """Harvest all sources and refresh the contacts that changed."""
        self.harvest()
        self.refresh()

    def answers(self, partner):
        """Return the contact's answers, oldest first."""
        return self.Answer.search([("partner_id", "=", partner.id)]).sorted(
            lambda answer: (answer.answer_date, answer.id)
        )

    def shown(self, partner):
        """Return the numbers shown on the contact, without dates."""
        return (
            partner.lifecycle_satisfaction,
            partner.lifecycle_satisfaction_band,
            partner.lifecycle_satisfaction_trend,
            partner.lifecycle_satisfaction_count,
        )
