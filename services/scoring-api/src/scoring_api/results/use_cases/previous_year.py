"""What last year says about a unit under this framework: how far it compares, and what carries over."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, TypeVar
from uuid import UUID

from parindex.db import Reading
from parindex.kernel.errors import DomainError
from scoring_api.assessment.store.standings import StandingRow
from scoring_api.frameworks import store as frameworks
from scoring_api.frameworks.domain.crosswalk import Continuity, continuity
from scoring_api.frameworks.domain.values import check_value
from scoring_api.frameworks.store import FrameworkVersion
from scoring_api.results.domain.inputs import Comparability, PreviousYear
from scoring_api.units.domain.ancestry import Ancestry, ancestry
from scoring_api.units.store.successions import read_successions

Item = TypeVar("Item")
Continuities = Mapping[tuple[UUID, str, int], Continuity]
"""By this year's version, and by code and version of last year's framework."""


async def read_continuities(
    connection: Reading, versions: Iterable[FrameworkVersion], rows: Iterable[StandingRow]
) -> Continuities:
    """The crosswalks that lead from last year's frameworks to this year's."""
    earlier = []
    for code, number in sorted({(row.framework, row.framework_version or 0) for row in rows}):
        try:
            earlier.append(await frameworks.read_version(connection, code, number))
        except DomainError:
            continue  # an imported edition may name a set that nobody entered here
    found = {}
    for version in versions:
        crosswalks = {row.earlier: row for row in await frameworks.read_crosswalks(connection, version.id)}
        for before in earlier:
            if before.id in crosswalks:
                crosswalk = crosswalks[before.id].crosswalk
                kept = continuity(crosswalk, before.parsed, version.parsed)
                found[version.id, before.code, before.version] = kept
    return found


@dataclass(frozen=True, slots=True)
class Before:
    """Last year's standing that a unit is held against, and how the unit comes from whom it speaks of.

    `straight`: the same unit, or one that only took another name and code. `goes_on`: the unit itself was
    assessed last year, though it has taken in others since, or given away a part.
    """

    row: StandingRow | None
    straight: bool = True
    goes_on: bool = True


async def read_before(
    connection: Reading,
    units: Iterable[str],
    rows: Mapping[str, StandingRow],
    *,
    year: int,
    previous: int | None,
) -> dict[str, Before]:
    """Whom each unit of the year is held against, mergers, splits and renamings in between considered."""
    successions = list((await read_successions(connection)).values())
    last = previous if previous is not None and date.min.year <= previous < year else year - 1
    after, until = date(last, 12, 31), date(year, 12, 31)
    return {
        unit: before_of(unit, ancestry(unit, successions, after=after, until=until), rows) for unit in units
    }


def before_of(unit: str, behind: Ancestry, rows: Mapping[str, StandingRow]) -> Before:
    """The unit's own standing while it goes on, else that of the one unit behind it.

    Of several units behind it none speaks for it: a merged unit that is new is compared with nobody.
    """
    if unit in behind.units and unit in rows:
        return Before(rows[unit], behind.straight, goes_on=True)
    found = [rows[code] for code in behind.units if code in rows]
    return Before(found[0] if len(found) == 1 else None, behind.straight, goes_on=behind.straight)


@dataclass(frozen=True, slots=True)
class _Carried:
    """How far ranks compare, and keys of this year → keys of last year; None: as they are."""

    comparability: Comparability
    leaves: Mapping[str, str] | None
    areas: Mapping[str, str] | None


def previous_year(
    before: Before, version: FrameworkVersion, known: Continuities, *, in_a_row: bool
) -> PreviousYear:
    """Last year's rank and how far it compares, duties to review and values under this year's keys.

    - The same version, or the same code where last year's version is not known: `comparable`.
    - A crosswalk: `comparable` when every leaf continues with its maximum, else `partly`; areas and leaves
      that continue one to one carry over.
    - Another version of the code without a crosswalk: `partly`; areas keep their keys, leaves carry nothing,
      since nobody said that they mean the same.
    - An imported edition that names no framework: `partly`, its areas are taken by their keys.
    - Another code without a crosswalk: `not`, and nothing carries over.

    Duties and values carry over from the year just before alone (`in_a_row`): an older value is not last
    year's. A value that this year's rule does not take is left out: its leaf then falls back on nothing.
    A unit that was merged or split since compares `partly` at best; its values are another's and do not carry
    over, and its duties do while the unit goes on.
    """
    row = before.row
    if row is None:
        return PreviousYear(comparability="not")
    carried = _carried(row, version, known)
    years = row.review_years if in_a_row and (before.straight or before.goes_on) else {}
    values = row.leaf_values if in_a_row and before.straight else {}
    changed = carried.comparability == "comparable" and not before.straight
    return PreviousYear(
        rank=row.rank,
        percent=Decimal(row.percent) if row.percent else None,
        comparability="partly" if changed else carried.comparability,
        review_years={
            key: count for key, count in _mapped(years, carried.areas).items() if key in version.parsed.nodes
        },
        values=_fitting(version, _mapped(values, carried.leaves)),
    )


def _carried(row: StandingRow, version: FrameworkVersion, known: Continuities) -> _Carried:
    same_code = row.framework == version.code
    if same_code and row.framework_version in {version.version, None}:
        return _Carried("comparable", None, None)
    found = known.get((version.id, row.framework, row.framework_version or 0))
    if found is not None:
        return _Carried("comparable" if found.whole else "partly", found.leaves, found.areas)
    if same_code or not row.framework:
        return _Carried("partly", {}, None)
    return _Carried("not", {}, {})


def _mapped(items: Mapping[str, Item], keys: Mapping[str, str] | None) -> Mapping[str, Item]:
    if keys is None:
        return items
    return {new: items[old] for new, old in keys.items() if old in items}


def _fitting(version: FrameworkVersion, values: Mapping[str, Any]) -> Mapping[str, Any]:
    leaves = {leaf.key: leaf for leaf in version.parsed.leaves} if values else {}
    return {
        key: value
        for key, value in values.items()
        if key in leaves and not check_value(leaves[key].rule, leaves[key].max_points, value)
    }
