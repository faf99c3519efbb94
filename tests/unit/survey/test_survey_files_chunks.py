"""Rows read in bulk: the quick way gives what the careful way gives, whatever the cells hold."""

import random
from dataclasses import replace
from datetime import UTC, datetime
from uuid import UUID, uuid5

import pytest

from survey_ingest.ballots.domain.collection import Collection
from survey_ingest.ballots.domain.entry import Bag, Entry, entry_digest
from survey_ingest.campaigns.domain.form import BallotForm, bind
from survey_ingest.imports.domain.cells import UNREADABLE, Readings, unit_names
from survey_ingest.imports.domain.chunks import ChunkReader
from survey_ingest.imports.domain.columns import columns_of
from survey_ingest.imports.domain.lines import LINE_FIELDS, LineMaker
from survey_ingest.imports.domain.mapping import mapping_faults
from survey_ingest.imports.domain.rows import RowReader
from survey_ingest.imports.domain.scales import WrittenScale, tables
from tests.unit.survey.test_survey_questionnaires import questionnaire

FORM = bind(questionnaire(), ("chi-linh", "kinh-mon"))
MATRIX = bind(replace(questionnaire(), layout="matrix"), ("chi-linh", "kinh-mon"))
COLLECTION = Collection(
    datetime(2022, 12, 1, tzinfo=UTC), datetime(2023, 2, 1, tzinfo=UTC), datetime(2023, 1, 10, tzinfo=UTC)
)
NAMES = unit_names({"chi-linh": ["Thành phố Chí Linh"], "kinh-mon": ["Thị xã Kinh Môn"]})
SPACE = UUID(int=7)
CELLS = {
    "serial": ["A1", "A2", "A3", " A4 ", "A 5", "", "A\t6"],
    "unit": ["chi-linh", "THỊ XÃ KINH MÔN", "Huế", "", " chi-linh"],
    "group": ["dan", "", "la", " dan "],
    "batch": ["tui-1", "tui-1 ", "tui-2"],
    "q1": ["1", "2", "0", "-1", "", " 1", "7", "x", "1;2"],
    "q2": ["1", "0", "", "9"],
    "answers": ["1 1 1 1", "0 0 0 -1", "1 1", "", "1 1 1 x", "2 1  1\t1"],
}


def reader(header: list[str], form: BallotForm = FORM) -> RowReader:
    columns = columns_of(header, {}, form, "dan")
    return RowReader(form, Bag("sipas", None), "tui-1", columns, "dan", NAMES, SPACE, COLLECTION)


@pytest.mark.parametrize(
    ("header", "form"),
    [
        (["serial", "unit", "group", "batch", "q1", "q2"], FORM),
        (["q2", "unit", "serial", "note", "q1"], FORM),
        (["serial", "batch", "answers"], MATRIX),
    ],
)
def test_the_quick_way_and_the_careful_way_agree(header: list[str], form: BallotForm) -> None:
    draw = random.Random(4)
    careful, quick = reader(header, form), ChunkReader(reader(header, form))
    lines = LineMaker(careful)
    good = 0
    for number in range(1, 3001):
        row = [draw.choice(CELLS.get(name, ["", "x"])) for name in header]
        if draw.random() < 0.5:  # a serial of its own
            row[header.index("serial")] = f"S{number}"
        if draw.random() < 0.05:
            row = row[:-1]
        expected, found = careful.read(number, row), quick.read([(number, row)])
        if isinstance(expected, Entry):
            good += 1
            assert (found.lines, found.faults) == ([lines.of(number, expected)], []), row
        else:
            assert (found.lines, found.faults, found.rejected) == ([], expected, [number]), row
    assert good > 100


def test_a_line_holds_the_ballots_own_id_and_digest() -> None:
    row = ["A1", "Thị xã Kinh Môn", "2", "1"]
    header = ["serial", "unit", "q1", "q2"]
    entry = reader(header).read(1, row)
    assert isinstance(entry, Entry)
    line = ChunkReader(reader(header)).read([(1, row)]).lines[0]
    fields = dict(zip(LINE_FIELDS, line.rstrip("\n").split("\t"), strict=True))
    assert fields["id"] == str(uuid5(SPACE, "A1"))
    assert (fields["digest"], fields["answers"], fields["reason"]) == (entry_digest(entry), "{2,1}", "\\N")


def test_rows_that_are_skipped_keep_their_serials() -> None:
    header = ["serial", "unit", "q1", "q2"]
    found = ChunkReader(reader(header))
    found.skip([(1, ["A1", "chi-linh", "1", "1"]), (2, ["short"])])
    chunk = found.read([(3, ["A1", "chi-linh", "1", "1"])])
    assert [(fault.code, fault.message) for fault in chunk.faults] == [
        ("serial_repeated", "số phiếu đã có ở dòng 1")
    ]


def test_what_cannot_be_read_is_not_remembered() -> None:
    asked: list[str] = []

    def read(cell: str) -> str | None:
        asked.append(cell)
        return cell if cell == "1" else None

    found = Readings(read)
    assert [found[cell] for cell in ("1", "1", "x", "x")] == ["1", "1", UNREADABLE, UNREADABLE]
    assert asked == ["1", "x", "x"]


def test_a_scale_of_named_questions_goes_before_one_of_all() -> None:
    options = [slot.options for slot in FORM.slots]
    of_all = WrittenScale({f"mức {code}": code for code in options[0]})
    named = WrittenScale({f"bậc {code}": code for code in options[0]}, ("q1",))
    found = tables(FORM, [of_all, named])
    assert sorted(found["q1"]) == sorted(f"bậc {code}" for code in options[0])
    assert sorted(found["q2"]) == sorted(f"mức {code}" for code in options[0])


def test_a_source_that_changes_its_scale_says_why() -> None:
    words = [WrittenScale({f"mức {code}": code for code in FORM.slots[0].options}, ("q1",))]
    same = [WrittenScale({f" MỨC  {code}": code for code in FORM.slots[0].options}, ("q1",))]
    assert mapping_faults(FORM, {}, "", words, [same], "") == []
    assert [fault.code for fault in mapping_faults(FORM, {}, "", [], [same], "")] == ["scale_changed"]
    assert mapping_faults(FORM, {}, "", [], [same], "từ tháng 2 ghi bằng số") == []
