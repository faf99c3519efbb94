"""The frame of a frozen result: period, frameworks, survey and plan as documents name them."""

from decimal import Decimal
from typing import Any

from parindex.contracts.snapshots import (
    BandResult,
    FrameworkPart,
    FrameworkSummary,
    LegalDocument,
    PeriodFacts,
    PhaseFacts,
    PlanSummary,
    RatingRule,
    SurveyFacts,
    Task,
)
from parindex.kernel.canonical import decimal_text
from parindex.kernel.clocks import instant_text
from scoring_api.assessment.domain.period import PHASE_NAMES
from scoring_api.assessment.store.periods import Period
from scoring_api.frameworks.domain.framework import Framework, Node
from scoring_api.frameworks.store import FrameworkVersion
from scoring_api.plans.domain import Plan
from scoring_api.results.use_cases.computing import PeriodInputs


def legal_documents(rows: Any) -> tuple[LegalDocument, ...]:
    return tuple(LegalDocument(**row) for row in rows)


def period_facts(inputs: PeriodInputs, finalized_at: str) -> PeriodFacts:
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


def framework_summary(version: FrameworkVersion) -> FrameworkSummary:
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
                total_floor=figure_text(rating.total_floor),
                area_floor=figure_text(rating.area_floor),
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


def survey_facts(inputs: PeriodInputs) -> SurveyFacts | None:
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


def plan_summary(plan: Plan | None) -> PlanSummary | None:
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


def figure_text(value: Decimal | None) -> str:
    """A figure as the contract carries it; empty where there is none."""
    return "" if value is None else decimal_text(value)
