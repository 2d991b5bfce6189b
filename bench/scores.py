"""Do the scores of an audition foretell what tuning comes to? Rank correlations, with their intervals.

Each artwork is auditioned, then tuned for a short while, all alike; photos kept aside are drawn in what came
out, and the judge (see `_judge`), which no one was trained on, measures them. Prints for each score how
well it ranks the artworks by the judge's distances (Spearman's rho, interval of 95 % by 2,000 resamplings).
Results are kept in the folder, so that a run which was ended goes on.

    python bench/scores.py ARTWORKS PHOTOS KEPT [--folder .stylize/bench] [--steps 40] [--count 24]

ARTWORKS: a folder or a wheel with pictures, of which --count are taken evenly beside the styles that ship.
PHOTOS: what to tune on. KEPT: photos of which none is among them.
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
from pelican.plugins.stylize.engine.networks.style_file import save_style
from pelican.plugins.stylize.engine.stylizer import Stylizer
from pelican.plugins.stylize.engine.training.crops import scale_to_strokes
from pelican.plugins.stylize.engine.training.train import TunedStyle
from pelican.plugins.stylize.images.decode import open_photo
from pelican.plugins.stylize.model.training_config import TrainingConfig
from PIL import Image

from styles import ROOT, all_slugs, artwork_of, picture_of

RESAMPLINGS = 2000
OUTCOMES = ("gram", "stroke", "patch", "content")


def main() -> None:
    """Measure what is not measured yet, and print the table."""
    parser = argparse.ArgumentParser()
    for name in ("artworks", "photos", "kept"):
        parser.add_argument(name, type=Path)
    parser.add_argument("--folder", type=Path, default=ROOT / ".stylize" / "bench")
    parser.add_argument("--steps", type=int, default=40)
    parser.add_argument("--count", type=int, default=24)
    asked = parser.parse_args()
    asked.folder.mkdir(parents=True, exist_ok=True)
    journal = asked.folder / f"scores-{asked.steps}.json"
    known = json.loads(journal.read_text()) if journal.exists() else {}
    study = Study(asked)
    for name, artwork in artworks_of(asked.artworks, count=asked.count):
        if name not in known:
            known[name] = study.measure(artwork)
            journal.write_text(json.dumps(known, indent=1))
            print(name, known[name]["after"], file=sys.stderr, flush=True)
    print(f"{machine()}; {len(known)} artworks, {asked.steps} steps, {len(study.kept)} photos kept aside\n")
    print_table(list(known.values()))


class Study:
    """What every artwork is put through."""

    def __init__(self, asked: argparse.Namespace) -> None:
        panel = sorted((ROOT / "styles" / "_panel").glob("*.jpg"))
        self.photos = [open_photo(path) for path in sorted(asked.photos.glob("*.jpg"))]
        self.kept = [picture_of(path) for path in sorted(asked.kept.glob("*.jpg"))]
        self._auditioner = Evaluator([open_photo(path) for path in panel], device="cpu")
        self._stylizer, self._judge = Stylizer("cpu"), Judge(asked.folder)
        self._steps = asked.steps

    def measure(self, artwork: Image.Image) -> dict[str, dict[str, float]]:
        """Return the scores before, and the judge's mean distances after."""
        audition = self._auditioner.audition(artwork)
        scores = {**audition.scores, "faults": float(len(audition.faults))}
        with tempfile.TemporaryDirectory() as folder:
            numbers = Path(folder) / "style.safetensors"
            *_, tuned = self._stylizer.tune(
                artwork,
                self.photos,
                config=TrainingConfig(steps=self._steps),
                sources="",
                checkpoint=Path(folder) / "checkpoint.safetensors",
            )
            assert isinstance(tuned, TunedStyle)
            save_style(tuned.style, numbers, record={})
            drawn = [
                self._stylizer.stylize(photo, blend=[(numbers, 1.0)], strength=1.0) for photo in self.kept
            ]
        sizes = [to_tensor(_sized(artwork, size)) for size in SIZES]
        model = self._judge.study(sizes, inner=scale_to_strokes(artwork, side=STYLE_SIDE))
        verdicts = [
            asdict(self._judge.judge(to_tensor(picture), photo=to_tensor(photo), artwork=model))
            for picture, photo in zip(drawn, self.kept, strict=True)
        ]
        after = {name: mean(verdict[name] for verdict in verdicts) for name in verdicts[0]}
        return {"scores": scores, "after": after}


def artworks_of(source: Path, *, count: int) -> Iterator[tuple[str, Image.Image]]:
    """Yield the styles that ship, then so many others, evenly from a folder or a wheel, by name."""
    for slug in all_slugs():
        yield slug, open_photo(artwork_of(slug))
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
    """Print how well each score ranks what came out; the farther from 0, the better it foretells."""
    print("| score | " + " | ".join(OUTCOMES) + " |")
    print("|---" * (len(OUTCOMES) + 1) + "|")
    for score in found[0]["scores"]:
        cells = []
        for outcome in OUTCOMES:
            pairs = [(one["scores"][score], one["after"][outcome]) for one in found]
            low, high = interval_of(pairs)
            cells.append(f"{rank_correlation(pairs):+.2f} ({low:+.2f} to {high:+.2f})")
        print("|", " | ".join([score, *cells]), "|")


def rank_correlation(pairs: Sequence[tuple[float, float]]) -> float:
    """Return Spearman's rho: the correlation of ranks, equal values sharing theirs; 0 where one is flat."""
    ours, theirs = (_ranks(column) for column in zip(*pairs, strict=True))
    center = (len(pairs) - 1) / 2
    upper = sum((a - center) * (b - center) for a, b in zip(ours, theirs, strict=True))
    lower = sum((a - center) ** 2 for a in ours) * sum((b - center) ** 2 for b in theirs)
    return upper / lower**0.5 if lower else 0.0


def interval_of(pairs: Sequence[tuple[float, float]]) -> tuple[float, float]:
    """Return the middle 95 % of what resampling the artworks gives."""
    chance = random.Random(0)
    found = sorted(rank_correlation(chance.choices(pairs, k=len(pairs))) for _ in range(RESAMPLINGS))
    return found[round(0.025 * RESAMPLINGS)], found[round(0.975 * RESAMPLINGS) - 1]


def _ranks(values: Sequence[float]) -> list[float]:
    ordered = sorted(values)
    return [ordered.index(value) + (ordered.count(value) - 1) / 2 for value in values]


def _sized(artwork: Image.Image, long_edge: int) -> Image.Image:
    scale = long_edge / max(artwork.size)
    size = (max(32, round(artwork.width * scale)), max(32, round(artwork.height * scale)))
    return artwork.resize(size, Image.Resampling.LANCZOS)


if __name__ == "__main__":
    main()
