"""Segments: contacts alike in some way, and who was in one from when until when.

A segment's conditions are one JSON value; members are kept as a diff, set by set,
evaluated with the rights of the segment's owner.
"""

from . import lifecycle_segment
from . import lifecycle_segment_compile
from . import lifecycle_segment_condition_profile
from . import lifecycle_segment_condition_behaviour
from . import lifecycle_segment_condition_list
from . import lifecycle_segment_condition_answer
from . import lifecycle_segment_condition_consent
from . import lifecycle_segment_error
from . import lifecycle_segment_preview
from . import lifecycle_segment_words
from . import lifecycle_segment_words_behaviour
from . import lifecycle_segment_words_profile
from . import lifecycle_segment_explain
from . import lifecycle_segment_value
from . import lifecycle_segment_member
from . import lifecycle_segment_override
from . import lifecycle_segment_snapshot
from . import lifecycle_segment_template
from . import lifecycle_segment_queue
from . import lifecycle_segment_analysis
from . import lifecycle_segment_overlap
from . import lifecycle_segment_differences
from . import lifecycle_segment_differences_words
from . import lifecycle_segment_use
from . import lifecycle_segment_member_list
from . import lifecycle_segment_uses
from . import res_partner_membership
from . import mailing_mailing
from . import lifecycle_segment_want
from . import lifecycle_segment_diff
from . import lifecycle_segment_refresh
from . import lifecycle_segment_follow
from . import lifecycle_segment_watch
from . import lifecycle_segment_save
from . import lifecycle_segment_state
from . import lifecycle_segment_hand
from . import lifecycle_segment_cron
from . import lifecycle_profile
from . import lifecycle_touchpoint_source
from . import blacklists
from . import res_partner
from . import base_partner_merge
from . import lifecycle_segment_screen
