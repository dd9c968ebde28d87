"""Every word that a selection field stores, spelt once, with its English label."""

CHANNELS = [
    ("email", "E-mail"),
    ("sms", "SMS"),
    ("phone", "Phone"),
    ("meeting", "Meeting"),
    ("web", "Website"),
    ("sale", "Sales"),
    ("point_of_sale", "Point of sale"),
    ("crm", "CRM"),
    ("survey", "Survey and rating"),
]

DIRECTIONS = [
    ("in", "From the contact"),
    ("out", "To the contact"),
]

DEVICES = [
    ("desktop", "Computer"),
    ("mobile", "Phone"),
    ("tablet", "Tablet"),
    ("other", "Other"),
]

AUTOMATED_REASONS = [
    ("agent", "Known scanner or prefetcher"),
    ("head", "Asked for the headers only"),
    ("speed", "Within seconds of delivery"),
    ("burst", "Several links at once"),
]

SOURCE_STATES = [
    ("new", "Not run yet"),
    ("ok", "Up to date"),
    ("error", "Failed"),
    ("unavailable", "App not installed"),
]

SKIP_REASONS = [
    ("contact_gone", "The contact no longer exists"),
    ("future_date", "Dated in the future"),
]

STAGE_CAUSES = [
    ("manual", "By hand"),
    ("rule", "Stage rule"),
    ("import", "Import"),
    ("merge", "Merge of contacts"),
    ("program", "Program"),
    ("api", "Other system"),
]

CONTACT_KINDS = [
    ("customer", "Customer"),
    ("prospect", "Prospect"),
    ("supplier", "Supplier"),
    ("partner", "Partner"),
    ("competitor", "Competitor"),
    ("employee", "Employee"),
    ("other", "Other"),
]

GENDERS = [
    ("female", "Female"),
    ("male", "Male"),
    ("non_binary", "Non-binary"),
    ("self_described", "Self-described"),
    ("undisclosed", "Prefers not to say"),
]
