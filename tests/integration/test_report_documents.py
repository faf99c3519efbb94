"""Documents on the real database and bus: made once, kept one by one, told of once, read by those who may."""

import asyncio
import io
import os
import signal
from collections.abc import AsyncIterator
from dataclasses import dataclass, field, replace
from typing import Any
from uuid import UUID, uuid4

import pytest
import pytest_asyncio
import uvicorn
from docx import Document

from parindex.auth.policy import Role
from parindex.bus import publish
from parindex.bus.delivering import deliver
from parindex.bus.subscriptions import AnySubscription
from parindex.contracts.events import CampaignHandedOver, Event, PeriodFinalized
from parindex.contracts.loading import dump_snapshot
from parindex.db import Database
from parindex.kernel.canonical import digest_bytes
from report_gen.documents.jobs import subscriptions
from report_gen.documents.use_cases.processes import RenderingPool
from report_gen.documents.use_cases.rendering import DOCX, EDITION_KINDS, XLSX
from tests.support.workbench import Workbench
from tests.unit.report import report_factory as made

CONTENT, DIGEST = dump_snapshot(made.result())
MINUTES, MINUTES_DIGEST = dump_snapshot(made.handover())
DOCUMENTS = "/api/v1/documents"


@dataclass
class Upstream:
    """A tiny real server in the place of the services whose snapshots are fetched."""

    url: str = ""
    files: dict[str, bytes] = field(default_factory=dict)
    tokens: list[str] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)
    away: bool = False

    async def __call__(self, scope: Any, _receive: Any, send: Any) -> None:
        content = None if self.away else self.files.get(scope["path"])
        self.asked.append(scope["path"])
        self.tokens += [value.decode() for name, value in scope["headers"] if name == b"authorization"]
        missing = 404 if scope["path"].startswith("/api/") and not self.away else 503
        status = missing if content is None else 200
        await send({"type": "http.response.start", "status": status, "headers": []})
        await send({"type": "http.response.body", "body": content or b""})


@pytest_asyncio.fixture(scope="module")
async def serving() -> AsyncIterator[Upstream]:
    upstream = Upstream()
    config = uvicorn.Config(upstream, port=0, lifespan="off", log_config=None, access_log=False, ws="none")
    server = uvicorn.Server(config)
    running = asyncio.create_task(server.serve())
    while not server.started:
        await asyncio.sleep(0.01)
    upstream.url = f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    yield upstream
    server.should_exit = True
    await running


@pytest.fixture
def upstream(serving: Upstream) -> Upstream:
    serving.files = {"/internal/results/1": CONTENT, "/internal/handover": MINUTES}
    serving.tokens, serving.asked, serving.away = [], [], False
    return serving


@pytest_asyncio.fixture(scope="module")
async def pool() -> AsyncIterator[RenderingPool]:
    found = RenderingPool()
    yield found
    found.close()


@dataclass
class Desk:
    """Two workers of report-gen, driven by hand, and what they left in the database."""

    bench: Workbench
    upstream: Upstream
    databases: dict[str, Database]
    pool: RenderingPool
    workers: list[dict[str, AnySubscription]]

    def finalized(self, **changes: Any) -> PeriodFinalized:
        url = f"{self.upstream.url}/internal/results/1"
        return PeriodFinalized(**{"period": "2022", "edition": 1, "digest": DIGEST, "url": url, **changes})

    def handed_over(self, **changes: Any) -> CampaignHandedOver:
        values = {"campaign": "hai-duong-2022", "period": "2022", "digest": MINUTES_DIGEST}
        return CampaignHandedOver(**{**values, "url": f"{self.upstream.url}/internal/handover", **changes})

    async def publish(self, service: str, event: Event) -> UUID:
        async with self.databases[service].writing() as connection:
            return await publish(connection, service, event)  # type: ignore[arg-type]

    async def deliver(self, event: UUID, worker: int = 0) -> None:
        await deliver(self.databases["report"], "report", self.workers[worker], event)

    async def finalize(self, **changes: Any) -> UUID:
        event = await self.publish("scoring", self.finalized(**changes))
        await self.deliver(event)
        return event

    async def delivery(self, event: UUID) -> tuple[bool, str]:
        (row,) = await self.bench.fetch(
            "SELECT done_at, error FROM bus.delivery WHERE event_id = $1 AND subscriber = 'report'", event
        )
        return row["done_at"] is not None, row["error"] or ""

    async def documents(self) -> dict[str, Any]:
        rows = await self.bench.fetch("SELECT * FROM report.document ORDER BY kind")
        assert len({row["kind"] for row in rows}) == len(rows)
        return {row["kind"]: row for row in rows}

    async def runs(self) -> dict[str, tuple[str, str]]:
        rows = await self.bench.fetch("SELECT kind, state, error FROM report.render_run")
        return {row["kind"]: (row["state"], row["error"]) for row in rows}

    async def announced(self) -> list[str]:
        rows = await self.bench.fetch(
            "SELECT e.payload->>'document' AS document, d.subscriber FROM bus.event e"
            " JOIN bus.delivery d ON d.event_id = e.id WHERE e.topic = 'document.ready.v1'"
        )
        assert {row["subscriber"] for row in rows} <= {"scoring"}
        return sorted(row["document"] for row in rows)


@pytest_asyncio.fixture
async def desk(bench: Workbench, upstream: Upstream, pool: RenderingPool) -> AsyncIterator[Desk]:
    names = ("scoring", "survey", "report")
    databases = {name: Database(bench.environment[f"PARINDEX_{name.upper()}_DATABASE_URL"]) for name in names}
    workers = [subscriptions(databases["report"], bench.key("report"), pool) for _ in range(2)]
    yield Desk(bench, upstream, databases, pool, [{each.topic: each for each in found} for found in workers])
    for database in databases.values():
        await database.close()


async def test_twenty_deliveries_and_a_repeated_event_make_one_set(desk: Desk) -> None:
    event = await desk.publish("scoring", desk.finalized())
    await asyncio.gather(*(desk.deliver(event, number % 2) for number in range(20)))
    documents = await desk.documents()
    assert {kind: row["media_type"] for kind, row in documents.items()} == {
        "annual_report": DOCX,
        "annex_workbook": XLSX,
    }
    for row in documents.values():
        assert row["digest"] == digest_bytes(row["content"])
        assert (row["source_digest"], row["bytes"]) == (DIGEST, len(row["content"]))
    assert await desk.delivery(event) == (True, "")
    await desk.finalize()
    assert await desk.documents() == documents
    assert await desk.announced() == sorted(str(row["id"]) for row in documents.values())
    assert await desk.runs() == {"annual_report": ("done", ""), "annex_workbook": ("done", "")}
    assert all(token.startswith("Bearer ") for token in desk.upstream.tokens)


async def test_bytes_that_are_not_those_of_the_event_make_nothing(desk: Desk) -> None:
    desk.upstream.files["/internal/results/1"] = CONTENT.replace("Sở Y tế".encode(), "Sở Z tế".encode())
    event = await desk.finalize()
    assert await desk.documents() == {}
    assert await desk.announced() == []
    done, error = await desk.delivery(event)
    assert not done
    assert error.startswith("DomainError: snapshot_digest_mismatch")
    sentence = f"Nội dung nhận được không khớp mã băm {DIGEST}."
    assert await desk.runs() == dict.fromkeys(EDITION_KINDS, ("failed", sentence))


async def test_what_cannot_be_fetched_now_is_made_at_the_next_attempt(desk: Desk) -> None:
    desk.upstream.files = {}
    event = await desk.finalize()
    assert (await desk.delivery(event))[0] is False
    state, reason = (await desk.runs())["annual_report"]
    assert (state, reason.startswith("Chưa lấy được dữ liệu từ")) == ("failed", True)
    desk.upstream.files["/internal/results/1"] = CONTENT
    await desk.deliver(event)
    assert set(await desk.documents()) == {"annual_report", "annex_workbook"}
    assert await desk.delivery(event) == (True, "")


async def test_a_report_that_contradicts_itself_holds_up_no_workbook(desk: Desk) -> None:
    result = made.result()
    odd = replace(result.units[0], rating=replace(result.units[0].rating, code="khac"))
    content, digest = dump_snapshot(replace(result, units=(odd, *result.units[1:])))
    desk.upstream.files["/internal/results/1"] = content
    event = await desk.finalize(digest=digest)
    done, error = await desk.delivery(event)
    assert not done
    assert "document_contradicts" in error
    kept = await desk.documents()
    assert set(kept) == {"annex_workbook"}
    state, reason = (await desk.runs())["annual_report"]
    assert state == "failed"
    assert reason == (
        "Tài liệu bị giữ lại vì số liệu trong đó mâu thuẫn nhau. "
        "Sở Giao thông vận tải đứng ở 0 nhóm, mỗi đơn vị được xếp hạng phải đứng ở đúng 01 nhóm."
    )
    await desk.deliver(event)
    assert await desk.documents() == kept
    assert await desk.announced() == [str(kept["annex_workbook"]["id"])]
    assert (await desk.runs())["annex_workbook"] == ("done", "")


async def test_killed_rendering_processes_are_replaced(desk: Desk) -> None:
    await desk.finalize()
    assert desk.pool._executor is not None
    for process in list(desk.pool._executor._processes.values()):
        os.kill(process.pid or 0, signal.SIGKILL)
    event = await desk.finalize(edition=2)
    if not (await desk.delivery(event))[0]:
        assert "BrokenProcessPool" in (await desk.delivery(event))[1]
        assert ("failed", "Hệ thống gặp lỗi khi lập tài liệu và sẽ tự thử lại.") in (
            await desk.runs()
        ).values()
        await desk.deliver(event)
    assert await desk.delivery(event) == (True, "")
    rows = await desk.bench.fetch("SELECT count(*) AS n FROM report.document WHERE edition = 2")
    assert rows[0]["n"] == 2


async def test_a_hand_over_gets_its_minutes(desk: Desk) -> None:
    event = desk.handed_over()
    for _ in range(2):
        await desk.deliver(await desk.publish("survey", event))
    (row,) = (await desk.documents()).values()
    assert (row["kind"], row["edition"], row["media_type"]) == ("handover_minutes", 0, DOCX)
    assert "Bưu điện tỉnh Hải Dương" in words(row["content"])
    assert await desk.announced() == [str(row["id"])]


def words(content: bytes) -> str:
    opened = Document(io.BytesIO(content))
    cells = [cell.text for table in opened.tables for row in table.rows for cell in row.cells]
    return "\n".join([*(paragraph.text for paragraph in opened.paragraphs), *cells])


@pytest.fixture
def published(upstream: Upstream, bench: Workbench, monkeypatch: pytest.MonkeyPatch) -> str:
    """scoring-api in the place where report-gen looks for it; the path whose presence publishes edition 1."""
    assert bench
    monkeypatch.setenv("PARINDEX_SCORING_URL", upstream.url)
    return "/api/v1/editions/2022/1"


async def test_documents_are_listed_and_fetched(desk: Desk, published: str) -> None:
    desk.upstream.files[published] = b"{}"
    await desk.finalize()
    async with desk.bench.api("report") as api, api.as_role(Role.READER) as reader:
        listed = (await reader.get(DOCUMENTS, params={"period": "2022"})).json()
        assert [found["kind"] for found in listed["documents"]] == ["annex_workbook", "annual_report"]
        assert {run["state"] for run in listed["progress"]} == {"done"}
        assert "content" not in listed["documents"][0]
        report = listed["documents"][1]
        path = f"{DOCUMENTS}/{report['id']}/file"
        fetched = await reader.get(path)
        assert fetched.headers["content-type"] == DOCX
        assert digest_bytes(fetched.content) == report["digest"]
        assert fetched.headers["content-disposition"] == (
            "attachment; filename*=UTF-8''bao-cao-chi-so-cchc-2022-lan-1.docx"
        )
        assert fetched.headers["cache-control"].startswith("private")
        again = await reader.get(path, headers={"If-None-Match": fetched.headers["etag"]})
        assert (again.status_code, again.content) == (304, b"")
        unknown = await reader.get(f"{DOCUMENTS}/{uuid4()}/file")
        assert (unknown.status_code, unknown.json()["code"]) == (404, "document_unknown")


LISTED = f"{DOCUMENTS}?period=2022"


async def test_before_publication_the_clerk_alone_opens_the_documents(desk: Desk, published: str) -> None:
    await desk.finalize()
    paths = [f"{DOCUMENTS}/{row['id']}/file" for row in (await desk.documents()).values()]
    async with desk.bench.api("report") as api, api.as_role(Role.COUNCIL_CLERK) as clerk:
        assert len((await clerk.get(LISTED)).json()["documents"]) == 2
        assert [(await clerk.get(path)).status_code for path in paths] == [200, 200]
        assert published not in desk.upstream.asked
        strangers = [
            api.client(),
            api.as_role(Role.READER),
            api.as_role(Role.ADMINISTRATOR),
            api.as_role(Role.SURVEY_MANAGER),
            api.as_role(Role.UNIT_OFFICER, units=["so-y-te"]),
        ]
        for stranger in strangers:
            shown = (await stranger.get(LISTED)).json()
            assert (shown["documents"], shown["progress"]) == ([], [])
            for path in paths:
                refused = await stranger.get(path)
                assert (refused.status_code, refused.json()["code"]) == (404, "document_unknown")
        desk.upstream.files[published] = b"{}"
        for stranger in strangers:
            assert len((await stranger.get(LISTED)).json()["documents"]) == 2
            assert [(await stranger.get(path)).status_code for path in paths] == [200, 200]
            await stranger.aclose()


async def test_publication_is_asked_until_it_is_a_yes(desk: Desk, published: str) -> None:
    """Without a token of ours, and never again once the answer was yes; away is neither yes nor no."""
    await desk.finalize()
    desk.upstream.tokens.clear()
    async with desk.bench.api("report") as api, api.client() as public:
        desk.upstream.away = True
        away = await public.get(LISTED)
        assert (away.status_code, away.json()["code"]) == (503, "upstream_unavailable")
        desk.upstream.away = False
        assert not (await public.get(LISTED)).json()["documents"]
        desk.upstream.files[published] = b"{}"
        assert (await public.get(LISTED)).json()["documents"]
        assert desk.upstream.asked.count(published) == 3
        desk.upstream.away = True
        assert (await public.get(LISTED)).json()["documents"]
        assert desk.upstream.asked.count(published) == 3
    assert not desk.upstream.tokens


async def test_minutes_are_for_those_who_hand_over_and_decide(desk: Desk, published: str) -> None:
    await desk.deliver(await desk.publish("survey", desk.handed_over()))
    (row,) = (await desk.documents()).values()
    path = f"{DOCUMENTS}/{row['id']}/file"
    desk.upstream.files[published] = b"{}"
    expected = dict.fromkeys((Role.COUNCIL_CLERK, Role.SURVEY_MANAGER, Role.ADMINISTRATOR), 200)
    async with desk.bench.api("report") as api:
        for role in (*expected, Role.READER, Role.UNIT_OFFICER, Role.ENTRY_SUPERVISOR):
            async with api.as_role(role) as client:
                assert (await client.get(path)).status_code == expected.get(role, 404), role
                assert bool((await client.get(LISTED)).json()["documents"]) is (role in expected)
        async with api.client() as public:
            assert (await public.get(path)).status_code == 404


async def test_how_a_document_is_issued_is_checked_and_followed(desk: Desk) -> None:
    path = f"{DOCUMENTS}/issuances/2022/annual_report"
    body = {"number": "27/BC-UBND", "day": "2023-03-01", "place": "Hải Dương", "signer_title": "PHÓ CHỦ TỊCH"}
    async with (
        desk.bench.api("report") as api,
        api.as_role(Role.ADMINISTRATOR) as administrator,
        api.as_role(Role.READER) as reader,
    ):
        assert (await reader.put(path, json=body)).status_code == 403
        stored = await administrator.put(path, json=body)
        assert (stored.status_code, stored.json()["symbol"]) == (200, "BC-UBND")
        for where, sent, expected in (
            (path.replace("annual_report", "thu-moi"), body, (404, "document_kind_unknown")),
            (path.replace("2022", "K" * 90), body, (422, "invalid_request")),
            (path, body | {"day": "2023-02-30"}, (422, "issuance_invalid")),
            (path, body | {"signer": "x"}, (422, "invalid_request")),
        ):
            refused = await administrator.put(where, json=sent)
            assert (refused.status_code, refused.json()["code"]) == expected
    (act,) = await desk.bench.fetch("SELECT subject, role, action, object, details FROM report.audit")
    assert tuple(act)[:4] == (
        "kiem-thu-administrator",
        "administrator",
        "issuance.set",
        "2022/annual_report",
    )
    assert '"number": "27/BC-UBND"' in act["details"]
    await desk.finalize()
    printed = words((await desk.documents())["annual_report"]["content"])
    assert "Số: 27/BC-UBND" in printed
    assert "Hải Dương, ngày 01 tháng 3 năm 2023" in printed
    assert "PHÓ CHỦ TỊCH" in printed
    assert "(Kèm theo Báo cáo số 27/BC-UBND ngày 01 tháng 3 năm 2023 của UBND tỉnh Hải Dương)" in printed


async def test_how_a_rendered_document_was_issued_cannot_be_said_again(desk: Desk) -> None:
    path = f"{DOCUMENTS}/issuances/2022"
    desk.upstream.files = {}
    event = await desk.finalize()
    async with desk.bench.api("report") as api, api.as_role(Role.ADMINISTRATOR) as administrator:
        waiting = await administrator.put(f"{path}/annual_report", json={"number": "27/BC-UBND"})
        assert waiting.status_code == 200
        desk.upstream.files["/internal/results/1"] = CONTENT
        await desk.deliver(event)
        for kind in EDITION_KINDS:
            refused = await administrator.put(f"{path}/{kind}", json={"number": "28/BC-UBND"})
            assert (refused.status_code, refused.json()["code"]) == (409, "document_already_rendered")
        assert refused.json()["detail"].endswith("bản mới chỉ có cùng lần công bố sau.")
        assert (await administrator.put(f"{path}/handover_minutes", json={})).status_code == 200
        other = path.replace("2022", "2023")
        assert (await administrator.put(f"{other}/annual_report", json={})).status_code == 200
    objects = [row["object"] for row in await desk.bench.fetch("SELECT object FROM report.audit ORDER BY id")]
    assert objects == ["2022/annual_report", "2022/handover_minutes", "2023/annual_report"]


async def test_an_issuance_that_meets_a_rendering_is_followed_or_refused(desk: Desk) -> None:
    """Never taken in silence: whichever comes first holds the other up."""
    body = {"number": "27/BC-UBND"}
    async with desk.bench.api("report") as api, api.as_role(Role.ADMINISTRATOR) as administrator:
        put, _ = await asyncio.gather(
            administrator.put(f"{DOCUMENTS}/issuances/2022/annual_report", json=body), desk.finalize()
        )
    printed = words((await desk.documents())["annual_report"]["content"])
    assert ("Số: 27/BC-UBND" in printed) is (put.status_code == 200)


async def test_every_campaign_of_a_period_has_its_minutes(desk: Desk) -> None:
    content, digest = dump_snapshot(replace(made.handover(), campaign="bo-sung"))
    desk.upstream.files["/internal/second"] = content
    second = desk.handed_over(campaign="bo-sung", digest=digest, url=f"{desk.upstream.url}/internal/second")
    for event in (desk.handed_over(), second, desk.handed_over(), second):
        await desk.deliver(await desk.publish("survey", event))
    rows = await desk.bench.fetch("SELECT file_name, source_digest FROM report.document ORDER BY file_name")
    assert [tuple(row) for row in rows] == [
        ("bien-ban-ban-giao-bo-sung-lan-1.docx", digest),
        ("bien-ban-ban-giao-hai-duong-2022-lan-1.docx", MINUTES_DIGEST),
    ]
    assert len(await desk.announced()) == 2
    runs = await desk.bench.fetch("SELECT source_digest, state FROM report.render_run")
    assert {tuple(row) for row in runs} == {(digest, "done"), (MINUTES_DIGEST, "done")}
