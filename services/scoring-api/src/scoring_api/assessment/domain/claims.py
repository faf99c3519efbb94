"""Self-assessment («tự chấm»): which claims are taken as they come, and what is open until submission."""

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any
from uuid import UUID

from parindex.kernel.canonical import decimal_text
from parindex.kernel.errors import DomainError, Fault
from scoring_api.assessment.domain.acts import Act, Entry, entry_fault, file_faults, self_scored
from scoring_api.frameworks.domain.framework import Framework, Leaf
from scoring_api.frameworks.domain.rules import Deduct, Rule
from scoring_api.frameworks.domain.values import check_value

UNFINISHED = "value_missing"
"""The code of a figure that is not there yet: taken while the assessment is filled in, not at submission."""


def check_claims(framework: Framework, entries: Sequence[Entry], files: frozenset[UUID]) -> None:
    """Claims as they are saved: known self-scored leaves, figures their rules can take, files that exist.

    What is missing does not matter yet. Raises DomainError `assessment_invalid` with every fault.
    """
    faults: list[Fault] = []
    leaves = {leaf.key: leaf for leaf in framework.leaves}
    seen: set[str] = set()
    for entry in entries:
        leaf = leaves.get(entry.leaf)
        if leaf is None:
            said = "không có tiêu chí này trong bộ tiêu chí"
            faults.append(entry_fault(entry, "/leaf", "leaf_unknown", said))
            continue
        if entry.leaf in seen:
            faults.append(entry_fault(entry, "/leaf", "leaf_repeated", "tiêu chí khai hai lần"))
        seen.add(entry.leaf)
        faults += _claim_faults(leaf, entry, files)
    if faults:
        raise DomainError("assessment_invalid", {"count": len(faults)}, tuple(faults))


def _claim_faults(leaf: Leaf, entry: Entry, files: frozenset[UUID]) -> list[Fault]:
    if not self_scored(leaf):
        return [entry_fault(entry, "/leaf", "leaf_not_self_scored", "tiêu chí này đơn vị không tự chấm")]
    faults = [
        entry_fault(entry, f"/value{fault.pointer}", fault.code, fault.detail)
        for fault in (check_value(leaf.rule, leaf.max_points, entry.value) if entry.value else ())
        if fault.code != UNFINISHED
    ]
    return [*faults, *file_faults(entry, files)]


def is_blank(claim: Act) -> bool:
    """Whether a claim says nothing any more: the unit has taken back what it had filled in."""
    return not (claim.value or claim.narrative or claim.evidence or claim.shortfall)


def open_points(leaf: Leaf, claim: Act | None) -> tuple[Fault, ...]:
    """What a self-scored leaf still needs before submission («nội dung còn thiếu»).

    Every figure, and a document or words that explain («tài liệu kiểm chứng hoặc giải trình»): Hải Dương
    2022 takes points off where evidence is missing, thin or unclear.
    """
    where = f"/{leaf.key}"
    if claim is None or is_blank(claim):
        return (Fault(where, "claim_missing", f"chưa tự chấm: {leaf.code} {leaf.name}"),)
    if claim.value:
        found = [
            Fault(f"{where}/value{fault.pointer}", fault.code, f"{leaf.code}: {fault.detail}")
            for fault in check_value(leaf.rule, leaf.max_points, claim.value)
        ]
    else:
        found = [Fault(f"{where}/value", UNFINISHED, f"{leaf.code}: chưa nhập giá trị")]
    if not claim.evidence and not claim.narrative:
        said = f"{leaf.code}: cần tài liệu kiểm chứng hoặc văn bản giải trình"
        found.append(Fault(where, "evidence_missing", said))
    return tuple(found)


def all_open(framework: Framework, claims: Mapping[str, Act]) -> dict[str, tuple[Fault, ...]]:
    """The open points of every self-scored leaf that has any, in tree order."""
    found = {
        leaf.key: open_points(leaf, claims.get(leaf.key)) for leaf in framework.leaves if self_scored(leaf)
    }
    return {key: faults for key, faults in found.items() if faults}


def check_complete(framework: Framework, claims: Mapping[str, Act]) -> None:
    """Nothing is open any more. Raises DomainError `assessment_incomplete` with every open point."""
    open_leaves = all_open(framework, claims)
    if open_leaves:
        faults = tuple(fault for faults in open_leaves.values() for fault in faults)
        raise DomainError("assessment_incomplete", {"count": len(open_leaves)}, faults)


def claims_of(acts: Iterable[Act]) -> dict[str, Act]:
    """The claims of one unit as they stand, by leaf: the latest of each, without those taken back."""
    latest = {act.leaf: act for act in acts if act.stage == "self"}
    return {leaf: claim for leaf, claim in latest.items() if not is_blank(claim)}


def shortfall_size(rule: Rule, value: Mapping[str, Any]) -> Decimal | None:
    """How many a checked value leaves short («số đơn vị, thủ tục chưa đạt»); None where a rule does not say.

    Sóc Trăng 2017 names them: «03/11 huyện: Mỹ Xuyên, TP. Sóc Trăng, Trần Đề».

    >>> from scoring_api.frameworks.domain.presets import ratio_linear
    >>> shortfall_size(ratio_linear(), {"numerator": "8", "denominator": "11"})
    Decimal('3')
    """
    kind = rule.measure.kind
    if kind == "ratio":
        return max(Decimal(0), Decimal(value["denominator"]) - Decimal(value["numerator"]))
    if kind == "complement":
        return Decimal(value["numerator"]) + Decimal(value.get("second_numerator", 0))
    if kind == "punctuality":
        return Decimal(value["late"]) + Decimal(value["missing"])
    if kind == "count" and isinstance(rule.scale, Deduct):
        return Decimal(value["count"])
    return None


def shortfall_warnings(leaf: Leaf, said: Act | Entry) -> tuple[Fault, ...]:
    """A warning («cảnh báo») where the names behind a shortfall are not as many as its figures say."""
    if not said.shortfall or not said.value or check_value(leaf.rule, leaf.max_points, said.value):
        return ()
    size = shortfall_size(leaf.rule, said.value)
    if size is None or size == len(said.shortfall):
        return ()
    told = f"{leaf.code}: nêu tên {len(said.shortfall)} nhưng số liệu cho thấy {decimal_text(size)} chưa đạt"
    return (Fault(f"/{leaf.key}/shortfall", "shortfall_differs", told),)
