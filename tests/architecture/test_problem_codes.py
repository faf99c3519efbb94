"""The catalogue of problems is closed: what is raised stands in it, and what stands in it is raised."""

import ast
import string

from parindex.http.catalogue import CATALOGUE
from tests.architecture.tree import Module, calls, modules

RAISING = {"DomainError": 0, "respond": 1, "refuse": 0}  # the callee and the position of its code
RELAYS = {"services/scoring-api/src/scoring_api/frameworks/domain/reading.py"}  # `refuse(code)` itself
CATALOGUE_FILE = "shared/src/parindex/http/catalogue.py"


def _callee(call: ast.Call) -> str:
    return call.func.id if isinstance(call.func, ast.Name) else getattr(call.func, "attr", "")


def _code_argument(call: ast.Call) -> ast.expr | None:
    named = [keyword.value for keyword in call.keywords if keyword.arg == "code"]
    position = RAISING[_callee(call)]
    return named[0] if named else call.args[position] if len(call.args) > position else None


def _raised() -> dict[str, str]:
    """Code → where it is raised first."""
    found: dict[str, str] = {}
    for module in modules():
        for call in calls(module.tree):
            argument = _code_argument(call) if _callee(call) in RAISING else None
            for node in ast.walk(argument) if argument else ():
                if isinstance(node, ast.Constant) and isinstance(node.value, str):
                    found.setdefault(node.value, f"{module.label}:{call.lineno}")
    return found


def _spoken(module: Module) -> set[str]:
    return {
        node.value
        for node in ast.walk(module.tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }


def test_every_raised_code_stands_in_the_catalogue() -> None:
    missing = {code: place for code, place in _raised().items() if code not in CATALOGUE}
    assert not missing


def test_every_code_of_the_catalogue_is_used() -> None:
    spoken = {text for module in modules() if module.label != CATALOGUE_FILE for text in _spoken(module)}
    assert not set(CATALOGUE) - spoken


def test_a_code_is_spelled_where_it_is_raised() -> None:
    """A code that is put together at run time could not be held against the catalogue."""
    hidden = [
        f"{module.label}:{call.lineno}"
        for module in modules()
        if module.label not in RELAYS
        for call in calls(module.tree)
        if _callee(call) == "DomainError"
        and not any(isinstance(node, ast.Constant) for node in ast.walk(_code_argument(call) or ast.Pass()))
    ]
    assert not hidden


def test_sentences_name_the_parameters_that_are_given() -> None:
    """«{unit}» in a Vietnamese sentence needs `{"unit": …}` at one of the places that raise the code."""
    given: dict[str, set[str]] = {}
    for module in modules():
        for call in calls(module.tree):
            code = _code_argument(call) if _callee(call) in RAISING else None
            if not isinstance(code, ast.Constant):
                continue
            keys = {
                str(node.value)
                for argument in (*call.args, *(keyword.value for keyword in call.keywords))
                for table in ast.walk(argument)
                if isinstance(table, ast.Dict)
                for node in table.keys
                if isinstance(node, ast.Constant)
            }
            named = any(isinstance(argument, ast.Name) for argument in call.args[1:2])
            given.setdefault(str(code.value), set()).update(keys | ({"*"} if named else set()))
    unfilled = {
        code: sorted(missing)
        for code, problem in CATALOGUE.items()
        if code in given
        and "*" not in given[code]
        and (
            missing := {name for _, name, _, _ in string.Formatter().parse(problem.detail) if name}
            - given[code]
        )
    }
    assert not unfilled
