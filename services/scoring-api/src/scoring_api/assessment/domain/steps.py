"""Which step an assessment is at, what may be written at it, and when it is ready for the council."""

from collections.abc import Iterable
from datetime import datetime

from scoring_api.assessment.domain.acts import LeafStand, self_scored
from scoring_api.assessment.domain.period import Window
from scoring_api.frameworks.domain.framework import Framework

STEPS = ("draft", "submitted", "appraised", "explained", "final_appraised")
"""Of an assessment, in their order («bước của bài đánh giá»)."""
STEP_AFTER = {"appraisal": "appraised", "final_appraisal": "final_appraised"}
"""The step that completing an appraisal in a phase leads to."""


def step_at(status: str, windows: Iterable[Window], unit: str, at: datetime) -> str:
    """The step at an instant: an explanation («giải trình») that nobody used passes when its window closes.

    >>> from datetime import UTC
    >>> opens, closes = datetime(2023, 1, 17, tzinfo=UTC), datetime(2023, 1, 20, tzinfo=UTC)
    >>> windows = [Window("explanation", opens, closes)]
    >>> step_at("appraised", windows, "so-y-te", opens), step_at("appraised", windows, "so-y-te", closes)
    ('appraised', 'explained')
    >>> step_at("appraised", [], "so-y-te", closes)  # the period declares no explanation
    'appraised'
    """
    own = [window for window in windows if window.phase == "explanation" and window.unit in {"", unit}]
    passed = bool(own) and all(window.closes_at <= at for window in own)
    return "explained" if status == "appraised" and passed else status


def appraisal_phase(status: str, windows: Iterable[Window], unit: str, at: datetime) -> str:
    """The phase that an appraisal made now belongs to: the final one («thẩm định lần cuối») comes after
    the explanation, where the period declares them.
    """
    declared = {window.phase for window in windows}
    step = step_at(status, windows, unit, at)
    before = "explained" if "explanation" in declared else "appraised"
    final = "final_appraisal" in declared and STEPS.index(step) >= STEPS.index(before)
    return "final_appraisal" if final else "appraisal"


def open_steps(phase: str) -> tuple[str, ...]:
    """The steps at which leaves are appraised in a phase."""
    return ("submitted",) if phase == "appraisal" else ("appraised", "explained")


def ready_for_council(status: str, windows: Iterable[Window]) -> bool:
    """Whether nothing more comes before the council («đủ điều kiện chuyển Hội đồng»).

    >>> from datetime import UTC
    >>> opens, closes = datetime(2023, 1, 20, tzinfo=UTC), datetime(2023, 1, 22, tzinfo=UTC)
    >>> window = Window("final_appraisal", opens, closes)
    >>> ready_for_council("appraised", []), ready_for_council("appraised", [window])
    (True, False)
    """
    final = any(window.phase == "final_appraisal" for window in windows)
    return STEPS.index(status) >= STEPS.index("final_appraised" if final else "appraised")


def waits(stand: LeafStand) -> str:
    """Why a leaf waits for the secretariat («chờ thẩm định»); empty when it does not.

    `unappraised`: nobody looked at it; `changed`: the claim is newer than the appraisal, after a supplement;
    `explained`: the unit has replied since.
    """
    appraised = stand.appraised.sequence if stand.appraised else None
    if appraised is None:
        return "unappraised"
    if stand.claimed is not None and stand.claimed.sequence > appraised:
        return "changed"
    if stand.explained is not None and stand.explained.sequence > appraised:
        return "explained"
    return ""


def area_of(framework: Framework, leaf: str) -> str:
    """The key of the area a leaf lies in; of its topmost group where no area is above it."""
    parts = leaf.split("/")
    keys = ["/".join(parts[:length]) for length in range(1, len(parts) + 1)]
    return next((key for key in keys if framework.nodes[key].role == "area"), keys[0])


def leaf_areas(framework: Framework) -> dict[str, str]:
    """The leaves that a unit scores itself, in tree order, each with its area."""
    return {leaf.key: area_of(framework, leaf.key) for leaf in framework.leaves if self_scored(leaf)}


def areas_of(framework: Framework) -> list[str]:
    """The areas in which a unit scores itself, in tree order."""
    return list(dict.fromkeys(leaf_areas(framework).values()))
