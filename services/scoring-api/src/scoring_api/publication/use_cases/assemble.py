"""The frozen result: what the engine found and what was stored, in the words of the wire contract."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any, Literal

from parindex.contracts.snapshots import (
    AreaResult,
    BandResult,
    BlockedBy,
    FrameworkPart,
    FrameworkSummary,
    LegalDocument,
    Passages,
    PeriodFacts,
    PhaseFacts,
    PlanSummary,
    RatingResult,
    RatingRule,
    ResultSnapshot,
    ReviewResult,
    SurveyFacts,
    Task,
    UnitResult,
)
from parindex.kernel.canonical import decimal_text
from parindex.kernel.clocks import instant_text
from scoring_api.assessment.domain.period import PHASE_NAMES
from scoring_api.assessment.store.periods import Period, PeriodUnit
from scoring_api.frameworks.domain.framework import Framework, Node
from scoring_api.frameworks.store import FrameworkVersion
from scoring_api.plans.domain import Plan
from scoring_api.publication.use_cases.leaves import leaf_rows
from scoring_api.results.domain.outcome import HeadRating, IndexResult, PartScore, UnitScore, lost_points
from scoring_api.results.domain.outcome import UnitResult as ComputedUnit
from scoring_api.results.use_cases import PeriodInputs

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
        period=_period(inputs, finalized_at),
        frameworks=tuple(_framework(version) for version in inputs.versions),
        units=tuple(units),
        survey=_survey(inputs),
        passages=Passages(**{name: tuple(rows) for name, rows in inputs.period.passages.items()}),
        plan=_plan(plan),
    )


def legal_documents(rows: Any) -> tuple[LegalDocument, ...]:
    return tuple(LegalDocument(**row) for row in rows)


def _period(inputs: PeriodInputs, finalized_at: str) -> PeriodFacts:
    period: Period = inputs.period
    facts = period.facts
    return PeriodFacts(
        code=period.code,
        year=period.year,
        title=facts["title"],
        province=facts["province"],
        owner_name=facts["owner_name"],
        secretariat_name=facts["secretariat_name"],
        legal_basis=legal_documents(facts["legal_basis"]),
        phases=tuple(
            PhaseFacts(
                code=window.phase,
                name=PHASE_NAMES[window.phase],
                opens_at=instant_text(window.opens_at),
                closes_at=instant_text(window.closes_at),
            )
            for window in period.windows
            if not window.unit
        ),
        previous_year=inputs.previous_year if inputs.previous else None,
        finalized_at=finalized_at,
        council_session=inputs.session,
    )


def _framework(version: FrameworkVersion) -> FrameworkSummary:
    parsed = version.parsed
    return FrameworkSummary(
        code=version.code,
        version=version.version,
        digest=version.digest,
        title=parsed.title,
        level=parsed.level,
        form_prefix=parsed.form_prefix,
        legal_basis=_basis(parsed.legal_basis),
        bands=tuple(
            BandResult(code=band.code, name=band.name, floor=decimal_text(band.floor), printed=band.printed)
            for band in parsed.bands
        ),
        ratings=tuple(
            RatingRule(
                code=rating.code,
                name=rating.name,
                total_floor=_text(rating.total_floor),
                area_floor=_text(rating.area_floor),
            )
            for rating in parsed.ratings
        ),
        rating_basis=_basis(parsed.rating_basis),
        review_threshold=decimal_text(parsed.review.threshold) if parsed.review else "",
        review_basis=parsed.review.basis if parsed.review else "",
        review_areas=parsed.review.areas if parsed.review else (),
        review_consequence=parsed.review.consequence if parsed.review else "",
        parts=tuple(_part(parsed, node) for node in parsed.nodes.values() if node.role in {"group", "area"}),
    )


def _basis(rows: Any) -> tuple[LegalDocument, ...]:
    return tuple(
        LegalDocument(number=row.number, date=row.date, issuer=row.issuer, subject=row.subject)
        for row in rows
    )


def _part(framework: Framework, node: Node) -> FrameworkPart:
    sources = dict.fromkeys(leaf.source for leaf in framework.leaves[node.first : node.stop])
    assert node.role in {"group", "area"}
    return FrameworkPart(
        key=node.key,
        role="group" if node.role == "group" else "area",
        name=node.name,
        max_points=decimal_text(node.max_points),
        sources=tuple(sources),
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
        percent=_text(score.percent),
        rank=standing.rank,
        previous_rank=standing.previous_rank,
        change=standing.change,
        comparability=standing.comparability,
        band=score.band.code if score.band else "",
        rating=_rating(score.rating),
        reviews=_reviews(score),
        next_band_distance=_text(score.next_band_distance),
        lost_points=tuple((key, decimal_text(lost)) for key, lost in lost_points(result.framework, score)),
        areas=tuple(_area(part) for part in score.parts),
        leaves=leaf_rows(result, inputs, bound.unit),
    )


def _text(value: Decimal | None) -> str:
    return "" if value is None else decimal_text(value)


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
        percent=_text(part.percent),
        rated=part.node.rated,
    )


def _survey(inputs: PeriodInputs) -> SurveyFacts | None:
    if inputs.tally is None or inputs.period.survey is None:
        return None
    facts = inputs.period.survey
    return SurveyFacts(
        campaign=inputs.tally.campaign,
        operator=facts["operator"],
        plans=legal_documents(facts["plans"]),
        revision=inputs.tally.revision,
        digest=inputs.tally_digest,
        ballots=inputs.tally.ballots,
        group_names=inputs.tally.group_names,
        questionnaire_levels=facts["questionnaire_levels"],
    )


def _plan(plan: Plan | None) -> PlanSummary | None:
    if plan is None:
        return None
    return PlanSummary(
        number=plan.number,
        date=plan.date,
        year=plan.year,
        tasks=plan.tasks,
        activities=plan.activities,
        areas=plan.areas,
        measures=tuple(Task(number=number, text=text) for number, text in enumerate(plan.measures, 1)),
    )
