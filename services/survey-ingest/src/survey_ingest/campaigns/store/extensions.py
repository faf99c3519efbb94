"""SQL of extensions: each is a row of its own, and the campaign's end is that of the latest."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import insert, select, update

from parindex.db import Reading, Writing
from parindex.kernel.clocks import business_time
from survey_ingest.campaigns.store.tables import campaign, campaign_extension


async def insert_extension(
    connection: Writing, campaign_id: UUID, closes_at: datetime, reason: str, author: str
) -> None:
    values = {"closes_at": closes_at, "reason": reason, "author": author, "at": business_time()}
    await connection.execute(insert(campaign_extension).values(campaign_id=campaign_id, **values))
    await connection.execute(update(campaign).where(campaign.c.id == campaign_id).values(closes_at=closes_at))


async def list_extensions(connection: Reading, campaign_id: UUID) -> list[dict[str, Any]]:
    """In the order they were granted."""
    columns = (campaign_extension.c.closes_at, campaign_extension.c.reason, campaign_extension.c.at)
    found = select(*columns).where(campaign_extension.c.campaign_id == campaign_id)
    rows = await connection.execute(found.order_by(campaign_extension.c.closes_at))
    return [dict(row) for row in rows.mappings()]
