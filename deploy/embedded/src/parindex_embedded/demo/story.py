"""The year in six steps, with live progress; the clock of every process follows the story's dates."""

import asyncio
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn, TimeElapsedColumn

from parindex_embedded.demo import assessment, closing, survey, tables
from parindex_embedded.demo.example import Example, at
from parindex_embedded.demo.session import Session, StoryError, open_session
from parindex_embedded.environment import EXTERNAL_DATABASE
from parindex_embedded.processes import StackError
from parindex_embedded.specs import PARINDEX
from parindex_embedded.stack import Stack

CHECKOUT = Path(__file__).resolve().parents[5]
EXAMPLE = CHECKOUT / "examples" / "hai-duong-2022"
OUTPUT = CHECKOUT / "build" / "demo"


def run_demo(stack: Stack, output: Path = OUTPUT, console: Console | None = None) -> list[Path]:
    """Tell the story on a running stack; returns the files made. Raises StackError when a step fails."""
    console = console or Console(highlight=False, width=150)
    try:
        return asyncio.run(Story(stack, output, console).tell())
    except* StoryError as failures:
        raise StackError("\n".join(str(failure) for failure in failures.exceptions)) from None


async def refuse_used_database(session: Session) -> None:
    """The story registers its units itself, so it needs a database in which nothing was registered yet."""
    if units := await session.administrator.get("/api/v1/units"):
        raise StoryError(
            f"Cơ sở dữ liệu đã có {len(units)} đơn vị; buổi diễn cần một cơ sở dữ liệu trống. Hãy bỏ biến "
            f"{EXTERNAL_DATABASE} để dùng PostgreSQL đi kèm, hoặc trỏ biến này tới một cơ sở dữ liệu mới."
        )


class Story:
    """One telling: its stack, its clock, and the time each step took."""

    def __init__(self, stack: Stack, output: Path, console: Console) -> None:
        self.stack = stack
        self.output = output
        self.console = console
        self.example = Example(EXAMPLE)
        self.times: list[tuple[str, float]] = []
        self.progress = Progress(
            TextColumn("{task.description}"),
            BarColumn(),
            MofNCompleteColumn(),
            TimeElapsedColumn(),
            console=console,
        )

    async def tell(self) -> list[Path]:
        self.stack.set_clock(at("2022-12-16"))
        async with open_session(dict(self.stack.urls), self._administrator_token()) as session:
            await refuse_used_database(session)
            with self.progress:
                return await self._tell(session)

    async def _tell(self, session: Session) -> list[Path]:
        with self._step("1. Lập đơn vị, bộ tiêu chí, kỳ đánh giá, đợt điều tra", 34 + 29) as done:
            await assessment.set_up(session, self.example, done)
            manager = await survey.plan_campaign(session, self.example, done)
        with self._step("2a. Đơn vị tự đánh giá, nộp tài liệu kiểm chứng", 30) as done:
            self.stack.set_clock(at("2022-12-25"))
            await session.administrator.post("/api/v1/periods/2022/open")
            self.stack.set_clock(at("2023-01-09"))
            await assessment.claim(session, self.example, done)
        with self._step("2b. Tổ thư ký thẩm định", 30) as done:
            self.stack.set_clock(at("2023-01-12"))
            await assessment.appraise(session, self.example, done)
        counts = await self._survey(session)
        with self._step("3c. Niêm phong, kiểm phiếu, bàn giao", 30) as done:
            self.stack.set_clock(at("2023-01-31"))
            tally = await survey.seal_and_hand_over(session, self.example, manager, done)
        with self._step("4. Phiếu tới nơi, tính chỉ số, Hội đồng quyết định, chốt kỳ", 2) as done:
            self.stack.set_clock(at("2023-02-20", 15))
            clerk, _ = await closing.wait_for_index(session, tally["digest"])
            done()
            self.stack.set_clock(at("2023-03-01"))
            await closing.decide(session, self.example, clerk)
            done()
        with self._step("5. Lập báo cáo và phụ lục", 1) as done:
            files = await closing.collect(session, clerk, self.output)
            done()
        index = await clerk.get("/api/v1/editions/2022/latest")
        found = await closing.compare(clerk, self.example)
        self.progress.stop()
        self._show(index, found, files, counts)
        return files

    async def _survey(self, session: Session) -> dict[str, int]:
        total = 216 + 1620
        with self._step("3a. Bưu điện nhập phiếu, có lần gửi lặp", total) as done:
            self.stack.set_clock(at("2023-01-18"))
            counts = dict(await survey.key_ballots(session, self.example, done))
        if counts.get("created") != total or counts.get("refused"):
            raise StoryError(f"nhập phiếu không khớp: {counts}")
        with self._step("3b. Nhập tệp SIPAS của 640 người dân, doanh nghiệp", 640) as done:
            imported = await survey.import_sipas(session, self.example)
            if imported["state"] != "done":
                raise StoryError(f"nhập tệp SIPAS: {imported}")
            done(imported["done"])
        return counts | {"imported": imported["done"]}

    def _show(
        self, index: dict[str, Any], found: list[dict[str, Any]], files: list[Path], counts: dict[str, int]
    ) -> None:
        self.console.print(
            f"\nPhiếu: {counts['created']} nhập tay, {counts.get('repeated', 0)} lần gửi lặp được nhận ra, "
            f"{counts['imported']} từ tệp.\n"
        )
        for level in tables.LEVELS:
            tables.show_ranking(self.console, index, level)
        tables.show_discrepancies(self.console, found)
        tables.show_end(self.console, files, self.stack.urls, self.times)

    @contextmanager
    def _step(self, name: str, total: int) -> Iterator[Any]:
        started = time.monotonic()
        task: TaskID = self.progress.add_task(name, total=total)

        def done(count: int = 1) -> None:
            self.progress.advance(task, count)

        yield done
        self.times.append((name, time.monotonic() - started))

    def _administrator_token(self) -> str:
        words = [PARINDEX, "token", "--role", "administrator", "--subject", "quan-tri"]
        environment = self.stack.env_of("api-scoring")
        made = subprocess.run(words, check=False, capture_output=True, text=True, env=environment)
        if made.returncode:
            raise StoryError(made.stderr[-2000:])
        return made.stdout.strip()
