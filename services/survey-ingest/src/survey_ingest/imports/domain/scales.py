"""The scale that a file writes answers in: which written value is which option, and when that converts."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from parindex.kernel.errors import Fault
from parindex.kernel.text import nfc
from survey_ingest.campaigns.domain.form import BallotForm, Slot


@dataclass(frozen=True, slots=True)
class WrittenScale:
    """Written value → option code, "" for no answer («thang đo của tệp»), of these questions or of all.

    With a reason it is a conversion: several values may become one option, and options may stay unused.
    """

    values: Mapping[str, str]
    questions: tuple[str, ...] = ()
    reason: str = ""


def spelled(written: str) -> str:
    """What two ways to write one value share.

    >>> spelled("  Rất  hài lòng ")
    'rất hài lòng'
    """
    return nfc(written).casefold()


def tables(form: BallotForm, scales: Sequence[WrittenScale]) -> dict[str, dict[str, str]]:
    """Question → spelled value → option code; a scale of named questions goes before one of all."""
    found: dict[str, dict[str, str]] = {}
    for scale in sorted(scales, key=lambda scale: not scale.questions):
        codes = {spelled(written): code for written, code in scale.values.items()}
        for question in scale.questions or [slot.question for slot in form.slots if slot.kind != "multiple"]:
            found.setdefault(question, codes)
    return found


def scale_faults(form: BallotForm, scales: Sequence[WrittenScale]) -> Iterable[Fault]:
    """Every fault of the scales against the questionnaire; an undeclared change of scale is one."""
    slots = {slot.question: slot for slot in form.slots}
    claimed: set[str] = set()
    for index, scale in enumerate(scales):
        at = f"/scales/{index}"
        if len({spelled(written) for written in scale.values}) < len(scale.values):
            yield Fault(f"{at}/values", "value_repeated", "một giá trị được khai hai lần")
        for number, question in enumerate(scale.questions):
            if question not in slots:
                detail = f"mẫu phiếu không có câu «{question}»"
                yield Fault(f"{at}/questions/{number}", "question_unknown", detail)
        for question in {*scale.questions} & claimed:
            yield Fault(f"{at}/questions", "question_repeated", f"câu «{question}» có hai thang đo")
        claimed |= {*scale.questions}
        yield from _conversion_faults(at, scale, _kinds(scale, slots))


def _kinds(scale: WrittenScale, slots: Mapping[str, Slot]) -> Mapping[tuple[str, ...], str]:
    """The option lists that the scale stands for, each with one question that has it."""
    of_all = [slot.question for slot in slots.values() if slot.kind != "multiple"]
    named = [question for question in scale.questions or of_all if question in slots]
    return {slots[question].options: question for question in reversed(named)}


def _conversion_faults(at: str, scale: WrittenScale, kinds: Mapping[tuple[str, ...], str]) -> Iterable[Fault]:
    chosen = [code for code in scale.values.values() if code]
    for options, question in kinds.items():
        if strange := sorted({*chosen} - {*options}):
            detail = f"câu «{question}» không có phương án «{strange[0]}»"
            yield Fault(f"{at}/values", "option_unknown", detail)
        elif not scale.reason and sorted(chosen) != sorted(options):
            detail = (
                f"tệp có {len(chosen)} mức, câu «{question}» có {len(options)} phương án:"
                " khác thang đo thì phải ghi lý do quy đổi"
            )
            yield Fault(f"{at}/reason", "scale_converts", detail)
