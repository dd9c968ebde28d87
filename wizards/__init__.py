from . import lifecycle_stage_move
from . import lifecycle_stage_preview
