"""A seal vouches for double entry and remarks too: who changes them afterwards is found by the ledger."""

import asyncio

import httpx
import pytest
from typer.testing import CliRunner

from survey_ingest.cli import commands
from tests.support.double_entry import again, claim, decide, rekey
from tests.support.survey import Survey, ballot, campaign, open_survey, question
from tests.support.workbench import Workbench

WHOLE = "Sổ niêm phong của đợt dot-1 nguyên vẹn."
ENTRIES = "Dòng 1, túi tui-1: phiếu nhập lần hai, chỗ lệch hoặc kết luận của túi đã bị sửa"
REMARKS = "Dòng 1, túi tui-1: ý kiến hoặc giải trình cảnh báo của phiếu trong túi đã bị sửa"


async def verified(survey: Survey) -> list[str]:
    return (await asyncio.to_thread(CliRunner().invoke, commands, [survey.code])).stdout.splitlines()


async def seal_with_a_decision(survey: Survey, binh: httpx.AsyncClient) -> None:
    """Two ballots keyed twice, one of them with a field that was re-keyed and decided."""
    entries = [ballot("A1", answers=[5, 4]), ballot("A2", answers=[3, 3])]
    for entered in entries:
        assert (await survey.enter(entered)).status_code == 201
    await claim(survey, binh)
    entry = (await again(survey, binh, entries[0], answers=[5, 1])).json()["id"]
    await rekey(survey, binh, entry, a1=1)
    assert (await decide(survey, entries[0]["id"], "1", 1)).json()["state"] == "settled"
    await again(survey, binh, entries[1])
    assert (await survey.seal("tui-1", 2, missing=8)).status_code == 200


@pytest.mark.parametrize(
    "tampering",
    [
        "UPDATE survey.second_entry SET answers = '{5,2}' WHERE serial = 'A1'",
        "UPDATE survey.second_entry SET clerk = 'an' WHERE serial = 'A2'",
        "DELETE FROM survey.second_entry WHERE serial = 'A2'",
        "UPDATE survey.entry_difference SET first = '3'",
        "UPDATE survey.entry_rekeying SET value = '4'",
        "UPDATE survey.entry_decision SET reason = 'khác'",
        "UPDATE survey.entry_decision SET decided_by = 'ai-do'",
        "DELETE FROM survey.entry_decision",
        "INSERT INTO survey.sample_stop SELECT id, 'tui-1', 2, 8, 1, now() FROM survey.campaign",
    ],
)
async def test_a_settled_difference_is_not_changed_unseen(
    survey: Survey, binh: httpx.AsyncClient, bench: Workbench, tampering: str
) -> None:
    await seal_with_a_decision(survey, binh)
    assert await verified(survey) == [WHOLE]
    await bench.fetch(tampering)
    assert await verified(survey) == [ENTRIES]


@pytest.mark.parametrize(
    "tampering",
    [
        "UPDATE survey.ballot_comment SET comment = 'Tốt' WHERE question = 'y-kien'",
        "DELETE FROM survey.ballot_comment",
        "UPDATE survey.ballot_warning SET explanation = 'khác'",
        "INSERT INTO survey.ballot_warning SELECT campaign_id, id, 'W009', 'x', 'an', now() FROM survey.ballot",
    ],
)
async def test_what_stands_beside_ballots_is_not_changed_unseen(
    bench: Workbench, monkeypatch: pytest.MonkeyPatch, tampering: str
) -> None:
    definition = {**campaign(), "explained_warnings": ["W001"]}
    open_question = {**question("y-kien", 0), "kind": "comment"}
    del open_question["options"]
    definition["questionnaires"][0]["questions"].append(open_question)
    async with open_survey(bench, monkeypatch, definition) as survey:
        entered = ballot("A1", answers=[5, 4], comments={"y-kien": "Chờ lâu."})
        entered["explanations"] = {"W001": "Số in mờ, đã đối chiếu sổ phát phiếu."}
        assert (await survey.enter(entered)).status_code == 201
        assert (await survey.seal("tui-1", 1, missing=9)).status_code == 200
        assert await bench.fetch("SELECT FROM survey.ballot_warning")
        assert await verified(survey) == [WHOLE]
        await bench.fetch(tampering)
        assert await verified(survey) == [REMARKS]
