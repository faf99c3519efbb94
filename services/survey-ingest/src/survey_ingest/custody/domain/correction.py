"""Who may decide a correction, and the counts of a bag after it."""

from collections.abc import Mapping
from typing import Any

from parindex.kernel.errors import DomainError
from survey_ingest.campaigns.domain.campaign import CampaignState

COUNTS = ("returned", "spoiled", "missing")
CORRECTABLE = (CampaignState.OPEN, CampaignState.SEALED, CampaignState.HANDED_OVER, CampaignState.CLOSED)
"""A final period keeps the tally it was computed from; a later revision waits there for its next edition."""


def require_other_person(asked_by: str, asked_role: str, by: str, role: str) -> None:
    """A correction needs two: the office and the department («hai người, hai bên»).

    Raises DomainError `correction_own` where the same account or the same role would decide.

    >>> require_other_person("giam-sat-01", "entry_supervisor", "phu-trach-01", "survey_manager")
    """
    if asked_by == by or asked_role == role:
        raise DomainError("correction_own", {"role": role})


def restated(facts: Mapping[str, Any], counts: Mapping[str, int], added: int = 0) -> dict[str, int]:
    """What the bag is said to hold after the correction: the numbers named anew, the others as sealed.

    Ballots found after the seal came back after all: they were among the missing unless said otherwise.

    >>> restated({"returned": 8, "spoiled": 1, "missing": 1}, {"spoiled": 2, "missing": 0})
    {'returned': 8, 'spoiled': 2, 'missing': 0}
    >>> restated({"returned": 8, "spoiled": 0, "missing": 1}, {}, added=2)
    {'returned': 10, 'spoiled': 0, 'missing': 0}
    """
    sealed = {name: int(facts[name]) for name in COUNTS}
    sealed["returned"] += added
    sealed["missing"] = max(0, sealed["missing"] - added)
    return {name: int(counts.get(name, sealed[name])) for name in COUNTS}


def carried_explanations(facts: Mapping[str, Any], given: Mapping[str, str]) -> dict[str, str]:
    """The reasons that stood at the last seal, and those given anew.

    >>> carried_explanations({"differences": [{"code": "keyed_differs", "reason": "cũ"}]}, {})
    {'keyed_differs': 'cũ'}
    """
    known = {str(item["code"]): str(item["reason"]) for item in facts.get("differences", ())}
    return {**known, **given}
