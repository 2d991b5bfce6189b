"""The cost of the plugin in a build with nothing new, compared with plain images and no plugin.

Prints a Markdown table: median wall seconds of alternating runs, each in its own process, and the
medians of the ratios in each round; the last of processor time, which a busy machine stretches less.
A post has 300 words and two pictures, each of a photo of its own with a credit file of its own. The
same posts with plain images are built twice: once as an author would, whose photos Pelican copies
(`{static}` links), and once with images that are named but not published at all.

    python bench/warm.py [POSTS ...]      default: 10 100 1000
"""

import os
import random
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from statistics import median

from _machine import machine
from PIL import Image

ROOT = Path(__file__).parents[1]
RUNS = (7, 21)  # as few for a thousand posts, as many for ten: a short build wobbles by more
STYLE = "harvesters"  # each style in the library is a page more, which plain images have not
KINDS = ("with/conf.py", "copied/conf.py", "bare/conf.py")
WORDS = ("tide", "harvest", "wall", "carriage", "water", "stone", "light", "field", "road", "bread")

# Pelican was compiled when it was installed, the plugin is by its first build, unless this forbids it.
ENVIRONMENT = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}

CONFIGURATION = f"""
import pelican.plugins
pelican.plugins.__path__.append({str(ROOT / "plugins")!r})
SITENAME, AUTHOR, TIMEZONE, PATH, THEME = "Bench", "Bench", "UTC", "content", "simple"
STATIC_PATHS, ARTICLE_EXCLUDES = [], ["photos"]
"""
# Explicit, since Pelican enables every installed plugin if PLUGINS is unset.
WITHOUT = """
PLUGINS = []
"""
WITH = """
PLUGINS = ["stylize"]
STYLIZE = {"quality": "quick"}
"""
FILLING = """
from pelican.plugins.stylize.executors.inline import InlineExecutor
from pelican.plugins.stylize.images.decode import open_photo
STYLIZE["executor"] = InlineExecutor(lambda task: open_photo(task.photo.path))
"""


def main(sizes: list[int]) -> None:
    """Measure blogs of these many posts and print the table."""
    print(f"{machine()}; medians of alternating runs, seconds of wall time\n")
    print(
        "| posts | pictures | plugin, warm | images Pelican copies | ratio"
        " | images not published | ratio | processor time |"
    )
    print("|---|---|---|---|---|---|---|---|")
    for posts in sizes:
        runs = max(RUNS[0], min(RUNS[1], 2100 // posts))
        with tempfile.TemporaryDirectory() as folder:
            blog = Path(folder)
            make_blog(blog, posts)
            for configuration in ("with/fill.py", *KINDS):
                build(blog, configuration)
            rounds = [[build(blog, configuration) for configuration in KINDS] for _ in range(runs)]
        ours, copied, bare = (median(wall for wall, _ in kind) for kind in zip(*rounds, strict=True))
        to_copied = median(ours[0] / copied[0] for ours, copied, _ in rounds)
        to_bare, busy_to_bare = (median(ours[i] / bare[i] for ours, _, bare in rounds) for i in (0, 1))
        cells = (
            posts,
            2 * posts,
            f"{ours:.2f}",
            f"{copied:.2f}",
            f"{to_copied:.2f}",
            f"{bare:.2f}",
            f"{to_bare:.2f}",
            f"{busy_to_bare:.2f}",
        )
        print("|", " | ".join(map(str, cells)), "|", flush=True)


def make_blog(root: Path, posts: int) -> None:
    """Write a blog of this many posts with two pictures each, with our markup and with plain images."""
    chance = random.Random(0)
    for kind in ("with", "copied", "bare"):
        (root / kind / "content" / "photos").mkdir(parents=True)
    shutil.copytree(ROOT / "styles" / STYLE, root / "with" / "styles" / STYLE)
    for number in range(posts):
        names = [f"p{number}{letter}" for letter in "ab"]
        for name in names:
            color = (chance.randrange(256), chance.randrange(256), number % 256)
            image = Image.new("RGB", (96, 64), color)
            image.putpixel((number % 96, number // 96 % 64), (255, 255, 255))  # no two files alike
            photos = root / "with" / "content" / "photos"
            image.save(photos / f"{name}.jpg", quality=95)
            shutil.copy(photos / f"{name}.jpg", root / "copied" / "content" / "photos")
            (photos / f"{name}.toml").write_text(
                f'title = "Photo {name}"\ncreator = "Ana Sol"\nlicense = "CC-BY-4.0"\n'
                f'source_url = "https://example.org/{name}"\nalt = "A field of one color"\n'
            )
        first, second, third = (" ".join(chance.choices(WORDS, k=100)) for _ in range(3))
        head = f"Title: Post {number}\nDate: 2026-01-{number % 28 + 1:02}\nCategory: c{number % 5}\n"
        for kind, link, mark in (
            ("with", "/photos/", "{: stylize=harvesters }"),
            ("copied", "{static}/photos/", ""),
            ("bare", "/photos/", ""),
        ):
            images = [f"![A picture]({link}{name}.jpg){mark}" for name in names]
            text = "\n\n".join([head, first, images[0], second, images[1], third, ""])
            (root / kind / "content" / f"post{number}.md").write_text(text)
    (root / "with" / "conf.py").write_text(CONFIGURATION + WITH)
    (root / "with" / "fill.py").write_text(CONFIGURATION + WITH + FILLING)
    (root / "copied" / "conf.py").write_text(CONFIGURATION + WITHOUT + 'STATIC_PATHS = ["photos"]\n')
    (root / "bare" / "conf.py").write_text(CONFIGURATION + WITHOUT)


def build(root: Path, configuration: str) -> tuple[float, float]:
    """Run one build; returns its seconds of wall time and of processor time."""
    kind, file = configuration.split("/")
    command = [sys.executable, "-m", "pelican", "--fatal=errors", "-q", "-s", file]
    begun, busy = time.perf_counter(), _processor_time()
    subprocess.run(command, cwd=root / kind, env=ENVIRONMENT, check=True, capture_output=True)
    return time.perf_counter() - begun, _processor_time() - busy


def _processor_time() -> float:
    """Return the seconds that all processes started here have spent, in programs and in the system."""
    spent = resource.getrusage(resource.RUSAGE_CHILDREN)
    return spent.ru_utime + spent.ru_stime


if __name__ == "__main__":
    main([int(size) for size in sys.argv[1:]] or [10, 100, 1000])
