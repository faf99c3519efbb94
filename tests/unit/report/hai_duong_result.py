"""The finalized result of Hải Dương 2022, computed and assembled from the example's files; no assertion."""

import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import asdict
from datetime import UTC, datetime
from typing import Any
from uuid import NAMESPACE_URL, UUID, uuid5

from parindex.contracts.snapshots import BallotCount, ResultSnapshot, TallyCell, TallySnapshot
from parindex.kernel.canonical import digest
from parindex.kernel.clocks import parse_instant
from parindex_embedded.demo.example import FRAMEWORKS, QUESTIONNAIRE_LEVELS, Example
from scoring_api.assessment.domain.acts import Act, stands
from scoring_api.assessment.domain.period import Window
from scoring_api.assessment.store.periods import Period, PeriodUnit
from scoring_api.assessment.store.standings import StandingRow
from scoring_api.frameworks.store import FrameworkVersion
from scoring_api.plans.domain import Plan
from scoring_api.publication.use_cases.assemble import assemble
from scoring_api.results.use_cases.computing import PeriodInputs, compute_period
from tests.unit.examples import hai_duong as files

EXAMPLE = Example(files.EXAMPLE)
NAMES = ("name", "short_name", "level", "kind", "head_title")


def result() -> ResultSnapshot:
    """As finalize_period makes it, of what the example says was stored."""
    found = inputs()
    return assemble(
        found,
        compute_period(found),
        plan(),
        edition=1,
        status="final",
        finalized_at="2023-03-01T08:00:00+07:00",
    )


def inputs() -> PeriodInputs:
    counted = tally()
    return PeriodInputs(
        period=period(),
        units=tuple(
            PeriodUnit(
                unit=unit["code"],
                framework_id=identity(FRAMEWORKS[unit["level"]]),
                form=unit["form"],
                position=position,
                rank_group=unit["level"],
                facts={name: unit[name] for name in NAMES},
                status="appraised",
                version=1,
                receipt=None,
            )
            for position, unit in enumerate(EXAMPLE.units)
        ),
        versions=tuple(version(FRAMEWORKS[level], name) for level, name in files.LEVELS.items()),
        stands=stands(acts()),
        tally=counted,
        tally_digest=digest(asdict(counted)),
        previous={
            row["unit"]: StandingRow(
                unit=row["unit"],
                rank=row["rank"],
                percent="",
                band="",
                review_years=dict.fromkeys(row["reviews"], 1),
            )
            for row in EXAMPLE.previous_edition()["units"]
        },
        previous_year=2021,
        session=EXAMPLE.load("council.json")["session"]["number"],
    )


def identity(name: str) -> UUID:
    return uuid5(NAMESPACE_URL, name)


def version(code: str, file: str) -> FrameworkVersion:
    definition = EXAMPLE.load(file)
    return FrameworkVersion(
        identity(code), code, 1, "published", digest(definition), json.dumps(definition, ensure_ascii=False)
    )


def period() -> Period:
    body = EXAMPLE.period_body()
    facts = ("title", "province", "owner_name", "secretariat_name", "legal_basis")
    passages = EXAMPLE.published["passages"]
    return Period(
        id=identity(body["code"]),
        code=body["code"],
        year=body["year"],
        state="provisional",
        facts={name: body[name] for name in facts},
        passages={name: passages[name] for name in ("strengths", "weaknesses", "causes")},
        previous=body["previous"],
        plan=body["plan"],
        survey=body["survey"],
        pinned_tally="",
        previous_edition=1,
        owner_unit="",
        version=0,
        windows=tuple(
            Window(phase["phase"], parse_instant(phase["opens_at"]), parse_instant(phase["closes_at"]))
            for phase in body["phases"]
        ),
    )


def plan() -> Plan:
    body = EXAMPLE.plan_body()
    return Plan(
        **{**body, "code": "2023", "areas": tuple(body["areas"]), "measures": tuple(body["measures"])}
    )


def acts() -> Iterator[Act]:
    """Every claim, its appraisal (a changed value with its reason, else confirmed), the council's decisions."""
    appraised = EXAMPLE.load("appraisals.json")
    for unit, claims in EXAMPLE.load("self-assessments.json").items():
        for leaf, claim in claims.items():
            yield act(unit, leaf, "self", claim["value"])
            changed = appraised[unit].get(leaf, {})
            yield act(
                unit, leaf, "appraisal", changed.get("value", claim["value"]), changed.get("reason", "")
            )
    for decision in EXAMPLE.load("council.json")["decisions"]:
        yield act(decision["unit"], decision["leaf"], "council", decision["value"], decision["reason"])


def act(unit: str, leaf: str, stage: str, value: dict[str, Any], reason: str = "") -> Act:
    at = datetime(2023, 1, 16, tzinfo=UTC)
    return Act(unit=unit, leaf=leaf, stage=stage, value=value, reason=reason, author=stage, at=at)


def tally() -> TallySnapshot:
    definitions = files.definitions()
    return TallySnapshot(
        campaign="hai-duong-2022",
        period="2022",
        revision=1,
        questionnaires={code: digest(definition) for code, definition in definitions.items()},
        group_names={
            group["code"]: group["name"] for found in definitions.values() for group in found["groups"]
        },
        ballots=tuple(ballots()),
        cells=tuple(
            TallyCell(**{**asdict(cell), "counts": dict(cell.counts)})  # the engine's and the wire's
            for cell in files.tally()
        ),
    )


def ballots() -> Iterator[BallotCount]:
    """Every ballot of the example is valid and within its quota."""
    for code in QUESTIONNAIRE_LEVELS:
        groups = Counter(row.get("group", files.CITIZENS) for row in files.rows(f"{code}.csv"))
        for group, count in groups.items():
            yield BallotCount(
                questionnaire=code, group=group, unit="", quota=count, valid=count, invalid=0, held=0
            )
