"""Computing the index of a period from its stored inputs; the rules themselves are the room's domain."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from parindex.contracts.snapshots import TallyCell as SentCell
from parindex.contracts.snapshots import TallySnapshot
from parindex.db import Reading
from parindex.kernel.canonical import decimal_text
from parindex.kernel.points import output
from scoring_api.assessment.domain.acts import Act, LeafStand, stands
from scoring_api.assessment.store import acts as act_store
from scoring_api.assessment.store import periods, snapshots
from scoring_api.assessment.store.periods import Period, PeriodUnit
from scoring_api.assessment.store.standings import StandingRow, read_standings
from scoring_api.frameworks import store as frameworks
from scoring_api.frameworks.store import FrameworkVersion
from scoring_api.results.domain.bundle import Bundle, BundleSet, compute_bundle
from scoring_api.results.domain.inputs import AssessedUnit, LeafEntry, TallyCell
from scoring_api.results.domain.outcome import IndexResult, UnitResult
from scoring_api.results.use_cases.previous_year import (
    Before,
    Continuities,
    previous_year,
    read_before,
    read_continuities,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class PeriodInputs:
    """Everything a computation reads, as plain data: what was stored at one instant."""

    period: Period
    units: tuple[PeriodUnit, ...]
    versions: tuple[FrameworkVersion, ...]  # in the order of the units' forms
    stands: Mapping[tuple[str, str], LeafStand]
    tally: TallySnapshot | None
    tally_digest: str
    previous: Mapping[str, StandingRow]
    previous_year: int | None
    session: str
    continuities: Continuities = field(default_factory=dict)
    before: Mapping[str, Before] = field(default_factory=dict)  # where it is not simply the unit's own

    def before_of(self, unit: str) -> Before:
        return self.before.get(unit) or Before(self.previous.get(unit))


@dataclass(frozen=True, slots=True, kw_only=True)
class Overlay:
    """What is taken in place of the period's own: a tally, an edition of last year, acts of a correction."""

    tally: str = ""
    previous_edition: int | None = None
    correction: UUID | None = None


AS_IT_STANDS = Overlay()


async def read_inputs(
    connection: Reading, code: str, unit: str = "", overlay: Overlay = AS_IT_STANDS
) -> PeriodInputs:
    """The pinned tally counts once the council pinned one; until then the newest. Of one unit, if named.

    Likewise with last year's edition, which a provisional result pins.

    Raises DomainError `period_unknown`, `tally_unknown`, `unit_not_in_period`.
    """
    period = await periods.read_period(connection, code)
    units = (
        [await periods.read_unit(connection, period.id, unit)]
        if unit
        else await periods.read_units(connection, period.id)
    )
    ids = list(dict.fromkeys(unit.framework_id for unit in units))
    tally = (
        overlay.tally
        or period.pinned_tally
        or await snapshots.latest_tally_digest(connection, code, period.campaign)
    )
    before = await periods.find_period(connection, period.previous) if period.previous else None
    versions = tuple(await frameworks.read_by_ids(connection, ids))
    compared = overlay.previous_edition or period.previous_edition
    previous = await read_standings(connection, period.previous, compared)
    year = before.year if before else _year_of(period.previous)
    return PeriodInputs(
        period=period,
        units=tuple(units),
        versions=versions,
        stands=stands(
            await act_store.read_latest(connection, period.id, unit or None, correction=overlay.correction)
        ),
        tally=await snapshots.read_tally(connection, tally) if tally else None,
        tally_digest=tally,
        previous=previous,
        previous_year=year,
        session=await act_store.read_session_number(connection, period.id),
        continuities=await read_continuities(connection, versions, previous.values()),
        before=await read_before(
            connection, [unit.unit for unit in units], previous, year=period.year, previous=year
        ),
    )


def _year_of(code: str) -> int | None:
    """An imported edition has no period of its own; its code is then its year."""
    return int(code) if code.isdigit() else None


def compute_period(inputs: PeriodInputs) -> list[IndexResult]:
    """One result a framework, in the order of the versions; pure, for a thread or another process."""
    return compute_bundle(bundle_of(inputs))


def bundle_of(inputs: PeriodInputs) -> Bundle:
    """What a period's result is computed from, and what its pack hands on: one and the same."""
    drafts = {unit.unit for unit in inputs.units if unit.status == "draft"}
    entries = _entries(inputs.stands, drafts)
    codes = {unit.unit for unit in inputs.units}
    cells = inputs.tally.cells if inputs.tally else ()
    return Bundle(
        title=inputs.period.facts["title"],
        sets=tuple(_set_of(inputs, version, entries) for version in inputs.versions),
        tallies=tuple(tally_cell(cell) for cell in cells if cell.unit in codes),
    )


def _set_of(
    inputs: PeriodInputs, version: FrameworkVersion, entries: Mapping[str, Mapping[str, LeafEntry]]
) -> BundleSet:
    members = [unit for unit in inputs.units if unit.framework_id == version.id]
    in_a_row = inputs.previous_year == inputs.period.year - 1
    return BundleSet(
        definition=version.data,
        framework=version.parsed,
        units=tuple(
            AssessedUnit(code=unit.unit, rank_group=unit.rank_group, name=unit.facts["name"])
            for unit in members
        ),
        entries={unit.unit: entries.get(unit.unit, {}) for unit in members},
        previous={
            unit.unit: previous_year(
                inputs.before_of(unit.unit), version, inputs.continuities, in_a_row=in_a_row
            )
            for unit in members
        },
    )


def tally_cell(cell: SentCell) -> TallyCell:
    """A cell of a survey's snapshot as the engine takes it."""
    return TallyCell(
        unit=cell.unit,
        questionnaire=cell.questionnaire,
        group=cell.group,
        question=cell.question,
        counts=cell.counts,
        blank=cell.blank,
        double=cell.double,
        total=cell.total,
    )


def _entries(
    found: Mapping[tuple[str, str], LeafStand], drafts: Collection[str]
) -> dict[str, dict[str, LeafEntry]]:
    """Entries by unit and leaf, in one walk over all stands."""
    entries: dict[str, dict[str, LeafEntry]] = {}
    for (unit, leaf), stand in found.items():
        entries.setdefault(unit, {})[leaf] = _entry(stand, submitted=unit not in drafts)
    return entries


def _entry(stand: LeafStand, *, submitted: bool) -> LeafEntry:
    """What counts is the appraisal or the council's act; a claim alone scores nothing.

    What a unit has not submitted is no claim yet: it may lack figures.
    """
    counting: Act | None = stand.counting
    claimed = stand.claimed.value if stand.claimed and submitted else None
    if counting is None:
        return LeafEntry(self_value=claimed)
    return LeafEntry(
        value=counting.value,
        override=counting.points,
        not_applicable=counting.not_applicable,
        self_value=claimed,
        reason=counting.reason,
    )


def summarize(results: Sequence[IndexResult]) -> list[dict[str, Any]]:
    """The index table as plain data: what a computation is kept as, and what the council looks at."""
    return [unit_summary(code, found) for result in results for code, found in result.units.items()]


def unit_summary(code: str, found: UnitResult) -> dict[str, Any]:
    score = found.score
    return {
        "unit": code,
        "points": decimal_text(output(score.points)),
        "applicable_max": decimal_text(score.applicable_max),
        "percent": "" if score.percent is None else decimal_text(output(score.percent)),
        "exact_percent": "" if score.percent is None else decimal_text(score.percent),
        "rank": found.standing.rank,
        "change": found.standing.change,
        "band": score.band.code if score.band else "",
        "rating": score.rating.rating.code if score.rating else "",
        "by_fall_through": bool(score.rating and score.rating.by_fall_through),
        "reviews": [duty.area for duty in score.reviews],
        "undecided": list(score.undecided),
    }
