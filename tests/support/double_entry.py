"""Double entry as the tests drive it: clerks of an office, their claims, second entries and re-keying."""

from typing import Any
from uuid import uuid4

import httpx

from parindex.auth.policy import Role
from tests.support.survey import Survey
from tests.support.workbench import Workbench


def clerk(
    survey: Survey, name: str, role: Role = Role.ENTRY_CLERK, office: str = "bd-1"
) -> httpx.AsyncClient:
    return survey.api.as_role(role, name, offices=[office])


async def claim(
    survey: Survey, who: httpx.AsyncClient, stage: str = "second", batch: str = "tui-1"
) -> httpx.Response:
    return await who.post(f"{survey.path}/batches/{batch}/claims", json={"stage": stage})


async def again(
    survey: Survey, who: httpx.AsyncClient, entered: dict[str, Any], **changes: Any
) -> httpx.Response:
    """The same paper keyed by another clerk, under an id of their own."""
    body = {**entered, "id": str(uuid4()), **changes}
    return await who.post(f"{survey.path}/second-entries", json=body)


async def rekey(survey: Survey, who: httpx.AsyncClient, entry: str, **values: Any) -> httpx.Response:
    body = {"values": {name.removeprefix("a"): value for name, value in values.items()}}
    return await who.post(f"{survey.path}/second-entries/{entry}/rekeyings", json=body)


async def decide(survey: Survey, ballot_id: str, position: str, value: Any) -> httpx.Response:
    body = {"value": value, "reason": "Phiếu giấy ghi như vậy."}
    return await survey.supervisor.post(
        f"{survey.path}/differences/{ballot_id}/{position}/decision", json=body
    )


async def progress(survey: Survey, batch: str = "tui-1") -> dict[str, Any]:
    found: dict[str, Any] = (await survey.manager.get(f"{survey.path}/batches/{batch}/double-entry")).json()
    return found


async def rows(bench: Workbench, sql: str) -> list[tuple[Any, ...]]:
    return [tuple(row) for row in await bench.fetch(sql)]
