"""A small blog, built for real by Pelican, whose pictures are drawn by inverting colors."""

import shutil
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

ROOT = Path(__file__).parents[1]

CONFIGURATION = """\
import sys
from pathlib import Path

import pelican.plugins
from PIL import Image, ImageOps

pelican.plugins.__path__.append({plugins!r})
from pelican.plugins.stylize.executors.inline import InlineExecutor
from pelican.plugins.stylize.images.decode import open_photo


def invert(job):
    with open("drawn.log", "a") as log:
        print(job.photo, job.stylization.in_styles, file=log)
    {fault}
    photo = open_photo(job.stylization.photo.path, long_edge=job.stylization.parameters.long_edge)
    return ImageOps.invert(photo)


def examine(job, picture):
    return tuple({artifacts!r})


SITENAME = "Pier"
AUTHOR = "Ana Sol"
TIMEZONE = "UTC"
PATH = "content"
THEME = {theme!r}
STATIC_PATHS = []
FEED_ALL_ATOM = CATEGORY_FEED_ATOM = TRANSLATION_FEED_ATOM = AUTHOR_FEED_ATOM = AUTHOR_FEED_RSS = None
ARTICLE_EXCLUDES = ["photos"]
PLUGINS = ["stylize"]
STYLIZE = {{"executor": InlineExecutor(invert, examine=examine), "author": {{"name": "Ana Sol", "license": "CC-BY-4.0"}}}}
STYLIZE.update({stylize!r})
globals().update({settings!r})
"""


@dataclass
class Built:
    """What a run of Pelican left behind."""

    code: int
    printed: str  # stdout and stderr
    output: Path

    def page(self, name: str) -> str:
        return (self.output / name).read_text("utf-8")


@dataclass
class Blog:
    """A folder with content/, styles/ and a configuration."""

    root: Path
    theme: str = "simple"
    fault: str = "pass"  # a statement that runs before each picture is drawn
    artifacts: tuple[str, ...] = ()  # the faults of every picture that is drawn
    settings: dict[str, Any] = field(default_factory=dict)
    stylize: dict[str, Any] = field(default_factory=dict)

    @classmethod
    def begin(cls, root: Path) -> "Blog":
        """Write a blog with two styles, one photo and no post."""
        (root / "content").mkdir()
        for slug in ("harvesters", "third-class-carriage"):
            shutil.copytree(ROOT / "styles" / slug, root / "styles" / slug)
        blog = cls(root)
        blog.photo("pier.jpg")
        return blog

    def post(self, name: str, text: str, **front_matter: str) -> Path:
        """Write a post."""
        fields: Mapping[str, str] = {"Title": name.title(), "Date": "2026-11-01", **front_matter}
        head = "\n".join(f"{key}: {value}" for key, value in fields.items())
        path = self.root / "content" / f"{name}.md"
        path.write_text(f"{head}\n\n{text}\n", "utf-8")
        return path

    def photo(self, name: str, *, size: tuple[int, int] = (300, 200), color: str = "teal") -> Path:
        """Draw a photo."""
        path = self.root / "content" / "photos" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        Image.new("RGB", size, color).save(path)
        return path

    def configure(self) -> Path:
        """Write pelicanconf.py."""
        # Python tells a changed file by its size and its second, and two settings may share both.
        shutil.rmtree(self.root / "__pycache__", ignore_errors=True)
        text = CONFIGURATION.format(
            plugins=str(ROOT / "plugins"),
            theme=self.theme,
            fault=self.fault,
            artifacts=self.artifacts,
            stylize=self.stylize,
            settings=self.settings,
        )
        path = self.root / "pelicanconf.py"
        path.write_text(text, "utf-8")
        return path

    def build(self, *arguments: str) -> Built:
        """Run Pelican in its own process, as `invoke build` would."""
        self.configure()
        command = [sys.executable, "-m", "pelican", "--fatal=errors", "--log-handler=plain"]
        ended = self._run(*command, "-s", "pelicanconf.py", *arguments)
        return Built(ended.returncode, ended.stdout + ended.stderr, self.root / "output")

    def plan(self, arguments: str = "") -> str:
        """Return what `invoke plan` would print."""
        self.configure()
        ask = f"commands.plan('pelicanconf.py', {arguments})"
        program = f"import pelicanconf; from pelican.plugins.stylize import commands; print({ask})"
        return self._run(sys.executable, "-c", program).stdout

    def _run(self, *command: str) -> "subprocess.CompletedProcess[str]":
        return subprocess.run(
            command,
            cwd=self.root,
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )

    def drawn(self) -> list[str]:
        """Return what was drawn since the last look."""
        log = self.root / "drawn.log"
        lines = log.read_text().splitlines() if log.exists() else []
        log.unlink(missing_ok=True)
        return lines


@pytest.fixture
def blog(tmp_path: Path) -> Blog:
    """A blog with two styles, one photo and no post."""
    return Blog.begin(tmp_path)
