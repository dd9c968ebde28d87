"""What customers tell: a satisfaction survey, a quiz, ratings of orders."""

import uuid
from datetime import timedelta

from odoo import Command

from .catalogue import COMPLAINTS, PRAISE
from .personas import PERSONAS, is_hero, is_keen

SATISFIED, CURIOUS, QUIZZED, STARTED = 140, 26, 40, 14
RATINGS = 150

CHOICES = {
    "What do you cook most?": [
        "Rice and paella",
        "Pasta and pizza",
        "Fish",
        "Vegetables",
        "Cakes and bread",
    ],
    "How often do you cook for guests?": [
        "Every week",
        "Once a month",
        "On holidays",
        "Never",
    ],
}
QUIZ = {
    "Which olive gives the most bitter oil?": ["Picual", "Arbequina", "Hojiblanca"],
    "How much oil does a kilo of olives give?": ["200 ml", "700 ml", "20 ml"],
    "Which rice belongs in a paella?": ["Bomba", "Basmati", "Jasmine"],
    "Which wine is made for cava?": ["Macabeo", "Barolo", "Malbec"],
}


def write_answers(story):
    """Surveys with their answers, and ratings."""
    rng = story.dice("surveys")
    buyers = [p for p in story.people if _bought(p)]
    _answer_satisfaction(story, rng, buyers)
    _answer_quiz(story, rng, buyers)
    _write_ratings(story)


def _bought(person):
    return [order for order in person.orders if order.state == "sale"]


def _likes(person):
    return PERSONAS[person.persona].likes


def _answer_satisfaction(story, rng, buyers):
    survey = story.env["survey.survey"].create(
        {
            "title": "How do you like Casa Oliva?",
            "survey_type": "survey",
            "access_mode": "public",
            "user_id": story.marketer.id,
            "question_and_page_ids": [
                Command.create(values) for values in _satisfaction_questions()
            ],
        }
    )
    heroes = [person for person in buyers if is_hero(person)]
    chosen = heroes + _curious(story) + rng.sample(buyers, SATISFIED + STARTED)
    moments = [_moment(story, rng, person) for person in chosen]
    states = ["done"] * (len(chosen) - STARTED) + ["in_progress"] * STARTED
    ids = _write_inputs(story, rng, survey, chosen, moments, states)
    rows, deliveries = [], story.dice("deliveries")
    for person, moment, state, answer_id in zip(
        chosen, moments, states, ids, strict=True
    ):
        if state == "done":
            rows += _satisfaction_lines(rng, survey, person, answer_id, moment)
            if _bought(person):
                rows += _delivery_line(deliveries, survey, person, answer_id, moment)
    story.insert("survey.user_input.line", rows)


def _satisfaction_questions():
    yield {
        "title": "How likely are you to recommend us to a friend?",
        "question_type": "scale",
        "scale_min": 0,
        "scale_max": 10,
        "constr_mandatory": True,
        "lifecycle_metric": "nps",
        "sequence": 1,
    }
    for sequence, (title, values) in enumerate(CHOICES.items(), start=2):
        answers = [Command.create({"value": value}) for value in values]
        yield {
            "title": title,
            "question_type": "simple_choice",
            "suggested_answer_ids": answers,
            "sequence": sequence,
        }
    yield {
        "title": "How satisfied are you with our deliveries?",
        "question_type": "scale",
        "scale_min": 1,
        "scale_max": 5,
        "lifecycle_metric": "csat",
        "sequence": 8,
    }
    yield {
        "title": "What should we do better?",
        "question_type": "text_box",
        "sequence": 9,
    }


def _curious(story):
    """Readers who never bought anything, the keenest first."""
    readers = [p for p in story.people if not p.orders and p.clicks]
    readers.sort(key=lambda person: (-len(person.clicks), person.email))
    return readers[:CURIOUS]


def _moment(story, rng, person):
    orders = _bought(person)
    date = rng.choice(orders).date if orders else rng.choice(person.clicks)
    moment = date + timedelta(days=rng.randrange(4, 15), minutes=rng.randrange(99))
    return min(moment, story.now - timedelta(minutes=rng.randrange(60, 999)))


def _write_inputs(story, rng, survey, people, moments, states):
    rows = []
    for person, moment, state in zip(people, moments, states, strict=True):
        done = state == "done"
        rows.append(
            {
                "survey_id": survey.id,
                "partner_id": person.partner_id,
                "email": person.email,
                "state": state,
                "access_token": str(uuid.UUID(int=rng.getrandbits(128))),
                "start_datetime": moment - timedelta(minutes=rng.randrange(2, 9)),
                "end_datetime": moment if done else False,
                "create_date": moment - timedelta(minutes=9),
                "write_date": moment,
            }
        )
    ids = story.insert("survey.user_input", rows)
    questions = survey.question_ids.ids
    pairs = [(answer, question) for answer in ids for question in questions]
    story.link("survey.user_input", "predefined_question_ids", pairs)
    return ids


def _line(question, answer_id, moment, kind, **values):
    return {
        "user_input_id": answer_id,
        "survey_id": question.survey_id.id,
        "question_id": question.id,
        "question_sequence": question.sequence,
        "answer_type": kind,
        "create_date": moment,
        "write_date": moment,
        **values,
    }


def _satisfaction_lines(rng, survey, person, answer_id, moment):
    recommend, *choices, _delivery, comment = survey.question_ids
    score = round(min(max(rng.gauss(_likes(person) * 2, 1.6), 0), 10))
    yield _line(recommend, answer_id, moment, "scale", value_scale=score)
    for question in choices:
        answer = rng.choice(question.suggested_answer_ids)
        yield _line(
            question, answer_id, moment, "suggestion", suggested_answer_id=answer.id
        )
    text = rng.choice(PRAISE if score > 6 else COMPLAINTS)
    if text:
        yield _line(comment, answer_id, moment, "text_box", value_text_box=text)


def _delivery_line(rng, survey, person, answer_id, moment):
    question = survey.question_ids[-2]
    grade = round(min(max(rng.gauss(_likes(person), 0.9), 1), 5))
    yield _line(question, answer_id, moment, "scale", value_scale=grade)


def _answer_quiz(story, rng, buyers):
    questions = [
        Command.create(
            {
                "title": title,
                "question_type": "simple_choice",
                "sequence": sequence,
                "suggested_answer_ids": [
                    Command.create(
                        {
                            "value": value,
                            "is_correct": place == 0,
                            "answer_score": 0 if place else 10,
                        }
                    )
                    for place, value in enumerate(values)
                ],
            }
        )
        for sequence, (title, values) in enumerate(QUIZ.items(), start=1)
    ]
    survey = story.env["survey.survey"].create(
        {
            "title": "How well do you know your oil?",
            "survey_type": "assessment",
            "scoring_type": "scoring_with_answers_after_page",
            "scoring_success_min": 50,
            "access_mode": "public",
            "user_id": story.marketer.id,
            "question_and_page_ids": questions,
        }
    )
    chosen = rng.sample(buyers, QUIZZED)
    moments = [_moment(story, rng, person) for person in chosen]
    states = ["done"] * QUIZZED
    ids = _write_inputs(story, rng, survey, chosen, moments, states)
    rows, scores = [], {}
    for moment, answer_id in zip(moments, ids, strict=True):
        lines = list(_quiz_lines(rng, survey, answer_id, moment))
        total = sum(line["answer_score"] for line in lines)
        share = 100 * total / (10 * len(lines))
        scores[answer_id] = {
            "scoring_total": total,
            "scoring_percentage": share,
            "scoring_success": share >= 50,
        }
        rows += lines
    story.insert("survey.user_input.line", rows)
    story.update("survey.user_input", scores)


def _quiz_lines(rng, survey, answer_id, moment):
    for question in survey.question_ids:
        answers = question.suggested_answer_ids
        answer = rng.choices(answers, [6, 3, 1])[0]
        yield _line(
            question,
            answer_id,
            moment,
            "suggestion",
            suggested_answer_id=answer.id,
            answer_score=answer.answer_score,
            answer_is_correct=answer.is_correct,
        )


def _write_ratings(story):
    """Ratings of orders, a week or so after them."""
    rng = story.dice("ratings")
    ready = [
        order
        for order in story.orders
        if order.state == "sale" and order.date < story.now - timedelta(days=12)
    ]
    heroes = [order for order in ready if is_keen(order.person)][-3:]
    heroes += [order for order in ready if is_hero(order.person)][:1]
    chosen = dict.fromkeys(heroes + rng.sample(ready, RATINGS))
    model = story.env["ir.model"]._get_id("sale.order")
    rows = [_rating_values(story, rng, order, model) for order in chosen]
    story.insert("rating.rating", rows)


def _rating_values(story, rng, order, model):
    rating = round(min(max(rng.gauss(_likes(order.person), 0.8), 1), 5))
    if rng.random() < 0.04:
        rating = 1
    rating = 5 if is_keen(order.person) else rating
    moment = story.moment(rng, order.date + timedelta(days=rng.randrange(2, 12)))
    is_given = rng.random() < 0.94 or is_keen(order.person)
    texts = {5: "top", 4: "top", 3: "ok"}
    return {
        "res_model_id": model,
        "res_model": "sale.order",
        "res_id": order.order_id,
        "res_name": order.name,
        "partner_id": order.partner_id,
        "rated_partner_id": rng.choice(story.sellers).partner_id.id,
        "rating": rating if is_given else 0,
        "rating_text": texts.get(rating, "ko") if is_given else "none",
        "feedback": rng.choice(PRAISE if rating > 3 else COMPLAINTS),
        "consumed": is_given,
        "rated_on": moment if is_given else False,
        "access_token": f"{rng.getrandbits(128):032x}",
        "create_date": order.date + timedelta(days=1),
        "write_date": moment,
    }
