"""The chain of seals: each entry's digest covers the one before, so that no seal changes unseen."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from parindex.kernel.canonical import digest

NO_PREDECESSOR = ""


@dataclass(frozen=True, slots=True)
class LedgerEntry:
    """One seal in the ledger («sổ niêm phong»); `facts` are the batch's as they stood then."""

    sequence: int
    batch: str
    previous: str
    facts: Mapping[str, Any]
    entry: str


@dataclass(frozen=True, slots=True)
class Minutes:
    """What the hand-over minutes say of the ledger («biên bản bàn giao»): its head and each entry."""

    ledger_head: str
    entries: Sequence[str]


@dataclass(frozen=True, slots=True)
class Flaw:
    """What is wrong with one place of the ledger («sai lệch của sổ niêm phong»); no batch: with all of it."""

    sequence: int
    batch: str
    reason: str


def chained(previous: str, sequence: int, facts: Mapping[str, Any]) -> LedgerEntry:
    """The next entry of the chain.

    >>> first = chained(NO_PREDECESSOR, 1, {"batch": "tui-1"})
    >>> chained(first.entry, 2, {"batch": "tui-2"}).previous == first.entry
    True
    """
    sealed = digest({"previous": previous, "sequence": sequence, "facts": dict(facts)})
    return LedgerEntry(sequence, str(facts["batch"]), previous, facts, sealed)


def flaws(entries: Sequence[LedgerEntry], contents: Mapping[str, str], sealed: Sequence[str]) -> list[Flaw]:
    """Every flaw, the first bad entry first. `contents` holds the digest of each sealed batch as it is now.

    `sealed` are the batches marked as sealed: one without an entry means that the end was cut off.
    """
    found: list[Flaw] = []
    previous = NO_PREDECESSOR
    for position, entry in enumerate(entries, start=1):
        if reason := _reason(entry, position, previous, contents):
            found.append(Flaw(entry.sequence, entry.batch, reason))
        previous = entry.entry
    listed = {entry.batch for entry in entries}
    lost = [batch for batch in sealed if batch not in listed]
    found += [Flaw(len(entries) + n, batch, "entry_missing") for n, batch in enumerate(lost, start=1)]
    return found


def _reason(entry: LedgerEntry, position: int, previous: str, contents: Mapping[str, str]) -> str:
    if entry.sequence != position:
        return "sequence_broken"
    if entry.previous != previous:
        return "chain_broken"
    if entry != chained(entry.previous, entry.sequence, {"batch": "", **entry.facts}):
        return "entry_changed"
    if contents.get(entry.batch) != entry.facts.get("digest"):
        return "ballots_changed"
    return ""


def minutes_flaws(entries: Sequence[LedgerEntry], minutes: Minutes) -> list[Flaw]:
    """Where the ledger is no longer the one that was handed over: a chain that was written anew is whole."""
    found = [
        Flaw(entry.sequence, entry.batch, "differs_from_minutes")
        for entry, handed in zip(entries, minutes.entries, strict=False)
        if entry.entry != handed
    ]
    head = entries[-1].entry if entries else NO_PREDECESSOR
    if not found and (head != minutes.ledger_head or len(entries) != len(minutes.entries)):
        found.append(Flaw(len(entries), "", "head_differs"))
    return found
