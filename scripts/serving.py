"""A real server of the product, and people who talk to it over the network.

As `make demo` serves it: one process of gunicorn with eight threads, on SQLite.
"""

import http.client
import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
import uuid
from pathlib import Path
from urllib.parse import urlencode

BASE = Path(__file__).resolve().parent.parent
FORM = re.compile(r'action="(/reviews/[^"]+/records/(\d+)/decide/)"')
# Decisions between two counts, as in static/js/desk/deck.js.
COUNTED_EVERY = 50
WORDING = re.compile(r'name="wording" value="([^"]*)"')


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        port: int = found.getsockname()[1]
        return port


class Server:
    """The product, served from a folder of its own."""

    def __init__(self, folder: Path, port: int = 0) -> None:
        self.folder, self.port = folder, port or free_port()

    def start(self, *, under: tuple[str, ...] = ()) -> "Server":
        """Start it, under another program where one is named."""
        command = [
            *under,
            sys.executable, "-m", "gunicorn", "config.wsgi", "--threads", "8",
            "--bind", f"127.0.0.1:{self.port}", "--access-logfile", "/dev/null",
            "--log-level", "error",
        ]  # fmt: skip
        told = {
            "DATA_DIR": str(self.folder),
            "STATIC_ROOT": str(self.folder / "static"),
            "DEBUG": "false",
            "ALLOWED_HOSTS": "127.0.0.1",
        }
        self.process = subprocess.Popen(
            command, cwd=BASE, env={**os.environ, **told}, start_new_session=True
        )
        self._await()
        return self

    def _await(self) -> None:
        for _ in range(600):
            try:
                socket.create_connection(("127.0.0.1", self.port), 1).close()
                # The line is there before the program is: the first answer tells.
                line = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
                line.request("GET", "/accounts/login/")
                line.getresponse().read()
                line.close()
                return
            except (OSError, http.client.HTTPException):
                time.sleep(0.05)
        raise RuntimeError("The server does not answer.")

    def kill(self) -> None:
        """End it as a power cut would, all its processes at once."""
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()

    def memory(self) -> int:
        """Return the greatest memory of a process of it, in MB."""
        peaks = [0]
        for folder in Path("/proc").glob("[0-9]*"):
            try:
                if os.getpgid(int(folder.name)) != self.process.pid:
                    continue
                status = folder.joinpath("status").read_text()
            except OSError:
                continue
            peaks += [int(n) // 1024 for n in re.findall(r"VmHWM:\s+(\d+)", status)]
        return max(peaks)


class Person:
    """Somebody who is signed in and keeps the line to the server."""

    def __init__(self, port: int, session: str, slug: str) -> None:
        self.port, self.slug, self.session = port, slug, session
        self.csrf = uuid.uuid4().hex
        self.cookie = f"sessionid={session}; csrftoken={self.csrf}"
        self.line: http.client.HTTPConnection | None = None
        self.decided = 0

    def ask(
        self, method: str, path: str, told: dict[str, str] | None = None
    ) -> tuple[int, str]:
        """Return status and body. Raises OSError or HTTPException."""
        headers = {"Cookie": self.cookie}
        body = None
        if told is not None:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
            headers["X-CSRFToken"] = self.csrf
            headers["Accept"] = "application/json"
            body = urlencode(told)
        if self.line is None:
            self.line = http.client.HTTPConnection("127.0.0.1", self.port, timeout=120)
        try:
            self.line.request(method, path, body, headers)
            answer = self.line.getresponse()
            return answer.status, answer.read().decode()
        except (OSError, http.client.HTTPException):
            self.line.close()
            self.line = None
            raise

    def first(self) -> "Offer | None":
        """Open the page on which titles and abstracts are judged."""
        status, page = self.ask("GET", f"/reviews/{self.slug}/screen/")
        assert status == 200, (status, page[:300])
        return Offer.of(page)

    def decide(
        self, offer: "Offer", choice: str, token: str
    ) -> tuple[int, "Offer | None"]:
        """Decide, and get the next record: as the script of the page asks, with no
        card at hand. It asks for the exact count as often as the script does."""
        self.decided += 1
        told = {"choice": choice, "token": token, "wording": offer.wording}
        told |= {"number": "1", "held": "", "left": self._left()}
        status, answer = self.ask("POST", offer.address, told)
        if status != 200:
            return status, None
        ahead = json.loads(answer)["ahead"]
        return status, Offer.of(ahead[0]["html"]) if ahead else None

    def _left(self) -> str:
        return "" if self.decided % COUNTED_EVERY == 0 else "1000"


class Offer:
    """A record that is offered: where its decision goes."""

    def __init__(self, address: str, record: int, wording: str) -> None:
        self.address, self.record, self.wording = address, record, wording

    @classmethod
    def of(cls, page: str) -> "Offer | None":
        found = FORM.search(page)
        wording = WORDING.search(page)
        if found is None:
            return None
        return cls(found[1], int(found[2]), wording[1] if wording else "")
