"""Makes the illustrative files of this folder, with a fixed seed, so that the published outcomes come out.

Run `python make_illustrative.py` here: the same bytes each time. It reads published.json, units.json, the two
frameworks and questionnaires.json and never changes them; tests compute the index from what it writes.
"""

import csv
import json
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from pathlib import Path
from random import Random
from typing import Any

import illustrative_plan as plan
from illustrative_ballots import (
    UnitBallot,
    matrix_ballots,
    organisation_percent,
    satisfied_share,
    spelled,
    unit_ballots,
)
from illustrative_claims import cited, claim, evidence_files
from illustrative_leaves import Drawn, UnitDraw, document_leaves

HERE = Path(__file__).resolve().parent
# Areas are drawn in this order: what is told first, what can absorb the rest last.
DRAWING_ORDER = ("II", "I/3", "I/7", "I/4", "I/2", "I/6", "I/5", "I/1")

Json = dict[str, Any]


def read(name: str) -> Any:
    return json.loads((HERE / name).read_text(encoding="utf-8"))


def write(name: str, content: object) -> None:
    text = json.dumps(content, ensure_ascii=False, indent=1)
    (HERE / name).write_text(text + "\n", encoding="utf-8")


def write_rows(name: str, header: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    path = HERE / "ballots" / name
    path.parent.mkdir(exist_ok=True)
    with path.open("w", encoding="utf-8", newline="") as file:
        table = csv.writer(file, lineterminator="\n")
        table.writerow(header)
        table.writerows(rows)


class Example:
    """The facts read from the folder and the one generator everything is drawn from, in a fixed order."""

    def __init__(self) -> None:
        self.rng = Random(plan.SEED)  # noqa: S311  reproducible examples, not secrets
        self.published = read("published.json")
        self.units: list[Json] = read("units.json")
        self.questionnaires = {item["code"]: item for item in read("questionnaires.json")}
        frameworks = (read("framework-departments.json"), read("framework-districts.json"))
        self.frameworks = {item["level"]: item for item in frameworks}
        self.survey_points: dict[str, Decimal] = dict.fromkeys(plan.TOTALS, Decimal(0))

    def codes(self, level: str) -> list[str]:
        return [unit["code"] for unit in self.units if unit["level"] == level]

    # --- ballots

    def opinion(self, unit: str, lift: float) -> float:
        return float(plan.TOTALS[unit]) + lift + self.rng.uniform(-1.5, 1.5)

    def organisations(self, code: str, level: str, places: list[tuple[str, str, int]], maximum: str) -> None:
        """The matrix ballots of one level, written and turned into points."""
        units, questions = self.codes(level), self.questionnaires[code]["questions"]
        opinions = [self.opinion(unit, -0.5) for unit in units]
        prefix = "TCS" if level == "department" else "TCH"
        ballots = matrix_ballots(self.rng, prefix, places, opinions, len(questions))
        rows = ((b.serial, b.batch, b.group, " ".join(map(str, b.answers))) for b in ballots)
        write_rows(f"{code}.csv", ("serial", "batch", "group", "answers"), rows)
        for place, unit in enumerate(units):
            percent = organisation_percent(ballots, place * len(questions), len(questions))
            self.survey_points[unit] += percent * Decimal(maximum) / 100

    def citizens(self, code: str, level: str, places: list[tuple[str, str, int]]) -> None:
        """The one-unit ballots of one level, written and turned into points of ten."""
        names = [question["code"] for question in self.questionnaires[code]["questions"]]
        satisfied = {unit: self.opinion(unit, 1.5) for unit in self.codes(level)}
        prefix = "SPS" if level == "department" else "SPH"
        ballots = unit_ballots(self.rng, prefix, places, satisfied, len(names))
        if level == "district":
            group = "nguoi-dan-doanh-nghiep"
            rows = ((b.serial, b.batch, b.unit, group, *b.answers) for b in ballots)
            write_rows(f"{code}.csv", ("serial", "batch", "unit", "group", *names), rows)
        else:
            self.write_postal_file(f"{code}.csv", names, ballots)
        for unit in self.codes(level):
            self.survey_points[unit] += satisfied_share(b for b in ballots if b.unit == unit) * 10

    def write_postal_file(self, name: str, names: Sequence[str], ballots: Sequence[UnitBallot]) -> None:
        """The SIPAS file as a post office keys it: unit names in several spellings, shuffled."""
        units = {unit["code"]: unit for unit in self.units}
        rows = []
        for ballot in self.rng.sample(ballots, len(ballots)):
            unit = units[ballot.unit]
            rows.append((ballot.serial, spelled(unit["name"], unit["aliases"], self.rng), *ballot.answers))
        write_rows(name, ("Số phiếu", "Đơn vị", *names), rows)

    def batches(self) -> dict[str, list[tuple[str, str, int]]]:
        """Places of every questionnaire: which bag holds how many ballots of whom."""
        districts, departments = self.codes("district"), self.codes("department")
        short = {code: code.removeprefix("ubnd-").removeprefix("huyen-") for code in districts}
        province = [("dai-bieu-hdnd-tinh", 20), ("lanh-dao-mttq-tinh", 4)]
        return {
            "to-chuc-so": [("tcs-tinh", group, number) for group, number in province]
            + [(f"tcs-{short[code]}", "lanh-dao-cap-huyen", 8) for code in districts],
            "to-chuc-huyen": [("tch-tinh", group, number) for group, number in province]
            + [("tch-so-nganh", "lanh-dao-so-nganh", 4 * len(departments))],
            "sipas-so": [("sps-tinh", code, 36 if i < 10 else 35) for i, code in enumerate(departments)],
            "sipas-huyen": [(f"sph-{short[code]}", code, 135) for code in districts],
        }

    def make_ballots(self) -> None:
        batches = self.batches()
        self.organisations("to-chuc-so", "department", batches["to-chuc-so"], "18.5")
        self.organisations("to-chuc-huyen", "district", batches["to-chuc-huyen"], "11")
        self.citizens("sipas-so", "department", batches["sipas-so"])
        self.citizens("sipas-huyen", "district", batches["sipas-huyen"])
        write("batches.json", self.described(batches))

    def described(self, batches: Mapping[str, list[tuple[str, str, int]]]) -> list[Json]:
        """Every bag once, with its post office, seal number and number of ballots."""
        names = {u["code"].removeprefix("ubnd-").removeprefix("huyen-"): u["name"] for u in self.units}
        bags: dict[str, Json] = {}
        for questionnaire, places in batches.items():
            for batch, _, number in places:
                place = names.get(batch.split("-", 1)[1], "UBND tỉnh Hải Dương").removeprefix("UBND ")
                bag = {"code": batch, "questionnaire": questionnaire, "office": f"Bưu điện {place}"}
                seal = f"HD22-{len(bags) + 1:03d}"
                row = bags.setdefault(batch, {**bag, "bag_seal": seal, "ballots": 0})
                row["ballots"] += number
        return list(bags.values())

    # --- values

    def rates(self, unit: str) -> dict[str, Decimal]:
        online = self.published["online_service_rates"]
        printed = {row["unit"]: row["rate_pct"] for row in online["above_target"] + online["below_target"]}
        return {
            "online": Decimal(printed.get(unit) or plan.ONLINE_RATES[unit]),
            "digitised": Decimal(plan.DIGITISED_RATES[unit]),
        }

    def drawn_unit(self, unit: Json, nodes: Mapping[str, Mapping[str, Any]]) -> dict[str, Drawn]:
        """Values of all document leaves whose points, with the survey's, make the planned total."""
        code, draw = unit["code"], UnitDraw(unit["code"], self.rates(unit["code"]), self.rng)
        parts: dict[str, list[tuple[str, Mapping[str, Any]]]] = {}
        for key, node in nodes.items():
            parts.setdefault("II" if key.startswith("II/") else key[:3], []).append((key, node))
        maxima = {part: applicable(code, leaves) for part, leaves in parts.items()}
        surveyed = Decimal(self.frameworks[unit["level"]]["nodes"][-1]["max_points"])
        needed = Decimal(plan.TOTALS[code]) * (sum(maxima.values()) + surveyed) / 100
        needed -= self.survey_points[code]
        drawn: dict[str, Drawn] = {}
        for part in (part for part in DRAWING_ORDER if part in parts):
            percent = self.part_percent(code, part, needed * 100 / sum(maxima.values()))
            drawn |= draw.area(parts[part], percent)
            needed -= sum(drawn[key].points for key, _ in parts[part])
            del maxima[part]
        return {key: drawn[key] for key in nodes}

    def part_percent(self, unit: str, part: str, common: Decimal) -> Decimal:
        """The percent to draw a part at: told by the report, or the common one with some noise."""
        if (unit, part) in plan.AREA_PERCENTS:
            return Decimal(plan.AREA_PERCENTS[unit, part])
        noise = Decimal(0) if part == "I/1" else Decimal(self.rng.randint(-30, 30)) / 10
        return min(Decimal(99), max(plan.area_floor(unit, part), common + noise))

    def make_values(self) -> None:
        assessments: dict[str, Json] = {}
        appraisals: dict[str, Json] = {}
        for unit in self.units:
            code, appraised = unit["code"], {}
            nodes = dict(
                pair for group in self.frameworks[unit["level"]]["nodes"] for pair in document_leaves(group)
            )
            files = evidence_files(code, unit["name"], self.rng)
            assessments[code] = {}
            for key, final in self.drawn_unit(unit, nodes).items():
                made = claim(nodes[key], final, self.rng)
                proof = [files[cited(nodes[key])]]
                assessments[code][key] = {
                    "value": made.value,
                    "narrative": made.narrative,
                    "evidence": proof,
                }
                if made.reason:
                    appraised[key] = {"value": final.value, "reason": made.reason}
            appraisals[code] = appraised
        unit_code, leaf = plan.COUNCIL_LEAF
        appraisals[unit_code][leaf] = plan.APPRAISED_BEFORE_COUNCIL
        write("self-assessments.json", assessments)
        write("appraisals.json", appraisals)

    def make_council(self) -> None:
        write(
            "council.json",
            {
                "session": {
                    "number": "01/BB-HĐ",
                    "date": "2023-02-20",
                    "chair": "Chủ tịch Hội đồng",
                    "secretary": "Tổ trưởng Tổ thư ký",
                    "title": "Phiên họp Hội đồng đánh giá, xác định Chỉ số CCHC tỉnh năm 2022",
                },
                "decisions": [plan.COUNCIL_DECISION],
            },
        )

    def make_previous_year(self) -> None:
        ranks = {unit["code"]: plan.RANKS_2021[unit["code"]] for unit in self.units}
        write("previous-year.json", {"year": 2021, "ranks": ranks, "reviews": plan.REVIEWS_2021})


def applicable(unit: str, leaves: Iterable[tuple[str, Mapping[str, Any]]]) -> Decimal:
    """The maximum of the leaves that are not left out because nothing arose."""
    counted = (node for key, node in leaves if (unit, key) not in plan.NOT_ARISING)
    return sum((Decimal(node["max_points"]) for node in counted), Decimal(0))


if __name__ == "__main__":
    example = Example()
    example.make_ballots()
    example.make_values()
    example.make_council()
    example.make_previous_year()
