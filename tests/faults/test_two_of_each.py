"""Two API processes and two workers at once on one database, all after the same places and the same bag."""

import asyncio
import json
import time
from collections import Counter
from collections.abc import Iterator
from random import Random
from typing import Any

import httpx
import pytest

from parindex.auth.policy import Role
from parindex_embedded.specs import MIGRATION, PARINDEX, ProcessSpec
from parindex_embedded.stack import Stack
from tests.support.ballot_desk import PROCESSES, QUESTIONS, UNIT_CODES, Desk, ballot

SECOND_WORKER = ProcessSpec(
    "worker-survey-2", "survey", (PARINDEX, "worker", "survey"), ready_line="worker ready"
)
WORKERS = ("worker-survey", SECOND_WORKER.name)
KEYED, CHUNK = 600, 25
FILES, ROWS = 12, 100
PLACES = 40  # of each unit: the ballots are twice and more as many
WITHIN_SECONDS = 120


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    home = tmp_path_factory.mktemp("two-of-each")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PARINDEX_REPORT_URL", "http://127.0.0.1:9")  # never called here
        processes = (*PROCESSES, SECOND_WORKER)
        with Stack(home, processes=processes, migration=(*MIGRATION, "survey"), fsync=False) as stack:
            yield Desk(stack)


def file_of(number: int, chance: Random) -> bytes:
    rows = [f"serial,unit,{','.join(f'q{n:02}' for n in range(1, QUESTIONS + 1))}"]
    for row in range(ROWS):
        answers = ",".join(chance.choices("12345", k=QUESTIONS))
        rows.append(f"F{number}-{row:03},{chance.choice(UNIT_CODES)},{answers}")
    return "\n".join(rows).encode()


async def key(desk: Desk, path: str, ballots: list[dict[str, Any]]) -> Counter[str]:
    """Every chunk goes to both APIs at the same moment; how the results came out."""
    token = desk.token(Role.ENTRY_CLERK, "nhap-0")
    found: Counter[str] = Counter()
    gate = asyncio.Semaphore(4)
    async with httpx.AsyncClient(headers={"Authorization": f"Bearer {token}"}, timeout=60) as client:

        async def send(port: int, chunk: list[dict[str, Any]]) -> None:
            async with gate:
                url = f"http://127.0.0.1:{port}{path}/bulk"
                reply = await client.post(url, json={"ballots": chunk})
            assert reply.status_code == 200, reply.text
            found.update(result["status"] for result in reply.json()["results"])

        chunks = [ballots[start : start + CHUNK] for start in range(0, len(ballots), CHUNK)]
        await asyncio.gather(*(send(port, chunk) for chunk in chunks for port in desk.ports))
    return found


async def import_files(desk: Desk, campaign: str) -> list[dict[str, Any]]:
    """Send the files one after another, and wait until each has ended."""
    chance = Random(2)
    headers = {"Authorization": f"Bearer {desk.token(Role.ENTRY_SUPERVISOR)}"}
    data = {"batch": "tui-1", "questionnaire": "sipas", "mapping": json.dumps({}), "atomic": "row"}
    base = f"http://127.0.0.1:{desk.ports[1]}"
    ended = []
    async with httpx.AsyncClient(base_url=base, headers=headers, timeout=60) as client:
        places = []
        for number in range(FILES):
            files = {"file": ("phieu.csv", file_of(number, chance))}
            reply = await client.post(f"{campaign}/imports", data=data, files=files)
            assert reply.status_code == 202, reply.text
            places.append(reply.headers["location"])
        until = time.monotonic() + WITHIN_SECONDS
        for place in places:
            while (found := (await client.get(place)).json())["state"] in {"queued", "running"}:
                assert time.monotonic() < until, found
                await asyncio.sleep(0.1)
            ended.append(found)
    return ended


def deliveries(desk: Desk, worker: str) -> list[str]:
    """The imports that a worker says it has done."""
    lines = desk.stack.log_of(worker).read_text(encoding="utf-8").splitlines()
    told = [json.loads(line) for line in lines if line.startswith("{")]
    return [line["event_id"] for line in told if line.get("event") == "delivery_done"]


@pytest.mark.timeout(600)
async def test_two_of_each_store_every_ballot_once_and_overfill_no_quota(desk: Desk) -> None:
    path = desk.open_campaign("hai", PLACES)
    chance = Random(1)
    ballots = [ballot(chance, f"T-{number:04}") for number in range(KEYED)]
    results, ended = await asyncio.gather(
        key(desk, path, ballots), import_files(desk, path.removesuffix("/ballots"))
    )
    stored = await desk.ballots("hai")
    states = Counter(row["status"] for row in stored)
    assert results == {"created": KEYED, "repeated": KEYED}
    assert [(found["state"], found["bad_rows"]) for found in ended] == [("done", 0)] * FILES
    assert len(stored) == len({row["serial"] for row in stored}) == KEYED + FILES * ROWS
    assert {str(row["id"]) for row in stored} >= {entered["id"] for entered in ballots}
    assert await desk.taken_places("hai") == {("nguoi-dan", unit): PLACES for unit in UNIT_CODES}
    valid = Counter(row["unit"] for row in stored if row["status"] == "valid")
    assert valid == dict.fromkeys(UNIT_CODES, PLACES)
    assert states["held"] == len(stored) - states["valid"]
    shares = [deliveries(desk, worker) for worker in WORKERS]
    assert len(shares[0]) + len(shares[1]) == len({*shares[0], *shares[1]}) == FILES
    assert all(shares), "one worker did everything"
    print(
        f"{len(shares[0])} và {len(shares[1])} tệp, {states['valid']} phiếu tính, {states['held']} phiếu giữ"
    )
