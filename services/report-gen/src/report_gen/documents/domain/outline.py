"""Putting blocks in order: makers of text blocks and the numbering of headings, which leaves no gap."""

from collections.abc import Iterable, Sequence
from dataclasses import replace

from report_gen.documents.domain.texts import ordinal
from report_gen.rendering.blocks import Block, Heading, Paragraph, ParagraphStyle, Run

_ROMAN = ((10, "X"), (9, "IX"), (5, "V"), (4, "IV"), (1, "I"))


def heading(level: int, text: str) -> Heading:
    return Heading(level, text)


def _paragraph(style: ParagraphStyle, texts: Sequence[str | Run]) -> Paragraph:
    return Paragraph(tuple(Run(text) if isinstance(text, str) else text for text in texts), style)


def body(*texts: str | Run) -> Paragraph:
    return _paragraph("body", texts)


def bullet(*texts: str | Run) -> Paragraph:
    return _paragraph("bullet", texts)


def sub_bullet(*texts: str | Run) -> Paragraph:
    return _paragraph("sub_bullet", texts)


def note(*texts: str | Run) -> Paragraph:
    return _paragraph("note", texts)


def roman(number: int) -> str:
    """A number as Roman numerals.

    >>> [roman(number) for number in (1, 4, 9, 14)]
    ['I', 'IV', 'IX', 'XIV']
    """
    text = ""
    for value, letters in _ROMAN:
        count, number = divmod(number, value)
        text += letters * count
    return text


def part_label(number: int) -> str:
    """The label of a part.

    >>> part_label(1), part_label(11)
    ('Phần thứ nhất', 'Phần thứ 11')
    """
    return f"Phần {ordinal(number)}"


def heading_label(level: int, counts: Sequence[int]) -> str:
    """The number printed before a heading; `counts` holds the current number of each level.

    >>> heading_label(2, [1, 3, 0, 0]), heading_label(4, [1, 3, 2, 1])
    ('III.', '2.1.')
    """
    number = counts[level - 1]
    if level == 1:
        return part_label(number)
    if level == 2:
        return f"{roman(number)}."
    return f"{number}." if level == 3 else f"{counts[2]}.{number}."


def expected_labels(headings: Iterable[Heading]) -> list[str]:
    """The label each heading must bear: every level counts from 1 under the heading above it."""
    counts = [0, 0, 0, 0]
    labels = []
    for item in headings:
        counts[item.level - 1] += 1
        counts[item.level :] = [0] * (len(counts) - item.level)
        labels.append(heading_label(item.level, counts))
    return labels


def numbered(blocks: Sequence[Block]) -> tuple[Block, ...]:
    """The blocks with their headings numbered."""
    labels = iter(expected_labels(block for block in blocks if isinstance(block, Heading)))
    return tuple(
        replace(block, number=next(labels)) if isinstance(block, Heading) else block for block in blocks
    )
