"""Value: what a contact has bought, how it ranks, and what it may still bring.

One row per contact and company, computed in SQL from touchpoints; a nightly fit of a
small model says what follows from it, and its card says how far to trust that.
"""

from . import res_company
from . import res_config_settings
from . import lifecycle_rfm_group
from . import ir_http
from . import lifecycle_value
from . import lifecycle_value_basis
from . import lifecycle_value_table
from . import lifecycle_value_purchase
from . import lifecycle_value_receipt
from . import lifecycle_value_promotion
from . import lifecycle_value_category
from . import lifecycle_value_refresh
from . import lifecycle_value_verify
from . import lifecycle_value_write
from . import lifecycle_value_bands
from . import lifecycle_value_hour
from . import lifecycle_value_score
from . import lifecycle_clv_fit
from . import lifecycle_clv_fit_advice
from . import lifecycle_clv_fit_run
from . import lifecycle_clv_backtest
from . import lifecycle_value_migration
from . import lifecycle_value_report
from . import lifecycle_value_export
from . import lifecycle_profile
from . import res_partner
from . import res_partner_company
from . import res_partner_sort
from . import base_partner_merge
