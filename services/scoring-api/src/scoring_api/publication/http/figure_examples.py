"""What the routes of an edition's figures answer, by example: one unit, one area, one node of 2022."""

from scoring_api.publication.http.examples import INDEX

_GIVEN = {
    "source": "documents",
    "max_points": "1",
    "self_points": "1",
    "appraised_points": "0.5",
    "points": "0.5",
    "reason": "Kế hoạch ban hành sau ngày 31/01/2022.",
    "status": "scored",
}
_NODE = {
    "key": "I/1/1.1/1.1.1",
    "code": "1.1.1",
    "name": "Ban hành kế hoạch cải cách hành chính năm",
    "role": "sub_criterion",
    "depth": 4,
    **_GIVEN,
}
_AREA = {
    "key": "I/3",
    "name": "Cải cách thủ tục hành chính",
    "role": "area",
    "max_points": "15.5",
    "points": "10.385",
    "percent": "67",
    "rated": True,
}
SHEET = {
    "period": "2022",
    "edition": 1,
    "status": "final",
    "code": "ubnd-huyen-tu-ky",
    "name": "UBND huyện Tứ Kỳ",
    "short_name": "Tứ Kỳ",
    "level": "district",
    "kind": "huyen",
    "head_title": "Chủ tịch UBND huyện Tứ Kỳ",
    "framework": "hai-duong-2022-huyen",
    "framework_version": 1,
    "form": "B6",
    "rank_group": "huyen",
    "points": "83.29",
    "applicable_max": "100",
    "percent": "83.29",
    "rank": 10,
    "previous_rank": 5,
    "change": -5,
    "previous_percent": "85.1",
    "percent_change": "-1.81",
    "comparability": "partly",
    "band": "80-duoi-90",
    "rating": {
        "code": "hoan-thanh",
        "name": "Hoàn thành nhiệm vụ",
        "blocked_by": {
            "kind": "area",
            "key": "I/3",
            "name": "Cải cách thủ tục hành chính",
            "percent": "67",
            "floor": "70",
        },
        "by_fall_through": True,
    },
    "reviews": [
        {
            "area": "I/3",
            "name": "Cải cách thủ tục hành chính",
            "percent": "67",
            "threshold": "75",
            "consecutive_years": 1,
        }
    ],
    "next_band_distance": "6.71",
    "lost_points": [["I/1/1.1/1.1.1", "0.5"]],
    "areas": [_AREA],
    "leaves": [_NODE],
}
UNIT_LEAF = {
    "period": "2022",
    "edition": 1,
    "status": "final",
    "framework": "hai-duong-2022-huyen",
    "framework_version": 1,
    "unit": "ubnd-huyen-tu-ky",
    "name": "UBND huyện Tứ Kỳ",
    "leaf": _NODE,
    "below": [],
    "explanation": "/api/v1/editions/2022/1/units/ubnd-huyen-tu-ky/explanation?node=I/1/1.1/1.1.1",
}
AREAS = {
    "period": "2022",
    "edition": 1,
    "status": "final",
    "frameworks": INDEX["frameworks"],
    "areas": [
        {
            "framework": "hai-duong-2022-huyen",
            "area": "I/3",
            "area_name": "Cải cách thủ tục hành chính",
            "units": 12,
            "mean_percent": "83.41",
            "lowest_percent": "67.00",
            "highest_percent": "94.19",
        }
    ],
    "rows": [
        {
            "framework": "hai-duong-2022-huyen",
            "area": "I/3",
            "area_name": "Cải cách thủ tục hành chính",
            "unit": "ubnd-huyen-tu-ky",
            "name": "UBND huyện Tứ Kỳ",
            "points": "10.385",
            "max_points": "15.5",
            "percent": "67.00",
        }
    ],
}
LEAF = {
    "period": "2022",
    "edition": 1,
    "status": "final",
    "leaf": "I/1/1.1/1.1.1",
    "rows": [
        {
            "unit": "ubnd-huyen-tu-ky",
            "name": "UBND huyện Tứ Kỳ",
            "form": "B6",
            "framework": "hai-duong-2022-huyen",
            "framework_version": 1,
            "criterion": "Ban hành kế hoạch cải cách hành chính năm",
            **_GIVEN,
        }
    ],
}
ZEROS = {
    "unit": "ubnd-huyen-tu-ky",
    "period": "2022",
    "edition": 1,
    "rows": [
        {
            "key": "I/1/1.5",
            "code": "1.5",
            "name": "Sáng kiến, giải pháp mới trong cải cách hành chính",
            "max_points": "1",
            "since": 2021,
            "years": 2,
        }
    ],
}
HISTORY = {
    "unit": "ubnd-huyen-tu-ky",
    "rows": [
        {
            "period": "2022",
            "year": 2022,
            "edition": 1,
            "origin": "computed",
            "published_at": "2023-03-01T08:00:00+07:00",
            "unit": "ubnd-huyen-tu-ky",
            "name": "UBND huyện Tứ Kỳ",
            "framework": "hai-duong-2022-huyen",
            "framework_version": 1,
            "points": "83.29",
            "applicable_max": "100",
            "percent": "83.29",
            "rank": 10,
            "previous_rank": 5,
            "change": -5,
            "comparability": "partly",
            "band": "80-duoi-90",
            "band_name": "từ 80% đến dưới 90%",
            "rating": "hoan-thanh",
            "rating_name": "Hoàn thành nhiệm vụ",
        }
    ],
}
