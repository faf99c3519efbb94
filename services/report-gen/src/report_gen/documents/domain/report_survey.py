"""The survey section of the report: ballots by respondent group for each level; no answers, no points."""

from collections.abc import Iterable, Sequence

from parindex.contracts.snapshots import BallotCount, ResultSnapshot, SurveyFacts
from parindex.kernel.points import vietnamese
from report_gen.documents.domain.ballot_counts import GroupCount, ballots_by_group, percent_valid, summed
from report_gen.documents.domain.legal import legal_documents
from report_gen.documents.domain.naming import level_words
from report_gen.documents.domain.outline import body, bullet, heading
from report_gen.documents.domain.standings import Standing
from report_gen.documents.domain.texts import counted, lower_first
from report_gen.rendering.blocks import Block, Column, Run, Table

_COLUMNS = (
    Column("Đối tượng lấy ý kiến", 40),
    Column("Số phiếu theo kế hoạch", 15, "right"),
    Column("Hợp lệ", 12, "right"),
    Column("Không hợp lệ", 12, "right"),
    Column("Tỷ lệ hợp lệ (%)", 15, "right"),
)


def survey_blocks(result: ResultSnapshot, standings: Sequence[Standing]) -> Iterable[Block]:
    yield heading(3, "Tổ chức điều tra xã hội học")
    if result.survey is None or not result.survey.ballots:
        yield body("Kỳ đánh giá này không tổ chức điều tra xã hội học.")
        return
    whole = summed(result.survey.ballots)
    yield body(
        Run(f"{_plans(result.survey)} Tổng số phiếu điều tra theo kế hoạch là "),
        Run(counted(whole.quota, "phiếu"), bold=True),
        Run(f"; số phiếu hợp lệ đưa vào tổng hợp là {counted(whole.valid, 'phiếu')}. Cụ thể:"),
    )
    for level in _levels(result.survey, standings):
        yield from _level(result.survey, level)
    yield body(
        f"Kết quả phiếu điều tra được tổng hợp theo số đếm của từng câu hỏi (bản tổng hợp lần "
        f"{result.survey.revision}) và tính điểm theo công thức của bộ tiêu chí."
    )


def _plans(survey: SurveyFacts) -> str:
    plans = f"Thực hiện {legal_documents(survey.plans)}; công" if survey.plans else "Công"
    operator = f" do {survey.operator} triển khai" if survey.operator else " được triển khai"
    return f"{plans} tác điều tra xã hội học{operator}."


def _levels(survey: SurveyFacts, standings: Sequence[Standing]) -> list[str]:
    """Levels in the order of the frameworks; a questionnaire of no known level comes last, under ''."""
    known = [standing.framework.level for standing in standings]
    used = {survey.questionnaire_levels.get(count.questionnaire, "") for count in survey.ballots}
    return [level for level in dict.fromkeys([*known, *sorted(used)]) if level in used]


def _level(survey: SurveyFacts, level: str) -> Iterable[Block]:
    ballots = [
        count for count in survey.ballots if survey.questionnaire_levels.get(count.questionnaire, "") == level
    ]
    groups = ballots_by_group(ballots, survey.group_names)
    whole = summed(ballots)
    every = level_words(level).every
    yield heading(4, f"Điều tra về công tác CCHC đối với {every}: {counted(whole.quota, 'phiếu')}")
    for group in groups:
        ending = "." if group is groups[-1] else ";"
        yield bullet(f"Lấy ý kiến của {lower_first(group.name)}: {counted(group.quota, 'phiếu')}{ending}")
    yield _table(f"Kết quả thu phiếu điều tra đối với {every}", groups, ballots)


def _table(caption: str, groups: Sequence[GroupCount], ballots: Sequence[BallotCount]) -> Table:
    rows = [*groups, summed(ballots)]
    held = sum(row.held for row in rows[:-1])
    note = f"Ngoài ra có {counted(held, 'phiếu')} vượt chỉ tiêu, không đưa vào tổng hợp."
    return Table(
        caption,
        _COLUMNS,
        tuple(
            (
                row.name,
                vietnamese(row.quota),
                vietnamese(row.valid),
                vietnamese(row.invalid),
                percent_valid(row),
            )
            for row in rows
        ),
        notes=(note,) if held else (),
        total=True,
    )
