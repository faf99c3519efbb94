"""Bad input on every route of the appraisal: each its own problem, every fault named, nothing stored."""

from typing import Any, NamedTuple

from parindex.auth.policy import Role
from tests.support.appraisal_story import BASE, COUNT, LEVEL, OTHER, PERIOD, RATIO, faults, handed_in
from tests.support.scoring_story import Year
from tests.support.workbench import Workbench

UNKNOWN = "019b0a53-7c3e-7a10-9d2e-5f3c8e1b6a42"
ELSEWHERE = f"{PERIOD}/assessments/so-tai-chinh"  # registered nowhere in this period
ASKED = {"leaves": [RATIO], "reason": "Thiếu.", "closes_at": "2023-01-14T17:00:00+07:00"}
A, U, S, C = Role.APPRAISER, Role.UNIT_OFFICER, Role.ADMINISTRATOR, Role.COUNCIL_CLERK


class Case(NamedTuple):
    """A request that must be refused: by whom, where, with what, and how."""

    name: str
    role: Role | None
    path: str
    body: Any
    status: int
    code: str
    pointer: str = ""
    at: str = "2023-01-12T08:00:00+07:00"
    method: str = "POST"
    headers: dict[str, str] = {}


def rows(*appraisals: dict[str, Any]) -> dict[str, Any]:
    return {"appraisals": list(appraisals)}


def valued(leaf: str, value: Any) -> dict[str, Any]:
    return rows({"leaf": leaf, "value": value, "reason": "Lý do."})


def explained(**changes: Any) -> dict[str, Any]:
    return {"explanations": [{"leaf": LEVEL, "narrative": "Giải trình.", **changes}]}


def assigned(**changes: Any) -> dict[str, Any]:
    return {"assignments": [{"appraiser": "to-thu-ky-01", **changes}]}


def accepted(count: Any = 0, **chosen: Any) -> dict[str, Any]:
    return {"filter": chosen, "expected_count": count}


AFTER, BEFORE = "2023-01-17T00:00:00+07:00", "2023-01-10T23:59:59+07:00"
END = {"reason": "Thôi."}
CASES = [
    Case("số lẻ cho số đếm", A, f"{BASE}/appraisals", valued(COUNT, {"count": "1.5"}), 422, "appraisal_invalid", "/appraisals/0/value/count"),
    Case("trên mức tối đa", A, f"{BASE}/appraisals", valued(RATIO, {"numerator": "1e99", "denominator": "1"}), 422, "appraisal_invalid", "/appraisals/0/value/numerator"),
    Case("số âm", A, f"{BASE}/appraisals", valued(RATIO, {"numerator": "-1", "denominator": "3"}), 422, "appraisal_invalid", "/appraisals/0/value/numerator"),
    Case("chữ thay số", A, f"{BASE}/appraisals", valued(RATIO, {"numerator": "ba", "denominator": "3"}), 422, "appraisal_invalid", "/appraisals/0/value/numerator"),
    Case("mức không có", A, f"{BASE}/appraisals", valued(LEVEL, {"level": "xuat-sac"}), 422, "appraisal_invalid", "/appraisals/0/value/level"),
    Case("lá của bộ khác", A, f"{BASE}/appraisals", rows({"leaf": "I/1/1.9"}), 422, "appraisal_invalid", "/appraisals/0/leaf"),
    Case("lá của phiếu điều tra", A, f"{BASE}/appraisals", rows({"leaf": "II/1/1.1"}), 422, "appraisal_invalid", "/appraisals/0/leaf"),
    Case("lá nêu hai lần", A, f"{BASE}/appraisals", rows({"leaf": LEVEL}, {"leaf": LEVEL}), 422, "appraisal_invalid", "/appraisals/1/leaf"),
    Case("thiếu lý do", A, f"{BASE}/appraisals", rows({"leaf": LEVEL, "value": {"level": "khong"}}), 422, "appraisal_invalid", "/appraisals/0/reason"),
    Case("lý do trắng", A, f"{BASE}/appraisals", rows({"leaf": LEVEL, "not_applicable": True, "reason": "  "}), 422, "appraisal_invalid", "/appraisals/0/reason"),
    Case("tài liệu lạ", A, f"{BASE}/appraisals", rows({"leaf": LEVEL, "evidence": [UNKNOWN]}), 422, "appraisal_invalid", "/appraisals/0/evidence/0"),
    Case("nhập điểm", A, f"{BASE}/appraisals", rows({"leaf": LEVEL, "points": "1"}), 422, "invalid_request", "/appraisals/0/points"),
    Case("không có dòng nào", A, f"{BASE}/appraisals", rows(), 422, "invalid_request", "/appraisals"),
    Case("đơn vị ngoài kỳ", A, f"{ELSEWHERE}/appraisals", rows({"leaf": LEVEL}), 404, "unit_not_in_period"),
    Case("kỳ lạ", A, f"{BASE}/appraisals".replace("2022", "1999"), rows({"leaf": LEVEL}), 404, "period_unknown"),
    Case("ngoài cửa sổ", A, f"{BASE}/appraisals", rows({"leaf": LEVEL}), 409, "window_closed", at=AFTER),
    Case("trước cửa sổ", A, f"{BASE}/appraisals", rows({"leaf": LEVEL}), 409, "window_closed", at=BEFORE),
    Case("bản cũ", A, f"{BASE}/appraisals", rows({"leaf": LEVEL}), 412, "version_stale", headers={"If-Match": '"v0"'}),
    Case("thẻ lạ", A, f"{BASE}/appraisals", rows({"leaf": LEVEL}), 412, "version_stale", headers={"If-Match": "abc"}),
    Case("đơn vị tự thẩm định", U, f"{BASE}/appraisals", rows({"leaf": LEVEL}), 403, "forbidden"),
    Case("quản trị thẩm định", S, f"{BASE}/appraisals", rows({"leaf": LEVEL}), 403, "forbidden"),
    Case("không mã", None, f"{BASE}/appraisals", rows({"leaf": LEVEL}), 401, "token_required"),
    Case("xong khi chưa xong", A, f"{BASE}/appraisal-completion", None, 409, "appraisal_incomplete", f"/leaves/{LEVEL}"),
    Case("xong ngoài cửa sổ", A, f"{BASE}/appraisal-completion", None, 409, "window_closed", at=AFTER),
    Case("trả lại lá lạ", A, f"{BASE}/supplements", {**ASKED, "leaves": ["I/9"]}, 422, "supplement_invalid", "/leaves/0"),
    Case("trả lại không lý do", A, f"{BASE}/supplements", {**ASKED, "reason": " "}, 422, "invalid_request", "/reason"),
    Case("trả lại không lá", A, f"{BASE}/supplements", {**ASKED, "leaves": []}, 422, "invalid_request", "/leaves"),
    Case("hạn không múi giờ", A, f"{BASE}/supplements", {**ASKED, "closes_at": "2023-01-14T17:00:00"}, 422, "invalid_request", "/closes_at"),
    Case("hạn đã qua", A, f"{BASE}/supplements", {**ASKED, "closes_at": "2023-01-12T07:59:59+07:00"}, 422, "supplement_invalid", "/closes_at"),
    Case("hạn sau thẩm định", A, f"{BASE}/supplements", {**ASKED, "closes_at": "2023-01-17T00:00:01+07:00"}, 422, "supplement_invalid", "/closes_at"),
    Case("trả lại ngoài cửa sổ", A, f"{BASE}/supplements", ASKED, 409, "window_closed", at=AFTER),
    Case("trả lại đơn vị ngoài kỳ", A, f"{ELSEWHERE}/supplements", ASKED, 404, "unit_not_in_period"),
    Case("đơn vị trả lại", U, f"{BASE}/supplements", ASKED, 403, "forbidden"),
    Case("trả lời số lạ", U, f"{BASE}/supplements/7/answer", {}, 404, "supplement_unknown"),
    Case("trả lời số âm", U, f"{BASE}/supplements/-1/answer", {}, 422, "invalid_request"),
    Case("trả lời bằng chữ", U, f"{BASE}/supplements/mot/answer", {}, 422, "invalid_request"),
    Case("trả lời thay đơn vị khác", U, f"{OTHER}/supplements/1/answer", {}, 403, "foreign_unit"),
    Case("người thẩm định trả lời", A, f"{BASE}/supplements/1/answer", {}, 403, "forbidden"),
    Case("thôi số lạ", A, f"{BASE}/supplements/7/cancellation", END, 404, "supplement_unknown"),
    Case("thôi không lý do", A, f"{BASE}/supplements/1/cancellation", {}, 422, "invalid_request", "/reason"),
    Case("trạng thái lạ", A, f"{PERIOD}/supplements?state=la", None, 422, "invalid_request", method="GET"),
    Case("giải trình sớm", U, f"{BASE}/explanations", explained(), 409, "window_closed"),
    Case("giải trình thiếu lời", U, f"{BASE}/explanations", {"explanations": [{"leaf": LEVEL}]}, 422, "invalid_request", "/explanations/0/narrative"),
    Case("giải trình kèm điểm", U, f"{BASE}/explanations", explained(value={"level": "day-du"}), 422, "invalid_request", "/explanations/0/value"),
    Case("giải trình khi chưa thẩm định", U, f"{BASE}/explanations", explained(), 409, "assessment_state", at=AFTER),
    Case("giải trình thay", U, f"{OTHER}/explanations", explained(), 403, "foreign_unit", at=AFTER),
    Case("người thẩm định giải trình", A, f"{BASE}/explanations", explained(), 403, "forbidden", at=AFTER),
    Case("khép giải trình sớm", U, f"{BASE}/explanation-completion", None, 409, "window_closed"),
    Case("khép giải trình khi chưa thẩm định", U, f"{BASE}/explanation-completion", None, 409, "assessment_state", at=AFTER),
    Case("giao đơn vị lạ", S, f"{PERIOD}/assignments", assigned(units=["so-la"]), 422, "assignment_invalid", "/assignments/0/units/0"),
    Case("giao lĩnh vực lạ", S, f"{PERIOD}/assignments", assigned(areas=["I/9"]), 422, "assignment_invalid", "/assignments/0/areas/0"),
    Case("giao cho không ai", S, f"{PERIOD}/assignments", assigned(appraiser=" "), 422, "invalid_request", "/assignments/0/appraiser"),
    Case("giao không dòng", S, f"{PERIOD}/assignments", {"assignments": []}, 422, "invalid_request", "/assignments"),
    Case("tự giao", A, f"{PERIOD}/assignments", assigned(), 403, "forbidden"),
    Case("giao trong kỳ lạ", S, "/api/v1/periods/1999/assignments", assigned(), 404, "period_unknown"),
    Case("thôi phân công lạ", S, f"{PERIOD}/assignments/{UNKNOWN}/end", END, 404, "assignment_unknown"),
    Case("thôi phân công không mã", S, f"{PERIOD}/assignments/7/end", END, 422, "invalid_request"),
    Case("thôi phân công không lý do", S, f"{PERIOD}/assignments/{UNKNOWN}/end", {"reason": ""}, 422, "invalid_request", "/reason"),
    Case("xung đột với đơn vị lạ", A, f"{PERIOD}/conflicts", {"unit": "so-la", "reason": "x"}, 404, "unit_not_in_period"),
    Case("xung đột không lý do", A, f"{PERIOD}/conflicts", {"unit": "so-y-te", "reason": ""}, 422, "invalid_request", "/reason"),
    Case("khai thay người khác", A, f"{PERIOD}/conflicts", {"unit": "so-y-te", "reason": "x", "appraiser": "khac"}, 403, "forbidden"),
    Case("đơn vị khai xung đột", U, f"{PERIOD}/conflicts", {"unit": "so-y-te", "reason": "x"}, 403, "forbidden"),
    Case("thôi xung đột lạ", S, f"{PERIOD}/conflicts/{UNKNOWN}/end", END, 404, "conflict_unknown"),
    Case("chấp nhận số khác", A, f"{PERIOD}/acceptances", accepted(1), 409, "acceptance_count_differs"),
    Case("chấp nhận số âm", A, f"{PERIOD}/acceptances", accepted(-1), 422, "invalid_request", "/expected_count"),
    Case("chấp nhận bằng chữ", A, f"{PERIOD}/acceptances", accepted("45"), 422, "invalid_request", "/expected_count"),
    Case("chấp nhận không nêu số", A, f"{PERIOD}/acceptances", {"filter": {}}, 422, "invalid_request", "/expected_count"),
    Case("điều kiện lạ", A, f"{PERIOD}/acceptances", accepted(0, units=["so-la"]), 422, "acceptance_invalid", "/filter/units"),
    Case("điều kiện sai kiểu", A, f"{PERIOD}/acceptances", accepted(0, full_points="có"), 422, "invalid_request", "/filter/full_points"),
    Case("xem trước lĩnh vực lạ", A, f"{PERIOD}/acceptances/preview", {"filter": {"areas": ["I/9"]}}, 422, "acceptance_invalid", "/filter/areas"),
    Case("đơn vị chấp nhận", U, f"{PERIOD}/acceptances", accepted(), 403, "forbidden"),
    Case("Hội đồng chấp nhận", C, f"{PERIOD}/acceptances", accepted(), 403, "forbidden"),
    Case("danh sách quá dài", A, f"{PERIOD}/worklist?limit=1001", None, 422, "invalid_request", method="GET"),
    Case("danh sách âm", A, f"{PERIOD}/worklist?limit=-1", None, 422, "invalid_request", method="GET"),
    Case("trang lạ", A, f"{PERIOD}/worklist?after=so-noi-vu/I/9", None, 422, "invalid_request", "/query/after", method="GET"),
    Case("danh sách của đơn vị", U, f"{PERIOD}/worklist", None, 403, "forbidden", method="GET"),
    Case("danh sách kỳ lạ", A, "/api/v1/periods/1999/worklist", None, 404, "period_unknown", method="GET"),
    Case("thống nhất kỳ lạ", A, "/api/v1/periods/1999/consistency", None, 404, "period_unknown", method="GET"),
    Case("dạng lạ", A, f"{PERIOD}/consistency?format=pdf", None, 422, "invalid_request", method="GET"),
]  # fmt: skip
_TABLES = (
    "act",
    "supplement",
    "supplement_end",
    "assignment",
    "assignment_end",
    "conflict",
    "audit",
    "announcement",
)


async def counts(bench: Workbench) -> dict[str, Any]:
    found = {}
    for table in _TABLES:
        (row,) = await bench.fetch(f"SELECT count(*) AS rows FROM scoring.{table}")
        found[table] = row["rows"]
    return found


async def test_each_is_refused_with_its_own_problem(year: Year, bench: Workbench) -> None:
    """One year for all of them: what is refused leaves no trace that the next one could meet."""
    await handed_in(year, "self_assessment", "appraisal", "explanation")
    clients = {
        A: await year.role(A),
        U: await year.role(U, units=["so-noi-vu"]),
        S: await year.role(S),
        C: await year.role(C),
        None: await year.public(),
    }
    before = await counts(bench)
    wrong = []
    for case in CASES:
        year.clock.set(case.at)
        body: dict[str, Any] = {} if case.body is None else {"json": case.body}
        reply = await clients[case.role].request(case.method, case.path, headers=case.headers, **body)
        said = reply.json()
        if (reply.status_code, said.get("code")) != (case.status, case.code):
            wrong.append(f"{case.name}: {reply.status_code} {reply.text[:300]}")
        elif case.pointer and case.pointer not in {pointer for pointer, _ in faults(reply)}:
            wrong.append(f"{case.name}: {said['errors']}")
    assert not wrong, "\n".join(wrong)
    assert await counts(bench) == before


def test_every_case_has_a_name_of_its_own() -> None:
    names = [case.name for case in CASES]
    assert len(set(names)) == len(names)
