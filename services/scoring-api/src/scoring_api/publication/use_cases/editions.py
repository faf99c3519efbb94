"""Releasing an edition to the public, and taking over last year's from elsewhere."""

from collections.abc import Container, Sequence
from datetime import datetime

from parindex.auth.principal import Principal
from parindex.db import Writing
from parindex.http.conditional import entity_tag
from parindex.kernel.canonical import canonical_bytes, digest_bytes
from parindex.kernel.clocks import instant_text
from parindex.kernel.errors import DomainError, Fault
from scoring_api.announcements.use_cases import announce
from scoring_api.assessment.store import periods
from scoring_api.assessment.store.standings import StandingRow, insert_standings
from scoring_api.publication.store import editions
from scoring_api.publication.store.editions import NewEdition
from scoring_api.schema import record
from scoring_api.units.store import units


async def publish_edition(
    connection: Writing,
    by: Principal,
    period: str,
    number: int,
    at: datetime,
    embargo: datetime | None = None,
) -> datetime:
    """Release an edition to everybody, now or when the embargo ends; an embargo not over may be set anew.

    Returns the instant from which everybody may read it. Raises DomainError `edition_not_publishable`,
    `embargo_over` when it would have ended already, `compared_edition_unpublished`.
    """
    if embargo is not None and embargo <= at:
        raise DomainError("embargo_over", {"at": instant_text(embargo)})
    from_when = embargo or at
    await _require_compared(connection, period, from_when)
    if not await editions.publish_edition(connection, period, number, from_when):
        raise DomainError("edition_not_publishable", {"period": period, "edition": number})
    await record(
        connection, by, "edition.published", f"{period}/{number}", published_at=instant_text(from_when)
    )
    if embargo is None:
        await announce_edition(connection, period, number)
    return from_when


async def _require_compared(connection: Writing, code: str, from_when: datetime) -> None:
    """An edition tells last year's ranks and percents: everybody may know those by then."""
    period = await periods.find_period(connection, code)
    if period is None or period.previous_edition is None:
        return
    if not await editions.is_published(connection, period.previous, period.previous_edition, from_when):
        said = {"period": period.previous, "edition": period.previous_edition}
        raise DomainError("compared_edition_unpublished", said)


async def announce_edition(connection: Writing, period: str, number: int) -> None:
    """Tell everybody of an edition that they may read now."""
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
    number = await editions.next_number(connection, period)
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
    await editions.insert_edition(
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
