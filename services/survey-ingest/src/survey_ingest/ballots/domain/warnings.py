"""What is odd about a ballot that has no fault; whether its quota is full is the books' to say."""

from collections.abc import Collection, Sequence
from datetime import datetime

from parindex.kernel.clocks import VIETNAM
from survey_ingest.ballots.domain.entry import Entry
from survey_ingest.ballots.domain.findings import ALL_EQUAL, ENTERED_LATE, MANY_BLANKS, OUTSIDE_ISSUE
from survey_ingest.campaigns.domain.form import BLANK, BallotForm

FEWEST_ANSWERS = 5
"""Under so many questions a ballot full of one answer, or half empty, says nothing."""
LATE_DAYS = 7


def warnings_of(
    form: BallotForm, entry: Entry, watched: Collection[str], at: datetime, *, issued: bool
) -> list[str]:
    """The numbers of the watched warnings that the ballot gives («cảnh báo»), in the catalogue's order.

    `issued`: whether its serial stands in a range of its batch.
    """
    found = []
    if OUTSIDE_ISSUE in watched and not issued:
        found.append(OUTSIDE_ISSUE)
    if MANY_BLANKS in watched or ALL_EQUAL in watched:
        marks = _marks(form, entry)
        found += [MANY_BLANKS] if MANY_BLANKS in watched and has_many_blanks(marks) else []
        found += [ALL_EQUAL] if ALL_EQUAL in watched and are_all_equal(marks) else []
    if ENTERED_LATE in watched and _is_late(entry, at):
        found.append(ENTERED_LATE)
    return found


def _marks(form: BallotForm, entry: Entry) -> list[int]:
    """The answers of which a ballot has one each: a multiple choice without a tick is an answer too."""
    pairs = zip(form.slots, entry.answers, strict=True)
    return [answer for slot, answer in pairs if slot.kind != "multiple"]


def has_many_blanks(marks: Sequence[int]) -> bool:
    """More than half of the questions have no answer that counts.

    >>> has_many_blanks([0, 0, -1, 4, 5]), has_many_blanks([0, 0, 3, 4, 5]), has_many_blanks([0, 0, 1])
    (True, False, False)
    """
    empty = sum(mark <= BLANK for mark in marks)
    return len(marks) >= FEWEST_ANSWERS and 2 * empty > len(marks)


def are_all_equal(marks: Sequence[int]) -> bool:
    """Every question has the same answer.

    >>> are_all_equal([4, 4, 4, 4, 4]), are_all_equal([4, 4, 4, 4, 5]), are_all_equal([0] * 5)
    (True, False, False)
    """
    return len(marks) >= FEWEST_ANSWERS and marks[0] > BLANK and len(set(marks)) == 1


def _is_late(entry: Entry, at: datetime) -> bool:
    collected = entry.collected_at
    return collected is not None and (at.astimezone(VIETNAM).date() - collected).days > LATE_DAYS
