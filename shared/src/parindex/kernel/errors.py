"""The one error of the domain: a stable code, its parameters and where it happened; no HTTP in here."""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing wrong with an input: `pointer` is a JSON pointer into it, `detail` Vietnamese text.

    `finding` is its number in a catalogue that people look things up in; most faults stand in none.
    """

    pointer: str
    code: str
    detail: str
    finding: str = ""

    def plain(self) -> dict[str, str]:
        """The fault as it stands in JSON."""
        found = {"pointer": self.pointer, "code": self.code, "detail": self.detail}
        return found | {"finding": self.finding} if self.finding else found


@dataclass(slots=True)
class DomainError(Exception):
    """A refused act. `code` stands in the closed catalogue of `parindex.http.problems`.

    `params` fill the catalogue's Vietnamese sentence; `faults` name every fault of an input at once.
    """

    code: str
    params: Mapping[str, object] = field(default_factory=dict)
    faults: tuple[Fault, ...] = ()

    def __post_init__(self) -> None:
        Exception.__init__(self, self.code, self.params, self.faults)  # whole when another process raised it

    def __str__(self) -> str:
        details = "; ".join(f"{fault.pointer}: {fault.detail}" for fault in self.faults)
        return f"{self.code} {dict(self.params)} {details}".strip()
