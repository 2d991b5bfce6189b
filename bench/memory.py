"""The memory of a whole build with one large photo: decoding, drawing, encoding, all processes together.

Builds a blog of one post with `long_edge: "photo"` and quick pictures, each time in a new folder, and prints
a Markdown table: peak resident memory of the worker, and of all processes at the same time (shared pages
counted once); the bytes of scratch files; seconds of the picture (read, drawn, written) and of the build.

Usual strokes are drawn at 512 pixels, and the rest is restored. So the network also draws the whole photo at
full size, in a process of its own within the same limit: its peak memory, and its processor seconds for
each megapixel, which other work on the machine stretches least.

    python bench/memory.py [MEGAPIXELS[:LIMIT][+WORD ...] ...]     default: 1 4 12 24:1.5GB 48:2GB 100:3GB

Words: +mask, two styles in halves of the picture; +masks, four styles; +color, the photo's colors and half of
its tones; +fine, strokes of 0.1. Needs Linux.
"""

import json
import os
import subprocess
import sys
import tempfile
import time
from contextlib import suppress
from pathlib import Path

from _machine import machine
from PIL import Image

ROOT = Path(__file__).parents[1]
PHOTO = ROOT / "content/photos/mont-saint-michel.jpg"
DEFAULT = ("1", "4", "12", "24:1.5GB", "48:2GB", "100:3GB")
INTERVAL = 0.05  # seconds between two looks at the memory

CONFIGURATION = f"""
import pelican.plugins
pelican.plugins.__path__.append({str(ROOT / "plugins")!r})
SITENAME, AUTHOR, TIMEZONE, PATH, THEME = "Bench", "Bench", "UTC", "content", "simple"
STATIC_PATHS, ARTICLE_EXCLUDES, PLUGINS = [], ["photos"], ["stylize"]
STYLIZE = {{
    "author": {{"name": "Bench", "license": "CC-BY-4.0"}},
    "styles": {str(ROOT / "styles")!r},
    "style": "harvesters",
    "quality": "quick",
    "long_edge": "photo",
    "device": "cpu",
"""
POST = """Title: Bench
Date: 2026-01-01
Category: notes
Photos: photo.jpg | An island with an abbey
"""
WORDS = {
    "mask": "Style: harvesters on left.png, wheat-field-with-cypresses elsewhere\n",
    "masks": "Style: harvesters on left.png, hubble-m51 on top.png, reduction-gear on middle.png,"
    " wheat-field-with-cypresses elsewhere\n",
    "color": "Color: photo\nTone: 0.5\n",
    "fine": "Stroke: 0.1\n",
}
MASKS = {"left": (0, 0, 0.5, 1), "top": (0, 0, 1, 0.5), "middle": (0, 0.25, 1, 0.75)}  # what is white
DRAWING = """
import sys, time
from pathlib import Path
import torch
from PIL import Image
from pelican.plugins.stylize.engine.devices import keep_freed_memory
from pelican.plugins.stylize.engine.networks.style_file import load_style_file
from pelican.plugins.stylize.engine.networks.transformer import Transformer
from pelican.plugins.stylize.engine.networks.weight_files import load_weights
from pelican.plugins.stylize.engine.tiling.draw_picture import draw_picture
from pelican.plugins.stylize.images.decode import open_photo
from pelican.plugins.stylize.model.memory_limit import OWN_MEMORY, find_memory_limit, parse_bytes
keep_freed_memory()
limit = parse_bytes({limit!r}) if {limit!r} else find_memory_limit()
transformer = load_weights(Transformer(), "transformer.safetensors")
style = load_style_file(Path({style!r}), device="cpu").parameters
photo = open_photo(Path({photo!r}))
begun = time.process_time()
with torch.inference_mode():
    draw_picture(transformer, photo, style, weights={{}}, memory_limit=limit - OWN_MEMORY)
seconds = time.process_time() - begun
print(seconds, Path("/proc/self/status").read_text().split("VmHWM:")[1].split()[0])
"""


def main(cases: list[str]) -> None:
    """Build each case and print its line of the table."""
    print(f"{machine()}\n")
    print(
        "| photo | memory_limit | worker, peak | all processes, peak | scratch | picture | build"
        " | network at full size, peak | a megapixel |"
    )
    print("|---|---|---|---|---|---|---|---|---|")
    for case in cases:
        sizes, *words = case.split("+")
        megapixels, _, limit = sizes.partition(":")
        with tempfile.TemporaryDirectory() as folder:
            print(measure(Path(folder), float(megapixels), limit, words), flush=True)


def measure(blog: Path, megapixels: float, limit: str, words: list[str]) -> str:
    """Build a blog with a photo of this size and return a line of the table."""
    size = make_blog(blog, megapixels, limit, words)
    (blog / "scratch").mkdir()
    begun = time.monotonic()
    build = subprocess.Popen(
        [sys.executable, "-m", "pelican", "content", "-s", "conf.py", "-q"],
        cwd=blog,
        stdout=subprocess.DEVNULL,
        env=os.environ | {"TMPDIR": str(blog / "scratch")},
    )
    worker = together = scratch = 0
    while build.poll() is None:
        memory = {pid: read_memory(pid) for pid in find_processes(build.pid)}
        together = max(together, sum(memory.values()))
        worker = max(worker, *(read_peak(pid) for pid in memory if pid != build.pid), 0)
        scratch = max(scratch, *(find_scratch(pid, blog) for pid in memory), 0)
        time.sleep(INTERVAL)
    seconds = time.monotonic() - begun
    receipts = list(blog.glob(".stylize/pictures/*/*/receipt.json"))
    if build.returncode or not receipts:
        raise SystemExit(f"the build of {megapixels} megapixels failed")
    drawing = json.loads(receipts[0].read_text())["seconds"]
    pixels = size[0] * size[1] / 1e6
    processor, peak = measure_drawing(blog, limit)
    name = " +".join([f"{pixels:.0f} MP, {size[0]} x {size[1]}", *words])
    return (
        f"| {name} | {limit or 'from the machine'} | {worker / 1e6:.0f} MB"
        f" | {together / 1e6:.0f} MB | {scratch / 1e6:.0f} MB | {drawing:.1f} s | {seconds:.1f} s"
        f" | {peak / 1e6:.0f} MB | {processor / pixels:.3f} s |"
    )


def measure_drawing(blog: Path, limit: str) -> tuple[float, float]:
    """Return the processor seconds and the peak bytes of drawing the blog's photo at full size."""
    program = DRAWING.format(
        photo=str(blog / "content/photos/photo.jpg"),
        style=str(ROOT / "styles/harvesters/style.safetensors"),
        limit=limit,
    )
    run = subprocess.run([sys.executable, "-c", program], check=True, capture_output=True, text=True)
    seconds, kibibytes = run.stdout.split()
    return float(seconds), 1024 * float(kibibytes)


def make_blog(blog: Path, megapixels: float, limit: str, words: list[str]) -> tuple[int, int]:
    """Write a blog with one photo of this size; returns its width and height."""
    photos = blog / "content/photos"
    photos.mkdir(parents=True)
    with Image.open(PHOTO) as photo:
        factor = (megapixels * 1e6 / (photo.width * photo.height)) ** 0.5
        size = round(photo.width * factor), round(photo.height * factor)
        photo.convert("RGB").resize(size, Image.Resampling.BICUBIC).save(photos / "photo.jpg", quality=90)
    setting = f'    "memory_limit": {limit!r},\n' if limit else ""
    (blog / "conf.py").write_text(f"{CONFIGURATION}{setting}}}\n")
    for name, (left, top, right, bottom) in MASKS.items():
        mask = Image.new("L", size)
        mask.paste(
            255, (int(left * size[0]), int(top * size[1]), int(right * size[0]), int(bottom * size[1]))
        )
        mask.save(photos / f"{name}.png")
    asked = "".join(WORDS[word] for word in words)
    (blog / "content/post.md").write_text(f"{POST}{asked}\nOne picture.\n")
    return size


def find_processes(parent: int) -> list[int]:
    """Return a process and all that it started."""
    found = [parent]
    for pid in found:
        with suppress(OSError):
            for task in Path(f"/proc/{pid}/task").iterdir():
                found += map(int, (task / "children").read_text().split())
    return found


def read_memory(pid: int) -> int:
    """Return the resident bytes of a process, its share of pages that several processes use."""
    with suppress(OSError):
        for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
            if line.startswith("Pss:"):
                return int(line.split()[1]) * 1024
    return 0


def read_peak(pid: int) -> int:
    """Return the most resident bytes that a process ever had."""
    with suppress(OSError, ValueError, IndexError):
        return int(Path(f"/proc/{pid}/status").read_text().split("VmHWM:")[1].split()[0]) * 1024
    return 0


def find_scratch(pid: int, blog: Path) -> int:
    """Return the bytes on disk of the nameless files that a process has open."""
    total = 0
    with suppress(OSError):
        for link in Path(f"/proc/{pid}/fd").iterdir():
            with suppress(OSError):
                target = str(link.readlink())
                if target.startswith(str(blog)) and target.endswith("(deleted)"):
                    total += link.stat().st_blocks * 512
    return total


if __name__ == "__main__":
    main(sys.argv[1:] or list(DEFAULT))
