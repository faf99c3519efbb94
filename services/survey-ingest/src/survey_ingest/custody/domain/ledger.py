"""The chain of seals: each entry's digest covers the one before, so that no seal changes unseen."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from parindex.kernel.canonical import digest

NO_PREDECESSOR = ""
SEAL, INCIDENT, FINDING = "seal", "incident", "finding"
LINE = "line"
_VOUCHED = {
    "digest": {SEAL: "ballots_changed", INCIDENT: "incident_changed", FINDING: "incident_changed"},
    "double_entry_digest": dict.fromkeys((SEAL, INCIDENT, FINDING), "double_entry_changed"),
    "remarks_digest": dict.fromkeys((SEAL, INCIDENT, FINDING), "remarks_changed"),
    "correction_digest": dict.fromkeys((SEAL, INCIDENT, FINDING), "correction_changed"),
    "bag_seals": dict.fromkeys((SEAL, INCIDENT, FINDING), "bag_seal_changed"),
    "office": {SEAL: "batch_changed"},
    "questionnaire": {SEAL: "batch_changed"},
    "group": {SEAL: "batch_changed"},
    "issued": {SEAL: "batch_changed"},
}
"""What an entry vouches for, and what is wrong by its kind when that is otherwise now."""


@dataclass(frozen=True, slots=True)
class LedgerEntry:
    """One line of the ledger («sổ niêm phong»): a seal, or what befell it; `facts` as they stood then."""

    sequence: int
    batch: str
    previous: str
    facts: Mapping[str, Any]
    entry: str

    @property
    def kind(self) -> str:
        return str(self.facts.get("kind", SEAL))

    @property
    def kept(self) -> dict[str, str]:
        """The line as the log of acts tells of it."""
        return {f"{LINE}/{self.sequence}": self.entry}

    @property
    def revision(self) -> int:
        """Of a seal: 1, and one more each time the bag was sealed again after a correction."""
        return int(self.facts.get("revision", 1))

    @property
    def revised(self) -> Mapping[str, int]:
        """Of a seal after a correction: the ballots changed, each with the number of its change.

        A ballot that came in by the correction has the number 0: before it there was none.
        """
        return {str(ballot): int(number) for ballot, number in self.facts.get("revised", ())}


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


def latest_seals(entries: Iterable[LedgerEntry]) -> list[LedgerEntry]:
    """The seal that holds now of each bag, in the order of the ledger.

    >>> first = chained(NO_PREDECESSOR, 1, {"batch": "tui-1"})
    >>> again = chained(first.entry, 2, {"batch": "tui-1", "revision": 2})
    >>> [seal.revision for seal in latest_seals([first, again])]
    [2]
    """
    found = {entry.batch: entry for entry in entries if entry.kind == SEAL}
    return sorted(found.values(), key=lambda entry: entry.sequence)


def undone_since(entry: LedgerEntry, entries: Iterable[LedgerEntry]) -> dict[str, int]:
    """Ballot → its first change after this seal: what the change replaced is what the seal vouches for.

    0 for a ballot that came in later: of it the seal says nothing.
    """
    found: dict[str, int] = {}
    for later in entries:
        if later.batch == entry.batch and later.kind == SEAL and later.sequence > entry.sequence:
            for ballot, number in later.revised.items():
                found[ballot] = min(number, found.get(ballot, number))
    return found


def flaws(
    entries: Sequence[LedgerEntry], vouched: Mapping[int, Mapping[str, Any]], sealed: Sequence[str]
) -> list[Flaw]:
    """Every flaw, the first bad entry first. `vouched` holds what each entry vouches for as it is now.

    `sealed` are the batches marked as sealed: one without an entry means that the end was cut off, an entry
    whose batch is not marked means that the bag was opened.
    """
    found: list[Flaw] = []
    previous = NO_PREDECESSOR
    for position, entry in enumerate(entries, start=1):
        reason = _reason(entry, position, previous, vouched.get(entry.sequence, {}))
        if not reason and entry.batch not in sealed:
            reason = "batch_changed"
        if reason:
            found.append(Flaw(entry.sequence, entry.batch, reason))
        previous = entry.entry
    listed = {entry.batch for entry in entries if entry.kind == SEAL}
    lost = [batch for batch in sealed if batch not in listed]
    found += [Flaw(len(entries) + n, batch, "entry_missing") for n, batch in enumerate(lost, start=1)]
    return found


def _reason(entry: LedgerEntry, position: int, previous: str, now: Mapping[str, Any]) -> str:
    if entry.sequence != position:
        return "sequence_broken"
    if entry.previous != previous:
        return "chain_broken"
    if entry != chained(entry.previous, entry.sequence, {"batch": "", **entry.facts}):
        return "entry_changed"
    for name, reasons in _VOUCHED.items():
        if name in entry.facts and now.get(name) != entry.facts[name]:
            return reasons[entry.kind]
    return ""


def in_order(lines: Sequence[Flaw], beside: Sequence[Flaw], told: Sequence[Flaw]) -> list[Flaw]:
    """The flaws of lines from the first line on, then those of the whole campaign; each place once.

    `told` are flaws by the log of acts: they add the places where ledger, tally and minutes themselves show
    nothing, such as an end that was cut off or a chain that was written anew.

    >>> cut = Flaw(2, "tui-2", "differs_from_log")
    >>> [flaw.sequence for flaw in in_order([Flaw(3, "tui-3", "chain_broken")], [], [cut])]
    [2, 3]
    """
    known = {(flaw.sequence, "" if flaw.sequence else flaw.reason) for flaw in (*lines, *beside)}
    fresh = [flaw for flaw in told if (flaw.sequence, "" if flaw.sequence else flaw.reason) not in known]
    every = [*lines, *beside, *fresh]
    placed = sorted((flaw for flaw in every if flaw.sequence), key=lambda flaw: flaw.sequence)
    return [*placed, *(flaw for flaw in every if not flaw.sequence)]
