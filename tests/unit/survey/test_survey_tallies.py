"""Cells and their sums, reconciliation, and the chain of seals."""

from dataclasses import replace

import pytest

from parindex.kernel.errors import DomainError
from survey_ingest.campaigns.domain.form import bind
from survey_ingest.custody.domain.ledger import (
    NO_PREDECESSOR,
    LedgerEntry,
    Minutes,
    chained,
    flaws,
    minutes_flaws,
)
from survey_ingest.custody.domain.reconciliation import BagCount, check_reconciles
from survey_ingest.tallies.domain import Cell, Counted, added, cells_of
from tests.unit.survey.test_survey_questionnaires import questionnaire


def test_answers_become_counts_of_options_with_blanks_and_doubles_apart() -> None:
    counted = [
        Counted("dan", "a", 1, 2, 3),
        Counted("dan", "a", 1, 0, 1),
        Counted("dan", "a", 2, -1, 2),
        Counted("dan", "a", 2, 1, 2),
    ]
    first, second = cells_of(bind(questionnaire(), ("a",)), counted)
    assert first == Cell("sipas", "dan", "a", "q1", (0, 3), 1, 0)
    assert second == Cell("sipas", "dan", "a", "q2", (2, 0), 0, 2)
    assert (first.total, second.total) == (3, 2)


def test_a_matrix_answer_counts_for_the_unit_of_its_place() -> None:
    form = bind(replace(questionnaire(), layout="matrix"), ("b", "a"))
    cells = cells_of(form, [Counted("dan", "", 2, 1, 4), Counted("dan", "", 3, 2, 5)])
    assert [(cell.unit, cell.question, cell.counts) for cell in cells] == [
        ("a", "q1", (0, 5)),
        ("b", "q2", (4, 0)),
    ]


def test_batches_add_up_in_any_order() -> None:
    one = Cell("m", "g", "u", "q", (1, 2), 3, 4)
    two = Cell("m", "g", "u", "q", (10, 20), 30, 40)
    other = Cell("m", "g", "t", "q", (1, 0), 0, 0)
    expected = [other, Cell("m", "g", "u", "q", (11, 22), 33, 44)]
    assert added([one, other, two]) == added([two, one, other]) == expected


def test_a_bag_reconciles_only_when_both_sums_agree() -> None:
    good = BagCount(issued=10, returned=7, spoiled=2, missing=1, valid=4, invalid=1, held=2)
    check_reconciles("tui-1", good)
    with pytest.raises(DomainError) as caught:
        check_reconciles("tui-1", replace(good, missing=0, valid=5))
    assert [fault.code for fault in caught.value.faults] == ["issued_not_accounted", "keyed_differs"]


def ledger() -> list[LedgerEntry]:
    entries: list[LedgerEntry] = []
    previous = NO_PREDECESSOR
    for sequence in (1, 2, 3):
        entries.append(chained(previous, sequence, {"batch": f"t{sequence}", "digest": f"d{sequence}"}))
        previous = entries[-1].entry
    return entries


CONTENTS = {"t1": "d1", "t2": "d2", "t3": "d3"}


def found(entries: list[LedgerEntry], contents: dict[str, str] = CONTENTS) -> list[tuple[int, str, str]]:
    return [(flaw.sequence, flaw.batch, flaw.reason) for flaw in flaws(entries, contents, list(CONTENTS))]


def test_a_whole_ledger_has_no_flaw() -> None:
    assert found(ledger()) == []


def test_changed_facts_are_named() -> None:
    one, two, three = ledger()
    forged = replace(two, facts={"batch": "t2", "digest": "d9"})
    assert found([one, forged, three], {**CONTENTS, "t2": "d9"}) == [(2, "t2", "entry_changed")]


def test_a_forged_entry_with_its_own_digest_breaks_the_next_link() -> None:
    one, _, three = ledger()
    forged = chained(one.entry, 2, {"batch": "t2", "digest": "d9"})
    assert found([one, forged, three], {**CONTENTS, "t2": "d9"}) == [(3, "t3", "chain_broken")]


def test_changed_ballots_and_missing_entries_are_named() -> None:
    one, two, three = ledger()
    assert found([one, two, three], {**CONTENTS, "t1": "d9"}) == [(1, "t1", "ballots_changed")]
    assert found([one, three]) == [(3, "t3", "sequence_broken"), (3, "t2", "entry_missing")]
    assert found([one]) == [(2, "t2", "entry_missing"), (3, "t3", "entry_missing")]


def test_a_batch_moved_beside_its_facts_is_named() -> None:
    one, two, three = ledger()
    assert found([one, replace(two, batch="t9"), three], {**CONTENTS, "t9": "d2"})[0] == (
        2,
        "t9",
        "entry_changed",
    )


def test_a_ledger_written_anew_differs_from_the_minutes() -> None:
    entries = ledger()
    handed = Minutes(entries[-1].entry, [entry.entry for entry in entries])
    assert minutes_flaws(entries, handed) == []
    second = chained(entries[0].entry, 2, {"batch": "t2", "digest": "d9"})
    anew = [entries[0], second, chained(second.entry, 3, entries[2].facts)]
    assert flaws(anew, {**CONTENTS, "t2": "d9"}, list(CONTENTS)) == []
    assert [(flaw.batch, flaw.reason) for flaw in minutes_flaws(anew, handed)] == [
        ("t2", "differs_from_minutes"),
        ("t3", "differs_from_minutes"),
    ]
    assert [flaw.reason for flaw in minutes_flaws(entries[:2], handed)] == ["head_differs"]
    assert [flaw.reason for flaw in minutes_flaws([], handed)] == ["head_differs"]
