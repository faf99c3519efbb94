"""A workbook before anybody opens it: no archive, too large, too many parts; and a child that does not end."""

import io
import zipfile
from dataclasses import replace

import pytest

from parindex.workbooks.opening import Bounds, WorkbookRefusedError, check_archive, open_apart

BOUNDS = Bounds(largest=2 * 1024 * 1024, largest_unpacked=50_000, most_parts=10, patience=60)


def packed(parts: dict[str, bytes]) -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, part in parts.items():
            archive.writestr(name, part)
    return content.getvalue()


WHOLE = packed({"a.txt": b"a"})


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "hỏng"),
        (b"PK\x03\x04", "hỏng"),
        (b"{}", "hỏng"),
        (WHOLE[:-8], "hỏng"),
        (b"x" * (BOUNDS.largest + 1), "lớn hơn 2 MB"),
        (packed({"a": b"0" * 50_001}), "quá nhiều dữ liệu"),
        (packed({"a": b"0" * 30_000, "b": b"0" * 30_000}), "quá nhiều dữ liệu"),
        (packed({str(number): b"" for number in range(11)}), "quá nhiều dữ liệu"),
    ],
    ids=["empty", "start", "json", "cut", "large", "bomb", "bomb-in-parts", "many-parts"],
)
async def test_an_archive_beyond_its_bounds_is_refused_unopened(content: bytes, reason: str) -> None:
    with pytest.raises(WorkbookRefusedError, match=reason):
        check_archive(content, BOUNDS)
    with pytest.raises(WorkbookRefusedError, match=reason):
        await open_apart(content, "no_such_module", BOUNDS)


def test_an_archive_at_its_bounds_passes() -> None:
    check_archive(packed({str(number): b"0" * 5_000 for number in range(10)}), BOUNDS)


async def test_what_the_child_prints_is_given_back() -> None:
    assert (await open_apart(WHOLE, "calendar", BOUNDS)).strip()


@pytest.mark.parametrize(("child", "patience"), [("no_such_module", 60), ("calendar", 0)])
async def test_a_child_that_dies_or_does_not_end_refuses_the_file(child: str, patience: int) -> None:
    with pytest.raises(WorkbookRefusedError, match="quá nhiều dữ liệu"):
        await open_apart(WHOLE, child, replace(BOUNDS, patience=patience))
