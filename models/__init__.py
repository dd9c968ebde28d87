from . import journey
from . import profile
from . import stage
