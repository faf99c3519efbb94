"""SQL of second entries: found and written many at once."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import insert, select, text

from parindex.db import Reading, Writing
from parindex.kernel.errors import DomainError
from survey_ingest.ballots.store import array_text
from survey_ingest.ballots.store.tables import ballot
from survey_ingest.double_entry.domain.comparing import Difference, Said
from survey_ingest.double_entry.store.tables import entry_difference, second_entry


@dataclass(frozen=True, slots=True)
class SecondEntry:
    """A ballot keyed once more («phiếu nhập lần hai»)."""

    id: UUID
    ballot_id: UUID
    serial: str
    batch: str
    said: Said
    digest: str
    clerk: str
    keyed_at: datetime


@dataclass(frozen=True, slots=True)
class FirstEntry:
    """What a second entry is held against; it never leaves the server."""

    ballot_id: UUID
    batch: str
    said: Said
    clerk: str


_COLUMNS = (
    second_entry.c.id,
    second_entry.c.ballot_id,
    second_entry.c.serial,
    second_entry.c.batch,
    second_entry.c.respondent_group,
    second_entry.c.unit,
    second_entry.c.answers,
    second_entry.c.digest,
    second_entry.c.clerk,
    second_entry.c.keyed_at,
)
# Arrays of unequal length cannot be unnested as arrays: answers travel in PostgreSQL's own spelling.
_INSERT = text(
    """
    INSERT INTO survey.second_entry (campaign_id, id, ballot_id, serial, batch, respondent_group, unit,
        answers, digest, clerk, keyed_at)
    SELECT :campaign, id, ballot_id, serial, batch, respondent_group, unit, CAST(answers AS smallint[]),
        digest, :clerk, :keyed_at
    FROM unnest(CAST(:ids AS uuid[]), CAST(:ballots AS uuid[]), CAST(:serials AS text[]),
        CAST(:batches AS text[]), CAST(:groups AS text[]), CAST(:units AS text[]),
        CAST(:answers AS text[]), CAST(:digests AS text[]))
        AS t (id, ballot_id, serial, batch, respondent_group, unit, answers, digest)
    ON CONFLICT DO NOTHING RETURNING id
    """
)


def _entry(row: Any) -> SecondEntry:
    return SecondEntry(
        id=row.id,
        ballot_id=row.ballot_id,
        serial=row.serial,
        batch=row.batch,
        said=Said(row.respondent_group, row.unit, row.answers),
        digest=row.digest,
        clerk=row.clerk,
        keyed_at=row.keyed_at,
    )


async def find_entries(
    connection: Reading, campaign_id: UUID, ids: Collection[UUID]
) -> dict[UUID, SecondEntry]:
    rows = await connection.execute(
        select(*_COLUMNS).where(second_entry.c.campaign_id == campaign_id, second_entry.c.id.in_(ids))
    )
    return {row.id: _entry(row) for row in rows}


async def find_entry_of(connection: Reading, campaign_id: UUID, ballot_id: UUID) -> SecondEntry | None:
    row = (
        await connection.execute(
            select(*_COLUMNS).where(
                second_entry.c.campaign_id == campaign_id, second_entry.c.ballot_id == ballot_id
            )
        )
    ).first()
    return None if row is None else _entry(row)


async def find_firsts(
    connection: Reading, campaign_id: UUID, serials: Collection[str]
) -> dict[str, FirstEntry]:
    """Serial → the ballot as a person keyed it; what came in a file was not keyed by anybody."""
    rows = await connection.execute(
        select(
            ballot.c.serial,
            ballot.c.id,
            ballot.c.batch,
            ballot.c.respondent_group,
            ballot.c.unit,
            ballot.c.answers,
            ballot.c.clerk,
        ).where(
            ballot.c.campaign_id == campaign_id,
            ballot.c.serial.in_(serials),
            ballot.c.entry_mode == "manual",
        )
    )
    return {row[0]: FirstEntry(row[1], row[2], Said(row[3], row[4], row[5]), row[6]) for row in rows}


async def find_entered(connection: Reading, campaign_id: UUID, ballots: Collection[UUID]) -> set[UUID]:
    """Those of the ballots that have their second entry."""
    rows = await connection.execute(
        select(second_entry.c.ballot_id).where(
            second_entry.c.campaign_id == campaign_id, second_entry.c.ballot_id.in_(ballots)
        )
    )
    return set(rows.scalars())


async def insert_entries(connection: Writing, campaign_id: UUID, entries: Sequence[SecondEntry]) -> set[UUID]:
    """Write what is new, all of one clerk and one instant; the ids written."""
    rows = await connection.execute(
        _INSERT,
        {
            "campaign": campaign_id,
            "clerk": entries[0].clerk,
            "keyed_at": entries[0].keyed_at,
            "ids": [entry.id for entry in entries],
            "ballots": [entry.ballot_id for entry in entries],
            "serials": [entry.serial for entry in entries],
            "batches": [entry.batch for entry in entries],
            "groups": [entry.said.group for entry in entries],
            "units": [entry.said.unit for entry in entries],
            "answers": [array_text(entry.said.answers) for entry in entries],
            "digests": [entry.digest for entry in entries],
        },
    )
    return set(rows.scalars())


async def insert_differences(
    connection: Writing, campaign_id: UUID, found: Sequence[tuple[SecondEntry, Difference]]
) -> None:
    rows = [
        {
            "campaign_id": campaign_id,
            "ballot_id": entry.ballot_id,
            "position": difference.position,
            "batch": entry.batch,
            "first": difference.first,
            "second": difference.second,
        }
        for entry, difference in found
    ]
    await connection.execute(insert(entry_difference), rows)


async def read_entry(connection: Reading, campaign_id: UUID, entry_id: UUID) -> SecondEntry:
    """Raises DomainError `second_entry_unknown`."""
    found = (await find_entries(connection, campaign_id, [entry_id])).get(entry_id)
    if found is None:
        raise DomainError("second_entry_unknown", {"id": str(entry_id)})
    return found
