"""A build from nothing of many photos of 12 megapixels: pictures a minute, cores in use, and peak memory.

Cuts and enlarges the photos of a folder, each time in another way, to 4000x3000 pixels in a temporary blog
of one post for each, and builds it with all renditions. Prints a Markdown table with a line for each number
of photos; memory must not grow with it. *Cores* is the processor time of all processes over the time of the
build. *Memory* is the most that all processes had at a time; pages that several use count once.

A second table has the processor seconds that each step takes for one photo, alone in a process.

    python bench/throughput.py FOLDER [--photos 25 100] [--quality quick|good]      needs Linux
"""

import argparse
import os
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from _machine import machine
from memory import INTERVAL, ROOT, find_processes, read_memory
from pelican.plugins.stylize.executors.worker_process import ENVIRONMENT
from PIL import Image, ImageOps

SIZE = (4000, 3000)  # pixels
STYLE = "harvesters"

CONFIGURATION = f"""
import pelican.plugins
pelican.plugins.__path__.append({str(ROOT / "plugins")!r})
SITENAME, AUTHOR, TIMEZONE, PATH, THEME = "Bench", "Bench", "UTC", "content", "simple"
STATIC_PATHS, ARTICLE_EXCLUDES, PLUGINS = [], ["photos"], ["stylize"]
STYLIZE = {{
    "author": {{"name": "Bench", "license": "CC-BY-4.0"}},
    "style": {STYLE!r},
    "device": "cpu",
"""
POST = """Title: Photo {number}
Date: 2026-01-01
Category: notes
Photos: {number}.jpg | A photo

One picture.
"""
STEPS = """
import sys, time
from pathlib import Path
from tempfile import TemporaryDirectory
from pelican.plugins.stylize.engine.stylizer import Stylizer
from pelican.plugins.stylize.images.decode import open_photo
from pelican.plugins.stylize.images.grain import add_grain
from pelican.plugins.stylize.images.renditions import write_png, write_renditions
stylizer, numbers = Stylizer("cpu"), Path({numbers!r})

def measure(step):
    step()
    begun = time.process_time()
    result = step()
    print(time.process_time() - begun, flush=True)
    return result

photo = measure(lambda: add_grain(open_photo(Path({photo!r}), long_edge=1600)))
picture = measure(lambda: stylizer.stylize(photo, blend=[(numbers, 1.0)], strength=1.0))
measure(lambda: stylizer.find_artifacts(picture, photo=photo))
with TemporaryDirectory() as folder:
    measure(lambda: write_png(picture, Path(folder, "picture.png"), photo="photo"))
    measure(lambda: write_renditions(picture, Path(folder)))
    print(sum(path.stat().st_size for path in Path(folder).iterdir()))
"""
NAMES = ("read the photo", "draw", "look for faults", "write the PNG", "write the renditions")


def main() -> None:
    """Build a blog for each number of photos, and print both tables."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--photos", type=int, nargs="+", default=[25, 100])
    parser.add_argument("--quality", default="quick", choices=("quick", "good"))
    options = parser.parse_args()
    sources = sorted(path for path in options.folder.iterdir() if path.suffix in (".jpg", ".jpeg", ".png"))
    if not sources:
        raise SystemExit(f"{options.folder} has no photos (.jpg, .jpeg, .png)")
    print(f"{machine()}; photos of {SIZE[0]}x{SIZE[1]}, quality {options.quality}\n")
    print("| photos | build | pictures a minute | processor time of a picture | cores | memory |")
    print("|---|---|---|---|---|---|")
    for count in options.photos:
        with tempfile.TemporaryDirectory() as folder:
            make_blog(Path(folder), sources, count=count, quality=options.quality)
            print(build(Path(folder), count), flush=True)
            photo = Path(folder, "content/photos/0.jpg")
            if count == options.photos[-1] and options.quality == "quick":
                print_steps(photo)


def make_blog(blog: Path, sources: list[Path], *, count: int, quality: str) -> None:
    """Write a blog of one style with this number of photos, no two alike."""
    photos = blog / "content/photos"
    photos.mkdir(parents=True)
    shutil.copytree(ROOT / "styles" / STYLE, blog / "styles" / STYLE)
    (blog / "conf.py").write_text(f"{CONFIGURATION}    'quality': {quality!r},\n}}\n")
    for number in range(count):
        with Image.open(sources[number % len(sources)]) as source:
            photo = ImageOps.exif_transpose(source).convert("RGB")
            margin = 0.02 * (number // len(sources)) % 0.4  # each round cuts more away
            part = ImageOps.fit(photo, SIZE, Image.Resampling.BICUBIC, bleed=margin)
            part.save(photos / f"{number}.jpg", quality=90)
        (blog / f"content/{number}.md").write_text(POST.format(number=number))


def build(blog: Path, count: int) -> str:
    """Build a blog and return its line of the table."""
    before, begun = read_children_seconds(), time.monotonic()
    command = [sys.executable, "-m", "pelican", "content", "-s", "conf.py", "-q"]
    process = subprocess.Popen(command, cwd=blog, stdout=subprocess.DEVNULL)
    peak = 0
    while process.poll() is None:
        peak = max(peak, sum(map(read_memory, find_processes(process.pid))))
        time.sleep(INTERVAL)
    seconds = time.monotonic() - begun
    processor = read_children_seconds() - before
    if process.returncode or len(list(blog.glob(".stylize/pictures/*/*/receipt.json"))) != count:
        raise SystemExit(f"the build of {count} photos failed")
    return (
        f"| {count} | {seconds:.1f} s | {60 * count / seconds:.1f} | {processor / count:.2f} s"
        f" | {processor / seconds:.2f} of {os.cpu_count()} | {peak / 1e6:.0f} MB |"
    )


def read_children_seconds() -> float:
    """Return the processor seconds of the processes that this one has waited for, and of theirs."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def print_steps(photo: Path) -> None:
    """Print the processor seconds of each step for one photo."""
    program = STEPS.format(photo=str(photo), numbers=str(ROOT / "styles" / STYLE / "style.safetensors"))
    as_in_a_worker = ENVIRONMENT | os.environ
    run = subprocess.run(
        [sys.executable, "-c", program], check=True, capture_output=True, text=True, env=as_in_a_worker
    )
    *seconds, size = map(float, run.stdout.split())
    print("\n| step | processor seconds | share |\n|---|---|---|")
    for name, each in zip(NAMES, seconds, strict=True):
        print(f"| {name} | {each:.2f} | {each / sum(seconds):.0%} |")
    print(f"\nThe PNG and all renditions of this photo: {size / 1e6:.1f} MB.")


if __name__ == "__main__":
    main()
