"""The four printed reports as data, as they were printed and as they would be right; no test stands here."""

from copy import deepcopy
from pathlib import Path
from typing import Any

from parindex.kernel.documents import read_document
from scoring_api.results.domain.detector.report import PrintedReport
from scoring_api.results.domain.detector.report_reading import read_report

Json = dict[str, Any]
FOLDER = Path(__file__).parents[2] / "golden" / "reports"
NAMES = ("hai-duong-2022", "soc-trang-2017", "nam-dinh-2017-2020", "ha-nam-2017-2020")
CORRECT_FIGURES = {
    "soc-trang-2017": {
        "4.ty-le": "72.67",
        "8.trong-so": "15.50",
        "can-bo-xa.ty-le": "85.88",
        "dt.d2-van-ban": "71.77",
        "dt.d7-hien-dai-hoa": "70.17",
        "sach-nhieu": "1.90",
    },
    "nam-dinh-2017-2020": {
        "chi-so": "70.46",
        "dieu-tra.ty-le": "78.34",
        "tu-cham.toi-da": "67.50",
        "tu-cham.ty-le": "66.67",
    },
    "ha-nam-2017-2020": {"tiep-nhan": "19", "sipas.nam": "4"},
}


def printed(name: str) -> Json:
    found: Json = read_document((FOLDER / f"{name}.json").read_bytes())
    return found


def corrected(name: str) -> Json:
    """The report with the least that makes it right; what replaces a misprint is ours, not printed."""
    report = deepcopy(printed(name))
    for key, value in CORRECT_FIGURES.get(name, {}).items():
        report["figures"][key]["value"] = value
    {
        "hai-duong-2022": _hai_duong,
        "soc-trang-2017": _soc_trang,
        "nam-dinh-2017-2020": _nam_dinh,
        "ha-nam-2017-2020": _ha_nam,
    }[name](report)
    return report


def correct_report(name: str) -> PrintedReport:
    return read_report(corrected(name))


def _hai_duong(report: Json) -> None:
    report["sections"][0]["numerals"] = ["I", "II", "III", "IV"]
    for rule in report["rating_rules"]:
        rule["total_below"] = None
    districts = report["levels"][1]
    districts["bands"][1]["units"].remove("ubnd-huyen-kim-thanh")
    districts["bands"][2] |= {"name": "dưới 80%", "lower": None}


def _soc_trang(report: Json) -> None:
    del report["lists"]["linh-vuc"]["items"][5]


def _nam_dinh(report: Json) -> None:
    report["lists"]["bieu-1.linh-vuc"]["items"] = report["lists"]["linh-vuc"]["items"]
    for table in report["tables"]:
        for row in table["rows"]:
            row["cells"][0] = row["cells"][0].replace(",", ".")
    improved = report["tables"][1]
    improved["labels"].insert(1, "Nhiệm vụ")
    for row in improved["rows"]:
        row["cells"][7] = "Tối đa"


def _ha_nam(report: Json) -> None:
    report["lists"]["sipas.cac-nam"]["items"].append("2020")
    report["series"][0]["values"][2] |= {"value": "87.90", "scale": "phần trăm"}
