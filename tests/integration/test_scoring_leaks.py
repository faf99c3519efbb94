"""The public hears nothing of a period before its edition is published: every public route, in every state."""

import itertools
import json
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from parindex.auth.policy import Action, Role, scope_of
from parindex.db import Database
from scoring_api.announcements.store import number_announcements
from tests.architecture.apps import all_routes
from tests.support.scoring_story import SESSION, WITHOUT_SURVEY, Year, ok, period_body
from tests.support.workbench import Workbench

PLACES = {
    "period": "2022",
    "number": "1",
    "unit": "so-noi-vu",
    "leaf": "I/1/1.1/1.1.1",
    "version": "1",
    "framework": "hai-duong-2022-so",
    "document": "019b0a53-7c3e-7a10-9d2e-5f3c8e1b6a42",
}
CODES = {"frameworks": "hai-duong-2022-so", "units": "so-noi-vu", "plans": "2023", "periods": "2022"}
QUERIES = (
    "",
    "?node=II/1/1.1",
    "?as_of=2099-01-01T00:00:00Z",
    "?format=csv",
    "?format=xlsx",
    "?level=full",
    "?since=0",
)
TURNS = itertools.count()
MARKED = "Chỉ riêng kỳ này"
"""The title of the period: nobody may read it before its time."""


def public_reads() -> Iterator[str]:
    """The address of every GET that needs no token, with every query that widens one."""
    for route in all_routes():
        action = (route.route.openapi_extra or {}).get("x-action")
        if route.service != "scoring" or route.method != "GET" or action is None:
            continue
        if scope_of(Role.PUBLIC, Action(action)) is None:
            continue
        noun = route.path.split("/")[3] if route.path.startswith("/api/") else ""
        places = PLACES | {"code": CODES.get(noun, "2022")}
        path = route.path
        for name, value in places.items():
            path = path.replace(f"{{{name}}}", value)
        assert "{" not in path, f"no value for a place of {route.path}"
        yield from (f"{path}{query}" for query in QUERIES)


READS = sorted(set(public_reads()))


async def heard(year: Year, bench: Workbench) -> dict[str, Any]:
    """What the public is told at every address now, once the worker has numbered what was announced.

    Each turn asks with a word more, so that no reply comes from memory.
    """
    turn = next(TURNS)
    database = Database(bench.environment["PARINDEX_SCORING_DATABASE_URL"])
    async with database.writing() as connection:
        await number_announcements(connection)
    await database.close()
    async with year.api.client() as public:
        return {path: _said(await public.get(path, headers={"Accept": f"turn/{turn}"})) for path in READS}


def _said(reply: httpx.Response) -> Any:
    if "json" not in reply.headers.get("content-type", ""):
        return reply.status_code, reply.content
    body = reply.json()
    if isinstance(body, dict):
        body.pop("trace_id", None)
    assert MARKED not in json.dumps(body, ensure_ascii=False)
    return reply.status_code, body


@pytest.mark.timeout(300)
async def test_nothing_is_told_before_the_edition_is_published(year: Year, bench: Workbench) -> None:
    assert len(READS) > 60
    administrator = await year.register()
    silence = await heard(year, bench)

    async def nothing_new(state: str) -> None:
        told = await heard(year, bench)
        assert {path for path in READS if told[path] != silence[path]} == set(), state

    await ok(administrator.post("/api/v1/periods", json=period_body(title=MARKED)))
    await nothing_new("draft")
    await ok(administrator.post("/api/v1/periods/2022/open"))
    await nothing_new("open")
    await year.submit_all()
    await nothing_new("submitted")
    await year.appraise_all()
    await nothing_new("appraised")
    clerk = await year.role(Role.COUNCIL_CLERK)
    await ok(clerk.post("/api/v1/periods/2022/council"))
    session = {**SESSION, "decisions": WITHOUT_SURVEY}
    await ok(clerk.post("/api/v1/periods/2022/council/sessions", json=session))
    await nothing_new("council")
    await ok(clerk.post("/api/v1/periods/2022/provisional"))
    await nothing_new("provisional")
    year.clock.set("2023-02-27T08:00:00+07:00")
    await ok(clerk.post("/api/v1/periods/2022/finalize"))
    await nothing_new("finalized")
    embargo = {"at": "2023-03-01T08:00:00+07:00"}
    await ok(clerk.post("/api/v1/editions/2022/1/publish", json=embargo))
    year.clock.set("2023-03-01T07:59:59+07:00")
    await nothing_new("embargo")


@pytest.mark.timeout(300)
async def test_a_published_edition_is_told_everywhere(year: Year, bench: Workbench) -> None:
    """The walk would notice: with the edition out, every address of it answers otherwise."""
    clerk = await year.ready_for_council()
    before = await heard(year, bench)
    await ok(clerk.post("/api/v1/periods/2022/council"))
    session = {**SESSION, "decisions": WITHOUT_SURVEY}
    await ok(clerk.post("/api/v1/periods/2022/council/sessions", json=session))
    await ok(clerk.post("/api/v1/periods/2022/provisional"))
    await ok(clerk.post("/api/v1/periods/2022/finalize"))
    await ok(clerk.post("/api/v1/editions/2022/1/publish"))
    after = await heard(year, bench)
    told = {path for path in READS if after[path] != before[path]}
    of_edition = {path for path in READS if path.startswith("/api/v1/editions/2022")}
    same = {path for path in of_edition if after[path] == before[path]}
    assert all("level=full" in path or "/leaves/" in path for path in same), same
    assert "/api/v1/changes?since=0" in told
    assert "/api/v1/units/so-noi-vu/results" in told


@pytest.mark.timeout(300)
async def test_nothing_of_a_correction_is_told_before_its_edition_is_published(
    year: Year, bench: Workbench
) -> None:
    """Edition 1 is out: what it says stays, to the byte, while editions 2 and 3 are made and wait."""
    clerk = await published_once(year)
    silence = await heard(year, bench)
    known = await editions_heard(year)

    async def nothing_new(state: str) -> None:
        told = await heard(year, bench)
        assert {path for path in READS if told[path] != silence[path]} == set(), state
        assert await editions_heard(year) == known, state

    for edition, points in ((2, "9.5"), (3, "10.5")):
        correction = f"{CORRECTIONS}/{edition - 1}"
        await ok(clerk.post(CORRECTIONS, json=CORRECTION))
        for drafted in ("9.25", points):
            decisions = [{**WITHOUT_SURVEY[0], "points": drafted}]
            await ok(clerk.post(f"{correction}/decisions", json={"decisions": decisions}))
        await ok(clerk.post(f"{correction}/finalize", headers={"If-Match": "*"}))
        if edition == 2:
            await nothing_new("finalized")
        year.clock.set("2023-04-01T08:00:00+07:00")
        embargo = {"at": f"2023-05-0{edition}T08:00:00+07:00"}
        await ok(clerk.post(f"/api/v1/editions/2022/{edition}/publish", json=embargo))
        await nothing_new("embargo")
    # Edition 3 is out before edition 2: it explains itself, and tells no figure of the one between.
    await ok(clerk.post("/api/v1/editions/2022/3/publish"))
    public = await year.public()
    where = "/api/v1/editions/2022/3/units/so-noi-vu/explanation?node=II/1/1.1"
    told = await ok(public.get(where))
    assert told.json()["correction"]["points"] == "10.5"
    assert '"9.5"' not in told.text
    assert '"9.25"' not in told.text
    assert (await public.get("/api/v1/editions/2022/3/changes")).status_code == 404
    seen = await ok(clerk.get("/api/v1/editions/2022/3/changes"))
    assert seen.headers["cache-control"] == "private, no-cache", "it tells figures of edition 2"
    latest = (await ok(public.get("/api/v1/editions/2022/latest"))).json()
    before = {"as_of": "2023-03-31T00:00:00+07:00"}
    then = (await ok(public.get("/api/v1/editions/2022/latest", params=before))).json()
    assert (latest["edition"], then["edition"]) == (3, 1)
    # Once edition 2 is out as well, edition 3 still explains itself in the same bytes.
    await ok(clerk.post("/api/v1/editions/2022/2/publish"))
    again = await ok(public.get(where, headers={"Accept": "turn/last"}))
    assert again.content == told.content
    assert (await ok(public.get("/api/v1/editions/2022/latest"))).json()["edition"] == 3


EDITIONS = ("/api/v1/editions/2022/2", "/api/v1/editions/2022/3")
CORRECTIONS = "/api/v1/periods/2022/corrections"
CORRECTION = {
    "reason": "Hội đồng đã chấp nhận kiến nghị.",
    "legal_basis": [
        {"number": "512/TB-HĐ", "date": "2023-03-20", "issuer": "Hội đồng đánh giá", "subject": "Kết luận"}
    ],
}


async def published_once(year: Year) -> httpx.AsyncClient:
    """The year with its edition 1, which everybody may read; the clerk."""
    clerk = await year.ready_for_council()
    await ok(clerk.post("/api/v1/periods/2022/council"))
    session = {**SESSION, "decisions": WITHOUT_SURVEY}
    await ok(clerk.post("/api/v1/periods/2022/council/sessions", json=session))
    await ok(clerk.post("/api/v1/periods/2022/provisional"))
    await ok(clerk.post("/api/v1/periods/2022/finalize"))
    await ok(clerk.post("/api/v1/editions/2022/1/publish"))
    return clerk


async def editions_heard(year: Year) -> dict[str, Any]:
    """What the public is told of the editions that are not there for it."""
    paths = [path.replace("2022/1", f"2022/{edition}") for path in READS for edition in (2, 3)]
    async with year.api.client() as public:
        return {path: _said(await public.get(path)) for path in paths if path.startswith(EDITIONS)}
