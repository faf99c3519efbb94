"""What a document consists of, apart from any file format: every renderer prints these and nothing else.

They live beside the renderers, below the room that writes documents, so that the imports run one way.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Literal

Align = Literal["left", "center", "right"]
ParagraphStyle = Literal["body", "bullet", "sub_bullet", "note"]
RowStyle = Literal["body", "group", "area", "total"]


@dataclass(frozen=True, slots=True)
class Run:
    """A stretch of text in one face («đoạn chữ»)."""

    text: str
    bold: bool = False
    italic: bool = False


@dataclass(frozen=True, slots=True)
class Roster:
    """The units a sentence counts and names («danh sách đơn vị»), kept so that it can be checked."""

    framework: str
    scale: Literal["band", "rating"]
    units: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Heading:
    """A title in the text («đề mục»): level 1 is a part, 2 Roman, 3 Arabic, 4 both («2.1.»)."""

    level: int
    text: str
    number: str = ""


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph («đoạn văn»)."""

    runs: tuple[Run, ...]
    style: ParagraphStyle = "body"
    roster: Roster | None = None

    @property
    def text(self) -> str:
        return "".join(run.text for run in self.runs)


@dataclass(frozen=True, slots=True)
class Column:
    """A table column («cột»); `share` is its part of the width."""

    title: str
    share: int
    align: Align = "left"


@dataclass(frozen=True, slots=True)
class Table:
    """A table («bảng») whose header returns on every page."""

    caption: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[str, ...], ...]
    notes: tuple[str, ...] = ()
    total: bool = False  # the last row is a sum


@dataclass(frozen=True, slots=True)
class Letterhead:
    """The head of a document («quốc hiệu, cơ quan ban hành, số, địa danh, tên loại, trích yếu»);

    bodies stand line by line.
    """

    parent: tuple[str, ...]
    issuer: tuple[str, ...]
    number: str
    place_and_date: str
    kind: str
    abstract: str
    draft: bool = False
    note: str = ""


@dataclass(frozen=True, slots=True)
class LegalBasis:
    """The grounds («căn cứ ban hành»), one a line, without the closing marks."""

    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Signature:
    """Who signs («quyền hạn, chức vụ») and who receives («nơi nhận»)."""

    authority: str
    title: str
    recipients: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Signatory:
    """A party that signs minutes («bên ký biên bản»): its part in the act and its name."""

    role: str
    party: str


@dataclass(frozen=True, slots=True)
class JointSignature:
    """Both parties sign side by side («hai bên cùng ký»)."""

    parties: tuple[Signatory, ...]


@dataclass(frozen=True, slots=True)
class PageBreak:
    """A new page («sang trang»)."""


@dataclass(frozen=True, slots=True)
class Annex:
    """The start of an annex («phụ lục»): a section of its own, its pages numbered from 1."""

    label: str
    title: str
    reference: str
    landscape: bool


Block = Heading | Paragraph | Table | Letterhead | LegalBasis | Signature | JointSignature | PageBreak | Annex


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """A document to print («văn bản»); `footer` says what it was made from, on every page."""

    kind: str
    title: str
    file_stem: str
    author: str
    day: date
    footer: str
    blocks: tuple[Block, ...]

    def paragraphs(self) -> Iterator[Paragraph]:
        return (block for block in self.blocks if isinstance(block, Paragraph))

    def headings(self) -> Iterator[Heading]:
        return (block for block in self.blocks if isinstance(block, Heading))

    def tables(self) -> Iterator[Table]:
        return (block for block in self.blocks if isinstance(block, Table))


@dataclass(frozen=True, slots=True)
class Figure:
    """A number a sheet keeps as a number («số liệu»), already rounded to the places it shows."""

    value: Decimal
    places: int


Cell = str | int | Figure | None


@dataclass(frozen=True, slots=True)
class SheetColumn:
    """A column of a sheet («cột của biểu»); `width` in characters."""

    title: str
    width: int
    align: Align = "left"


@dataclass(frozen=True, slots=True)
class SheetRow:
    """A row of a sheet («dòng của biểu»); `indent` shifts its first text cell."""

    cells: tuple[Cell, ...]
    style: RowStyle = "body"
    indent: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """A sheet («biểu»): title, header that stays in sight, rows, and lines below them."""

    name: str
    title: str
    subtitle: str = ""
    columns: tuple[SheetColumn, ...]
    rows: tuple[SheetRow, ...]
    notes: tuple[str, ...] = ()
    frozen_columns: int = 2
    landscape: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Workbook:
    """A workbook of annex sheets («tập biểu»); `note` stands under the title of each."""

    title: str
    file_stem: str
    author: str
    day: date
    footer: str
    sheets: tuple[Sheet, ...]
    note: str = ""
