"""What the routes of corrections and of an edition's changes take and answer, by example."""

from scoring_api.results.http.council_examples import UNIT_CHANGE

_DIGEST = "sha256:6ffb3c0cfdb6ffa1a5c5bd3ab2f7fbcf40d0fbc1f8e35e2c1d19f0dcf8a5f3b7"
_REASON = "Sở Y tế có văn bản áp dụng 01 sáng kiến ban hành trong năm, kiến nghị gửi sau khi chốt kết quả."
_LEGAL_BASIS = [
    {
        "number": "512/TB-HĐ",
        "date": "2023-03-20",
        "issuer": "Hội đồng đánh giá",
        "subject": "Thông báo kết luận về kiến nghị của Sở Y tế",
    }
]
CORRECTION_BODY = {"reason": _REASON, "legal_basis": _LEGAL_BASIS}
_DECIDED = {"value": {"count": "2"}, "points": None, "not_applicable": False, "reason": _REASON}
DECISION = {"unit": "so-y-te", "leaf": "I/1/1.5", "value": {"count": "2"}, "reason": _REASON}
CORRECTION = {
    "number": 1,
    "state": "open",
    "corrects": 1,
    "edition": None,
    "reason": _REASON,
    "legal_basis": _LEGAL_BASIS,
    "tally": "",
    "previous_edition": None,
    "by": "thu-ky-hoi-dong",
    "at": "2023-03-21T08:30:00+07:00",
    "end_reason": "",
    "ended_at": "",
    "decisions": [{**_DECIDED, "unit": "so-y-te", "leaf": "I/1/1.5"}],
}
CORRECTED = {
    "period": "2022",
    "edition": 2,
    "digest": _DIGEST,
    "units": 30,
    "correction": 1,
    "corrects": 1,
}
CHANGES = {
    "period": "2022",
    "edition": 2,
    "corrects": 1,
    "correction": 1,
    "reason": _REASON,
    "legal_basis": _LEGAL_BASIS,
    "tally": None,
    "previous_edition": None,
    "acts": [
        {
            "unit": "so-y-te",
            "name": "Sở Y tế",
            "leaf": "I/1/1.5",
            "leaf_name": "Sáng kiến trong CCHC",
            "before": {**_DECIDED, "value": {"count": "1"}, "reason": ""},
            "after": _DECIDED,
        }
    ],
    "units": [UNIT_CHANGE],
}
