"""What becomes of a second entry: a receipt without a word of the first, or the reason of its refusal."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal
from uuid import UUID

from parindex.kernel.errors import DomainError

State = Literal["matching", "to_rekey", "to_decide", "settled"]


@dataclass(frozen=True, slots=True)
class SecondReceipt:
    """The answer to a stored second entry («biên nhận lần nhập thứ hai»): positions to re-key, no values."""

    id: UUID
    serial: str
    digest: str
    keyed_at: datetime
    states: Mapping[str, str]
    repeated: bool

    @property
    def state(self) -> State:
        """What the ballot still waits for, the clerk's own work first («tình trạng phiếu nhập hai lần»).

        >>> from datetime import UTC
        >>> at = datetime(2023, 1, 13, tzinfo=UTC)
        >>> SecondReceipt(UUID(int=1), "A1", "", at, {"3": "to_decide", "5": "to_rekey"}, False).state
        'to_rekey'
        """
        found = set(self.states.values())
        if "to_rekey" in found:
            return "to_rekey"
        if "to_decide" in found:
            return "to_decide"
        return "settled" if found else "matching"

    @property
    def to_rekey(self) -> list[str]:
        return [position for position, state in self.states.items() if state == "to_rekey"]


@dataclass(frozen=True, slots=True)
class Facing:
    """What a second entry meets: never shown, only judged («đối chiếu khi nhận lần nhập thứ hai»).

    `claimants` hold the batch for its second entry, or held it before: what they keyed then may come late.
    """

    batch_state: str
    claimants: Collection[str]
    first_batch: str | None
    first_clerk: str | None
    is_entered: bool


def refusal(batch: str, serial: str, clerk: str, facing: Facing) -> DomainError | None:
    """Why the clerk may not key this ballot a second time; None when nothing stands against it.

    Who keyed a ballot first is told to nobody but that clerk: the same refusal whatever was keyed.
    """
    if facing.batch_state != "open":
        return DomainError("batch_sealed", {"batch": batch})
    if clerk not in facing.claimants:
        return DomainError("batch_not_claimed", {"batch": batch})
    if facing.first_batch != batch:
        return DomainError("first_entry_missing", {"batch": batch, "serial": serial})
    if facing.first_clerk == clerk:
        return DomainError("second_clerk_is_first", {"serial": serial})
    if facing.is_entered:
        return DomainError("second_entry_taken", {"serial": serial})
    return None
