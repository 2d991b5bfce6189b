"""Serves a built site on this machine."""

import contextlib
import functools
import http.server
import webbrowser
from pathlib import Path

from ..model.errors import UserError


def serve_folder(folder: Path, port: int, *, browser: bool) -> None:
    """Serve a folder at localhost until Ctrl-C, with the site's own 404 page."""

    class Handler(http.server.SimpleHTTPRequestHandler):
        error_message_format = _page_not_found(folder)

        def log_message(self, format: str, *arguments: object) -> None:
            pass

    try:
        server = http.server.ThreadingHTTPServer(
            ("127.0.0.1", port), functools.partial(Handler, directory=str(folder))
        )
    except OSError as error:
        raise UserError(
            f"port {port} cannot be used ({error.strerror}). Try another: --port {port + 1}"
        ) from None
    address = f"http://localhost:{port}/"
    print(f"{folder.name}/ is at {address}, until Ctrl-C.", flush=True)
    if browser:
        webbrowser.open(address)
    with server, contextlib.suppress(KeyboardInterrupt):
        server.serve_forever()


def _page_not_found(folder: Path) -> str:
    page = folder / "404.html"
    text = page.read_text("utf-8") if page.is_file() else "There is no such page."
    return text.replace("%", "%%")  # the server puts values into it
