"""One office sends its ballots with its own program: a file into its queue, the queue to the API."""

import asyncio
import csv
import os
import sys
from asyncio.subprocess import PIPE
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from parindex_embedded.demo.example import CAMPAIGN
from parindex_embedded.demo.session import Caller, StoryError


async def send_by_program(clerk: Caller, program: Path, ballots: Sequence[dict[str, Any]]) -> None:
    """Load the ballots into a new queue and send them. Raises StoryError unless all have their receipt."""
    with TemporaryDirectory(prefix="buu-dien-") as folder:
        keyed = Path(folder, "phieu.csv")
        _write(keyed, ballots)
        command = [sys.executable, str(program), "--queue", str(Path(folder, "hang-doi.sqlite3"))]
        await _run([*command, "load", str(keyed), "--campaign", CAMPAIGN], clerk.token)
        await _run([*command, "send", "--server", str(clerk.client.base_url), "--once"], clerk.token)


def _write(path: Path, ballots: Sequence[dict[str, Any]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        rows = csv.DictWriter(file, [*ballots[0]])
        rows.writeheader()
        rows.writerows({**ballot, "answers": " ".join(map(str, ballot["answers"]))} for ballot in ballots)


async def _run(command: Sequence[str], token: str) -> None:
    environment = {**os.environ, "PARINDEX_TOKEN": token}
    ran = await asyncio.create_subprocess_exec(*command, env=environment, stdout=PIPE, stderr=PIPE)
    said = b"\n".join(await ran.communicate()).decode(errors="replace")
    if ran.returncode:
        raise StoryError(f"chương trình gửi phiếu của bưu cục: {said[-2000:]}")
