"""Freezing a computed result as an edition: its bytes, sheets, packs and standings, kept and announced.

Edition 1 and every corrected one come out of this module alone.
"""

import asyncio
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from parindex.auth.tokens import SigningKey
from parindex.bus import publish
from parindex.contracts.events import PeriodFinalized
from parindex.contracts.loading import dump_snapshot
from parindex.contracts.snapshots import ResultSnapshot, UnitResult
from parindex.db import Writing
from parindex.http.conditional import entity_tag
from parindex.kernel.canonical import canonical_bytes
from parindex.kernel.clocks import instant_text
from scoring_api.assessment.store.standings import StandingRow, insert_standings
from scoring_api.plans import store as plans
from scoring_api.plans.domain import Plan
from scoring_api.publication.store import editions
from scoring_api.publication.store.editions import NewEdition, Pack, Sheet
from scoring_api.publication.use_cases.assemble import assemble
from scoring_api.publication.use_cases.index_table import index_table
from scoring_api.publication.use_cases.packing import freeze_packs
from scoring_api.results.domain.bundle import Bundle, compute_bundle
from scoring_api.results.domain.outcome import IndexResult
from scoring_api.results.use_cases.computing import PeriodInputs, bundle_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Computation:
    """A result just computed, with what it was computed from."""

    inputs: PeriodInputs
    bundle: Bundle
    results: list[IndexResult]


@dataclass(frozen=True, slots=True, kw_only=True)
class Office:
    """What freezing needs of the running service: its signing key and the address others fetch from."""

    key: SigningKey
    base_url: str


async def compute(inputs: PeriodInputs) -> Computation:
    """Long for many units: it runs beside the event loop."""
    bundle = bundle_of(inputs)
    return Computation(inputs=inputs, bundle=bundle, results=await asyncio.to_thread(compute_bundle, bundle))


async def keep_edition(
    connection: Writing, found: Computation, number: int, at: datetime, office: Office
) -> dict[str, Any]:
    """Store the result as the edition of that number and announce it; the caller holds the period's lock.

    Raises DomainError `pack_differs`.
    """
    inputs, code = found.inputs, found.inputs.period.code
    plan = await plans.find_plan(connection, inputs.period.plan)
    frozen = await asyncio.to_thread(_freeze, found, plan, number, at, office.key)
    await editions.insert_edition(
        connection,
        NewEdition(
            period=code,
            number=number,
            origin="computed",
            digest=frozen.digest,
            content=frozen.content,
            index_content=frozen.index_content,
            index_tag=entity_tag(frozen.index_content),
            signature=office.key.sign(frozen.content),
            key_id=office.key.key_id,
            finalized_at=at,
            published_at=None,
        ),
    )
    await editions.insert_sheets(connection, code, number, frozen.sheets)
    await editions.insert_packs(connection, code, number, frozen.packs)
    await insert_standings(connection, code, number, frozen.standings)
    url = f"{office.base_url}/internal/editions/{code}/{number}"
    event = PeriodFinalized(period=code, edition=number, digest=frozen.digest, url=url)
    await publish(connection, "scoring", event)
    return {"period": code, "edition": number, "digest": frozen.digest, "units": len(frozen.sheets)}


@dataclass(frozen=True, slots=True, kw_only=True)
class _Frozen:
    """Everything of an edition that is computed, in the bytes it is kept in."""

    content: bytes
    digest: str
    index_content: bytes
    sheets: tuple[Sheet, ...]
    standings: list[StandingRow]
    packs: tuple[Pack, ...]


def _freeze(found: Computation, plan: Plan | None, number: int, at: datetime, key: SigningKey) -> _Frozen:
    """Pure and long for many units: it runs beside the event loop."""
    inputs, bundle, results = found.inputs, found.bundle, found.results
    snapshot = assemble(
        inputs,
        results,
        plan,
        edition=number,
        status="final",
        finalized_at=instant_text(at),
    )
    content, digest = dump_snapshot(snapshot)
    return _Frozen(
        content=content,
        digest=digest,
        index_content=canonical_bytes(index_table(snapshot, digest)),
        sheets=_sheets(inputs, snapshot),
        standings=_standings(inputs, snapshot),
        packs=freeze_packs(inputs, bundle, results, (number, content, digest), key),
    )


def _sheets(inputs: PeriodInputs, snapshot: ResultSnapshot) -> tuple[Sheet, ...]:
    """Each unit's part, saying by itself what it belongs to."""
    numbers = {version.code: version.version for version in inputs.versions}
    of_edition = {"period": snapshot.period.code, "edition": snapshot.edition, "status": snapshot.status}
    return tuple(
        _sheet(unit, {**of_edition, "framework_version": numbers[unit.framework]}) for unit in snapshot.units
    )


def _sheet(unit: UnitResult, of_edition: Mapping[str, Any]) -> Sheet:
    content = canonical_bytes({**of_edition, **asdict(unit)})
    return Sheet(unit.code, content, entity_tag(content))


def _standings(inputs: PeriodInputs, snapshot: ResultSnapshot) -> list[StandingRow]:
    """What the next year reads; of the leaves the values that counted, not points that the council set."""
    numbers = {version.id: version.version for version in inputs.versions}
    bound = {unit.unit: numbers[unit.framework_id] for unit in inputs.units}
    values: dict[str, dict[str, Any]] = {}
    for (unit, leaf), stand in inputs.stands.items():
        counting = stand.counting
        if counting is not None and counting.value is not None and not counting.not_applicable:
            values.setdefault(unit, {})[leaf] = counting.value
    return [
        StandingRow(
            unit=unit.code,
            rank=unit.rank,
            percent=unit.percent,
            band=unit.band,
            review_years={duty.area: duty.consecutive_years for duty in unit.reviews},
            framework=unit.framework,
            framework_version=bound[unit.code],
            leaf_values=values.get(unit.code, {}),
        )
        for unit in snapshot.units
    ]
