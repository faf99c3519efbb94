"""Taking back serial ranges that were listed by mistake: only what nothing hangs on."""

from collections.abc import Iterator, Mapping, Sequence

from parindex.kernel.errors import DomainError, Fault
from survey_ingest.campaigns.domain.serials import BatchRoom, ListedRange


def check_withdrawals(
    asked: Sequence[ListedRange],
    listed: Sequence[ListedRange],
    rooms: Mapping[str, BatchRoom],
    used: Mapping[ListedRange, int],
) -> None:
    """Raises DomainError `issue_invalid` with every fault: ranges that are not listed or are in use.

    `used`: how many ballots of an issued range are keyed or marked. A print run goes only with, or after,
    what was issued of it.
    """
    faults: list[Fault] = []
    for index, item in enumerate(asked):
        if item not in listed or item in asked[:index]:
            found = [Fault("/first", "range_unknown", f"không có dải {item.serials} đang ghi như vậy")]
        else:
            found = [*_standing_faults(item, asked, listed, rooms), *_use_faults(used.get(item, 0))]
        faults += [Fault(f"/ranges/{index}{fault.pointer}", fault.code, fault.detail) for fault in found]
    if faults:
        raise DomainError("issue_invalid", {"count": len(faults)}, tuple(faults))


def _standing_faults(
    item: ListedRange,
    asked: Sequence[ListedRange],
    listed: Sequence[ListedRange],
    rooms: Mapping[str, BatchRoom],
) -> Iterator[Fault]:
    if item.batch is None:
        staying = [other for other in listed if other.batch is not None and other not in asked]
        if any(other.serials.meets(item.serials) for other in staying):
            yield Fault("/first", "range_issued", f"dải {item.serials} còn số đang phát cho túi")
    elif not rooms[item.batch].is_open:
        yield Fault("/batch", "batch_sealed", f"túi phiếu «{item.batch}» đã niêm phong")


def _use_faults(ballots: int) -> Iterator[Fault]:
    if ballots:
        yield Fault("/first", "range_used", f"{ballots} phiếu của dải đã nhập hoặc đã ghi tình trạng")
