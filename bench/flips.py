"""Flip bytes anywhere in the store and the output of a small blog: nothing of it is published or approved.

The times of the damaged files are restored. Each round flips bytes of the store, publishes the site, and
compares it with that of the undisturbed blog; the store heals from round to round. Then bytes of the finished
output are flipped one at a time, and `provenance.verify` has to name each file. Half of the flips are spread
over all bytes, half over all files, so that small files get their share. Exits with 1 if a round published
something else or did not build, or if a damaged file was approved.

    python bench/flips.py [--rounds 60] [--flips 34] [--output 2000] [--seed 0]
"""

import argparse
import os
import random
import shutil
import sys
import tempfile
import time
from hashlib import sha256
from pathlib import Path

from PIL import Image

ROOT = Path(__file__).parents[1]
CONFIGURATION = f"""
from dataclasses import replace
import pelican.plugins
pelican.plugins.__path__.append({str(ROOT / "plugins")!r})
from PIL import ImageOps
from pelican.plugins.stylize.executors.inline import InlineExecutor
from pelican.plugins.stylize.executors.interface import Done
from pelican.plugins.stylize.images.decode import open_photo

class Timeless(InlineExecutor):
    # Receipts without the time, so that a picture that is drawn again has the same record.
    def run(self, tasks, *, meanwhile=()):
        for event in super().run(tasks, meanwhile=iter(meanwhile)):
            if isinstance(event, Done):
                receipt = replace(event.receipt, made="2026-01-01T00:00:00+00:00", seconds=1.0)
                event = replace(event, receipt=receipt)
            yield event

SITENAME, AUTHOR, TIMEZONE, PATH, THEME = "Bench", "Bench", "UTC", "content", "simple"
SITEURL = "https://blog.example"
STATIC_PATHS, ARTICLE_EXCLUDES, PLUGINS = [], ["photos"], ["stylize"]
STYLIZE_PUBLISH = True
STYLIZE = {{
    "quality": "quick", "author": {{"name": "Ana Sol", "license": "CC-BY-4.0"}},
    "executor": Timeless(lambda task: ImageOps.invert(open_photo(task.photo.path))),
}}
"""
POSTS = {
    "pier": "Style: harvesters\nPhotos: red.jpg | A field\n\nOne.",
    "wall": "\n![A wall](green.jpg){: stylize=harvesters }\n\n![A wall](green.jpg){: stylize=none }",
    "road": "Style: harvesters\nStrength: 0.5\nPhotos: blue.jpg | A road | Its *caption*\n\nThree.",
}


def main() -> int:
    """Run the rounds; returns the exit code."""
    parser = argparse.ArgumentParser()
    for name, usual in (("rounds", 60), ("flips", 34), ("output", 2000), ("seed", 0)):
        parser.add_argument(f"--{name}", type=int, default=usual)
    options = parser.parse_args()
    chance = random.Random(options.seed)
    with tempfile.TemporaryDirectory() as folder:
        os.chdir(folder)
        make_blog(Path())
        for _ in range(2):  # the second finds everything in the store
            code, printed = build()
        before = read_site()
        assert code == 0 and before, printed
        told = wrong = 0
        for number in range(1, options.rounds + 1):
            flipped = [flip(Path(".stylize"), chance, by_file=bool(n % 2)) for n in range(options.flips)]
            code, printed = build()
            now = read_site()
            told += "damaged" in printed or "as it was written" in printed
            if code or now != before:
                wrong += 1
                names = sorted(name for name in {*before, *now} if before.get(name) != now.get(name))
                print(f"round {number}: exit code {code}, other files: {names}\n{flipped}\n{printed}")
                before = now if not code else before
        count = options.rounds * options.flips
        print(
            f"{count} flips in {options.rounds} rounds: {told} rounds told of damage,"
            f" {wrong} published another site."
        )
        approved = [
            damaged for n in range(options.output) if (damaged := flip_output(chance, by_file=bool(n % 2)))
        ]
        print(f"{options.output} flips in the output: {len(approved)} approved by verify.", *approved)
    return 1 if wrong or approved else 0


def flip_output(chance: random.Random, *, by_file: bool) -> str:
    """Flip a byte of the output, verify the site, and undo it; returns what verify approved, or nothing."""
    from pelican.plugins.stylize.cli.provenance import verify
    from pelican.plugins.stylize.model.errors import UserError

    kept = Path("kept")
    shutil.copytree("output", kept)
    damaged = flip(Path("output"), chance, by_file=by_file)
    try:
        list(verify("output"))
        return damaged
    except UserError as error:
        return "" if "not what was published" in str(error) else f"{damaged}: {error}"
    finally:
        shutil.rmtree("output")
        kept.rename("output")


def make_blog(root: Path) -> None:
    """Write a blog of three posts, a style and its panel, old enough for its caches to be trusted."""
    for name in ("harvesters", "_panel"):
        shutil.copytree(ROOT / "styles" / name, root / "styles" / name)
    photos = root / "content" / "photos"
    photos.mkdir(parents=True)
    for color in ("red", "green", "blue"):
        Image.new("RGB", (150, 100), color).save(photos / f"{color}.jpg")
    for name, text in POSTS.items():
        (root / "content" / f"{name}.md").write_text(f"Title: {name}\nDate: 2026-01-01\n{text}\n")
    (root / "pelicanconf.py").write_text(CONFIGURATION)
    before = time.time() - 60
    for path in root.rglob("*"):
        os.utime(path, (before, before))


def build() -> tuple[int, str]:
    """Publish the site from a process of its own; returns the exit code and what it printed."""
    child = os.fork()  # which has Pelican loaded already
    if child == 0:
        log = os.open("build.log", os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
        os.dup2(log, 1)
        os.dup2(log, 2)
        code = 1
        try:
            from pelican.plugins.stylize.cli.pelican_runner import build_aside

            build_aside("pelicanconf.py", Path("output"), retained=[])
            code = 0
        except SystemExit as end:
            code = end.code if isinstance(end.code, int) else 1
        finally:
            sys.stdout.flush()
            os._exit(code or 0)
    _, status = os.waitpid(child, 0)
    return os.waitstatus_to_exitcode(status), Path("build.log").read_text(errors="replace")


def read_site() -> dict[str, str]:
    """Return the sha256 of each file of the site."""
    return {
        str(path): sha256(path.read_bytes()).hexdigest()
        for path in Path("output").rglob("*")
        if path.is_file()
    }


def flip(folder: Path, chance: random.Random, *, by_file: bool) -> str:
    """Change a byte of a file in a folder and restore the file's times; returns which.

    by_file: choose among all files, instead of among all bytes.
    """
    files = sorted(path for path in folder.rglob("*") if path.is_file() and path.stat().st_size)
    path = chance.choice(files) if by_file else chance.choices(files, [f.stat().st_size for f in files])[0]
    facts, data = path.stat(), bytearray(path.read_bytes())
    place = chance.randrange(len(data))
    data[place] ^= chance.choice([1 << chance.randrange(8), chance.randrange(1, 256)])
    path.write_bytes(data)
    os.utime(path, ns=(facts.st_atime_ns, facts.st_mtime_ns))
    return f"{path}:{place}"


if __name__ == "__main__":
    import pelican

    pelican.plugins.__path__.append(str(ROOT / "plugins"))
    import pelican.plugins.stylize.blog.signals
    import pelican.plugins.stylize.content.requests

    sys.exit(main())
