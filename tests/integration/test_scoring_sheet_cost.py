"""What a sheet, its points and a save cost does not grow with files uploaded and saves made before."""

import pytest
from sqlalchemy import event
from sqlalchemy.engine import Engine

from parindex.auth.policy import Role
from scoring_api.assessment.store import acts
from tests.integration.test_scoring_evidence import BASE, LEAF, opened
from tests.support.scoring_story import Clock, Year, ok
from tests.support.workbench import Workbench

_FILES = """
    INSERT INTO scoring.evidence (id, period_id, unit, digest, bytes, media_type, file_name, title, number,
        author, uploaded_at)
    SELECT gen_random_uuid(), id, 'so-noi-vu', 'sha256:' || md5(n::text) || md5(n::text), 1000,
        'application/pdf', 'a.pdf', 'Kế hoạch', '', 'can-bo', '2023-01-08T00:00:00Z'
    FROM scoring.period, generate_series(1, 500) n
"""
_SAVES = """
    INSERT INTO scoring.act (period_id, unit, leaf, stage, value, not_applicable, reason, narrative, evidence,
        author, at, recorded_at)
    SELECT id, 'so-noi-vu', $1, 'self', '{"numerator": "1"}', false, '', repeat('câu ', 4000), '{}', 'can-bo',
        '2023-01-08T00:00:00Z', '2023-01-08T00:00:00Z'
    FROM scoring.period, generate_series(1, 300) n
"""


async def test_statements_and_acts_read_are_bounded(
    year: Year, clock: Clock, bench: Workbench, monkeypatch: pytest.MonkeyPatch
) -> None:
    officer = await opened(year, clock)
    await year.claim("so-noi-vu")
    appraiser = await year.role(Role.APPRAISER)
    statements: list[str] = []
    read: list[object] = []
    made = acts.act_from

    def told(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        statements.append(statement)

    def counted(row: object) -> object:
        read.append(row)
        return made(row)  # type: ignore[arg-type]

    async def cost() -> list[tuple[int, bool]]:
        found = []
        save = {"claims": [{"leaf": LEAF, "narrative": "Đang điền."}]}
        for sent in (
            officer.get(BASE),
            appraiser.get(BASE),
            officer.get(f"{BASE}/points"),
            officer.put(f"{BASE}/claims", json=save, headers={"If-Match": "*"}),
        ):
            statements.clear()
            read.clear()
            await ok(sent)
            found.append((len([said for said in statements if "SELECT" in said]), len(read) < 60))
        return found

    monkeypatch.setattr(acts, "act_from", counted)
    event.listen(Engine, "before_cursor_execute", told)
    try:
        await cost()  # warm: what a connection asks once is asked
        before = await cost()
        await bench.fetch(_FILES)
        await bench.fetch(_SAVES, LEAF)
        after = await cost()
    finally:
        event.remove(Engine, "before_cursor_execute", told)
    assert all(few for _, few in after)
    assert all(statements <= 14 for statements, _ in after)
    assert [abs(now - then) <= 1 for (now, _), (then, _) in zip(after, before, strict=True)] == [True] * 4
    assert len((await officer.get(BASE)).json()["evidence"]) == 500
