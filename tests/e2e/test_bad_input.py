"""Bad input on the running stack: each its own problem in Vietnamese, every fault at once, nothing stored."""

import copy
from collections.abc import Callable
from typing import Any, NamedTuple

import asyncpg
import httpx
import pytest

from parindex.auth.policy import Role
from tests.support.open_campaign import BALLOTS, KNOWN, ballot
from tests.support.scoring_story import claims_of, load
from tests.support.told import Told


class Case(NamedTuple):
    """A request that must be refused: by whom, where, with what, and how."""

    name: str
    role: Role | None
    method: str
    path: str
    body: Callable[[], Any]
    status: int
    code: str
    pointer: str = ""


def keyed(**changes: Any) -> Callable[[], dict[str, Any]]:
    return lambda: ballot(**changes)


def framework_that_does_not_sum() -> Any:
    definition = copy.deepcopy(load("framework-departments.json"))
    definition["nodes"][0]["max_points"] = "70"
    return definition


CASES = [
    Case("đơn vị lạ", Role.ENTRY_CLERK, "POST", BALLOTS, keyed(unit="ubnd-huyen-la"), 422, "ballot_invalid", "/unit"),
    Case("ngoài thang đo", Role.ENTRY_CLERK, "POST", BALLOTS, keyed(answers=[9] + [5] * 19), 422, "ballot_invalid", "/answers/0"),
    Case("thiếu câu trả lời", Role.ENTRY_CLERK, "POST", BALLOTS, keyed(answers=[5]), 422, "ballot_invalid", "/answers"),
    Case("nội dung khác dưới mã cũ", Role.ENTRY_CLERK, "POST", BALLOTS, keyed(**KNOWN, answers=[1] * 20), 409, "ballot_conflict"),
    Case("trùng số phiếu", Role.ENTRY_CLERK, "POST", BALLOTS, keyed(serial=KNOWN["serial"]), 409, "serial_taken"),
    Case("trường lạ", Role.ENTRY_CLERK, "POST", BALLOTS, keyed(diem=5), 422, "invalid_request", "/diem"),
    Case("sai vai trò", Role.UNIT_OFFICER, "POST", BALLOTS, keyed(), 403, "forbidden"),
    Case("không mã truy cập", None, "POST", BALLOTS, keyed(), 401, "token_required"),
    Case("đợt lạ", Role.ENTRY_CLERK, "POST", "/api/v1/campaigns/la/ballots", keyed(), 404, "campaign_unknown"),
    Case("bộ tiêu chí không cộng đủ", Role.ADMINISTRATOR, "POST", "/api/v1/frameworks", framework_that_does_not_sum, 422, "framework_invalid", "/nodes/0/max_points"),
    Case("nộp sau khi chốt", Role.UNIT_OFFICER, "POST", "/api/v1/periods/2022/assessments/so-noi-vu/submission", dict, 409, "period_state"),
    Case("tự chấm sau khi chốt", Role.UNIT_OFFICER, "PUT", "/api/v1/periods/2022/assessments/so-noi-vu/claims", lambda: {"claims": claims_of("so-noi-vu")}, 409, "period_state"),
    Case("chốt lần hai", Role.COUNCIL_CLERK, "POST", "/api/v1/periods/2022/finalize", dict, 409, "period_state"),
    Case("JSON hỏng", Role.ADMINISTRATOR, "POST", "/api/v1/units", lambda: b"{", 422, "invalid_request"),
]  # fmt: skip


async def row_counts(told: Told) -> dict[str, int]:
    """How many rows every table holds, but for the links that workers add to earlier audit rows meanwhile."""
    connection = await asyncpg.connect(told.stack.admin_url)
    try:
        tables = await connection.fetch(
            "SELECT schemaname || '.' || tablename AS name FROM pg_tables"
            " WHERE schemaname IN ('scoring', 'survey', 'report', 'bus') AND tablename <> 'audit_link'"
        )
        return {
            row["name"]: await connection.fetchval(f"SELECT count(*) FROM {row['name']}") for row in tables
        }
    finally:
        await connection.close()


@pytest.mark.parametrize("case", CASES, ids=[case.name for case in CASES])
async def test_each_is_refused_with_its_own_problem(
    told: Told, tokens: dict[Role, str], taking_ballots: None, case: Case
) -> None:
    before = await row_counts(told)
    noun = case.path.split("/")[3]
    url = told.stack.urls["survey" if noun == "campaigns" else "scoring"] + case.path
    headers = {"If-Match": '"v0"', "Content-Type": "application/json"}
    if case.role:
        headers["Authorization"] = f"Bearer {tokens[case.role]}"
    body = case.body()
    async with httpx.AsyncClient(timeout=30) as client:
        if isinstance(body, bytes):
            reply = await client.request(case.method, url, content=body, headers=headers)
        else:
            reply = await client.request(case.method, url, json=body, headers=headers)
    problem = reply.json()
    assert (reply.status_code, problem["code"]) == (case.status, case.code), problem
    assert reply.headers["content-type"] == "application/problem+json"
    assert problem["trace_id"] == reply.headers["x-trace-id"]
    assert problem["title"] != problem["code"]
    if case.pointer:
        assert case.pointer in {fault["pointer"] for fault in problem["errors"]}
    assert await row_counts(told) == before
