"""Each problem is complete: a status, a Vietnamese title and sentence, an English one, and it can be printed."""

import ast
import inspect
import re
import string
from http import HTTPStatus

import pytest

from parindex.http import catalogue
from parindex.http.catalogue import CATALOGUE, Problem
from parindex.http.problems import ProblemReply
from parindex.kernel.errors import Fault

STATUSES = {400, 401, 403, 404, 405, 409, 412, 413, 415, 422, 428, 429, 500, 502, 503, 507}
VIETNAMESE = re.compile(
    r"[àáảãạăằắẳẵặâầấẩẫậèéẻẽẹêềếểễệìíỉĩịòóỏõọôồốổỗộơờớởỡợùúủũụưừứửữựỳýỷỹỵđ]", re.IGNORECASE
)


def _rows() -> list[Problem]:
    return list(CATALOGUE.values())


@pytest.mark.parametrize("problem", _rows(), ids=lambda problem: problem.code)
def test_a_problem_is_complete(problem: Problem) -> None:
    assert re.fullmatch(r"[a-z][a-z0-9]*(_[a-z0-9]+)*", problem.code)
    assert problem.status in STATUSES
    assert HTTPStatus(problem.status)
    assert VIETNAMESE.search(problem.title), problem.title
    assert VIETNAMESE.search(problem.detail), problem.detail
    assert problem.detail.rstrip().endswith("."), "a sentence ends with a full stop"
    assert not problem.title.endswith(".")
    assert problem.english, "a title for Accept-Language: en"
    assert not VIETNAMESE.search(problem.english)


@pytest.mark.parametrize("problem", _rows(), ids=lambda problem: problem.code)
def test_a_problem_is_printed_with_its_parameters(problem: Problem) -> None:
    names = [name for _, name, _, _ in string.Formatter().parse(problem.detail) if name]
    body = ProblemReply(problem, {name: f"<{name}>" for name in names}).body("vi")
    assert all(f"<{name}>" in body["detail"] for name in names)
    assert body["code"] == problem.code
    assert body["status"] == problem.status
    assert body["type"] == f"/problems/{problem.code}"
    assert {"title", "detail", "trace_id"} <= set(body)
    assert ProblemReply(problem, {}).body("en-GB")["detail"] == problem.english


def test_every_fault_goes_out_with_its_pointer() -> None:
    fault = Fault("/nodes/0/max_points", "sum_differs", "tổng điểm không khớp")
    body = ProblemReply(CATALOGUE["invalid_request"], {"count": 1}, (fault,)).body("vi")
    assert body["errors"] == [
        {"pointer": "/nodes/0/max_points", "code": "sum_differs", "detail": "tổng điểm không khớp"}
    ]


def test_no_code_stands_twice() -> None:
    """A later row would silently replace an earlier one."""
    source = ast.parse(inspect.getsource(catalogue))
    codes = [
        call.args[0].value
        for call in ast.walk(source)
        if isinstance(call, ast.Call)
        and isinstance(call.func, ast.Name)
        and call.func.id == "Problem"
        and isinstance(call.args[0], ast.Constant)
    ]
    assert len(codes) == len(set(codes)) == len(CATALOGUE)
