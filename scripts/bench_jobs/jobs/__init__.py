"""The jobs, in the order of the table: one starts from what the one before left."""

from . import install
from . import harvest
from . import profile
from . import value
from . import score
from . import satisfaction
from . import quality
from . import night
from . import stage
from . import segment
from . import contact
from . import public

# From here, so that nobody asks for the jobs before they are there.
from ..registry import chosen
