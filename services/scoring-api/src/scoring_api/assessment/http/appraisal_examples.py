"""What the routes of the appraisal take and answer, by example: Sở Nội vụ in the year 2022."""

from typing import Any

from scoring_api.assessment.http.examples import FILE_ID, RECEIPT

APPRAISER = "to-thu-ky-01"
_UNIT = "so-noi-vu"
_NAME = "Sở Nội vụ"
_LEAF = "I/1/1.1/1.1.3"
_LEAF_NAME = "Mức độ hoàn thành kế hoạch CCHC năm"
_ID = "019b0a53-7c3e-7a10-9d2e-5f3c8e1b6a77"
_AT = "2023-01-12T08:14:03.120+07:00"
_CLOSES = "2023-01-17T00:00:00+07:00"
_REASON = "Tài liệu kiểm chứng chưa đủ cho một số trường hợp đã tự tính là đạt."

APPRAISED: dict[str, Any] = {"unit": _UNIT, "appraised": 2, "version": 8, "warnings": []}
COMPLETED = {"unit": _UNIT, "status": "appraised"}
EXPLANATIONS_BODY: dict[str, Any] = {
    "explanations": [
        {
            "leaf": _LEAF,
            "narrative": "Nhiệm vụ này hoàn thành ngày 28/12/2022, kèm quyết định phê duyệt.",
            "evidence": [FILE_ID],
        }
    ]
}
EXPLAINED = {"unit": _UNIT, "explained": 1, "version": 9}
EXPLANATION_COMPLETED = {"unit": _UNIT, "status": "explained", "leaves": 1}
SUPPLEMENT_BODY: dict[str, Any] = {
    "leaves": [_LEAF],
    "reason": "Chưa có danh sách nhiệm vụ hoàn thành kèm theo.",
    "closes_at": "2023-01-14T17:00:00+07:00",
}
SUPPLEMENT: dict[str, Any] = {
    "unit": _UNIT,
    "number": 1,
    **SUPPLEMENT_BODY,
    "opens_at": _AT,
    "state": "open",
    "state_name": "đang chờ bổ sung",
    "answer": None,
}
SUPPLEMENT_ANSWERED: dict[str, Any] = {
    **SUPPLEMENT,
    "state": "answered",
    "state_name": "đã bổ sung",
    "answer": {
        "narrative": "Đã bổ sung danh sách và quyết định phê duyệt.",
        "at": "2023-01-13T09:40:00+07:00",
    },
    "receipt": {**RECEIPT, "number": 2, "submitted_at": "2023-01-13T09:40:00+07:00"},
}
ASSIGNMENTS_BODY: dict[str, Any] = {
    "assignments": [
        {"appraiser": APPRAISER, "areas": ["I/1", "I/3"]},
        {"appraiser": "to-thu-ky-02", "units": [_UNIT], "areas": ["I/7"]},
    ]
}
ENDED = {"reason": "Chuyển công tác; giao lại cho thành viên khác.", "by": "quan-tri-01", "at": _AT}
ASSIGNMENT: dict[str, Any] = {
    "id": _ID,
    "appraiser": APPRAISER,
    "unit": "",
    "area": "I/1",
    "by": "quan-tri-01",
    "at": _AT,
    "ended": None,
}
ASSIGNMENTS: dict[str, Any] = {
    "period": "2022",
    "assignments": [ASSIGNMENT],
    "unassigned": [{"unit": _UNIT, "area": "I/2"}],
}
CONFLICT_BODY: dict[str, Any] = {"unit": _UNIT, "reason": "Đã công tác tại đơn vị trong năm được đánh giá."}
CONFLICT: dict[str, Any] = {
    "id": _ID,
    "appraiser": APPRAISER,
    **CONFLICT_BODY,
    "by": APPRAISER,
    "at": _AT,
    "ended": None,
}
FILTER: dict[str, Any] = {"areas": ["I/1"], "with_evidence": True, "full_points": True}
ACCEPTANCE: dict[str, Any] = {
    "count": 41,
    "units": [{"unit": _UNIT, "count": 41}],
    "left_count": 1,
    "left": [
        {"unit": "so-y-te", "leaf": _LEAF, "code": "leaf_returned", "detail": "đang chờ đơn vị bổ sung"}
    ],
}
WORKLIST: dict[str, Any] = {
    "period": "2022",
    "scored": 44,
    "waiting": 1,
    "returned": 1,
    "units": [
        {
            "unit": _UNIT,
            "name": _NAME,
            "status": "submitted",
            "phase": "appraisal",
            "closes_at": _CLOSES,
            "late": False,
            "scored": 44,
            "waiting": 1,
            "returned": 1,
        }
    ],
    "areas": [
        {
            "framework": "hai-duong-2022-so",
            "area": "I/1",
            "name": "Công tác chỉ đạo điều hành CCHC",
            "scored": 44,
            "waiting": 1,
            "returned": 1,
        }
    ],
    "tasks": [
        {
            "unit": _UNIT,
            "name": _NAME,
            "area": "I/1",
            "leaf": _LEAF,
            "code": "1.1.3",
            "leaf_name": _LEAF_NAME,
            "max_points": "2",
            "why": "unappraised",
            "why_name": "chưa thẩm định",
            "closes_at": _CLOSES,
            "claimed": "tử số 31, mẫu số 31",
            "claimed_points": "2",
            "evidence": 1,
        }
    ],
    "next": None,
}
COMPARISON: dict[str, Any] = {
    "period": "2022",
    "framework": "hai-duong-2022-so",
    "leaf": _LEAF,
    "leaf_name": _LEAF_NAME,
    "max_points": "2",
    "units": [
        {
            "unit": _UNIT,
            "name": _NAME,
            "form": "A4",
            "status": "submitted",
            "claimed": "tử số 31, mẫu số 31",
            "claimed_points": "2",
            "narrative": "Số liệu tính đến 31/12/2022.",
            "shortfall": "",
            "evidence": 1,
            "appraised": "tử số 30, mẫu số 31",
            "appraised_points": "1.935483870967741935483870967742",
            "difference": "-0.064516129032258064516129032258",
            "reason": _REASON,
            "appraiser": APPRAISER,
            "explanation": "",
            "decided_points": None,
        }
    ],
}
CONSISTENCY: dict[str, Any] = {
    "period": "2022",
    "appraisers": [
        {
            "appraiser": APPRAISER,
            "appraised": 44,
            "confirmed": 33,
            "lowered": 11,
            "raised": 0,
            "confirmed_share": "75",
            "mean": "-0.125",
        }
    ],
    "differences": [
        {
            "framework": "hai-duong-2022-so",
            "leaf": "I/1/1.1/1.1.1",
            "leaf_name": "Ban hành kế hoạch CCHC năm",
            "unit": _UNIT,
            "name": _NAME,
            "claimed": "«Đầy đủ, đúng hạn»",
            "claimed_points": "1",
            "appraised": "«Ban hành chậm»",
            "appraised_points": "0.5",
            "appraiser": APPRAISER,
        }
    ],
}
