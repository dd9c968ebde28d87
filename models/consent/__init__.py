"""What a contact lets us do, in its own hand, and the proof of it.

Owns purposes, topics, the wording that was shown, consent events (append-only) with
the state that follows from them, and the signed links of contacts.
"""

from . import (
    lifecycle_cached,
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
    lifecycle_link_key,
    lifecycle_link,
    lifecycle_link_request,
    lifecycle_touchpoint_source,
    base_partner_merge,
    ir_http,
    lifecycle_consent_check,
    lifecycle_consent_import,
    lifecycle_consent_import_run,
    lifecycle_consent_import_column,
    lifecycle_consent_import_row,
    lifecycle_consent_import_check,
    lifecycle_consent_import_record,
    lifecycle_consent_expiry,
    lifecycle_consent_renewal,
    lifecycle_consent_proof,
    lifecycle_consent_keep,
    res_company,
    res_company_renewal,
    res_config_settings,
    res_partner,
)
