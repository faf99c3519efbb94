"""The post office's program as its own process against the real API: killed, cut off, put off, refused."""

import asyncio
import csv
import json
import os
import sqlite3
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio

from parindex.auth.policy import Role
from tests.architecture.tree import ROOT
from tests.support.served import served
from tests.support.survey import Survey, campaign, open_survey
from tests.support.workbench import Workbench

CLIENT = ROOT / "examples/buu-dien-client/client.py"
KEYED = ("--batch", "tui-1", "--questionnaire", "sipas", "--group", "nguoi-dan", "--unit", "so-y-te")

BUSY = {
    "busy": (503, b"1"),
    "rush": (429, b"1"),
    "dated": (503, b"Wed, 21 Oct 2099 07:28:00 GMT"),
    "odd": (429, "²".encode("latin-1")),
}


class Line:
    """The way to the API, which takes a request and does to its reply what the test says."""

    def __init__(self, app: Any) -> None:
        self.app = app
        self.plan: list[str] = []
        self.kill: Process | None = None
        self.bulks = 0

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        self.bulks += 1
        turn = self.plan.pop(0) if self.plan else "through"
        if turn in BUSY:
            status, after = BUSY[turn]
            head = [(b"retry-after", after), (b"content-length", b"0")]
            await send({"type": "http.response.start", "status": status, "headers": head})
            await send({"type": "http.response.body", "body": b""})
            return
        held: list[Any] = []
        await self.app(scope, receive, self._hold(held))
        if turn == "kill":
            assert self.kill
            self.kill.kill()
        if turn == "through":
            for message in held:
                await send(message)
        else:  # stored, and nobody hears of it: the connection breaks off
            await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"9")]})

    @staticmethod
    def _hold(held: list[Any]) -> Any:
        async def keep(message: Any) -> None:
            held.append(message)

        return keep


@dataclass
class Office:
    """A folder of the post office with its queue, and the line to the API."""

    folder: Path
    survey: Survey
    line: Line
    url: str

    @property
    def queue(self) -> Path:
        return self.folder / "hang-doi.sqlite3"

    async def start(self, *words: str, room: int = 0, token: str = "") -> Process:
        """The program; `room` is how many blocks of 512 bytes a file may have on its disk."""
        given = token or self.survey.bench.token(Role.ENTRY_CLERK, offices=["bd-1"])
        env = {"PATH": os.environ["PATH"], "PARINDEX_TOKEN": f"{given}\n"}
        command = [sys.executable, str(CLIENT), "--queue", str(self.queue), *words]
        if room:
            command = ["sh", "-c", f'ulimit -f {room}; exec "$@"', "sh", *command]
        return await asyncio.create_subprocess_exec(*command, env=env, stdout=PIPE, stderr=PIPE)

    async def run(self, *words: str, room: int = 0, token: str = "") -> tuple[int | None, str]:
        process = await self.start(*words, room=room, token=token)
        out, err = await process.communicate()
        return process.returncode, (out + err).decode()

    def sending(self, size: int = 100) -> Sequence[str]:
        return ("send", "--server", self.url, "--once", "--size", str(size))

    def write(self, count: int, **changes: str) -> str:
        path = self.folder / "phieu.csv"
        with path.open("w", encoding="utf-8", newline="") as file:
            rows = csv.writer(file, delimiter=";")
            rows.writerow(["serial", "batch", "questionnaire", "group", "unit", "q1", "q2"])
            for number in range(count):
                serial = f"A{number}"
                answers = changes.get(serial, f"{1 + number % 5} 4").split()
                rows.writerow([serial, "tui-1", "sipas", "nguoi-dan", "so-noi-vu", *answers])
        return str(path)

    def states(self) -> dict[str, str]:
        with sqlite3.connect(self.queue) as file:
            return dict(file.execute("SELECT serial, state FROM ballot"))


@pytest_asyncio.fixture
async def office(bench: Workbench, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> AsyncIterator[Office]:
    definition = campaign(citizens=200)
    async with open_survey(bench, monkeypatch, definition) as survey:
        line = Line(survey.api.app)
        async with served(line) as url:
            yield Office(tmp_path, survey, line, url)


async def books(office: Office) -> dict[str, dict[str, Any]]:
    rows = await office.survey.bench.fetch("SELECT id::text, serial, status, answers FROM survey.ballot")
    found = {row["serial"]: dict(row) for row in rows}
    assert len(found) == len(rows)
    return found


async def test_killed_in_the_middle_every_ballot_is_in_the_books_once(office: Office) -> None:
    code, said = await office.run("load", office.write(120), "--campaign", "dot-1")
    assert (code, said.strip()) == (0, "Đã nạp 120 phiếu vào hàng đợi; 0 phiếu đã có từ trước.")
    office.line.plan = ["through", "through", "kill"]
    office.line.kill = await office.start(*office.sending(10))
    assert await office.line.kill.wait() == -9
    assert list(office.states().values()).count("accepted") == 20
    assert len(await books(office)) == 30, "ten are stored, and the program did not hear of it"
    code, said = await office.run("load", office.write(120), "--campaign", "dot-1")
    assert "0 phiếu vào hàng đợi; 120" in said
    code, said = await office.run(*office.sending(10))
    assert (code, "đã gửi 100/100 phiếu" in said) == (0, True)
    stored = await books(office)
    assert set(office.states().items()) == {(serial, "accepted") for serial in stored}
    assert len(stored) == 120
    with sqlite3.connect(office.queue) as file:
        kept = file.execute("SELECT serial, id, answer FROM ballot").fetchall()
    receipts = {serial: json.loads(answer) for serial, _, answer in kept}
    assert {serial: ballot_id for serial, ballot_id, _ in kept} == {s: row["id"] for s, row in stored.items()}
    assert sum(receipt["repeated"] for receipt in receipts.values()) == 10


async def test_a_busy_server_and_lost_replies_are_waited_out(office: Office) -> None:
    await office.run("load", office.write(40), "--campaign", "dot-1")
    office.line.plan = ["busy", "lose", "through", "lose", "rush", "dated", "odd"]
    code, said = await office.run(*office.sending(20))
    assert code == 0
    assert said.count("Chưa gửi được") == 6
    assert len(await books(office)) == 40
    before = office.line.bulks
    assert (await office.run(*office.sending()))[0] == 0
    assert office.line.bulks == before, "nothing waits, nothing is sent"


async def test_every_fault_of_a_file_is_told_at_once(office: Office) -> None:
    path = office.folder / "sai.csv"
    path.write_text(
        "serial,batch,questionnaire,group,unit,collected_at,answers\n"
        "A1,tui-1,sipas,nguoi-dan,so-y-te,20/11/2022,4 x\n"
        ",tui-1,sipas,,so-y-te,2022-11-20,y 4\n",
        encoding="utf-8",
    )
    code, said = await office.run("load", str(path), "--campaign", "dot-1")
    assert (code, office.states()) == (2, {})
    assert "có 4 chỗ sai" in said
    assert "dòng 2: câu 2: «x» không phải số phương án" in said
    assert "dòng 2: collected_at: «20/11/2022» không phải ngày" in said
    assert "dòng 3: thiếu serial, group" in said
    assert "dòng 3: câu 1: «y» không phải số phương án" in said


async def test_a_faulty_ballot_stays_for_the_clerk_and_the_others_go(office: Office) -> None:
    code, said = await office.run(
        "load", office.write(5, A1="9 4", A2="4 4 4", A4="4 x"), "--campaign", "dot-1"
    )
    assert (code, office.states()) == (2, {})
    assert "dòng 4: số ô khác số cột" in said
    assert "dòng 6: q2: «x» không phải số phương án" in said
    await office.run("load", office.write(5, A1="9 4"), "--campaign", "dot-1")
    code, said = await office.run(*office.sending())
    assert code == 3
    assert "phiếu A1 (bị từ chối, cần xem lại): F002 câu q1: câu trả lời 9 nằm ngoài -1 đến 5" in said
    assert set(await books(office)) == {"A0", "A2", "A3", "A4"}
    code, said = await office.run("revise", "--campaign", "dot-1", "A1", "--answers=-1 4")
    assert code == 0
    assert (await office.run(*office.sending()))[0] == 0
    assert (await books(office))["A1"]["answers"] == [-1, 4]
    with sqlite3.connect(office.queue) as file:
        (earlier,) = file.execute("SELECT body FROM earlier").fetchone()
    assert json.loads(earlier)["answers"] == [9, 4]


async def test_the_same_serial_keyed_otherwise_is_not_taken_over(office: Office) -> None:
    keyed = ("add", "--campaign", "dot-1", "--serial", "A0", *KEYED)
    assert (await office.run(*keyed, "--answers=5 4"))[0] == 0
    assert "đã có" in (await office.run(*keyed, "--answers=5 4"))[1]
    code, said = await office.run(*keyed, "--answers=1 1")
    assert (code, said.strip()) == (2, "Số phiếu đã có trong hàng đợi với nội dung khác: A0.")
    code, said = await office.run("load", office.write(9), "--campaign", "dot-1")
    assert (code, set(office.states())) == (2, {"A0"}), said


async def test_a_file_loaded_again_after_a_revision_brings_nothing_new(office: Office) -> None:
    path = office.write(3, A1="9 4", A2="9 9")
    await office.run("load", path, "--campaign", "dot-1")
    await office.run(*office.sending())
    await office.run("revise", "--campaign", "dot-1", "A1", "--answers=-1 4")
    await office.run("revise", "--campaign", "dot-1", "A2", "--answers=5 5", "--new-serial", "B2")
    code, said = await office.run("load", path, "--campaign", "dot-1")
    assert (code, said.strip()) == (0, "Đã nạp 0 phiếu vào hàng đợi; 3 phiếu đã có từ trước.")
    assert (await office.run(*office.sending()))[0] == 0
    assert {serial: row["answers"] for serial, row in (await books(office)).items()} == {
        "A0": [1, 4],
        "A1": [-1, 4],
        "B2": [5, 5],
    }


async def test_a_full_disk_loses_nothing_that_was_said_to_be_kept(office: Office) -> None:
    assert (await office.run("load", office.write(40), "--campaign", "dot-1"))[0] == 0
    kept = office.states()
    large = office.folder / "them.csv"
    rows = "\n".join(f"B{n},tui-1,sipas,nguoi-dan,so-y-te,5 4" for n in range(5000))
    large.write_text(f"serial,batch,questionnaire,group,unit,answers\n{rows}", encoding="utf-8")
    code, said = await office.run("load", str(large), "--campaign", "dot-1", room=400)
    assert (code, "Không đọc, ghi được tệp hàng đợi" in said) == (2, True), said
    assert office.states() == kept
    code, _ = await office.run(*office.sending(5), room=8)
    assert code == 2, "receipts found no room"
    assert (await office.run(*office.sending(5)))[0] == 0
    assert set(await books(office)) == set(kept)
    assert set(office.states().values()) == {"accepted"}


async def test_an_expired_token_stops_the_program_and_a_new_one_goes_on(office: Office) -> None:
    await office.run("load", office.write(3), "--campaign", "dot-1")
    code, said = await office.run(*office.sending(), token="e30.e30.e30")
    assert (code, "hết hạn" in said) == (2, True), said
    assert set(office.states().values()) == {"waiting"}
    assert (await office.run(*office.sending()))[0] == 0


async def test_another_folder_is_no_empty_queue(office: Office) -> None:
    for words in (office.sending(), ("show",), ("revise", "--campaign", "dot-1", "A1", "--answers=1")):
        code, said = await office.run(*words)
        assert (code, "Không có hàng đợi" in said) == (2, True)
    assert not office.queue.exists()


async def test_a_closed_campaign_does_not_keep_others_back(office: Office) -> None:
    await office.run("load", office.write(3), "--campaign", "da-dong")
    await office.run("load", office.write(4), "--campaign", "dot-1")
    code, said = await office.run(*office.sending())
    assert (code, "da-dong: Không có đợt điều tra" in said) == (2, True), said
    assert len(await books(office)) == 4


async def test_files_as_spreadsheets_save_them(office: Office) -> None:
    path = office.folder / "phieu.csv"
    head = "serial;batch;questionnaire;group;unit;comment.q9;q1;q2"
    keyed = 'A0;tui-1;sipas;nguoi-dan;so-y-te;"chờ\nlâu";5;4'
    path.write_text(f"{head}\r\n{keyed}\r\n;;;;;;;\r\n\r\n", encoding="utf-8-sig", newline="")
    assert (await office.run("load", str(path), "--campaign", "dot-1"))[0] == 0
    with sqlite3.connect(office.queue) as file:
        (body,) = file.execute("SELECT body FROM ballot").fetchone()
    assert json.loads(body)["comments"] == {"q9": "chờ\nlâu"}
    path.write_text(f"{head};q1\n{keyed};4\n".replace("A0", "A1"), encoding="utf-8")
    code, said = await office.run("load", str(path), "--campaign", "dot-1")
    assert (code, "2 cột cùng tên «q1»" in said) == (2, True), said


async def test_a_refused_account_stops_the_program_and_keeps_the_queue(office: Office) -> None:
    await office.run("load", office.write(3), "--campaign", "khac")
    code, said = await office.run(*office.sending())
    assert code == 2
    assert "Không có đợt điều tra" in said
    assert set(office.states().values()) == {"waiting"}


async def test_a_warning_is_shown_and_goes_with_its_explanation(
    bench: Workbench, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    definition = {**campaign(citizens=9), "explained_warnings": ["W001"]}
    async with open_survey(bench, monkeypatch, definition) as survey:
        issue = {"ranges": [{"first": "A0", "last": "A1", "batch": "tui-1"}]}
        assert (await survey.supervisor.post(f"{survey.path}/issues", json=issue)).status_code == 201
        line = Line(survey.api.app)
        async with served(line) as url:
            office = Office(tmp_path, survey, line, url)
            await office.run("load", office.write(3), "--campaign", "dot-1")
            code, said = await office.run(*office.sending())
            assert code == 3
            assert "phiếu A2 (chờ giải thích cảnh báo): W001" in said
            wrong = await office.run("explain", "--campaign", "dot-1", "A2", "W002", "nhầm")
            assert (wrong[0], wrong[1].strip()) == (2, "Phiếu A2 không có cảnh báo W002.")
            reason = "Phiếu phát bù theo biên bản"
            assert (await office.run("explain", "--campaign", "dot-1", "A2", "W001", reason))[0] == 0
            assert (await office.run(*office.sending()))[0] == 0
            assert set(await books(office)) == {"A0", "A1", "A2"}
            told = await bench.fetch("SELECT explanation FROM survey.ballot_warning")
    assert [row["explanation"] for row in told] == [reason]
