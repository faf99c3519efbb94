"""What the routes of periods and assessments answer, by example: Sở Nội vụ in the year 2022."""

FILE_ID = "019b0a53-7c3e-7a10-9d2e-5f3c8e1b6a42"
DIGEST = "sha256:6ffb3c0cfdb6ffa1a5c5bd3ab2f7fbcf40d0fbc1f8e35e2c1d19f0dcf8a5f3b7"
RECEIPT = {
    "unit": "so-noi-vu",
    "period": "2022",
    "number": 1,
    "submitted_at": "2023-01-09T15:20:41.512+07:00",
    "leaves": 44,
    "files": 12,
    "digest": DIGEST,
}
WITHDRAWAL = {
    "unit": "so-noi-vu",
    "period": "2022",
    "number": 1,
    "submitted_at": RECEIPT["submitted_at"],
    "withdrawn_at": "2023-01-10T09:02:11.018+07:00",
    "digest": DIGEST,
}
_SUBMISSION = {
    "number": 1,
    "submitted_at": RECEIPT["submitted_at"],
    "withdrawn_at": None,
    "leaves": 44,
    "files": 12,
    "digest": DIGEST,
}
SUBMISSIONS = {"period": "2022", "unit": "so-noi-vu", "submissions": [_SUBMISSION]}
_CLAIM = {
    "value": {"numerator": "30", "denominator": "31"},
    "narrative": "Số liệu tính đến 31/12/2022.",
    "evidence": [FILE_ID],
    "shortfall": ["Đề án số hóa hồ sơ"],
}
SUBMITTED = {
    **_SUBMISSION,
    "content": {
        "period": "2022",
        "unit": "so-noi-vu",
        "claims": {"I/1/1.1/1.1.3": _CLAIM},
        "files": {FILE_ID: DIGEST},
    },
}
_NAME = "Mức độ hoàn thành kế hoạch CCHC năm"
CHANGES = {
    "period": "2022",
    "unit": "so-noi-vu",
    "before": "1",
    "after": "current",
    "changes": [
        {
            "leaf": "I/1/1.1/1.1.3",
            "code": "1.1.3",
            "name": _NAME,
            "what": "value",
            "before": "tử số 31, mẫu số 31",
            "after": "tử số 30, mẫu số 31",
        }
    ],
    "lines": [f"1.1.3 {_NAME} – giá trị: tử số 31, mẫu số 31 → tử số 30, mẫu số 31"],
}
_NEED = {
    "pointer": "/I/1/1.1/1.1.2",
    "code": "evidence_missing",
    "detail": "1.1.2: cần tài liệu kiểm chứng hoặc văn bản giải trình",
}
SAVED = {
    "unit": "so-noi-vu",
    "changed": 3,
    "version": 2,
    "open": [{"leaf": "I/1/1.1/1.1.2", "needs": [_NEED]}],
    "warnings": [],
}
UPLOADED = {
    "id": FILE_ID,
    "digest": DIGEST,
    "bytes": 84213,
    "media_type": "application/pdf",
    "version": 1,
}
EVIDENCE = {
    "id": FILE_ID,
    "kind": "document",
    "title": "Kế hoạch CCHC năm 2022 của Sở Nội vụ",
    "number": "42/KH-SNV",
    "issued_on": "2022-01-15",
    "file_name": "ke-hoach-cchc-2022.pdf",
    "media_type": "application/pdf",
    "bytes": 84213,
    "digest": DIGEST,
    "version": 1,
}
REMOVED = {"unit": "so-noi-vu", "id": FILE_ID, "version": 8}
ASSESSMENT = {
    "unit": "so-noi-vu",
    "name": "Sở Nội vụ",
    "form": "A4",
    "status": "appraised",
    "version": 7,
    "receipt": RECEIPT,
    "submissions": [_SUBMISSION],
    "supplements": [],
    "leaves": [
        {
            "leaf": "I/1/1.1/1.1.3",
            "code": "1.1.3",
            "name": _NAME,
            "max_points": "2",
            "self_scored": True,
            "rule": "Tỷ lệ tử số trên mẫu số. Dưới 50 %: 0 điểm; từ 50 % đến dưới 100 %: điểm chuẩn × tỷ lệ; "
            "từ 100 %: điểm chuẩn.",
            "asked": "Báo cáo kết quả thực hiện kế hoạch",
            "claimed": {**_CLAIM, "points": None, "not_applicable": False, "reason": ""},
            "claimed_points": "1.935483870967741935483870967742",
            "appraised": {
                "value": {"numerator": "29", "denominator": "31"},
                "points": None,
                "not_applicable": False,
                "reason": "Tài liệu kiểm chứng chưa đủ cho một số trường hợp đã tự tính là đạt.",
                "narrative": "",
                "evidence": [],
                "shortfall": [],
            },
            "appraised_points": "1.870967741935483870967741935484",
            "explained": None,
            "needs": [],
            "warnings": [],
        }
    ],
    "open": 0,
    "evidence": [{**EVIDENCE, "uploaded_at": "2023-01-08T14:03:12.250+07:00", "flags": []}],
}
