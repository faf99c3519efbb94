"""Serial ranges: what they hold, and every reason why new ones do not fit."""

import pytest

from parindex.kernel.errors import DomainError
from survey_ingest.campaigns.domain.marks import MOST_MARKED, Mark, expand_marks
from survey_ingest.campaigns.domain.serials import BatchRoom, ListedRange, check_ranges, read_range

ROOMS = {"tui-1": BatchRoom(10, is_open=True), "tui-2": BatchRoom(5, is_open=False)}


def listed(first: str, last: str, batch: str | None = None) -> ListedRange:
    return ListedRange(read_range(first, last), batch)


@pytest.mark.parametrize(
    ("first", "last"),
    [
        ("SPH", "SPH"),
        ("SPH-1", "SPH-10"),
        ("SPH-2", "SPH-1"),
        ("SPH-1", "SPS-2"),
        ("", ""),
        ("SPH-٣", "SPH-٤"),
        ("0000000", "9999999"),
        ("A-1234567890123456", "A-1234567890123456"),
    ],
)
def test_a_range_has_two_ends_of_one_series(first: str, last: str) -> None:
    with pytest.raises(ValueError, match=r"dải|chữ số"):
        read_range(first, last)


def test_a_range_holds_its_own_spellings_only() -> None:
    found = read_range("SPH-0099", "SPH-0135")
    inside = [
        s for s in ("SPH-0099", "SPH-0135", "SPH-100", "SPH-00100", "sph-0100", "SPH-0136") if s in found
    ]
    assert inside == ["SPH-0099", "SPH-0135"]
    digits = read_range("0001", "0002")
    assert (digits.prefix, digits.serial(2)) == ("", "0002")
    assert "٠٠٠١" not in digits


@pytest.mark.parametrize(
    ("new", "expected"),
    [
        ([listed("A-01", "A-10", "tui-1")], []),
        ([listed("A-01", "A-05", "tui-1"), listed("A-05", "A-09", "tui-1")], ["range_overlaps"]),
        ([listed("A-01", "A-11", "tui-1")], ["range_exceeds_batch"]),
        ([listed("A-01", "A-05", "tui-1"), listed("B-01", "B-06", "tui-1")], ["range_exceeds_batch"]),
        ([listed("A-01", "A-05", "tui-2")], ["batch_sealed"]),
        ([listed("A-01", "A-05", "tui-9")], ["batch_unknown"]),
        ([listed("P-095", "P-104", "tui-1")], ["range_not_printed"]),
        ([listed("P-046", "P-055", "tui-1")], []),
        ([listed("P-100", "P-101")], ["range_overlaps"]),
        ([listed("P-0100", "P-0101")], []),
    ],
)
def test_new_ranges_fit_those_listed(new: list[ListedRange], expected: list[str]) -> None:
    known = [listed("P-001", "P-050"), listed("P-051", "P-100")]
    if not expected:
        check_ranges(new, known, ROOMS)
        return
    with pytest.raises(DomainError) as caught:
        check_ranges(new, known, ROOMS)
    assert [fault.code for fault in caught.value.faults] == expected


def test_marks_are_of_issued_ballots_and_losses_have_a_reason() -> None:
    issued = [listed("A-01", "A-03", "tui-1"), listed("A-04", "A-05", "tui-2")]
    good = [
        Mark(read_range("A-02", "A-04"), "returned", ""),
        Mark(read_range("A-05", "A-05"), "missing", "mất"),
    ]
    assert [(serial, batch) for serial, batch, _ in expand_marks(good, issued)] == [
        ("A-02", "tui-1"),
        ("A-03", "tui-1"),
        ("A-04", "tui-2"),
        ("A-05", "tui-2"),
    ]
    bad = [Mark(read_range("A-05", "A-09"), "spoiled", ""), Mark(read_range("A-1", "A-2"), "returned", "")]
    with pytest.raises(DomainError) as caught:
        expand_marks(bad, issued)
    assert [(fault.pointer, fault.code) for fault in caught.value.faults] == [
        ("/marks/0/reason", "reason_missing"),
        ("/marks/0/first", "serial_not_issued"),
        ("/marks/1/first", "serial_not_issued"),
    ]
    many = [Mark(read_range("B-00000", f"B-{MOST_MARKED:05}"), "returned", "")]
    with pytest.raises(DomainError) as caught:
        expand_marks(many, issued)
    assert caught.value.faults[0].code == "too_many_marked"
