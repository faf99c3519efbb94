"""Explanations («giải trình»): what a unit replies on a leaf to its appraisal; they never count."""

from collections.abc import Collection, Mapping, Sequence
from uuid import UUID

from parindex.kernel.errors import DomainError, Fault
from scoring_api.assessment.domain.acts import Entry, LeafStand, entry_fault, file_faults


def check_explanations(
    entries: Sequence[Entry], found: Mapping[str, LeafStand], files: Collection[UUID]
) -> None:
    """Replies on appraised leaves, each once, in words; files are the unit's own.

    Raises DomainError `explanation_invalid` with every fault.
    """
    faults: list[Fault] = []
    seen: set[str] = set()
    for entry in entries:
        stand = found.get(entry.leaf)
        if stand is None or stand.appraised is None:
            said = "không có điểm thẩm định để giải trình"
            faults.append(entry_fault(entry, "/leaf", "leaf_unappraised", said))
        elif entry.leaf in seen:
            faults.append(entry_fault(entry, "/leaf", "leaf_repeated", "giải trình hai lần"))
        seen.add(entry.leaf)
        if not entry.narrative:
            faults.append(
                entry_fault(entry, "/narrative", "narrative_missing", "phải nêu nội dung giải trình")
            )
        faults += file_faults(entry, files)
    if faults:
        raise DomainError("explanation_invalid", {"count": len(faults)}, tuple(faults))
