"""One word for one thing: the glossary's words are in the code, the banned ones are not."""

import ast
import re
from collections import defaultdict
from functools import cache

from tests.architecture.tree import ROOT, modules

_ROWS = re.compile(
    r"^\| (?P<vi>[^|]+) \| (?P<en>[^|]+) \| `(?P<code>[^`]+)` \| (?P<banned>[^|]*)\|$", re.MULTILINE
)


def _rows() -> list[re.Match[str]]:
    return list(_ROWS.finditer((ROOT / "docs/glossary.md").read_text(encoding="utf-8")))


def _names(tree: ast.AST) -> set[str]:
    found: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            found.add(node.name)
        elif isinstance(node, ast.arg):
            found.add(node.arg)
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            found.add(node.id)
        elif isinstance(node, ast.Constant) and re.fullmatch(r"[a-z][a-z0-9_]*", str(node.value)):
            found.add(str(node.value))  # columns, codes, stages, keys
    return found


@cache
def _identifiers() -> dict[str, str]:
    """Identifier → the file that has it first."""
    found: dict[str, str] = {}
    for module in modules():
        for name in (*_names(module.tree), *module.path.relative_to(ROOT).with_suffix("").parts):
            found.setdefault(name, module.label)
    return found


def _words(name: str) -> list[str]:
    return re.findall(r"[a-z]+|[A-Z][a-z]*", name)


def test_the_glossary_is_read() -> None:
    assert len(_rows()) > 35


def test_every_term_is_used_in_the_code_by_its_name() -> None:
    missing = [row["code"] for row in _rows() if row["code"] not in _identifiers()]
    assert not missing


def test_a_term_and_its_vietnamese_word_stand_once() -> None:
    for column in ("vi", "en"):
        words = [row[column].strip() for row in _rows()]
        assert len(words) == len(set(words))


def test_banned_synonyms_are_not_used() -> None:
    banned = {
        word.strip(): row["code"] for row in _rows() for word in row["banned"].split(",") if word.strip()
    }
    assert not set(banned) & {row["code"] for row in _rows()}
    found = defaultdict(set)
    for name, place in _identifiers().items():
        for word in {part.lower() for part in _words(name)} & set(banned):
            found[f"{word} → {banned[word]}"].add(f"{place}: {name}")
    assert not found


def test_identifiers_are_ascii() -> None:
    assert not [name for name in _identifiers() if not name.isascii()]
