from . import lifecycle_consent_entry
from . import lifecycle_gate_question
from . import lifecycle_stage_move
from . import lifecycle_stage_preview
