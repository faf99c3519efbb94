"""The Hải Dương year, told once: what it printed, what it made, and the stack it ran on."""

import json
from pathlib import Path
from typing import Any

from parindex_embedded.stack import Stack


class Told:
    """One telling of the story: what it printed, the files it made, the stack still running."""

    def __init__(self, stack: Stack, folder: Path, said: str) -> None:
        self.stack = stack
        self.folder = folder
        self.said = said
        self.index: dict[str, Any] = json.loads((folder / "index.json").read_text(encoding="utf-8"))

    def units(self, level: str) -> list[dict[str, Any]]:
        return [unit for unit in self.index["units"] if unit["level"] == level]
