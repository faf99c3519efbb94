"""Reading the counts of a bundle, cell by cell, and the leaf scores that stand for withheld ones."""

import re
from collections.abc import Mapping, Sequence
from typing import Any, get_args

from scoring_api.frameworks.domain.framework import Framework
from scoring_api.frameworks.domain.reading import Cursor, pointer_part
from scoring_api.frameworks.domain.rules import Sipas, Survey
from scoring_api.frameworks.domain.scoring import ZERO, LeafScore, Status
from scoring_api.results.domain.bundle import Bundle, BundleSet, WithheldCell
from scoring_api.results.domain.inputs import TallyCell
from scoring_api.results.domain.keyed import keyed
from scoring_api.results.domain.withholding import questions_of, resting_leaves

CELL_LIMIT = 2_000_000
COUNT_LIMIT = 1_000_000_000
_DIGEST = re.compile(r"sha256:[0-9a-f]{64}", re.ASCII)
_PLACE = ("unit", "questionnaire", "group", "question")
POLICIES = ("", "override", "exclude", "full", "zero", "fallback", "council")
Options = Mapping[tuple[str, str], frozenset[str]]
"""(questionnaire, question) → the options that rules name."""


def parse_cells(
    cursor: Cursor, frameworks: Mapping[str, Framework], *, recorded: bool
) -> tuple[tuple[TallyCell, ...], tuple[WithheldCell, ...]]:
    """The counts of every cell once («số phiếu»), total = Σ counts; a public bundle withholds some."""
    cells: list[TallyCell] = []
    hidden: list[WithheldCell] = []
    places: set[tuple[str, ...]] = set()
    options = {} if recorded else _options(frameworks)
    for row in cursor.rows("tallies", most=CELL_LIMIT):
        place = tuple(row.text(name, limit=100) for name in _PLACE)
        if place in places:
            row.fault("", "cell_repeated", "số phiếu của ô này ghi hai lần")
        places.add(place)
        if place[0] not in frameworks:
            row.fault("unit", "unit_unknown", f"gói không có đơn vị «{place[0][:80]}»")
        elif "withheld" in row.data:
            hidden.append(_hidden(row, place))
        else:
            known = options.get(frameworks[place[0]].code, {}).get((place[1], place[3]))
            cells.append(_cell(row, place, known))
    return tuple(cells), tuple(hidden)


def _options(frameworks: Mapping[str, Framework]) -> dict[str, Options]:
    sets = {framework.code: framework for framework in frameworks.values()}
    return {code: options_of(framework) for code, framework in sets.items()}


def options_of(framework: Framework) -> Options:
    """The options that the rules of a set name, by questionnaire and question."""
    found: dict[tuple[str, str], frozenset[str]] = {}
    for leaf in framework.leaves:
        measure = leaf.rule.measure
        if not isinstance(measure, (Survey, Sipas)):
            continue
        named: dict[str, Any] = (
            {question.code: question.options for question in measure.questions}
            if isinstance(measure, Survey)
            else dict.fromkeys(questions_of(measure), measure.scale_options)
        )
        for questionnaire in measure.questionnaires:
            for question, options in named.items():
                place = (questionnaire, question)
                found[place] = found.get(place, frozenset()) | frozenset(options)
    return found


def _hidden(row: Cursor, place: tuple[str, ...]) -> WithheldCell:
    row.known({*_PLACE, "withheld"})
    digest = row.text("withheld", limit=100)
    if not _DIGEST.fullmatch(digest):
        row.fault("withheld", "not_a_digest", "phải là mã băm dạng «sha256:…» của ô được giữ lại")
    unit, questionnaire, group, question = place
    return WithheldCell(unit=unit, questionnaire=questionnaire, group=group, question=question, digest=digest)


def _cell(row: Cursor, place: tuple[str, ...], known: frozenset[str] | None) -> TallyCell:
    row.known({*_PLACE, "counts", "blank", "double", "total"})
    counts = _counts(row, known)
    total = sum(counts.values())
    if row.whole("total", total, least=0, most=COUNT_LIMIT) != total:
        row.fault("total", "tally_total_differs", f"tổng các phương án là {total}")
    unit, questionnaire, group, question = place
    return TallyCell(
        unit=unit,
        questionnaire=questionnaire,
        group=group,
        question=question,
        counts=counts,
        blank=row.whole("blank", 0, least=0, most=COUNT_LIMIT),
        double=row.whole("double", 0, least=0, most=COUNT_LIMIT),
        total=total,
    )


def _counts(row: Cursor, known: frozenset[str] | None) -> dict[str, int]:
    part = row.part("counts")
    if part is None:
        return {}
    counts = {}
    for option in part.data:
        counts[option] = part.whole(option, 0, least=0, most=COUNT_LIMIT)
        if known is not None and option not in known:
            said = f"không tiêu chí nào biết phương án «{option[:60]}» của câu hỏi này"
            part.fault(pointer_part(option), "option_unknown", said)
    return counts


def parse_withheld(
    cursor: Cursor, sets: Sequence[BundleSet], hidden: Sequence[WithheldCell]
) -> Mapping[str, Mapping[str, LeafScore]]:
    """Scores for exactly the leaves that rest on withheld cells: every other figure is recomputed."""
    resting = resting_leaves(Bundle(title="", sets=tuple(sets)), hidden)
    leaves = {
        unit.code: {leaf.key: leaf for leaf in part.framework.leaves} for part in sets for unit in part.units
    }
    found: dict[str, dict[str, LeafScore]] = {}
    for unit, rows in keyed(cursor, "withheld"):
        expected = set(resting.get(unit, ()))
        found[unit] = {}
        for key, row in keyed(rows):
            if key in expected:
                found[unit][key] = _score(row, leaves[unit][key].max_points)
            else:
                said = "chỉ được cho sẵn điểm của tiêu chí dựa trên ô phiếu được giữ lại"
                row.fault("", "leaf_not_withheld", said)
    for unit, keys in resting.items():
        for key in keys:
            if key not in found.get(unit, {}):
                said = f"thiếu điểm của tiêu chí «{key}» dựa trên ô phiếu được giữ lại"
                cursor.fault(f"withheld/{pointer_part(unit)}", "withheld_score_missing", said)
    return found


def _score(row: Cursor, most: Any) -> LeafScore:
    row.known({"points", "max_points", "status", "policy", "measure", "step", "excess"})
    points, maximum = row.figure("points"), row.figure("max_points")
    if points is not None and maximum is not None and not points <= maximum <= most:
        row.fault("points", "points_above_maximum", "điểm không được lớn hơn điểm chuẩn của tiêu chí")
    status = row.choice("status", get_args(Status))
    return LeafScore(
        points or ZERO,
        maximum or ZERO,
        next(word for word in get_args(Status) if word == status),
        row.choice("policy", POLICIES, ""),
        row.optional_figure("measure"),
        row.text("step", required=False, limit=60),
        row.flag("excess", default=False),
    )
