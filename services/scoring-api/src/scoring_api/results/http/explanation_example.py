"""One leaf explained, by example: the same words in a running period and in an edition."""

DIGEST = "sha256:3b1f6c2e9a4d5870c1e2f3a4b5968778695a4b3c2d1e0f9a8b7c6d5e4f3a2b1c"
_FILE = "019b0a53-7c3e-7a10-9d2e-5f3c8e1b6a42"
_NAME = "Mức độ hoàn thành kế hoạch CCHC năm (nhiệm vụ hoàn thành/nhiệm vụ trong kế hoạch)"
EXPLAINED = {
    "unit": "so-noi-vu",
    "name": "Sở Nội vụ",
    "framework": {
        "code": "hai-duong-2022-so",
        "title": "Bộ chỉ số cải cách hành chính của các sở, ban, ngành tỉnh",
        "year": 2022,
        "digest": DIGEST,
    },
    "explanation": {
        "key": "I/1/1.1/1.1.3",
        "name": _NAME,
        "points": "1.6",
        "max_points": "2",
        "printed": "1.6",
        "status": "scored",
        "policy": "",
        "decided_by": "rule",
        "rule": "Tỷ lệ tử số trên mẫu số. Dưới 50 %: 0 điểm; từ 50 % đến dưới 100 %: điểm chuẩn × tỷ lệ; "
        "từ 100 % trở lên: 2 điểm.",
        "sentence": "Tử số 24, mẫu số 30: tỷ lệ 80 %; điểm chuẩn × tỷ lệ: 1,6 điểm (điểm chuẩn 2).",
        "excess": "",
        "reason": "Thiếu tài liệu kiểm chứng của 06 nhiệm vụ.",
        "inputs": [
            {"name": "numerator", "label": "tử số", "amount": "24", "printed": "24", "unit": ""},
            {"name": "denominator", "label": "mẫu số", "amount": "30", "printed": "30", "unit": ""},
        ],
        "fallback": [],
        "measure": {"name": "measure", "label": "tỷ lệ", "amount": "80", "printed": "80", "unit": "%"},
        "line": {
            "code": "line",
            "reach": "từ 50 % đến dưới 100 %",
            "gives": "điểm chuẩn × tỷ lệ",
            "label": "",
            "lower": "50",
            "upper": "100",
        },
        "contributions": [
            {"key": "I/1/1.1/1.1.3", "label": _NAME, "points": "1.6", "printed": "1.6", "cell": None}
        ],
    },
    "withheld": False,
    "cells": [],
}
LINEAGE = {
    "framework": {**EXPLAINED["framework"], "version": 1},  # type: ignore[dict-item]
    "tally": None,
    "acts": [
        {
            "stage": "appraisal",
            "role": "appraiser",
            "by": "to-thu-ky-01",
            "at": "2023-01-12T08:00:00+07:00",
            "value": {"numerator": "24", "denominator": "30"},
            "points": None,
            "not_applicable": False,
            "reason": "Thiếu tài liệu kiểm chứng của 06 nhiệm vụ.",
            "narrative": "",
            "evidence": [],
            "session": None,
            "correction": None,
        },
        {
            "stage": "self",
            "role": "unit_officer",
            "by": "so-noi-vu",
            "at": "2023-01-09T08:00:00+07:00",
            "value": {"numerator": "30", "denominator": "30"},
            "points": None,
            "not_applicable": False,
            "reason": "",
            "narrative": "Đã hoàn thành.",
            "evidence": [_FILE],
            "session": None,
            "correction": None,
        },
    ],
    "evidence": [
        {
            "id": _FILE,
            "title": "Báo cáo kết quả thực hiện kế hoạch CCHC năm 2022",
            "file_name": "bao-cao.pdf",
            "number": "12/BC-SNV",
            "issued_on": "2022-12-28",
            "digest": DIGEST,
            "bytes": 84213,
            "media_type": "application/pdf",
        }
    ],
}
