"""Following a period: how far each unit is in each area, and what is outstanding or late."""

import asyncio
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from parindex.db import Reading
from scoring_api.assessment.domain.progress import (
    Counts,
    Outstanding,
    areas_of_leaves,
    summed,
    supplements_outstanding,
    survey_outstanding,
    units_outstanding,
)
from scoring_api.assessment.domain.supplements import Supplement
from scoring_api.assessment.store import periods as store
from scoring_api.assessment.store import snapshots
from scoring_api.assessment.store.periods import Period, PeriodUnit
from scoring_api.assessment.store.progress import Counted, Differing, Scored, count_leaves
from scoring_api.assessment.store.supplements import read_supplements
from scoring_api.frameworks import store as frameworks
from scoring_api.frameworks.domain.framework import Leaf
from scoring_api.frameworks.domain.scoring import score_value
from scoring_api.frameworks.store import FrameworkVersion


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """Counts by unit and area, with the units in the order of their forms."""

    period: Period
    units: Sequence[PeriodUnit]
    versions: Sequence[FrameworkVersion]
    counts: Mapping[tuple[str, str], Counts]
    returned: Sequence[Supplement]

    def supplements(self) -> Counter[str]:
        """How many returns each unit has not answered."""
        return Counter(found.unit for found in self.returned if found.end is None)

    def of_units(self) -> dict[str, Counts]:
        by_unit: dict[str, list[Counts]] = {unit.unit: [] for unit in self.units}
        for (unit, _), found in self.counts.items():
            by_unit[unit].append(found)
        return {unit: summed(found) for unit, found in by_unit.items()}

    def of_areas(self, unit: str = "") -> Iterator[tuple[FrameworkVersion, str, int, Counts]]:
        """By area in tree order, with how many units have it; of one unit, if named."""
        for version in self.versions:
            members = [
                bound.unit
                for bound in self.units
                if bound.framework_id == version.id and unit in {"", bound.unit}
            ]
            for area in dict.fromkeys(areas_of_leaves(version.parsed).values()):
                found = [self.counts[member, area] for member in members]
                if found:
                    yield version, area, len(found), summed(found)


async def read_progress(connection: Reading, period: Period) -> Progress:
    """How far everybody is. The number of queries does not depend on how many units there are."""
    units = await store.read_units(connection, period.id)
    versions = await frameworks.read_by_ids(connection, list(dict.fromkeys(u.framework_id for u in units)))
    scored = [
        Scored(version.id, leaf, area)
        for version in versions
        for leaf, area in areas_of_leaves(version.parsed).items()
    ]
    counted = await count_leaves(connection, period.id, scored)
    return Progress(
        period=period,
        units=units,
        versions=versions,
        counts=await asyncio.to_thread(_with_disputes, counted, versions),
        returned=await read_supplements(connection, period.id),
    )


def _with_disputes(
    counted: Sequence[Counted], versions: Sequence[FrameworkVersion]
) -> dict[tuple[str, str], Counts]:
    leaves = {(version.id, leaf.key): leaf for version in versions for leaf in version.parsed.leaves}
    return {
        (row.unit, row.area): replace(
            row.counts,
            disputed=sum(_disputed(leaves[row.framework_id, found.leaf], found) for found in row.differing),
        )
        for row in counted
    }


def _disputed(leaf: Leaf, found: Differing) -> bool:
    """Another figure that gives the same points takes nothing from anybody."""
    claimed, appraised = (
        score_value(leaf.rule, leaf.max_points, value).points if value else None
        for value in (found.claim, found.appraisal)
    )
    return found.declared or claimed != appraised


async def read_outstanding(connection: Reading, period: Period) -> tuple[Progress, list[Outstanding]]:
    """What an open period still waits for; nothing before it opens, nothing once the council was called."""
    progress = await read_progress(connection, period)
    if period.state != "open":
        return progress, []
    statuses = {unit.unit: unit.status for unit in progress.units}
    found = [
        *units_outstanding(statuses, progress.of_units(), period.windows),
        *supplements_outstanding(progress.returned),
    ]
    if period.survey is not None:
        tally = await snapshots.latest_tally_digest(connection, period.code, period.campaign)
        handed_over = await snapshots.has_handover(connection, period.code, period.campaign, tally)
        found += survey_outstanding(period.windows, tallied=bool(tally), handed_over=handed_over)
    return progress, found
