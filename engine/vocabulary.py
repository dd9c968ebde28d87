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

VALUE_SOURCES = [
    ("orders", "Confirmed sales orders"),
    ("invoices", "Posted invoices"),
    ("both_pos", "Orders, point of sale, and invoices of neither"),
]

RFM_METHODS = [
    ("rank", "Fifths of all customers"),
    ("fixed", "Fixed limits"),
]

RFM_GRIDS = [
    ("rf", "Recency and frequency (25 cells, ten names)"),
    ("rfm", "Recency, frequency and money (125 cells, eleven names)"),
]

PROMOTION_BANDS = [
    ("full_price", "Full price"),
    ("mixed", "Mixed"),
    ("promotion_only", "Promotion only"),
]

# How likely a customer does not buy again; codes are those of the activity it means.
CHURN_BANDS = [
    ("active", "Low"),
    ("cooling", "Moderate"),
    ("at_risk", "High"),
    ("lapsed", "Very high"),
]

VALUE_TIERS = [
    ("top", "Top"),
    ("high", "High"),
    ("medium", "Middle"),
    ("low", "Low"),
]

SEGMENT_KINDS = [
    ("dynamic", "By Conditions"),
    ("static", "By Hand"),
]

SEGMENT_STATES = [
    ("new", "Waiting for the First Refresh"),
    ("ok", "Up to Date"),
    ("error", "Failed"),
    ("held", "Held"),
]

MEMBER_CAUSES = [
    ("first", "First fill"),
    ("refresh", "Conditions"),
    ("changed", "Conditions changed"),
    ("override", "Manual change"),
    ("expiry", "End of a manual change"),
    ("hand", "By hand"),
    ("import", "Pasted list"),
    ("freeze", "Frozen from another segment"),
    ("archived", "Contact archived"),
    ("merge", "Merge of contacts"),
]

OVERRIDE_KINDS = [
    ("include", "Always In"),
    ("exclude", "Never In"),
]

PASTE_STATUSES = [
    ("found", "Found"),
    ("member", "In the Segment Already"),
    ("ambiguous", "Several Contacts"),
    ("missing", "Not Found"),
]

SEGMENT_TEMPLATE_CATEGORIES = [
    ("value", "Value"),
    ("engagement", "Engagement"),
    ("journey", "Journey"),
    ("profile", "Who They Are"),
    ("quality", "Missing Data"),
]
