"""ASReview LAB served and screened, run by an interpreter that has asreview.

    PYTHON scripts/peer_asreview_lab.py FILE.ris --decisions 200

One user on its own server, without signing in. It prints the times in seconds as JSON:
"decide" are label and next record together, the model at rest as in its best case.
"""

import argparse
import http.client
import json
import os
import re
import signal
import socket
import subprocess
import sys
import tempfile
import time
import uuid
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

Answer = dict[str, Any]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("file", type=Path)
    parser.add_argument("--decisions", type=int, default=200)
    parser.add_argument("--search", default="esketamine")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        with socket.socket() as found:
            found.bind(("127.0.0.1", 0))
            port = found.getsockname()[1]
        lab = subprocess.Popen(
            [
                sys.executable,
                "-m",
                "asreview",
                "lab",
                "--no-browser",
                "--skip-update-check",
                "--port",
                str(port),
            ],
            cwd=folder,
            env={**os.environ, "ASREVIEW_PATH": folder},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        try:
            print(json.dumps(measure(Lab(port), lab.pid, asked)))
        finally:
            os.killpg(lab.pid, signal.SIGKILL)
            lab.wait()


class Lab:
    def __init__(self, port: int) -> None:
        self.line = http.client.HTTPConnection("127.0.0.1", port, timeout=900)
        for _ in range(600):
            try:
                self.line.connect()
                return
            except OSError:
                time.sleep(0.1)
        raise RuntimeError("ASReview LAB does not answer.")

    def ask(
        self, method: str, path: str, body: str | bytes | None = None, kind: str = ""
    ) -> Answer:
        headers = {"Content-Type": kind} if kind else {}
        self.line.request(method, f"/api{path}", body, headers)
        answer = self.line.getresponse()
        text = answer.read()
        if answer.status >= 400:
            raise RuntimeError(f"{path}: {answer.status} {text[:300]!r}")
        found: Answer = json.loads(text)
        return found

    def post(self, path: str, told: Answer, method: str = "POST") -> Answer:
        form = "application/x-www-form-urlencoded"
        return self.ask(method, path, urlencode(told), form)

    def upload(self, file: Path) -> str:
        mark = uuid.uuid4().hex
        head = (
            f'--{mark}\r\nContent-Disposition: form-data; name="mode"\r\n\r\noracle\r\n'
            f'--{mark}\r\nContent-Disposition: form-data; name="file"; '
            f'filename="{file.name}"\r\nContent-Type: text/plain\r\n\r\n'
        )
        body = head.encode() + file.read_bytes() + f"\r\n--{mark}--\r\n".encode()
        kind = f"multipart/form-data; boundary={mark}"
        made = self.ask("POST", "/projects/create", body, kind)
        return f"/projects/{made['id']}"


def measure(lab: Lab, group: int, asked: argparse.Namespace) -> Answer:
    began = time.perf_counter()
    project = lab.upload(asked.file)
    imported = time.perf_counter() - began
    lab.post(f"{project}/review", {"status": "review"}, "PUT")
    record = lab.ask("GET", f"{project}/get_record")["result"]["record_id"]
    times = []
    for number in range(asked.decisions):
        began = time.perf_counter()
        told = {"record_id": record, "label": int(number % 20 == 0), "tags": "[]"}
        lab.post(f"{project}/record/{record}", told)
        record = lab.ask("GET", f"{project}/get_record")["result"]["record_id"]
        times.append(time.perf_counter() - began)
    return {
        "import": imported,
        "decide": times,
        "search": [timed(lab, f"{project}/search?q={asked.search}") for _ in range(5)],
        "progress": [timed(lab, f"{project}/progress") for _ in range(5)],
        "memory": memory(group),
    }


def timed(lab: Lab, path: str) -> float:
    began = time.perf_counter()
    lab.ask("GET", path)
    return time.perf_counter() - began


def memory(group: int) -> int:
    """Return the greatest memory of a process of the server, in MB."""
    peaks = [0]
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            if os.getpgid(int(folder.name)) != group:
                continue
            status = folder.joinpath("status").read_text()
        except OSError:
            continue
        peaks += [
            int(number) // 1024 for number in re.findall(r"VmHWM:\s+(\d+)", status)
        ]
    return max(peaks)


if __name__ == "__main__":
    main()
