"""Whether the ballots of a bag add up before it is sealed, and what explains them where they do not."""

from collections.abc import Mapping
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


@dataclass(frozen=True, slots=True)
class Difference:
    """Two numbers that should be one («chênh lệch phiếu»); `reason` empty while nobody explained it."""

    code: str
    detail: str
    reason: str = ""


def differences(count: BagCount) -> list[Difference]:
    """Where issued = returned + spoiled + missing and keyed = returned do not hold.

    >>> differences(BagCount(10, 8, 1, 1, valid=7, invalid=1, held=0))
    []
    >>> [found.code for found in differences(BagCount(10, 8, 1, 0, valid=7, invalid=0, held=0))]
    ['issued_not_accounted', 'keyed_differs']
    """
    found = []
    accounted = count.returned + count.spoiled + count.missing
    if accounted != count.issued:
        detail = f"phát ra {count.issued} phiếu, thu về, hỏng và thất lạc cộng lại {accounted} phiếu"
        found.append(Difference("issued_not_accounted", detail))
    if count.keyed != count.returned:
        detail = f"thu về {count.returned} phiếu nhưng đã nhập {count.keyed} phiếu"
        found.append(Difference("keyed_differs", detail))
    return found


def explained(batch: str, count: BagCount, explanations: Mapping[str, str]) -> list[Difference]:
    """The differences of a bag, each with its reason («giải trình chênh lệch»).

    Raises DomainError `seal_does_not_reconcile` with every difference that nobody explained.

    >>> count = BagCount(10, 8, 1, 0, valid=8, invalid=0, held=0)
    >>> explained("tui-1", count, {"issued_not_accounted": "01 phiếu in trùng số"})[0].reason
    '01 phiếu in trùng số'
    """
    found = [
        Difference(item.code, item.detail, explanations.get(item.code, "")) for item in differences(count)
    ]
    faults = tuple(Fault("/returned", item.code, item.detail) for item in found if not item.reason)
    if faults:
        raise DomainError("seal_does_not_reconcile", {"batch": batch, "count": len(faults)}, faults)
    return found
