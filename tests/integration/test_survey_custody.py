"""From keyed ballots to seals, the campaign's tally, the hand-over and a ledger that shows tampering."""

import asyncio
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from parindex.auth.policy import Role
from parindex.bus import publish
from parindex.contracts.events import PeriodFinalized
from parindex.contracts.loading import load_snapshot
from parindex.contracts.snapshots import HandoverRecord, TallySnapshot
from parindex.db import Database
from tests.support.custody import verified
from tests.support.survey import Survey, ballot, open_survey
from tests.support.workbench import Workbench


@pytest_asyncio.fixture
async def survey(bench: Workbench, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Survey]:
    async with open_survey(bench, monkeypatch) as found:
        yield found


async def key_ballots(survey: Survey) -> None:
    """Five citizens on two units (one surplus, one blank), three officials on the matrix."""
    matrix = {"batch": "tui-2", "questionnaire": "to-chuc", "unit": None}
    entries = [
        ballot("A1", answers=[5, 4]),
        ballot("A2", answers=[5, 0]),
        ballot("A3", answers=[3, -1]),
        ballot("A4", answers=[1, 1]),  # over the quota of three
        ballot("B1", unit="so-y-te", answers=[0, 0]),
        ballot("M1", group="dai-bieu", answers=[1, 4], **matrix),
        ballot("M2", group="dai-bieu", answers=[1, 0], **matrix),
        ballot("M3", group="lanh-dao", answers=[2, -1], **matrix),
    ]
    for entered in entries:
        assert (await survey.enter(entered)).status_code == 201


async def seal_all(survey: Survey) -> None:
    await key_ballots(survey)
    assert (await survey.seal("tui-1", 5, spoiled=3, missing=2)).status_code == 200
    assert (await survey.seal("tui-2", 3, missing=7)).status_code == 200


async def test_a_bag_that_does_not_add_up_is_not_sealed(survey: Survey) -> None:
    await key_ballots(survey)
    refused = await survey.seal("tui-1", 6, spoiled=1)
    assert refused.json()["code"] == "seal_does_not_reconcile"
    assert [e["code"] for e in refused.json()["errors"]] == ["issued_not_accounted", "keyed_differs"]
    assert (await survey.seal("tui-1", 5, spoiled=5)).status_code == 200
    assert (await survey.seal("tui-1", 5, spoiled=5)).json()["code"] == "batch_sealed"
    assert (await survey.seal("tui-9", 1)).json()["code"] == "batch_unknown"


async def test_a_sealed_bag_takes_no_ballot_but_repeats_its_receipts(survey: Survey) -> None:
    known = ballot("A1")
    await survey.enter(known)
    assert (await survey.seal("tui-1", 1, missing=9)).json()["facts"]["valid"] == 1
    assert (await survey.enter(known)).status_code == 200
    assert (await survey.enter(ballot("A2"))).json()["code"] == "batch_sealed"


async def test_no_ballot_slips_into_a_bag_while_it_is_sealed(survey: Survey) -> None:
    await survey.issue("tui-3", issued=30)

    async def late_seal() -> None:
        await asyncio.sleep(0.02)
        for returned in range(31):  # until the stated number is the keyed one
            reply = await survey.seal("tui-3", returned, missing=30 - returned)
            if reply.status_code == 200:
                return

    entries = [ballot(f"C{n}", batch="tui-3", unit="so-y-te") for n in range(30)]
    replies, _ = await asyncio.gather(asyncio.gather(*(survey.enter(e) for e in entries)), late_seal())
    accepted = sum(reply.status_code == 201 for reply in replies)
    refused = [reply.json()["code"] for reply in replies if reply.status_code != 201]
    facts = (await survey.manager.get(f"{survey.path}/seals")).json()[0]["facts"]
    assert set(refused) <= {"batch_sealed"}
    assert facts["returned"] == accepted == facts["valid"] + facts["held"]


async def test_the_tally_is_the_hand_count(survey: Survey, bench: Workbench) -> None:
    await key_ballots(survey)
    await survey.seal("tui-1", 5, spoiled=5)
    waiting = await survey.supervisor.post(f"{survey.path}/tally")
    assert (waiting.json()["code"], waiting.json()["params"]["batches"]) == ("batches_not_sealed", "tui-2")
    await survey.seal("tui-2", 3, missing=7)
    made = (await survey.supervisor.post(f"{survey.path}/tally")).json()
    again = (await survey.supervisor.post(f"{survey.path}/tally")).json()
    assert made == again
    assert made["revision"] == 1
    service = survey.api.client(bench.key("scoring").service_token())
    content = (await service.get(f"/internal/tallies/{made['digest']}")).content
    tally = load_snapshot(TallySnapshot, content, made["digest"])
    cells = {(c.unit, c.group, c.question): (c.counts, c.blank, c.double, c.total) for c in tally.cells}
    five = dict.fromkeys("12345", 0)
    four = dict.fromkeys("1234", 0)
    assert cells == {
        ("so-noi-vu", "nguoi-dan", "q1"): ({**five, "5": 2, "3": 1}, 0, 0, 3),
        ("so-noi-vu", "nguoi-dan", "q2"): ({**five, "4": 1}, 1, 1, 1),
        ("so-noi-vu", "dai-bieu", "c1"): ({**four, "1": 2}, 0, 0, 2),
        ("so-y-te", "dai-bieu", "c1"): ({**four, "4": 1}, 1, 0, 1),
        ("so-noi-vu", "lanh-dao", "c1"): ({**four, "2": 1}, 0, 0, 1),
        ("so-y-te", "lanh-dao", "c1"): (four, 0, 1, 0),
    }
    counts = [(b.questionnaire, b.group, b.unit, b.quota, b.valid, b.invalid, b.held) for b in tally.ballots]
    assert counts == [
        ("sipas", "nguoi-dan", "so-noi-vu", 3, 3, 0, 1),
        ("sipas", "nguoi-dan", "so-y-te", 3, 0, 1, 0),
        ("to-chuc", "dai-bieu", "", 2, 2, 0, 0),
        ("to-chuc", "lanh-dao", "", 1, 1, 0, 0),
    ]
    events = await bench.fetch("SELECT payload->>'digest' FROM bus.event WHERE topic = 'tally.sealed.v1'")
    assert [row[0] for row in events] == [made["digest"]]
    assert (await survey.manager.get(survey.path)).json()["state"] == "sealed"
    assert (await survey.issue("tui-4")).json()["code"] == "campaign_not_open"


async def test_a_recount_that_differs_stops_the_tally(survey: Survey, bench: Workbench) -> None:
    await seal_all(survey)
    await bench.fetch("UPDATE survey.ballot SET answers = '{1,1}' WHERE serial = 'A1'")
    refused = await survey.supervisor.post(f"{survey.path}/tally")
    assert (refused.status_code, refused.json()["code"]) == (500, "tally_mismatch")
    assert not await bench.fetch("SELECT 1 FROM survey.tally")


async def test_the_hand_over_is_made_by_two_and_known_by_its_digest(survey: Survey, bench: Workbench) -> None:
    parties = {"from_party": "Bưu điện tỉnh", "to_party": "Sở Nội vụ", "note": "Đủ 02 túi"}
    await seal_all(survey)
    early = await survey.supervisor.post(f"{survey.path}/handover", json=parties)
    assert early.json()["code"] == "tally_missing"
    made = (await survey.supervisor.post(f"{survey.path}/tally")).json()
    receipt = {"seals_intact": True}
    before = await survey.manager.post(f"{survey.path}/handover/receipt", json=receipt)
    assert before.json()["code"] == "handover_not_delivered"
    assert (await survey.supervisor.post(f"{survey.path}/handover", json=parties)).status_code == 201
    twice = await survey.supervisor.post(f"{survey.path}/handover", json=parties)
    assert twice.json()["code"] == "handover_delivered"
    own = await survey.supervisor.post(f"{survey.path}/handover/receipt", json=receipt)
    assert own.json()["code"] == "forbidden"
    broken = await survey.manager.post(f"{survey.path}/handover/receipt", json={"seals_intact": False})
    assert broken.json()["code"] == "broken_seal_unexplained"
    digest = (await survey.manager.post(f"{survey.path}/handover/receipt", json=receipt)).json()["digest"]
    service = survey.api.client(bench.key("report").service_token())
    content = (await service.get(f"/internal/handovers/{digest}")).content
    minutes = load_snapshot(HandoverRecord, content, digest)
    assert (minutes.tally_digest, minutes.tally_revision) == (made["digest"], 1)
    assert [(b.batch, b.bag_seal, b.ballots) for b in minutes.batches] == [
        ("tui-1", "NP-tui-1", 5),
        ("tui-2", "NP-tui-2", 3),
    ]
    assert minutes.ledger_head == minutes.batches[-1].entry
    assert (minutes.note, minutes.seals_intact) == ("Đủ 02 túi", True)
    rows = await bench.fetch("SELECT action FROM survey.audit ORDER BY id")
    assert [row[0] for row in rows][-3:] == ["tally.sealed", "handover.delivered", "handover.received"]
    missing = await service.get("/internal/handovers/sha256:0")
    assert (missing.status_code, missing.json()["code"]) == (404, "snapshot_unknown")


async def hand_over(survey: Survey) -> None:
    parties = {"from_party": "Bưu điện tỉnh", "to_party": "Sở Nội vụ"}
    await seal_all(survey)
    assert (await survey.supervisor.post(f"{survey.path}/tally")).status_code == 200
    assert (await survey.supervisor.post(f"{survey.path}/handover", json=parties)).status_code == 201
    receipt = await survey.manager.post(f"{survey.path}/handover/receipt", json={"seals_intact": True})
    assert receipt.status_code == 201


async def test_the_service_cannot_rewrite_what_is_sealed(survey: Survey, bench: Workbench) -> None:
    await seal_all(survey)
    rows = await bench.fetch(
        "SELECT table_name, privilege_type FROM information_schema.role_table_grants"
        " WHERE grantee = 'survey_app' AND table_schema = 'survey' AND privilege_type <> 'SELECT'"
        " AND table_name IN ('seal', 'audit', 'tally', 'tally_cell', 'handover', 'handover_delivery')"
        " ORDER BY 1"
    )
    assert {row[1] for row in rows} == {"INSERT"}
    assert len(rows) == 6


async def finalize_period(survey: Survey, edition: int = 1) -> None:
    event = PeriodFinalized(period="2022", edition=edition, digest="sha256:" + "0" * 64, url="http://x")
    bench = survey.bench
    database = Database(bench.servers.app_url("scoring", bench.database), pool_size=1)
    async with database.writing() as connection:
        await publish(connection, "scoring", event)
    await database.close()
    await survey.work()


async def test_a_final_period_closes_what_was_handed_over(survey: Survey) -> None:
    await hand_over(survey)
    await finalize_period(survey)
    assert (await survey.manager.get(survey.path)).json()["state"] == "closed"
    assert (await survey.enter(ballot("A9"))).json()["code"] == "campaign_not_open"
    assert (await survey.supervisor.post(f"{survey.path}/tally")).json()["code"] == "campaign_state"
    assert await verified(survey) == ["Sổ niêm phong của đợt dot-1 nguyên vẹn."]


async def test_a_campaign_that_was_not_handed_over_can_still_be(survey: Survey, bench: Workbench) -> None:
    await finalize_period(survey)
    assert (await survey.manager.get(survey.path)).json()["state"] == "open"
    await hand_over(survey)
    assert (await survey.manager.get(survey.path)).json()["state"] == "handed_over"
    await finalize_period(survey, edition=2)
    assert (await survey.manager.get(survey.path)).json()["state"] == "closed"
    acts = await bench.fetch(
        "SELECT action, details->>'state' FROM survey.audit WHERE subject = 'survey-ingest' ORDER BY id"
    )
    assert [tuple(row) for row in acts] == [("campaign.left_unfinished", "open"), ("campaign.closed", None)]


async def test_only_the_own_office_issues_and_seals(survey: Survey) -> None:
    foreign = survey.api.as_role(Role.ENTRY_SUPERVISOR, offices=["bd-2"])
    body = {"bag_seal": "1", "returned": 0, "missing": 10}
    sealed = await foreign.post(f"{survey.path}/batches/tui-1/seal", json=body)
    assert sealed.json()["code"] == "foreign_office"
    issued = {"code": "tui-8", "office": "bd-1", "questionnaire": "sipas", "issued": 1}
    assert (await foreign.post(f"{survey.path}/batches", json=issued)).json()["code"] == "foreign_office"
    assert (await survey.issue("tui-1")).json()["code"] == "batch_exists"
    assert (await survey.issue("tui-5", "la")).json()["code"] == "batch_invalid"
