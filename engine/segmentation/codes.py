"""Every code of a segment's definition, with its English label."""

OPERATORS = [
    (">=", "at least"),
    ("<=", "at most"),
    ("=", "exactly"),
]

WINDOWS = [
    ("ever", "Ever"),
    ("last", "In the last days"),
    ("between", "Between two dates"),
    ("before", "Before a date"),
    ("after", "On or after a date"),
]

ANSWER_STATES = [
    ("answered", "Answered"),
    ("not_answered", "Has not answered"),
    ("silent", "Was asked and has not answered"),
]

SUBSCRIPTION_STATES = [
    ("subscribed", "Subscribed"),
    ("opted_out", "Unsubscribed"),
    ("never", "Never on the list"),
    ("listed", "Is or was on the list"),
    ("blacklisted", "Blacklisted"),
]

SUBSCRIPTION_CHANNELS = [
    ("email", "E-mail"),
    ("sms", "SMS"),
]

# "wanted" is what the sending side obeys: silence counts as each topic says.
CONSENT_CONDITIONS = [
    ("wanted", "Want to Read It"),
    ("granted", "Said Yes"),
    ("withdrawn", "Said No"),
    ("pending", "Have Not Confirmed"),
    ("expired", "Consent Has Expired"),
]

VERSION = 1
MOST_CONDITIONS = 1_000
MANY_CONDITIONS = 100


def words(selection):
    """Return the codes of a selection."""
    return tuple(code for code, _label in selection)
