"""Step 3: the post office keys the ballots, some twice; a file of citizens is imported; bags are sealed."""

from collections import Counter
from collections.abc import Callable
from typing import Any

from parindex_embedded.demo.example import CAMPAIGN, NOTE, PERIOD, Example
from parindex_embedded.demo.office import send_by_program
from parindex_embedded.demo.session import Caller, Session, in_parallel, wait_for

BASE = f"/api/v1/campaigns/{CAMPAIGN}"
CHUNK = 100
CLIENT_OFFICE = "Bưu điện huyện Nam Sách"
"""Its ballots go through the program of `examples/buu-dien-client`, as a post office would send them."""


async def plan_campaign(session: Session, example: Example, done: Callable[[], None]) -> Caller:
    """The campaign with its questionnaires, the period's units frozen, the bags issued, the survey open."""
    manager = await session.account("survey", "survey_manager", "phu-trach-dieu-tra")
    await manager.post("/api/v1/campaigns", example.campaign_body())
    await manager.post(f"{BASE}/units")
    await manager.post(f"{BASE}/open")
    done()
    supervisor = await _supervisor(session, example)
    for batch in example.batches:
        body = {
            "code": batch["code"],
            "office": batch["office"],
            "questionnaire": batch["questionnaire"],
            "issued": batch["ballots"],
        }
        await supervisor.post(f"{BASE}/batches", body)
        done()
    return manager


async def _supervisor(session: Session, example: Example) -> Caller:
    offices = sorted({batch["office"] for batch in example.batches})
    return await session.account("survey", "entry_supervisor", "giam-sat-buu-dien", offices=offices)


async def key_ballots(session: Session, example: Example, done: Callable[[int], None]) -> Counter[str]:
    """Post every ballot in chunks; each third chunk a second time, as after a lost reply.

    Those of one office are sent by its own program. Returns how many were created and how many repeated.
    """
    offices = sorted({batch["office"] for batch in example.batches})
    clerk = await session.account("survey", "entry_clerk", "nhap-phieu-buu-dien", offices=offices)
    its_batches = {batch["code"] for batch in example.batches if batch["office"] == CLIENT_OFFICE}
    ballots: list[dict[str, Any]] = []
    its_ballots: list[dict[str, Any]] = []
    for ballot in (*example.delegate_ballots(), *example.citizen_ballots()):
        (its_ballots if ballot["batch"] in its_batches else ballots).append(ballot)
    chunks = [ballots[start : start + CHUNK] for start in range(0, len(ballots), CHUNK)]
    counts: Counter[str] = Counter()

    def job(number: int, chunk: list[dict[str, Any]]) -> Callable[[], Any]:
        async def send() -> None:
            for _ in range(2 if number % 3 == 0 else 1):
                reply = await clerk.post(f"{BASE}/ballots/bulk", {"ballots": chunk})
                counts.update(result["status"] for result in reply["results"])
            done(len(chunk))

        return send

    async def send_of_office() -> None:
        its_clerk = await session.account(
            "survey", "entry_clerk", "nhap-phieu-nam-sach", offices=[CLIENT_OFFICE]
        )
        await send_by_program(its_clerk, example.office_program, its_ballots)
        counts["created"] += len(its_ballots)
        done(len(its_ballots))

    jobs = [send_of_office, *(job(number, chunk) for number, chunk in enumerate(chunks))]
    await in_parallel(jobs, 4, lambda: None)
    return counts


async def import_sipas(session: Session, example: Example) -> dict[str, Any]:
    """The 640 ballots of citizens on departments come as a file, with unit names as people write them."""
    supervisor = await _supervisor(session, example)
    fields = {"Số phiếu": "serial", "Đơn vị": "unit"}
    questions = [f"q{number:02d}" for number in range(1, 21)]
    mapping = fields | {question: question for question in questions}
    path = example.sipas_file()
    accepted = await supervisor.send(
        "POST",
        f"{BASE}/imports",
        data={
            "batch": "sps-tinh",
            "questionnaire": "sipas-so",
            "group": "nguoi-dan-doanh-nghiep",
            "mapping": _json(mapping),
            "mode": "commit",
            "atomic": "all",
        },
        files={"file": (path.name, path.read_bytes(), "text/csv")},
    )
    location = accepted.headers["Location"]

    async def finished() -> Any:
        state = await supervisor.get(location)
        return state if state["state"] in {"done", "failed"} else None

    found: dict[str, Any] = await wait_for("nhập tệp SIPAS", finished)
    return found


def _json(value: object) -> str:
    import json

    return json.dumps(value, ensure_ascii=False)


async def seal_and_hand_over(
    session: Session, example: Example, manager: Caller, done: Callable[[], None]
) -> dict[str, Any]:
    """Every bag is reconciled and sealed, the whole is counted once more, both sides confirm."""
    supervisor = await _supervisor(session, example)
    for batch in example.batches:
        body = {"bag_seal": batch["bag_seal"], "returned": batch["ballots"], "spoiled": 0, "missing": 0}
        await supervisor.post(f"{BASE}/batches/{batch['code']}/seal", body)
        done()
    tally: dict[str, Any] = await supervisor.post(f"{BASE}/tally")
    done()
    documents = session.same(session.administrator, "report")
    await documents.put(f"/api/v1/documents/issuances/{PERIOD}/handover_minutes", {"note": NOTE})
    parties = {"from_party": "Bưu điện tỉnh", "to_party": "Sở Nội vụ", "note": ""}
    await supervisor.post(f"{BASE}/handover", parties)
    await manager.post(f"{BASE}/handover/receipt", {"seals_intact": True, "note": ""})
    done()
    return tally
