"""`parindex verify-ledger` names the first bad entry, whatever was tampered with and whenever."""

import asyncio
import json
from collections.abc import AsyncIterator

import asyncpg
import pytest
import pytest_asyncio
from typer.testing import CliRunner

from survey_ingest.cli import commands
from survey_ingest.custody.domain.ledger import NO_PREDECESSOR, chained
from tests.support.custody import (
    WHOLE,
    ask,
    decide,
    deliver,
    hand_over,
    key_and_seal,
    receive,
    tally,
    verified,
)
from tests.support.survey import Survey, ballot, open_survey
from tests.support.workbench import Workbench, with_database


@pytest_asyncio.fixture
async def survey(bench: Workbench, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Survey]:
    async with open_survey(bench, monkeypatch) as found:
        yield found


async def tampered(bench: Workbench, survey: Survey, statements: str) -> list[str]:
    """What is said of a forgery, which is taken back afterwards: one campaign serves them all."""
    touched = sorted({line.split()[2 if line.startswith("DELETE") else 1] for line in statements.split("; ")})
    forger = await asyncpg.connect(with_database(bench.servers.postgres.url, bench.database))
    try:
        await forger.execute("SET session_replication_role = replica")  # foreign keys do not hinder a forger
        for number, table in enumerate(touched):
            await forger.execute(f"CREATE TEMP TABLE kept_{number} AS SELECT * FROM {table}")
        await forger.execute(statements)
        found = await verified(survey)
        for number, table in enumerate(touched):
            await forger.execute(f"DELETE FROM {table}")
            await forger.execute(f"INSERT INTO {table} OVERRIDING SYSTEM VALUE SELECT * FROM kept_{number}")
        return found
    finally:
        await forger.close()


async def expect(bench: Workbench, survey: Survey, table: list[tuple[str, str]]) -> None:
    assert await verified(survey) == WHOLE
    for statements, named in table:
        found = await tampered(bench, survey, statements)
        assert found[0].startswith(named), (statements, found)
    assert await verified(survey) == WHOLE


_SEALED = [
    # ballots
    ("UPDATE survey.ballot SET answers = '{1,1}' WHERE serial = 'A1'", "Dòng 1, túi tui-1: phiếu"),
    ("UPDATE survey.ballot SET status = 'held' WHERE serial = 'M1'", "Dòng 2, túi tui-2: phiếu"),
    ("UPDATE survey.ballot SET clerk = 'ke-khac' WHERE serial = 'A1'", "Dòng 1, túi tui-1: phiếu"),
    ("UPDATE survey.ballot SET accepted_at = '2020-01-01' WHERE serial = 'M1'", "Dòng 2, túi tui-2: phiếu"),
    ("UPDATE survey.ballot SET entry_mode = 'import' WHERE serial = 'A1'", "Dòng 1, túi tui-1: phiếu"),
    ("UPDATE survey.ballot SET digest = 'x' WHERE serial = 'A1'", "Dòng 1, túi tui-1: phiếu"),
    ("UPDATE survey.ballot SET batch = 'tui-2' WHERE serial = 'A1'", "Dòng 1, túi tui-1: phiếu"),
    ("DELETE FROM survey.ballot WHERE serial = 'A4'", "Dòng 1, túi tui-1: phiếu"),
    # batches
    ("UPDATE survey.batch SET issued = 11 WHERE code = 'tui-2'", "Dòng 2, túi tui-2: túi đã bị mở lại"),
    ("UPDATE survey.batch SET office = 'bd-9' WHERE code = 'tui-1'", "Dòng 1, túi tui-1: túi đã bị mở lại"),
    ("UPDATE survey.batch SET state = 'open' WHERE code = 'tui-1'", "Dòng 1, túi tui-1: túi đã bị mở lại"),
    ("UPDATE survey.batch SET respondent_group = 'x' WHERE code = 'tui-2'", "Dòng 2, túi tui-2: túi đã bị"),
    # counts and seals
    ("UPDATE survey.tally_cell SET blank = 9 WHERE batch = 'tui-2'", "Dòng 2, túi tui-2: phiếu"),
    ("DELETE FROM survey.tally_cell WHERE batch = 'tui-1'", "Dòng 1, túi tui-1: phiếu"),
    ("UPDATE survey.bag_seal SET number = 'NP-x' WHERE batch = 'tui-2'", "Dòng 2, túi tui-2: danh mục số"),
    (
        """UPDATE survey.seal SET facts = replace(facts, '"missing":2', '"missing":1') WHERE sequence = 1""",
        "Dòng 1, túi tui-1: nội dung",
    ),
    ("UPDATE survey.seal SET previous = '' WHERE sequence = 2", "Dòng 2, túi tui-2: không nối"),
    ("UPDATE survey.seal SET batch = 'tui-9' WHERE sequence = 2", "Dòng 2, túi tui-9: nội dung"),
    # the chain cut at its head, in its middle, at its end
    ("DELETE FROM survey.seal WHERE sequence = 1", "Dòng 1, túi tui-1: khác nhật ký"),
    ("DELETE FROM survey.seal WHERE sequence = 2", "Dòng 2, túi tui-2: túi đã niêm phong"),
    (
        """DELETE FROM survey.seal WHERE sequence = 2; DELETE FROM survey.bag_seal WHERE batch = 'tui-2'; \
DELETE FROM survey.tally_cell WHERE batch = 'tui-2'; UPDATE survey.batch SET state = 'open' \
WHERE code = 'tui-2'""",
        "Dòng 2, túi tui-2: khác nhật ký",
    ),
    ("DELETE FROM survey.seal; UPDATE survey.batch SET state = 'open'", "Dòng 1, túi tui-1: khác nhật ký"),
    ("UPDATE survey.tally SET content = 'x'", "Cả đợt: bản tổng hợp phiếu đã bị sửa"),
    ("UPDATE survey.tally SET digest = 'x'", "Cả đợt: bản tổng hợp phiếu đã bị sửa"),
    ("DELETE FROM survey.tally", "Cả đợt: bản tổng hợp phiếu"),
    ("UPDATE survey.quota SET places = places + 1", "Cả đợt: bản tổng hợp phiếu đã bị sửa"),
]


async def test_tampering_before_the_hand_over(survey: Survey, bench: Workbench) -> None:
    await key_and_seal(survey)
    await tally(survey)
    await expect(bench, survey, _SEALED)
    broken = await bench.fetch("UPDATE survey.seal SET previous = '' WHERE sequence = 2 RETURNING sequence")
    assert len(broken) == 1
    found = await asyncio.to_thread(CliRunner().invoke, commands, [survey.code])
    assert found.exit_code == 1
    unknown = await asyncio.to_thread(CliRunner().invoke, commands, ["khong-co"])
    assert unknown.exit_code == 2


_HANDED_OVER = [
    ("UPDATE survey.handover SET content = 'x'", "Cả đợt: biên bản bàn giao đã bị sửa"),
    ("DELETE FROM survey.handover", "Cả đợt: đã bàn giao nhưng không có biên bản"),
    ("DELETE FROM survey.handover; UPDATE survey.campaign SET state = 'sealed'", "Cả đợt: biên bản bàn giao"),
    ("UPDATE survey.handover_delivery SET to_party = 'khác'", "Cả đợt: lần giao nhận khác biên bản"),
    ("UPDATE survey.handover_delivery SET delivered_by = 'khác'", "Cả đợt: lần giao nhận khác biên bản"),
    ("UPDATE survey.handover_receipt SET received_by = 'khác'", "Cả đợt: lần giao nhận khác biên bản"),
    ("UPDATE survey.handover_receipt SET accepted_because = 'khác'", "Cả đợt: lần giao nhận khác biên bản"),
    ("UPDATE survey.campaign SET state = 'sealed'; DELETE FROM survey.handover", "Cả đợt: biên bản bàn giao"),
]


async def test_tampering_after_the_hand_over(survey: Survey, bench: Workbench) -> None:
    await key_and_seal(survey)
    await tally(survey)
    await hand_over(survey)
    await expect(bench, survey, [*_SEALED, *_HANDED_OVER])


async def test_a_part_that_was_handed_over_is_vouched_for_before_the_minutes(
    survey: Survey, bench: Workbench
) -> None:
    await key_and_seal(survey)
    await tally(survey)
    await deliver(survey, batches=["tui-2"])
    await receive(survey)
    await deliver(survey)
    await receive(survey, accepted=False, note="Thiếu biên bản")
    changed = "Cả đợt: lần giao nhận khác"
    await expect(
        bench,
        survey,
        [
            ("UPDATE survey.handover_receipt SET accepted = true WHERE revision = 2", changed),
            ("UPDATE survey.handover_delivery SET entries = '{}' WHERE revision = 1", changed),
            ("DELETE FROM survey.handover_receipt", changed),
        ],
    )


async def relink(survey: Survey) -> None:
    """What a forger with every right does: one line is rewritten and the chain joined again behind it."""
    rows = await survey.bench.fetch("SELECT sequence, facts FROM survey.seal ORDER BY sequence")
    previous = NO_PREDECESSOR
    for sequence, facts in rows:
        told = json.loads(facts)
        if sequence == 1:
            told["spoiled"], told["missing"] = told["missing"], told["spoiled"]
        entry = chained(previous, sequence, told)
        await survey.bench.fetch(
            "UPDATE survey.seal SET facts = $1, previous = $2, entry = $3 WHERE sequence = $4",
            json.dumps(told),
            previous,
            entry.entry,
            sequence,
        )
        previous = entry.entry


async def test_a_chain_that_was_joined_again_is_found_before_the_hand_over(survey: Survey) -> None:
    await key_and_seal(survey)
    await relink(survey)
    rewritten = "khác nhật ký lúc ghi sổ: dòng đã bị bỏ hoặc bị viết lại"
    assert await verified(survey) == [
        f"Dòng 1, túi tui-1: {rewritten}",
        f"Dòng 2, túi tui-2: {rewritten}",
    ]


async def test_a_chain_that_was_joined_again_is_found_after_the_hand_over(survey: Survey) -> None:
    await key_and_seal(survey)
    await tally(survey)
    await hand_over(survey)
    await relink(survey)
    assert [line.split(":")[0] for line in await verified(survey)] == [
        "Dòng 1, túi tui-1",
        "Dòng 2, túi tui-2",
    ]


async def seal_anew(survey: Survey) -> None:
    """A forger changes a ballot and its cells, and has the service write the end of the chain again."""
    await survey.bench.fetch("UPDATE survey.ballot SET answers = '{1,4}' WHERE serial = 'M2'")
    await survey.bench.fetch("DELETE FROM survey.seal WHERE sequence = 2")
    await survey.bench.fetch("DELETE FROM survey.bag_seal WHERE batch = 'tui-2'")
    await survey.bench.fetch("DELETE FROM survey.bag_figures WHERE batch = 'tui-2'")
    await survey.bench.fetch("DELETE FROM survey.tally_cell WHERE batch = 'tui-2'")
    await survey.bench.fetch("UPDATE survey.batch SET state = 'open' WHERE code = 'tui-2'")
    await survey.bench.fetch("UPDATE survey.campaign SET state = 'open'")
    sealed = await survey.seal("tui-2", 3, missing=7)
    assert sealed.status_code == 200, sealed.text
    await survey.bench.fetch("UPDATE survey.campaign SET state = 'handed_over'")


async def test_a_chain_written_anew_after_the_hand_over_is_found(survey: Survey) -> None:
    await key_and_seal(survey)
    await tally(survey)
    await hand_over(survey)
    await seal_anew(survey)
    assert await verified(survey) == [
        "Dòng 2, túi tui-2: khác dòng ghi trong biên bản bàn giao",
        "Cả đợt: bản tổng hợp phiếu đã bị sửa hoặc không phải tổng các túi đã niêm phong",
    ]


_CORRECTED = [
    ("UPDATE survey.ballot_revision SET answers = '{1,1}'", "Dòng 1, túi tui-1: phiếu"),
    ("DELETE FROM survey.ballot_revision", "Dòng 1, túi tui-1: phiếu"),
    ("UPDATE survey.ballot_revision SET explanation = 'khác'", "Dòng 3, túi tui-1: phiếu"),
    ("UPDATE survey.ballot SET answers = '{5,1}' WHERE serial = 'A2'", "Dòng 3, túi tui-1: phiếu"),
    ("UPDATE survey.ballot SET answers = '{5,1}' WHERE serial = 'A1'", "Dòng 1, túi tui-1: phiếu"),
    ("UPDATE survey.ballot SET answers = '{1,1}' WHERE serial = 'F1'", "Dòng 3, túi tui-1: phiếu"),
    ("DELETE FROM survey.ballot WHERE serial = 'F1'", "Dòng 3, túi tui-1: phiếu"),
    ("UPDATE survey.tally_cell SET blank = 9 WHERE revision = 1 AND batch = 'tui-1'", "Dòng 1, túi tui-1"),
    ("UPDATE survey.tally_cell SET blank = 9 WHERE revision = 2", "Dòng 3, túi tui-1: phiếu"),
    ("DELETE FROM survey.batch_recount", "Cả đợt: bản tổng hợp phiếu đã bị sửa"),
    (
        "UPDATE survey.correction SET reason = 'khác'",
        "Dòng 3, túi tui-1: nội dung hoặc quyết định đính chính",
    ),
    ("UPDATE survey.correction_decision SET decided_by = 'khác'", "Dòng 3, túi tui-1: nội dung hoặc quyết"),
    ("DELETE FROM survey.correction_decision", "Dòng 3, túi tui-1: nội dung hoặc quyết định"),
    ("UPDATE survey.tally SET content = 'x' WHERE revision = 1", "Cả đợt: bản tổng hợp phiếu đã bị sửa"),
    ("DELETE FROM survey.tally WHERE revision = 2", "Cả đợt: bản tổng hợp phiếu đã bị sửa"),
    ("UPDATE survey.handover SET content = 'x' WHERE revision = 1", "Cả đợt: biên bản bàn giao đã bị sửa"),
    ("DELETE FROM survey.handover WHERE revision = 1", "Cả đợt: biên bản bàn giao đã bị sửa"),
    ("UPDATE survey.handover_delivery SET to_party = 'khác'", "Cả đợt: lần giao nhận khác biên bản"),
    ("DELETE FROM survey.handover_receipt WHERE revision = 2", "Cả đợt: lần giao nhận khác biên bản"),
    ("DELETE FROM survey.seal WHERE sequence = 3", "Dòng 1, túi tui-1: phiếu"),
    (
        """UPDATE survey.seal SET facts = replace(facts, '"revision":2', '"revision":3') WHERE sequence = 3""",
        "Dòng 3, túi tui-1: nội dung",
    ),
]


async def test_tampering_around_a_correction(survey: Survey, bench: Workbench) -> None:
    ids = await key_and_seal(survey)
    await tally(survey)
    await hand_over(survey)
    late = ballot("F1", unit="so-y-te")
    added = [{name: late[name] for name in ("id", "serial", "group", "unit", "answers")}]
    asked = await ask(survey, ballots=[{"ballot": ids["A2"], "answers": [5, 3]}], added=added)
    assert (await decide(survey, asked)).status_code == 200
    await hand_over(survey)
    await expect(bench, survey, _CORRECTED)


async def test_a_correction_of_counts_alone_cannot_be_cut_off(survey: Survey, bench: Workbench) -> None:
    """No ballot differs from what the first seal says: only the decision tells that a line is lost."""
    await key_and_seal(survey)
    assert (await decide(survey, await ask(survey, counts={"spoiled": 4, "missing": 1}))).status_code == 200
    await expect(
        bench,
        survey,
        [
            (
                "DELETE FROM survey.seal WHERE sequence = 3; DELETE FROM survey.audit WHERE details ? 'kept'",
                "Dòng 3, túi tui-1: túi đã niêm phong nhưng không có trong sổ",
            )
        ],
    )
