"""Whether the ballots of a bag add up before it is sealed."""

from dataclasses import dataclass

from parindex.kernel.errors import DomainError, Fault


@dataclass(frozen=True, slots=True)
class BagCount:
    """What was issued, what came back, and what was keyed («đối chiếu túi phiếu»)."""

    issued: int
    returned: int
    spoiled: int
    missing: int
    valid: int
    invalid: int
    held: int

    @property
    def keyed(self) -> int:
        return self.valid + self.invalid + self.held


def check_reconciles(batch: str, count: BagCount) -> None:
    """Raises DomainError `seal_does_not_reconcile` unless issued = returned + spoiled + missing = keyed + ….

    >>> check_reconciles("tui-1", BagCount(10, 8, 1, 1, valid=7, invalid=1, held=0))
    """
    faults = []
    accounted = count.returned + count.spoiled + count.missing
    if accounted != count.issued:
        detail = f"phát ra {count.issued} phiếu, thu về, hỏng và thất lạc cộng lại {accounted} phiếu"
        faults.append(Fault("/returned", "issued_not_accounted", detail))
    if count.keyed != count.returned:
        detail = f"thu về {count.returned} phiếu nhưng đã nhập {count.keyed} phiếu"
        faults.append(Fault("/returned", "keyed_differs", detail))
    if faults:
        raise DomainError("seal_does_not_reconcile", {"batch": batch, "count": len(faults)}, tuple(faults))
