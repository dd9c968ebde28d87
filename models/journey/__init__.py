"""The journey: one touchpoint for each thing a contact did or received.

Sources are registered queries over Odoo's own documents; the harvest copies what
is new, and other areas read touchpoints and never the documents themselves.
"""

from . import lifecycle_touchpoint_type
from . import lifecycle_touchpoint
from . import lifecycle_touchpoint_timeline
from . import lifecycle_touchpoint_queue
from . import lifecycle_touchpoint_skip
from . import lifecycle_touchpoint_source
from . import lifecycle_touchpoint_window
from . import lifecycle_touchpoint_harvest
from . import lifecycle_touchpoint_query_mailing
from . import lifecycle_touchpoint_query_sale
from . import lifecycle_touchpoint_query_crm
from . import lifecycle_mail_open
from . import link_tracker_click
from . import mailing_trace
from . import ir_cron
from . import source_documents
from . import res_partner
from . import base_partner_merge
