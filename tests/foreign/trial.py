"""Try our plugin in a blog that is not ours: without it, with it and nothing asked, with it and one picture."""

import gzip
import os
import shutil
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path

from pelican.plugins.stylize.cli.provenance import verify
from pelican.plugins.stylize.model.errors import UserError
from PIL import Image

from .blogs import ForeignBlog

ROOT = Path(__file__).parents[2]
SLUG = "the-post-that-asks"
ASKING_POST = """\
Title: The post that asks
Date: 2017-08-09
Slug: {slug}
{category}Style: harvesters
Photos: asked.png | A pier at low water

The post that asks begins here.

![The same pier](asked.png){{: stylize=harvesters strength=0.5 }}

And it ends.
"""
# Above a blog's own settings, which some plugins are named in; below them what is asked of ours.
BEFORE = """\
import sys
import pelican.plugins
sys.dont_write_bytecode = True
pelican.plugins.__path__.append({plugins!r})
"""
WITH = """
PLUGINS = [*PLUGINS, "stylize"]
"""
ASKING = """
PLUGINS = [*PLUGINS, "stylize"]
from PIL import ImageOps
from pelican.plugins.stylize.executors.inline import InlineExecutor
from pelican.plugins.stylize.images.decode import open_photo


def invert(task):
    return ImageOps.invert(open_photo(task.photo.path, long_edge=task.parameters.long_edge))


STYLIZE = {
    "author": {"name": "Ana Sol", "license": "CC-BY-4.0"},
    "executor": InlineExecutor(invert),
    "quality": "quick",
}
"""
OURS = ("pictures/", "provenance/", "styles/", "credits/", "image-sitemap.xml")  # what a picture brings


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """What a run of Pelican wrote."""

    code: int
    printed: str
    output: Path
    files: dict[str, bytes] = field(repr=False)  # by path


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """A blog in all its builds, and what is wrong."""

    fails_anyway: str = ""  # what Pelican says where our plugin is not even named
    faults: tuple[str, ...] = ()  # of ours


def try_blog(blog: ForeignBlog, folder: Path, *, is_stable: bool = True) -> Trial:
    """Build a blog in every way and compare; folder: an empty one.

    is_stable: without our plugin, two builds are the same to the byte. Otherwise it is built twice, and files
    that differ then are not compared.
    """
    plain = build(blog, folder / "plain", "")
    if plain.code:
        return Trial(fails_anyway=_last_words(plain.printed))
    again = plain if is_stable else build(blog, folder / "again", "")
    unstable = {path for path in plain.files if again.files.get(path) != plain.files[path]}
    quiet = build(blog, folder / "quiet", WITH)
    faults = [f"nothing asked: {fault}" for fault in _compare(plain, quiet, unstable=unstable)]
    without = build(blog, folder / "without", "", asks=True)
    asking = build(blog, folder / "asking", ASKING, asks=True)
    faults += [f"one picture: {fault}" for fault in _check_asking(without, asking, unstable=unstable)]
    return Trial(faults=tuple(faults))


def build(blog: ForeignBlog, folder: Path, settings: str, *, asks: bool = False) -> Site:
    """Write a blog into a folder and build it; settings: those of our plugin. asks: with a post that asks."""
    for name, text in blog.files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
    before, own = BEFORE.format(plugins=str(ROOT / "plugins")), blog.settings
    # `from __future__` has to stand first.
    future = "from __future__ import unicode_literals\n"
    text = f"{future}{before}{own.replace(future, '')}{settings}"
    (folder / "content").mkdir(parents=True, exist_ok=True)
    (folder / "pelicanconf.py").write_text(text, "utf-8")
    if asks:
        place = folder / blog.asking_folder
        category = "" if "USE_FOLDER_AS_CATEGORY = True" in blog.settings else "Category: Notes\n"
        (place / "asks.md").write_text(ASKING_POST.format(slug=SLUG, category=category), "utf-8")
        Image.new("RGB", (300, 200), "teal").save(place / "asked.png")
        shutil.copytree(ROOT / "styles" / "harvesters", folder / "styles" / "harvesters")
    environment = {**os.environ, "SOURCE_DATE_EPOCH": "1600000000", "PYTHONHASHSEED": "0"}
    for _ in range(blog.builds):
        ended = subprocess.run(
            [sys.executable, "-m", "pelican", "--log-handler=plain", "-s", "pelicanconf.py"],
            cwd=folder,
            env=environment,
            capture_output=True,
            text=True,
            timeout=300,
            check=False,
        )
        if ended.returncode:
            break
    output = folder / "output"
    files = {
        path.relative_to(output).as_posix(): path.read_bytes()
        for path in sorted(output.rglob("*"))
        if path.is_file()
    }
    return Site(code=ended.returncode, printed=ended.stdout + ended.stderr, output=output, files=files)


def _compare(plain: Site, quiet: Site, *, unstable: set[str]) -> list[str]:
    """Return how a site differs from the same without our plugin."""
    if quiet.code:
        return [_last_words(quiet.printed)]
    return [
        *(f"{path} is new" for path in quiet.files if path not in plain.files),
        *(f"{path} is gone" for path in plain.files if path not in quiet.files),
        *(
            f"{path} has changed"
            for path, data in plain.files.items()
            if path in quiet.files and quiet.files[path] != data and path not in unstable
        ),
    ]


def _check_asking(without: Site, asking: Site, *, unstable: set[str]) -> list[str]:
    """Return what is wrong with a site in which one post shows pictures.

    without: the same site and post where our plugin is not named.
    """
    if asking.code:
        return [_last_words(asking.printed)]
    faults = [f"{path} is gone" for path in without.files if path not in asking.files]
    faults += [f"{path} is new" for path in asking.files if path not in without.files and not _is_ours(path)]
    faults += [
        f"{path} has changed and does not show the post"
        for path, data in without.files.items()
        if asking.files.get(path, data) != data and not _names_post(path, data) and path not in unstable
    ]
    pages = [path for path, data in asking.files.items() if b"AI modified" in data and path.endswith("ml")]
    if not any(path.endswith((f"{SLUG}.html", f"{SLUG}/index.html")) for path in pages):
        faults.append("the post does not show its picture")
    try:
        list(verify(asking.output))
    except UserError as error:
        faults.append(f"verify: {error}")
    return faults


def _names_post(path: str, data: bytes) -> bool:
    return SLUG.encode() in (gzip.decompress(data) if path.endswith(".gz") else data)


def _is_ours(path: str) -> bool:
    return path.startswith(OURS) or any(f"/{ours}" in path for ours in OURS)  # a site within the site


def _last_words(printed: str) -> str:
    lines = [line.strip() for line in printed.splitlines() if line.strip()]
    if lines and lines[-1].endswith("nothing was published."):
        lines.pop()  # after the problems
    return lines[-1] if lines else "it failed"
