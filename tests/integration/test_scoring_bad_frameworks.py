"""Hostile criteria sets, claims and tallies against the running service: a problem with its place, never a 500."""

import json
import time
from collections.abc import AsyncIterator, Callable
from typing import Any
from uuid import UUID

import httpx
import pytest
import pytest_asyncio

from parindex.auth.policy import Role
from parindex.bus import publish, store
from parindex.bus.delivering import deliver
from parindex.contracts.events import TallySealed
from parindex.contracts.loading import dump_snapshot
from parindex.contracts.snapshots import TallyCell, TallySnapshot
from parindex.db import Database
from scoring_api.results import jobs
from tests.support.scoring_story import Year
from tests.support.workbench import Workbench
from tests.unit.scoring.framework_json import document, leaf
from tests.unit.scoring.test_framework_bad_input import formula, nested, survey, tree_of

FRAMEWORKS = "/api/v1/frameworks"
JSON = {"Content-Type": "application/json"}
MEGABYTE = "x" * 1_000_000


def raw(figure: str) -> bytes:
    """A set whose only maximum is written as this."""
    return json.dumps(document(leaf("1", "100"))).replace('"100"', figure, 1).encode()


LONG = {"when": None, "expression": "a+" * 500_000 + "a"}
DEEP = {"when": "(" * 50 + "a" + ")" * 50, "expression": "a"}
AT = "/nodes/0/rule/measure"
REFUSED: dict[str, tuple[Callable[[], Any], str, str]] = {
    "10.001 nodes": (lambda: tree_of(10_001), "framework_invalid", "/nodes/99/children/98"),
    "depth 50": (lambda: nested(50), "framework_invalid", "/nodes/0" + "/children/0" * 11 + "/children"),
    "NaN": (lambda: raw("NaN"), "malformed_request", "/nodes/0/max_points"),
    "1e400": (lambda: raw("1e400"), "framework_invalid", "/nodes/0/max_points"),
    "huge integer": (lambda: raw("9" * 1_000_000), "malformed_request", "/nodes/0/max_points"),
    "negative maximum": (lambda: raw("-5"), "framework_invalid", "/nodes/0/max_points"),
    "key twice": (lambda: b'{"code": "a", "code": "b"}', "malformed_request", ""),
    "code twice": (lambda: document(leaf("1", "50"), leaf("1", "50")), "framework_invalid", "/nodes/1/code"),
    "formula of 1 MB": (lambda: formula(LONG), "framework_invalid", f"{AT}/guards/0/expression"),
    "50 brackets": (lambda: formula(DEEP), "framework_invalid", f"{AT}/guards/0/when"),
    "1.000 guards": (lambda: formula(*[DEEP] * 1000), "framework_invalid", f"{AT}/guards"),
    "501 questions": (lambda: survey(501, {"A": "1"}), "framework_invalid", f"{AT}/questions"),
    "title of 1 MB": (lambda: document(leaf("1", "100"), title=MEGABYTE), "framework_invalid", "/title"),
    "half a character": (lambda: document(leaf("1", "100"), title="\ud800"), "malformed_request", "/title"),
    "a list of lists": (lambda: document(leaf("1", "100"), nodes=[[[]]]), "framework_invalid", "/nodes/0"),
}
UNPLACED: dict[str, tuple[bytes, int, str]] = {
    "no JSON": (b"{", 400, "malformed_request"),
    "no object": (b"[]", 400, "malformed_request"),
    "no UTF-8": (b'{"code": "\xff"}', 400, "malformed_request"),
    "a character NUL": (b'{"code": "a\\u0000"}', 400, "malformed_request"),
    "100.000 brackets": (b"[" * 100_000, 400, "malformed_request"),
    "over 8 MB": (b'{"title": "' + b"x" * 9_000_000 + b'"}', 413, "body_too_large"),
}


@pytest_asyncio.fixture
async def administrator(year: Year) -> httpx.AsyncClient:
    return await year.role(Role.ADMINISTRATOR)


def body_of(made: Any) -> bytes:
    return made if isinstance(made, bytes) else json.dumps(made).encode()


@pytest.mark.parametrize("name", REFUSED)
async def test_a_hostile_set_is_refused_with_its_place(
    administrator: httpx.AsyncClient, bench: Workbench, name: str
) -> None:
    make, code, pointer = REFUSED[name]
    body, began = body_of(make()), time.process_time()
    reply = await administrator.post(FRAMEWORKS, content=body, headers=JSON)
    print(f"{name}: {time.process_time() - began:.2f} CPU seconds")
    assert reply.status_code in {400, 422}, reply.text[:500]
    assert reply.json()["code"] == code
    assert pointer in {fault["pointer"] for fault in reply.json()["errors"]}
    assert len(reply.content) < 100_000, "a refusal does not repeat the input"
    assert not await bench.fetch("SELECT 1 FROM scoring.framework")


@pytest.mark.parametrize("name", UNPLACED)
async def test_what_is_no_set_at_all_is_refused(administrator: httpx.AsyncClient, name: str) -> None:
    body, status, code = UNPLACED[name]
    for path in (FRAMEWORKS, f"{FRAMEWORKS}/validate"):
        reply = await administrator.post(path, content=body, headers=JSON)
        assert (reply.status_code, reply.json()["code"]) == (status, code)


@pytest.mark.parametrize("name", [name for name, case in REFUSED.items() if case[1] == "framework_invalid"])
async def test_looking_at_a_hostile_set_names_the_same_place(
    administrator: httpx.AsyncClient, name: str
) -> None:
    make, _, pointer = REFUSED[name]
    reply = await administrator.post(f"{FRAMEWORKS}/validate", content=body_of(make()), headers=JSON)
    assert reply.status_code == 200
    assert not reply.json()["valid"]
    assert pointer in {fault["pointer"] for fault in reply.json()["faults"]}


async def test_the_largest_set_is_stored_and_read(administrator: httpx.AsyncClient) -> None:
    definition = tree_of(10_000)
    reply = await administrator.post(FRAMEWORKS, content=body_of(definition), headers=JSON)
    assert reply.status_code == 201, reply.text[:500]
    reply = await administrator.get(f"{FRAMEWORKS}/thu/versions/1")
    assert reply.status_code == 200


RATIO_LEAF = "I/1/1.1/1.1.3"
VALUES: dict[str, str] = {
    "NaN": '{"numerator": NaN, "denominator": "1"}',
    "a float": '{"numerator": 1e400, "denominator": "1"}',
    "text of 1 MB": f'{{"numerator": "{"9" * 1_000_000}", "denominator": "1"}}',
    "negative": '{"numerator": "-1", "denominator": "1"}',
    "lists": '{"numerator": [[]], "denominator": {}}',
    "half a character": '{"numerator": "\\ud800", "denominator": "1"}',
    "a strange key of 1 MB": f'{{"numerator": "1", "denominator": "1", "{MEGABYTE}": 1}}',
    "a flag": '{"numerator": true, "denominator": "1"}',
}


async def test_hostile_claims_are_refused_with_their_places(year: Year) -> None:
    await year.set_up()
    year.clock.set("2023-01-09T08:00:00+07:00")
    officer = await year.role(Role.UNIT_OFFICER, units=["so-noi-vu"])
    url = "/api/v1/periods/2022/assessments/so-noi-vu/claims"
    for name, value in VALUES.items():
        body = f'{{"claims": [{{"leaf": "{RATIO_LEAF}", "value": {value}, "narrative": "Đã làm."}}]}}'
        reply = await officer.put(url, content=body.encode(), headers={**JSON, "If-Match": "*"})
        assert reply.status_code in {400, 422}, (name, reply.text[:500])
        assert len(reply.content) < 100_000, name
        if reply.status_code == 422:
            assert all(fault["pointer"].startswith("/claims/0") for fault in reply.json()["errors"]), name


async def test_a_ratio_of_nothing_is_taken_and_does_not_arise(year: Year) -> None:
    await year.set_up()
    year.clock.set("2023-01-09T08:00:00+07:00")
    officer = await year.role(Role.UNIT_OFFICER, units=["so-noi-vu"])
    url = "/api/v1/periods/2022/assessments/so-noi-vu/claims"
    claim = {
        "leaf": RATIO_LEAF,
        "value": {"numerator": "0", "denominator": "0"},
        "narrative": "Không phát sinh.",
    }
    reply = await officer.put(url, json={"claims": [claim]}, headers={"If-Match": "*"})
    assert reply.status_code == 200, reply.text


Snapshot = tuple[bytes, TallySealed]


def sealed(**changes: Any) -> Snapshot:
    """A tally with one honest and one changed cell, as the survey would announce it."""
    honest: dict[str, Any] = {
        "unit": "so-y-te",
        "questionnaire": "to-chuc-so",
        "group": "dai-bieu-hdnd-tinh",
        "question": "c1",
        "counts": {"A": 9, "B": 1},
        "blank": 0,
        "double": 0,
        "total": 10,
    }
    cells = (TallyCell(**honest), TallyCell(**{**honest, "unit": "so-noi-vu", **changes}))
    content, digest = dump_snapshot(
        TallySnapshot(
            campaign="hai-duong-2022",
            period="2022",
            revision=1,
            questionnaires={},
            group_names={},
            ballots=(),
            cells=cells,
        )
    )
    event = TallySealed(
        campaign="hai-duong-2022", period="2022", revision=1, digest=digest, url="http://survey.test/t"
    )
    return content, event


@pytest_asyncio.fixture
async def databases(bench: Workbench) -> AsyncIterator[tuple[Database, Database]]:
    """The survey's and our own."""
    survey_side = Database(bench.environment["PARINDEX_SURVEY_DATABASE_URL"])
    own = Database(bench.environment["PARINDEX_SCORING_DATABASE_URL"])
    yield survey_side, own
    await survey_side.close()
    await own.close()


async def arrive(
    bench: Workbench,
    databases: tuple[Database, Database],
    monkeypatch: pytest.MonkeyPatch,
    snapshot: Snapshot,
    times: int,
) -> UUID:
    """The tally is announced and delivered as the worker would."""
    content, event = snapshot
    survey_side, own = databases

    async def fetch(_url: str, _key: Any) -> httpx.Response:
        return httpx.Response(200, content=content)

    monkeypatch.setattr(jobs, "fetch_internal", fetch)
    handlers = {row.topic: row for row in jobs.subscriptions(own, bench.key("scoring"))}
    async with survey_side.writing() as connection:
        number = await publish(connection, "survey", event)
    for _ in range(times):
        await deliver(own, "scoring", handlers, number)
    return number


LIES: dict[str, tuple[dict[str, Any], str]] = {
    "a total that is not the sum": ({"total": 11}, "/cells/1/total: tổng các phương án là 10, ghi 11"),
    "a negative count": ({"counts": {"A": 11, "B": -1}}, "/cells/1/counts/B: số phiếu phải từ 0"),
    "a monstrous count": (
        {"counts": {"A": 10**12}, "total": 10**12},
        "/cells/1/counts/A: số phiếu phải từ 0",
    ),
    "blanks below nothing": ({"blank": -1}, "/cells/1/blank: số phiếu phải từ 0"),
    "a cell twice": ({"unit": "so-y-te"}, "/cells/1: số phiếu của ô này ghi hai lần"),
}


@pytest.mark.parametrize("name", LIES)
async def test_a_tally_that_contradicts_itself_is_never_counted(
    bench: Workbench,
    databases: tuple[Database, Database],
    monkeypatch: pytest.MonkeyPatch,
    name: str,
) -> None:
    changes, said = LIES[name]
    number = await arrive(bench, databases, monkeypatch, sealed(**changes), store.MAX_ATTEMPTS)
    (row,) = await bench.fetch(
        "SELECT done_at, dead_at, error FROM bus.delivery WHERE event_id = $1 AND subscriber = 'scoring'",
        number,
    )
    assert row["done_at"] is None
    assert row["dead_at"] is not None, "an operator sees it and its reason"
    assert "tally_invalid" in row["error"]
    assert said in row["error"]
    assert not await bench.fetch("SELECT 1 FROM scoring.tally_snapshot")
    assert not await bench.fetch("SELECT 1 FROM bus.event WHERE topic = 'scoring.index_requested.v1'")


async def test_an_honest_tally_is_kept(
    bench: Workbench, databases: tuple[Database, Database], monkeypatch: pytest.MonkeyPatch
) -> None:
    await arrive(bench, databases, monkeypatch, sealed(), 1)
    assert await bench.fetch("SELECT 1 FROM scoring.tally_snapshot")


async def test_a_tally_of_other_bytes_than_announced_is_never_counted(
    bench: Workbench, databases: tuple[Database, Database], monkeypatch: pytest.MonkeyPatch
) -> None:
    _, event = sealed()
    other, _ = sealed(counts={"A": 10})
    number = await arrive(bench, databases, monkeypatch, (other, event), 1)
    (row,) = await bench.fetch("SELECT error FROM bus.delivery WHERE event_id = $1", number)
    assert "snapshot_digest_mismatch" in row["error"]
    assert not await bench.fetch("SELECT 1 FROM scoring.tally_snapshot")
