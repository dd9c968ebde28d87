"""The score: points for what a contact is and does, and its chance to convert.

Scorecards hold rules; scores are written set by set, only where a shown number
differs, and explained on demand by the same formulas in Python.
"""

from . import lifecycle_scorecard
from . import lifecycle_scorecard_rule
from . import lifecycle_scorecard_threshold
from . import lifecycle_score
from . import lifecycle_score_query
from . import lifecycle_score_refresh
from . import lifecycle_score_guard
from . import lifecycle_score_crossing
from . import lifecycle_score_snapshot
from . import lifecycle_score_explain
from . import lifecycle_conversion_fit
from . import lifecycle_conversion_query
from . import lifecycle_conversion_explain
from . import lifecycle_profile
from . import lifecycle_touchpoint_source
from . import res_partner
from . import base_partner_merge
