"""Route: the sheet of one unit's assessment, all of it and what is missing, as its reader may see it."""

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any

from fastapi import APIRouter, Response

from parindex.auth.policy import Action, Role
from parindex.auth.principal import authorize_unit
from parindex.http.description import reply_example
from parindex.http.routing import Caller, Read, ReceivedAt, UnitOfWorkRoute, guarded
from parindex.kernel.canonical import decimal_text
from parindex.kernel.clocks import instant_text
from scoring_api.assessment.domain.acts import Act, LeafStand, self_scored, stands
from scoring_api.assessment.domain.claims import all_open, claims_of, shortfall_warnings
from scoring_api.assessment.domain.desk import points_of
from scoring_api.assessment.domain.evidence import flags
from scoring_api.assessment.domain.steps import step_at
from scoring_api.assessment.http import examples
from scoring_api.assessment.http.assessments import PREFIX, shown_act, shown_faults, version_tag
from scoring_api.assessment.http.evidence import shown_file
from scoring_api.assessment.http.submissions import shown_submission
from scoring_api.assessment.http.supplements import shown_supplement
from scoring_api.assessment.store import acts as act_store
from scoring_api.assessment.store import evidence as evidence_store
from scoring_api.assessment.store import periods as store
from scoring_api.assessment.store import submissions as submission_store
from scoring_api.assessment.store.evidence import EvidenceFile
from scoring_api.assessment.store.supplements import read_supplements
from scoring_api.assessment.use_cases.seeing import sight_of
from scoring_api.frameworks import store as frameworks
from scoring_api.frameworks.domain.framework import Framework, Leaf
from scoring_api.frameworks.domain.rule_text import rule_text

router = APIRouter(prefix=PREFIX, tags=["assessments"], route_class=UnitOfWorkRoute)

_COMPARING = {Role.APPRAISER, Role.COUNCIL_CLERK}
"""Who is told which other units have the same file."""


@router.get("", **guarded(Action.ASSESSMENT_READ), responses=reply_example(examples.ASSESSMENT))
async def get_assessment(
    response: Response, code: str, unit: str, caller: Caller, connection: Read, received_at: ReceivedAt
) -> dict[str, Any]:
    """Every leaf the unit scores with what it still needs, evidence with what to look at twice, submissions.

    Appraisals stand there for those who may see them. The ETag is what If-Match expects.
    """
    authorize_unit(caller, Action.ASSESSMENT_READ, unit)
    period = await store.read_period(connection, code)
    bound = await store.read_unit(connection, period.id, unit)
    response.headers["ETag"] = version_tag(bound.version)
    framework = (await frameworks.read_by_ids(connection, [bound.framework_id]))[0].parsed
    made = await act_store.read_latest(connection, period.id, unit)
    files = await evidence_store.read_evidence(connection, period.id, unit)
    sight = sight_of(caller, period, unit, received_at)
    by_key = {leaf.key: leaf for leaf in framework.leaves}
    made = [act for act in made if sight.of_act(act, by_key[act.leaf])]
    files = [file for file in files if sight.appraisals or not file.is_inspection]
    elsewhere: Mapping[str, list[str]] = {}
    if caller.role in _COMPARING and unit not in caller.units:
        elsewhere = await evidence_store.units_with(connection, period.id, {file.digest for file in files})
    leaves = list(_leaves(framework, made))
    return {
        "unit": unit,
        "name": bound.facts["name"],
        "form": bound.form,
        "status": step_at(bound.status, period.windows, unit, received_at),
        "version": bound.version,
        "receipt": bound.receipt,
        "submissions": [
            shown_submission(row)
            for row in await submission_store.read_submissions(connection, period.id, unit)
        ],
        "supplements": [
            shown_supplement(row, received_at) for row in await read_supplements(connection, period.id, unit)
        ],
        "open": sum(bool(row["needs"]) for row in leaves),
        "leaves": leaves,
        "evidence": list(_files(files, made, period.year, unit, elsewhere)),
    }


def _leaves(framework: Framework, made: Sequence[Act]) -> Iterator[dict[str, Any]]:
    """The leaves that the unit scores, and others that somebody else wrote about; in tree order."""
    found = {leaf: stand for (_, leaf), stand in stands(made).items()}
    claims = claims_of(made)
    needs = all_open(framework, claims)
    for leaf in framework.leaves:
        if self_scored(leaf) or leaf.key in found:
            stand = found.get(leaf.key, LeafStand(None, None, None))
            yield {
                **_of_leaf(leaf),
                "claimed": shown_act(claims.get(leaf.key)),
                "claimed_points": _figure(points_of(leaf, claims.get(leaf.key))),
                "appraised": shown_act(stand.counting),
                "appraised_points": _figure(points_of(leaf, stand.counting)),
                "explained": stand.explained
                and {
                    "narrative": stand.explained.narrative,
                    "evidence": [str(file) for file in stand.explained.evidence],
                    "at": instant_text(stand.explained.at),
                },
                "needs": shown_faults(needs.get(leaf.key, ())),
                "warnings": shown_faults(
                    warning
                    for said in (claims.get(leaf.key), stand.counting)
                    if said is not None
                    for warning in shortfall_warnings(leaf, said)
                ),
            }


def _figure(points: Decimal | None) -> str | None:
    return None if points is None else decimal_text(points)


def _of_leaf(leaf: Leaf) -> dict[str, Any]:
    return {
        "leaf": leaf.key,
        "code": leaf.code,
        "name": leaf.name,
        "max_points": decimal_text(leaf.max_points),
        "self_scored": self_scored(leaf),
        "rule": rule_text(leaf.rule, leaf.max_points),
        "asked": leaf.evidence,
    }


def _files(
    files: Sequence[EvidenceFile],
    made: Sequence[Act],
    year: int,
    unit: str,
    elsewhere: Mapping[str, list[str]],
) -> Iterator[dict[str, Any]]:
    """Files with their flags. Which other units have the same file is said where `elsewhere` has it."""
    cited = {file for claim in claims_of(made).values() for file in claim.evidence}
    cited |= {file for act in made if act.stage != "self" for file in act.evidence}
    for file in files:
        others = [other for other in elsewhere.get(file.digest, []) if other != unit]
        raised = flags(file.facts, year, referenced=file.id in cited, also_under=len(others))
        yield {
            **shown_file(file),
            "uploaded_at": instant_text(file.uploaded_at),
            "flags": [{"code": flag.code, "detail": flag.detail} for flag in raised],
            **({"also_under": others} if others else {}),
        }
