"""Samples over the real API: drawn once, on record, repeated by anybody, refused with every fault."""

import csv
from collections.abc import AsyncIterator
from hashlib import sha256
from typing import Any

import asyncpg
import httpx
import pytest
import pytest_asyncio

from parindex.auth.policy import Role
from tests.support.survey import Survey, campaign, drafted_survey, open_survey
from tests.support.workbench import Workbench

CODES = {"so-noi-vu": [f"H23.1-{n}" for n in range(300)], "so-y-te": [f"H23.2-{n}" for n in range(100)]}
LIST = "code,unit,date\n" + "".join(
    f"{code},{unit},2022-{1 + n % 12:02}-01\n"
    for unit, codes in CODES.items()
    for n, code in enumerate(codes)
)


@pytest_asyncio.fixture
async def survey(bench: Workbench, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Survey]:
    async with open_survey(bench, monkeypatch) as found:
        yield found


async def draw(survey: Survey, content: str | bytes = LIST, **form: str) -> httpx.Response:
    data = {"level": "department", "seed": "XSMB 27384", **(form or {"per_unit": "20"})}
    sent = content if isinstance(content, bytes) else content.encode()
    files = {"file": ("giao-dich.csv", sent, "text/csv")}
    return await survey.manager.post(f"{survey.path}/samples", data=data, files=files, timeout=60)


async def test_a_draw_is_on_record_and_anybody_repeats_it(survey: Survey) -> None:
    made = await draw(survey)
    assert made.status_code == 201, made.text
    path = made.headers["location"]
    found = (await survey.clerk.get(path)).json()
    assert found["list_digest"] == f"sha256:{sha256(LIST.encode()).hexdigest()}"
    assert (found["population"], found["allocation"]) == (400, {"kind": "per_unit", "size": "20"})
    assert [(s["unit"], s["population"], s["drawn"]) for s in found["strata"]] == [
        ("so-noi-vu", 300, 20),
        ("so-y-te", 100, 20),
    ]
    drawn = (await survey.clerk.get(f"{path}/transactions")).json()["transactions"]
    for unit, codes in CODES.items():
        ranked = sorted(codes, key=lambda code: sha256(f"{found['seed']}|{code}".encode()).hexdigest())
        assert [item["transaction"] for item in drawn if item["unit"] == unit] == ranked[:20]
    page = {"after_unit": "so-noi-vu", "after_position": "20", "limit": "5"}
    rest = (await survey.clerk.get(f"{path}/transactions", params=page)).json()["transactions"]
    assert [(item["unit"], item["position"]) for item in rest] == [("so-y-te", n) for n in range(1, 6)]
    again = await draw(survey)
    assert (again.status_code, again.json()) == (200, {"id": made.json()["id"], "repeated": True})
    other = await draw(survey, seed="khác", per_unit="20")
    assert other.status_code == 201
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await _as_app(survey, "UPDATE survey.sample SET seed = 'x'")


async def test_every_draw_is_listed_and_comes_as_a_sheet(survey: Survey) -> None:
    for seed in ("một", "hai", "ba"):
        await draw(survey, seed=seed, per_unit="2")
    path = f"{survey.path}/samples"
    first = (await survey.clerk.get(path, params={"limit": 2})).json()["samples"]
    rest = (await survey.clerk.get(path, params={"after": first[-1]["id"]})).json()["samples"]
    assert [item["seed"] for item in (*first, *rest)] == ["một", "hai", "ba"]
    assert rest[0] == (await survey.clerk.get(f"{path}/{rest[0]['id']}")).json()
    drawn = (await survey.clerk.get(f"{path}/{rest[0]['id']}/transactions")).json()["transactions"]
    sheet = await survey.clerk.get(f"{path}/{rest[0]['id']}/transactions.csv")
    assert sheet.headers["content-type"] == "text/csv; charset=utf-8"
    assert "attachment" in sheet.headers["content-disposition"]
    lines = [["unit", "position", "transaction"]]
    lines += [[item["unit"], str(item["position"]), item["transaction"]] for item in drawn]
    assert list(csv.reader(sheet.content.decode("utf-8-sig").splitlines())) == lines
    assert len(lines) == 5
    unknown = await survey.clerk.get(f"{path}/019b0a53-7c3e-7a10-9d2e-5f3c8e1b6a42/transactions.csv")
    assert unknown.json()["code"] == "sample_unknown"


async def _as_app(survey: Survey, sql: str) -> None:
    url = survey.bench.servers.app_url("survey", survey.bench.database).replace("+asyncpg", "")
    connection = await asyncpg.connect(url)
    try:
        await connection.execute(sql)
    finally:
        await connection.close()


async def test_a_size_by_slovin_and_in_all(survey: Survey) -> None:
    by_error = (await draw(survey, error="0.05")).headers["location"]
    strata = (await survey.manager.get(by_error)).json()["strata"]
    assert [item["drawn"] for item in strata] == [150, 50]  # 400 / (1 + 400 × 0,0025) = 200
    in_all = (await draw(survey, total="10")).headers["location"]
    assert [item["drawn"] for item in (await survey.manager.get(in_all)).json()["strata"]] == [8, 2]


@pytest.mark.parametrize(
    ("content", "form", "expected"),
    [
        (LIST, {"per_unit": "5", "total": "5"}, "size_unclear"),
        (LIST, {"error": "0.0"}, "size_unclear"),
        (LIST.replace("so-y-te", "so-la"), {"total": "5"}, "unit_unknown"),
        (LIST + LIST.splitlines()[1], {"total": "5"}, "code_repeated"),
        (b"code,unit,date\n\xff,so-y-te,2022-01-01\n", {"total": "5"}, "row_unreadable"),
        (b"\xff\xfe\x00", {"total": "5"}, "row_unreadable"),
        ("code,unit,date\nA\0,so-y-te,2022-01-01\n", {"total": "5"}, "code_malformed"),
        (LIST, {"total": "5", "level": "district"}, "unit_unknown"),
    ],
)
async def test_what_cannot_be_drawn_is_named(
    survey: Survey, content: str | bytes, form: dict[str, str], expected: str
) -> None:
    refused = await draw(survey, content, **form)
    assert (refused.status_code, refused.json()["code"]) == (422, "sample_invalid"), refused.text
    assert {error["code"] for error in refused.json()["errors"]} == {expected}
    assert await survey.bench.fetch("SELECT FROM survey.sample") == []


@pytest.mark.parametrize(
    "form", [{"per_unit": "0"}, {"error": "5"}, {"total": "x"}, {"total": "5", "seed": "a\nb"}, {"total": "5", "level": "la"}]
)  # fmt: skip
async def test_a_malformed_request_is_refused(survey: Survey, form: dict[str, Any]) -> None:
    refused = await draw(survey, **form)
    assert (refused.status_code, refused.json()["code"]) == (422, "invalid_request")


async def test_who_may_draw_and_when(bench: Workbench, monkeypatch: pytest.MonkeyPatch) -> None:
    async with drafted_survey(bench, monkeypatch, campaign()) as survey:
        early = await draw(survey)
        assert (early.status_code, early.json()["code"]) == (409, "campaign_without_units")
        files = {"file": ("x.csv", LIST.encode(), "text/csv")}
        for role in (Role.ENTRY_CLERK, Role.ENTRY_SUPERVISOR, Role.COUNCIL_CLERK):
            reply = await survey.api.as_role(role).post(f"{survey.path}/samples", files=files)
            assert reply.json()["code"] == "forbidden"
        unknown = await survey.manager.get(f"{survey.path}/samples/019b0a53-7c3e-7a10-9d2e-5f3c8e1b6a42")
        assert (unknown.status_code, unknown.json()["code"]) == (404, "sample_unknown")
