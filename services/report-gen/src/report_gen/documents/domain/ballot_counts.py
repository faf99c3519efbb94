"""Ballots added up by respondent group, for the report, the workbook and the minutes; no sentences."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal

from parindex.contracts.snapshots import BallotCount
from parindex.kernel.points import share, vietnamese
from report_gen.documents.domain.texts import DASH


@dataclass(frozen=True, slots=True)
class GroupCount:
    """Ballots of a respondent group («đối tượng lấy ý kiến»)."""

    name: str
    quota: int
    valid: int
    invalid: int
    held: int

    @property
    def collected(self) -> int:
        return self.valid + self.invalid + self.held


def summed(ballots: Iterable[BallotCount], name: str = "Tổng cộng") -> GroupCount:
    rows = list(ballots)
    return GroupCount(
        name,
        quota=sum(row.quota for row in rows),
        valid=sum(row.valid for row in rows),
        invalid=sum(row.invalid for row in rows),
        held=sum(row.held for row in rows),
    )


def ballots_by_group(ballots: Iterable[BallotCount], names: Mapping[str, str]) -> list[GroupCount]:
    """One row a group, in the order the groups first appear; a group without a name shows its code."""
    rows: dict[str, list[BallotCount]] = {}
    for count in ballots:
        rows.setdefault(count.group, []).append(count)
    return [summed(counts, names.get(group) or group) for group, counts in rows.items()]


def percent_valid(count: GroupCount) -> str:
    """Valid ballots as a percent of the quota; a dash where there was none.

    >>> percent_valid(GroupCount("", quota=1620, valid=1601, invalid=19, held=0))
    '98,83'
    """
    return vietnamese(share(Decimal(count.valid), Decimal(count.quota)), 2) if count.quota else DASH
