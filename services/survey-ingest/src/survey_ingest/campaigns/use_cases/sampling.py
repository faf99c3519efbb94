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
from parindex.db import Writing
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


@dataclass(frozen=True, slots=True)
class Drawn:
    """What was drawn, and the digest of the list it was drawn from."""

    list_digest: str
    strata: list[Stratum]


async def keep_sample(
    connection: Writing, by: Principal, code: str, wanted: Draw, drawn: Drawn
) -> tuple[UUID, bool]:
    """Put the draw on record; (its id, whether it was there already): one list and seed, one draw.

    Raises DomainError `sample_units_changed` when the units were frozen anew while the list was read.
    """
    found = await campaigns.read_campaign(connection, code, lock="share")
    if found.units_by_level.get(wanted.level, ()) != tuple(stratum.unit for stratum in drawn.strata):
        raise DomainError("sample_units_changed", {"campaign": code})
    allocation = {"kind": wanted.allocation.kind, "size": format(wanted.allocation.size, "f")}
    new = NewSample(found.id, wanted.level, wanted.seed, allocation, drawn.list_digest, by.subject)
    sample_id = await samples.insert_sample(connection, new, drawn.strata)
    if sample_id is None:
        return await samples.find_draw(connection, new), True
    count = sum(len(stratum.drawn) for stratum in drawn.strata)
    await record(
        connection, by, "sample.drawn", f"{code}/{sample_id}", list_digest=drawn.list_digest, drawn=count
    )
    return sample_id, False


async def draw_apart(path: Path, units: Sequence[str], wanted: Draw) -> Drawn:
    """Draw in a process of its own: a million rows take seconds and a set of a million codes.

    Raises DomainError `sample_invalid` with every fault of the list.
    """
    pool = ProcessPoolExecutor(max_workers=1, mp_context=multiprocessing.get_context("spawn"))
    try:
        return await asyncio.get_running_loop().run_in_executor(pool, draw_from_file, path, units, wanted)
    except BrokenExecutor as error:
        raise DomainError("temporarily_unavailable") from error
    finally:
        pool.shutdown(wait=False, cancel_futures=True)


def draw_from_file(path: Path, units: Sequence[str], wanted: Draw) -> Drawn:
    """The file is read twice: for its counts, then for the draw."""
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
        return Drawn(f"sha256:{digest}", draw(pairs, populations, wanted.seed, wanted.allocation))
