"""What the issue list of a bag says of the serials in its file."""

from dataclasses import dataclass

from parindex.kernel.errors import Fault
from survey_ingest.ballots.domain.findings import not_issued, not_printed
from survey_ingest.campaigns.domain.serials import SerialRange, is_unprinted


@dataclass(frozen=True, slots=True)
class IssueList:
    """The ranges printed and those issued to the bag («danh mục số phiếu»); empty where nobody looks."""

    issued: tuple[SerialRange, ...] = ()
    printed: tuple[SerialRange, ...] = ()
    issued_only: bool = False

    def fault_of(self, serial: str) -> Fault | None:
        """Why the bag cannot hold a ballot of this serial."""
        if any(serial in listed for listed in self.issued):
            return None
        if is_unprinted(serial, self.printed):
            return not_printed(serial)
        return not_issued(serial) if self.issued_only else None
