"""Fixing a result for good, releasing it to the public, and taking over last year's from elsewhere."""

import asyncio
from collections.abc import Container, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from parindex.auth.principal import Principal
from parindex.auth.tokens import SigningKey
from parindex.bus import publish
from parindex.contracts.events import PeriodFinalized
from parindex.contracts.loading import dump_snapshot
from parindex.contracts.snapshots import ResultSnapshot, UnitResult
from parindex.db import Writing
from parindex.http.conditional import entity_tag
from parindex.kernel.canonical import canonical_bytes, digest_bytes
from parindex.kernel.clocks import instant_text
from parindex.kernel.errors import DomainError, Fault
from scoring_api.announcements.use_cases import announce
from scoring_api.assessment.store import periods
from scoring_api.assessment.store.standings import StandingRow, insert_standings
from scoring_api.plans import store as plans
from scoring_api.plans.domain import Plan
from scoring_api.publication import store
from scoring_api.publication.store import NewEdition, Pack, Sheet
from scoring_api.publication.use_cases.assemble import assemble
from scoring_api.publication.use_cases.index_table import index_table
from scoring_api.publication.use_cases.packing import freeze_packs
from scoring_api.results.domain.bundle import compute_bundle
from scoring_api.results.use_cases.computing import PeriodInputs, bundle_of, read_inputs
from scoring_api.schema import record
from scoring_api.units import store as units


async def finalize_period(
    connection: Writing, by: Principal, code: str, at: datetime, *, key: SigningKey, base_url: str
) -> dict[str, Any]:
    """Compute once more under the lock, freeze the result as edition 1, announce it.

    No write of the period is under way while this runs and none is taken afterwards. Raises DomainError
    `period_state`, `pack_differs`.
    """
    await periods.open_for_transition(connection, code, "provisional")
    inputs = await read_inputs(connection, code)
    plan = await plans.find_plan(connection, inputs.period.plan)
    number = await store.next_number(connection, code)
    frozen = await asyncio.to_thread(_freeze, inputs, plan, number, at, key)
    await store.insert_edition(
        connection,
        NewEdition(
            period=code,
            number=number,
            origin="computed",
            digest=frozen.digest,
            content=frozen.content,
            index_content=frozen.index_content,
            index_tag=entity_tag(frozen.index_content),
            signature=key.sign(frozen.content),
            key_id=key.key_id,
            finalized_at=at,
            published_at=None,
        ),
    )
    await store.insert_sheets(connection, code, number, frozen.sheets)
    await store.insert_packs(connection, code, number, frozen.packs)
    await insert_standings(connection, code, number, frozen.standings)
    await periods.update_period(connection, inputs.period.id, state="finalized")
    url = f"{base_url}/internal/editions/{code}/{number}"
    event = PeriodFinalized(period=code, edition=number, digest=frozen.digest, url=url)
    await publish(connection, "scoring", event)
    await record(connection, by, "period.finalized", code, edition=number, digest=frozen.digest)
    said = {"period": code, "edition": number, "digest": frozen.digest}
    await announce(connection, "period.finalized", code, said)
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


def _freeze(inputs: PeriodInputs, plan: Plan | None, number: int, at: datetime, key: SigningKey) -> _Frozen:
    """Pure and long for many units: it runs beside the event loop."""
    bundle = bundle_of(inputs)
    results = compute_bundle(bundle)
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
        sheets=tuple(_sheet(unit) for unit in snapshot.units),
        standings=_standings(inputs, snapshot),
        packs=freeze_packs(inputs, bundle, results, (number, content, digest), key),
    )


def _sheet(unit: UnitResult) -> Sheet:
    content = canonical_bytes(asdict(unit))
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


async def publish_edition(connection: Writing, by: Principal, period: str, number: int, at: datetime) -> None:
    """Release an edition to everybody. Raises DomainError `edition_not_publishable`."""
    if not await store.publish_edition(connection, period, number, at):
        raise DomainError("edition_not_publishable", {"period": period, "edition": number})
    await record(connection, by, "edition.published", f"{period}/{number}")
    said = {"period": period, "edition": number, "origin": "computed"}
    await announce(connection, "edition.published", f"{period}/{number}", said, "public")


async def import_edition(
    connection: Writing, by: Principal, period: str, rows: Sequence[StandingRow], at: datetime
) -> int:
    """Last year's standings, published by another system, to compare with. Returns the edition's number.

    Raises DomainError `edition_of_own_period` for a period that this system computes itself,
    `edition_invalid` naming units that nobody registered or that stand there twice.
    """
    if await periods.find_period(connection, period) is not None:
        raise DomainError("edition_of_own_period", {"period": period})
    registered = await units.read_units(connection, [row.unit for row in rows])
    faults = _import_faults(rows, registered)
    if faults:
        raise DomainError("edition_invalid", {"period": period, "count": len(faults)}, tuple(faults))
    number = await store.next_number(connection, period)
    table = {
        "period": period,
        "edition": number,
        "status": "imported",
        "units": [
            {
                "unit": row.unit,
                "rank": row.rank,
                "percent": row.percent,
                "band": row.band,
                "reviews": sorted(row.review_years),
            }
            for row in rows
        ],
    }
    content = canonical_bytes(table)
    await store.insert_edition(
        connection,
        NewEdition(
            period=period,
            number=number,
            origin="imported",
            digest=digest_bytes(content),
            content=content,
            index_content=content,
            index_tag=entity_tag(content),
            signature="",
            key_id="",
            finalized_at=at,
            published_at=at,
        ),
    )
    await insert_standings(connection, period, number, rows)
    await record(connection, by, "edition.imported", f"{period}/{number}", units=len(rows))
    said = {"period": period, "edition": number, "origin": "imported"}
    await announce(connection, "edition.published", f"{period}/{number}", said, "public")
    return number


def _import_faults(rows: Sequence[StandingRow], registered: Container[str]) -> list[Fault]:
    faults = []
    seen: set[str] = set()
    for index, row in enumerate(rows):
        where = f"/units/{index}/unit"
        if row.unit not in registered:
            faults.append(Fault(where, "unit_unknown", f"chưa có đơn vị {row.unit}"))
        if row.unit in seen:
            faults.append(Fault(where, "unit_repeated", "đơn vị ghi hai lần"))
        seen.add(row.unit)
    return faults
