"""What the routes of periods and assessments answer, by example: Sở Nội vụ in the year 2022."""

FILE_ID = "019b0a53-7c3e-7a10-9d2e-5f3c8e1b6a42"
DIGEST = "sha256:6ffb3c0cfdb6ffa1a5c5bd3ab2f7fbcf40d0fbc1f8e35e2c1d19f0dcf8a5f3b7"
RECEIPT = {
    "unit": "so-noi-vu",
    "period": "2022",
    "submitted_at": "2023-01-09T15:20:41.512+07:00",
    "leaves": 44,
    "files": 12,
    "digest": DIGEST,
}
ASSESSMENT = {
    "unit": "so-noi-vu",
    "name": "Sở Nội vụ",
    "form": "A4",
    "status": "appraised",
    "version": 7,
    "receipt": RECEIPT,
    "leaves": [
        {
            "leaf": "I/1/1.1/1.1.3",
            "claimed": {
                "value": {"numerator": "31", "denominator": "31"},
                "points": None,
                "not_applicable": False,
                "reason": "",
                "narrative": "Số liệu tính đến 31/12/2022.",
                "evidence": [FILE_ID],
            },
            "appraised": {
                "value": {"numerator": "30", "denominator": "31"},
                "points": None,
                "not_applicable": False,
                "reason": "Tài liệu kiểm chứng chưa đủ cho một số trường hợp đã tự tính là đạt.",
                "narrative": "",
                "evidence": [],
            },
        }
    ],
    "evidence": [
        {
            "id": FILE_ID,
            "title": "Kế hoạch CCHC năm 2022 của Sở Nội vụ",
            "number": "42/KH-SNV",
            "digest": DIGEST,
        }
    ],
}
PERIOD = {
    "code": "2022",
    "year": 2022,
    "state": "open",
    "title": "Đánh giá, xác định Chỉ số CCHC năm 2022",
    "phases": [
        {
            "phase": "self_assessment",
            "name": "tự đánh giá, chấm điểm",
            "unit": "",
            "opens_at": "2022-12-25T00:00:00+07:00",
            "closes_at": "2023-01-11T00:00:00+07:00",
        }
    ],
    "progress": {"submitted": 29, "draft": 1},
    "units": [{"unit": "so-noi-vu", "name": "Sở Nội vụ", "form": "A4", "status": "submitted"}],
    "tally": "",
    "handed_over": False,
    "pinned_tally": "",
    "council_session": "",
}
