"""A real server that hears webhooks: it can refuse, hang, drop the line, lead elsewhere, or be gone."""

import base64
import hashlib
import hmac
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


@dataclass
class Heard:
    """One request as it came in."""

    path: str
    headers: dict[str, str]
    body: bytes


@dataclass
class Receiver:
    """The server's address, what it heard, and its mood: a status, or hang, drop."""

    port: int = 0
    heard: list[Heard] = field(default_factory=list)
    mood: int | str = 204
    location: str = ""
    released: threading.Event = field(default_factory=threading.Event)

    @property
    def url(self) -> str:
        """Where it listens."""
        return f"http://127.0.0.1:{self.port}/hooks"

    @property
    def setting(self) -> str:
        """The setting that allows it."""
        return f"http://127.0.0.1:{self.port}"


def _handler(receiver: Receiver) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            headers = {name.lower(): value for name, value in self.headers.items()}
            receiver.heard.append(Heard(self.path, headers, body))
            if receiver.mood == "drop":
                self.close_connection = True
                self.connection.close()
                return
            if receiver.mood == "hang":
                receiver.released.wait(30)
                return
            status = 200 if isinstance(receiver.mood, str) else receiver.mood
            self.send_response(status)
            if receiver.location:
                self.send_header("Location", receiver.location)
            text = b"" if status == 204 else b"thanks " * 2000
            self.send_header("Content-Length", str(len(text)))
            self.end_headers()
            with suppress(OSError):  # whoever asked does not read on
                self.wfile.write(text)

        def log_message(self, *words: Any) -> None:
            """Keep quiet."""

    return Handler


@contextmanager
def receiving(mood: int | str = 204) -> Iterator[Receiver]:
    """Listen on a port of this machine until the block ends."""
    receiver = Receiver(mood=mood)
    server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(receiver))
    receiver.port = server.server_address[1]
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield receiver
    finally:
        receiver.released.set()
        server.shutdown()
        server.server_close()
        thread.join()


def is_signed(heard: Heard, secret: str) -> bool:
    """Check a signature by the text of the standard, apart from the code that makes it."""
    key = base64.b64decode(secret.split("_", 1)[1])
    said = f"{heard.headers['webhook-id']}.{heard.headers['webhook-timestamp']}.{heard.body.decode()}"
    made = base64.b64encode(hmac.digest(key, said.encode(), hashlib.sha256)).decode()
    return f"v1,{made}" in heard.headers["webhook-signature"].split(" ")
