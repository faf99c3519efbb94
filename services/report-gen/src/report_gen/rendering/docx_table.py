"""Tables of a DOCX: bordered ones with a header on every page, and bare ones that only place text."""

from collections.abc import Sequence
from typing import Any

from docx.document import Document as WordDocument
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Length
from docx.table import Table as WordTable
from docx.table import _Cell

from parindex.kernel.text import printable
from report_gen.rendering.blocks import Align, Table

_BORDERS = ("top", "left", "bottom", "right", "insideH", "insideV")
_ALIGN = {"left": "left", "center": "center", "right": "right"}


def element(tag: str, *children: Any, **attributes: str) -> Any:
    """A WordprocessingML element; attribute names stand without their prefix."""
    made = OxmlElement(f"w:{tag}")
    for name, value in attributes.items():
        made.set(qn(f"w:{name}"), value)
    made.extend(children)
    return made


def bordered_table(table: Table, width: Length) -> Any:
    """The `w:tbl` of a table. Widths stand in the grid (LibreOffice) and in each cell (Word)."""
    widths = shared_widths([column.share for column in table.columns], width)
    size = font_size(len(table.columns))
    titles = [column.title for column in table.columns]
    rows = [_row(titles, ["center"] * len(widths), widths, size, bold=True, header=True)]
    aligns: list[Align] = [column.align for column in table.columns]
    for number, cells in enumerate(table.rows, start=1):
        is_total = table.total and number == len(table.rows)
        rows.append(_row(cells, aligns, widths, size, bold=is_total))
    grid = element("tblGrid", *[element("gridCol", w=str(each)) for each in widths])
    return element("tbl", _properties(sum(widths)), grid, *rows)


def shared_widths(shares: Sequence[int], width: Length) -> list[int]:
    """Column widths in twentieths of a point."""
    whole = max(sum(shares), 1)
    return [round(width.twips * share / whole) for share in shares]


def font_size(columns: int) -> int:
    """Half-points: wide tables are set smaller.

    >>> font_size(5), font_size(8), font_size(12)
    (24, 22, 20)
    """
    return 24 if columns <= 6 else 22 if columns <= 9 else 20


def _properties(width: int) -> Any:
    borders = [element(side, val="single", sz="4", space="0", color="000000") for side in _BORDERS]
    margins = [element(side, w="60", type="dxa") for side in ("left", "right")]
    return element(
        "tblPr",
        element("tblW", w=str(width), type="dxa"),
        element("jc", val="center"),
        element("tblBorders", *borders),
        element("tblLayout", type="fixed"),
        element("tblCellMar", *margins),
    )


def _row(
    cells: Sequence[str],
    aligns: Sequence[str],
    widths: Sequence[int],
    size: int,
    *,
    bold: bool = False,
    header: bool = False,
) -> Any:
    properties = element("trPr", element("cantSplit"))
    if header:
        properties.append(element("tblHeader"))
    made = [
        _cell(text, align, width, size, bold=bold)
        for text, align, width in zip(cells, aligns, widths, strict=True)
    ]
    return element("tr", properties, *made)


def _cell(text: str, align: str, width: int, size: int, *, bold: bool) -> Any:
    properties = element("tcPr", element("tcW", w=str(width), type="dxa"), element("vAlign", val="center"))
    face = [element("b")] if bold else []
    face += [element("sz", val=str(size)), element("szCs", val=str(size))]
    content = element("t")
    content.text = printable(text)
    content.set(qn("xml:space"), "preserve")
    layout = element(
        "pPr",
        element("spacing", before="20", after="20"),
        element("ind", firstLine="0"),
        element("jc", val=_ALIGN[align]),
    )
    return element("tc", properties, element("p", layout, element("r", element("rPr", *face), content)))


def bare_table(word: WordDocument, widths: Sequence[Length], rows: int = 1) -> list[list[_Cell]]:
    """An invisible table that places text side by side, never split over pages; returns its cells."""
    table: WordTable = word.add_table(rows, len(widths))
    table.style, table.autofit = None, False
    table._tbl.tblPr.append(  # noqa: SLF001 - python-docx has no way for cell margins
        element("tblCellMar", *[element(side, w="0", type="dxa") for side in ("left", "right")])
    )
    for row in table.rows:
        row._tr.get_or_add_trPr().append(element("cantSplit"))  # noqa: SLF001
    for column, width in zip(table.columns, widths, strict=True):
        column.width = width
        for cell in column.cells:
            cell.width = width
    return [list(row.cells) for row in table.rows]
