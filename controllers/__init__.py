from . import export
from . import mail_tracking
from . import one_click
from . import preference_centre
from . import mass_mailing
from . import link_request
