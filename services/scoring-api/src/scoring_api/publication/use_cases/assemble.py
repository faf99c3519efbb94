"""The frozen result: what the engine found and what was stored, in the words of the wire contract."""

from collections.abc import Mapping
from typing import Any, Literal

from parindex.contracts.snapshots import (
    AreaResult,
    BlockedBy,
    Passages,
    RatingResult,
    ResultSnapshot,
    ReviewResult,
    UnitResult,
)
from parindex.kernel.canonical import decimal_text
from scoring_api.assessment.store.periods import PeriodUnit
from scoring_api.frameworks.store import FrameworkVersion
from scoring_api.plans.domain import Plan
from scoring_api.publication.use_cases.frame import (
    figure_text,
    framework_summary,
    period_facts,
    plan_summary,
    survey_facts,
)
from scoring_api.publication.use_cases.leaves import leaf_rows
from scoring_api.results.domain.outcome import HeadRating, IndexResult, PartScore, UnitScore, lost_points
from scoring_api.results.domain.outcome import UnitResult as ComputedUnit
from scoring_api.results.use_cases.computing import PeriodInputs

Status = Literal["provisional", "final"]


def assemble(
    inputs: PeriodInputs,
    results: list[IndexResult],
    plan: Plan | None,
    *,
    edition: int,
    status: Status,
    finalized_at: str,
) -> ResultSnapshot:
    """Everything an edition says, ready for its canonical bytes."""
    units = [
        unit
        for version, result in zip(inputs.versions, results, strict=True)
        for unit in _units(inputs, version, result)
    ]
    return ResultSnapshot(
        edition=edition,
        status=status,
        period=period_facts(inputs, finalized_at),
        frameworks=tuple(framework_summary(version) for version in inputs.versions),
        units=tuple(units),
        survey=survey_facts(inputs),
        passages=Passages(**{name: tuple(rows) for name, rows in inputs.period.passages.items()}),
        plan=plan_summary(plan),
    )


def _units(inputs: PeriodInputs, version: FrameworkVersion, result: IndexResult) -> list[UnitResult]:
    bound = {unit.unit: unit for unit in inputs.units}
    ordered = sorted(
        result.units.items(),
        key=lambda pair: (pair[1].standing.rank or len(bound) + 1, bound[pair[0]].position),
    )
    return [_unit(inputs, version, bound[code], result, found) for code, found in ordered]


def _unit(
    inputs: PeriodInputs,
    version: FrameworkVersion,
    bound: PeriodUnit,
    result: IndexResult,
    found: ComputedUnit,
) -> UnitResult:
    score, standing = found.score, found.standing
    names: Mapping[str, Any] = bound.facts
    return UnitResult(
        code=bound.unit,
        name=names["name"],
        short_name=names["short_name"],
        level=names["level"],
        kind=names["kind"],
        head_title=names["head_title"],
        framework=version.code,
        form=bound.form,
        rank_group=bound.rank_group,
        points=decimal_text(score.points),
        applicable_max=decimal_text(score.applicable_max),
        percent=figure_text(score.percent),
        rank=standing.rank,
        previous_rank=standing.previous_rank,
        change=standing.change,
        previous_percent=figure_text(standing.previous_percent),
        percent_change=figure_text(standing.percent_change),
        comparability=standing.comparability,
        band=score.band.code if score.band else "",
        rating=_rating(score.rating),
        reviews=_reviews(score),
        next_band_distance=figure_text(score.next_band_distance),
        lost_points=tuple((key, decimal_text(lost)) for key, lost in lost_points(result.framework, score)),
        areas=tuple(_area(part) for part in score.parts),
        leaves=leaf_rows(result, inputs, bound.unit),
    )


def _rating(found: HeadRating | None) -> RatingResult:
    """A unit of which nothing applied has no rating; its code is then empty."""
    if found is None:
        return RatingResult(code="", name="", blocked_by=None, by_fall_through=False)
    blocked = found.blocked_by
    blocked_by = None
    if blocked is not None:
        blocked_by = BlockedBy(
            kind=blocked.kind,
            key=blocked.key,
            name=blocked.name,
            percent=decimal_text(blocked.percent),
            floor=decimal_text(blocked.floor),
        )
    return RatingResult(
        code=found.rating.code,
        name=found.rating.name,
        blocked_by=blocked_by,
        by_fall_through=found.by_fall_through,
    )


def _reviews(score: UnitScore) -> tuple[ReviewResult, ...]:
    return tuple(
        ReviewResult(
            area=duty.area,
            name=duty.name,
            percent=decimal_text(duty.percent),
            threshold=decimal_text(duty.threshold),
            consecutive_years=duty.consecutive_years,
        )
        for duty in score.reviews
    )


def _area(part: PartScore) -> AreaResult:
    return AreaResult(
        key=part.node.key,
        name=part.node.name,
        role="group" if part.node.role == "group" else "area",
        max_points=decimal_text(part.max_points),
        points=decimal_text(part.points),
        percent=figure_text(part.percent),
        rated=part.node.rated,
    )
