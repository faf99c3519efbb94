"""A question of what-if and its answer, by example."""

_DIGEST = "sha256:3b1f6c2e9a4d5870c1e2f3a4b5968778695a4b3c2d1e0f9a8b7c6d5e4f3a2b1c"
REQUEST = {
    "values": [
        {"unit": "so-noi-vu", "leaf": "I/1/1.1/1.1.1", "value": {"level": "khong"}},
        {"unit": "so-y-te", "leaf": "II/1/1.1", "points": "15.5"},
    ],
    "leaves": [
        {"framework": "hai-duong-2022-so", "key": "I/1/1.1/1.1.3", "not_arising": "full"},
    ],
}
_FIGURES = {
    "points": "88.61",
    "applicable_max": "100",
    "percent": "88.61",
    "exact_percent": "88.6075",
    "rank": 4,
    "change": 2,
    "band": "80-duoi-90",
    "rating": "hoan-thanh-tot",
    "by_fall_through": False,
    "reviews": [],
    "undecided": [],
    "blocked_by": {"kind": "total", "key": "", "percent": "88.6075", "floor": "90"},
    "areas": [
        {
            "key": "I/1",
            "name": "Công tác chỉ đạo, điều hành cải cách hành chính",
            "points": "13.1075",
            "max_points": "14.5",
            "percent": "90.39655172413793103448",
        }
    ],
}
REPLY = {
    "hypothetical": True,
    "period": "2022",
    "state": "council",
    "tally": _DIGEST,
    "changed": {"units": 1, "exact_percent": 1, "rank": 1, "band": 0, "rating": 0, "reviews": 0},
    "set_aside": {"count": 0, "entries": []},
    "units": [
        {
            "unit": "so-noi-vu",
            "name": "Sở Nội vụ",
            "framework": "hai-duong-2022-so",
            "baseline": _FIGURES,
            "supposed": {
                **_FIGURES,
                "points": "87.61",
                "percent": "87.61",
                "exact_percent": "87.6075",
                "rank": 6,
                "change": 0,
                "blocked_by": {"kind": "total", "key": "", "percent": "87.6075", "floor": "90"},
                "areas": [
                    {
                        "key": "I/1",
                        "name": "Công tác chỉ đạo, điều hành cải cách hành chính",
                        "points": "12.1075",
                        "max_points": "14.5",
                        "percent": "83.5",
                    }
                ],
            },
        }
    ],
}
