"""Satisfaction: what contacts answered when asked how satisfied they are.

Ratings, survey questions and what a salesperson notes after a call, on one scale of
0 to 100; dated answers with their reasons, and the last one on the profile.
"""

from . import survey_question
from . import lifecycle_satisfaction_reason
from . import lifecycle_satisfaction
from . import lifecycle_satisfaction_query
from . import lifecycle_satisfaction_refresh
from . import lifecycle_satisfaction_report
from . import lifecycle_touchpoint_queue
from . import lifecycle_touchpoint_source
from . import lifecycle_touchpoint
from . import source_documents
from . import lifecycle_profile
from . import res_partner
from . import crm_lead
from . import base_partner_merge
