"""Whether the ballots of a bag add up before it is sealed, and what explains them where they do not."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from parindex.kernel.errors import DomainError, Fault


@dataclass(frozen=True, slots=True)
class SerialCount:
    """The bag's ballots by their serials («danh mục số phiếu»): issued in ranges, then marked one by one."""

    issued: int
    returned: int
    spoiled: int
    missing: int


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


_LISTED = (
    ("issued", "serials_issued_differ", "phát ra"),
    ("returned", "serials_returned_differ", "thu về"),
    ("spoiled", "serials_spoiled_differ", "hỏng"),
    ("missing", "serials_missing_differ", "thất lạc"),
)


def differences(count: BagCount, listed: SerialCount | None = None) -> list[Difference]:
    """Where issued = returned + spoiled + missing and keyed = returned do not hold.

    A bag whose ballots are listed by serial is held against the list as well; ballots that came back need
    not be marked one by one, since they are keyed.

    >>> differences(BagCount(10, 8, 1, 1, valid=7, invalid=1, held=0))
    []
    >>> [found.code for found in differences(BagCount(10, 8, 1, 0, valid=7, invalid=0, held=0))]
    ['issued_not_accounted', 'keyed_differs']
    >>> listed = SerialCount(issued=10, returned=0, spoiled=0, missing=1)
    >>> found = differences(BagCount(10, 8, 1, 1, valid=8, invalid=0, held=0), listed)
    >>> [(item.code, item.detail) for item in found]
    [('serials_spoiled_differ', 'hỏng 1 phiếu nhưng danh mục số phiếu có 0 phiếu')]
    """
    found = []
    accounted = count.returned + count.spoiled + count.missing
    if accounted != count.issued:
        detail = f"phát ra {count.issued} phiếu, thu về, hỏng và thất lạc cộng lại {accounted} phiếu"
        found.append(Difference("issued_not_accounted", detail))
    if count.keyed != count.returned:
        detail = f"thu về {count.returned} phiếu nhưng đã nhập {count.keyed} phiếu"
        found.append(Difference("keyed_differs", detail))
    return found if listed is None else [*found, *_listed_differences(count, listed)]


def _listed_differences(count: BagCount, listed: SerialCount) -> Iterator[Difference]:
    for name, code, word in _LISTED:
        stated, marked = getattr(count, name), getattr(listed, name)
        if stated != marked and (marked or name != "returned"):
            yield Difference(code, f"{word} {stated} phiếu nhưng danh mục số phiếu có {marked} phiếu")


def explained(
    batch: str, count: BagCount, explanations: Mapping[str, str], listed: SerialCount | None = None
) -> list[Difference]:
    """The differences of a bag, each with its reason («giải trình chênh lệch»).

    Raises DomainError `seal_does_not_reconcile` with every difference that nobody explained.

    >>> count = BagCount(10, 8, 1, 0, valid=8, invalid=0, held=0)
    >>> explained("tui-1", count, {"issued_not_accounted": "01 phiếu in trùng số"})[0].reason
    '01 phiếu in trùng số'
    """
    found = [
        Difference(item.code, item.detail, explanations.get(item.code, ""))
        for item in differences(count, listed)
    ]
    faults = tuple(Fault("/returned", item.code, item.detail) for item in found if not item.reason)
    if faults:
        raise DomainError("seal_does_not_reconcile", {"batch": batch, "count": len(faults)}, faults)
    return found
