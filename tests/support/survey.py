"""A small campaign for the survey tests: two departments, one form of each layout."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

import httpx
import pytest

from parindex.auth.policy import Role
from parindex.bus.delivering import deliver
from parindex.bus.store import list_open
from parindex.contracts.loading import dump_snapshot
from parindex.contracts.snapshots import SurveyedUnit, UnitList
from parindex.db import Database
from parindex.service import load_service
from survey_ingest.campaigns import http as campaigns_http
from tests.support.workbench import Api, Workbench

UNITS = UnitList(
    period="2022",
    units=(
        SurveyedUnit(
            code="so-noi-vu",
            name="Sở Nội vụ",
            short_name="Nội vụ",
            level="department",
            kind="so",
            aliases=("SNV",),
        ),
        SurveyedUnit(
            code="so-y-te", name="Sở Y tế", short_name="Y tế", level="department", kind="so", aliases=()
        ),
    ),
)


def question(code: str, options: int) -> dict[str, Any]:
    return {
        "code": code,
        "text": f"Câu {code}",
        "kind": "single",
        "options": [{"code": str(n), "text": f"Mức {n}"} for n in range(1, options + 1)],
    }


def group(code: str, quota: int, per_unit: int | None = None) -> dict[str, Any]:
    return {"code": code, "name": code, "quota": quota, "quota_per_unit": per_unit}


def campaign(code: str = "dot-1", citizens: int = 3) -> dict[str, Any]:
    return {
        "code": code,
        "title": "Điều tra năm 2022",
        "period": "2022",
        "operator": "Bưu điện tỉnh",
        "plans": [
            {"number": "4090/KH-UBND", "date": "2022-12-01", "issuer": "UBND tỉnh", "subject": "Kế hoạch"}
        ],
        "opens_at": "2022-12-01T00:00:00+07:00",
        "closes_at": "2099-01-01T00:00:00+07:00",
        "double_entry": {"share": "0"},
        "questionnaires": [
            {
                "code": "sipas",
                "title": "Phiếu người dân",
                "layout": "one_unit",
                "level": "department",
                "groups": [group("nguoi-dan", 2 * citizens, citizens)],
                "questions": [question("q1", 5), question("q2", 5)],
            },
            {
                "code": "to-chuc",
                "title": "Phiếu tổ chức",
                "layout": "matrix",
                "level": "department",
                "groups": [group("dai-bieu", 2), group("lanh-dao", 1)],
                "questions": [question("c1", 4)],
            },
        ],
    }


def ballot(serial: str, **changes: Any) -> dict[str, Any]:
    found = {
        "id": str(uuid4()),
        "serial": serial,
        "batch": "tui-1",
        "questionnaire": "sipas",
        "group": "nguoi-dan",
        "unit": "so-noi-vu",
        "answers": [5, 4],
    }
    return {**found, **changes}


@dataclass
class Survey:
    """An open campaign with two issued batches, and a client of each role."""

    api: Api
    bench: Workbench
    manager: httpx.AsyncClient
    supervisor: httpx.AsyncClient
    clerk: httpx.AsyncClient
    code: str = "dot-1"

    @property
    def path(self) -> str:
        return f"/api/v1/campaigns/{self.code}"

    async def enter(self, entered: dict[str, Any]) -> httpx.Response:
        return await self.clerk.post(f"{self.path}/ballots", json=entered)

    async def seal(self, batch: str, returned: int, **changes: object) -> httpx.Response:
        body = {"bag_seal": f"NP-{batch}", "returned": returned, "spoiled": 0, "missing": 0, **changes}
        return await self.supervisor.post(f"{self.path}/batches/{batch}/seal", json=body)

    async def upload(self, content: str | bytes, **changes: str) -> httpx.Response:
        form = {"batch": "tui-1", "questionnaire": "sipas", **changes}
        sent = content if isinstance(content, bytes) else content.encode()
        files = {"file": ("phieu.csv", sent, "text/csv")}
        return await self.supervisor.post(f"{self.path}/imports", data=form, files=files)

    async def work(self) -> None:
        """What the worker does: every open delivery of the survey service, once."""
        settings = load_service("survey").settings()
        database = Database(settings.database_url, pool_size=2)
        handlers = {s.topic: s for s in load_service("survey").subscriptions(settings, database)}
        try:
            async with database.reading() as connection:
                waiting = await list_open(connection, "survey")
            for delivery in waiting:
                await deliver(database, "survey", handlers, delivery.event)
        finally:
            await database.close()

    async def issue(self, batch: str, questionnaire: str = "sipas", issued: int = 10) -> httpx.Response:
        body = {"code": batch, "office": "bd-1", "questionnaire": questionnaire, "issued": issued}
        return await self.supervisor.post(f"{self.path}/batches", json=body)


async def _unit_list(*_: object, **_named: object) -> httpx.Response:
    return httpx.Response(200, content=dump_snapshot(UNITS)[0])


@asynccontextmanager
async def drafted_survey(
    bench: Workbench, monkeypatch: pytest.MonkeyPatch, definition: dict[str, Any]
) -> AsyncIterator[Survey]:
    monkeypatch.setattr(campaigns_http, "fetch_internal", _unit_list)
    async with bench.api("survey") as api:
        manager = api.as_role(Role.SURVEY_MANAGER)
        supervisor = api.as_role(Role.ENTRY_SUPERVISOR, offices=["bd-1"])
        clerk = api.as_role(Role.ENTRY_CLERK, offices=["bd-1"])
        survey = Survey(api, bench, manager, supervisor, clerk, definition["code"])
        assert (await manager.post("/api/v1/campaigns", json=definition)).status_code == 201
        yield survey


@asynccontextmanager
async def open_survey(
    bench: Workbench, monkeypatch: pytest.MonkeyPatch, definition: dict[str, Any] | None = None
) -> AsyncIterator[Survey]:
    async with drafted_survey(bench, monkeypatch, definition or campaign()) as survey:
        assert (await survey.manager.post(f"{survey.path}/units")).status_code == 200
        assert (await survey.manager.post(f"{survey.path}/open")).status_code == 200
        assert (await survey.issue("tui-1")).status_code == 201
        assert (await survey.issue("tui-2", "to-chuc")).status_code == 201
        yield survey
