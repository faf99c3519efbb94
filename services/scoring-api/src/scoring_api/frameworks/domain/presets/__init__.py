"""The scoring patterns P1 to P18 of the decrees by name, over measure × scale and the node's attributes.

The patterns stand in the ministry's sets (QĐ 1294, 4361, 2948, 1150/QĐ-BNV, QĐ 766/QĐ-TTg) and the provinces'
built on them. No new behaviour lives here; where a source does not give a pattern's figures, it is said.
"""

from scoring_api.frameworks.domain.presets.node_presets import (
    bonus_group,
    composite,
    leader_score,
    monitored,
    penalty_group,
)
from scoring_api.frameworks.domain.presets.ratio_presets import (
    ratio_capped,
    ratio_complement,
    ratio_linear,
    ratio_product,
    ratio_steps,
)
from scoring_api.frameworks.domain.presets.survey_presets import (
    external_index,
    external_index_steps,
    satisfaction,
    satisfaction_steps,
    survey_options,
)
from scoring_api.frameworks.domain.presets.value_presets import (
    all_or_nothing,
    chosen_level,
    count_capped,
    deduction,
    growth_steps,
    guarded_formula,
    punctual_reports,
    self_accuracy,
)

__all__ = [
    "all_or_nothing",
    "bonus_group",
    "chosen_level",
    "composite",
    "count_capped",
    "deduction",
    "external_index",
    "external_index_steps",
    "growth_steps",
    "guarded_formula",
    "leader_score",
    "monitored",
    "penalty_group",
    "punctual_reports",
    "ratio_capped",
    "ratio_complement",
    "ratio_linear",
    "ratio_product",
    "ratio_steps",
    "satisfaction",
    "satisfaction_steps",
    "self_accuracy",
    "survey_options",
]
