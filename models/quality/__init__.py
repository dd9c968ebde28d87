"""Data quality: what a company wants to know of a contact, and how good it is.

Wanted fields and their groups are configured; quality is written set by set into the
profile, and who verified which group of fields when is kept as history.
"""

from . import lifecycle_field_group
from . import lifecycle_wanted_field
from . import lifecycle_wanted_field_count
from . import lifecycle_verification
from . import lifecycle_quality_queue
from . import lifecycle_quality_run
from . import lifecycle_quality_state
from . import lifecycle_quality_query
from . import lifecycle_profile
from . import lifecycle_quality_explain
from . import res_partner
from . import res_partner_verify
from . import base_partner_merge
