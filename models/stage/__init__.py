"""Lifecycle stages: where a contact stands, and every move from one to the next.

A contact moves by one method, whoever asks; stage rules move all contacts in a few
statements.
"""

from . import lifecycle_stage
from . import lifecycle_stage_rule
from . import lifecycle_stage_change
from . import lifecycle_profile
from . import lifecycle_satisfaction
from . import res_partner
from . import res_partner_move
from . import crm_lead
from . import base_partner_merge
