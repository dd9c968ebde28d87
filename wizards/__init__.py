from . import lifecycle_satisfaction_entry
from . import lifecycle_stage_move
from . import lifecycle_stage_preview
