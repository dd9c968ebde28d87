"""What a contact lets us do, in its own hand, and the proof of it.

Owns purposes, topics, the wording that was shown, consent events (append-only) with
the state that follows from them, preferences, and the signed links of contacts.
"""

from . import (
    lifecycle_purpose,
    lifecycle_topic,
    lifecycle_wording,
    lifecycle_consent_event,
    lifecycle_consent,
    lifecycle_consent_leave,
    lifecycle_consent_record,
    lifecycle_consent_seal,
    lifecycle_consent_sync,
    blacklists,
    mailing_subscription,
    lifecycle_preference,
    lifecycle_preference_page,
    lifecycle_preference_save,
    lifecycle_link_key,
    lifecycle_link,
    lifecycle_link_request,
    lifecycle_touchpoint_source,
    base_partner_merge,
    ir_http,
    lifecycle_consent_check,
    lifecycle_consent_expiry,
    lifecycle_consent_keep,
    res_company,
    res_partner,
)
