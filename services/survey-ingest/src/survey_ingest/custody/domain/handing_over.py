"""Which bags still have to change hands, and whether a delivery names bags that may."""

from collections.abc import Collection, Iterable, Sequence

from parindex.kernel.errors import DomainError, Fault
from survey_ingest.custody.domain.ledger import LedgerEntry, latest_seals


def due_bags(entries: Iterable[LedgerEntry], received: Iterable[str]) -> list[LedgerEntry]:
    """The seals that nobody has received yet («túi phiếu chưa bàn giao»).

    A bag that was sealed again after a correction is due again.
    """
    known = set(received)
    return [seal for seal in latest_seals(entries) if seal.entry not in known]


def bags_to_deliver(
    campaign: str, due: Sequence[LedgerEntry], named: Sequence[str] | None
) -> list[LedgerEntry]:
    """The bags of one delivery: those named, or all that are due.

    Raises DomainError `handover_delivered` when none is due, `handover_batches_invalid` with every named bag
    that is not.
    """
    if not due:
        raise DomainError("handover_delivered", {"campaign": campaign})
    if named is None:
        return list(due)
    waiting = {entry.batch: entry for entry in due}
    faults = tuple(
        Fault(f"/batches/{index}", "batch_not_due", f"túi «{code}» không ở diện chờ bàn giao")
        for index, code in enumerate(named)
        if code not in waiting or code in named[:index]
    )
    if faults or not named:
        raise DomainError("handover_batches_invalid", {"count": len(faults)}, faults)
    return [waiting[code] for code in named]


def seal_faults(
    delivered: Collection[str], named: Sequence[str], told: Collection[str], *, is_intact: bool
) -> list[Fault]:
    """What does not fit in what the receiver says of the seals («tình trạng niêm phong khi nhận»).

    `named` are the bags said to be broken, `told` those with an incident already.

    >>> [fault.code for fault in seal_faults({"tui-1"}, [], [], is_intact=False)]
    ['broken_seals_missing']
    >>> seal_faults({"tui-1"}, [], ["tui-1"], is_intact=False), seal_faults({"tui-1"}, [], [], is_intact=True)
    ([], [])
    """
    found: list[Fault] = []
    if is_intact and named:
        found.append(Fault("/seals_intact", "seals_not_intact", "có túi không còn nguyên niêm phong"))
    if not is_intact and not named and not told:
        detail = "phải nêu từng túi không còn nguyên niêm phong"
        found.append(Fault("/broken_seals", "broken_seals_missing", detail))
    found += [
        Fault(
            f"/broken_seals/{index}/batch",
            "batch_not_delivered",
            f"túi «{batch}» không có trong lần giao này",
        )
        for index, batch in enumerate(named)
        if batch not in delivered
    ]
    return found
