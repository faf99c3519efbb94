"""The public index JSON of an edition: one row a unit, figures rounded once as they are printed."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from parindex.contracts.snapshots import BlockedBy, FrameworkSummary, ResultSnapshot, UnitResult
from parindex.kernel.points import output, telling_places


def index_table(snapshot: ResultSnapshot, digest: str) -> dict[str, Any]:
    """The public index JSON of an edition: one row a unit, figures rounded as they are printed.

    A percent has two decimals, or as many as keep it on its side of every bound: 89,996 % is not 90,00 %.
    """
    bands = {(found.code, band.code): band.name for found in snapshot.frameworks for band in found.bands}
    bounds = {found.code: _bounds(found) for found in snapshot.frameworks}
    return {
        "period": snapshot.period.code,
        "year": snapshot.period.year,
        "title": snapshot.period.title,
        "edition": snapshot.edition,
        "status": snapshot.status,
        "result_digest": digest,
        "finalized_at": snapshot.period.finalized_at,
        "frameworks": [
            {"code": found.code, "version": found.version, "digest": found.digest, "title": found.title}
            for found in snapshot.frameworks
        ],
        "units": [_index_row(unit, bands, bounds[unit.framework]) for unit in snapshot.units],
    }


def _bounds(found: FrameworkSummary) -> list[Decimal]:
    """Every percent that decides a band, a class or a duty to review."""
    floors = [floor for rating in found.ratings for floor in (rating.total_floor, rating.area_floor)]
    texts = (*(band.floor for band in found.bands), *floors, found.review_threshold)
    return [Decimal(text) for text in texts if text]


def _index_row(
    unit: UnitResult, bands: Mapping[tuple[str, str], str], bounds: Sequence[Decimal]
) -> dict[str, Any]:
    return {
        "unit": unit.code,
        "name": unit.name,
        "level": unit.level,
        "form": unit.form,
        "framework": unit.framework,
        "points": _printed(unit.points),
        "applicable_max": unit.applicable_max,
        "percent": _percent(unit.percent, bounds),
        "rank": unit.rank,
        "previous_rank": unit.previous_rank,
        "change": unit.change,
        "previous_percent": _printed(unit.previous_percent),
        "percent_change": _printed(unit.percent_change),
        "comparability": unit.comparability,
        "band": unit.band,
        "band_name": bands.get((unit.framework, unit.band), ""),
        "rating": unit.rating.code,
        "rating_name": unit.rating.name,
        "blocked_by": _blocked(unit.rating.blocked_by, bounds),
        "by_fall_through": unit.rating.by_fall_through,
        "reviews": [
            {
                "area": duty.area,
                "name": duty.name,
                "percent": _percent(duty.percent, bounds),
                "consecutive_years": duty.consecutive_years,
            }
            for duty in unit.reviews
        ],
        "areas": [
            {
                "key": area.key,
                "name": area.name,
                "points": _printed(area.points, 3),
                "max_points": area.max_points,
                "percent": _percent(area.percent, bounds),
            }
            for area in unit.areas
        ],
    }


def _blocked(found: BlockedBy | None, bounds: Sequence[Decimal]) -> dict[str, Any] | None:
    if found is None:
        return None
    return {
        "kind": found.kind,
        "key": found.key,
        "name": found.name,
        "percent": _percent(found.percent, bounds),
        "floor": found.floor,
    }


def _percent(text: str, bounds: Sequence[Decimal]) -> str:
    return _printed(text, telling_places(Decimal(text), bounds)) if text else ""


def _printed(text: str, places: int = 2) -> str:
    return format(output(Decimal(text), places), "f") if text else ""
