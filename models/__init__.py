from . import journey
from . import profile
from . import value
from . import score
from . import rating
from . import quality
from . import stage
from . import segment
