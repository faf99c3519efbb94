"""Drawing a sample from an uploaded list: read and drawn in a process of its own, then put on record."""

import asyncio
import hashlib
import multiprocessing
from collections.abc import Sequence
from concurrent.futures import BrokenExecutor, ProcessPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

from parindex.auth.principal import Principal
from parindex.db import Database
from parindex.kernel.errors import DomainError, Fault
from survey_ingest.campaigns.domain.sampling import Allocation, Stratum, draw
from survey_ingest.campaigns.domain.transactions import TransactionList, rows_of
from survey_ingest.campaigns.store import campaigns, samples
from survey_ingest.campaigns.store.samples import NewSample
from survey_ingest.schema import record

MOST_DRAWN = 100_000


@dataclass(frozen=True, slots=True)
class Draw:
    """What is asked for: a sample of the level's units, by a public seed."""

    level: str
    seed: str
    allocation: Allocation


async def draw_sample(
    database: Database, by: Principal, code: str, wanted: Draw, path: Path
) -> tuple[UUID, bool]:
    """Draw and keep the sample; (its id, whether it was on record already): one list and seed, one draw.

    No transaction is open while the list is read. Raises DomainError `sample_invalid` with every fault,
    `campaign_without_units`.
    """
    async with database.reading() as connection:
        found = await campaigns.read_campaign(connection, code)
    if not found.units:
        raise DomainError("campaign_without_units", {"campaign": code})
    units = found.units_by_level.get(wanted.level, ())
    digest, strata = await _drawn_apart(path, units, wanted)
    allocation = {"kind": wanted.allocation.kind, "size": format(wanted.allocation.size, "f")}
    new = NewSample(found.id, wanted.level, wanted.seed, allocation, digest, by.subject)
    async with database.writing() as writing:
        sample_id = await samples.insert_sample(writing, new, strata)
        if sample_id is not None:
            drawn = sum(len(stratum.drawn) for stratum in strata)
            await record(writing, by, "sample.drawn", f"{code}/{sample_id}", digest=digest, drawn=drawn)
            return sample_id, False
    async with database.reading() as connection:
        same = await samples.find_draw(connection, new)
    assert same is not None
    return same, True


async def _drawn_apart(path: Path, units: Sequence[str], wanted: Draw) -> tuple[str, list[Stratum]]:
    """A million rows take seconds and a set of a million codes: neither is the API's own."""
    pool = ProcessPoolExecutor(max_workers=1, mp_context=multiprocessing.get_context("spawn"))
    try:
        return await asyncio.get_running_loop().run_in_executor(pool, draw_from_file, path, units, wanted)
    except BrokenExecutor as error:
        raise DomainError("temporarily_unavailable") from error
    finally:
        pool.shutdown(wait=False, cancel_futures=True)


def draw_from_file(path: Path, units: Sequence[str], wanted: Draw) -> tuple[str, list[Stratum]]:
    """The list's digest and the draw. The file is read twice: for its counts, then for the draw."""
    with path.open("rb") as content:
        digest = hashlib.file_digest(content, "sha256").hexdigest()
    with path.open(encoding="utf-8", newline="") as lines:
        populations = TransactionList(units).read(lines)
    drawn = sum(wanted.allocation.over(populations).values())
    if drawn > MOST_DRAWN:
        detail = f"mẫu {drawn} giao dịch là quá lớn; một mẫu có không quá {MOST_DRAWN}"
        raise DomainError("sample_invalid", {"count": 1}, (Fault("/size", "sample_too_large", detail),))
    with path.open(encoding="utf-8", newline="") as lines:
        pairs = ((unit, code) for code, unit, _ in rows_of(lines))
        return f"sha256:{digest}", draw(pairs, populations, wanted.seed, wanted.allocation)
