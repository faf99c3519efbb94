"""A bundle as it would be under a supposition: values replaced, unfit ones set aside; nothing is computed."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from parindex.kernel.canonical import decimal_text
from parindex.kernel.errors import Fault
from scoring_api.frameworks.domain.framework import Framework, Leaf
from scoring_api.frameworks.domain.reading import Findings
from scoring_api.frameworks.domain.values import check_value
from scoring_api.results.domain.bundle import Bundle, BundleSet
from scoring_api.results.domain.hypothesis import Hypothesis, SupposedValue
from scoring_api.results.domain.inputs import LeafEntry
from scoring_api.results.domain.redefining import redefined

Value = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class SetAside:
    """A stored entry the supposed set has no use for («giá trị không dùng được»); its leaf counts as missing.

    `reason` is `leaf_gone` or `value_unfit`.
    """

    unit: str
    leaf: str
    reason: str


@dataclass(frozen=True, slots=True)
class Supposed:
    """The bundle under a supposition («dữ liệu theo giả định»), and stored entries without a place in it."""

    bundle: Bundle
    set_aside: tuple[SetAside, ...]


def suppose(bundle: Bundle, hypothesis: Hypothesis) -> Supposed:
    """The inputs under the supposition («phương án giả định»); the given ones stay as they are.

    A redefined set must hold as any other does: its maxima add up. Values that were entered for another rule
    and do not fit the supposed one are set aside and said. Raises DomainError `hypothesis_invalid` with
    every fault of the sets, or else of the values.
    """
    findings = Findings()
    _check_codes(bundle, hypothesis, findings)
    sets = [redefined(part, hypothesis, findings) for part in bundle.sets]
    findings.refuse("hypothesis_invalid")
    aside: list[SetAside] = []
    fitted = [
        part if part is was else _fitted(part, was.framework, aside)
        for part, was in zip(sets, bundle.sets, strict=True)
    ]
    valued = tuple(_valued(fitted, hypothesis.values, findings))
    findings.refuse("hypothesis_invalid")
    return Supposed(replace(bundle, sets=valued), tuple(aside))


def _check_codes(bundle: Bundle, hypothesis: Hypothesis, findings: Findings) -> None:
    codes = {part.framework.code for part in bundle.sets}
    named = [
        *((f"{row.pointer}/code", row.code) for row in hypothesis.frameworks),
        *((f"{row.pointer}/framework", row.framework) for row in hypothesis.leaves),
    ]
    for pointer, code in named:
        if code not in codes:
            said = f"kỳ đánh giá này không dùng bộ tiêu chí «{code}»"
            findings.add(pointer, "framework_not_in_period", said)


def _fitted(part: BundleSet, before: Framework, aside: list[SetAside]) -> BundleSet:
    """The set with those of its stored values that its supposed rules can take."""
    leaves = {leaf.key: leaf for leaf in part.framework.leaves}
    same = {leaf.key for leaf in before.leaves if _takes_the_same(leaf, leaves.get(leaf.key))}

    def fits(key: str, value: Value | None) -> bool:
        return value is None or key in same or _is_sound(leaves[key], value)

    def fitted(unit: str, key: str, entry: LeafEntry) -> LeafEntry | None:
        if key not in leaves:
            aside.append(SetAside(unit, key, "leaf_gone"))
            return None
        kept = entry.self_value if fits(key, entry.self_value) else None
        if fits(key, entry.value):
            return replace(entry, self_value=kept)
        aside.append(SetAside(unit, key, "value_unfit"))
        return replace(entry, value=None, self_value=kept)

    entries = {
        unit: {key: found for key, entry in rows.items() if (found := fitted(unit, key, entry)) is not None}
        for unit, rows in part.entries.items()
    }
    previous = {
        unit: replace(
            row,
            values={key: value for key, value in row.values.items() if key in leaves and fits(key, value)},
        )
        for unit, row in part.previous.items()
    }
    return replace(part, entries=entries, previous=previous)


def _takes_the_same(leaf: Leaf, supposed: Leaf | None) -> bool:
    return supposed is not None and (leaf.rule, leaf.max_points) == (supposed.rule, supposed.max_points)


def _is_sound(leaf: Leaf, value: Value) -> bool:
    return not check_value(leaf.rule, leaf.max_points, value)


def _valued(
    sets: Sequence[BundleSet], values: Sequence[SupposedValue], findings: Findings
) -> Iterator[BundleSet]:
    """The sets with the supposed values in the place of the stored ones."""
    known = {unit.code for part in sets for unit in part.units}
    for row in values:
        if row.unit not in known:
            said = f"đơn vị {row.unit} không thuộc kỳ đánh giá này"
            findings.add(f"{row.pointer}/unit", "unit_not_in_period", said)
    for part in sets:
        leaves = {leaf.key: leaf for leaf in part.framework.leaves}
        entries = {unit.code: dict(part.entries.get(unit.code, {})) for unit in part.units}
        for row in values:
            if row.unit in entries:
                for fault in _faults(leaves.get(row.leaf), row):
                    findings.add(fault.pointer, fault.code, fault.detail)
                before = entries[row.unit].get(row.leaf, LeafEntry())
                entries[row.unit][row.leaf] = LeafEntry(
                    value=row.value,
                    override=row.points,
                    not_applicable=row.not_applicable,
                    self_value=before.self_value,
                )
        yield replace(part, entries=entries)


def _faults(leaf: Leaf | None, row: SupposedValue) -> list[Fault]:
    if leaf is None:
        return [Fault(f"{row.pointer}/leaf", "leaf_unknown", "không có tiêu chí này trong bộ tiêu chí")]
    if row.points is not None and row.points > leaf.max_points:
        said = f"điểm từ 0 đến {decimal_text(leaf.max_points)}"
        return [Fault(f"{row.pointer}/points", "points_out_of_range", said)]
    if row.value is None:
        return []
    return [
        replace(fault, pointer=f"{row.pointer}/value{fault.pointer}")
        for fault in check_value(leaf.rule, leaf.max_points, row.value)
    ]
