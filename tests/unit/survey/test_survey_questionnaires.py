"""Questionnaires and quota plans: every fault at once, and the plan of the units."""

from dataclasses import asdict, replace
from datetime import UTC, datetime

import pytest

from parindex.kernel.errors import DomainError
from survey_ingest.campaigns.domain.campaign import CampaignState, check_window, require_state
from survey_ingest.campaigns.domain.form import Quota, bind, quota_plan
from survey_ingest.campaigns.domain.questionnaire import Questionnaire, read_questionnaire
from survey_ingest.campaigns.domain.questionnaire_rules import check_questionnaires


def questionnaire(**changes: object) -> Questionnaire:
    options = [{"code": "1", "text": "Không"}, {"code": "2", "text": "Có"}]
    data = {
        "code": "sipas",
        "title": "Phiếu",
        "layout": "one_unit",
        "level": "district",
        "groups": [{"code": "dan", "name": "Người dân", "quota": 270, "quota_per_unit": 135}],
        "questions": [
            {"code": code, "text": "?", "kind": "single", "factor": None, "options": options}
            for code in ("q1", "q2")
        ],
    }
    return read_questionnaire({**data, **changes})


def faults(*questionnaires: Questionnaire) -> list[tuple[str, str]]:
    with pytest.raises(DomainError) as caught:
        check_questionnaires(questionnaires)
    assert caught.value.code == "questionnaire_invalid"
    return [(fault.pointer, fault.code) for fault in caught.value.faults]


def test_every_fault_of_every_questionnaire_is_named() -> None:
    good = questionnaire()
    check_questionnaires([good])
    group, question = good.groups[0], good.questions[0]
    bad = replace(
        good,
        level="hamlet",
        layout="matrix",
        groups=(replace(group, quota=-1, quota_per_unit=-1), replace(group, quota_per_unit=None)),
        questions=(question, replace(question, options=question.options[:1])),
    )
    assert faults(good, bad) == [
        ("/questionnaires/1/code", "code_repeated"),
        ("/questionnaires/1/level", "level_unknown"),
        ("/questionnaires/1/groups/1/code", "code_repeated"),
        ("/questionnaires/1/questions/1/code", "code_repeated"),
        ("/questionnaires/1/groups/0/quota", "quota_negative"),
        ("/questionnaires/1/groups/0/quota_per_unit", "quota_negative"),
        ("/questionnaires/1/groups/0/quota_per_unit", "quota_per_unit_of_matrix"),
        ("/questionnaires/1/questions/1/options", "option_count"),
    ]


def test_a_questionnaire_needs_groups_and_one_to_two_hundred_questions() -> None:
    empty = questionnaire(groups=[], questions=[])
    assert faults(empty) == [
        ("/questionnaires/0/groups", "group_missing"),
        ("/questionnaires/0/questions", "question_count"),
    ]
    question = questionnaire().questions[0]
    many = tuple(replace(question, code=f"q{n}") for n in range(201))
    assert faults(replace(questionnaire(), questions=many)) == [
        ("/questionnaires/0/questions", "question_count")
    ]
    check_questionnaires([replace(questionnaire(), questions=many[:200])])


def test_an_option_that_is_listed_twice_is_named() -> None:
    question = questionnaire().questions[0]
    twice = replace(question, options=(*question.options, question.options[0]))
    assert faults(replace(questionnaire(), questions=(twice,))) == [
        ("/questionnaires/0/questions/0/options/2/code", "code_repeated")
    ]


def test_the_plan_gives_each_unit_its_quota_and_a_group_without_one_a_common_quota() -> None:
    units = {"district": ("chi-linh", "kinh-mon")}
    assert quota_plan([questionnaire()], units) == [
        Quota("sipas", "dan", "chi-linh", 135),
        Quota("sipas", "dan", "kinh-mon", 135),
    ]
    common = replace(questionnaire().groups[0], quota=640, quota_per_unit=None)
    assert quota_plan([replace(questionnaire(), groups=(common,))], units) == [Quota("sipas", "dan", "", 640)]


def test_a_plan_that_does_not_fit_the_units_is_refused_with_every_place() -> None:
    other = replace(questionnaire(), code="so", level="department")
    with pytest.raises(DomainError) as caught:
        quota_plan([questionnaire(), other], {"district": ("a", "b", "c")})
    assert [(fault.pointer, fault.code) for fault in caught.value.faults] == [
        ("/questionnaires/0/groups/0/quota", "quota_does_not_add_up"),
        ("/questionnaires/1/level", "level_without_units"),
    ]


def test_a_matrix_asks_every_question_of_every_unit_in_stored_order() -> None:
    form = bind(replace(questionnaire(), layout="matrix"), ("b", "a"))
    assert [(slot.unit, slot.question) for slot in form.slots] == [
        ("b", "q1"),
        ("b", "q2"),
        ("a", "q1"),
        ("a", "q2"),
    ]
    assert form.limits == (2, 2, 2, 2)
    assert form.quota_unit("dan", None) == ""
    assert bind(questionnaire(), ("b", "a")).quota_unit("dan", "b") == "b"
    assert questionnaire().group("la") is None


@pytest.mark.parametrize(
    ("state", "allowed", "code"),
    [
        ("open", (CampaignState.DRAFT,), "campaign_not_draft"),
        ("draft", (CampaignState.OPEN,), "campaign_not_open"),
        ("closed", (CampaignState.OPEN, CampaignState.SEALED), "campaign_state"),
        ("closed", (CampaignState.SEALED,), "campaign_state"),
    ],
)
def test_a_campaign_in_another_state_says_which(
    state: str, allowed: tuple[CampaignState, ...], code: str
) -> None:
    with pytest.raises(DomainError) as caught:
        require_state("dot-1", state, *allowed)
    assert (caught.value.code, caught.value.params["state"]) == (code, state)
    require_state("dot-1", allowed[0], *allowed)


def test_a_campaign_ends_after_it_begins() -> None:
    noon = datetime(2022, 12, 1, 12, tzinfo=UTC)
    with pytest.raises(DomainError, match="campaign_window"):
        check_window(noon, noon)
    check_window(noon, noon.replace(hour=13))


SCALE = {"least": 0, "most": 10, "least_text": "Rất không hài lòng", "most_text": "Rất hài lòng"}


def asked(**changes: object) -> dict[str, object]:
    options = [{"code": "1", "text": "Không"}, {"code": "2", "text": "Có"}]
    return {"code": "q9", "text": "?", "kind": "single", "factor": None, "options": options, **changes}


def many(count: int) -> list[dict[str, str]]:
    return [{"code": f"o{n}", "text": f"Phương án {n}"} for n in range(count)]


def test_a_form_has_a_place_for_every_question_but_the_comment() -> None:
    questions = [
        asked(code="q1"),
        asked(code="q2", kind="scale", options=[], scale=SCALE),
        asked(code="q3", kind="multiple", options=many(4)),
        asked(code="q4", kind="comment", options=[]),
    ]
    found = questionnaire(questions=questions)
    check_questionnaires([found])
    assert read_questionnaire(asdict(found)) == found
    assert [question.use for question in found.questions] == ["index", "index", "share", "share"]
    form = bind(found, ("chi-linh",))
    assert form.limits == (2, 11, 15)
    assert [(slot.question, slot.kind) for slot in form.slots] == [
        ("q1", "single"),
        ("q2", "scale"),
        ("q3", "multiple"),
    ]
    assert form.comments == {"q4"}


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        (asked(kind="scale", options=[]), ("scale", "scale_missing")),
        (asked(kind="scale", options=[], scale={**SCALE, "most": 0}), ("scale", "scale_reversed")),
        (asked(kind="scale", options=[], scale={**SCALE, "most": 50}), ("scale", "scale_too_long")),
        (asked(kind="scale", scale=SCALE), ("options", "options_of_scale")),
        (asked(scale=SCALE), ("scale", "scale_of_other_kind")),
        (asked(kind="multiple", options=many(16)), ("options", "option_count")),
        (asked(kind="multiple", options=many(1)), ("options", "option_count")),
        (asked(kind="multiple", use="index"), ("use", "multiple_of_index")),
        (asked(kind="comment"), ("options", "options_of_comment")),
    ],
)
def test_a_question_fits_its_kind(question: dict[str, object], expected: tuple[str, str]) -> None:
    at, code = expected
    assert faults(questionnaire(questions=[asked(code="q1"), question])) == [
        (f"/questionnaires/0/questions/1/{at}", code)
    ]


def test_comments_alone_are_no_questionnaire() -> None:
    alone = questionnaire(questions=[asked(kind="comment", options=[])])
    assert faults(alone) == [("/questionnaires/0/questions", "question_count")]
