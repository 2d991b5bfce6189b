"""Lets a person compare two ways to paint without knowing which is which.

    python bench/pairs.py draw FOLDER --photos PHOTOS [--quality best|good] [--checkout PATH] [--edge 640]
    python bench/pairs.py shuffle ONE OTHER --into PAIRS
    python bench/pairs.py count PAIRS CHOICES

draw: paints each artwork of a library over `--each` of the photos (2, others for each artwork), and prints
seconds per picture; --checkout takes the code of another checkout, such as a git worktree of an older commit.
shuffle: writes 01.png, 02.png, ... with photo, artwork, left and right, the sides shuffled, and the key into
PAIRS.key.json, which is not to be opened before the choices are written down. count: CHOICES is a text file
with one line per pair: `01 left`, `02 right` or `03 same`.
"""

import argparse
import importlib
import json
import random
import sys
import time
from collections import Counter
from pathlib import Path
from types import ModuleType
from typing import Any

from PIL import Image

ROOT = Path(__file__).parents[1]
WIDTH = 640  # pixels of each picture on a sheet


def main() -> None:
    """Run one of the three commands."""
    parser = argparse.ArgumentParser()
    commands = parser.add_subparsers(dest="command", required=True)
    drawing = commands.add_parser("draw")
    drawing.add_argument("folder", type=Path)
    drawing.add_argument("--photos", type=Path, required=True)
    drawing.add_argument("--library", type=Path, default=ROOT / "styles")
    drawing.add_argument("--quality", choices=("good", "best"), default="best")
    drawing.add_argument("--checkout", type=Path, default=ROOT)
    drawing.add_argument("--edge", type=int, default=640)
    drawing.add_argument("--each", type=int, default=2)
    shuffling = commands.add_parser("shuffle")
    shuffling.add_argument("one", type=Path)
    shuffling.add_argument("other", type=Path)
    shuffling.add_argument("--into", type=Path, required=True)
    counting = commands.add_parser("count")
    counting.add_argument("pairs", type=Path)
    counting.add_argument("choices", type=Path)
    arguments = vars(parser.parse_args())
    {"draw": draw, "shuffle": shuffle, "count": count}[arguments.pop("command")](**arguments)


def draw(
    folder: Path, *, photos: Path, library: Path, quality: str, checkout: Path, edge: int, each: int
) -> None:
    """Paint the pictures that the folder lacks."""
    stylizer = load_stylizer(checkout)
    folder.mkdir(parents=True, exist_ok=True)
    paths = sorted(path for path in photos.iterdir() if path.suffix == ".jpg")
    for number, style in enumerate(sorted(path.parent for path in library.glob("[!_]*/style.toml"))):
        for index in range(each):
            path = paths[(number * each + index) % len(paths)]
            target = folder / f"{style.name}--{path.stem}.png"
            if target.exists():
                continue
            photo = Image.open(path).convert("RGB")
            photo.thumbnail((edge, edge), Image.Resampling.LANCZOS)
            artwork = Image.open(style / "artwork.jpg").convert("RGB")
            started = time.monotonic()
            picture = paint(stylizer, photo, artwork, quality=quality, folder=folder)
            print(
                f"{target.stem}  {photo.width}x{photo.height}  {time.monotonic() - started:.1f} s", flush=True
            )
            picture.save(target)
            facts = {"photo": str(path.resolve()), "artwork": str((style / "artwork.jpg").resolve())}
            target.with_suffix(".json").write_text(json.dumps(facts))


def load_stylizer(checkout: Path) -> Any:
    """Return the engine of a checkout, on the CPU."""
    pelican, plugins = ModuleType("pelican"), ModuleType("pelican.plugins")
    pelican.__path__, plugins.__path__ = [], [str(checkout.resolve() / "plugins")]
    sys.modules |= {"pelican": pelican, "pelican.plugins": plugins}
    return importlib.import_module("pelican.plugins.stylize.engine.stylizer").Stylizer("cpu")


def paint(
    stylizer: Any, photo: Image.Image, artwork: Image.Image, *, quality: str, folder: Path
) -> Image.Image:
    """Return the picture with the usual content, strength and stroke."""
    checkpoint = folder / "checkpoint.safetensors"
    kind = {"small": True} if quality == "good" else {}
    states = stylizer.optimize(
        photo, artworks=[(artwork, 1.0)], content=0.5, strength=1.0, checkpoint=checkpoint, **kind
    )
    picture = next(state for state in states if isinstance(state, Image.Image))
    checkpoint.unlink(missing_ok=True)
    return picture


def shuffle(one: Path, other: Path, *, into: Path) -> None:
    """Write a sheet for each picture that both folders have, and the key."""
    into.mkdir(parents=True, exist_ok=True)
    names = sorted({path.stem for path in one.glob("*.png")} & {path.stem for path in other.glob("*.png")})
    random.shuffle(names)
    key = {}
    for number, name in enumerate(names, start=1):
        facts = json.loads((one / f"{name}.json").read_text())
        sides = [one, other]
        random.shuffle(sides)
        paths = [Path(facts["photo"]), Path(facts["artwork"]), *(side / f"{name}.png" for side in sides)]
        make_sheet([Image.open(path).convert("RGB") for path in paths]).save(into / f"{number:02}.png")
        key[f"{number:02}"] = {"name": name, "left": str(sides[0]), "right": str(sides[1])}
    into.with_name(f"{into.name}.key.json").write_text(json.dumps(key, indent=1))
    print(f"{len(names)} pairs in {into}; look, write down the choices, and only then count.")


def make_sheet(pictures: list[Image.Image]) -> Image.Image:
    """Return photo and artwork in a narrow first column, then the two pictures."""
    *sources, left, right = [picture.copy() for picture in pictures]
    for source in sources:
        source.thumbnail((WIDTH // 2, WIDTH // 2))
    for picture in (left, right):
        picture.thumbnail((WIDTH, WIDTH))
    height = max(left.height, sum(source.height for source in sources))
    sheet = Image.new("RGB", (WIDTH // 2 + 2 * WIDTH, height), "white")
    sheet.paste(sources[0], (0, 0))
    sheet.paste(sources[1], (0, sources[0].height))
    sheet.paste(left, (WIDTH // 2, 0))
    sheet.paste(right, (WIDTH // 2 + WIDTH, 0))
    return sheet


def count(pairs: Path, *, choices: Path) -> None:
    """Print how often each folder was chosen."""
    key = json.loads(pairs.with_name(f"{pairs.name}.key.json").read_text())
    chosen: Counter[str] = Counter()
    for line in choices.read_text().splitlines():
        number, side = line.split()[:2]
        chosen["same" if side == "same" else key[number][side]] += 1
        print(number, key[number]["name"], "same" if side == "same" else key[number][side])
    print(", ".join(f"{name}: {times}" for name, times in chosen.most_common()), f"of {len(key)}")


if __name__ == "__main__":
    main()
