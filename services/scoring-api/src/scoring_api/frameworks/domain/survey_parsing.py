"""Reading the two survey measures, organisations and SIPAS, from JSON with all their faults."""

from collections.abc import Mapping
from decimal import Decimal

from scoring_api.frameworks.domain.reading import Cursor
from scoring_api.frameworks.domain.rules import Question, Sipas, Survey

QUESTION_LIMIT = 500
OPTION_LIMIT = 50


def parse_survey(cursor: Cursor) -> Survey | None:
    """A survey of organisations; None after a fault."""
    cursor.known({"kind", "questionnaires", "questions", "combine", "groups", "minimum"})
    before = len(cursor.findings.faults)
    questions = [_question(row) for row in cursor.rows("questions", most=QUESTION_LIMIT, required=True)]
    _refuse_doubles(cursor, "questions", [question.code for question in questions])
    combine = cursor.choice("combine", ("pool", "mean_of_groups", "weighted_groups"), "pool")
    survey = Survey(
        questionnaires=cursor.texts("questionnaires", most=20, required=True),
        questions=tuple(questions),
        combine=next(way for way in ("pool", "mean_of_groups", "weighted_groups") if way == combine),
        groups=_groups(cursor, required=combine == "weighted_groups"),
        minimum=cursor.whole("minimum", 1, least=1, most=1_000_000),
    )
    return survey if len(cursor.findings.faults) == before else None


def _weight(row: Cursor) -> Decimal:
    weight = row.figure("weight", "1")
    if weight == 0:
        row.fault("weight", "weight_not_positive", "trọng số phải lớn hơn 0")
    return weight or Decimal(1)


def _refuse_doubles(cursor: Cursor, name: str, codes: list[str]) -> None:
    if len(set(codes)) != len(codes):
        cursor.fault(name, "duplicate_code", "có mã ghi hai lần")


def _question(row: Cursor) -> Question:
    row.known({"code", "weight", "options"})
    return Question(row.text("code", limit=60), _weight(row), _options(row))


def _options(row: Cursor) -> Mapping[str, Decimal | None]:
    options = row.codes("options", most=OPTION_LIMIT)
    found: dict[str, Decimal | None] = {}
    if options is None:
        return found
    for code in options.data:
        weight = options.optional_figure(code)
        if weight is not None and weight > 100:
            options.fault(code, "weight_above_hundred", "tỷ lệ quy đổi không quá 100")
        found[code] = weight
    if all(weight is None for weight in options.data.values()):
        row.fault("options", "no_counted_option", "phải có ít nhất một phương án được tính")
    return found


def _groups(cursor: Cursor, *, required: bool) -> Mapping[str, Decimal]:
    groups: dict[str, Decimal] = {}
    for row in cursor.rows("groups", most=100, required=required):
        row.known({"code", "weight"})
        code = row.text("code", limit=100)
        if code in groups:
            row.fault("code", "duplicate_code", f"nhóm «{code}» ghi hai lần")
        groups[code] = _weight(row)
    return groups


def parse_sipas(cursor: Cursor) -> Sipas | None:
    """A satisfaction index; None after a fault."""
    cursor.known(
        {"kind", "questionnaires", "questions", "method", "pooling", "satisfied", "scale_options"}
        | {"factors", "overall", "minimum"}
    )
    before = len(cursor.findings.faults)
    pooling = cursor.choice(
        "pooling", ("pooled", "mean_of_questions", "mean_of_factors", "overall_question"), "pooled"
    )
    method = cursor.choice("method", ("share", "mean"), "share")
    sipas = Sipas(
        questionnaires=cursor.texts("questionnaires", most=20, required=True),
        questions=cursor.texts("questions", most=QUESTION_LIMIT, required=pooling != "overall_question"),
        method="share" if method == "share" else "mean",
        pooling=pooling,  # type: ignore[arg-type]
        satisfied=cursor.texts("satisfied", most=OPTION_LIMIT, required=method == "share"),
        scale_options=cursor.texts("scale_options", most=OPTION_LIMIT, required=True),
        factors=_factors(cursor, required=pooling == "mean_of_factors"),
        overall=cursor.text("overall", required=pooling == "overall_question"),
        minimum=cursor.whole("minimum", 1, least=1, most=1_000_000),
    )
    _check_sipas(cursor, sipas)
    return sipas if len(cursor.findings.faults) == before else None


def _factors(cursor: Cursor, *, required: bool) -> Mapping[str, tuple[str, ...]]:
    raw = cursor.data.get("factors")
    if raw is None and not required:
        return {}
    factors = cursor.codes("factors", most=OPTION_LIMIT)
    if factors is None:
        return {}
    return {code: factors.texts(code, most=QUESTION_LIMIT, required=True) for code in factors.data}


def _check_sipas(cursor: Cursor, sipas: Sipas) -> None:
    if not set(sipas.satisfied) <= set(sipas.scale_options):
        cursor.fault("satisfied", "unknown_choice", "mức hài lòng phải nằm trong thang đo")
    if len(sipas.scale_options) == 1:
        cursor.fault("scale_options", "scale_too_short", "thang đo phải có ít nhất hai mức")
    members = [question for questions in sipas.factors.values() for question in questions]
    if not set(members) <= set(sipas.questions):
        cursor.fault("factors", "unknown_choice", "yếu tố nêu câu hỏi không có trong danh sách câu hỏi")
    _refuse_doubles(cursor, "factors", members)
    loose = [question for question in sipas.questions if question not in set(members)]
    if sipas.pooling == "mean_of_factors" and sipas.factors and loose:
        said = f"câu hỏi không thuộc yếu tố nào nên không được tính: {', '.join(loose[:5])}"
        cursor.fault("factors", "question_without_factor", said)
