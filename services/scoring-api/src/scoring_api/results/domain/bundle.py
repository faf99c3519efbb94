"""Everything a computation reads as one document («gói dữ liệu tính»), and its plain form; read next door."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from parindex.kernel.canonical import decimal_text
from scoring_api.frameworks.domain.framework import Framework
from scoring_api.frameworks.domain.scoring import LeafScore
from scoring_api.results.domain.engine import compute_index
from scoring_api.results.domain.inputs import AssessedUnit, LeafEntry, PreviousYear, TallyCell
from scoring_api.results.domain.outcome import IndexResult

SCHEMA = "parindex/bundle/1"


@dataclass(frozen=True, slots=True, kw_only=True)
class WithheldCell:
    """A cell kept back («ô phiếu được giữ lại»): its place, and a digest of its counts."""

    unit: str
    questionnaire: str
    group: str
    question: str
    digest: str


@dataclass(frozen=True, slots=True, kw_only=True)
class BundleSet:
    """One criteria set with its units («bộ tiêu chí và các đơn vị»); `definition` is the set as published."""

    definition: Mapping[str, Any]
    framework: Framework
    units: tuple[AssessedUnit, ...]
    entries: Mapping[str, Mapping[str, LeafEntry]]
    previous: Mapping[str, PreviousYear] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Bundle:
    """What a result is computed from («gói dữ liệu tính»), all of it and nothing else.

    A public one keeps cells back that are small or would tell of a small one; `withheld` are then the leaf
    scores that rest on them, by unit and leaf.
    """

    title: str
    sets: tuple[BundleSet, ...]
    tallies: tuple[TallyCell, ...] = ()
    withheld_cells: tuple[WithheldCell, ...] = ()
    withheld: Mapping[str, Mapping[str, LeafScore]] = field(default_factory=dict)


def compute_bundle(bundle: Bundle) -> list[IndexResult]:
    """One result a criteria set, in their order; the same bundle gives the same result on every machine."""
    cells: dict[str, list[TallyCell]] = {}
    for cell in bundle.tallies:
        cells.setdefault(cell.unit, []).append(cell)
    return [
        compute_index(
            part.framework,
            part.units,
            part.entries,
            [cell for unit in part.units for cell in cells.get(unit.code, ())],
            part.previous,
            bundle.withheld,
        )
        for part in bundle.sets
    ]


def bundle_record(bundle: Bundle) -> dict[str, Any]:
    """The bundle as plain data, defaults left out; reading it gives the same bundle again."""
    found: dict[str, Any] = {
        "schema": SCHEMA,
        "title": bundle.title,
        "sets": [_set_record(part) for part in bundle.sets],
        "tallies": [
            *[cell_record(cell) for cell in bundle.tallies],
            *[_withheld_cell_record(cell) for cell in bundle.withheld_cells],
        ],
    }
    if bundle.withheld:
        found["withheld"] = {
            unit: {leaf: _score_record(score) for leaf, score in scores.items()}
            for unit, scores in bundle.withheld.items()
        }
    return found


def cell_record(cell: TallyCell) -> dict[str, Any]:
    found: dict[str, Any] = {
        "unit": cell.unit,
        "questionnaire": cell.questionnaire,
        "group": cell.group,
        "question": cell.question,
        "counts": dict(cell.counts),
        "total": cell.total,
    }
    return found | _given({"blank": cell.blank, "double": cell.double})


def _withheld_cell_record(cell: WithheldCell) -> dict[str, Any]:
    return {
        "unit": cell.unit,
        "questionnaire": cell.questionnaire,
        "group": cell.group,
        "question": cell.question,
        "withheld": cell.digest,
    }


def _given(row: Mapping[str, Any]) -> dict[str, Any]:
    """The row without what says nothing."""
    return {name: value for name, value in row.items() if value}


def _set_record(part: BundleSet) -> dict[str, Any]:
    found: dict[str, Any] = {
        "framework": dict(part.definition),
        "units": [
            {"code": unit.code, "rank_group": unit.rank_group, **_given({"name": unit.name})}
            for unit in part.units
        ],
        "entries": {
            unit: {leaf: _entry_record(entry) for leaf, entry in entries.items()}
            for unit, entries in part.entries.items()
        },
    }
    if part.previous:
        found["previous"] = {unit: _previous_record(row) for unit, row in part.previous.items()}
    return found


def _entry_record(entry: LeafEntry) -> dict[str, Any]:
    found: dict[str, Any] = {}
    if entry.value is not None:
        found["value"] = dict(entry.value)
    if entry.override is not None:
        found["override"] = decimal_text(entry.override)
    if entry.self_value is not None:
        found["self_value"] = dict(entry.self_value)
    return found | _given({"not_applicable": entry.not_applicable, "reason": entry.reason})


def _previous_record(row: PreviousYear) -> dict[str, Any]:
    found: dict[str, Any] = {"comparability": row.comparability}
    if row.rank is not None:
        found["rank"] = row.rank
    if row.percent is not None:
        found["percent"] = decimal_text(row.percent)
    values = {leaf: dict(value) for leaf, value in row.values.items()}
    return found | _given({"review_years": dict(row.review_years), "values": values})


def _score_record(score: LeafScore) -> dict[str, Any]:
    found: dict[str, Any] = {
        "points": decimal_text(score.points),
        "max_points": decimal_text(score.max_points),
        "status": score.status,
    }
    if score.measure is not None:
        found["measure"] = decimal_text(score.measure)
    return found | _given({"policy": score.policy, "step": score.step, "excess": score.excess})
