"""survey-ingest as it runs, with two API processes, for tests that let many clerks key at once."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from random import Random
from typing import Any
from uuid import UUID

import asyncpg
import httpx
import pytest

from parindex.auth.policy import Role
from parindex.auth.principal import Principal
from parindex.auth.tokens import SigningKey
from parindex_embedded.specs import MIGRATION, PARINDEX, SERVICE_PROCESSES, ProcessSpec
from parindex_embedded.stack import Stack
from parindex_embedded.state import read_state
from tests.perf.ballot_servers import NEIGHBOUR, OFFICE, OPTIONS, campaign_body
from tests.perf.neighbour import UNITS

QUESTIONS = 5
UNIT_CODES = tuple(unit.code for unit in UNITS.units)
SECOND_API = ProcessSpec(
    "api-survey-2", "survey", (PARINDEX, "api", "survey", "--port", "{port}"), ready_path="/readyz"
)
APIS = ("api-survey", SECOND_API.name)
PROCESSES = (NEIGHBOUR, *(spec for spec in SERVICE_PROCESSES if spec.service == "survey"), SECOND_API)


@dataclass(frozen=True)
class Desk:
    """The running service, and what its books hold as the administrator sees them."""

    stack: Stack

    @property
    def ports(self) -> list[int]:
        ports = read_state(self.stack.home)["ports"]
        return [ports[name] for name in APIS]

    def token(self, role: Role, subject: str = "") -> str:
        offices = frozenset() if role is Role.SURVEY_MANAGER else frozenset({OFFICE})
        key = SigningKey("scoring", self.stack.environment.signing_keys["scoring"])
        return key.issue(Principal(subject or role.value, role, offices=offices), timedelta(hours=3))

    def clerks(self, count: int) -> list[str]:
        """Tokens of `nhap-0`, `nhap-1`, …"""
        return [self.token(Role.ENTRY_CLERK, f"nhap-{number}") for number in range(count)]

    def open_campaign(self, code: str, places: int, groups: Sequence[str] = ("nguoi-dan",)) -> str:
        """A campaign with one bag and that many places for each group and unit; the path of its ballots."""
        body = campaign_body(code, QUESTIONS, places)
        quota = {"quota": places * len(UNIT_CODES), "quota_per_unit": places}
        body["questionnaires"][0]["groups"] = [{"code": g, "name": g, **quota} for g in groups]
        path = f"/api/v1/campaigns/{code}"
        batch = {"code": "tui-1", "office": OFFICE, "questionnaire": "sipas", "issued": 1_000_000}
        with httpx.Client(base_url=f"http://127.0.0.1:{self.ports[0]}", timeout=60) as client:
            for role, place, sent in (
                (Role.SURVEY_MANAGER, "/api/v1/campaigns", body),
                (Role.SURVEY_MANAGER, f"{path}/units", None),
                (Role.SURVEY_MANAGER, f"{path}/open", None),
                (Role.ENTRY_SUPERVISOR, f"{path}/batches", batch),
            ):
                authorized = {"Authorization": f"Bearer {self.token(role)}"}
                reply = client.post(place, json=sent, headers=authorized)
                assert reply.is_success, reply.text
        return f"{path}/ballots"

    async def ballots(self, code: str) -> list[asyncpg.Record]:
        return await self._fetch(
            """
            SELECT b.* FROM survey.ballot b JOIN survey.campaign c ON c.id = b.campaign_id
            WHERE c.code = $1
            """,
            code,
        )

    async def taken_places(self, code: str) -> dict[tuple[str, str], int]:
        """By group and unit."""
        rows = await self._fetch(
            """
            SELECT q.respondent_group, q.unit, q.taken FROM survey.quota q
            JOIN survey.campaign c ON c.id = q.campaign_id WHERE c.code = $1
            """,
            code,
        )
        return {(row[0], row[1]): row[2] for row in rows}

    async def _fetch(self, sql: str, code: str) -> list[asyncpg.Record]:
        connection = await asyncpg.connect(self.stack.admin_url)
        try:
            rows: list[asyncpg.Record] = await connection.fetch(sql, code)
            return rows
        finally:
            await connection.close()


@contextmanager
def running_desk(home: Path) -> Iterator[Desk]:
    migration = (*MIGRATION, "survey")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PARINDEX_REPORT_URL", "http://127.0.0.1:9")  # never called here
        with Stack(home, processes=PROCESSES, migration=migration, fsync=False) as stack:
            yield Desk(stack)


def ballot(chance: Random, serial: str, **changes: Any) -> dict[str, Any]:
    """A good ballot of a random unit with random answers, at least one of them an answer."""
    found = {
        "id": str(UUID(int=chance.getrandbits(128), version=4)),
        "serial": serial,
        "batch": "tui-1",
        "questionnaire": "sipas",
        "group": "nguoi-dan",
        "unit": chance.choice(UNIT_CODES),
        "answers": [chance.randint(1, OPTIONS), *(chance.randint(-1, OPTIONS) for _ in range(QUESTIONS - 1))],
    }
    return {**found, **changes}
