"""The XLSX file itself: the same definition after a spreadsheet, and files made to harm are refused."""

import io
import json
import zipfile
from collections.abc import Callable
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from random import Random
from typing import Any

import pytest
import xlsxwriter

from parindex.kernel.canonical import digest
from parindex.kernel.errors import DomainError
from scoring_api.frameworks.use_cases.workbook import write_workbook
from scoring_api.frameworks.use_cases.workbook_reading import BOUNDS, read_definition, read_workbook
from tests.property.random_frameworks import framework_document
from tests.unit.scoring.test_framework_schema import EXAMPLES, whole_document
from tests.unit.scoring.test_framework_table import without_nothing


def book(fill: Callable[[Any, Any], None]) -> bytes:
    content = io.BytesIO()
    made = xlsxwriter.Workbook(content, {"in_memory": True})
    fill(made, made.add_worksheet("A"))
    made.close()
    return content.getvalue()


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: f"{path.parent.name}/{path.name}")
async def test_the_examples_come_back_the_same(path: Path) -> None:
    definition = json.loads(path.read_text(encoding="utf-8"))
    content = write_workbook(definition)
    assert write_workbook(definition) == content
    back, faults = await read_definition(content)
    assert (faults, digest(back)) == ((), digest(definition))


async def test_random_frameworks_come_back_the_same() -> None:
    for seed in range(1000, 1012):
        definition = without_nothing(framework_document(Random(seed)))
        back, faults = await read_definition(write_workbook(definition))
        assert (faults, digest(back)) == ((), digest(definition)), seed


async def test_text_stays_text() -> None:
    """No formula, no link, no number out of a name; odd characters and lines stay."""
    definition = whole_document()
    leaves = definition["nodes"][0]["children"]
    names = ["=1+1", "+SUM(A1)", "-x", "@cmd", "https://example.org", "0012", "_x0041_\tđ\u0301 «»", "a\nb"]
    for node, name in zip(leaves, names, strict=False):
        node["name"], node["evidence"] = name, f"{name} {name}"
    content = write_workbook(definition)
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        sheets = [archive.read(name) for name in archive.namelist() if name.startswith("xl/worksheets/sheet")]
    assert not [sheet for sheet in sheets if b"<f>" in sheet or b"<hyperlink" in sheet]
    back, faults = await read_definition(content)
    assert not faults
    found = [node["name"] for node in back["nodes"][0]["children"]]
    assert found[:6] == names[:6]
    assert found[6:8] == ["_x0041_\tđ́ «»", "a\nb"]


async def test_cells_are_read_where_they_stand() -> None:
    def fill(made: Any, page: Any) -> None:
        page.write(2, 1, "x")
        page.write(3, 1, 14.5)
        page.write_formula(4, 1, "=SUM(B1:B3)", None, 14.499999999999998)
        page.write_datetime(5, 0, datetime(2022, 12, 15), made.add_format({"num_format": "dd/mm/yyyy"}))  # noqa: DTZ001
        page.write_boolean(6, 1, True)

    (sheet,) = await read_workbook(book(fill))
    assert [row[1] for row in sheet.rows] == ["", "", "x", Decimal("14.5"), Decimal("14.5"), "", True]
    assert str(sheet.rows[5][0]) == "2022-12-15"


def far_apart(_: Any, page: Any) -> None:
    page.write(0, 0, 1)
    page.write(1_048_575, 16_383, 1)


def one_text_many_times(_: Any, page: Any) -> None:
    for row in range(2000):
        for column in range(20):
            page.write_string(row, column, "x" * 30_000)


def packed(parts: dict[str, bytes]) -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, part in parts.items():
            archive.writestr(name, part)
    return content.getvalue()


def untrue() -> bytes:
    """An archive that names a smaller size than its part has."""
    content = packed({"xl/workbook.xml": b"0" * 1_000_000})
    return content.replace((1_000_000).to_bytes(4, "little"), (10).to_bytes(4, "little"))


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"x" * (BOUNDS.largest + 1), "lớn hơn 5 MB"),
        (packed({"a.txt": b"a"}), "không phải tệp XLSX"),
        (packed({"xl/workbook.xml": b"<workbook/>"}), "không phải tệp XLSX"),
        (untrue(), "hỏng"),
        (book(far_apart), "quá nhiều dữ liệu"),
        (book(one_text_many_times), "quá nhiều dữ liệu"),
    ],
    ids=[  # by name: the length of a workbook hangs on the second it was made in
        "large", "other-archive", "bare-archive", "untrue", "far-apart", "one-text-many-times",
    ],
)  # fmt: skip
async def test_a_file_that_is_no_workbook_or_unfolds_is_refused(content: bytes, reason: str) -> None:
    with pytest.raises(DomainError) as refused:
        await read_workbook(content)
    assert refused.value.code == "workbook_refused"
    assert reason in str(refused.value.params["reason"])
