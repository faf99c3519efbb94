"""One ballot: its digest, its faults, and what becomes of one that was not written."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import pytest

from parindex.kernel.canonical import digest
from parindex.kernel.errors import DomainError
from survey_ingest.ballots.domain.entry import Bag, Entry, check_entry, entry_digest, invalid_reason
from survey_ingest.ballots.domain.findings import not_issued
from survey_ingest.ballots.domain.receipt import BatchStanding, Objection, Receipt, Stored, judge_unwritten
from survey_ingest.campaigns.domain.form import BallotForm, bind
from tests.unit.survey.test_survey_questionnaires import questionnaire

ENTRY = Entry(UUID(int=1), "A1", "tui-1", "sipas", "dan", "chi-linh", [1, 2])
BAG = Bag("sipas", None)
ONE_UNIT = bind(questionnaire(), ("chi-linh", "kinh-mon"))
MATRIX = bind(replace(questionnaire(), layout="matrix"), ("chi-linh", "kinh-mon"))


def faults(form: BallotForm, bag: Bag, entry: Entry) -> list[tuple[str, str]]:
    with pytest.raises(DomainError) as caught:
        check_entry(form, bag, entry)
    return [(fault.pointer, fault.code) for fault in caught.value.faults]


def test_a_ballot_that_fits_has_no_fault() -> None:
    check_entry(ONE_UNIT, BAG, ENTRY)
    check_entry(ONE_UNIT, Bag("sipas", "dan"), replace(ENTRY, answers=[0, -1]))
    check_entry(MATRIX, BAG, replace(ENTRY, unit=None, answers=[1, 2, 0, -1]))


@pytest.mark.parametrize(
    ("form", "bag", "changes", "expected"),
    [
        (ONE_UNIT, BAG, {"answers": [3, -2]}, ["answer_out_of_scale", "answer_out_of_scale"]),
        (ONE_UNIT, BAG, {"answers": [1]}, ["answer_count"]),
        (ONE_UNIT, BAG, {"unit": None}, ["unit_unknown"]),
        (ONE_UNIT, BAG, {"unit": "hue", "group": "la"}, ["group_unknown", "unit_unknown"]),
        (ONE_UNIT, Bag("khac", "khac"), {}, ["questionnaire_of_other_batch", "group_of_other_batch"]),
        (MATRIX, BAG, {"answers": [1, 1, 1, 1]}, ["unit_of_matrix"]),
    ],
)
def test_every_fault_of_a_ballot_is_named(
    form: BallotForm, bag: Bag, changes: dict[str, object], expected: list[str]
) -> None:
    entry = Entry(**{**{name: getattr(ENTRY, name) for name in Entry.__slots__}, **changes})
    assert [code for _, code in faults(form, bag, entry)] == expected


def test_an_answer_is_pointed_at_by_its_place() -> None:
    assert faults(ONE_UNIT, BAG, replace(ENTRY, answers=[1, 9])) == [("/answers/1", "answer_out_of_scale")]


def test_the_digest_covers_every_field() -> None:
    changed = [
        replace(ENTRY, id=UUID(int=2)),
        replace(ENTRY, serial="A2"),
        replace(ENTRY, batch="tui-2"),
        replace(ENTRY, questionnaire="khac"),
        replace(ENTRY, group="khac"),
        replace(ENTRY, unit=None),
        replace(ENTRY, answers=[2, 1]),
        replace(ENTRY, collected_at=date(2022, 12, 5)),
        replace(ENTRY, comments={"c": "hay"}),
    ]
    digests = {entry_digest(entry) for entry in (ENTRY, *changed)}
    assert len(digests) == 10
    assert entry_digest(replace(ENTRY, answers=(1, 2))) == entry_digest(ENTRY)
    assert entry_digest(replace(ENTRY, comments={})) == entry_digest(ENTRY)
    plain = {name: value for name in Entry.__slots__ if (value := getattr(ENTRY, name)) is not None}
    assert entry_digest(ENTRY) == digest(plain | {"id": str(ENTRY.id)})


def test_a_ballot_without_any_answer_does_not_count() -> None:
    assert invalid_reason([0, 0]) == "no_answer"
    assert invalid_reason([0, 1]) == ""


STORED = Stored(UUID(int=1), "A1", "valid", "sha256:1", datetime(2022, 12, 1, tzinfo=UTC))
OPENS, CLOSES = datetime(2022, 12, 1, tzinfo=UTC), datetime(2023, 2, 1, tzinfo=UTC)
OPEN = BatchStanding("dot-1", "open", OPENS, CLOSES, "tui-1", "open")


def judged(standing: BatchStanding, same_id: Stored | None, same_serial: Stored | None) -> str:
    found = judge_unwritten(STORED, standing, same_id, same_serial)
    if found is None:
        return "may be tried again"
    return "repeated" if isinstance(found, Receipt) else found.code


@pytest.mark.parametrize("standing", [OPEN, replace(OPEN, batch_state="sealed")])
def test_a_repeated_ballot_keeps_its_receipt_even_after_the_seal(standing: BatchStanding) -> None:
    assert judged(standing, replace(STORED, status="held"), STORED) == "repeated"
    assert judged(standing, replace(STORED, digest="sha256:2"), STORED) == "ballot_conflict"
    assert judged(standing, None, replace(STORED, id=UUID(int=2))) == "serial_taken"


def test_a_new_ballot_learns_why_the_bag_is_shut() -> None:
    assert judged(replace(OPEN, batch_state="sealed"), None, None) == "batch_sealed"
    assert judged(replace(OPEN, campaign_state="closed"), None, None) == "campaign_not_open"
    assert judged(OPEN, None, None) == "may be tried again"
    assert judged(replace(OPEN, closes_at=OPENS), None, None) == "campaign_window_closed"
    assert judged(replace(OPEN, opens_at=CLOSES), None, None) == "campaign_window_closed"
    assert judged(replace(OPEN, closes_at=OPENS), STORED, STORED) == "repeated"


def test_a_bag_takes_ballots_from_the_first_instant_to_before_the_last() -> None:
    assert OPEN.takes_ballots(OPENS)
    assert not OPEN.takes_ballots(CLOSES)
    assert not OPEN.takes_ballots(datetime(2022, 11, 30, tzinfo=UTC))
    assert not replace(OPEN, batch_state="sealed").takes_ballots(OPENS)
    assert not replace(OPEN, campaign_state="sealed").takes_ballots(OPENS)


def test_what_was_collected_in_time_may_be_keyed_some_hours_after() -> None:
    late = replace(OPEN, late_entry_hours=48)
    collected = date(2023, 1, 31)
    assert late.takes_ballots(CLOSES + timedelta(hours=47), collected)
    assert not late.takes_ballots(CLOSES + timedelta(hours=48), collected)
    assert not late.takes_ballots(CLOSES, None)
    assert not OPEN.takes_ballots(CLOSES, collected)


def test_an_unexplained_warning_keeps_a_ballot_out_after_all_other_reasons() -> None:
    odd = Objection(("W002",)).refusal("A1", {})
    found = judge_unwritten(STORED, OPEN, None, None, None, odd)
    assert isinstance(found, DomainError)
    assert (found.code, [fault.finding for fault in found.faults]) == ("ballot_needs_explanation", ["W002"])
    shut = judge_unwritten(STORED, replace(OPEN, batch_state="sealed"), None, None, None, odd)
    assert isinstance(shut, DomainError)
    assert shut.code == "batch_sealed"
    repeated = judge_unwritten(STORED, OPEN, STORED, None, None, odd)
    assert isinstance(repeated, Receipt)


def test_an_objection_is_met_by_a_word_on_each_warning_and_a_fault_by_none() -> None:
    both = Objection(("W005",)).with_warning("W002")
    assert both.warnings == ("W002", "W005")
    assert both.is_met_by({"W002": "a", "W005": "b"})
    assert not both.is_met_by({"W002": "a"})
    assert both.refusal("A1", {"W002": "a", "W005": "b"}) is None
    stray = Objection((), (not_issued("A1"),))
    assert not stray.is_met_by({})
    refusal = stray.refusal("A1", {})
    assert refusal is not None
    assert (refusal.code, [fault.finding for fault in refusal.faults]) == ("ballot_invalid", ["F008"])
