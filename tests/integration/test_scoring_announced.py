"""A year as others hear of it: every step to the staff, to the public only what is published."""

from typing import Any
from uuid import UUID

from parindex.contracts.events import DocumentReady
from parindex.db import Database
from scoring_api.announcements.store import number_announcements
from scoring_api.publication.jobs import subscriptions
from tests.support.scoring_story import DEPARTMENTS, SESSION, WITHOUT_SURVEY, Year, ok


async def number(base: Database) -> None:
    async with base.writing() as connection:
        await number_announcements(connection)


async def told(year: Year, audience: str = "staff") -> list[str]:
    rows = await year.api.bench.fetch(
        "SELECT topic FROM scoring.announcement WHERE audience = $1 ORDER BY serial", audience
    )
    return [row["topic"] for row in rows]


async def ready(base: Database, number: int) -> None:
    """What the worker does when a document is done."""
    event = DocumentReady(
        period="2022",
        edition=1,
        document=UUID(int=number),
        kind="annual_report",
        title="Báo cáo",
        file_name="bao-cao.docx",
        digest="sha256:" + "0" * 64,
        url="/api/v1/documents/x/file",
    )
    (listing,) = [one for one in subscriptions() if one.event is DocumentReady]
    async with base.writing() as connection:
        await listing.apply(connection, event, None)


async def test_a_year_is_announced_step_by_step_and_nothing_unpublished_is_hinted_at(year: Year) -> None:
    base = Database(year.api.bench.environment["PARINDEX_SCORING_DATABASE_URL"], pool_size=2)
    public = year.api.client()

    async def changes() -> list[dict[str, Any]]:
        await number(base)
        reply = (await ok(public.get("/api/v1/changes"))).json()
        found: list[dict[str, Any]] = reply["changes"]
        assert [row["serial"] for row in found] == list(range(1, len(found) + 1)), "no gap tells of the rest"
        return found

    clerk = await year.ready_for_council()
    before = [row["topic"] for row in await changes()]
    assert before == ["unit.changed", "unit.changed", "framework.published"]
    await ok(clerk.post("/api/v1/periods/2022/council"))
    session = {**SESSION, "decisions": WITHOUT_SURVEY}
    await ok(clerk.post("/api/v1/periods/2022/council/sessions", json=session))
    await ok(clerk.post("/api/v1/periods/2022/provisional"))
    await ok(clerk.post("/api/v1/periods/2022/finalize"))
    await ready(base, 1)
    assert [row["topic"] for row in await changes()] == before, "the edition is not published"
    assert await told(year) == [
        "period.opened",
        *["assessment.submitted"] * len(DEPARTMENTS),
        *["appraisal.completed"] * len(DEPARTMENTS),
        "council.called",
        "council.session_held",
        "period.provisional",
        "period.finalized",
        "document.ready",
    ]
    await ok(clerk.post("/api/v1/editions/2022/1/publish"))
    await ready(base, 2)
    after = (await changes())[len(before) :]
    assert [row["topic"] for row in after] == ["edition.published", "document.ready"]
    assert after[0]["data"] == {"period": "2022", "edition": 1, "origin": "computed"}
    assert after[0]["object"] == "2022/1"
    assert after[1]["data"]["document"] == str(UUID(int=2))
    await base.close()
