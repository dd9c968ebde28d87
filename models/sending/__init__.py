"""Who may be sent what now, and why not: one gate for every message that leaves.

Owns the gate with its rules, what a mailing says of itself to the gate (purpose,
topics, importance), and the places where Odoo asks it: when a mailing is composed,
and again when a queued message leaves.
"""

from . import (
    lifecycle_gate,
    lifecycle_gate_rules,
    mailing_mailing,
    mailing_trace,
    mail_compose_message,
    mail_mail,
    mail_render_mixin,
    sms_composer,
    sms_sms,
)
