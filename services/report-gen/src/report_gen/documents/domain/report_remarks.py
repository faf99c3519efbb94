"""The remarks of the report and its second part: passages and plan as given, moves of rank as computed."""

import re
from collections.abc import Iterator, Sequence

from parindex.contracts.snapshots import PlanSummary, ResultSnapshot, UnitResult
from report_gen.documents.domain.outline import body, bullet, heading
from report_gen.documents.domain.report_method import closed
from report_gen.documents.domain.report_results import MARKS, change_notes
from report_gen.documents.domain.standings import Standing
from report_gen.documents.domain.texts import NONE, counted, stated_day
from report_gen.rendering.blocks import Block, Paragraph

_ENUMERATOR = re.compile(r"^(?:[-+•]|(?:\d{1,2}\.)+)\s+")  # the report numbers its items itself


def remarks_chapter(result: ResultSnapshot, standings: Sequence[Standing]) -> Iterator[Block]:
    passages = result.passages
    yield heading(2, "Nhận xét chung")
    yield heading(3, "Ưu điểm")
    yield from _items(passages.strengths, _moves(result, standings, rises=True))
    yield heading(3, "Tồn tại, hạn chế")
    yield from _items(passages.weaknesses, _moves(result, standings, rises=False))
    yield heading(3, "Nguyên nhân của tồn tại, hạn chế")
    yield from _items(passages.causes, [])


def _items(passages: Sequence[str], computed: Sequence[Paragraph]) -> list[Paragraph]:
    blocks = [*(bullet(_sentence(text)) for text in passages), *computed]
    return blocks or [body(f"{NONE}.")]


def _sentence(text: str) -> str:
    """A passage as an item of its own: without a dash or a number before it, with a mark after it.

    >>> _sentence("2.1. Tài liệu còn thiếu"), _sentence("- Giai đoạn 2022 - 2025;")
    ('Tài liệu còn thiếu.', 'Giai đoạn 2022 - 2025;')
    """
    bare = _ENUMERATOR.sub("", text.strip()).removesuffix("./.")
    return bare if bare.endswith((".", "!", "?", "…", ":", ";")) else f"{bare}."


def _moves(result: ResultSnapshot, standings: Sequence[Standing], *, rises: bool) -> list[Paragraph]:
    """Rises or falls against last year, the largest first; ranks that cannot be compared are left out."""
    if result.period.previous_year is None:
        return []
    blocks = []
    for standing in standings:
        units = _moved(standing.ranked, rises=rises)
        if not units:
            continue
        verb = "tăng" if rises else "giảm"
        names = "; ".join(_move(unit, verb) for unit in units)
        remark = "".join(f" {text}" for text in change_notes(units))
        blocks.append(
            bullet(
                f"So với năm {result.period.previous_year}, khối {standing.words.every} có "
                f"{counted(len(units), 'đơn vị')} {verb} hạng: {names}.{remark}"
            )
        )
    return blocks


def _moved(units: Sequence[UnitResult], *, rises: bool) -> list[UnitResult]:
    sign = 1 if rises else -1
    moved = [unit for unit in units if unit.comparability != "not" and (unit.change or 0) * sign > 0]
    return sorted(moved, key=lambda unit: (-abs(unit.change or 0), unit.rank or 0))


def _move(unit: UnitResult, verb: str) -> str:
    return f"{unit.name} ({verb} {counted(abs(unit.change or 0), 'bậc')}){MARKS[unit.comparability]}"


def plan_part(plan: PlanSummary) -> Iterator[Block]:
    """Part two: next year's plan and the measures, as they were entered."""
    yield heading(2, f"Triển khai thực hiện kế hoạch CCHC năm {plan.year}")
    number = f" số {plan.number}" if plan.number else ""
    day = f" {stated_day(plan.date)}" if plan.date else ""
    areas = f" Kế hoạch tập trung vào {counted(len(plan.areas), 'nội dung')}, gồm:" if plan.areas else ""
    yield body(
        f"Thực hiện Kế hoạch{number}{day} về cải cách hành chính năm {plan.year}, các cơ quan, đơn vị triển "
        f"khai {counted(plan.tasks, 'nhiệm vụ')} và {counted(plan.activities, 'hoạt động')}.{areas}"
    )
    yield from [bullet(line) for line in closed([area.rstrip(" .;") for area in plan.areas])]
    yield heading(2, "Một số nhiệm vụ và giải pháp")
    if not plan.measures:
        yield body(f"{NONE}.")
    for measure in sorted(plan.measures, key=lambda measure: measure.number):
        yield body(f"{measure.number}. {_sentence(measure.text)}")
