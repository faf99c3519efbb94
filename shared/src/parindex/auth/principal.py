"""The caller as a token describes it: a role with its object scope. People appear as accounts, not by name."""

from dataclasses import dataclass, field

from parindex.auth.policy import Role


@dataclass(frozen=True, slots=True)
class Principal:
    """`units`, `areas` and `offices` bound the role's scope where its table row says so."""

    subject: str
    role: Role
    units: frozenset[str] = field(default_factory=frozenset)
    areas: frozenset[str] = field(default_factory=frozenset)
    offices: frozenset[str] = field(default_factory=frozenset)
