"""What a refusal says to people, and what it keeps for programs."""

from uuid import UUID

import pytest

from parindex.http.catalogue import CATALOGUE
from parindex.http.problems import ProblemReply
from parindex.kernel.errors import DomainError
from survey_ingest.ballots.domain.entry import Bag, Entry, check_entry
from survey_ingest.campaigns.domain.form import bind
from survey_ingest.campaigns.domain.questionnaire import read_questionnaire

_QUESTION = {"text": "Câu", "kind": "single", "factor": None, "use": None, "scale": None}


def told(code: str, **params: object) -> tuple[str, dict[str, str]]:
    body = ProblemReply(CATALOGUE[code], params).body("vi")
    return body["detail"], body["params"]


def test_instants_roles_and_states_are_said_in_words() -> None:
    detail, params = told("batch_claimed", batch="tui-1", expires_at="2022-11-22T05:55:13.058712+07:00")
    assert detail == "Túi phiếu tui-1 đang do người khác nhập đến 05:55:13 ngày 22/11/2022."
    assert params["expires_at"] == "2022-11-22T05:55:13.058712+07:00"
    detail, params = told("campaign_state", campaign="dot-1", state="handed_over")
    assert "đang ở bước đã bàn giao" in detail
    assert params["state"] == "handed_over"
    assert "Vai trò nhân viên nhập phiếu" in told("forbidden", role="entry_clerk", action="batch.seal")[0]
    assert (
        "chỉ làm được ở bước dự thảo, đang mở"
        in told("period_state", state="closed", allowed="draft, open")[0]
    )


@pytest.mark.parametrize("state", ["la", "2022-11-22"])
def test_other_values_stay_as_they_are(state: str) -> None:
    assert f"đang ở bước {state};" in told("campaign_state", campaign="dot-1", state=state)[0]


def test_a_wrong_answer_is_named_by_its_place_on_the_paper() -> None:
    options = [{"code": code, "text": code} for code in "AB"]
    data = {
        "code": "to-chuc",
        "title": "Phiếu",
        "layout": "matrix",
        "level": "department",
        "groups": [{"code": "so", "name": "Sở", "quota": 1, "quota_per_unit": None}],
        "questions": [{**_QUESTION, "code": code, "options": options} for code in ("c1", "c2")],
    }
    form = bind(read_questionnaire(data), ["so-noi-vu", "so-y-te"])
    answers = [1, 2, 1, 7]
    entry = Entry(UUID(int=1), "A1", "tui-1", "to-chuc", "so", None, answers)
    with pytest.raises(DomainError) as refused:
        check_entry(form, Bag("to-chuc", None), entry)
    [fault] = refused.value.faults
    assert fault.pointer == "/answers/3"
    assert fault.detail == "đơn vị so-y-te, câu c2: câu trả lời 7 nằm ngoài -1 đến 2"
