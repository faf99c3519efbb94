"""What the routes of progress answer, by example: Hải Dương in the evening of 11/01/2023."""

_NOW = "2023-01-11T21:00:00+07:00"
_COUNTS = {"leaves": 44, "claimed": 44, "evidenced": 41, "appraised": 12, "explained": 0, "disputed": 3}
PROGRESS = {
    "code": "2022",
    "server_time": _NOW,
    "units": [
        {
            "form": "A4",
            "unit": "so-noi-vu",
            "name": "Sở Nội vụ",
            "status": "submitted",
            "status_name": "đã nộp",
            "submitted_at": "2023-01-09T15:20:41.512+07:00",
            **_COUNTS,
            "supplements": 0,
        }
    ],
}
AREAS = {
    "code": "2022",
    "unit": "",
    "server_time": _NOW,
    "areas": [
        {
            "framework": "hai-duong-2022-so",
            "area": "I/1",
            "area_name": "Công tác chỉ đạo, điều hành cải cách hành chính",
            "units": 18,
            "leaves": 234,
            "claimed": 221,
            "evidenced": 210,
            "appraised": 64,
            "explained": 0,
            "disputed": 9,
        }
    ],
}
LATE = {
    "code": "2022",
    "server_time": _NOW,
    "outstanding": [
        {
            "kind": "submission",
            "kind_name": "chưa nộp tự chấm",
            "unit": "so-y-te",
            "name": "Sở Y tế",
            "leaves": 6,
            "due_at": "2023-01-11T00:00:00+07:00",
            "late": True,
            "hours_late": 21,
            "hours_left": None,
        }
    ],
}
