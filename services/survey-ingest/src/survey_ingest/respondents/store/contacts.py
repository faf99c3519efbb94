"""SQL of contact data and of the deletion timer."""

import json
from dataclasses import asdict, dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import (
    Column,
    ForeignKey,
    LargeBinary,
    String,
    Table,
    Uuid,
    delete,
    func,
    select,
    text,
    update,
)
from sqlalchemy.dialects.postgresql import insert

from parindex.db import Instant, Reading, Writing
from survey_ingest.respondents.domain import UNFINISHED, Contact
from survey_ingest.respondents.store.encryption import Keyring, PersonalKey
from survey_ingest.schema import metadata

# No column tells who: the serial stands inside the closed content, its mark needs the key.
respondent_contact = Table(
    "respondent_contact",
    metadata,
    Column("campaign_id", Uuid, ForeignKey("survey.campaign.id"), primary_key=True),
    Column("mark", LargeBinary, primary_key=True),
    Column("batch", String(80), nullable=False),
    Column("key_id", String(16), nullable=False),
    Column("closed", LargeBinary, nullable=False),
)

contact_timer = Table(
    "contact_timer",
    metadata,
    Column("campaign_id", Uuid, ForeignKey("survey.campaign.id"), primary_key=True),
    Column("handed_over_at", Instant, nullable=False),
)

_DELETE_DUE = text(
    """
    WITH due AS (
        SELECT r.campaign_id, r.mark FROM survey.respondent_contact r
        JOIN survey.campaign c ON c.id = r.campaign_id
        LEFT JOIN survey.contact_timer t ON t.campaign_id = c.id
        WHERE least(t.handed_over_at, c.closes_at + make_interval(secs => :unfinished))
            + make_interval(days => coalesce(c.retention_days, 0)) <= :now
        ORDER BY r.campaign_id, r.mark LIMIT :most FOR UPDATE OF r SKIP LOCKED
    ), gone AS (
        DELETE FROM survey.respondent_contact r USING due
        WHERE r.campaign_id = due.campaign_id AND r.mark = due.mark RETURNING r.campaign_id
    )
    SELECT c.code, count(*) FROM gone JOIN survey.campaign c ON c.id = gone.campaign_id GROUP BY 1 ORDER BY 1
    """
)


@dataclass(frozen=True, slots=True)
class Kept:
    """How many contacts of a campaign there are, and since when it is handed over."""

    contacts: int
    handed_over_at: datetime | None


async def keep(connection: Writing, ring: Keyring, campaign_id: UUID, batch: str, new: Contact) -> bool:
    """Keep or replace the contact of a serial; False when the serial's contact is of another batch."""
    former = [key.mark(campaign_id, new.serial) for key in ring.former]
    if former:
        kept = respondent_contact.c
        await connection.execute(
            delete(respondent_contact).where(
                kept.campaign_id == campaign_id, kept.mark.in_(former), kept.batch == batch
            )
        )
        of_others = select(kept.mark).where(kept.campaign_id == campaign_id, kept.mark.in_(former))
        if (await connection.execute(of_others)).first() is not None:
            return False
    row = _row(ring.current, campaign_id, batch, new)
    statement = insert(respondent_contact).values(**row)
    written = await connection.execute(
        statement.on_conflict_do_update(
            index_elements=["campaign_id", "mark"],
            set_={"key_id": statement.excluded.key_id, "closed": statement.excluded.closed},
            where=respondent_contact.c.batch == batch,
        )
    )
    return bool(written.rowcount)


def _row(key: PersonalKey, campaign_id: UUID, batch: str, contact: Contact) -> dict[str, object]:
    mark = key.mark(campaign_id, contact.serial)
    content = json.dumps(asdict(contact), ensure_ascii=False).encode()
    return {
        "campaign_id": campaign_id,
        "mark": mark,
        "batch": batch,
        "key_id": key.id,
        "closed": key.close(campaign_id, mark, content),
    }


async def find(connection: Reading, ring: Keyring, campaign_id: UUID, serial: str) -> Contact | None:
    """The contact of a serial under whichever key it was closed."""
    for key in ring.all:
        mark = key.mark(campaign_id, serial)
        query = select(respondent_contact.c.closed).filter_by(campaign_id=campaign_id, mark=mark)
        closed = (await connection.execute(query)).scalar()
        if closed is not None:
            return Contact(**json.loads(key.open(campaign_id, mark, closed)))
    return None


async def erase(connection: Writing, ring: Keyring, campaign_id: UUID, serial: str) -> bool:
    """False when there is no contact of the serial."""
    marks = [key.mark(campaign_id, serial) for key in ring.all]
    gone = await connection.execute(
        delete(respondent_contact).where(
            respondent_contact.c.campaign_id == campaign_id, respondent_contact.c.mark.in_(marks)
        )
    )
    return bool(gone.rowcount)


async def count(connection: Reading, campaign_id: UUID) -> Kept:
    contacts = await connection.execute(
        select(func.count()).select_from(respondent_contact).filter_by(campaign_id=campaign_id)
    )
    timer = await connection.execute(
        select(contact_timer.c.handed_over_at).filter_by(campaign_id=campaign_id)
    )
    return Kept(contacts.scalar_one(), timer.scalar())


async def start_timer(connection: Writing, campaign_id: UUID, handed_over_at: datetime) -> None:
    """The first hand-over starts it; a later one changes nothing."""
    values = {"campaign_id": campaign_id, "handed_over_at": handed_over_at}
    await connection.execute(insert(contact_timer).values(**values).on_conflict_do_nothing())


async def delete_due(connection: Writing, now: datetime, most: int) -> dict[str, int]:
    """Delete up to that many contacts whose time is over; campaign → how many."""
    key = {"now": now, "most": most, "unfinished": int(UNFINISHED.total_seconds())}
    rows = await connection.execute(_DELETE_DUE, key)
    return {row[0]: row[1] for row in rows}


async def close_anew(connection: Writing, ring: Keyring, most: int) -> int:
    """Encrypt up to that many contacts of former keys under the key in use; how many.

    Where the serial has a contact under the key in use already, the other was written later, by a process
    that did not know that key yet: it takes the place.
    """
    query = (
        select(respondent_contact)
        .where(respondent_contact.c.key_id.in_([key.id for key in ring.former]))
        .order_by(respondent_contact.c.campaign_id, respondent_contact.c.mark)
        .limit(most)
        .with_for_update(skip_locked=True)
    )
    rows = (await connection.execute(query)).all()
    for row in rows:
        key = ring.find(row.key_id)
        assert key is not None
        contact = Contact(**json.loads(key.open(row.campaign_id, row.mark, row.closed)))
        anew = _row(ring.current, row.campaign_id, row.batch, contact)
        await connection.execute(
            delete(respondent_contact).filter_by(campaign_id=row.campaign_id, mark=anew["mark"])
        )
        await connection.execute(
            update(respondent_contact).filter_by(campaign_id=row.campaign_id, mark=row.mark).values(**anew)
        )
    return len(rows)
