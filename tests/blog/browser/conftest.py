"""The demo blog, built once as a draft and once for publishing."""

import contextlib
import http.server
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]

CONFIGURATION = """\
import sys
sys.path.insert(0, {root!r})
from {settings} import *
from PIL import ImageOps
from pelican.plugins.stylize.executors.inline import InlineExecutor
from pelican.plugins.stylize.images.decode import open_photo


def invert(task):
    return ImageOps.invert(open_photo(task.photo.path, long_edge=480))


PATH = {root!r} + "/content"
THEME = {root!r} + "/theme"
OUTPUT_PATH = {output!r}
STYLIZE = {{**STYLIZE, "executor": InlineExecutor(invert), "styles": {root!r} + "/styles",
           "long_edge": 480, "best_long_edge": 480}}
"""


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build the demo blog with its own theme and posts, its pictures drawn by inverting colors."""
    return _build(tmp_path_factory.mktemp("site"), "pelicanconf", "output")


@pytest.fixture(scope="session")
def published(site: Path) -> Path:
    """Build the same as `invoke publish` would; the pictures are there."""
    return _build(site.parent, "publishconf", "published")


@pytest.fixture(scope="session")
def drafted(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build the demo blog as a draft, in a store that has no painted picture yet."""
    return _build(tmp_path_factory.mktemp("drafted"), "pelicanconf", "output", "STYLIZE_DRAFT = True\n")


def _build(folder: Path, settings: str, output: str, more: str = "") -> Path:
    configuration = folder / f"demo_{settings}.py"
    text = CONFIGURATION.format(root=str(ROOT), settings=settings, output=output)
    configuration.write_text(text + more, "utf-8")
    ended = subprocess.run(
        [sys.executable, "-m", "pelican", "--fatal=errors", "--log-handler=plain", "-s", configuration.name],
        cwd=folder,
        # A test that loads tasks.py leaves the word `invoke` for messages behind.
        env={name: value for name, value in os.environ.items() if name != "PELICAN_STYLIZE_COMMAND"},
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert ended.returncode == 0, ended.stdout + ended.stderr
    return folder / output


@pytest.fixture(scope="session")
def address(site: Path) -> Iterator[str]:
    """Serve the site on this machine."""
    with _served(site) as address:
        yield address


@pytest.fixture(scope="session")
def address_of_draft(drafted: Path) -> Iterator[str]:
    """Serve the draft of the site on this machine."""
    with _served(drafted) as address:
        yield address


@contextlib.contextmanager
def _served(folder: Path) -> Iterator[str]:
    handler = partial(_Quiet, directory=str(folder))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


class _Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, format: str, *args: object) -> None:
        pass
