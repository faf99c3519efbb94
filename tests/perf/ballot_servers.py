"""The servers of the ballot line: survey-ingest with an open campaign, and the bare route, on one PostgreSQL."""

import asyncio
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import asyncpg
import httpx

from parindex.auth.policy import Role
from parindex.auth.principal import Principal
from parindex.auth.tokens import SigningKey
from parindex_embedded.processes import wait_until
from parindex_embedded.servers import free_port
from parindex_embedded.specs import MIGRATION, SERVICE_PROCESSES, ProcessSpec, ServiceProcess
from parindex_embedded.stack import Stack
from tests.perf.load import Ballots
from tests.perf.neighbour import PERIOD, UNITS
from tests.perf.reference import bare_ballot

CAMPAIGN, OFFICE, CLERKS = "dot-1", "bd-1", 16
QUESTIONS, OPTIONS = 25, 5
PLACES = 50_000  # a unit: no ballot of the bench is held
SURVEY = next(spec for spec in SERVICE_PROCESSES if spec.name == "api-survey")
NEIGHBOUR = ProcessSpec(
    "neighbour", "scoring", (sys.executable, "-m", "tests.perf.neighbour", "{port}"), ready_path="/"
)
BARE = ProcessSpec(
    "bare-ballot",
    "bare",
    (
        *(sys.executable, "-m", "uvicorn", "tests.perf.reference.bare_ballot:app"),
        *("--port", "{port}", "--no-access-log", "--log-level", "warning"),
    ),
    ready_path="/openapi.json",
)


@dataclass(frozen=True)
class Target:
    """A server under load: whose CPU counts and where the ballots go."""

    api_pid: int
    postgres_pid: int
    ballots: Ballots


@contextmanager
def both_targets(home: Path) -> Iterator[tuple[Target, Target]]:
    """survey-ingest and the bare route, ready to be loaded; at the end the books must hold every ballot."""
    os.environ.setdefault("PARINDEX_REPORT_URL", "http://127.0.0.1:9")  # never called here
    with Stack(home, processes=(SURVEY, NEIGHBOUR), migration=(*MIGRATION, "survey")) as stack:
        tokens = _open_campaign(stack)
        asyncio.run(_execute(stack.admin_url, bare_ballot.TABLE))
        with _bare_route(stack) as bare:
            survey_path = f"/api/v1/campaigns/{CAMPAIGN}/ballots"
            survey_port = int(stack.urls["survey"].rpartition(":")[2])
            yield (
                _target(stack, stack.pid_of(SURVEY.name), _ballots(survey_port, survey_path, tokens)),
                _target(stack, bare.pid, _ballots(bare.port, "/ballots", [])),
            )
        asyncio.run(_execute(stack.admin_url, _CHECK))


# Both took the same load, so both hold the same number of ballots; none of ours may be missing or held.
_CHECK = """
DO $$ BEGIN
    ASSERT (SELECT count(*) FROM survey.ballot WHERE status <> 'held') = (SELECT count(*) FROM bare.ballot);
    ASSERT (SELECT sum(taken) FROM survey.quota) = (SELECT count(*) FROM survey.ballot WHERE status = 'valid');
END $$
"""


def _target(stack: Stack, api_pid: int | None, ballots: Ballots) -> Target:
    postgres_pid = stack.pid_of("postgres")
    assert api_pid
    assert postgres_pid
    return Target(api_pid, postgres_pid, ballots)


def _ballots(port: int | None, path: str, tokens: list[str]) -> Ballots:
    assert port
    units = [unit.code for unit in UNITS.units]
    return Ballots(port=port, path=path, tokens=tokens, units=units, questions=QUESTIONS, options=OPTIONS)


@contextmanager
def _bare_route(stack: Stack) -> Iterator[ServiceProcess]:
    env = {**os.environ, bare_ballot.DATABASE_VARIABLE: stack.admin_url}
    server = ServiceProcess(BARE, free_port(), log=stack.log_of(BARE.name), env=env)
    server.start()
    try:
        if not wait_until(server.is_ready, 30):
            raise RuntimeError(server.last_words())
        yield server
    finally:
        server.stop()


async def _execute(url: str, sql: str) -> None:
    connection = await asyncpg.connect(url)
    try:
        await connection.execute(sql)
    finally:
        await connection.close()


def _open_campaign(stack: Stack) -> list[str]:
    """Set the campaign up through the API; the tokens of its clerks."""
    key = SigningKey("scoring", stack.environment.signing_keys["scoring"])

    def token(role: Role, number: int = 0) -> str:
        offices = frozenset() if role is Role.SURVEY_MANAGER else frozenset({OFFICE})
        return key.issue(Principal(f"{role.value}-{number}", role, offices=offices), timedelta(hours=1))

    path = f"/api/v1/campaigns/{CAMPAIGN}"
    batch = {"code": "tui-1", "office": OFFICE, "questionnaire": "sipas", "issued": 1_000_000}
    with httpx.Client(base_url=stack.urls["survey"], timeout=30) as client:
        for role, place, body in (
            (Role.SURVEY_MANAGER, "/api/v1/campaigns", campaign_body(CAMPAIGN, QUESTIONS, PLACES)),
            (Role.SURVEY_MANAGER, f"{path}/units", None),
            (Role.SURVEY_MANAGER, f"{path}/open", None),
            (Role.ENTRY_SUPERVISOR, f"{path}/batches", batch),
        ):
            authorized = {"Authorization": f"Bearer {token(role)}"}
            client.post(place, json=body, headers=authorized).raise_for_status()
    return [token(Role.ENTRY_CLERK, number) for number in range(CLERKS)]


def campaign_body(code: str, count: int, places: int) -> dict[str, Any]:
    """A campaign of one form with that many questions and places for each unit."""
    options = [{"code": str(n), "text": f"Mức {n}"} for n in range(1, OPTIONS + 1)]
    questions = [{"code": f"q{n:02}", "text": f"Câu {n}", "options": options} for n in range(1, count + 1)]
    quota = {"quota": places * len(UNITS.units), "quota_per_unit": places}
    return {
        "code": code,
        "title": "Điều tra để đo tốc độ",
        "period": PERIOD,
        "operator": "Bưu điện tỉnh",
        "opens_at": "2022-12-01T00:00:00+07:00",
        "closes_at": "2099-01-01T00:00:00+07:00",
        "double_entry": {"share": "0"},
        "questionnaires": [
            {
                "code": "sipas",
                "title": "Phiếu người dân",
                "layout": "one_unit",
                "level": "department",
                "groups": [{"code": "nguoi-dan", "name": "Người dân", **quota}],
                "questions": questions,
            }
        ],
    }
