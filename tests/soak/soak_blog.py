"""The blog of the crash test: it has versions, and what each version looks like undisturbed is known.

A worker of its own process draws its pictures by inverting colors (`fixtures.fake_worker`). Its receipts carry
a fixed time, since the time is in the records and these are in the names of published folders; so two sites
of one version are equal byte for byte.
"""

import os
import random
import shutil
import time
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path

from fixtures import fake_worker
from fixtures.small_blog import Blog
from pelican.plugins.stylize.storage.checksums import LIST, read_checksums, walk_files

SETTINGS = """
import os
from dataclasses import replace
from pelican.plugins.stylize.executors.local import LocalExecutor


class PunctualExecutor(LocalExecutor):
    def run(self, tasks, **named):
        for event in super().run(tasks, **named):
            if hasattr(event, "receipt"):
                event = replace(event, receipt=replace(event.receipt, made="2026-11-01T12:00:00+00:00", seconds=1.0))
            yield event


os.makedirs("notes", exist_ok=True)
STYLIZE["executor"] = (
    "local" if os.environ.get("SOAK_REAL_WORKER") else PunctualExecutor("notes", command={command!r})
)
STYLIZE["style_pages"] = False
"""
PUBLISHING = """\
from pelicanconf import *
SITEURL = "https://pier.example"
FEED_ALL_ATOM = "feeds/all.xml"
OUTPUT_RETENTION = ["downloads"]
"""
AUTHORS = (".git/HEAD", "CNAME", "google1.html", "downloads/song.ogg")  # files that no build made

Snapshot = dict[str, str]  # path in the output -> sha256


@dataclass
class SoakBlog:
    """A blog in a folder, at one of its versions."""

    root: Path
    version: int = 0
    published: dict[int, Snapshot] = field(default_factory=dict)  # undisturbed, by version

    @property
    def output(self) -> Path:
        return self.root / "output"

    def begin(self) -> None:
        """Write the settings and two styles."""
        self.root.mkdir(parents=True)
        path = Blog.begin(self.root).configure()
        path.write_text(path.read_text() + SETTINGS.format(command=fake_worker.COMMAND))
        (self.root / "publishconf.py").write_text(PUBLISHING)

    def write_version(self, version: int) -> None:
        """Write the posts of a version: new words, one new picture, one that stays, a draft of its own name."""
        self.version = version
        blog = Blog(self.root)
        shutil.rmtree(self.root / "content")
        blog.photo("pier.jpg")
        blog.photo(f"storm-{version}.jpg", color=f"#{40 + 30 * version:02x}4080")
        blog.post("pier", f"Version {version}.", Style="harvesters", Photos="pier.jpg | A pier")
        blog.post("storm", "Words.", Style="third-class-carriage", Photos=f"storm-{version}.jpg | A storm")
        blog.post(f"secret-{version}", "Not yet.", Status="draft")
        blog.post(f"only-{version}", f"Only in version {version}.")

    def write_authors_files(self) -> None:
        """Put into the output what no build makes."""
        for name in AUTHORS:
            path = self.output / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(name)

    def is_whole(self, snapshot: Snapshot, *versions: int) -> bool:
        """Return whether a published site is one of these versions, with the author's files."""
        return any(snapshot == self.published[version] | _authors_snapshot() for version in versions)

    def age_store(self) -> None:
        """Make everything in the store old enough for `store.prune`."""
        before = time.time() - 90 * 24 * 60 * 60
        for path in (self.root / ".stylize").rglob("*"):
            os.utime(path, (before, before), follow_symlinks=False)

    def forget(self, choice: random.Random) -> None:
        """Now and then lose the store, or the caches in it, so that pictures are made again."""
        kind = choice.random()
        if kind < 0.3:
            shutil.rmtree(self.root / ".stylize", ignore_errors=True)
        elif kind < 0.5:
            for path in (self.root / ".stylize").glob("*.json*"):
                path.unlink()


def take_snapshot(folder: Path) -> Snapshot | None:
    """Return the digests of all files of a folder; None if it was replaced in the meantime.

    The list of all files also has what the author put there, so it counts as whether it is right.
    """
    try:
        before = folder.stat().st_ino
        files = {
            path.relative_to(folder).as_posix(): sha256(path.read_bytes()).hexdigest()
            for path in folder.rglob("*")
            if path.is_file()
        }
        if LIST in files:
            stated, paths = read_checksums(folder), list(walk_files(folder))
            is_whole = len(stated.named) + len(stated.unnamed) == len(paths)
            is_right = is_whole and all(stated.find(path) == files[path] for path in paths)
            files[LIST] = "as the files are" if is_right else "wrong"
        return files if folder.stat().st_ino == before else None
    except ValueError as error:
        return {LIST: str(error)}
    except FileNotFoundError:
        if not os.path.lexists(folder):
            return {}
        return None


def explain_difference(snapshot: Snapshot, wanted: Snapshot) -> str:
    """Return which files a site lacks, has too many of, or has otherwise."""
    wanted = wanted | _authors_snapshot()
    lacks, more = sorted(wanted.keys() - snapshot), sorted(snapshot.keys() - wanted)
    other = sorted(name for name in wanted.keys() & snapshot if wanted[name] != snapshot[name])
    return f"lacks {lacks[:4]}, has more {more[:4]}, has otherwise {other[:4]}"


def _authors_snapshot() -> Snapshot:
    return {name: sha256(name.encode()).hexdigest() for name in AUTHORS}
