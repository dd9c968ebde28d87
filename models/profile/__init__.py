"""The profile: computed facts about a contact, one narrow row each.

Refreshed set by set from touchpoints, only where a fact differs; the contact shows
them as related fields and is itself never rewritten.
"""

from . import lifecycle_profile
from . import lifecycle_interest
from . import lifecycle_touchpoint_source
from . import res_partner
from . import res_partner_person
from . import crm_lead
from . import base_partner_merge
