"""A museum on this machine, which answers as museums do: kindly, slowly, elsewhere, or not at all."""

import contextlib
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest


@dataclass(frozen=True, kw_only=True)
class Page:
    """What the museum says about one path."""

    status: int = 200
    body: bytes = b"a page"
    headers: dict[str, str] = field(default_factory=dict)
    head: int = 0  # another status for HEAD; 0 for the same
    after: float = 0.0  # seconds
    announced: int | None = None  # Content-Length; None for the true one
    times: int = 0  # how often it says so before it gives the body with 200; 0 for ever


@dataclass
class Museum:
    """The server's pages, by path, and what it was asked."""

    address: str
    pages: dict[str, Page] = field(default_factory=dict)
    asked: list[tuple[str, str]] = field(default_factory=list)  # method and path
    agents: list[str] = field(default_factory=list)

    def page(self, path: str, **said: object) -> str:
        """Put up a page and return its address."""
        self.pages[path] = Page(**said)
        return f"{self.address}{path}"

    def redirect(self, path: str, target: str, status: int = 301) -> str:
        return self.page(path, status=status, headers={"Location": target})


@pytest.fixture
def museum() -> Iterator[Museum]:
    """A museum at a loopback address, with no page yet."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            museum.asked.append((self.command, self.path))
            museum.agents.append(self.headers["User-Agent"])
            page = museum.pages.get(self.path, Page(status=404))
            asked_before = museum.asked.count((self.command, self.path)) - 1
            time.sleep(page.after)
            status = 200 if page.times and asked_before >= page.times else page.status
            if self.command == "HEAD" and page.head:
                status = page.head
            self.send_response(status)
            length = len(page.body) if page.announced is None else page.announced
            for name, value in {"Content-Length": str(length), **page.headers}.items():
                self.send_header(name, value)
            self.end_headers()
            if self.command == "GET":
                self.wfile.write(page.body)

        do_HEAD = do_GET

        def handle(self) -> None:
            with contextlib.suppress(BrokenPipeError, ConnectionResetError):  # the visitor has heard enough
                super().handle()

        def log_message(self, format: str, *arguments: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    museum = Museum(address=f"http://127.0.0.1:{server.server_port}")
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield museum
    server.shutdown()
    server.server_close()
    thread.join()
