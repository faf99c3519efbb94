"""Puts the files of docs/samples into README.md between their marks. Run as a module to renew it."""

import re

from tests.architecture.tree import ROOT

README = ROOT / "README.md"
_BLOCK = re.compile(r"<!-- sample: (\S+) -->\n(?:```python\n.*?```\n(?:<!-- end -->\n)?)?", re.DOTALL)


def sampled() -> list[str]:
    return [match[1] for match in _BLOCK.finditer(README.read_text(encoding="utf-8"))]


def render() -> str:
    """The page with every block as its file stands now, without the file's own docstring."""

    def block(match: re.Match[str]) -> str:
        source = (ROOT / match[1]).read_text(encoding="utf-8")
        code = re.sub(r'^""".*?"""\n+', "", source, count=1, flags=re.DOTALL)
        return f"<!-- sample: {match[1]} -->\n```python\n{code.rstrip()}\n```\n<!-- end -->\n"

    return _BLOCK.sub(block, README.read_text(encoding="utf-8"))


if __name__ == "__main__":
    README.write_text(render(), encoding="utf-8")
