"""Reading a bundle from JSON with every fault under its pointer; counts of the survey are read next door."""

from collections.abc import Iterator, Mapping
from typing import Any

from parindex.kernel.canonical import decimal_text
from parindex.kernel.errors import DomainError
from scoring_api.frameworks.domain.framework import Framework, Leaf
from scoring_api.frameworks.domain.parsing import parse_framework
from scoring_api.frameworks.domain.reading import Cursor, Findings
from scoring_api.frameworks.domain.values import check_value
from scoring_api.results.domain.bundle import SCHEMA, Bundle, BundleSet
from scoring_api.results.domain.bundle_counts import parse_cells, parse_withheld
from scoring_api.results.domain.inputs import AssessedUnit, Comparability, LeafEntry, PreviousYear
from scoring_api.results.domain.keyed import keyed

SET_LIMIT = 50
UNIT_LIMIT = 20_000
REASON_LIMIT = 20_000
_COMPARABILITY: tuple[Comparability, ...] = ("comparable", "partly", "not")


def parse_bundle(data: object, *, recorded: bool = False) -> Bundle:
    """The bundle («gói dữ liệu tính») a JSON document describes.

    `recorded` is one frozen by a finalized period, in which answers that no rule names were passed over;
    elsewhere such an answer is a fault. Raises DomainError `bundle_invalid` with every fault at once, each
    under its JSON pointer.
    """
    findings = Findings()
    bundle = read_bundle(data, "", findings, recorded=recorded)
    findings.refuse("bundle_invalid")
    assert bundle is not None
    return bundle


def read_bundle(data: object, pointer: str, findings: Findings, *, recorded: bool) -> Bundle | None:
    """The bundle at a place of a larger document; what is wrong goes to the findings."""
    if not isinstance(data, Mapping):
        findings.add(pointer, "not_an_object", "phải là một đối tượng")
        return None
    cursor = Cursor(data, pointer, findings)
    if data.get("schema") != SCHEMA:
        cursor.choice("schema", (SCHEMA,))
        return None  # what is written for another reader has no faults of ours
    cursor.known({"schema", "title", "sets", "tallies", "withheld"})
    seen: set[str] = set()
    sets = [_set(row, seen) for row in cursor.rows("sets", most=SET_LIMIT, required=True)]
    read = tuple(part for part in sets if part is not None)
    if len(read) < len(sets) or not sets:
        return None  # without the criteria sets nothing can be said of the counts
    frameworks = {unit.code: part.framework for part in read for unit in part.units}
    cells, hidden = parse_cells(cursor, frameworks, recorded=recorded)
    return Bundle(
        title=cursor.text("title", required=False),
        sets=read,
        tallies=cells,
        withheld_cells=hidden,
        withheld=parse_withheld(cursor, read, hidden),
    )


def _set(row: Cursor, seen: set[str]) -> BundleSet | None:
    row.known({"framework", "units", "entries", "previous"})
    definition = row.part("framework")
    framework = _framework(definition) if definition is not None else None
    units = _units(row, seen)
    if definition is None or framework is None:
        return None
    leaves = {leaf.key: leaf for leaf in framework.leaves}
    codes = {unit.code for unit in units}
    return BundleSet(
        definition=definition.data,
        framework=framework,
        units=units,
        entries={
            unit: {leaf.key: _entry(part, leaf) for leaf, part in _of_leaves(entries, leaves)}
            for unit, entries in _of_units(row, "entries", codes)
        },
        previous={unit: _previous(part, leaves) for unit, part in _of_units(row, "previous", codes)},
    )


def _framework(cursor: Cursor) -> Framework | None:
    try:
        return parse_framework(cursor.data)
    except DomainError as error:
        for fault in error.faults:
            cursor.findings.add(f"{cursor.pointer}{fault.pointer}", fault.code, fault.detail)
        return None


def _units(row: Cursor, seen: set[str]) -> tuple[AssessedUnit, ...]:
    units = []
    for unit in row.rows("units", most=UNIT_LIMIT, required=True):
        unit.known({"code", "rank_group", "name"})
        code = unit.text("code", limit=80)
        if code in seen:
            unit.fault("code", "unit_repeated", f"đơn vị «{code}» ghi hai lần")
        seen.add(code)
        name = unit.text("name", required=False, limit=500)
        units.append(AssessedUnit(code=code, rank_group=unit.text("rank_group", limit=80), name=name))
    return tuple(units)


def _of_units(row: Cursor, name: str, codes: set[str]) -> Iterator[tuple[str, Cursor]]:
    for unit, part in keyed(row, name):
        if unit in codes:
            yield unit, part
        else:
            part.fault("", "unit_unknown", f"bộ này không có đơn vị «{unit[:80]}»")


def _of_leaves(cursor: Cursor, leaves: Mapping[str, Leaf], name: str = "") -> Iterator[tuple[Leaf, Cursor]]:
    for key, part in keyed(cursor, name):
        if key in leaves:
            yield leaves[key], part
        else:
            part.fault("", "leaf_unknown", f"bộ tiêu chí không có tiêu chí «{key[:200]}»")


def _entry(row: Cursor, leaf: Leaf) -> LeafEntry:
    row.known({"value", "override", "not_applicable", "self_value", "reason"})
    override = row.optional_figure("override")
    if override is not None and override > leaf.max_points:
        most = decimal_text(leaf.max_points)
        row.fault("override", "points_above_maximum", f"điểm lớn hơn điểm chuẩn {most}")
    return LeafEntry(
        value=_value(row, "value", leaf),
        override=override,
        not_applicable=row.flag("not_applicable", default=False),
        self_value=_value(row, "self_value", leaf),
        reason=row.text("reason", required=False, limit=REASON_LIMIT),
    )


def _value(row: Cursor, name: str, leaf: Leaf) -> Mapping[str, Any] | None:
    raw = row.data.get(name)
    if raw is None:
        return None
    for fault in check_value(leaf.rule, leaf.max_points, raw):
        row.fault(f"{name}{fault.pointer}", fault.code, fault.detail)
    return raw if isinstance(raw, Mapping) else None


def _previous(row: Cursor, leaves: Mapping[str, Leaf]) -> PreviousYear:
    row.known({"rank", "percent", "comparability", "review_years", "values"})
    said = row.choice("comparability", _COMPARABILITY, "comparable")
    rank = None if row.data.get("rank") is None else row.whole("rank", 1, least=1, most=100_000)
    return PreviousYear(
        rank=rank,
        percent=row.optional_figure("percent"),
        comparability=next(word for word in _COMPARABILITY if word == said),
        review_years=_years(row),
        values={leaf.key: part.data for leaf, part in _last_values(row, leaves)},
    )


def _years(row: Cursor) -> dict[str, int]:
    part = row.part("review_years") if row.data.get("review_years") is not None else None
    if part is None:
        return {}
    return {area: part.whole(area, 0, least=0, most=100) for area in part.data}


def _last_values(row: Cursor, leaves: Mapping[str, Leaf]) -> Iterator[tuple[Leaf, Cursor]]:
    """Last year's values fit this year's rules: they are scored by them where a leaf falls back."""
    for leaf, part in _of_leaves(row, leaves, "values"):
        for fault in check_value(leaf.rule, leaf.max_points, part.data):
            part.fault(fault.pointer.removeprefix("/"), fault.code, fault.detail)
        yield leaf, part
