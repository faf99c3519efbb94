"""Cells and their sums, reconciliation, and the chain of seals."""

from dataclasses import replace

import pytest

from parindex.contracts.snapshots import HandoverRecord, SealedBatch
from parindex.kernel.errors import DomainError
from survey_ingest.campaigns.domain.form import bind
from survey_ingest.custody.domain.ledger import (
    NO_PREDECESSOR,
    LedgerEntry,
    chained,
    flaws,
    latest_seals,
    undone_since,
)
from survey_ingest.custody.domain.minutes import minutes_flaws
from survey_ingest.custody.domain.reconciliation import BagCount, explained
from survey_ingest.tallies.domain.cells import Cell, Counted, added, cells_of
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
    assert explained("tui-1", good, {}) == []
    bad = replace(good, missing=0, valid=5)
    with pytest.raises(DomainError) as caught:
        explained("tui-1", bad, {})
    assert [fault.code for fault in caught.value.faults] == ["issued_not_accounted", "keyed_differs"]
    with pytest.raises(DomainError) as caught:
        explained("tui-1", bad, {"keyed_differs": "01 phiếu nhập hai lần"})
    assert [fault.code for fault in caught.value.faults] == ["issued_not_accounted"]
    reasons = {"keyed_differs": "a", "issued_not_accounted": "b"}
    assert [item.reason for item in explained("tui-1", bad, reasons)] == ["b", "a"]


def ledger() -> list[LedgerEntry]:
    entries: list[LedgerEntry] = []
    previous = NO_PREDECESSOR
    for sequence in (1, 2, 3):
        entries.append(chained(previous, sequence, {"batch": f"t{sequence}", "digest": f"d{sequence}"}))
        previous = entries[-1].entry
    return entries


BATCHES = ("t1", "t2", "t3")
CONTENTS = {1: "d1", 2: "d2", 3: "d3"}


def found(entries: list[LedgerEntry], contents: dict[int, str] = CONTENTS) -> list[tuple[int, str, str]]:
    vouched = {sequence: {"digest": digest} for sequence, digest in contents.items()}
    return [(flaw.sequence, flaw.batch, flaw.reason) for flaw in flaws(entries, vouched, BATCHES)]


def minutes(entries: list[LedgerEntry]) -> HandoverRecord:
    def bag(entry: LedgerEntry) -> SealedBatch:
        return SealedBatch(
            batch=entry.batch,
            office="",
            bag_seal="",
            ballots=0,
            digest="",
            entry=entry.entry,
            sealed_at="",
        )

    return HandoverRecord(
        campaign="dot-1",
        campaign_title="",
        period="2022",
        from_party="",
        to_party="",
        delivered_at="",
        received_at="",
        seals_intact=True,
        note="",
        tally_revision=1,
        tally_digest="",
        ledger_head=entries[-1].entry,
        batches=tuple(bag(entry) for entry in latest_seals(entries)),
        ballots=(),
        group_names={},
    )


def test_a_whole_ledger_has_no_flaw() -> None:
    assert found(ledger()) == []


def test_changed_facts_are_named() -> None:
    one, two, three = ledger()
    forged = replace(two, facts={"batch": "t2", "digest": "d9"})
    assert found([one, forged, three], {**CONTENTS, 2: "d9"}) == [(2, "t2", "entry_changed")]


def test_a_forged_entry_with_its_own_digest_breaks_the_next_link() -> None:
    one, _, three = ledger()
    forged = chained(one.entry, 2, {"batch": "t2", "digest": "d9"})
    assert found([one, forged, three], {**CONTENTS, 2: "d9"}) == [(3, "t3", "chain_broken")]


def test_changed_ballots_and_missing_entries_are_named() -> None:
    one, two, three = ledger()
    assert found([one, two, three], {**CONTENTS, 1: "d9"}) == [(1, "t1", "ballots_changed")]
    assert found([one, three]) == [(3, "t3", "sequence_broken"), (3, "t2", "entry_missing")]
    assert found([one]) == [(2, "t2", "entry_missing"), (3, "t3", "entry_missing")]


def test_a_batch_moved_beside_its_facts_is_named() -> None:
    one, two, three = ledger()
    assert found([one, replace(two, batch="t9"), three], CONTENTS)[0] == (
        2,
        "t9",
        "entry_changed",
    )


def test_a_ledger_written_anew_differs_from_the_minutes() -> None:
    entries = ledger()
    handed = minutes(entries)
    assert minutes_flaws(entries, handed, is_in_force=True) == []
    second = chained(entries[0].entry, 2, {"batch": "t2", "digest": "d9"})
    anew = [entries[0], second, chained(second.entry, 3, entries[2].facts)]
    assert found(anew, {**CONTENTS, 2: "d9"}) == []
    assert [(flaw.batch, flaw.reason) for flaw in minutes_flaws(anew, handed, is_in_force=True)] == [
        ("t2", "differs_from_minutes"),
        ("t3", "differs_from_minutes"),
    ]
    for cut in (entries[:2], []):
        assert [flaw.reason for flaw in minutes_flaws(cut, handed, is_in_force=True)] == ["head_differs"]


def test_minutes_are_overtaken_by_a_bag_sealed_again() -> None:
    entries = ledger()
    handed = minutes(entries)
    again = chained(entries[-1].entry, 4, {"batch": "t1", "digest": "d4", "revision": 2})
    assert minutes_flaws([*entries, again], handed, is_in_force=False) == []
    in_force = minutes_flaws([*entries, again], handed, is_in_force=True)
    assert [flaw.reason for flaw in in_force] == ["head_differs"]


def test_a_seal_vouches_for_its_ballots_as_they_were_before_every_later_change() -> None:
    first = chained(NO_PREDECESSOR, 1, {"batch": "t1"})
    second = chained(first.entry, 2, {"batch": "t1", "revision": 2, "revised": [["a", 3]]})
    other = chained(second.entry, 3, {"batch": "t2", "revision": 2, "revised": [["a", 1]]})
    third = chained(other.entry, 4, {"batch": "t1", "revision": 3, "revised": [["a", 4], ["b", 1]]})
    entries = [first, second, other, third]
    assert undone_since(first, entries) == {"a": 3, "b": 1}
    assert undone_since(second, entries) == {"a": 4, "b": 1}
    assert undone_since(third, entries) == {}


def test_each_thing_that_an_entry_vouches_for_is_named_when_it_is_otherwise() -> None:
    vouched = {
        "digest": "d",
        "double_entry_digest": "e",
        "remarks_digest": "r",
        "correction_digest": "c",
        "bag_seals": ["n"],
    }
    facts = {"batch": "t1", **vouched}
    entry = chained(NO_PREDECESSOR, 1, facts)
    befell = chained(entry.entry, 2, {"kind": "incident", "batch": "t1", "number": 1, "digest": "i"})
    whole = {1: vouched, 2: {"digest": "i"}}
    assert flaws([entry, befell], whole, ["t1"]) == []
    for sequence, name, reason in (
        (1, "digest", "ballots_changed"),
        (1, "double_entry_digest", "double_entry_changed"),
        (1, "remarks_digest", "remarks_changed"),
        (1, "correction_digest", "correction_changed"),
        (1, "bag_seals", "bag_seal_changed"),
        (2, "digest", "incident_changed"),
    ):
        now = {**whole, sequence: {**whole[sequence], name: None}}
        assert [(flaw.sequence, flaw.reason) for flaw in flaws([entry, befell], now, ["t1"])] == [
            (sequence, reason)
        ]
