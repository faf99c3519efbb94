"""What the routes of periods answer, by example: Hải Dương in the evening of 09/01/2023."""

from typing import Any

_COUNTDOWN = {
    "phase": "self_assessment",
    "name": "tự đánh giá, chấm điểm",
    "state": "running",
    "closes_at": "2023-01-11T00:00:00+07:00",
    "seconds_to_open": 0,
    "seconds_left": 97200,
}
_NOW = "2023-01-09T21:00:00+07:00"
PERIODS = {
    "server_time": _NOW,
    "periods": [
        {
            "code": "2022",
            "year": 2022,
            "title": "Đánh giá, xác định Chỉ số CCHC năm 2022",
            "state": "open",
            "owner_unit": "",
            "owner_name": "UBND tỉnh Hải Dương",
            "units": 30,
            "next": "council",
            "countdown": _COUNTDOWN,
        }
    ],
}
PERIOD: dict[str, Any] = {
    "code": "2022",
    "year": 2022,
    "state": "open",
    "version": 3,
    "server_time": _NOW,
    "title": "Đánh giá, xác định Chỉ số CCHC năm 2022",
    "province": "tỉnh Hải Dương",
    "owner_name": "UBND tỉnh Hải Dương",
    "secretariat_name": "Sở Nội vụ",
    "legal_basis": [
        {
            "number": "3396/QĐ-UBND",
            "date": "2022-12-15",
            "issuer": "Chủ tịch Ủy ban nhân dân tỉnh",
            "subject": "Quy định đánh giá, xác định Chỉ số cải cách hành chính",
        }
    ],
    "owner_unit": "",
    "previous": "2021",
    "plan": "2023",
    "survey": {
        "campaign": "hai-duong-2022",
        "operator": "Bưu điện tỉnh",
        "plans": [{"number": "3685/KH-UBND", "date": "2022-12-16", "issuer": "UBND tỉnh", "subject": ""}],
        "questionnaire_levels": {"to-chuc-so": "department", "sipas-so": "department"},
        "publication_minimum": 5,
    },
    "phases": [
        {
            "phase": "self_assessment",
            "name": "tự đánh giá, chấm điểm",
            "unit": "",
            "opens_at": "2022-12-25T00:00:00+07:00",
            "closes_at": "2023-01-11T00:00:00+07:00",
            "closes_text": "24 giờ ngày 10/01/2023",
            "reason": "",
            "state": "running",
            "seconds_to_open": 0,
            "seconds_left": 97200,
        }
    ],
    "progress": {"submitted": 29, "draft": 1},
    "units": [
        {
            "unit": "so-noi-vu",
            "name": "Sở Nội vụ",
            "form": "A4",
            "framework": "hai-duong-2022-so",
            "version": 1,
            "rank_group": "department",
            "status": "submitted",
            "countdown": _COUNTDOWN,
        }
    ],
    "tally": "",
    "handed_over": False,
    "pinned_tally": "",
    "council_session": "",
}
EXTENDED = {
    "unit": "so-y-te",
    "phase": "self_assessment",
    "closes_at": "2023-01-14T00:00:00+07:00",
    "closes_text": "24 giờ ngày 13/01/2023",
}
ADDED = {
    "phase": "complaint",
    "opens_at": "2023-02-21T00:00:00+07:00",
    "closes_at": "2023-02-25T00:00:00+07:00",
    "closes_text": "24 giờ ngày 24/02/2023",
}
