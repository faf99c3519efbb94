"""Bad input on every route of a self-assessment: each its own problem, every fault named, nothing stored."""

from typing import Any, NamedTuple

import httpx

from parindex.auth.policy import Role
from tests.support.scoring_story import DEPARTMENTS, Clock, Year, claims_of, ok
from tests.support.workbench import Workbench

BASE = "/api/v1/periods/2022/assessments/so-noi-vu"
CLAIMS = f"{BASE}/claims"
RATIO, CHOICE, COUNT = "I/1/1.1/1.1.3", "I/1/1.1/1.1.1", "I/1/1.2"
FILE = "019b0a53-7c3e-7a10-9d2e-5f3c8e1b6a42"
PDF = b"%PDF-1.7\n%%EOF\n"


class Case(NamedTuple):
    """A request that must be refused: by whom, where, with what, and how."""

    method: str
    path: str
    body: Any
    status: int
    code: str
    pointer: str = ""
    fault: str = ""
    who: str = "officer"
    tag: str = "*"


def claim(value: Any, leaf: str = RATIO, **more: Any) -> dict[str, Any]:
    return {"claims": [{"leaf": leaf, "value": value, **more}]}


def wrong(body: Any, pointer: str, fault: str) -> Case:
    """A claim whose content the rules refuse."""
    return Case("PUT", CLAIMS, body, 422, "assessment_invalid", pointer, fault)


def unreadable(body: Any, pointer: str = "", fault: str = "") -> Case:
    return Case("PUT", CLAIMS, body, 422, "invalid_request", pointer, fault)


ONE = claim({"numerator": "1", "denominator": "2"})
ELSEWHERE = BASE.replace("so-noi-vu", "so-la")
NO_PERIOD = BASE.replace("2022", "2031")
IN_TIME = [
    # values
    wrong(claim({"numerator": "-1"}), "/claims/0/value/numerator", "figure_too_small"),
    wrong(claim({"numerator": "ba"}), "/claims/0/value/numerator", "not_a_figure"),
    wrong(claim({"numerator": 1.5}), "/claims/0/value/numerator", "not_a_figure"),
    wrong(claim({"numerator": True}), "/claims/0/value/numerator", "not_a_figure"),
    wrong(claim({"numerator": "NaN"}), "/claims/0/value/numerator", "not_a_figure"),
    wrong(claim({"tu_so": "1"}), "/claims/0/value/tu_so", "unknown_attribute"),
    wrong(claim({"level": "tot"}, CHOICE), "/claims/0/value/level", "value_unknown_level"),
    wrong(claim({"level": 1}, CHOICE), "/claims/0/value/level", "value_unknown_level"),
    wrong(claim({"count": "1.5"}, COUNT), "/claims/0/value/count", "not_a_whole_number"),
    wrong(claim({"count": "1", "serious": "x"}, COUNT), "/claims/0/value/serious", "not_a_flag"),
    # leaves
    wrong(claim({}, "I/1/1.7"), "/claims/0/leaf", "leaf_unknown"),  # of the districts' framework
    wrong(claim({}, "I/1"), "/claims/0/leaf", "leaf_unknown"),  # an area
    wrong(claim({}, "II/1/1.1"), "/claims/0/leaf", "leaf_not_self_scored"),
    wrong({"claims": [{"leaf": RATIO}, {"leaf": RATIO}]}, "/claims/1/leaf", "leaf_repeated"),
    wrong(claim(None, evidence=[FILE]), "/claims/0/evidence/0", "evidence_unknown"),
    # shapes
    unreadable(claim({}, points="2"), "/claims/0/points", "extra_forbidden"),  # nobody claims points
    unreadable(claim("30/31"), "/claims/0/value", "dict_type"),
    unreadable(claim({}, narrative=7), "/claims/0/narrative", "string_type"),
    unreadable(claim({}, narrative="x" * 20_001), "/claims/0/narrative", "string_too_long"),
    unreadable(claim({}, evidence=["x"]), "/claims/0/evidence/0", "uuid_parsing"),
    unreadable(claim({}, evidence=[FILE] * 101), "/claims/0/evidence", "too_long"),
    unreadable(claim({}, shortfall=[" "]), "/claims/0/shortfall/0", "string_too_short"),
    unreadable(claim({}, shortfall=["x" * 301]), "/claims/0/shortfall/0", "string_too_long"),
    unreadable(claim({}, shortfall="Mỹ Xuyên"), "/claims/0/shortfall", "list_type"),
    unreadable({"claims": []}, "/claims", "too_short"),
    unreadable({"claims": [{}]}, "/claims/0/leaf", "missing"),
    unreadable([], ""),
    Case("PUT", CLAIMS, b'{"claims": [{"leaf": "\\u0000"}]}', 400, "malformed_request"),
    Case("PUT", CLAIMS, b"{", 422, "invalid_request"),
    # versions
    Case("PUT", CLAIMS, ONE, 412, "version_stale", tag='"v7"'),
    Case("PUT", CLAIMS, ONE, 412, "version_stale", tag='W/"v0"'),
    Case("PUT", CLAIMS, ONE, 428, "version_required", tag=""),
    Case("POST", f"{BASE}/submission", None, 412, "version_stale", tag='"v7"'),
    # states
    Case("POST", f"{BASE}/withdrawal", None, 409, "assessment_state"),
    # people and places
    *(
        Case(method, f"{base}/{route}", body, status, code, who=who)
        for method, route, body in (
            ("PUT", "claims", ONE),
            ("POST", "submission", None),
            ("POST", "withdrawal", None),
            ("POST", "evidence", "form"),
            ("DELETE", f"evidence/{FILE}", None),
        )
        for base, status, code, who in (
            (ELSEWHERE, 403, "foreign_unit", "officer"),
            (BASE, 403, "foreign_unit", "stranger"),
            (BASE, 403, "forbidden", "appraiser"),
            (BASE, 403, "forbidden", "administrator"),
            (BASE, 401, "token_required", "nobody"),
            (NO_PERIOD, 404, "period_unknown", "officer"),
        )
    ),
    *(
        Case("GET", f"{base}{route}", None, status, code, who=who)
        for route in ("", "/points", "/submissions", "/submissions/1", "/changes", f"/evidence/{FILE}")
        for base, status, code, who in (
            (BASE, 403, "foreign_unit", "stranger"),
            (BASE, 403, "forbidden", "administrator"),
            (BASE, 401, "token_required", "nobody"),
            (ELSEWHERE, 404, "unit_not_in_period", "appraiser"),
            (NO_PERIOD, 404, "period_unknown", "appraiser"),
        )
        if not (route.startswith("/evidence") and base == ELSEWHERE)
    ),
    Case("GET", f"{BASE}/submissions/0", None, 422, "invalid_request"),
    Case("GET", f"{BASE}/submissions/mot", None, 422, "invalid_request"),
    Case("GET", f"{BASE}/evidence/x", None, 422, "invalid_request"),
    Case("GET", f"{ELSEWHERE}/evidence/{FILE}", None, 404, "evidence_unknown", who="appraiser"),
    Case("DELETE", f"{BASE}/evidence/x", None, 422, "invalid_request"),
    Case("DELETE", f"{BASE}/evidence/{FILE}", None, 404, "evidence_unknown"),
    Case("POST", f"{BASE}/inspections", "form", 403, "forbidden"),
    Case("POST", f"{NO_PERIOD}/inspections", "form", 404, "period_unknown", who="appraiser"),
]
SUBMITTED = [
    Case("PUT", CLAIMS, ONE, 409, "assessment_state"),
    Case("POST", f"{BASE}/submission", None, 409, "assessment_state"),
    Case("POST", f"{BASE}/evidence", "form", 409, "assessment_state"),
    Case("DELETE", f"{BASE}/evidence/{FILE}", None, 409, "assessment_state"),
]
LATE = [
    Case("PUT", CLAIMS, ONE, 409, "window_closed"),
    Case("POST", f"{BASE}/submission", None, 409, "window_closed"),
    Case("POST", f"{BASE}/withdrawal", None, 409, "window_closed"),
    Case("POST", f"{BASE}/evidence", "form", 409, "window_closed"),
    Case("DELETE", f"{BASE}/evidence/{FILE}", None, 409, "window_closed"),
]


async def send(client: httpx.AsyncClient, case: Case) -> httpx.Response:
    headers = {"If-Match": case.tag} if case.tag and case.method != "GET" else {}
    if case.tag == "*" and case.method == "POST":
        headers = {}
    if case.body == "form":
        files = {"file": ("a.pdf", PDF, "application/pdf")}
        return await client.request(case.method, case.path, headers=headers, data={"title": "A"}, files=files)
    if isinstance(case.body, bytes):
        typed = {**headers, "Content-Type": "application/json"}
        return await client.request(case.method, case.path, headers=typed, content=case.body)
    return await client.request(case.method, case.path, headers=headers, json=case.body)


async def refuse(clients: dict[str, httpx.AsyncClient], bench: Workbench, cases: list[Case]) -> None:
    """Every case is refused as it says, and no table has a row more than before."""
    before = await counts(bench)
    failures = []
    for case in cases:
        reply = await send(clients[case.who], case)
        problem = reply.json() if reply.content else {}
        faults = {(fault["pointer"], fault["code"]) for fault in problem.get("errors", ())}
        told = (reply.status_code, problem.get("code")) == (case.status, case.code)
        named = not case.fault or (case.pointer, case.fault) in faults
        if not (told and named and problem.get("title")):
            told_faults = sorted(faults)[:3]
            failures.append(
                f"{case.method} {case.path} {case.body} {case.who}: {reply.status_code} {problem.get('code')} {told_faults}"
            )
    assert not failures, "\n".join(failures)
    assert await counts(bench) == before


async def counts(bench: Workbench) -> dict[str, int]:
    tables = (
        *("act", "evidence", "evidence_revision", "evidence_removal"),
        *("submission", "withdrawal", "audit", "announcement"),
    )
    return {
        table: (await bench.fetch(f"SELECT count(*) AS rows FROM scoring.{table}"))[0]["rows"]
        for table in tables
    }


async def test_bad_input_is_refused_by_name_in_every_state(
    year: Year, clock: Clock, bench: Workbench
) -> None:
    administrator = await year.set_up()
    clients = {
        "officer": await year.role(Role.UNIT_OFFICER, units=["so-noi-vu"]),
        "stranger": await year.role(Role.UNIT_OFFICER, units=["so-y-te"]),
        "appraiser": await year.role(Role.APPRAISER),
        "administrator": administrator,
    }
    async with year.api.client() as nobody:
        clients["nobody"] = nobody
        clock.set("2023-01-09T08:00:00+07:00")
        await refuse(clients, bench, IN_TIME)
        officer = await year.claim(DEPARTMENTS[0])
        await ok(officer.post(f"{BASE}/submission"))
        await refuse(clients, bench, SUBMITTED)
        await ok(officer.post(f"{BASE}/withdrawal"))
        clock.set("2023-01-11T00:00:00+07:00")
        await refuse(clients, bench, LATE)
    assert len(await bench.fetch("SELECT 1 FROM scoring.act")) == len(claims_of(DEPARTMENTS[0]))
