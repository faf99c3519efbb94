"""SQL of ballots: set-based writing under shared locks, look-ups, changes; quota counters are `places`."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal
from uuid import UUID

from sqlalchemy import func, insert, select, text, update

from parindex.db import Reading, Writing
from parindex.kernel.errors import DomainError
from survey_ingest.ballots.domain.entry import Entry
from survey_ingest.ballots.domain.findings import OUTSIDE_ISSUE, QUOTA_FULL
from survey_ingest.ballots.domain.receipt import BatchStanding, Stored
from survey_ingest.ballots.store.tables import ballot, ballot_revision

FOUND = "found"
"""The entry mode of a ballot that came in by a correction after the seal of its bag."""


@dataclass(frozen=True, slots=True)
class Keyed:
    """A checked ballot on its way into the books, with the quota it takes a place of."""

    campaign_id: UUID
    campaign: str
    entry: Entry
    digest: str
    reason: str
    quota_unit: str
    entry_mode: str
    clerk: str
    accepted_at: datetime
    explanations: Mapping[str, str] | None = None  # by the number of the warning, as the clerk sent them
    warnings: Sequence[str] = ()  # what the ballot gives and the campaign watches
    watched: frozenset[str] = frozenset()
    issued_serials_only: bool = False

    @property
    def looks_at_issue(self) -> bool:
        """Whether it matters that its serial was issued to its batch."""
        return self.issued_serials_only or OUTSIDE_ISSUE in self.watched

    @property
    def watches_quota(self) -> bool:
        """Whether it counts, and comes in beyond its quota with an explanation only."""
        return QUOTA_FULL in self.watched and not self.reason

    @property
    def key(self) -> tuple[UUID, UUID]:
        return (self.campaign_id, self.entry.id)

    @property
    def bag(self) -> tuple[UUID, str]:
        return (self.campaign_id, self.entry.batch)

    @property
    def quota(self) -> tuple[UUID, str, str, str]:
        return (self.campaign_id, self.entry.questionnaire, self.entry.group, self.quota_unit)


# One statement for both: what else this transaction waits for, it waits for 2 s.
_LOCK = text(
    """
    SELECT c.id, c.code AS campaign, c.state AS campaign_state, c.opens_at, c.closes_at,
        b.code AS batch, b.state AS batch_state, c.late_entry_hours, c.serials_amended,
        set_config('lock_timeout', '2s', true)
    FROM survey.campaign c JOIN survey.batch b ON b.campaign_id = c.id
    WHERE (c.id, b.code) IN (SELECT * FROM unnest(CAST(:campaigns AS uuid[]), CAST(:batches AS text[])))
    ORDER BY c.id, b.code FOR SHARE SKIP LOCKED
    """
)
_INSERT = text(
    """
    INSERT INTO survey.ballot (campaign_id, id, serial, batch, questionnaire, respondent_group, unit,
        answers, status, reason, digest, entry_mode, clerk, accepted_at, collected_at)
    SELECT campaign_id, id, serial, batch, questionnaire, respondent_group, unit, CAST(answers AS smallint[]),
        CASE WHEN reason IS NULL THEN 'valid' ELSE 'invalid' END, reason, digest,
        entry_mode, clerk, accepted_at, collected_at
    FROM unnest(CAST(:campaigns AS uuid[]), CAST(:ids AS uuid[]), CAST(:serials AS text[]),
        CAST(:batches AS text[]), CAST(:questionnaires AS text[]), CAST(:groups AS text[]),
        CAST(:units AS text[]), CAST(:answers AS text[]), CAST(:reasons AS text[]),
        CAST(:digests AS text[]), CAST(:modes AS text[]), CAST(:clerks AS text[]),
        CAST(:accepted AS timestamptz[]), CAST(:collected AS date[]))
        AS t (campaign_id, id, serial, batch, questionnaire, respondent_group, unit, answers, reason,
              digest, entry_mode, clerk, accepted_at, collected_at)
    ON CONFLICT DO NOTHING RETURNING campaign_id, id
    """
)
_HOLD = text(
    """
    UPDATE survey.ballot SET status = 'held'
    WHERE (campaign_id, id) IN (SELECT * FROM unnest(CAST(:campaigns AS uuid[]), CAST(:ids AS uuid[])))
    """
)
_FIND = text(
    """
    WITH met AS (
        SELECT campaign_id, id, serial, status, digest, accepted_at, clerk FROM survey.ballot
        WHERE (campaign_id, id) IN (SELECT * FROM unnest(CAST(:campaigns AS uuid[]), CAST(:ids AS uuid[])))
        UNION
        SELECT campaign_id, id, serial, status, digest, accepted_at, clerk FROM survey.ballot
        WHERE (campaign_id, serial) IN
            (SELECT * FROM unnest(CAST(:campaigns AS uuid[]), CAST(:serials AS text[])))
    )
    SELECT m.campaign_id, m.id, m.serial, coalesce(r.status, m.status), coalesce(r.digest, m.digest),
        m.accepted_at, m.clerk, CAST(c.double_entry ->> 'share' AS numeric) > 0
    FROM met m JOIN survey.campaign c ON c.id = m.campaign_id
    LEFT JOIN survey.ballot_revision r
        ON r.campaign_id = m.campaign_id AND r.ballot_id = m.id AND r.revision = 1
    """
)


async def lock_bags(
    connection: Writing, bags: Iterable[tuple[UUID, str]]
) -> dict[tuple[UUID, str], BatchStanding]:
    """The batches under a shared lock: a seal waits for this transaction, or this one sees the seal.

    A batch that is being sealed right now is left out: nobody else's ballots wait for it.
    """
    wanted = list(bags)
    rows = await connection.execute(
        _LOCK, {"campaigns": [bag[0] for bag in wanted], "batches": [bag[1] for bag in wanted]}
    )
    return {(row[0], row.batch): BatchStanding(*row[1:9]) for row in rows}


async def insert_ballots(connection: Writing, keyed: Sequence[Keyed]) -> set[tuple[UUID, UUID]]:
    """Write what is new; the keys written. Every other one met a ballot that is there already."""
    entries = [item.entry for item in keyed]
    rows = await connection.execute(
        _INSERT,
        {
            "campaigns": [item.campaign_id for item in keyed],
            "ids": [entry.id for entry in entries],
            "serials": [entry.serial for entry in entries],
            "batches": [entry.batch for entry in entries],
            "questionnaires": [entry.questionnaire for entry in entries],
            "groups": [entry.group for entry in entries],
            "units": [entry.unit for entry in entries],
            "answers": [array_text(entry.answers) for entry in entries],
            "reasons": [item.reason or None for item in keyed],
            "digests": [item.digest for item in keyed],
            "modes": [item.entry_mode for item in keyed],
            "clerks": [item.clerk for item in keyed],
            "accepted": [item.accepted_at for item in keyed],
            "collected": [entry.collected_at for entry in entries],
        },
    )
    return {(row[0], row[1]) for row in rows}


def array_text(answers: Sequence[int]) -> str:
    """A smallint[] in PostgreSQL's own spelling: arrays of unequal length cannot be unnested as arrays."""
    return "{" + ",".join(map(str, answers)) + "}"


async def hold(connection: Writing, keys: Sequence[tuple[UUID, UUID]]) -> None:
    """Surplus over the quota: kept, not counted."""
    await connection.execute(_HOLD, {"campaigns": [key[0] for key in keys], "ids": [key[1] for key in keys]})


async def find_known(connection: Reading, keyed: Sequence[Keyed]) -> list[tuple[UUID, Stored]]:
    """Ballots in the books that share an id or a serial with one of these, with their campaign.

    They stand as they were keyed: a client that missed its receipt gets it after a revision too.
    """
    rows = await connection.execute(
        _FIND,
        {
            "campaigns": [item.campaign_id for item in keyed],
            "ids": [item.entry.id for item in keyed],
            "serials": [item.entry.serial for item in keyed],
        },
    )
    return [(row[0], Stored(*row[1:])) for row in rows]


async def find_same(
    connection: Reading, campaign_id: UUID, ids: Sequence[UUID], serials: Sequence[str]
) -> list[tuple[UUID, str]]:
    """Id and serial of the ballots in the books that have one of these ids or serials."""
    rows = await connection.execute(
        select(ballot.c.id, ballot.c.serial).where(
            ballot.c.campaign_id == campaign_id, ballot.c.id.in_(ids) | ballot.c.serial.in_(serials)
        )
    )
    return [(row.id, row.serial) for row in rows]


@dataclass(frozen=True, slots=True)
class BallotRow:
    """A ballot as it stands in the table."""

    id: UUID
    serial: str
    batch: str
    questionnaire: str
    group: str
    unit: str | None
    answers: list[int]
    status: str
    reason: str | None
    digest: str
    entry_mode: str
    clerk: str
    accepted_at: datetime
    collected_at: date | None = None


async def read_ballot(
    connection: Reading, campaign_id: UUID, ballot_id: UUID, *, lock: bool = False
) -> BallotRow:
    """One ballot; with `lock` nobody else changes it. Raises DomainError `ballot_unknown`."""
    query = select(*list(ballot.c)[1:]).where(ballot.c.campaign_id == campaign_id, ballot.c.id == ballot_id)
    if lock:
        query = query.with_for_update()
    row = (await connection.execute(query)).first()
    if row is None:
        raise DomainError("ballot_unknown", {"id": str(ballot_id)})
    return BallotRow(*row)


@dataclass(frozen=True, slots=True)
class BallotContent:
    """What a revision may change of a ballot; who keyed it when stays."""

    group: str
    unit: str | None
    answers: Sequence[int]
    status: str
    reason: str | None
    digest: str


@dataclass(frozen=True, slots=True)
class Revising:
    """Why a ballot changes, and who changes it when."""

    cause: Literal["double_entry", "correction", "promotion"]
    explanation: str
    by: str
    at: datetime


async def revise_ballot(
    connection: Writing, campaign_id: UUID, before: BallotRow, after: BallotContent, why: Revising
) -> int:
    """Keep what the ballot says and let it say `after`; the number of the change.

    `before` was read under its lock. The counters of quotas are the caller's.
    """
    key = (ballot_revision.c.campaign_id == campaign_id, ballot_revision.c.ballot_id == before.id)
    last = (await connection.execute(select(func.max(ballot_revision.c.revision)).where(*key))).scalar()
    number = int(last or 0) + 1
    await connection.execute(
        insert(ballot_revision).values(
            campaign_id=campaign_id,
            ballot_id=before.id,
            revision=number,
            respondent_group=before.group,
            unit=before.unit,
            answers=before.answers,
            status=before.status,
            reason=before.reason,
            digest=before.digest,
            cause=why.cause,
            explanation=why.explanation,
            revised_by=why.by,
            revised_at=why.at,
        )
    )
    await connection.execute(
        update(ballot)
        .filter_by(campaign_id=campaign_id, id=before.id)
        .values(
            respondent_group=after.group,
            unit=after.unit,
            answers=list(after.answers),
            status=after.status,
            reason=after.reason,
            digest=after.digest,
        )
    )
    return number


@dataclass(frozen=True, slots=True)
class StatusCount:
    """Ballots of one bag and one quota's scope by status."""

    batch: str
    questionnaire: str
    group: str
    unit: str
    status: str
    ballots: int


_COUNT = text(
    """
    SELECT batch, questionnaire, respondent_group, coalesce(unit, '') AS unit, status, count(*)
    FROM survey.ballot WHERE campaign_id = :campaign AND (CAST(:batch AS text) IS NULL OR batch = :batch)
    GROUP BY 1, 2, 3, 4, 5 ORDER BY 1, 2, 3, 4, 5
    """
)


async def count_by_status(
    connection: Reading, campaign_id: UUID, batch: str | None = None
) -> list[StatusCount]:
    """How many ballots of each bag, questionnaire, group and unit are valid, invalid and held."""
    rows = await connection.execute(_COUNT, {"campaign": campaign_id, "batch": batch})
    return [StatusCount(*row) for row in rows]
