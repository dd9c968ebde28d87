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
    ("api", "Other System"),
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
