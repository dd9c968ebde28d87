from . import lifecycle_satisfaction_entry
from . import lifecycle_consent_entry
from . import lifecycle_gate_question
from . import lifecycle_stage_move
from . import lifecycle_stage_preview
from . import lifecycle_segment_add
from . import lifecycle_segment_freeze
from . import lifecycle_segment_paste
