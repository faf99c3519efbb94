"""The files of `examples/hai-duong-2022` as the requests of the story; nothing is computed here."""

import csv
import json
from collections.abc import Iterator
from datetime import datetime
from functools import cached_property
from pathlib import Path
from typing import Any
from uuid import NAMESPACE_URL, UUID, uuid5

from parindex.kernel.clocks import VIETNAM
from parindex.kernel.text import ascii_fold

PERIOD, PREVIOUS, PLAN, CAMPAIGN = "2022", "2021", "2023", "hai-duong-2022"
NOTE = "Số liệu minh họa: phần chưa công bố được dựng để thử phần mềm"
FRAMEWORKS = {"department": "hai-duong-2022-so", "district": "hai-duong-2022-huyen"}
QUESTIONNAIRE_LEVELS = {
    "to-chuc-so": "department",
    "sipas-so": "department",
    "to-chuc-huyen": "district",
    "sipas-huyen": "district",
}


def at(day: str, hour: int = 8, minute: int = 0) -> datetime:
    """An instant of the story, in Vietnamese time."""
    return datetime.fromisoformat(day).replace(hour=hour, minute=minute, tzinfo=VIETNAM)


class Example:
    """The example's folder, read once."""

    def __init__(self, folder: Path) -> None:
        if not (folder / "published.json").exists():
            raise FileNotFoundError(f"không có bộ số liệu minh họa tại {folder}")
        self.folder = folder

    @property
    def office_program(self) -> Path:
        """What a post office starts from, beside the example's folder."""
        return self.folder.parent / "buu-dien-client" / "client.py"

    def load(self, name: str) -> Any:
        return json.loads((self.folder / name).read_text(encoding="utf-8"))

    @cached_property
    def published(self) -> dict[str, Any]:
        found: dict[str, Any] = self.load("published.json")
        return found

    @cached_property
    def units(self) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self.load("units.json")
        return found

    @cached_property
    def batches(self) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self.load("batches.json")
        return found

    def unit_bodies(self) -> list[dict[str, Any]]:
        return [
            {
                "code": unit["code"],
                "level": unit["level"],
                "kind": unit["kind"],
                "names": [{key: unit[key] for key in ("name", "short_name", "head_title", "valid_from")}],
                "aliases": unit["aliases"],
            }
            for unit in self.units
        ]

    def previous_edition(self) -> dict[str, Any]:
        """Last year's ranks and review duties, as another system published them."""
        before = self.load("previous-year.json")
        rows = [
            {"unit": code, "rank": rank, "reviews": before["reviews"].get(code, [])}
            for code, rank in before["ranks"].items()
        ]
        return {"period": PREVIOUS, "units": rows}

    def legal(self, *ids: str) -> list[dict[str, str]]:
        known = {row["id"]: row for row in self.published["legal_references"]}
        names = ("number", "date", "issuer", "subject")
        return [{name: known[key][name] or "" for name in names} for key in ids]

    def plan_body(self) -> dict[str, Any]:
        plan = self.published["plan_2023"]
        kept = {name: plan[name] for name in ("year", "number", "date", "tasks", "activities", "areas")}
        return {**kept, "measures": [measure["text"] for measure in plan["measures"]]}

    def period_body(self) -> dict[str, Any]:
        document = self.published["document"]
        return {
            "code": PERIOD,
            "year": 2022,
            "title": document["title"],
            "province": "tỉnh Hải Dương",
            "owner_name": document["issuer"],
            "secretariat_name": "Sở Nội vụ",
            "legal_basis": self.legal("quyet-dinh-3396-qd-ubnd-2022"),
            "previous": PREVIOUS,
            "plan": PLAN,
            "survey": {
                "campaign": CAMPAIGN,
                "operator": self.published["survey"]["operator"]["name"],
                "plans": self.survey_plans(),
                "questionnaire_levels": QUESTIONNAIRE_LEVELS,
            },
            "phases": self.phases(),
            "units": [
                {
                    "unit": unit["code"],
                    "framework": FRAMEWORKS[unit["level"]],
                    "version": 1,
                    "form": unit["form"],
                    "rank_group": unit["level"],
                }
                for unit in self.units
            ],
        }

    def phases(self) -> list[dict[str, str]]:
        """The two windows as printed: «đến 24 giờ ngày 10/01/2023», «từ 11/01 đến 16/01/2023»."""
        claims, appraisal = (step["window"] for step in self.published["process"]["steps"][:2])
        return [
            {
                "phase": "self_assessment",
                "opens_at": at(claims["opens"], 0).isoformat(),
                "closes_at": claims["closes_iso"],
            },
            {
                "phase": "appraisal",
                "opens_at": at(appraisal["opens"], 0).isoformat(),
                "closes_at": at("2023-01-17", 0).isoformat(),
            },
        ]

    def survey_plans(self) -> list[dict[str, str]]:
        return self.legal("ke-hoach-3685-kh-ubnd-2022", "ke-hoach-3686-kh-ubnd-2022")

    def campaign_body(self) -> dict[str, Any]:
        return {
            "code": CAMPAIGN,
            "title": "Điều tra xã hội học xác định Chỉ số CCHC năm 2022",
            "period": PERIOD,
            "operator": self.published["survey"]["operator"]["name"],
            "plans": self.survey_plans(),
            "opens_at": at("2022-12-20", 0).isoformat(),
            "closes_at": at("2023-02-01", 0).isoformat(),
            "double_entry": {"share": "0"},  # the demo shows the way of a ballot, keyed once
            "questionnaires": self.load("questionnaires.json"),
        }

    def issuance_body(self) -> dict[str, Any]:
        document = self.published["document"]
        return {
            "number": document["number"],
            "day": document["date"],
            "place": document["place"],
            "issuer": document["issuer"],
            "authority": document["signed_as"].split(" / ")[0],
            "signer_title": document["signed_as"].split(" / ")[1],
            "note": NOTE,
            "recipients": document["recipients"],
        }

    def delegate_ballots(self) -> Iterator[dict[str, Any]]:
        """216 matrix ballots of deputies, the Fatherland Front and leaders."""
        for questionnaire in ("to-chuc-so", "to-chuc-huyen"):
            for row in self._rows(questionnaire):
                answers = [int(answer) for answer in row["answers"].split()]
                yield _ballot(questionnaire, row, None, answers)

    def citizen_ballots(self) -> Iterator[dict[str, Any]]:
        """1.620 ballots of citizens on their district."""
        for row in self._rows("sipas-huyen"):
            answers = [int(answer) for name, answer in row.items() if name.startswith("q")]
            yield _ballot("sipas-huyen", row, row["unit"], answers)

    def sipas_file(self) -> Path:
        """The post office's file of the 640 department ballots."""
        return self.folder / "ballots" / "sipas-so.csv"

    def _rows(self, questionnaire: str) -> Iterator[dict[str, str]]:
        path = self.folder / "ballots" / f"{questionnaire}.csv"
        with path.open(encoding="utf-8", newline="") as file:
            yield from csv.DictReader(file)


def _ballot(questionnaire: str, row: dict[str, str], unit: str | None, answers: list[int]) -> dict[str, Any]:
    return {
        "id": str(ballot_id(row["serial"])),
        "serial": row["serial"],
        "batch": row["batch"],
        "questionnaire": questionnaire,
        "group": row["group"],
        "unit": unit,
        "answers": answers,
    }


def ballot_id(serial: str) -> UUID:
    """The client makes the id; here from the serial, so that a repeated demo repeats its ids."""
    return uuid5(NAMESPACE_URL, f"hai-duong-2022/{serial}")


def evidence_pdf(title: str, number: str) -> bytes:
    """A small real PDF that bears the document's title, in the letters its built-in font has."""
    text = ascii_fold(f"{number} {title}").replace("\\", "").replace("(", "").replace(")", "")
    page = f"BT /F1 12 Tf 60 760 Td ({text[:90]}) Tj ET".encode()
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        (
            b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R "
            b"/Resources << /Font << /F1 5 0 R >> >> >>"
        ),
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(page), page),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Times-Roman >>",
    ]
    content, offsets = b"%PDF-1.4\n", []
    for number_of, body in enumerate(objects, 1):
        offsets.append(len(content))
        content += b"%d 0 obj\n%s\nendobj\n" % (number_of, body)
    table = b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    start = len(content)
    content += b"xref\n0 %d\n0000000000 65535 f \n%s" % (len(objects) + 1, table)
    return content + b"trailer << /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (
        len(objects) + 1,
        start,
    )
