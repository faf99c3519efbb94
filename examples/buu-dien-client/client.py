"""The program of a post office: keeps keyed ballots in its queue and sends them when there is a line."""

import argparse
import json
import os
import sqlite3
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
from ballot_file import BallotFileError, ballot, read_file
from entry_queue import REFUSED, STATES, UNEXPLAINED, Queue, QueueError, open_queue
from sending import ATTEMPTS, LARGEST_BULK, NeedsPersonError, Sender

DONE, STILL_WAITING, REFUSED_HERE, FOR_THE_CLERK = 0, 1, 2, 3
TOKEN = "PARINDEX_TOKEN"  # noqa: S105 — the variable's name
LOOK_AGAIN_SECONDS = 5
WORDS = {
    "batch_unknown": "không có túi phiếu này",
    "batch_sealed": "túi phiếu đã niêm phong",
    "serial_taken": "số phiếu đã nhập cho một phiếu khác",
    "ballot_conflict": "máy chủ đã có phiếu mang mã này với nội dung khác",
    "ballot_of_other_clerk": "phiếu do người khác nhập",
    "foreign_office": "túi phiếu của bưu cục khác",
    "campaign_not_open": "đợt điều tra không nhận phiếu lúc này",
}


def add(queue: Queue, asked: argparse.Namespace) -> int:
    row = {name: value for name, value in vars(asked).items() if isinstance(value, str)}
    try:
        body = ballot({name: row[name] for name in (*_FIELDS, "answers") if name in row})
    except BallotFileError as error:
        raise QueueError(f"Chưa ghi phiếu: {'; '.join(error.args)}.") from error
    added, _ = queue.put(asked.campaign, [body])
    print("Đã ghi phiếu vào hàng đợi." if added else "Phiếu này đã có trong hàng đợi.")
    return DONE


def load(queue: Queue, asked: argparse.Namespace) -> int:
    defaults = {name: getattr(asked, name) for name in ("batch", "questionnaire", "group", "unit")}
    added, known = queue.put(asked.campaign, read_file(asked.file, defaults))
    print(f"Đã nạp {added} phiếu vào hàng đợi; {known} phiếu đã có từ trước.")
    return DONE


def send(queue: Queue, asked: argparse.Namespace) -> int:
    token = os.environ.get(TOKEN, "").strip()
    if not token:
        raise QueueError(f"Thiếu mã truy cập: hãy đặt biến môi trường {TOKEN}.")
    headers = {"Authorization": f"Bearer {token}"}
    with httpx.Client(base_url=asked.server, headers=headers, timeout=asked.timeout) as client:
        sender = Sender(queue, client, size=asked.size, tell=_tell)
        sender.send_waiting(ATTEMPTS if asked.once else None)
        while not asked.once:
            time.sleep(LOOK_AGAIN_SECONDS)
            sender.send_waiting(None)
    return show(queue, asked)


def explain(queue: Queue, asked: argparse.Namespace) -> int:
    queue.explain(asked.campaign, asked.serial, asked.warning, asked.reason)
    print(f"Đã ghi giải thích cảnh báo {asked.warning} của phiếu {asked.serial}.")
    return DONE


def revise(queue: Queue, asked: argparse.Namespace) -> int:
    given = {name: getattr(asked, name) for name in _REVISABLE}
    changes: dict[str, Any] = {name: value for name, value in given.items() if value}
    if asked.new_serial:
        changes["serial"] = asked.new_serial
    if asked.answers:
        try:
            changes["answers"] = [int(answer) for answer in asked.answers.split()]
        except ValueError:
            raise QueueError("Câu trả lời phải là các số cách nhau bằng dấu cách.") from None
    queue.revise(asked.campaign, asked.serial, changes)
    print(f"Đã sửa phiếu {asked.serial}; phiếu chờ gửi lại.")
    return DONE


def show(queue: Queue, asked: argparse.Namespace) -> int:
    """Print the queue; the exit code says whether something is left, and for whom."""
    counts = queue.counts()
    if getattr(asked, "json", False):
        print(json.dumps(counts))
    else:
        print("; ".join(f"{STATES[state]}: {count}" for state, count in counts.items()))
        for state in (UNEXPLAINED, REFUSED):
            for item in queue.in_state(state):
                print(f"- phiếu {item.body['serial']} ({STATES[state]}): {_why(item.answer)}")
    if counts[UNEXPLAINED] or counts[REFUSED]:
        return FOR_THE_CLERK
    return STILL_WAITING if counts["waiting"] else DONE


def _why(answer: dict[str, Any]) -> str:
    faults = [
        f"{fault.get('finding') or fault['pointer']} {fault['detail']}" for fault in answer.get("errors", [])
    ]
    return "; ".join(faults) or WORDS.get(
        answer.get("code", ""), answer.get("detail", answer.get("code", ""))
    )


def _address(text: str) -> str:
    if not text.startswith(("http://", "https://")):
        raise argparse.ArgumentTypeError("địa chỉ phải bắt đầu bằng https:// hoặc http://")
    return text


def _tell(line: str) -> None:
    print(line, file=sys.stderr, flush=True)


_FIELDS = {
    "serial": "số phiếu",
    "batch": "mã túi phiếu",
    "questionnaire": "mã mẫu phiếu",
    "group": "mã đối tượng",
    "unit": "mã đơn vị",
    "collected_at": "ngày thu phiếu, YYYY-MM-DD",
}
_REVISABLE = ("batch", "group", "unit", "collected_at")
_ANSWERS = "số phương án cách nhau bằng dấu cách; 0 bỏ trống, -1 đánh dấu hai ô: --answers='4 5 0 -1'"


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        description="Gửi phiếu điều tra của bưu cục: ghi trước, gửi khi có mạng."
    )
    parser.add_argument("--queue", type=Path, default=Path("hang-doi.sqlite3"), help="tệp hàng đợi")
    commands = parser.add_subparsers(required=True)

    def command(
        name: str, work: Callable[[Queue, argparse.Namespace], int], about: str
    ) -> argparse.ArgumentParser:
        made = commands.add_parser(name, help=about, description=about)
        made.set_defaults(work=work)
        return made

    keyed = command("add", add, "ghi một phiếu")
    file = command("load", load, "nạp phiếu từ tệp CSV; nạp lại tệp cũ không sinh phiếu mới")
    explained = command("explain", explain, "giải thích một cảnh báo của phiếu")
    revised = command("revise", revise, "nhập lại phiếu bị từ chối")
    for one in (keyed, file, explained, revised):
        one.add_argument("--campaign", required=True, help="mã đợt điều tra")
    for name, about in _FIELDS.items():
        keyed.add_argument(f"--{name.replace('_', '-')}", help=about)
        if name in {"batch", "questionnaire", "group", "unit"}:
            file.add_argument(f"--{name}", help=f"{about}, khi tệp không có cột này")
        if name in _REVISABLE:
            revised.add_argument(f"--{name.replace('_', '-')}", help=about)
    keyed.add_argument("--answers", help=_ANSWERS)
    revised.add_argument("--answers", help=_ANSWERS)
    revised.add_argument("--new-serial", help="số phiếu đúng, khi nhập nhầm số")
    file.add_argument("file", type=Path, help="tệp CSV")
    for one in (explained, revised):
        one.add_argument("serial", help="số phiếu")
    explained.add_argument("warning", help="mã cảnh báo, ví dụ W003")
    explained.add_argument("reason", help="lý do")

    sent = command("send", send, f"gửi phiếu đang chờ; mã truy cập ở biến {TOKEN}")
    sent.add_argument("--server", required=True, type=_address, help="địa chỉ máy chủ, https://…")
    sent.add_argument("--once", action="store_true", help="gửi hết rồi dừng, thay vì chờ phiếu mới")
    sent.add_argument(
        "--size",
        type=int,
        choices=range(1, LARGEST_BULK + 1),
        default=100,
        metavar="1-500",
        help="số phiếu mỗi lần gửi",
    )
    sent.add_argument("--timeout", type=float, default=30, help="số giây chờ trả lời")
    shown = command("show", show, "xem hàng đợi và phiếu cần xử lý")
    shown.add_argument("--json", action="store_true", help="chỉ in số phiếu theo trạng thái")
    return parser


def main() -> int:
    asked = _parser().parse_args()
    try:
        with open_queue(asked.queue, new=asked.work in {add, load}) as queue:
            code: int = asked.work(queue, asked)
            return code
    except (QueueError, BallotFileError, NeedsPersonError) as error:
        _tell(str(error))
        return REFUSED_HERE
    except sqlite3.Error as error:
        _tell(f"Không đọc, ghi được tệp hàng đợi {asked.queue}: {error}")
        return REFUSED_HERE
    except KeyboardInterrupt:
        _tell("Đã dừng; phiếu chưa gửi vẫn nằm trong hàng đợi.")
        return STILL_WAITING


if __name__ == "__main__":
    sys.exit(main())
