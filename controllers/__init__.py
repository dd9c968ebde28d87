from . import export
from . import mail_tracking
