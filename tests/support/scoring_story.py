"""A small year for tests of scoring-api: a few units of the example, its framework, one period."""

import json
from collections.abc import Sequence
from contextlib import AsyncExitStack
from datetime import datetime
from pathlib import Path
from typing import Any

import httpx
import pytest

from parindex.auth.policy import Role
from parindex.kernel.clocks import REHEARSAL_VARIABLE
from tests.support.workbench import Api

EXAMPLE = Path(__file__).parents[2] / "examples" / "hai-duong-2022"
DEPARTMENTS = ("so-noi-vu", "so-y-te")


def load(name: str) -> Any:
    return json.loads((EXAMPLE / name).read_text(encoding="utf-8"))


class Clock:
    """The rehearsal clock of one test."""

    def __init__(self, path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.path = path
        monkeypatch.setenv(REHEARSAL_VARIABLE, str(path))
        self.set("2022-12-16T08:00:00+07:00")

    def set(self, instant: str) -> None:
        datetime.fromisoformat(instant)
        self.path.write_text(instant, encoding="ascii")


def period_body(units: Sequence[str] = DEPARTMENTS, **changes: Any) -> dict[str, Any]:
    return {
        "code": "2022",
        "year": 2022,
        "title": "Chỉ số CCHC năm 2022",
        "province": "tỉnh Hải Dương",
        "owner_name": "UBND tỉnh Hải Dương",
        "secretariat_name": "Sở Nội vụ",
        "phases": [
            {
                "phase": "self_assessment",
                "opens_at": "2022-12-25T00:00:00+07:00",
                "closes_at": "2023-01-11T00:00:00+07:00",
            },
            {
                "phase": "appraisal",
                "opens_at": "2023-01-11T00:00:00+07:00",
                "closes_at": "2023-01-17T00:00:00+07:00",
            },
        ],
        "units": [
            {
                "unit": unit,
                "framework": "hai-duong-2022-so",
                "version": 1,
                "form": f"A{number}",
                "rank_group": "department",
            }
            for number, unit in enumerate(units, 1)
        ],
        **changes,
    }


class Year:
    """Clients of every role on one API, and the steps of a year."""

    def __init__(self, api: Api, stack: AsyncExitStack, clock: Clock) -> None:
        self.api = api
        self.clock = clock
        self._stack = stack

    async def role(self, role: Role, **scope: Any) -> httpx.AsyncClient:
        return await self._stack.enter_async_context(self.api.as_role(role, **scope))

    async def public(self) -> httpx.AsyncClient:
        return await self._stack.enter_async_context(self.api.client())

    async def register(self, units: Sequence[str] = DEPARTMENTS) -> httpx.AsyncClient:
        """Units and the published framework; returns the administrator's client."""
        administrator = await self.role(Role.ADMINISTRATOR)
        for unit in load("units.json"):
            if unit["code"] in units:
                names = [{key: unit[key] for key in ("name", "short_name", "head_title", "valid_from")}]
                body = {key: unit[key] for key in ("code", "level", "kind", "aliases")}
                await ok(administrator.post("/api/v1/units", json={**body, "names": names}))
        await ok(administrator.post("/api/v1/frameworks", json=load("framework-departments.json")))
        await ok(administrator.post("/api/v1/frameworks/hai-duong-2022-so/versions/1/publish"))
        return administrator

    async def set_up(self, units: Sequence[str] = DEPARTMENTS, **changes: Any) -> httpx.AsyncClient:
        """Units, the framework, an open period; returns the administrator's client."""
        administrator = await self.register(units)
        await ok(administrator.post("/api/v1/periods", json=period_body(units, **changes)))
        await ok(administrator.post("/api/v1/periods/2022/open"))
        return administrator

    async def claim(self, unit: str) -> httpx.AsyncClient:
        """The unit's officer has claimed every leaf, with a narrative instead of files."""
        officer = await self.role(Role.UNIT_OFFICER, units=[unit])
        tag = (await officer.get(f"/api/v1/periods/2022/assessments/{unit}")).headers["etag"]
        await ok(
            officer.put(
                f"/api/v1/periods/2022/assessments/{unit}/claims",
                json={"claims": claims_of(unit)},
                headers={"If-Match": tag},
            )
        )
        return officer

    async def submit_all(self) -> None:
        """Both units have claimed and submitted; the clock stands in the appraisal."""
        self.clock.set("2023-01-09T08:00:00+07:00")
        for unit in DEPARTMENTS:
            officer = await self.claim(unit)
            await ok(officer.post(f"/api/v1/periods/2022/assessments/{unit}/submission"))
        self.clock.set("2023-01-12T08:00:00+07:00")

    async def appraise_all(self, **changes: dict[str, Any]) -> None:
        """Every claim confirmed but those of `changes`, by leaf; both units go to the council."""
        appraiser = await self.role(Role.APPRAISER)
        for unit in DEPARTMENTS:
            base = f"/api/v1/periods/2022/assessments/{unit}"
            rows = [{"leaf": leaf, **changes.get(leaf, {})} for leaf in load("self-assessments.json")[unit]]
            await ok(appraiser.post(f"{base}/appraisals", json={"appraisals": rows}))
            await ok(appraiser.post(f"{base}/appraisal-completion"))

    async def ready_for_council(
        self, appraisals: dict[str, dict[str, Any]] | None = None, **changes: Any
    ) -> httpx.AsyncClient:
        """A period whose units are appraised; returns the council's clerk."""
        await self.set_up(**changes)
        await self.submit_all()
        await self.appraise_all(**(appraisals or {}))
        return await self.role(Role.COUNCIL_CLERK)


SESSION = {"number": "01/BB-HĐ", "held_at": "2023-02-20T14:00:00+07:00"}
WITHOUT_SURVEY = [
    {"unit": unit, "leaf": leaf, "points": "8.5", "reason": "Không tổ chức điều tra."}
    for unit in DEPARTMENTS
    for leaf in ("II/1/1.1", "II/2/2.1")
]
"""What the council has to say of the leaves that no survey was held for."""


def claims_of(unit: str) -> list[dict[str, Any]]:
    return [
        {"leaf": leaf, "value": claim["value"], "narrative": "Đã thực hiện theo kế hoạch."}
        for leaf, claim in load("self-assessments.json")[unit].items()
    ]


async def ok(awaitable: Any) -> httpx.Response:
    reply: httpx.Response = await awaitable
    assert reply.is_success, reply.text
    return reply


async def code_of(awaitable: Any) -> tuple[int, str]:
    """Status and problem code of a refusal."""
    reply = await awaitable
    return reply.status_code, reply.json()["code"]
