"""What the routes of disputes, of the waiting tally and of a provisional result answer, by example."""

DIGEST = "sha256:6ffb3c0cfdb6ffa1a5c5bd3ab2f7fbcf40d0fbc1f8e35e2c1d19f0dcf8a5f3b7"
UNIT_CHANGE = {
    "unit": "so-y-te",
    "name": "Sở Y tế",
    "rank_only": False,
    "figures": {
        "points": {"before": "84.5", "after": "85.25"},
        "percent": {"before": "84.5", "after": "85.25"},
        "rank": {"before": 4, "after": 3},
    },
    "rating": None,
    "reviews": [],
    "areas": [
        {
            "key": "I/1",
            "name": "Công tác chỉ đạo, điều hành CCHC",
            "points": {"before": "12.5", "after": "13.25"},
        }
    ],
    "leaves": [
        {"key": "I/1/1.5", "name": "Sáng kiến trong CCHC", "points": {"before": "0.25", "after": "1"}}
    ],
    "sentence": "điểm 84,50 → 85,25; chỉ số (%) 84,50 → 85,25; xếp hạng 4 → 3",
}
_CLAIMED = {
    "value": {"numerator": "31", "denominator": "31"},
    "points": "1",
    "not_applicable": False,
    "reason": "Số liệu tính đến 31/12/2022.",
    "evidence": [],
    "by": "so-noi-vu",
    "at": "2023-01-09T15:20:41+07:00",
}
DISPUTES = {
    "code": "2022",
    "state": "council",
    "disputes": [
        {
            "unit": "so-noi-vu",
            "name": "Sở Nội vụ",
            "leaf": "I/1/1.1/1.1.3",
            "leaf_name": "Mức độ hoàn thành kế hoạch CCHC",
            "max_points": "1",
            "causes": [{"code": "differs", "name": "tự chấm và thẩm định khác nhau"}],
            "claimed": _CLAIMED,
            "appraised": {
                **_CLAIMED,
                "value": {"numerator": "30", "denominator": "31"},
                "points": "0.967741935483870967741935483871",
                "reason": "Tài liệu kiểm chứng chưa đủ.",
                "by": "to-thu-ky-03",
            },
            "explained": None,
            "decided": None,
            "rating": None,
            "rating_name": None,
            "blocked_by": None,
        }
    ],
}
TALLY = {
    "pinned": {"digest": DIGEST, "revision": 1, "handed_over": True},
    "waiting": {"digest": DIGEST.replace("6", "7"), "revision": 2, "handed_over": True},
    "changes": [UNIT_CHANGE],
    "chosen": [],
}
PROVISIONAL = {
    "code": "2022",
    "state": "provisional",
    "units": [
        {
            "unit": "so-y-te",
            "points": "84.5",
            "applicable_max": "100",
            "percent": "84.5",
            "exact_percent": "84.5",
            "rank": 4,
            "change": 1,
            "band": "80-duoi-90",
            "rating": "hoan-thanh-tot",
            "by_fall_through": False,
            "reviews": [],
            "undecided": [],
        }
    ],
}
