"""The deadline hour: every unit submits in the last second, and each is in or told that it is late."""

import asyncio
from datetime import datetime, timedelta

import httpx

from parindex.auth.policy import Role
from tests.support.communes import DISTRICTS, claim, communes_of, district_period, register
from tests.support.scoring_story import Clock, Year, ok
from tests.support.served import served
from tests.support.workbench import Workbench

DISTRICT = DISTRICTS[0]
PATH = f"/api/v1/periods/2022-{DISTRICT}"
UNITS = 40
STEP = timedelta(milliseconds=25)
DEADLINE = datetime.fromisoformat("2023-01-11T00:00:00+07:00")


async def test_in_the_last_second_each_is_in_or_told_late(year: Year, clock: Clock, bench: Workbench) -> None:
    administrator = await register(year, UNITS)
    units = communes_of(DISTRICT, UNITS)
    await ok(administrator.post("/api/v1/periods", json=district_period(DISTRICT, units)))
    await ok(administrator.post(f"{PATH}/open"))
    clock.set("2023-01-09T08:00:00+07:00")
    for unit in units:
        await claim(year, f"2022-{DISTRICT}", unit, (90, 80, 70, 60))

    async with (
        served(year.api.app) as url,
        httpx.AsyncClient(base_url=url, timeout=120, limits=httpx.Limits(max_connections=UNITS)) as client,
    ):

        async def submit(place: int, unit: str) -> httpx.Response:
            await asyncio.sleep(0.02 * place)
            clock.set((DEADLINE + STEP * (place - UNITS // 2)).isoformat())  # half of them come too late
            token = bench.token(Role.UNIT_OFFICER, units=[unit])
            headers = {"Authorization": f"Bearer {token}"}
            return await client.post(f"{PATH}/assessments/{unit}/submission", headers=headers)

        first = await submit(0, units[0])  # somebody is in time, however slow the machine
        rest = await asyncio.gather(*(submit(place, unit) for place, unit in enumerate(units[1:], 1)))
    replies = [first, *rest]

    answers = dict(zip(units, replies, strict=True))
    taken = {unit for unit, reply in answers.items() if reply.status_code == 201}
    late = {unit for unit, reply in answers.items() if reply.status_code == 409}
    assert taken | late == set(units), [reply.text for reply in replies]
    assert taken, "nobody was in time"
    assert late, "the deadline came after everybody"
    for unit in taken:
        assert datetime.fromisoformat(answers[unit].json()["submitted_at"]) < DEADLINE
    for unit in late:
        problem = answers[unit].json()
        assert problem["code"] == "window_closed"
        assert datetime.fromisoformat(problem["params"]["at"]) >= DEADLINE
    # What was promised is what is stored: nothing lost, nothing slipped in.
    stored = await bench.fetch("SELECT unit, digest FROM scoring.submission")
    assert {row["unit"]: row["digest"] for row in stored} == {
        unit: answers[unit].json()["digest"] for unit in taken
    }
    statuses = await bench.fetch("SELECT unit, status FROM scoring.period_unit")
    assert {row["unit"] for row in statuses if row["status"] == "submitted"} == taken
    clerk = await year.role(Role.COUNCIL_CLERK)
    outstanding = (await ok(clerk.get(f"{PATH}/late?overdue=true"))).json()["outstanding"]
    assert {row["unit"] for row in outstanding if row["kind"] == "submission"} == late


async def test_an_extension_for_all_and_the_last_second_do_not_miss_each_other(
    year: Year, clock: Clock, bench: Workbench
) -> None:
    """Who submits while the window is made longer is in, or told late by the window of that moment."""
    administrator = await register(year, 10)
    units = communes_of(DISTRICT, 10)
    await ok(administrator.post("/api/v1/periods", json=district_period(DISTRICT, units)))
    await ok(administrator.post(f"{PATH}/open"))
    clock.set("2023-01-09T08:00:00+07:00")
    officers = {unit: await claim(year, f"2022-{DISTRICT}", unit, (90, 80, 70, 60)) for unit in units}
    clock.set("2023-01-11T00:00:00+07:00")
    longer = {"phase": "self_assessment", "closes_on": "2023-01-11", "reason": "Quá tải lúc 24 giờ."}
    extended, *replies = await asyncio.gather(
        administrator.post(f"{PATH}/extensions", json=longer),
        *(officer.post(f"{PATH}/assessments/{unit}/submission") for unit, officer in officers.items()),
    )
    assert extended.status_code == 201
    assert {reply.status_code for reply in replies} <= {201, 409}
    stored = {row["unit"] for row in await bench.fetch("SELECT unit FROM scoring.submission")}
    assert stored == {unit for unit, reply in zip(units, replies, strict=True) if reply.status_code == 201}
    for unit in set(units) - stored:
        await ok(officers[unit].post(f"{PATH}/assessments/{unit}/submission"))
