"""SQL of single questionnaires: drafted, replaced and published while their campaign is a draft."""

import json
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import delete, func, select, update
from sqlalchemy.dialects.postgresql import insert

from parindex.db import Reading, Writing
from parindex.kernel.canonical import canonical_bytes, digest_bytes
from parindex.kernel.clocks import business_time
from parindex.kernel.errors import DomainError
from survey_ingest.campaigns.domain.questionnaire import Questionnaire
from survey_ingest.campaigns.store.tables import questionnaire


@dataclass(frozen=True, slots=True)
class StoredQuestionnaire:
    """A questionnaire as stored («mẫu phiếu»): its canonical text, the text's digest, and how far it is."""

    code: str
    digest: str
    definition: str
    edited_at: datetime | None
    published_at: datetime | None

    @property
    def state(self) -> str:
        return "draft" if self.published_at is None else "published"

    @property
    def data(self) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(self.definition)
        return found


_COLUMNS = [questionnaire.c[name] for name in StoredQuestionnaire.__slots__]


async def find_questionnaire(connection: Reading, campaign_id: UUID, code: str) -> StoredQuestionnaire | None:
    query = select(*_COLUMNS).where(questionnaire.c.campaign_id == campaign_id, questionnaire.c.code == code)
    row = (await connection.execute(query)).first()
    return None if row is None else StoredQuestionnaire(*row)


async def read_questionnaire(connection: Reading, campaign_id: UUID, code: str) -> StoredQuestionnaire:
    """Raises DomainError `questionnaire_unknown`."""
    found = await find_questionnaire(connection, campaign_id, code)
    if found is None:
        raise DomainError("questionnaire_unknown", {"questionnaire": code})
    return found


async def list_questionnaires(connection: Reading, campaign_id: UUID) -> list[StoredQuestionnaire]:
    """In the order of the campaign."""
    query = select(*_COLUMNS).where(questionnaire.c.campaign_id == campaign_id)
    rows = await connection.execute(query.order_by(questionnaire.c.position))
    return [StoredQuestionnaire(*row) for row in rows]


async def put_questionnaire(connection: Writing, campaign_id: UUID, new: Questionnaire) -> str:
    """Store it in the place of the one of its code, or after all others; its digest."""
    content = canonical_bytes(asdict(new))
    last = select(func.coalesce(func.max(questionnaire.c.position), -1) + 1).where(
        questionnaire.c.campaign_id == campaign_id
    )
    text = {"digest": digest_bytes(content), "definition": content.decode(), "edited_at": business_time()}
    await connection.execute(
        insert(questionnaire)
        .values(campaign_id=campaign_id, code=new.code, position=last.scalar_subquery(), **text)
        .on_conflict_do_update(index_elements=["campaign_id", "code"], set_=text)
    )
    return digest_bytes(content)


async def publish(connection: Writing, campaign_id: UUID, codes: list[str]) -> None:
    await connection.execute(
        update(questionnaire)
        .where(questionnaire.c.campaign_id == campaign_id, questionnaire.c.code.in_(codes))
        .values(published_at=business_time())
    )


async def remove_questionnaire(connection: Writing, campaign_id: UUID, code: str) -> None:
    await connection.execute(delete(questionnaire).filter_by(campaign_id=campaign_id, code=code))
