"""Kills commands, fills the disk and runs two commands at once, and checks that every site is whole.

    python tests/soak/soak.py --minutes 10 --seed 1

Each round disturbs one command of a small blog with an output of which some files are the author's. While a
site is published, the output is at each moment the old or the new version, whole. The next `publish` after the
disturbance ends with 0, and its site equals byte for byte the one of a blog that was never disturbed.
"""

import argparse
import os
import random
import shutil
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from soak import children
from soak.soak_blog import SoakBlog, explain_difference, take_snapshot

ASIDE = ("publish", "rebuild")
DISK = 48  # MB, of the small disk that is filled
KINDS = {"kill": 12, "kill a worker": 2, "disk full": 4, "pair": 2, "kill prune": 1, "kill tune": 0.1}


class Soak:
    """One run of the crash test; `faults` has what was found."""

    def __init__(self, folder: Path, *, logs: Path, seed: int, versions: int) -> None:
        self.choice = random.Random(seed)
        self.versions = versions  # of the blog
        self.folder, self.logs = folder, logs  # on two disks, of which the first is small
        self.blog = SoakBlog(folder / "blog")
        self.faults: list[str] = []
        self.counts: Counter[str] = Counter()
        self.typical: dict[str, float] = {}  # seconds, by command
        self._round = ""

    def prepare(self) -> None:
        """Build each version undisturbed, in a blog and a store of its own."""
        children.load_program()
        for version in range(self.versions):
            undisturbed = SoakBlog(self.folder / f"undisturbed-{version}")
            undisturbed.begin()
            undisturbed.write_version(version)
            started = time.monotonic()
            code = self.start("publish", blog=undisturbed).wait()
            self.typical["cold"] = time.monotonic() - started
            assert code == 0, (self.logs / "publish").read_text()
            published = take_snapshot(undisturbed.output)
            assert published
            self.blog.published[version] = published
            shutil.rmtree(undisturbed.root)
        self.blog.begin()
        self.blog.write_version(0)
        assert self.start("publish").wait() == 0
        self.blog.write_authors_files()
        for command in ("publish", "build"):
            started = time.monotonic()
            assert self.start(command).wait() == 0
            self.typical[command] = time.monotonic() - started
        self.recover()

    def start(self, *words: str, blog: SoakBlog | None = None, **environment: str) -> children.Child:
        log = self.logs / words[0]
        return children.start(words, cwd=(blog or self.blog).root, log=log, **environment)

    def disturb(self, kind: str) -> None:
        """Run one round, and the check after it."""
        old = self.blog.version
        self.blog.write_version(self.choice.randrange(self.versions))
        self._round = f"{kind}, version {old} to {self.blog.version}"
        self.blog.forget(self.choice)
        getattr(self, kind.replace(" ", "_"))(old)
        self.counts[kind] += 1
        self.recover()

    def kill(self, old: int) -> None:
        """Kill publish, rebuild, build or plain Pelican, with or without its worker."""
        command = self.choice.choice(("publish", "publish", "rebuild", "build", "pelican"))
        lasts = self.typical["cold" if self.choice.random() < 0.5 else "publish"]
        child = self.start(command)
        self._watch(child, old, seconds=self.choice.uniform(0, 1.1 * lasts))
        child.kill(group=self.choice.random() < 0.7)
        self._end(child, old)

    def kill_a_worker(self, old: int) -> None:
        """Kill the worker of a publish, which then starts another."""
        shutil.rmtree(self.blog.root / ".stylize", ignore_errors=True)
        notes = self.blog.root / "notes"
        shutil.rmtree(notes)
        notes.mkdir()
        child = self.start("publish")
        self._watch(child, old, seconds=60, until=lambda: any(notes.iterdir()))
        time.sleep(self.choice.uniform(0, 0.05))
        for note in notes.iterdir():
            if note.name.isdecimal():
                subprocess.run(["kill", "-9", note.name], check=False, capture_output=True)
        self._end(child, old, codes=(0,))

    def kill_prune(self, old: int) -> None:
        """Kill the removing of what is old in the store."""
        self.blog.age_store()
        child = self.start("store.prune")
        self._watch(child, old, seconds=self.choice.uniform(0, self.typical["build"]))
        child.kill(group=True)
        self._end(child, old)

    def kill_tune(self, old: int) -> None:
        """Kill the tuning of a style, by a real worker; a style that was finished is put back."""
        style = self.blog.root / "styles" / "harvesters"
        shutil.copytree(style, self.folder / "style")
        child = self.start("style.tune", "harvesters", "--steps", "2", SOAK_REAL_WORKER="1")
        self._watch(child, old, seconds=self.choice.uniform(0, 30))
        child.kill(group=True)
        self._end(child, old)
        shutil.rmtree(style)
        (self.folder / "style").rename(style)

    def disk_full(self, old: int) -> None:
        """Leave a random rest of the small disk to a command."""
        command = self.choice.choice((*ASIDE, "build", "pelican", "store.prune"))
        rest = int(10 ** self.choice.uniform(2.5, 6.3))  # 300 bytes to 2 MB
        filler = self.blog.root / "filler"
        _fill(filler, rest)
        child = self.start(command)
        try:
            self._end(child, old, codes=(0, 1, 2))
        finally:
            filler.unlink()
        if "Traceback" in child.printed():
            self._report(f"{command} with {rest} bytes left printed a traceback:\n{child.printed()}")

    def pair(self, old: int) -> None:
        """Run two commands at once."""
        commands = [self.choice.choice((*ASIDE, "publish", "build", "pelican", "store.prune")) for _ in "12"]
        log = self.logs / "second"
        first = self.start(commands[0])
        time.sleep(self.choice.uniform(0, 1.2 * self.typical["publish"]))
        second = children.start(commands[1:], cwd=self.blog.root, log=log)
        for child in (first, second):
            code = child.wait()
            if code != 0 and "is writing to it" not in child.printed():
                self._report(f"{' and '.join(commands)}: rc {code}\n{child.printed()}")
        if set(commands) == {"publish"}:
            self._check_whole("after two publishes", self.blog.version)

    def recover(self) -> None:
        """Check that the next publish is whole, ends with 0, and leaves nothing behind."""
        child = self.start("publish")
        code = child.wait()
        if code != 0:
            self._report(f"the next publish ended with {code}\n{child.printed()}")
            assert self.start("publish").wait() == 0, child.printed()
        self._check_whole("after the next publish", self.blog.version)
        beside = {path.name for path in self.blog.root.glob(".output.stylize/*")}
        litter = (beside - {"lock", "entries.json", ".gitignore"}) | {
            path.name for path in self.blog.root.glob("output.*")
        }
        if litter:
            self._report(f"left behind: {sorted(litter)}")

    def _watch(
        self, child: children.Child, old: int, *, seconds: float, until: Callable[[], bool] = lambda: False
    ) -> None:
        """Look at the output for some seconds while a command runs that may only replace it whole."""
        end = time.monotonic() + seconds
        while time.monotonic() < end and not until():
            if os.waitid(os.P_PID, child.pid, os.WEXITED | os.WNOHANG | os.WNOWAIT):
                return
            if child.words[0] in ("publish", "store.prune", "style.tune"):
                self._check_whole(f"during {child.words[0]}", old, self.blog.version)
            time.sleep(0.001)

    def _end(self, child: children.Child, old: int, *, codes: tuple[int, ...] = (0, -9)) -> None:
        """Wait for the end of a command, and check the output if the command may only replace it whole."""
        code = child.wait()
        if code not in codes:
            self._report(f"{child.words[0]} ended with {code}\n{child.printed()}")
        if child.words[0] in ("publish", "store.prune", "style.tune"):
            self._check_whole(f"after {child.words[0]}", old, self.blog.version)
        self.counts["killed"] += code == -9

    def _check_whole(self, when: str, *versions: int) -> None:
        snapshot = take_snapshot(self.blog.output)
        if snapshot is None:
            return
        self.counts["looks"] += 1
        if not self.blog.is_whole(snapshot, *versions):
            wanted = self.blog.published[versions[-1]]
            self._report(f"{when}, the site is none of {versions}: {explain_difference(snapshot, wanted)}")

    def _report(self, fault: str) -> None:
        self.faults.append(f"{self._round}: {fault}")
        print(f"FAULT {self.faults[-1]}", flush=True)


@contextmanager
def small_disk(folder: Path) -> Iterator[bool]:
    """Mount a small disk at a folder; yields whether that was possible."""
    mount = ["mount", "-t", "tmpfs", "-o", f"size={DISK}m", "soak", str(folder)]
    mounted = (
        sys.platform == "linux" and not subprocess.run(mount, capture_output=True, check=False).returncode
    )
    try:
        yield mounted
    finally:
        if mounted:
            subprocess.run(["umount", "-l", str(folder)], check=False)


def _fill(path: Path, rest: int) -> None:
    """Fill the disk with a file until only so many bytes are free."""
    facts = os.statvfs(path.parent)
    with path.open("wb") as file:
        os.posix_fallocate(file.fileno(), 0, max(1, facts.f_bavail * facts.f_frsize - rest))


def soak(*, minutes: float, seed: int, rounds: dict[str, int] | None = None) -> Soak:
    """Run rounds until the time is over, or the named rounds once; returns the run with its faults."""
    with (
        tempfile.TemporaryDirectory() as name,
        tempfile.TemporaryDirectory() as logs,
        small_disk(Path(name)) as fills_disk,
    ):
        run = Soak(Path(name), logs=Path(logs), seed=seed, versions=4 if rounds is None else 2)
        run.prepare()
        kinds = {kind: weight for kind, weight in KINDS.items() if fills_disk or kind != "disk full"}
        if rounds is not None:
            for kind in [kind for kind, count in rounds.items() for _ in range(count) if kind in kinds]:
                run.disturb(kind)
            return run
        end = time.monotonic() + 60 * minutes
        while time.monotonic() < end:
            run.disturb(*run.choice.choices(list(kinds), weights=list(kinds.values())))
            if sum(run.counts[kind] for kind in kinds) % 50 == 0:
                print(", ".join(f"{count} {kind}" for kind, count in run.counts.items()), flush=True)
        return run


def main() -> None:
    """Run the crash test and print its counts; exit with 1 if something was lost or half published."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--minutes", type=float, default=10)
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    run = soak(minutes=given.minutes, seed=given.seed)
    for kind, count in run.counts.items():
        print(f"{count:6} {kind}")
    if "disk full" not in run.counts:
        print("     0 disk full: a small disk can only be mounted by root, on Linux")
    print(f"{len(run.faults):6} faults")
    sys.exit(bool(run.faults))


if __name__ == "__main__":
    main()
