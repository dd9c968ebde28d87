"""What contacts choose, ask and tell us on pages of their own.

Owns preferences and the preference centre, profile questions, changes of address,
reasons for leaving, and requests about one's own data.
"""

from . import (
    lifecycle_preference,
    lifecycle_preference_page,
    lifecycle_preference_save,
    lifecycle_preference_history,
    lifecycle_leaving,
    lifecycle_leaving_report,
    lifecycle_data_request,
    lifecycle_data_request_ask,
    lifecycle_data_export,
    lifecycle_question,
    lifecycle_question_form,
    lifecycle_question_write,
    lifecycle_preference_profile,
    lifecycle_email_change,
    lifecycle_email_change_consent,
)
