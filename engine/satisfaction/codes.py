"""Every code this package returns or stores, with its English label."""

METRICS = [
    ("nps", "Recommendation (NPS)"),
    ("csat", "Satisfaction (CSAT)"),
    ("ces", "Effort (CES)"),
]

SOURCES = [
    *METRICS,
    ("rating", "Rating of a document"),
    ("manual", "Entered by hand"),
]

BANDS = [
    ("detractor", "Detractor"),
    ("passive", "Passive"),
    ("promoter", "Promoter"),
]

TRENDS = [
    ("up", "Rising"),
    ("flat", "Steady"),
    ("down", "Falling"),
]

# Fewer answers than this say nothing about a group.
LEAST_ANSWERS = 10

# Worst and best answer of the question as it was published.
NPS_SCALE = (0, 10)
STAR_SCALE = (1, 5)
