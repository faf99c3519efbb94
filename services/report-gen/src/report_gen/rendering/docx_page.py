"""Page, styles, page numbers and footer of a DOCX by Nghị định 30/2020/NĐ-CP; no document text."""

from datetime import UTC, datetime, time
from typing import Any

from docx.document import Document as WordDocument
from docx.enum.section import WD_ORIENT, WD_SECTION
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Cm, Length, Mm, Pt, RGBColor
from docx.styles.style import ParagraphStyle
from docx.text.paragraph import Paragraph

from parindex.kernel.text import printable
from report_gen.rendering.blocks import Document

FONT = "Times New Roman"
BODY_SIZE = Pt(14)
FIRST_LINE = Cm(1.27)
TOP = BOTTOM = Mm(20)
LEFT, RIGHT = Mm(30), Mm(15)
SHORT_SIDE, LONG_SIDE = Mm(210), Mm(297)
_HEADING_LEVELS = 4


def prepare(word: WordDocument, document: Document) -> None:
    """Page, styles, header, footer and properties of an empty DOCX."""
    _set_defaults(word)
    _set_styles(word)
    section = word.sections[0]
    section.page_width, section.page_height = SHORT_SIDE, LONG_SIDE
    section.top_margin, section.bottom_margin = TOP, BOTTOM
    section.left_margin, section.right_margin = LEFT, RIGHT
    section.header_distance = section.footer_distance = Mm(10)
    section.different_first_page_header_footer = True
    _page_number(section.header.paragraphs[0])
    for footer in (section.first_page_footer, section.footer):
        _footer(footer.paragraphs[0], document.footer)
    _properties(word, document)


def annex_section(word: WordDocument, *, landscape: bool) -> None:
    """A section on a new page whose pages count from 1; header and footer go on."""
    section = word.add_section(WD_SECTION.NEW_PAGE)
    section.orientation = WD_ORIENT.LANDSCAPE if landscape else WD_ORIENT.PORTRAIT
    sides = (LONG_SIDE, SHORT_SIDE) if landscape else (SHORT_SIDE, LONG_SIDE)
    section.page_width, section.page_height = sides
    numbering = OxmlElement("w:pgNumType")
    numbering.set(qn("w:start"), "1")
    for old in section._sectPr.findall(qn("w:pgNumType")):  # noqa: SLF001 - python-docx has no way for it
        section._sectPr.remove(old)  # noqa: SLF001
    section._sectPr.insert_element_before(numbering, "w:cols", "w:titlePg", "w:docGrid")  # noqa: SLF001


def text_width(word: WordDocument) -> Length:
    """What the current section leaves between its margins."""
    section = word.sections[-1]
    page, left, right = section.page_width, section.left_margin, section.right_margin
    return Length((page or SHORT_SIDE) - (left or LEFT) - (right or RIGHT))


def set_fonts(properties: Any) -> None:
    """One font for every script; the template's theme fonts would win otherwise."""
    fonts = properties.get_or_add_rFonts()
    fonts.attrib.clear()
    for script in ("ascii", "hAnsi", "cs", "eastAsia"):
        fonts.set(qn(f"w:{script}"), FONT)


def _set_defaults(word: WordDocument) -> None:
    for language in word.styles.element.iter(qn("w:lang")):
        language.set(qn("w:val"), "vi-VN")
    relations = word.part.package.rels
    for key in [key for key, relation in relations.items() if relation.reltype.endswith("/thumbnail")]:
        del relations[key]  # the template's picture of an empty page


def _set_styles(word: WordDocument) -> None:
    normal = word.styles["Normal"]
    _set_style(normal, bold=False)
    normal.paragraph_format.alignment = WD_ALIGN_PARAGRAPH.JUSTIFY
    for level in range(1, _HEADING_LEVELS + 1):
        style = word.styles[f"Heading {level}"]
        _set_style(style, bold=True)
        style.paragraph_format.keep_with_next = True
    for name in ("Header", "Footer"):
        _set_style(word.styles[name], bold=False)


def _set_style(style: ParagraphStyle, *, bold: bool) -> None:
    set_fonts(style.element.get_or_add_rPr())
    style.font.size, style.font.bold, style.font.italic = BODY_SIZE, bold, False
    style.font.color.rgb = RGBColor(0, 0, 0)
    spacing = style.paragraph_format
    spacing.space_before, spacing.space_after, spacing.line_spacing = Pt(0), Pt(6), 1.0


def _page_number(paragraph: Paragraph) -> None:
    paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
    run = paragraph.add_run()
    run.font.size = Pt(13)
    for kind, text in (("begin", ""), ("", "PAGE"), ("separate", ""), ("text", "2"), ("end", "")):
        run._r.append(_field_part(kind, text))  # noqa: SLF001


def _field_part(kind: str, text: str) -> Any:
    if kind in {"begin", "separate", "end"}:
        mark = OxmlElement("w:fldChar")
        mark.set(qn("w:fldCharType"), kind)
        return mark
    part = OxmlElement("w:t" if kind == "text" else "w:instrText")
    part.text = text
    return part


def _footer(paragraph: Paragraph, text: str) -> None:
    paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
    paragraph.add_run(printable(text)).font.size = Pt(8)


def _properties(word: WordDocument, document: Document) -> None:
    """Fixed by the document alone, so that printing it again gives the same file."""
    made = datetime.combine(document.day, time(), tzinfo=UTC).replace(tzinfo=None)
    core = word.core_properties
    core.title, core.author = printable(document.title)[:255], printable(document.author)[:255]
    core.last_modified_by, core.comments = core.author, printable(document.footer)[:255]
    core.subject = core.keywords = core.category = ""
    core.created, core.modified, core.revision, core.language = made, made, 1, "vi-VN"
