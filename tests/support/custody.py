"""Steps of custody for the survey tests: key, seal, tally, hand over, correct."""

import asyncio
from typing import Any

import httpx
from typer.testing import CliRunner

from survey_ingest.cli import commands
from tests.support.survey import Survey, ballot

PARTIES = {"from_party": "Bưu điện tỉnh", "to_party": "Sở Nội vụ"}
WHOLE = ["Sổ niêm phong của đợt dot-1 nguyên vẹn."]


async def key_and_seal(survey: Survey) -> dict[str, str]:
    """Four citizens (quota three), one blank, three officials; both bags sealed. Serial → ballot id."""
    matrix = {"batch": "tui-2", "questionnaire": "to-chuc", "unit": None}
    entries = [
        ballot("A1", answers=[5, 4]),
        ballot("A2", answers=[5, 0]),
        ballot("A3", answers=[3, -1]),
        ballot("A4", answers=[1, 1]),
        ballot("B1", unit="so-y-te", answers=[0, 0]),
        ballot("M1", group="dai-bieu", answers=[1, 4], **matrix),
        ballot("M2", group="dai-bieu", answers=[1, 0], **matrix),
        ballot("M3", group="lanh-dao", answers=[2, -1], **matrix),
    ]
    for entered in entries:
        reply = await survey.enter(entered)
        assert reply.status_code == 201, reply.text
    for batch, returned, rest in (("tui-1", 5, {"spoiled": 3, "missing": 2}), ("tui-2", 3, {"missing": 7})):
        sealed = await survey.seal(batch, returned, **rest)
        assert sealed.status_code == 200, sealed.text
    return {entered["serial"]: entered["id"] for entered in entries}


async def tally(survey: Survey) -> dict[str, Any]:
    made = await survey.supervisor.post(f"{survey.path}/tally")
    assert made.status_code == 200, made.text
    found: dict[str, Any] = made.json()
    return found


async def deliver(survey: Survey, **changes: object) -> httpx.Response:
    return await survey.supervisor.post(f"{survey.path}/handover", json={**PARTIES, **changes})


async def receive(survey: Survey, **changes: object) -> httpx.Response:
    body = {"seals_intact": True, **changes}
    return await survey.manager.post(f"{survey.path}/handover/receipt", json=body)


async def hand_over(survey: Survey) -> str:
    """Deliver and receive everything that is due; the digest of the minutes."""
    delivered = await deliver(survey)
    assert delivered.status_code == 201, delivered.text
    received = await receive(survey)
    assert received.status_code == 201, received.text
    return str(received.json()["digest"])


async def ask(
    survey: Survey, client: httpx.AsyncClient | None = None, batch: str = "tui-1", **changes: object
) -> httpx.Response:
    body = {"batch": batch, "reason": "Nhập nhầm so với phiếu giấy", "legal_act": "02/BB-SNV", **changes}
    return await (client or survey.supervisor).post(f"{survey.path}/corrections", json=body)


async def decide(
    survey: Survey, asked: httpx.Response, client: httpx.AsyncClient | None = None, *, approved: bool = True
) -> httpx.Response:
    assert asked.status_code == 201, asked.text
    path = f"{survey.path}/corrections/{asked.json()['id']}/decision"
    return await (client or survey.manager).post(path, json={"approved": approved, "note": "Đã đối chiếu"})


async def verified(survey: Survey) -> list[str]:
    """What `parindex verify-ledger` says of the campaign."""
    return (await asyncio.to_thread(CliRunner().invoke, commands, [survey.code])).stdout.splitlines()
