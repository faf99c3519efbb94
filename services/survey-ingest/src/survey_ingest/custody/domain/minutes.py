"""Whether the ledger and the tally are still what the hand-over minutes say of them."""

from collections.abc import Collection, Sequence

from parindex.contracts.snapshots import HandoverPart, HandoverRecord
from survey_ingest.custody.domain.ledger import Flaw, LedgerEntry, latest_seals


def minutes_flaws(
    entries: Sequence[LedgerEntry], minutes: HandoverRecord, *, is_in_force: bool
) -> list[Flaw]:
    """Where the ledger is no longer the one that was handed over: a chain that was written anew is whole.

    Minutes that a correction has overtaken (`is_in_force` false) still name lines of the one chain.
    """
    chain = {entry.entry for entry in entries}
    holding = {entry.batch: entry for entry in latest_seals(entries)}
    found = [
        Flaw(holding[handed.batch].sequence, handed.batch, "differs_from_minutes")
        for handed in minutes.batches
        if handed.entry not in chain and handed.batch in holding
    ]
    if found:
        return found
    told = {handed.entry for handed in minutes.batches}
    is_cut = minutes.ledger_head not in chain
    is_overtaken = is_in_force and any(entry.entry not in told for entry in holding.values())
    if is_cut or is_overtaken:
        found.append(Flaw(0, "", "head_differs"))
    return found


def parts_flaws(minutes: HandoverRecord, parts: Sequence[HandoverPart]) -> list[Flaw]:
    """The deliveries as they are kept against those that the minutes tell of, first to last."""
    if tuple(parts[: len(minutes.parts)]) == minutes.parts:
        return []
    return [Flaw(0, "", "handover_changed")]


def tally_flaws(minutes: HandoverRecord, digests: Collection[str], latest: str) -> list[Flaw]:
    """The tally that the minutes name against those kept; `latest` empty where any of them may be meant."""
    is_known = minutes.tally_digest in digests and latest in {"", minutes.tally_digest}
    return [] if is_known else [Flaw(0, "", "tally_differs")]
