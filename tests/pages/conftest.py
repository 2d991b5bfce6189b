"""The demo blog, built once as on the author's machine and once for the world."""

import http.server
import subprocess
import sys
import threading
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]

CONFIGURATION = """\
import sys
sys.path.insert(0, {root!r})
from {settings} import *
from PIL import ImageOps
from pelican.plugins.stylize.executors.inline import InlineExecutor
from pelican.plugins.stylize.images.decode import open_photo


def invert(job):
    return ImageOps.invert(open_photo(job.stylization.photo.path, long_edge=480))


PATH = {root!r} + "/content"
THEME = {root!r} + "/theme"
OUTPUT_PATH = {output!r}
STYLIZE = {{**STYLIZE, "executor": InlineExecutor(invert), "styles": {root!r} + "/styles",
           "long_edge": 480, "optimize_long_edge": 480}}
"""


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build the demo blog with its own theme and posts, its pictures drawn by inverting colors."""
    return _build(tmp_path_factory.mktemp("site"), "pelicanconf", "output")


@pytest.fixture(scope="session")
def published(site: Path) -> Path:
    """Build the same as `invoke publish` would; the pictures are there."""
    return _build(site.parent, "publishconf", "published")


def _build(folder: Path, settings: str, output: str) -> Path:
    configuration = folder / f"demo_{settings}.py"
    configuration.write_text(CONFIGURATION.format(root=str(ROOT), settings=settings, output=output), "utf-8")
    ended = subprocess.run(
        [sys.executable, "-m", "pelican", "--fatal=errors", "--log-handler=plain", "-s", configuration.name],
        cwd=folder,
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
    handler = partial(_Quiet, directory=str(site))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


class _Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, format: str, *args: object) -> None:
        pass
