"""Measures how well the scores of an audition predict the result of a training, by rank correlations.

Each artwork is auditioned and then trained for the same number of steps. Held-out photos are drawn in the
result, and an independent judge (see `_judge`) measures the pictures. Prints for each score how well it ranks
the artworks by the judge's distances (Spearman's rho, 95 % interval of 2,000 bootstrap samples). Results are
cached in the folder, so an interrupted run continues.

    python bench/scores.py ARTWORKS PHOTOS KEPT [--folder .stylize/bench] [--steps 40] [--count 24]

ARTWORKS: a folder or a wheel with pictures; besides the styles that ship, --count of them are used, evenly
spaced. PHOTOS: photos to train on. KEPT: held-out photos, none of which is in PHOTOS.
"""

import argparse
import io
import json
import random
import sys
import tempfile
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from pathlib import Path
from statistics import mean

from _judge import SIZES, STYLE_SIDE, Judge
from _machine import machine
from pelican.plugins.stylize.engine.evaluation.evaluate import Evaluator
from pelican.plugins.stylize.engine.image_tensors import to_tensor
from pelican.plugins.stylize.engine.networks.style_file import save_style_file
from pelican.plugins.stylize.engine.stylizer import Stylizer
from pelican.plugins.stylize.engine.training.crops import scale_to_strokes
from pelican.plugins.stylize.engine.training.train import TunedStyle
from pelican.plugins.stylize.images.decode import open_photo
from pelican.plugins.stylize.model.training_config import TrainingConfig
from PIL import Image

from styles import ROOT, artwork_path, list_slugs, load_picture

BOOTSTRAP_SAMPLES = 2000
OUTCOMES = ("gram", "stroke", "patch", "content")


def main() -> None:
    """Measure the artworks that are not in the cache, and print the table."""
    parser = argparse.ArgumentParser()
    for name in ("artworks", "photos", "kept"):
        parser.add_argument(name, type=Path)
    parser.add_argument("--folder", type=Path, default=ROOT / ".stylize" / "bench")
    parser.add_argument("--steps", type=int, default=40)
    parser.add_argument("--count", type=int, default=24)
    arguments = parser.parse_args()
    arguments.folder.mkdir(parents=True, exist_ok=True)
    cache = arguments.folder / f"scores-{arguments.steps}.json"
    known = json.loads(cache.read_text()) if cache.exists() else {}
    study = Study(arguments)
    for name, artwork in load_artworks(arguments.artworks, count=arguments.count):
        if name not in known:
            known[name] = study.measure(artwork)
            cache.write_text(json.dumps(known, indent=1))
            print(name, known[name]["after"], file=sys.stderr, flush=True)
    print(f"{machine()}; {len(known)} artworks, {arguments.steps} steps, {len(study.kept)} held-out photos\n")
    print_table(list(known.values()))


class Study:
    """Auditions, trains and judges one artwork after the other."""

    def __init__(self, arguments: argparse.Namespace) -> None:
        panel = sorted((ROOT / "styles" / "_panel").glob("*.jpg"))
        self.photos = [open_photo(path) for path in sorted(arguments.photos.glob("*.jpg"))]
        self.kept = [load_picture(path) for path in sorted(arguments.kept.glob("*.jpg"))]
        self._evaluator = Evaluator([open_photo(path) for path in panel], device="cpu")
        self._stylizer, self._judge = Stylizer("cpu"), Judge(arguments.folder)
        self._steps = arguments.steps

    def measure(self, artwork: Image.Image) -> dict[str, dict[str, float]]:
        """Return the scores before the training, and the judge's mean distances after it."""
        audition = self._evaluator.audition(artwork)
        scores = {**audition.scores, "faults": float(len(audition.faults))}
        with tempfile.TemporaryDirectory() as folder:
            style = Path(folder) / "style.safetensors"
            *_, tuned = self._stylizer.tune(
                artwork,
                self.photos,
                config=TrainingConfig(steps=self._steps),
                sources="",
                checkpoint=Path(folder) / "checkpoint.safetensors",
            )
            assert isinstance(tuned, TunedStyle)
            save_style_file(tuned.style, style, record={})
            drawn = [self._stylizer.stylize(photo, blend=[(style, 1.0)], strength=1.0) for photo in self.kept]
        sizes = [to_tensor(_scale(artwork, size)) for size in SIZES]
        features = self._judge.analyze(sizes, inner=scale_to_strokes(artwork, side=STYLE_SIDE))
        judgments = [
            asdict(self._judge.judge(to_tensor(picture), photo=to_tensor(photo), artwork=features))
            for picture, photo in zip(drawn, self.kept, strict=True)
        ]
        after = {name: mean(judgment[name] for judgment in judgments) for name in judgments[0]}
        return {"scores": scores, "after": after}


def load_artworks(source: Path, *, count: int) -> Iterator[tuple[str, Image.Image]]:
    """Yield the artworks of the styles that ship, then `count` others from a folder or a wheel, by name."""
    for slug in list_slugs():
        yield slug, open_photo(artwork_path(slug))
    if source.is_dir():
        paths = sorted(source.glob("*.jpg"))
        for path in paths[:: max(1, len(paths) // count)][:count]:
            yield path.name, open_photo(path)
        return
    with zipfile.ZipFile(source) as archive:
        names = sorted(name for name in archive.namelist() if name.endswith(".jpg"))
        for name in names[:: max(1, len(names) // count)][:count]:
            yield name, Image.open(io.BytesIO(archive.read(name))).convert("RGB")


def print_table(found: Sequence[dict[str, dict[str, float]]]) -> None:
    """Print how well each score ranks the results; the farther from 0, the better it predicts them."""
    print("| score | " + " | ".join(OUTCOMES) + " |")
    print("|---" * (len(OUTCOMES) + 1) + "|")
    for score in found[0]["scores"]:
        cells = []
        for outcome in OUTCOMES:
            pairs = [(one["scores"][score], one["after"][outcome]) for one in found]
            low, high = bootstrap_interval(pairs)
            cells.append(f"{rank_correlation(pairs):+.2f} ({low:+.2f} to {high:+.2f})")
        print("|", " | ".join([score, *cells]), "|")


def rank_correlation(pairs: Sequence[tuple[float, float]]) -> float:
    """Return Spearman's rho, with mean ranks for equal values; 0 if one side is constant."""
    ours, theirs = (_ranks(column) for column in zip(*pairs, strict=True))
    center = (len(pairs) - 1) / 2
    upper = sum((a - center) * (b - center) for a, b in zip(ours, theirs, strict=True))
    lower = sum((a - center) ** 2 for a in ours) * sum((b - center) ** 2 for b in theirs)
    return upper / lower**0.5 if lower else 0.0


def bootstrap_interval(pairs: Sequence[tuple[float, float]]) -> tuple[float, float]:
    """Return the 95 % interval of the rank correlation over bootstrap samples of the artworks."""
    generator = random.Random(0)
    found = sorted(rank_correlation(generator.choices(pairs, k=len(pairs))) for _ in range(BOOTSTRAP_SAMPLES))
    return found[round(0.025 * BOOTSTRAP_SAMPLES)], found[round(0.975 * BOOTSTRAP_SAMPLES) - 1]


def _ranks(values: Sequence[float]) -> list[float]:
    ordered = sorted(values)
    return [ordered.index(value) + (ordered.count(value) - 1) / 2 for value in values]


def _scale(artwork: Image.Image, long_edge: int) -> Image.Image:
    scale = long_edge / max(artwork.size)
    size = (max(32, round(artwork.width * scale)), max(32, round(artwork.height * scale)))
    return artwork.resize(size, Image.Resampling.LANCZOS)


if __name__ == "__main__":
    main()
