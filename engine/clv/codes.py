"""Every code this package returns, in the order shown, with its English label."""

MODEL_KINDS = [
    ("bg_nbd", "BG/NBD"),
    ("mbg_nbd", "MBG/NBD"),
]

FIT_STATUSES = [
    ("ok", "Fitted"),
    ("low_confidence", "Fitted, on few repeat customers"),
    ("insufficient_data", "Too few customers"),
    ("no_repeats", "Nobody ordered twice"),
    ("not_converged", "No stable fit"),
]

SPEND_KINDS = [
    ("gamma_gamma", "Gamma-Gamma"),
    ("credibility", "Credibility mean"),
    ("flat", "Same mean for all"),
]

SPEND_REASONS = [
    ("ok", "Fitted"),
    ("equal_amounts", "All amounts are alike"),
    ("heavy_tail", "A few very large amounts"),
    ("mean_off", "The fitted mean misses the observed one"),
    ("not_converged", "No stable fit"),
    ("no_amounts", "No positive amounts"),
]

RFM_SEGMENTS = [
    ("champions", "Champions"),
    ("loyal", "Loyal"),
    ("potential_loyalist", "Potential loyalists"),
    ("new", "New"),
    ("promising", "Promising"),
    ("need_attention", "Need attention"),
    ("about_to_sleep", "About to sleep"),
    ("at_risk", "At risk"),
    ("cannot_lose", "Cannot lose them"),
    ("hibernating", "Hibernating"),
    ("lost", "Lost"),
]

VALUE_BANDS = [
    ("new", "New"),
    ("active", "Active"),
    ("cooling", "Cooling"),
    ("at_risk", "At risk"),
    ("lapsed", "Lapsed"),
]
