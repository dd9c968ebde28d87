"""What a contact is described by when its chance to convert is judged."""

# What is predicted, and whose contacts are therefore left out beforehand.
PURCHASES = ("order_confirmed", "pos_order", "invoice_posted", "lead_won")
# What a contact is described by.  Nothing that a purchase writes, and nothing that is
# only found afterwards where there was no purchase: a quotation that was confirmed
# and a cart that was bought are no longer among those sent and left.
TYPES = {
    "message": ("mail_sent", "sms_sent"),
    "click": ("mail_clicked", "sms_clicked"),
    "reply": ("mail_replied", "email_received"),
    "meeting": ("meeting_held", "call_done"),
    "lead": ("lead_created",),
    "lost": ("lead_lost",),
    "form": ("survey_finished", "list_joined"),
    "left": ("list_left", "mail_bounced", "sms_bounced"),
}
_COUNTS = (1, 2, 4)
_DAYS = (8, 31, 91, 366)
# feature: (SQL of a number, borders of its bins).  ``e`` is a touchpoint before the
# snapshot, ``e.kind`` its key in TYPES and ``e.age`` its age in days.
FEATURES = {
    "clicks": ("count(*) FILTER (WHERE e.kind = 'click' AND e.age <= 90)", _COUNTS),
    "replies": ("count(*) FILTER (WHERE e.kind = 'reply' AND e.age <= 180)", (1, 2)),
    "meetings": (
        "count(*) FILTER (WHERE e.kind = 'meeting' AND e.age <= 180)",
        (1, 2),
    ),
    "leads": (
        "GREATEST(0, sum(CASE e.kind WHEN 'lead' THEN 1 WHEN 'lost' THEN -1 END))",
        (1, 2),
    ),
    "forms": ("count(*) FILTER (WHERE e.kind = 'form' AND e.age <= 180)", (1, 2)),
    "left": ("count(*) FILTER (WHERE e.kind = 'left' AND e.age <= 365)", (1,)),
    "messages": (
        "count(*) FILTER (WHERE e.kind = 'message' AND e.age <= 90)",
        (1, 4, 13),
    ),
    "last_sign_days": (
        "min(e.age) FILTER (WHERE e.kind NOT IN ('message', 'lost', 'left'))",
        _DAYS,
    ),
    "known_days": ("max(e.age)", _DAYS),
}
