"""The packs of an edition through the API: frozen with it, proved offline, small counts kept back in public."""

import json
from typing import Any

import httpx
import pytest

from parindex.auth.policy import Role
from parindex.auth.signatures import signed_by
from parindex.db import Database
from parindex.kernel.canonical import canonical_bytes, digest_bytes
from parindex.kernel.documents import read_document
from scoring_api.publication.use_cases import packing
from scoring_api.results.domain.bundle import compute_bundle
from scoring_api.results.domain.bundle_parsing import parse_bundle
from scoring_api.results.domain.pack_verdict import Verdict, verify_pack
from scoring_api.results.domain.record import result_record
from tests.support.scoring_story import DEPARTMENTS, SESSION, WITHOUT_SURVEY, Year, code_of, ok
from tests.support.survey_mail import SURVEY, Mail
from tests.support.workbench import Workbench

EDITION = "/api/v1/editions/2022/1"
PERIOD = "/api/v1/periods/2022"
SURVEYED, OTHER = "II/1/1.1", "II/2/2.1"


async def finalized(year: Year, bench: Workbench, answers: int, **survey: Any) -> httpx.AsyncClient:
    """A year with so many answers in each survey cell, finalized; the clerk's client."""
    mail = Mail(bench)
    clerk = await year.ready_for_council(survey={**SURVEY, **survey})
    tally = await mail.tally("hai-duong-2022", 1, {"A": answers - 1, "B": 1})
    await mail.handover("hai-duong-2022", tally)
    await mail.database.close()
    await ok(clerk.post(f"{PERIOD}/council"))
    decided = [row for row in WITHOUT_SURVEY if row["leaf"] == OTHER]
    await ok(clerk.post(f"{PERIOD}/council/sessions", json={**SESSION, "decisions": decided}))
    await ok(clerk.post(f"{PERIOD}/provisional"))
    await ok(clerk.post(f"{PERIOD}/finalize"))
    return clerk


async def pack(client: httpx.AsyncClient, level: str) -> Any:
    return read_document((await ok(client.get(f"{EDITION}/pack", params={"level": level}))).content)


async def verdict(client: httpx.AsyncClient, level: str) -> Verdict:
    """Proved with what the service itself hands out: keys and the whole result."""
    keys = (await ok(client.get("/.well-known/jwks.json"))).json()
    edition = read_document((await ok(client.get(f"{EDITION}/result"))).content)
    return verify_pack(await pack(client, level), signed_by, keys=keys, edition=edition)


async def test_both_packs_are_frozen_and_prove_the_edition(year: Year, bench: Workbench) -> None:
    clerk = await finalized(year, bench, 4)
    full, public = await verdict(clerk, "full"), await verdict(clerk, "public")
    assert full.proven
    assert full.trusted
    assert (full.units, full.given, full.edition_checked) == (2, (), True)
    assert public.proven
    assert public.given == tuple((unit, SURVEYED) for unit in DEPARTMENTS)
    rows = await bench.fetch("SELECT level, content, digest FROM scoring.edition_pack ORDER BY level")
    assert [row["level"] for row in rows] == ["full", "public"]
    assert all(digest_bytes(row["content"]) == row["digest"] for row in rows)


async def test_the_public_pack_tells_no_small_count(year: Year, bench: Workbench) -> None:
    clerk = await finalized(year, bench, 4)
    public = await pack(clerk, "public")
    assert [set(cell) & {"counts", "total", "withheld"} for cell in public["inputs"]["tallies"]] == [
        {"withheld"},
        {"withheld"},
    ]
    assert "salt" not in public
    assert set(public["inputs"]["withheld"]) == set(DEPARTMENTS)
    assert "measure" not in public["inputs"]["withheld"]["so-y-te"][SURVEYED]


@pytest.mark.parametrize(("answers", "minimum", "hidden"), [(10, None, 0), (10, 11, 2), (10, 10, 0)])
async def test_the_period_says_how_few_answers_are_withheld(
    year: Year, bench: Workbench, answers: int, minimum: int | None, hidden: int
) -> None:
    survey = {} if minimum is None else {"publication_minimum": minimum}
    clerk = await finalized(year, bench, answers, **survey)
    public = await pack(clerk, "public")
    assert public["publication_minimum"] == (minimum or 5)
    assert sum("withheld" in cell for cell in public["inputs"]["tallies"]) == hidden
    assert (await verdict(clerk, "public")).proven


async def test_what_a_pack_holds_computes_to_its_record(year: Year, bench: Workbench) -> None:
    clerk = await finalized(year, bench, 4)
    full = await pack(clerk, "full")
    record = result_record(compute_bundle(parse_bundle(full["inputs"])))
    assert canonical_bytes(record) == canonical_bytes(full["record"])


async def test_who_gets_which_pack(year: Year, bench: Workbench) -> None:
    clerk = await finalized(year, bench, 4)
    reader = await year.role(Role.READER)
    async with year.api.client() as public:
        assert await code_of(public.get(f"{EDITION}/pack")) == (404, "edition_unknown")
        assert await code_of(public.get(f"{EDITION}/signature")) == (404, "edition_unknown")
        assert (await clerk.get(f"{EDITION}/pack")).headers["cache-control"] == "private, no-cache"
        await ok(clerk.post(f"{EDITION}/publish"))
        shown = await ok(public.get(f"{EDITION}/pack"))
        assert json.loads(shown.content)["level"] == "public"
        assert shown.headers["cache-control"].endswith("immutable")
        assert int(shown.headers["content-length"]) == len(shown.content)
        seen = {"If-None-Match": shown.headers["etag"]}
        again = await public.get(f"{EDITION}/pack", headers=seen)
        assert (again.status_code, again.content) == (304, b"")
        whole = {"level": "full"}
        assert await code_of(public.get(f"{EDITION}/pack", params=whole)) == (401, "token_required")
        assert await code_of(reader.get(f"{EDITION}/pack", params=whole)) == (403, "forbidden")
        kept = await ok(clerk.get(f"{EDITION}/pack", params=whole))
        assert kept.headers["cache-control"] == "private, no-cache"
        other = await public.get(f"{EDITION}/pack", params={"level": "secret"})
        assert other.status_code == 422


async def test_no_shared_cache_keeps_what_is_not_published(year: Year, bench: Workbench) -> None:
    clerk = await finalized(year, bench, 10)
    parts = ("", "/units/so-y-te", "/pack", "/result", "/units/so-y-te/explanation")
    before = [(await ok(clerk.get(f"{EDITION}{part}"))).headers for part in parts]
    assert {headers["cache-control"] for headers in before} == {"private, no-cache"}
    await ok(clerk.post(f"{EDITION}/publish"))
    after = [(await ok(clerk.get(f"{EDITION}{part}"))).headers for part in parts]
    assert {headers["cache-control"] for headers in after} == {"public, max-age=31536000, immutable"}
    assert [headers["etag"] for headers in after] == [headers["etag"] for headers in before]


async def test_the_clerk_alone_sees_an_edition_before_it_is_published(year: Year, bench: Workbench) -> None:
    await finalized(year, bench, 10)
    for role in Role:
        if role is Role.COUNCIL_CLERK:
            continue
        caller = await year.role(role)
        for part in ("", "/pack", "/result", "/signature", "/documents", "/units/so-y-te/explanation"):
            assert await code_of(caller.get(f"{EDITION}{part}")) == (404, "edition_unknown")
        refusal = (401, "token_required") if role is Role.PUBLIC else (403, "forbidden")
        assert await code_of(caller.get(f"{EDITION}/pack", params={"level": "full"})) == refusal


async def test_the_signature_of_an_edition_can_be_checked_by_anybody(year: Year, bench: Workbench) -> None:
    clerk = await finalized(year, bench, 4)
    await ok(clerk.post(f"{EDITION}/publish"))
    async with year.api.client() as public:
        said = (await ok(public.get(f"{EDITION}/signature"))).json()
        keys = (await ok(public.get(said["jwks_url"]))).json()["keys"]
        content = (await ok(public.get(said["result_url"]))).content
    assert digest_bytes(content) == said["digest"]
    key = next(key for key in keys if key["kid"] == said["key_id"])
    assert signed_by(key, content, said["signature"])
    assert not signed_by(key, content + b" ", said["signature"])


async def test_an_imported_edition_has_no_pack(year: Year) -> None:
    administrator = await year.set_up()
    rows = {"period": "2021", "units": [{"unit": "so-y-te", "rank": 1}]}
    await ok(administrator.post("/api/v1/editions", json=rows))
    for name in ("pack", "signature", "result"):
        assert await code_of(administrator.get(f"/api/v1/editions/2021/1/{name}")) == (404, "pack_missing")


async def test_a_kept_pack_cannot_be_changed(year: Year, bench: Workbench) -> None:
    await finalized(year, bench, 4)
    database = Database(bench.environment["PARINDEX_SCORING_DATABASE_URL"])
    for sql in ("UPDATE scoring.edition_pack SET digest = ''", "DELETE FROM scoring.edition_pack"):
        with pytest.raises(Exception, match="permission denied"):
            async with database.writing() as connection:
                await connection.exec_driver_sql(sql)
    await database.close()


async def test_a_pack_that_would_not_recompute_keeps_the_period_open(
    year: Year, bench: Workbench, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = packing.full_pack

    def wrong(*arguments: Any) -> dict[str, Any]:
        made = whole(*arguments)
        made["record"]["sets"][0]["units"]["so-y-te"]["points"] = "99"
        return made

    monkeypatch.setattr(packing, "full_pack", wrong)
    with pytest.raises(AssertionError, match="pack_differs"):
        await finalized(year, bench, 4)
    assert not await bench.fetch("SELECT 1 FROM scoring.edition")
    assert not await bench.fetch("SELECT 1 FROM scoring.edition_pack")
    assert (await bench.fetch("SELECT state FROM scoring.period"))[0]["state"] == "provisional"
