"""The words that consent is stored in, with their English labels."""

CONSENT_CHANNELS = [
    ("email", "E-mail"),
    ("sms", "SMS"),
]

CONSENT_STATES = [
    ("pending", "Waiting for Confirmation"),
    ("granted", "Granted"),
    ("withdrawn", "Withdrawn"),
    ("expired", "Expired"),
]

# The six of GDPR article 6(1), and the soft opt-in of ePrivacy article 13(2).
LAWFUL_BASES = [
    ("consent", "Consent"),
    ("soft_opt_in", "Own customers (soft opt-in)"),
    ("contract", "Contract"),
    ("legal_obligation", "Legal Obligation"),
    ("vital_interest", "Vital Interest"),
    ("public_task", "Public Task"),
    ("legitimate_interest", "Legitimate Interest"),
]

CONSENT_SOURCES = [
    ("preference_centre", "Preference Centre"),
    ("one_click", "One-Click Unsubscribe"),
    ("unsubscribe_page", "Unsubscribe Page"),
    ("portal", "Customer Portal"),
    ("signup", "Sign-Up Form"),
    ("double_opt_in", "Confirmed by E-mail"),
    ("staff", "Entered by Staff"),
    ("import", "Import"),
    ("blacklist", "Odoo's Blacklist"),
    ("mailing_list", "Mailing List"),
    ("expiry", "Expired"),
    ("undo", "Undone"),
    ("merge", "Contacts Merged"),
    ("address_change", "E-mail Address Changed"),
    ("api", "Other System"),
]

SIGNUP_FORM_STATES = [
    ("draft", "Draft"),
    ("open", "Open"),
    ("closed", "Closed"),
]

SIGNUP_STATES = [
    ("waiting", "Waiting for Confirmation"),
    ("confirmed", "Confirmed"),
    ("expired", "Not Confirmed in Time"),
    ("replaced", "Signed Up Again"),
    ("blocked", "Blocked by a Limit"),
]

SIGNUP_WAYS = [
    ("page", "Own Page"),
    ("frame", "Embedded Page"),
    ("html", "Plain HTML Form"),
]

SIGNUP_LIMITS = [
    ("address", "Too Many for This Address"),
    ("network", "Too Many from One Network"),
]

OPT_IN_KINDS = [
    ("opt_in", "Only who asked for it"),
    ("opt_out", "Everybody who has not left"),
]

FREQUENCIES = [
    ("all", "Everything"),
    ("weekly", "At most once a week"),
    ("fortnightly", "At most once a fortnight"),
    ("monthly", "At most once a month"),
    ("important", "Only what is important"),
]

# Days between two messages; the important ones only are told apart by the mailing.
FREQUENCY_DAYS = {"weekly": 7, "fortnightly": 14, "monthly": 30}

# What may suit whoever has just left better than nothing at all.
LEAVING_OFFERS = [
    ("none", "Nothing"),
    ("frequency", "Less Often"),
    ("topics", "Other Topics"),
    ("pause", "A Break"),
]

LEAVING_OUTCOMES = [
    ("left", "Left"),
    ("undone", "Took It Back"),
    ("kept", "Took an Offer"),
]

DATA_REQUEST_KINDS = [
    ("download", "Download"),
    ("erasure", "Erasure"),
    ("correction", "Correction"),
]

DATA_REQUEST_STATES = [
    ("new", "To Do"),
    ("done", "Done"),
    ("refused", "Refused"),
    ("cancelled", "Taken Back"),
]

EMAIL_CHANGE_STATES = [
    ("waiting", "Waiting for Confirmation"),
    ("done", "Changed"),
    ("replaced", "Asked Again"),
    ("late", "Not Possible Any More"),
]
