"""Corrections of a finalized period through the API: acts of their own, a preview, the next edition, its changes."""

import asyncio
import json
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from typer.testing import CliRunner

from parindex.auth.policy import Role
from parindex.kernel.canonical import canonical_bytes
from scoring_api.cli import commands
from tests.support.reply_shapes import differences, example_of
from tests.support.scoring_story import DEPARTMENTS, SESSION, WITHOUT_SURVEY, Year, code_of, ok, period_body
from tests.support.survey_mail import SURVEY, Mail
from tests.support.workbench import Workbench

PERIOD = "/api/v1/periods/2022"
CORRECTIONS = f"{PERIOD}/corrections"
EDITIONS = "/api/v1/editions/2022"
LEAF, SURVEYED = "I/1/1.1/1.1.3", "II/1/1.1"
BASIS = {
    "number": "512/TB-HĐ",
    "date": "2023-03-20",
    "issuer": "Hội đồng đánh giá",
    "subject": "Thông báo kết luận về kiến nghị của Sở Y tế",
}
BODY = {"reason": "Kiến nghị gửi sau khi chốt kết quả, Hội đồng đã chấp nhận.", "legal_basis": [BASIS]}
RAISED = {"unit": "so-y-te", "leaf": SURVEYED, "points": "18.5", "reason": "Theo thông báo 512/TB-HĐ."}


@pytest_asyncio.fixture
async def mail(bench: Workbench) -> Any:
    found = Mail(bench)
    yield found
    await found.database.close()


async def finalized(year: Year, **changes: Any) -> Any:
    """A period with its edition 1, decided by points where a survey would have been; the clerk."""
    clerk = await year.ready_for_council(**changes)
    await ok(clerk.post(f"{PERIOD}/council"))
    await ok(clerk.post(f"{PERIOD}/council/sessions", json={**SESSION, "decisions": WITHOUT_SURVEY}))
    await ok(clerk.post(f"{PERIOD}/provisional"))
    await ok(clerk.post(f"{PERIOD}/finalize"))
    return clerk


async def test_a_correction_becomes_the_next_edition_by_the_same_code(
    year: Year, bench: Workbench, tmp_path: Path
) -> None:
    clerk = await finalized(year)
    first = (await clerk.get(f"{EDITIONS}/1")).content
    opened = (await ok(clerk.post(CORRECTIONS, json=BODY))).json()
    assert (opened["number"], opened["corrects"], opened["state"]) == (1, 1, "open")
    assert await code_of(clerk.post(CORRECTIONS, json=BODY)) == (409, "edition_correction_open")
    path = f"{CORRECTIONS}/1"
    await ok(clerk.post(f"{path}/decisions", json={"decisions": [RAISED]}))
    preview = await ok(clerk.get(f"{path}/preview"))
    told = preview.json()
    assert (told["edition"], told["corrects"], told["legal_basis"]) == (2, 1, [BASIS])
    assert [(row["unit"], row["leaf"], row["before"]["points"], row["after"]["points"]) for row in told["acts"]] == [
        ("so-y-te", SURVEYED, "8.5", "18.5")
    ]  # fmt: skip
    by_unit = {row["unit"]: row for row in told["units"]}
    raised, passed = by_unit["so-y-te"], by_unit["so-noi-vu"]
    assert raised["figures"]["rank"] == {"before": 2, "after": 1}
    assert raised["leaves"] == [
        {"key": SURVEYED, "name": raised["leaves"][0]["name"], "points": {"before": "8.5", "after": "18.5"}}
    ]
    assert "xếp hạng 2 → 1" in raised["sentence"]
    assert not raised["rank_only"]
    assert passed["rank_only"]
    assert passed["figures"] == {"rank": {"before": 1, "after": 2}}
    # Until it is finalized nothing of it counts.
    before = (await ok(clerk.get(f"{PERIOD}/units/so-y-te/explanation", params={"node": SURVEYED}))).json()
    assert before["explanation"]["points"] == "8.5"
    finalize = f"{path}/finalize"
    assert await code_of(clerk.post(finalize)) == (428, "version_required")
    again = {**RAISED, "reason": "Theo thông báo 512/TB-HĐ ngày 20/3/2023."}
    await ok(clerk.post(f"{path}/decisions", json={"decisions": [again]}))
    stale = {"If-Match": preview.headers["etag"]}
    assert await code_of(clerk.post(finalize, headers=stale)) == (412, "version_stale")
    preview = await ok(clerk.get(f"{path}/preview"))
    seen = {"If-Match": preview.headers["etag"]}
    both = await asyncio.gather(*(clerk.post(finalize, headers=seen) for _ in range(3)))
    assert sorted(reply.status_code for reply in both) == [201, 409, 409]
    made = next(reply.json() for reply in both if reply.status_code == 201)
    assert (made["edition"], made["correction"], made["units"]) == (2, 1, 2)
    events = await bench.fetch("SELECT payload FROM bus.event WHERE topic = 'period.finalized.v1'")
    assert sorted(json.loads(row["payload"])["edition"] for row in events) == [1, 2]
    # What edition 1 said stays as it was, byte by byte; the newest says something else.
    assert (await clerk.get(f"{EDITIONS}/1")).content == first
    ranks = {row["unit"]: row["rank"] for row in (await clerk.get(f"{EDITIONS}/latest")).json()["units"]}
    assert ranks == {"so-y-te": 1, "so-noi-vu": 2}
    standings = await bench.fetch("SELECT edition, unit, rank FROM scoring.standing ORDER BY edition, rank")
    assert [tuple(row) for row in standings] == [
        (1, "so-noi-vu", 1), (1, "so-y-te", 2), (2, "so-y-te", 1), (2, "so-noi-vu", 2),
    ]  # fmt: skip
    assert (await ok(clerk.get(f"{EDITIONS}/2/changes"))).content == preview.content
    assert (await ok(clerk.get(f"{path}/preview"))).content == preview.content
    assert await code_of(clerk.get(f"{EDITIONS}/1/changes")) == (404, "edition_changes_missing")
    await explains_itself(clerk)
    await proves_itself_offline(clerk, tmp_path)
    async with year.api.client() as public:
        assert await code_of(public.get(f"{EDITIONS}/2/changes")) == (404, "edition_unknown")
        await ok(clerk.post(f"{EDITIONS}/2/publish"))
        # Edition 1 was never published: what changed would tell its figures.
        assert await code_of(public.get(f"{EDITIONS}/2/changes")) == (404, "edition_unknown")
        await ok(clerk.post(f"{EDITIONS}/1/publish"))
        shown = await ok(public.get(f"{EDITIONS}/2/changes"))
        assert shown.content == preview.content
        assert shown.headers["cache-control"] == "public, max-age=31536000, immutable"
    listed = (await ok(clerk.get(CORRECTIONS))).json()
    assert [(row["number"], row["state"], row["edition"], len(row["decisions"])) for row in listed] == [
        (1, "finalized", 2, 2)
    ]
    shown = (await ok(clerk.get(PERIOD))).json()
    assert (shown["state"], shown["code"]) == ("finalized", "2022")


async def explains_itself(clerk: Any) -> None:
    """Lineage of the corrected edition, and of the period, show the act that corrected; the first does not."""
    where = "units/so-y-te/explanation"
    corrected = (await ok(clerk.get(f"{EDITIONS}/2/{where}", params={"node": SURVEYED}))).json()
    assert corrected["explanation"]["points"] == "18.5"
    assert (corrected["correction"]["edition"], corrected["correction"]["points"]) == (2, "18.5")
    assert corrected["correction"]["legal_basis"] == [BASIS]
    plain = (await ok(clerk.get(f"{EDITIONS}/1/{where}", params={"node": SURVEYED}))).json()
    assert (plain["explanation"]["points"], plain["correction"]) == ("8.5", None)
    running = (await ok(clerk.get(f"{PERIOD}/{where}", params={"node": SURVEYED}))).json()
    assert [(act["session"], act["correction"]) for act in running["acts"]] == [
        ("01/BB-HĐ", None), (None, 1), (None, 1),
    ]  # fmt: skip


async def proves_itself_offline(clerk: Any, folder: Path) -> None:
    """Both packs of edition 2 verify and recompute to their own record, with no server."""
    for level in ("full", "public"):
        content = (await ok(clerk.get(f"{EDITIONS}/2/pack?level={level}"))).content
        pack, inputs, record = folder / f"{level}.json", folder / "inputs.json", folder / "record.json"
        pack.write_bytes(content)
        edition = folder / "edition.json"
        edition.write_bytes((await ok(clerk.get(f"{EDITIONS}/2/result"))).content)
        proved = await asyncio.to_thread(
            CliRunner().invoke, commands, ["verify", str(pack), "--edition", str(edition)]
        )
        assert proved.exit_code == 0, proved.output
        held = json.loads(content)
        inputs.write_bytes(canonical_bytes(held["inputs"]))
        words = ["compute", str(inputs), "--output", str(record)]
        computed = await asyncio.to_thread(CliRunner().invoke, commands, words)
        assert computed.exit_code == 0, computed.output
        assert record.read_bytes() == canonical_bytes(held["record"])


async def test_an_abandoned_correction_counts_nowhere(year: Year, bench: Workbench) -> None:
    clerk = await finalized(year)
    await ok(clerk.post(CORRECTIONS, json=BODY))
    await ok(clerk.post(f"{CORRECTIONS}/1/decisions", json={"decisions": [RAISED]}))
    given_up = {"reason": "Kiến nghị được rút."}
    assert await code_of(clerk.post(f"{CORRECTIONS}/1/abandonment", json={})) == (422, "invalid_request")
    await ok(clerk.post(f"{CORRECTIONS}/1/abandonment", json=given_up))
    ended = (409, "edition_correction_ended")
    assert await code_of(clerk.post(f"{CORRECTIONS}/1/abandonment", json=given_up)) == ended
    assert await code_of(clerk.get(f"{CORRECTIONS}/1/preview")) == ended
    assert await code_of(clerk.post(f"{CORRECTIONS}/1/decisions", json={"decisions": [RAISED]})) == ended
    assert await code_of(clerk.post(f"{CORRECTIONS}/1/finalize", headers={"If-Match": "*"})) == ended
    shown = (await ok(clerk.get(f"{CORRECTIONS}/1"))).json()
    assert (shown["state"], shown["end_reason"], len(shown["decisions"])) == (
        "abandoned",
        given_up["reason"],
        1,
    )
    told = await bench.fetch(
        "SELECT topic FROM scoring.announcement WHERE topic LIKE 'correction.%' ORDER BY id"
    )
    assert [row["topic"] for row in told] == ["correction.opened", "correction.abandoned"]
    # The next one starts from edition 1 as it is, and one that corrects nothing is no edition.
    assert (await ok(clerk.post(CORRECTIONS, json=BODY))).json()["number"] == 2
    preview = (await ok(clerk.get(f"{CORRECTIONS}/2/preview"))).json()
    assert (preview["acts"], preview["units"]) == ([], [])
    empty = await clerk.post(f"{CORRECTIONS}/2/finalize", headers={"If-Match": "*"})
    assert [fault["code"] for fault in empty.json()["errors"]] == ["correction_empty"]
    lowered = {**RAISED, "points": "8", "unit": "so-noi-vu"}
    await ok(clerk.post(f"{CORRECTIONS}/2/decisions", json={"decisions": [lowered]}))
    await ok(clerk.post(f"{CORRECTIONS}/2/finalize", headers={"If-Match": "*"}))
    sheet = (await ok(clerk.get(f"{EDITIONS}/2/units/so-y-te"))).json()
    assert next(leaf["points"] for leaf in sheet["leaves"] if leaf["key"] == SURVEYED) == "8.5"
    # A third edition corrects the second.
    third = (await ok(clerk.post(CORRECTIONS, json=BODY))).json()
    assert (third["number"], third["corrects"]) == (3, 2)
    await ok(clerk.post(f"{CORRECTIONS}/3/decisions", json={"decisions": [RAISED]}))
    changes = (await ok(clerk.get(f"{CORRECTIONS}/3/preview"))).json()
    assert [row["unit"] for row in changes["acts"]] == ["so-y-te"], "what edition 2 corrected stays"


async def test_a_later_tally_comes_in_by_a_correction_alone(year: Year, mail: Mail, bench: Workbench) -> None:
    clerk = await year.ready_for_council(survey=SURVEY)
    pinned = await mail.tally("hai-duong-2022", 1, {"A": 10})
    await mail.handover("hai-duong-2022", pinned)
    await ok(clerk.post(f"{PERIOD}/council"))
    rest = [row for row in WITHOUT_SURVEY if row["leaf"] != SURVEYED]
    await ok(clerk.post(f"{PERIOD}/council/sessions", json={**SESSION, "decisions": rest}))
    await ok(clerk.post(f"{PERIOD}/provisional"))
    await ok(clerk.post(f"{PERIOD}/finalize"))
    later = await mail.tally("hai-duong-2022", 2, {"D": 10})
    for tally, code in ((pinned, "tally_not_newest"), (later, "handover_missing")):
        refused = await clerk.post(CORRECTIONS, json={**BODY, "tally": tally, "previous_edition": 9})
        assert [row["code"] for row in refused.json()["errors"]] == [code, "edition_not_newest"]
    await mail.handover("hai-duong-2022", later)
    both = await asyncio.gather(*(clerk.post(CORRECTIONS, json={**BODY, "tally": later}) for _ in range(3)))
    assert sorted(reply.status_code for reply in both) == [201, 409, 409]
    assert len(await bench.fetch("SELECT 1 FROM scoring.correction")) == 1
    preview = (await ok(clerk.get(f"{CORRECTIONS}/1/preview"))).json()
    assert preview["tally"] == {"before": pinned, "after": later}
    assert {row["unit"] for row in preview["units"]} == {"so-noi-vu", "so-y-te"}
    await ok(clerk.post(f"{CORRECTIONS}/1/finalize", headers={"If-Match": "*"}))
    packs = [(await clerk.get(f"{EDITIONS}/{n}/pack?level=full")).json()["tally_digest"] for n in (1, 2)]
    assert packs == [pinned, later]
    assert (await clerk.get(PERIOD)).json()["pinned_tally"] == later


def last_year(*ranks: int) -> dict[str, Any]:
    units = zip(("so-noi-vu", "so-y-te"), ranks, strict=True)
    rows = [{"unit": unit, "rank": rank, "framework": "hai-duong-2022-so"} for unit, rank in units]
    return {"period": "2021", "units": rows}


async def test_another_edition_of_last_year_is_compared_with_by_a_correction_alone(year: Year) -> None:
    administrator = await year.register(DEPARTMENTS)
    await ok(administrator.post("/api/v1/editions", json=last_year(1, 2)))
    await ok(administrator.post("/api/v1/periods", json=period_body(previous="2021")))
    await ok(administrator.post(f"{PERIOD}/open"))
    await year.submit_all()
    await year.appraise_all()
    clerk = await year.role(Role.COUNCIL_CLERK)
    await ok(clerk.post(f"{PERIOD}/council"))
    await ok(clerk.post(f"{PERIOD}/council/sessions", json={**SESSION, "decisions": WITHOUT_SURVEY}))
    await ok(clerk.post(f"{PERIOD}/provisional"))
    # The provisional result pinned what it compares with: what comes now is not in edition 1.
    await ok(administrator.post("/api/v1/editions", json=last_year(2, 1)))
    await ok(clerk.post(f"{PERIOD}/finalize"))
    assert await changes_in_rank(clerk, 1) == {"so-noi-vu": 0, "so-y-te": 0}
    await ok(clerk.post(CORRECTIONS, json=BODY))
    assert (await ok(clerk.get(f"{CORRECTIONS}/1/preview"))).json()["units"] == []
    await ok(clerk.post(f"{CORRECTIONS}/1/abandonment", json={"reason": "Mở lại để dùng kết quả mới."}))
    await ok(clerk.post(CORRECTIONS, json={**BODY, "previous_edition": 2}))
    told = (await ok(clerk.get(f"{CORRECTIONS}/2/preview"))).json()
    assert [row["figures"]["change"] for row in told["units"]] == [
        {"before": 0, "after": 1},
        {"before": 0, "after": -1},
    ]
    assert not any(row["rank_only"] for row in told["units"]), "what they are compared with changed"
    await ok(clerk.post(f"{CORRECTIONS}/2/finalize", headers={"If-Match": "*"}))
    assert await changes_in_rank(clerk, 2) == {"so-noi-vu": 1, "so-y-te": -1}


async def changes_in_rank(clerk: Any, edition: int) -> dict[str, int]:
    index = (await ok(clerk.get(f"{EDITIONS}/{edition}"))).json()
    return {row["unit"]: row["change"] for row in index["units"]}


async def test_replies_are_as_their_examples_tell(year: Year) -> None:
    clerk = await finalized(year)
    real = (await ok(clerk.post(CORRECTIONS, json=BODY))).json()
    await ok(clerk.post(f"{CORRECTIONS}/1/decisions", json={"decisions": [RAISED]}))
    shown = (await ok(clerk.get(f"{CORRECTIONS}/1"))).json()
    assert not differences(example_of("GET", "corrections/{number}"), {**shown, "decisions": []})
    assert set(real) == set(shown)
    preview = (await ok(clerk.get(f"{CORRECTIONS}/1/preview"))).json()
    assert not differences(example_of("GET", "preview"), {**preview, "acts": []})
    sessions = (await ok(clerk.get(f"{PERIOD}/council/sessions"))).json()
    assert not differences(example_of("GET", "council/sessions"), sessions)
    session = (await ok(clerk.get(f"{PERIOD}/council/sessions/{sessions[0]['id']}"))).json()
    assert not differences(example_of("GET", "sessions/{session}"), {**session, "decisions": []})
    for path in ("council/disputes", "council/tally"):
        found = (await ok(clerk.get(f"{PERIOD}/{path}"))).json()
        assert not differences(example_of("GET", path), found)


@pytest.mark.parametrize(
    ("changes", "pointer", "code"),
    [
        ({"points": "18.6"}, "points", "points_out_of_range"),
        ({"points": "-1"}, "points", "points_out_of_range"),
        ({"leaf": "I/9"}, "leaf", "leaf_unknown"),
        ({"unit": "so-la"}, "unit", "unit_not_in_period"),
        ({"reason": ""}, "reason", "reason_missing"),
        ({"value": {"count": "1"}}, "points", "points_beside_value"),
        ({"leaf": LEAF, "points": None, "value": {"numerator": "-1", "denominator": "2"}}, "value/numerator",
         "figure_too_small"),
    ],
)  # fmt: skip
async def test_a_decision_that_does_not_fit_is_refused(
    corrected_year: Any, changes: dict[str, Any], pointer: str, code: str
) -> None:
    sent = {"decisions": [RAISED, {**RAISED, "unit": "so-noi-vu", **changes}]}
    reply = await corrected_year.post(f"{CORRECTIONS}/1/decisions", json=sent)
    assert (reply.status_code, reply.json()["code"]) == (422, "edition_correction_invalid")
    assert (f"/decisions/1/{pointer}", code) in {
        (row["pointer"], row["code"]) for row in reply.json()["errors"]
    }
    assert (await corrected_year.get(f"{CORRECTIONS}/1")).json()["decisions"] == []


@pytest_asyncio.fixture
async def corrected_year(year: Year, bench: Workbench) -> Any:
    """A clerk with an open correction of a period that was put among the finalized ones by hand."""
    clerk = await year.ready_for_council()
    await bench.fetch("UPDATE scoring.period SET state = 'finalized'")
    await ok(clerk.post(CORRECTIONS, json=BODY))
    return clerk


async def test_a_correction_needs_its_reason_its_documents_and_a_finalized_period(year: Year) -> None:
    await year.set_up()
    clerk = await year.role(Role.COUNCIL_CLERK)
    assert await code_of(clerk.post(CORRECTIONS, json=BODY)) == (409, "period_state")
    for wrong in (
        {**BODY, "reason": " "},
        {**BODY, "legal_basis": []},
        {"reason": "x"},
        {**BODY, "tally": "sha256:x"},
        {**BODY, "previous_edition": "1"},
    ):
        assert await code_of(clerk.post(CORRECTIONS, json=wrong)) == (422, "invalid_request")
    float_points = {"decisions": [{**RAISED, "points": 8.5}]}
    assert await code_of(clerk.post(f"{CORRECTIONS}/1/decisions", json=float_points)) == (
        422,
        "invalid_request",
    )
    assert await code_of(clerk.get(f"{CORRECTIONS}/1")) == (404, "edition_correction_unknown")
    for role in (Role.ADMINISTRATOR, Role.APPRAISER, Role.UNIT_OFFICER, Role.READER):
        other = await year.role(role)
        assert await code_of(other.post(CORRECTIONS, json=BODY)) == (403, "forbidden")
        assert await code_of(other.get(f"{CORRECTIONS}/1/preview")) == (403, "forbidden")
        assert await code_of(other.post(f"{CORRECTIONS}/1/finalize")) == (403, "forbidden")
