"""A questionnaire as it is read from plain data; what makes it fit for use is in `questionnaire_rules`."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

Kind = Literal["single", "scale", "multiple", "comment"]
Use = Literal["index", "share"]


@dataclass(frozen=True, slots=True)
class Option:
    """One answer that can be ticked («phương án trả lời»)."""

    code: str
    text: str


@dataclass(frozen=True, slots=True)
class Scale:
    """A scale of whole numbers («thang điểm») with a label at each end."""

    least: int
    most: int
    least_text: str
    most_text: str

    def options(self) -> tuple[Option, ...]:
        """One option a step, from the least.

        >>> [(step.code, step.text) for step in Scale(0, 2, "kém", "tốt").options()]
        [('0', '0 (kém)'), ('1', '1'), ('2', '2 (tốt)')]
        """
        ends = {self.least: f" ({self.least_text})", self.most: f" ({self.most_text})"}
        steps = range(self.least, self.most + 1)
        return tuple(Option(str(step), f"{step}{ends.get(step, '')}") for step in steps)


@dataclass(frozen=True, slots=True)
class Question:
    """A question («câu hỏi»); `factor` groups questions of a satisfaction survey, empty for none.

    What is asked for its shares only («câu hỏi thống kê»: trips, delays, wishes) says `use` "share".
    """

    code: str
    text: str
    kind: Kind
    factor: str
    options: tuple[Option, ...]
    use: Use = "index"
    scale: Scale | None = None


@dataclass(frozen=True, slots=True)
class RespondentGroup:
    """Those who are asked («đối tượng lấy ý kiến») and how many ballots of them are wanted."""

    code: str
    name: str
    quota: int
    quota_per_unit: int | None


@dataclass(frozen=True, slots=True)
class Questionnaire:
    """A ballot form («mẫu phiếu»): about one unit, or a matrix of all units of a level."""

    code: str
    title: str
    layout: Literal["one_unit", "matrix"]
    level: str
    groups: tuple[RespondentGroup, ...]
    questions: tuple[Question, ...]

    def group(self, code: str) -> RespondentGroup | None:
        return next((group for group in self.groups if group.code == code), None)

    @property
    def answered(self) -> tuple[Question, ...]:
        """The questions that have a place among a ballot's answers: all but the comments."""
        return tuple(question for question in self.questions if question.kind != "comment")

    @property
    def comments(self) -> tuple[Question, ...]:
        """The questions that are answered in free text."""
        return tuple(question for question in self.questions if question.kind == "comment")


def read_questionnaire(data: Mapping[str, Any]) -> Questionnaire:
    """The questionnaire behind plain data of the right shape; its rules are `check_questionnaires`."""
    return Questionnaire(
        code=data["code"],
        title=data["title"],
        layout=data["layout"],
        level=data["level"],
        groups=tuple(RespondentGroup(**group) for group in data["groups"]),
        questions=tuple(_read_question(question) for question in data["questions"]),
    )


def _read_question(data: Mapping[str, Any]) -> Question:
    kind = data["kind"]
    scale = Scale(**data["scale"]) if data.get("scale") else None
    given = tuple(Option(**option) for option in data["options"])
    return Question(
        code=data["code"],
        text=data["text"],
        kind=kind,
        factor=data["factor"] or "",
        options=given or (scale.options() if scale else ()),
        use=data.get("use") or ("share" if kind in {"multiple", "comment"} else "index"),
        scale=scale,
    )
