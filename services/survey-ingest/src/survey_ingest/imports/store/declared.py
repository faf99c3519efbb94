"""SQL of what people declare for files to come: mappings of sources, spellings of units."""

import json
from collections.abc import Mapping
from typing import Any
from uuid import UUID

from sqlalchemy import func, insert, select
from sqlalchemy.dialects.postgresql import insert as insert_or_change

from parindex.db import Reading, Writing
from parindex.kernel.canonical import canonical_bytes
from parindex.kernel.clocks import business_time
from parindex.kernel.text import match_key
from survey_ingest.imports.store.tables import import_mapping, unit_spelling


async def read_mapping(connection: Reading, campaign_id: UUID, source: str) -> bytes | None:
    """The latest revision of a source's mapping, as canonical JSON."""
    query = (
        select(import_mapping.c.content)
        .where(import_mapping.c.campaign_id == campaign_id, import_mapping.c.source == source)
        .order_by(import_mapping.c.revision.desc())
        .limit(1)
    )
    return (await connection.execute(query)).scalar()


async def add_mapping(
    connection: Writing, campaign_id: UUID, source: str, content: Mapping[str, Any], by: str
) -> bytes:
    """A new revision; two at once collide on its number."""
    latest = select(func.coalesce(func.max(import_mapping.c.revision), 0)).where(
        import_mapping.c.campaign_id == campaign_id, import_mapping.c.source == source
    )
    revision = int((await connection.execute(latest)).scalar_one()) + 1
    kept = canonical_bytes({**content, "source": source, "revision": revision})
    await connection.execute(
        insert(import_mapping).values(
            campaign_id=campaign_id,
            source=source,
            revision=revision,
            content=kept,
            declared_by=by,
            declared_at=business_time(),
        )
    )
    return kept


def mapping_of(content: bytes) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(content)
    return found


async def read_spellings(connection: Reading, campaign_id: UUID, level: str) -> dict[str, str | None]:
    """Match key → the unit that somebody said it is; None where it is said to be none."""
    columns = unit_spelling.c
    rows = await connection.execute(
        select(columns.key, columns.unit).where(columns.campaign_id == campaign_id, columns.level == level)
    )
    return {row.key: row.unit for row in rows}


async def confirm_spellings(
    connection: Writing, campaign_id: UUID, level: str, units: Mapping[str, str | None], by: str
) -> None:
    """Remember for all files to come which unit each spelling is."""
    rows = {
        match_key(spelling): {
            "campaign_id": campaign_id,
            "level": level,
            "key": match_key(spelling),
            "spelling": spelling,
            "unit": unit,
            "confirmed_by": by,
            "confirmed_at": business_time(),
        }
        for spelling, unit in units.items()
    }
    statement = insert_or_change(unit_spelling).values([rows[key] for key in sorted(rows)])
    changed = {
        name: statement.excluded[name] for name in ("spelling", "unit", "confirmed_by", "confirmed_at")
    }
    keys = ["campaign_id", "level", "key"]
    await connection.execute(statement.on_conflict_do_update(index_elements=keys, set_=changed))
