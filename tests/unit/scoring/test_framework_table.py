"""A criteria set as the sheets officials edit: there and back without loss, every fault at its cell."""

import copy
import json
from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from random import Random
from typing import Any

import pytest

from parindex.kernel.canonical import digest
from scoring_api.frameworks.domain import table
from scoring_api.frameworks.domain.parsing import parse_framework
from scoring_api.frameworks.domain.table import Cell, Sheet
from scoring_api.frameworks.domain.table_reading import read_definition_sheets
from scoring_api.frameworks.domain.table_writing import definition_sheets
from tests.property.random_frameworks import framework_document
from tests.unit.scoring.framework_json import Json
from tests.unit.scoring.test_framework_schema import EXAMPLES, whole_document

TITLES = ("STT", "Lĩnh vực/Tiêu chí/Tiêu chí thành phần", "Điểm tối đa", "Cách tính điểm", "Nguồn điểm")
LEVELS = "Chọn mức:\n- Đạt: 4 điểm\n- Không đạt: 0 điểm"
ROWS: tuple[tuple[Cell, ...], ...] = (
    TITLES,
    ("I", "Cải cách hành chính", Decimal(60), None, None),
    (Decimal(1), "Chỉ đạo, điều hành", "40,5", None, None),
    (Decimal("1.1"), "Kế hoạch", Decimal("40.5"), None, None),
    ("1.1.1", "Ban hành kế hoạch", "4", LEVELS, "tài liệu kiểm chứng"),
    ("1.1.2", "Thực hiện kế hoạch", "36.5", "Tỷ lệ × điểm tối đa", "Số liệu thống kê"),
    (Decimal(2), "Thể chế", "19,5", None, None),
    ("2,1", "Văn bản", "19,5", "Mỗi vi phạm trừ 0,5 điểm", "Tài liệu kiểm chứng"),
    ("II", "Tác động", 40, "Tăng so với năm trước × điểm tối đa", "Số liệu thống kê"),
    (None, "Tổng cộng", 100, None, None),
)
GENERAL: tuple[tuple[Cell, ...], ...] = (
    ("Nội dung", "Giá trị"),
    ("Mã", "thu"),
    ("Tên", "Bộ tiêu chí thử"),
    ("Năm", Decimal(2022)),
    ("Áp dụng cho cấp", "department"),
)
BANDS: tuple[tuple[Cell, ...], ...] = (
    ("Mã", "Tên nhóm điểm", "Từ (%)"),
    ("cao", "từ 90%", Decimal(90)),
    ("thap", "dưới 90%", "0%"),
)


def cells(rows: Sequence[Sequence[Any]]) -> tuple[tuple[Cell, ...], ...]:
    """Whole numbers as a spreadsheet gives them."""
    return tuple(tuple(Decimal(cell) if type(cell) is int else cell for cell in row) for row in rows)


def read(
    tree: Sequence[Sequence[Any]] = ROWS, **others: Sequence[Sequence[Any]]
) -> tuple[Json, list[tuple[str, str]]]:
    sheets = {table.TREE: tree, table.GENERAL: GENERAL, table.BANDS: BANDS, **others}
    definition, faults = read_definition_sheets([Sheet(title, cells(rows)) for title, rows in sheets.items()])
    return definition, [(fault.pointer, fault.code) for fault in faults]


def changed(row: int, column: int, cell: Any) -> list[list[Any]]:
    """The typed table with one cell changed; rows and columns as Excel counts them."""
    rows = [list(row) for row in ROWS]
    rows[row - 1][column - 1] = cell
    return rows


def without_nothing(definition: Json) -> Json:
    return {key: value for key, value in definition.items() if value is not None}


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_the_examples_come_back_the_same(path: Any) -> None:
    definition = json.loads(path.read_text(encoding="utf-8"))
    back, faults = read_definition_sheets(definition_sheets(definition))
    assert (faults, digest(back)) == ((), digest(definition))


def test_random_frameworks_come_back_the_same() -> None:
    for seed in range(100):
        definition = without_nothing(framework_document(Random(seed)))
        back, faults = read_definition_sheets(definition_sheets(definition))
        assert (faults, digest(back)) == ((), digest(definition)), seed


def test_every_attribute_comes_back() -> None:
    definition = whole_document()
    back, faults = read_definition_sheets(definition_sheets(definition))
    assert not faults
    assert parse_framework(back) == parse_framework(definition)
    for node in definition["nodes"][0]["children"]:
        node.pop("children", None)
    assert back == definition


def test_figures_keep_their_form() -> None:
    definition = without_nothing(framework_document(Random(1)))
    definition["bands"] = [
        {"code": "a", "name": "a", "floor": "90.50"},
        {"code": "b", "name": "b", "floor": "0.5"},
        {"code": "c", "name": "c", "floor": "0.000000000000000000001"},
        {"code": "d", "name": "d", "floor": "0e0"},
    ]
    back, faults = read_definition_sheets(definition_sheets(definition))
    assert (faults, back["bands"]) == ((), definition["bands"])


def test_a_rule_longer_than_a_cell_goes_on_beside_it() -> None:
    definition = whole_document()
    rule = next(
        n["rule"] for n in definition["nodes"][0]["children"] if n["rule"]["measure"]["kind"] == "survey"
    )
    rule["measure"]["questions"] = [
        {"code": f"cau-hoi-{number:03d}", "weight": "1", "options": {"A": "100", "B": "50", "C": "0"}}
        for number in range(500)
    ]
    sheets = definition_sheets(definition)
    assert (
        max(len(cell) for row in sheets[0].rows for cell in row if isinstance(cell, str)) <= table.CELL_LIMIT
    )
    back, faults = read_definition_sheets(sheets)
    assert not faults
    assert parse_framework(back) == parse_framework(definition)


def test_a_table_typed_by_hand() -> None:
    """Codes as numbers and with commas, no level, no role: I is a group, 1 an area, 1.1 a criterion."""
    definition, faults = read(table_rows := ROWS)
    assert not faults
    found = parse_framework(definition)
    assert list(found.nodes) == [
        "I",
        "I/1",
        "I/1/1.1",
        "I/1/1.1/1.1.1",
        "I/1/1.1/1.1.2",
        "I/2",
        "I/2/2.1",
        "II",
    ]
    assert [node.role for node in found.nodes.values()] == (
        ["group", "area", "criterion", "sub_criterion", "sub_criterion", "area", "criterion", "group"]
    )
    assert [leaf.max_points for leaf in found.leaves] == [Decimal(f) for f in ("4", "36.5", "19.5", "40")]
    assert [leaf.rule.measure.kind for leaf in found.leaves] == ["choice", "ratio", "count", "growth"]
    titled = [("Phụ lục 1",), ("(Kèm theo Quyết định số 3396/QĐ-UBND)",), (), *table_rows]
    assert read(titled) == (definition, [])


def test_documents_find_what_they_belong_to() -> None:
    basis = [
        ("Số, ký hiệu", "Ngày", "Mục", "Thuộc"),
        ("1/QĐ", date(2022, 12, 15), None, None),
        ("2/QĐ", "5/1/2022", "I/2/2,1", None),
        ("3/QĐ", "2022-01-05", None, "Xếp loại"),
        ("4/QĐ", "31/02/2022", "I/9", "Mục"),
    ]
    ratings = [("Mã", "Tên mức", "Chỉ số từ (%)"), ("dat", "Đạt", "50"), ("khong", "Không", None)]
    definition, faults = read(**{table.BASIS: basis, table.RATINGS: ratings})
    assert faults == [("«Căn cứ»!5/Ngày", "not_a_day"), ("«Căn cứ»!5/Mục", "unknown_part")]
    assert definition["legal_basis"] == [{"number": "1/QĐ", "date": "2022-12-15"}]
    assert definition["nodes"][0]["children"][1]["children"][0]["legal_basis"] == (
        [{"number": "2/QĐ", "date": "2022-01-05"}]
    )
    assert definition["ratings"] == {
        "legal_basis": [{"number": "3/QĐ", "date": "2022-01-05"}],
        "classes": [
            {"code": "dat", "name": "Đạt", "total_floor": "50", "area_floor": None},
            {"code": "khong", "name": "Không", "total_floor": None, "area_floor": None},
        ],
    }


@pytest.mark.parametrize(
    ("rows", "faults"),
    [
        (changed(5, 3, "5"), [("«Bộ tiêu chí»!4/Điểm tối đa", "does_not_sum")]),
        (changed(2, 3, "61"), [("«Bộ tiêu chí»", "does_not_sum"), ("«Bộ tiêu chí»!2/Điểm tối đa", "does_not_sum"), ("«Bộ tiêu chí»!10/Điểm tối đa", "total_differs")]),
        (changed(5, 3, "bốn"), [("«Bộ tiêu chí»!5/Điểm tối đa", "not_a_figure")]),
        (changed(5, 3, "1.000"), [("«Bộ tiêu chí»!5/Điểm tối đa", "not_a_figure")]),
        (changed(5, 3, date(2022, 1, 1)), [("«Bộ tiêu chí»!5/Điểm tối đa", "not_a_figure")]),
        (changed(5, 3, None), [("«Bộ tiêu chí»!5/Điểm tối đa", "not_a_figure")]),
        (changed(5, 1, None), [("«Bộ tiêu chí»!5/STT", "not_a_text")]),
        (changed(5, 1, date(2001, 1, 1)), [("«Bộ tiêu chí»!5/STT", "code_became_a_date")]),
        (changed(6, 1, "1.1.1"), [("«Bộ tiêu chí»!6/STT", "duplicate_code")]),
        (changed(5, 4, "Theo quy định"), [("«Bộ tiêu chí»!5/Cách tính điểm", "rule_not_understood")]),
        (changed(5, 4, None), [("«Bộ tiêu chí»!5/Cách tính điểm", "not_an_object")]),
        (changed(5, 4, "Chọn mức: Đạt: 9 điểm"), [("«Bộ tiêu chí»!5/Cách tính điểm", "points_above_maximum")]),
        (changed(5, 5, "Văn bản"), [("«Bộ tiêu chí»!5/Nguồn điểm", "unknown_choice")]),
        (changed(3, 4, LEVELS), [("«Bộ tiêu chí»!3/Cách tính điểm", "only_leaves_are_scored")]),
        (changed(10, 3, 99), [("«Bộ tiêu chí»!10/Điểm tối đa", "total_differs")]),
        (changed(1, 5, "Nguồn diểm"), [("«Bộ tiêu chí»!1/Nguồn diểm", "unknown_column")] + [(f"«Bộ tiêu chí»!{row}/Nguồn điểm", "unknown_choice") for row in (5, 6, 8, 9)]),
        (changed(1, 5, "Điểm chuẩn"), None),
        (changed(1, 5, None), None),
        ([("a", "b"), ("c", "d")], [("«Bộ tiêu chí»", "header_missing")]),
        ([], [("«Bộ tiêu chí»", "not_a_list")]),
    ],
)  # fmt: skip
def test_faults_stand_at_their_cells(rows: list[list[Any]], faults: list[tuple[str, str]] | None) -> None:
    definition, found = read(rows)
    assert definition
    if faults is None:
        assert {"unknown_column", "listed_twice"} & {code for _, code in found}
    else:
        assert sorted(found) == sorted(faults)


@pytest.mark.parametrize(
    ("row", "column", "cell", "said"),
    [
        (5, 5, None, "phải là một trong: Tài liệu kiểm chứng; Số liệu thống kê; Phiếu điều tra; Tính từ mục khác; Đánh giá của lãnh đạo"),
        (5, 4, None, "chưa ghi cách tính điểm"),
        (5, 3, None, "phải là một số, ví dụ 71,5"),
        (5, 2, None, "phải là chữ, không rỗng, không quá 4000 ký tự"),
    ],
)  # fmt: skip
def test_an_empty_cell_is_told_once_in_the_words_of_the_table(
    row: int, column: int, cell: Cell, said: str
) -> None:
    """No English code and no JSON: who fills the table in has seen neither."""
    sheets = {table.TREE: changed(row, column, cell), table.GENERAL: GENERAL, table.BANDS: BANDS}
    _, faults = read_definition_sheets([Sheet(title, cells(rows)) for title, rows in sheets.items()])
    assert [fault.detail for fault in faults if f"!{row}/" in fault.pointer] == [said]


def test_a_table_as_it_is_printed_is_read() -> None:
    """Columns numbered below the header, codes with a dot, «Tổng cộng» in cells merged from the first on."""
    numbers = ["(1)", "(2)", "(3)", "(4)", "(5)"]
    dotted = [[f"{row[0]}." if row[0] else row[0], *row[1:]] for row in ROWS[1:-1]]
    total = ["Tổng cộng", None, 100, None, None]
    definition, faults = read([TITLES, numbers, *dotted, total])
    assert faults == []
    plain, _ = read()
    assert [node["role"] for node in definition["nodes"]] == [node["role"] for node in plain["nodes"]]
    assert read([TITLES, ["A", "B", 1, 2, 3], *ROWS[1:]]) == (plain, [])
    total[2] = 99
    assert read([*ROWS[:-1], total])[1] == [("«Bộ tiêu chí»!10/Điểm tối đa", "total_differs")]


@pytest.mark.timeout(60)
def test_long_cells_are_no_words() -> None:
    """Megabytes where a word should stand are no word; nobody spells them out letter by letter."""
    rows = [
        *ROWS[:5],
        *((f"1.1.{number}", "Đ" * 30_000, 1, LEVELS, "ế" * 30_000) for number in range(2, 300)),
    ]
    _, faults = read(rows)
    assert ("«Bộ tiêu chí»!6/Nguồn điểm", "unknown_choice") in faults


def test_levels_say_where_a_node_stands() -> None:
    rows = [(*TITLES, "Cấp"), *((*row, None) for row in ROWS[1:])]
    rows[4] = (*ROWS[4], Decimal(4))
    assert read(rows)[1] == []
    rows[4] = (*ROWS[4], Decimal(6))
    assert read(rows)[1] == [("«Bộ tiêu chí»!5/Cấp", "level_skipped")]
    rows[4] = (*ROWS[4], Decimal("4.5"))
    assert read(rows)[1] == [("«Bộ tiêu chí»!5/Cấp", "not_a_whole_number")]


@pytest.mark.parametrize(
    ("title", "rows", "faults"),
    [
        (table.BANDS, [*BANDS[:1], ("cao", "c", Decimal("0.9")), BANDS[2]], [("«Nhóm điểm»!2/Từ (%)", "percent_as_fraction")]),
        (table.BANDS, BANDS[:2], [("«Nhóm điểm»", "bands_leave_gap")]),
        (table.BANDS, [BANDS[0], BANDS[2], BANDS[1]], [("«Nhóm điểm»!3/Từ (%)", "bands_not_descending"), ("«Nhóm điểm»", "bands_leave_gap")]),
        (table.GENERAL, [row for row in GENERAL if row[0] != "Tên"], [("«Thông tin chung»/Tên bộ tiêu chí", "not_a_text")]),
        (table.GENERAL, [*GENERAL[:3], ("Năm", Decimal(1900)), GENERAL[4]], [("«Thông tin chung»!4/Giá trị", "not_a_whole_number")]),
        (table.GENERAL, [*GENERAL, ("Năm", Decimal(2023))], [("«Thông tin chung»!6/Năm", "listed_twice")]),
        (table.GENERAL, [*GENERAL, ("Cap", "x")], [("«Thông tin chung»!6", "unknown_attribute")]),
        (table.GENERAL, [*GENERAL, ("Phân hạng khi bằng điểm", "I/9")], [("«Thông tin chung»!6/Giá trị", "unknown_part")]),
        (table.GENERAL, [*GENERAL, ("Điểm cộng không vượt điểm tối đa", "có thể")], [("«Thông tin chung»!6/Giá trị", "not_a_flag")]),
        (table.REVIEW, [("Lĩnh vực", "I/1"), ("Ngưỡng (%)", None)], [("«Kiểm điểm»!2/Giá trị", "not_a_figure")]),
        (table.REVIEW, [("Lĩnh vực", "I/1"), ("Lĩnh vực", "I/3"), ("Ngưỡng (%)", 75)], [("«Kiểm điểm»!2/Giá trị", "unknown_part")]),
        (table.RATINGS, [("Mã", "Tên mức", "Chỉ số từ (%)"), ("a", "A", 50)], [("«Xếp loại»", "last_class_has_floor")]),
        ("Căn cú", [("x",)], [("«Căn cú»", "unknown_sheet")]),
        ("Sheet1", [(None, "")], []),
        (table.HELP, [("x",)], []),
    ],
)  # fmt: skip
def test_faults_of_the_other_sheets(title: str, rows: Any, faults: list[tuple[str, str]]) -> None:
    assert sorted(read(**{title: rows})[1]) == sorted(faults)


def test_missing_sheets_are_named() -> None:
    _, faults = read_definition_sheets([Sheet(table.TREE, cells(ROWS))])
    assert {(fault.pointer, fault.code) for fault in faults} >= {
        ("«Thông tin chung»", "sheet_missing"),
        ("«Nhóm điểm»", "sheet_missing"),
    }


RULE = {"measure": {"kind": "ratio"}, "scale": {"kind": "linear", "floor": "0", "full": "100"}}


@pytest.mark.parametrize(
    ("text", "rule", "faults"),
    [
        ("Tỷ lệ × điểm tối đa", {**RULE, "note": "n"}, []),
        ("Tỷ lệ x điểm chuẩn", {**RULE, "scale": {"kind": "linear"}}, []),
        (None, RULE, []),
        ("Tỷ lệ × điểm tối đa; dưới 50%: 0 điểm", RULE, [("«Bộ tiêu chí»!5/Cách tính điểm", "rule_told_twice")]),
        ("Theo tỷ lệ", RULE, [("«Bộ tiêu chí»!5/Cách tính điểm", "rule_told_twice")]),
        ("Theo tỷ lệ", "{", [("«Bộ tiêu chí»!5/Quy tắc (JSON)", "malformed_json")]),
        (None, [], [("«Bộ tiêu chí»!5/Quy tắc (JSON)", "not_an_object")]),
        (None, {**RULE, "scale": {"kind": "linear", "floor": "x"}}, [("«Bộ tiêu chí»!5/Quy tắc (JSON)/scale/floor", "not_a_figure")]),
    ],
)  # fmt: skip
def test_both_cells_of_a_rule_must_agree(text: str | None, rule: Any, faults: list[tuple[str, str]]) -> None:
    rows = [(*TITLES, "Quy tắc (JSON)"), *((*row, None) for row in ROWS[1:])]
    rows[4] = (*ROWS[4][:3], text, ROWS[4][4], rule if isinstance(rule, str) else json.dumps(rule))
    definition, found = read(rows)
    assert found == faults
    if not faults:
        assert definition["nodes"][0]["children"][0]["children"][0]["children"][0]["rule"] == rule


def test_the_words_of_a_survey_rule_may_not_be_changed_behind_its_json() -> None:
    sheets = definition_sheets(whole_document())
    rows = [list(row) for row in sheets[0].rows]
    at = next(number for number, row in enumerate(rows) if '"survey"' in str(row[16]))
    assert rows[at][3]
    rows[at][3] = f"{rows[at][3]} và thêm"
    spoiled = [Sheet(table.TREE, tuple(map(tuple, rows))), *sheets[1:]]
    _, faults = read_definition_sheets(spoiled)
    assert [(fault.pointer, fault.code) for fault in faults] == (
        [(f"«Bộ tiêu chí»!{at + 1}/Cách tính điểm", "rule_told_twice")]
    )


def test_spoiled_cells_never_break_the_reading() -> None:
    """Whatever stands in a cell: a definition or faults that name a place, never an exception."""
    odd: tuple[Cell, ...] = (None, "", "x", "1,1", "-1", "NaN", "[]", "{}", "null", Decimal("1E+30"), True, date(2022, 1, 1), "1" * 5000)  # fmt: skip
    sheets = definition_sheets(whole_document())
    for seed in range(120):
        rng = Random(seed)
        spoiled = [[list(row) for row in sheet.rows] for sheet in copy.deepcopy(sheets)]
        for _ in range(rng.randint(1, 4)):
            row = rng.choice([row for rows in spoiled for row in rows if row])
            row[rng.randrange(len(row))] = rng.choice(odd)
        made = [
            Sheet(sheet.title, tuple(map(tuple, rows))) for sheet, rows in zip(sheets, spoiled, strict=True)
        ]
        definition, faults = read_definition_sheets(made)
        assert all(fault.pointer.startswith("«") and fault.detail for fault in faults), faults
        if not faults:
            parse_framework(definition)
