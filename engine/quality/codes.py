"""Every code this package returns or stores, with its English label."""

EMAIL_STATES = [
    ("missing", "No address"),
    ("invalid", "Not an address"),
    ("bounced", "Bounced"),
    ("doubtful", "Doubtful"),
    ("valid", "Valid"),
]

PHONE_STATES = [
    ("missing", "No number"),
    ("invalid", "Not a number"),
    ("valid", "Valid"),
]

QUALITY_BANDS = [
    ("good", "Good"),
    ("fair", "Fair"),
    ("poor", "Poor"),
]

APPLIES_TO = [
    ("both", "Persons and companies"),
    ("person", "Persons"),
    ("company", "Companies"),
]

VERIFICATION_SOURCES = [
    ("manual", "Confirmed by hand"),
    ("edit", "Edited by hand"),
    ("contact", "The contact itself"),
    ("order", "Order"),
    ("call", "Call"),
    ("import", "Import"),
    ("api", "Other system"),
]
