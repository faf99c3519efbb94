"""The catalogue of problems is closed: what is raised stands in it, and what stands in it is raised."""

import ast
import re
import string

from parindex.http.catalogue import CATALOGUE
from tests.architecture.tree import calls, functions, modules

RAISING = {"DomainError": 0, "respond": 1, "refuse": 0}  # the callee and the position of its code
CATALOGUE_FILE = "shared/src/parindex/http/catalogue.py"


def _callee(call: ast.Call) -> str:
    return call.func.id if isinstance(call.func, ast.Name) else str(getattr(call.func, "attr", ""))


def _code_argument(call: ast.Call) -> ast.expr | None:
    named = [keyword.value for keyword in call.keywords if keyword.arg == "code"]
    position = RAISING[_callee(call)]
    return named[0] if named else call.args[position] if len(call.args) > position else None


def _literals(node: ast.AST | None) -> set[str]:
    return {
        part.value
        for part in (ast.walk(node) if node else ())
        if isinstance(part, ast.Constant) and isinstance(part.value, str)
    }


def _chosen(function: ast.FunctionDef | ast.AsyncFunctionDef) -> set[str]:
    """The codes of a function that chooses among several: those its docstring says it raises."""
    return set(re.findall(r"`([a-z_]+)`", ast.get_docstring(function) or "")) & _literals(function)


def _raised() -> dict[str, str]:
    """Code → where it is raised first."""
    found: dict[str, str] = {}
    for module in modules():
        for function in functions(module.tree):
            for call in calls(function):
                argument = _code_argument(call) if _callee(call) in RAISING else None
                codes = _literals(argument) or (
                    _chosen(function) if isinstance(argument, ast.Name) else set()
                )
                for code in codes:
                    found.setdefault(code, f"{module.label}:{call.lineno}")
    return found


def test_every_raised_code_stands_in_the_catalogue() -> None:
    missing = {code: place for code, place in _raised().items() if code not in CATALOGUE}
    assert not missing


def test_every_code_of_the_catalogue_is_used() -> None:
    spoken = {
        text for module in modules() if module.label != CATALOGUE_FILE for text in _literals(module.tree)
    }
    unused = sorted(set(CATALOGUE) - spoken)
    assert not unused


def test_a_code_is_spelled_where_it_is_raised() -> None:
    """A code put together at run time could not be held against the catalogue."""
    hidden = [
        f"{module.label}:{call.lineno}"
        for module in modules()
        for function in functions(module.tree)
        for call in calls(function)
        if _callee(call) == "DomainError"
        and not _literals(_code_argument(call))
        and not _chosen(function)
        and function.name not in RAISING  # it hands on the code it is given; its callers are looked at
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
            keys |= {"count"} if _callee(call) == "refuse" else set()  # it counts the faults itself
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
