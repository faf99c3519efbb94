"""Columns and rows of a ballot file: names, spellings, and every fault with its cell."""

from dataclasses import replace
from datetime import UTC, datetime
from uuid import UUID

import pytest

from parindex.kernel.errors import DomainError
from survey_ingest.ballots.domain.collection import Collection
from survey_ingest.ballots.domain.entry import Bag, Entry
from survey_ingest.campaigns.domain.form import BallotForm, bind
from survey_ingest.imports.domain.cells import unit_names
from survey_ingest.imports.domain.columns import columns_of
from survey_ingest.imports.domain.rows import RowReader
from survey_ingest.imports.domain.sources import check_text, read_rows
from tests.unit.survey.test_survey_questionnaires import questionnaire

FORM = bind(questionnaire(), ("chi-linh", "kinh-mon"))
MATRIX = bind(replace(questionnaire(), layout="matrix"), ("chi-linh",))
COLLECTION = Collection(
    datetime(2022, 12, 1, tzinfo=UTC), datetime(2023, 2, 1, tzinfo=UTC), datetime(2023, 1, 10, tzinfo=UTC)
)
NAMES = unit_names({"chi-linh": ["Thành phố Chí Linh", ""], "kinh-mon": ["Thị xã Kinh Môn"]})


def reader(header: list[str], form: BallotForm = FORM, group: str = "dan") -> RowReader:
    columns = columns_of(header, {}, form, group)
    return RowReader(form, Bag("sipas", None), "tui-1", columns, group, NAMES, UUID(int=7), COLLECTION)


def refused(
    header: list[str], mapping: dict[str, str], form: BallotForm = FORM, group: str = "dan"
) -> list[str]:
    with pytest.raises(DomainError) as caught:
        columns_of(header, mapping, form, group)
    return [fault.code for fault in caught.value.faults]


def codes(found: object) -> list[tuple[str, str, str]]:
    assert isinstance(found, list)
    return [(fault.column, fault.code, fault.value) for fault in found]


def test_the_delimiter_is_the_headers_and_quotes_may_hold_lines() -> None:
    assert list(read_rows(b'a;b\n1;"x\ny"\n')) == [["a", "b"], ["1", "x\ny"]]
    assert list(read_rows(b"a,b\r\n\r\n1,2\r\n")) == [["a", "b"], ["1", "2"]]
    assert list(read_rows(b"")) == []
    with pytest.raises(DomainError, match="import_invalid"):
        check_text(b"a,b\n\xff")
    with pytest.raises(DomainError, match="dòng 2 của tệp có ký tự NUL ở vị trí 4"):
        check_text(b"a,b\n1,2\x003\n")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le"])
def test_excel_saves_text_in_several_encodings(encoding: str) -> None:
    content = "Số phiếu\tĐơn vị\nA1\tSở Y tế\n".encode(encoding)
    check_text(content)
    assert list(read_rows(content)) == [["Số phiếu", "Đơn vị"], ["A1", "Sở Y tế"]]


def test_json_lines_have_the_keys_of_the_first() -> None:
    content = '{"serial": "A1", "q1": 5, "q2": null}\n\n{"q1": "4", "serial": "A2"}\n'.encode("utf-8-sig")
    assert list(read_rows(content)) == [["serial", "q1", "q2"], ["A1", "5", ""], ["A2", "4", ""]]
    assert list(read_rows(b'{"answers": ["1", "3"], "ok": true}\n'))[1] == ["1 3", "1"]
    for line, told in (
        ('{"serial": "A2", "q9": 1}', "khóa «q9»"),
        ("[1]", "không phải một đối tượng"),
        ('{"serial": {}}', "ô không phải"),
        ("{", "không phải một đối tượng"),
    ):
        rows = read_rows(f'{{"serial": "A1"}}\n{line}\n'.encode())
        assert [next(rows), next(rows)] == [["serial"], ["A1"]]
        with pytest.raises(DomainError, match=f"dòng 2 của tệp.*{told}"):
            next(rows)


def test_a_quote_that_is_never_closed_is_named_by_the_line_it_stands_in() -> None:
    rows = read_rows(b'a,b\n1,"x\ny"\n2,"' + b"z,\n" * 60_000)
    assert [next(rows), next(rows)] == [["a", "b"], ["1", "x\ny"]]
    with pytest.raises(DomainError, match="dòng 4 của tệp: dấu nháy kép chưa đóng"):
        next(rows)


def test_columns_are_found_by_mapping_and_by_their_own_names() -> None:
    found = columns_of(["STT", "Số  phiếu", "unit", "q2", "q1"], {"Số phiếu": "serial"}, FORM, "dan")
    assert (found.serial, found.unit, found.group, found.answers) == (1, 2, -1, ((4,), (3,)))
    assert not found.packed
    assert found.name(-1) == ""


def test_every_fault_of_the_header_is_named() -> None:
    assert refused(["serial", "serial", "unit"], {"la": "q9"}) == [
        "column_unknown",
        "field_unknown",
        "column_repeated",
        "column_missing",
        "column_missing",
    ]
    assert refused(["serial", "q1"], {}, MATRIX, "") == ["column_missing", "column_missing"]


def test_a_row_becomes_the_same_ballot_each_time() -> None:
    header = ["serial", "unit", "group", "q1", "q2"]
    row = [" A1 ", "thị xã kinh môn", "", "2", " 1"]
    first, second = reader(header).read(1, row), reader(header).read(9, row)
    assert first == second
    assert isinstance(first, Entry)
    assert (first.serial, first.unit, first.group, first.answers) == ("A1", "kinh-mon", "dan", [2, 1])
    other = replace(reader(header), space=UUID(int=8)).read(1, row)
    assert isinstance(other, Entry)
    assert other.id != first.id


def test_an_answer_may_be_written_as_code_number_blank_or_double() -> None:
    options = [{"code": "A", "text": "Tốt"}, {"code": "1", "text": "Kém"}]
    question = {"code": "q1", "text": "?", "kind": "single", "factor": None, "options": options}
    form = bind(questionnaire(questions=[question]), ("chi-linh",))
    found = reader(["serial", "unit", "q1"], form)
    for row, (cell, answer) in enumerate([("A", 1), ("1", 2), ("2", 2), ("", 0), ("0", 0), ("-1", -1)], 1):
        entry = found.read(row, [f"S{row}", "chi-linh", cell])
        assert isinstance(entry, Entry)
        assert entry.answers == [answer]


def test_every_fault_of_a_row_is_named_with_its_cell() -> None:
    found = reader(["serial", "unit", "group", "batch", "q1", "q2"])
    assert codes(found.read(1, ["A 1", "Huế", "la", "tui-2", "7", "x"])) == [
        ("serial", "serial_malformed", "A 1"),
        ("batch", "batch_differs", "tui-2"),
        ("group", "group_unknown", "la"),
        ("unit", "unit_unknown", "Huế"),
        ("q1", "answer_out_of_scale", "7"),
        ("q2", "answer_out_of_scale", "x"),
    ]
    assert isinstance(found.read(2, ["A1", "chi-linh", "", "tui-1", "1", "1"]), Entry)
    assert codes(found.read(3, ["A1", "chi-linh", "", "tui-1", "1", "1"])) == [
        ("serial", "serial_repeated", "A1")
    ]
    assert codes(found.read(4, ["A2"])) == [("", "column_count", "1")]


def test_a_group_that_the_request_names_is_faulted_without_a_cell() -> None:
    found = reader(["serial", "unit", "q1", "q2"], group="la").read(1, ["A1", "chi-linh", "1", "1"])
    assert codes(found) == [("", "group_unknown", "la")]


def test_packed_answers_are_counted_and_pointed_at() -> None:
    found = reader(["serial", "answers"], MATRIX)
    good = found.read(1, ["A1", "1 -1"])
    assert isinstance(good, Entry)
    assert (good.unit, good.answers) == (None, [1, -1])
    wrong = found.read(2, ["A2", "1 9"])
    assert isinstance(wrong, list)
    assert [(fault.column, fault.message) for fault in wrong] == [
        ("answers", "câu trả lời thứ 2 không nằm trong các phương án")
    ]
    assert codes(found.read(3, ["A3", "1"])) == [("answers", "answer_count", "1")]
