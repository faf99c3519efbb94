"""What becomes of a ballot: a receipt for the first and every repeated entry, or a reason for refusal."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from uuid import UUID

from parindex.kernel.clocks import instant_said
from parindex.kernel.errors import DomainError, Fault
from survey_ingest.ballots.domain.findings import unexplained
from survey_ingest.campaigns.domain.campaign import outside_window


@dataclass(frozen=True, slots=True)
class Stored:
    """A ballot that is in the books («phiếu đã ghi»), as its clerk keyed it.

    `is_blind`: its campaign has ballots keyed twice, so that nobody else learns what it says.
    """

    id: UUID
    serial: str
    status: str
    digest: str
    accepted_at: datetime
    clerk: str = ""
    is_blind: bool = False


@dataclass(frozen=True, slots=True)
class Receipt:
    """The answer to an accepted ballot («biên nhận phiếu»); the same again for the same ballot."""

    ballot: Stored
    repeated: bool


@dataclass(frozen=True, slots=True)
class BatchStanding:
    """Campaign and batch as locked by the writing transaction."""

    campaign: str
    campaign_state: str
    opens_at: datetime
    closes_at: datetime
    batch: str
    batch_state: str
    late_entry_hours: int = 0
    serials_amended: bool = False

    def takes_ballots(self, at: datetime, collected_at: date | None = None) -> bool:
        is_open = self.campaign_state == "open" and self.batch_state == "open"
        return is_open and self.opens_at <= at < self.taken_until(collected_at)

    def taken_until(self, collected_at: date | None) -> datetime:
        """When a ballot comes too late; what was collected in time may be keyed some hours after the end."""
        late = timedelta(hours=0 if collected_at is None else self.late_entry_hours)
        return self.closes_at + late


@dataclass(frozen=True, slots=True)
class Objection:
    """What stands against a ballot that fits its form: warnings by number, and faults of its serial."""

    warnings: tuple[str, ...] = ()
    faults: tuple[Fault, ...] = ()

    def with_warning(self, number: str) -> "Objection":
        return replace(self, warnings=tuple(sorted({*self.warnings, number})))

    def is_met_by(self, explanations: Mapping[str, str]) -> bool:
        return not self.faults and explanations.keys() >= set(self.warnings)

    def refusal(self, serial: str, explanations: Mapping[str, str]) -> DomainError | None:
        """Why the ballot stays out; None when every warning is explained."""
        if self.faults:
            return DomainError("ballot_invalid", {"serial": serial, "count": len(self.faults)}, self.faults)
        left = tuple(unexplained(number) for number in self.warnings if number not in explanations)
        if not left:
            return None
        return DomainError("ballot_needs_explanation", {"serial": serial, "count": len(left)}, left)


def judge_unwritten(
    ballot: Stored,
    standing: BatchStanding,
    same_id: Stored | None,
    same_serial: Stored | None,
    collected_at: date | None = None,
    refusal: DomainError | None = None,
) -> Receipt | DomainError | None:
    """Why a ballot was not written: it is there already, its place is another's, or it may not come in.

    None when nothing stands against it: it stood back for a neighbour and may be tried again.
    A repeated ballot gets its receipt even after the seal: the client may have missed the first one.
    """
    if same_id is not None:
        return _judge_repeated(ballot, same_id)
    if same_serial is not None:
        return DomainError("serial_taken", {"serial": ballot.serial, "id": str(same_serial.id)})
    return _shut(ballot, standing, collected_at) or refusal


def _judge_repeated(ballot: Stored, same_id: Stored) -> Receipt | DomainError:
    """A receipt for the same content only; of a blind ballot nobody else learns whether it is the same."""
    if same_id.is_blind and same_id.clerk != ballot.clerk:
        return DomainError("ballot_of_other_clerk", {"id": str(ballot.id)})
    if same_id.digest == ballot.digest:
        return Receipt(same_id, repeated=True)
    return DomainError("ballot_conflict", {"id": str(ballot.id), "serial": same_id.serial})


def _shut(ballot: Stored, standing: BatchStanding, collected_at: date | None) -> DomainError | None:
    """Why campaign or bag take no ballot now."""
    if standing.campaign_state != "open":
        return DomainError(
            "campaign_not_open", {"campaign": standing.campaign, "state": standing.campaign_state}
        )
    if standing.batch_state != "open":
        return DomainError("batch_sealed", {"batch": standing.batch})
    taken_until = standing.taken_until(collected_at)
    refusal = outside_window(standing.campaign, standing.opens_at, taken_until, ballot.accepted_at)
    if refusal is not None and collected_at is None:
        refusal.faults = tuple(_late_hint(standing, ballot.accepted_at))
    return refusal


def _late_hint(standing: BatchStanding, at: datetime) -> Iterator[Fault]:
    """What a clerk may still do with a ballot that names no day of collection."""
    until = standing.closes_at + timedelta(hours=standing.late_entry_hours)
    if standing.closes_at <= at < until:
        end = instant_said(until)
        detail = f"phiếu thu trong thời gian điều tra còn được nhập đến trước {end}, nếu ghi ngày thu"
        yield Fault("/collected_at", "collected_at_missing", detail)
