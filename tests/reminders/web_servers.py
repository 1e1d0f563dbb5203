"""Web servers in processes of their own, and somebody at work in them, for tests that kill the servers."""

import os
import re
import signal
import subprocess
import sys
from http.client import HTTPException
from http.cookiejar import CookieJar
from pathlib import Path
from time import monotonic, sleep
from urllib.error import HTTPError
from urllib.parse import urlencode
from urllib.request import HTTPCookieProcessor, build_opener

from tests.mailbox import free_port

TOKEN = re.compile(r'name="csrf_token"[^>]*value="([^"]+)"')


class WebServer:
    """`fundapp serve --no-worker` on a port that it keeps when it is killed and comes back."""

    def __init__(self, instance: Path, url: str) -> None:
        self.port, self.output = free_port(), instance / "servers.txt"
        kept = {name: value for name, value in os.environ.items() if not name.startswith("FUNDAPP_")}
        self.environment = {
            **kept,
            "FUNDAPP_INSTANCE": str(instance),
            "FUNDAPP_DATABASE_URL": url,
            "FUNDAPP_WORKERS": "1",
            "FUNDAPP_ARGON_TIME": "1",
            "FUNDAPP_ARGON_MEMORY_KIB": "8",
        }
        self.process = self._start()

    def _start(self) -> subprocess.Popen[bytes]:
        command = [sys.executable, "-m", "fundapp", "serve", "--no-worker", "--port", str(self.port)]
        with self.output.open("ab") as file:
            return subprocess.Popen(
                command, env=self.environment, stdout=file, stderr=file, start_new_session=True
            )

    def end(self) -> None:
        """Kill it with all its processes, in the middle of whatever they do."""
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()

    def again(self) -> None:
        """Kill it and let it come back."""
        self.end()
        self.process = self._start()


class Browser:
    """A person with cookies who tries again, at another server, when one is gone."""

    def __init__(self, servers: list[WebServer], patience_s: float) -> None:
        self.servers, self.until = servers, monotonic() + patience_s
        self.opener = build_opener(HTTPCookieProcessor(CookieJar()))
        self.answered = dict.fromkeys((one.port for one in servers), 0)
        self._turn = 0

    def get(self, path: str) -> str:
        """Read a page."""
        return self._ask(path, None)[1]

    def post(self, path: str, **fields: str) -> int:
        """Fill in the form of a page and send it; give the status of the answer."""
        found = TOKEN.search(self.get(path))
        assert found, f"no form at {path}"
        return self._ask(path, {"csrf_token": found[1], **fields})[0]

    def _ask(self, path: str, fields: dict[str, str] | None) -> tuple[int, str]:
        data = urlencode(fields).encode() if fields is not None else None
        while True:
            self._turn += 1
            port = self.servers[self._turn % len(self.servers)].port
            try:
                with self.opener.open(f"http://127.0.0.1:{port}{path}", data, timeout=30) as answer:
                    self.answered[port] += 1
                    return answer.status, answer.read().decode()
            except HTTPError as refused:
                with refused:
                    return refused.code, refused.read().decode()
            except (OSError, HTTPException):
                assert monotonic() < self.until, f"no server answers {path}"
                sleep(0.2)
