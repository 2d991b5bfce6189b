"""What the plugin costs a build that has nothing new to make, beside plain images and no plugin.

Prints a Markdown table: median wall and processor seconds, alternating runs, each in its own process.
A post has 300 words and two pictures, each of a photo of its own with a credit file of its own.

    python bench/warm.py [POSTS ...]      default: 10 100 1000
"""

import os
import random
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
RUNS = 7
WORDS = ("tide", "harvest", "wall", "carriage", "water", "stone", "light", "field", "road", "bread")

CONFIGURATION = f"""
import pelican.plugins
pelican.plugins.__path__.append({str(ROOT / "plugins")!r})
SITENAME, AUTHOR, TIMEZONE, PATH, THEME = "Bench", "Bench", "UTC", "content", "simple"
STATIC_PATHS, ARTICLE_EXCLUDES = [], ["photos"]
"""
WITH = """
PLUGINS = ["stylize"]
STYLIZE = {}
"""
FILLING = """
from pelican.plugins.stylize.executors.inline import InlineExecutor
from pelican.plugins.stylize.images.decode import open_photo
STYLIZE["executor"] = InlineExecutor(lambda job: open_photo(job.stylization.photo.path))
"""


def main(sizes: list[int]) -> None:
    """Measure blogs of these many posts and print the table."""
    print(f"{machine()}; median of {RUNS} alternating runs\n")
    print(
        "| posts | pictures | plain `<img>`, no plugin | with the plugin, warm | ratio | of processor time |"
    )
    print("|---|---|---|---|---|---|")
    for posts in sizes:
        with tempfile.TemporaryDirectory() as folder:
            blog = Path(folder)
            make_blog(blog, posts)
            build(blog, "fill.py")
            build(blog, "with.py")
            build(blog, "without.py")
            pairs = [(build(blog, "without.py"), build(blog, "with.py")) for _ in range(RUNS)]
        plain, ours = median(a[0] for a, _ in pairs), median(b[0] for _, b in pairs)
        ratio = median(b[0] / a[0] for a, b in pairs)
        cpu = median(b[1] / a[1] for a, b in pairs)
        print(
            f"| {posts} | {2 * posts} | {plain:.2f} s | {ours:.2f} s | {ratio:.2f} | {cpu:.2f} |", flush=True
        )


def make_blog(root: Path, posts: int) -> None:
    """Write a blog of this many posts with two pictures each, once with our markup and once plain."""
    chance = random.Random(0)
    for kind in ("with", "without"):
        (root / kind / "content" / "photos").mkdir(parents=True)
        shutil.copytree(ROOT / "styles", root / kind / "styles")
    for number in range(posts):
        pictures = []
        for letter in "ab":
            name = f"p{number}{letter}"
            color = (chance.randrange(256), chance.randrange(256), number % 256)
            image = Image.new("RGB", (96, 64), color)
            image.putpixel((number % 96, number // 96 % 64), (255, 255, 255))  # no two files alike
            photos = root / "with" / "content" / "photos"
            image.save(photos / f"{name}.jpg", quality=95)
            (photos / f"{name}.toml").write_text(
                f'title = "Photo {name}"\ncreator = "Ana Sol"\nlicense = "CC-BY-4.0"\n'
                f'source_url = "https://example.org/{name}"\nalt = "A field of one color"\n'
            )
            pictures.append(name)
        paragraphs = [" ".join(chance.choices(WORDS, k=100)) for _ in range(3)]
        head = f"Title: Post {number}\nDate: 2026-01-{number % 28 + 1:02}\nCategory: c{number % 5}\n"
        for kind, mark in (("with", "{: stylize=harvesters }"), ("without", "")):
            images = [f"![A picture](/photos/{name}.jpg){mark}" for name in pictures]
            first, second, third = paragraphs
            text = "\n\n".join([head, first, images[0], second, images[1], third, ""])
            (root / kind / "content" / f"post{number}.md").write_text(text)
    (root / "with" / "with.py").write_text(CONFIGURATION + WITH)
    (root / "with" / "fill.py").write_text(CONFIGURATION + WITH + FILLING)
    (root / "without" / "without.py").write_text(CONFIGURATION)


def build(root: Path, configuration: str) -> tuple[float, float]:
    """Run one build; returns wall and processor seconds."""
    folder = root / ("without" if configuration == "without.py" else "with")
    command = [sys.executable, "-m", "pelican", "--fatal=errors", "-q", "-s", configuration]
    before, begun = os.times(), time.perf_counter()
    subprocess.run(command, cwd=folder, check=True, capture_output=True)
    wall, after = time.perf_counter() - begun, os.times()
    used = after.children_user + after.children_system - before.children_user - before.children_system
    return wall, used


if __name__ == "__main__":
    main([int(size) for size in sys.argv[1:]] or [10, 100, 1000])
