"""DOCX in the layout of Nghị định 30/2020/NĐ-CP, Phụ lục I: prints blocks, adds no facts.

The same document gives the same bytes: properties come from it and the archive is packed with fixed times.
"""

import io
from collections.abc import Sequence
from itertools import pairwise
from typing import assert_never

import docx
from docx.document import Document as WordDocument
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_BREAK
from docx.shared import Length, Mm, Pt
from docx.table import _Cell
from docx.text.paragraph import Paragraph as WordParagraph

from parindex.kernel.text import printable
from report_gen.rendering.archive import repacked
from report_gen.rendering.blocks import (
    Annex,
    Block,
    Document,
    Heading,
    JointSignature,
    LegalBasis,
    Letterhead,
    PageBreak,
    Paragraph,
    Run,
    Signature,
    Table,
)
from report_gen.rendering.docx_page import BODY_SIZE, FIRST_LINE, annex_section, prepare, text_width
from report_gen.rendering.docx_table import bare_table, bordered_table, element

NATION = "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM"
MOTTO = "Độc lập - Tự do - Hạnh phúc"
_MARKS = {"body": "", "bullet": "- ", "sub_bullet": "+ ", "note": ""}
_SIGNATURE_ROOM = Pt(72)
_CENTER, _LEFT = WD_ALIGN_PARAGRAPH.CENTER, WD_ALIGN_PARAGRAPH.LEFT


def render_docx(document: Document) -> bytes:
    """The document as a DOCX file."""
    word = docx.Document()
    prepare(word, document)
    for block, following in pairwise([*document.blocks, None]):
        if block is not None:
            _print(word, block, following)
    content = io.BytesIO()
    word.save(content)
    return repacked(content.getvalue())


def _print(word: WordDocument, block: Block, following: Block | None) -> None:
    match block:
        case Letterhead():
            _letterhead(word, block)
        case Heading():
            _heading(word, block)
        case Paragraph():
            _paragraph(word, block, keep=isinstance(following, (Table, Signature, JointSignature)))
        case LegalBasis():
            _legal_basis(word, block)
        case Table():
            _table(word, block)
        case Signature():
            _signature(word, block)
        case JointSignature():
            _joint_signature(word, block)
        case PageBreak():
            word.add_paragraph().add_run().add_break(WD_BREAK.PAGE)
        case Annex():
            _annex(word, block)
        case _:
            assert_never(block)


def _write(
    paragraph: WordParagraph,
    runs: Sequence[Run],
    size: Length = BODY_SIZE,
    *,
    align: WD_ALIGN_PARAGRAPH | None = None,
    before: float = 0,
    after: float = 6,
) -> WordParagraph:
    for run in runs:
        written = paragraph.add_run(printable(run.text))
        written.font.size = size
        written.bold, written.italic = run.bold or None, run.italic or None
    if align is not None:
        paragraph.alignment = align
    paragraph.paragraph_format.space_before, paragraph.paragraph_format.space_after = Pt(before), Pt(after)
    return paragraph


def _centered(
    word: WordDocument, text: str, *, bold: bool = True, italic: bool = False, before: float = 0
) -> None:
    paragraph = _write(word.add_paragraph(), [Run(text, bold, italic)], align=_CENTER, before=before, after=0)
    paragraph.paragraph_format.keep_with_next = True


def _rule(paragraph: WordParagraph, length: Length, room: Length, after: float = 6) -> None:
    """A solid line in the middle of `room`, in a paragraph 2 points high and clear of the dots above."""
    layout = paragraph.paragraph_format
    layout.left_indent = layout.right_indent = Length(max((room - length) // 2, 0))
    layout.space_before, layout.space_after, layout.line_spacing = Pt(3), Pt(after), Pt(2)
    properties = paragraph._p.get_or_add_pPr()  # noqa: SLF001 - python-docx has no way for borders
    line = element("pBdr", element("top", val="single", sz="6", space="0", color="000000"))
    properties.insert_element_before(line, "w:spacing", "w:ind", "w:jc", "w:rPr")
    properties.append(element("rPr", element("sz", val="4"), element("szCs", val="4")))


def _letterhead(word: WordDocument, head: Letterhead) -> None:
    room = text_width(word)
    left_width = Length(int(room * 0.41))
    right_width = Length(room - left_width)
    (left, right), (number, place) = bare_table(word, [left_width, right_width], rows=2)
    issuer = [Run(line, bold=True) for line in head.issuer]
    _lines(left, [*[Run(line) for line in head.parent], *issuer], Pt(13))
    _rule(left.add_paragraph(), Mm(22), left_width)
    _lines(right, [Run(NATION, bold=True)], Pt(12.5))
    _lines(right, [Run(MOTTO, bold=True)], Pt(13.5), more=True)
    _rule(right.add_paragraph(), Mm(60), right_width)
    _lines(number, [Run(head.number)], Pt(13))
    if head.draft:
        _lines(number, [Run("DỰ THẢO", bold=True)], Pt(13), more=True)
    _lines(place, [Run(head.place_and_date, italic=True)], Pt(13.5))
    _centered(word, head.kind, before=18)
    _centered(word, head.abstract)
    if head.note:
        _centered(word, f"({head.note})", bold=False, italic=True)
    _rule(word.add_paragraph(), Mm(45), room, after=12)


def _lines(cell: _Cell, runs: Sequence[Run], size: Length, *, more: bool = False) -> None:
    """Centred lines in a cell; the first one uses the paragraph every cell is born with."""
    for index, run in enumerate(runs):
        paragraph = cell.add_paragraph() if more or index else cell.paragraphs[0]
        _write(paragraph, [run], size, align=_CENTER, after=0)


def _heading(word: WordDocument, heading: Heading) -> None:
    paragraph = word.add_paragraph(style=f"Heading {heading.level}")
    layout = paragraph.paragraph_format
    if heading.level == 1:
        layout.alignment, layout.space_before, layout.space_after = _CENTER, Pt(12), Pt(12)
        paragraph.add_run(printable(heading.number)).add_break()
        paragraph.add_run(printable(heading.text.upper()))
        return
    text = heading.text.upper() if heading.level == 2 else heading.text
    layout.first_line_indent, layout.space_before, layout.alignment = FIRST_LINE, Pt(6), _LEFT
    paragraph.add_run(printable(f"{heading.number} {text}"))


def _paragraph(word: WordDocument, block: Paragraph, *, keep: bool) -> None:
    paragraph = word.add_paragraph()
    runs = (
        [Run(run.text, run.bold, italic=True) for run in block.runs] if block.style == "note" else block.runs
    )
    mark = _MARKS[block.style]
    _write(paragraph, [Run(mark), *runs] if mark else runs)
    paragraph.paragraph_format.first_line_indent = FIRST_LINE
    paragraph.paragraph_format.keep_with_next = keep or None


def _legal_basis(word: WordDocument, basis: LegalBasis) -> None:
    for index, line in enumerate(basis.lines, start=1):
        ending = "." if index == len(basis.lines) else ";"
        paragraph = _write(word.add_paragraph(), [Run(line + ending, italic=True)])
        paragraph.paragraph_format.first_line_indent = FIRST_LINE


def _table(word: WordDocument, table: Table) -> None:
    if table.caption:
        caption = _write(
            word.add_paragraph(), [Run(table.caption, bold=True)], Pt(13), align=_CENTER, before=6
        )
        caption.paragraph_format.keep_with_next = True
    after = word.add_paragraph()
    after._p.addprevious(bordered_table(table, text_width(word)))  # noqa: SLF001 - python-docx places no ready table
    notes = table.notes or ("",)
    _write(after, [Run(notes[0], italic=True)], Pt(12), before=2)
    if not table.notes:
        after.paragraph_format.line_spacing = Pt(4)
    for note in notes[1:]:
        _write(word.add_paragraph(), [Run(note, italic=True)], Pt(12))


def _signature(word: WordDocument, signature: Signature) -> None:
    half = Length(text_width(word) // 2)
    ((left, right),) = bare_table(word, [half, half])
    _write(left.paragraphs[0], [Run("Nơi nhận:", bold=True, italic=True)], Pt(12), align=_LEFT, after=0)
    for index, recipient in enumerate(signature.recipients, start=1):
        ending = "." if index == len(signature.recipients) else ";"
        line = f"- {recipient.rstrip(' .;')}{ending}"
        _write(left.add_paragraph(), [Run(line)], Pt(11), align=_LEFT, after=0)
    titles = [signature.authority, signature.title]
    _lines(right, [Run(title.upper(), bold=True) for title in titles if title], BODY_SIZE)
    right.add_paragraph().paragraph_format.space_after = _SIGNATURE_ROOM


def _joint_signature(word: WordDocument, signature: JointSignature) -> None:
    share = Length(text_width(word) // max(len(signature.parties), 1))
    (cells,) = bare_table(word, [share] * len(signature.parties))
    for cell, party in zip(cells, signature.parties, strict=True):
        _lines(cell, [Run(f"ĐẠI DIỆN {party.role.upper()}", bold=True)], BODY_SIZE)
        _lines(cell, [Run(party.party, bold=True)], Pt(13), more=True)
        _lines(cell, [Run("(Ký, ghi rõ họ tên, đóng dấu)", italic=True)], Pt(13), more=True)
        cell.add_paragraph().paragraph_format.space_after = _SIGNATURE_ROOM


def _annex(word: WordDocument, annex: Annex) -> None:
    annex_section(word, landscape=annex.landscape)
    _centered(word, annex.label)
    _centered(word, annex.title)
    _centered(word, annex.reference, bold=False, italic=True)
    _rule(word.add_paragraph(), Mm(45), text_width(word), after=10)
