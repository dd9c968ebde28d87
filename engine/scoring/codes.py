"""Every code this package returns or stores, with its English label."""

RULE_KINDS = [
    ("fit", "Who the contact is"),
    ("engagement", "What the contact did"),
    ("silence", "Messages left unanswered"),
]

REPEATS = [
    ("once", "Once"),
    ("each", "Each time"),
]

SCORE_BANDS = [(letter + digit, letter + digit) for letter in "ABC" for digit in "123"]

CROSSINGS = [
    ("up", "Rose above"),
    ("down", "Fell below"),
]

CONVERSION_STATUSES = [
    ("ok", "Reliable"),
    ("low", "Low confidence"),
    ("no_skill", "No better than the average"),
    ("insufficient", "Too few cases"),
]

EVALUATIONS = [
    ("later", "On the latest period, not used for fitting"),
    ("folds", "On contacts not used for fitting"),
]
