"""What salespeople heard on the phone, and why answers were low."""

from datetime import timedelta

from .catalogue import COMPLAINTS

NOTED = 45
_LATE, _SCRATCHED, _DEAR, _NOTHING, _WRONG = COMPLAINTS
# Why, by what was said; without a word, somebody asked.
REASONS = {
    _LATE: ["delivery"],
    _SCRATCHED: ["packaging", "reply"],
    _DEAR: ["price"],
    _WRONG: ["complaint"],
}
GUESSES = ["price", "delivery", "missing", "service", "range", "website"]
HEARD = {
    "promoter": ["Wants to show us to a friend.", "Thanked us twice.", ""],
    "passive": ["All right, but compares prices.", "Nothing to complain about.", ""],
    "detractor": ["Waited for the bomba rice for a month.", "Felt forgotten.", ""],
}


def note_satisfaction(story):
    """Let salespeople note what customers said, some weeks after an order."""
    if "lifecycle.satisfaction" not in story.env:
        return
    rng = story.dice("noted")
    ready = [
        order
        for order in story.orders
        if order.state == "sale" and order.date < story.now - timedelta(days=25)
    ]
    rows = [_note(story, rng, order) for order in rng.sample(ready, NOTED)]
    story.insert("lifecycle.satisfaction", rows)


def _note(story, rng, order):
    grade = rng.choices(range(3, 11), [2, 2, 2, 4, 6, 9, 8, 6])[0]
    band = "promoter" if grade > 8 else "passive" if grade > 6 else "detractor"
    moment = story.moment(rng, order.date + timedelta(days=rng.randrange(14, 25)))
    return {
        "partner_id": order.partner_id,
        "answer_date": moment,
        "source": "manual",
        "raw_value": grade,
        "scale_worst": 0,
        "scale_best": 10,
        "value": 10 * grade,
        "band": band,
        "net_score": {"promoter": 100, "passive": 0, "detractor": -100}[band],
        "comment": rng.choice(HEARD[band]),
        "user_id": rng.choice(story.sellers).id,
        "company_id": story.env.company.id,
        "entry_date": moment,
        "is_last": False,
    }


def give_reasons(story):
    """Sort the low answers by why, as somebody in the shop would."""
    if "lifecycle.satisfaction" not in story.env:
        return
    rng = story.dice("reasons")
    reasons = {
        code: story.env.ref(f"contact_lifecycle.lifecycle_satisfaction_reason_{code}")
        for code in {*GUESSES, *(code for codes in REASONS.values() for code in codes)}
    }
    low = story.env["lifecycle.satisfaction"].search(
        [("band", "=", "detractor")], order="answer_date, id"
    )
    pairs = [
        (answer.id, reasons[code].id)
        for answer in low
        if rng.random() < 0.8
        for code in REASONS.get(answer.comment, [rng.choice(GUESSES)])
    ]
    story.link("lifecycle.satisfaction", "reason_ids", pairs)
    story.env.invalidate_all()
