"""Bad input on the running stack: each its own problem in Vietnamese, every fault at once, nothing stored."""

import copy
from collections.abc import Callable
from typing import Any, NamedTuple
from uuid import uuid4

import asyncpg
import httpx
import pytest
import pytest_asyncio

from parindex.auth.policy import Role
from tests.support.scoring_story import claims_of, load
from tests.support.stack import token_for
from tests.support.told import Told

CAMPAIGN = "/api/v1/campaigns/thu"
BALLOTS = f"{CAMPAIGN}/ballots"
KNOWN = {"id": str(uuid4()), "serial": "THU-00000001"}
OFFICE = "Bưu điện huyện Thanh Hà"


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


def ballot(**changes: Any) -> Callable[[], dict[str, Any]]:
    """A ballot like the last one keyed, under a new id and serial unless told otherwise."""
    return lambda: {
        "id": str(uuid4()),
        "serial": f"THU-{uuid4().hex[:8]}",
        "batch": "tui-1",
        "questionnaire": "sipas-huyen",
        "group": "nguoi-dan-doanh-nghiep",
        "unit": "ubnd-huyen-thanh-ha",
        "answers": [5] * 20,
        **changes,
    }


def framework_that_does_not_sum() -> Any:
    definition = copy.deepcopy(load("framework-departments.json"))
    definition["nodes"][0]["max_points"] = "70"
    return definition


CASES = [
    Case("đơn vị lạ", Role.ENTRY_CLERK, "POST", BALLOTS, ballot(unit="ubnd-huyen-la"), 422, "ballot_invalid", "/unit"),
    Case("ngoài thang đo", Role.ENTRY_CLERK, "POST", BALLOTS, ballot(answers=[9] + [5] * 19), 422, "ballot_invalid", "/answers/0"),
    Case("thiếu câu trả lời", Role.ENTRY_CLERK, "POST", BALLOTS, ballot(answers=[5]), 422, "ballot_invalid", "/answers"),
    Case("nội dung khác dưới mã cũ", Role.ENTRY_CLERK, "POST", BALLOTS, ballot(**KNOWN, answers=[1] * 20), 409, "ballot_conflict"),
    Case("trùng số phiếu", Role.ENTRY_CLERK, "POST", BALLOTS, ballot(serial=KNOWN["serial"]), 409, "serial_taken"),
    Case("trường lạ", Role.ENTRY_CLERK, "POST", BALLOTS, ballot(diem=5), 422, "invalid_request", "/diem"),
    Case("sai vai trò", Role.UNIT_OFFICER, "POST", BALLOTS, ballot(), 403, "forbidden"),
    Case("không mã truy cập", None, "POST", BALLOTS, ballot(), 401, "token_required"),
    Case("đợt lạ", Role.ENTRY_CLERK, "POST", "/api/v1/campaigns/la/ballots", ballot(), 404, "campaign_unknown"),
    Case("bộ tiêu chí không cộng đủ", Role.ADMINISTRATOR, "POST", "/api/v1/frameworks", framework_that_does_not_sum, 422, "framework_invalid", "/nodes/0/max_points"),
    Case("nộp sau khi chốt", Role.UNIT_OFFICER, "POST", "/api/v1/periods/2022/assessments/so-noi-vu/submission", dict, 409, "period_state"),
    Case("tự chấm sau khi chốt", Role.UNIT_OFFICER, "PUT", "/api/v1/periods/2022/assessments/so-noi-vu/claims", lambda: {"claims": claims_of("so-noi-vu")}, 409, "period_state"),
    Case("chốt lần hai", Role.COUNCIL_CLERK, "POST", "/api/v1/periods/2022/finalize", dict, 409, "period_state"),
    Case("JSON hỏng", Role.ADMINISTRATOR, "POST", "/api/v1/units", lambda: b"{", 422, "invalid_request"),
]  # fmt: skip


@pytest.fixture(scope="session")
def tokens(told: Told) -> dict[Role, str]:
    scope = {
        Role.ENTRY_CLERK: ("--office", OFFICE),
        Role.ENTRY_SUPERVISOR: ("--office", OFFICE),
        Role.UNIT_OFFICER: ("--unit", "so-noi-vu"),
    }
    return {
        role: token_for(told.stack, role, *scope.get(role, ()))
        for role in {Role.SURVEY_MANAGER, *scope, *(case.role for case in CASES if case.role)}
    }


@pytest_asyncio.fixture(scope="session")
async def open_campaign(told: Told, tokens: dict[Role, str]) -> None:
    """A campaign that still takes ballots, with one ballot in it."""
    forms = [form for form in load("questionnaires.json") if form["code"] == "sipas-huyen"]
    window = {"opens_at": "2023-01-01T00:00:00+07:00", "closes_at": "2024-01-01T00:00:00+07:00"}
    body = {"code": "thu", "title": "Đợt thử", "period": "2022", "operator": "Bưu điện tỉnh", **window}
    batch = {"code": "tui-1", "office": OFFICE, "questionnaire": "sipas-huyen", "issued": 10}
    steps = [
        (Role.SURVEY_MANAGER, "/api/v1/campaigns", {**body, "questionnaires": forms}),
        (Role.SURVEY_MANAGER, f"{CAMPAIGN}/units", None),
        (Role.SURVEY_MANAGER, f"{CAMPAIGN}/open", None),
        (Role.ENTRY_SUPERVISOR, f"{CAMPAIGN}/batches", batch),
        (Role.ENTRY_CLERK, BALLOTS, ballot(**KNOWN)()),
    ]
    async with httpx.AsyncClient(base_url=told.stack.urls["survey"], timeout=30) as client:
        for role, path, sent in steps:
            headers = {"Authorization": f"Bearer {tokens[role]}"}
            reply = await client.post(path, json=sent, headers=headers)
            assert reply.is_success, reply.text


async def row_counts(told: Told) -> dict[str, int]:
    """How many rows every table of the services holds."""
    connection = await asyncpg.connect(told.stack.admin_url)
    try:
        tables = await connection.fetch(
            "SELECT schemaname || '.' || tablename AS name FROM pg_tables"
            " WHERE schemaname IN ('scoring', 'survey', 'report', 'bus')"
        )
        return {
            row["name"]: await connection.fetchval(f"SELECT count(*) FROM {row['name']}") for row in tables
        }
    finally:
        await connection.close()


@pytest.mark.parametrize("case", CASES, ids=[case.name for case in CASES])
async def test_each_is_refused_with_its_own_problem(
    told: Told, tokens: dict[Role, str], open_campaign: None, case: Case
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
