"""Compares the estimated seconds of pictures with the measured ones.

The photos of content/photos are drawn into a store of their own, in three builds: the first has no picture
to learn from, each later one learns from those before it, at other sizes and in other styles. Prints
Markdown: for each build how many estimates were within 30 % of what was measured, the median of estimate by
measure, and the same for the whole build, which is what a person waits for.

    python bench/estimates.py    draws 12 pictures, about a minute
"""

import tempfile
from collections.abc import Sequence
from pathlib import Path
from statistics import median

from _machine import machine
from pelican.plugins.stylize.content.photos import PhotoIndex
from pelican.plugins.stylize.costs.estimates import estimate_seconds, learn_rates
from pelican.plugins.stylize.costs.prices import Tariff
from pelican.plugins.stylize.executors.factory import make_executor
from pelican.plugins.stylize.images.decode import examine
from pelican.plugins.stylize.model.entities import Parameters, StyleShare, Stylization
from pelican.plugins.stylize.model.methods import FEED_FORWARD
from pelican.plugins.stylize.pipeline.make import make
from pelican.plugins.stylize.pipeline.publication import make_publication
from pelican.plugins.stylize.storage.store import Store
from pelican.plugins.stylize.styles.library import load_styles

ROOT = Path(__file__).parents[1]
PHOTOS = ROOT / "content" / "photos"
BUILDS = (("harvesters", 1024), ("southern-tour", 640), ("whalers", 900))  # style, pixels of the long edge
PICTURES = 4  # a build
WITHIN = 0.30


class Silence:
    """A listener that shows nothing."""

    def on_picture(self, stylization: Stylization, seconds: float) -> None:
        """Ignore a picture."""

    def on_progress(self, stylization: Stylization, progress: object) -> None:
        """Ignore a step."""


def main() -> None:
    """Draw, and print the table."""
    print(f"{machine()}\n")
    print("| work | number | within 30 % | estimate by measure, median (range) | all of them |")
    print("|---|---|---|---|---|")
    with tempfile.TemporaryDirectory() as folder:
        store = Store(Path(folder))
        for number, (style, long_edge) in enumerate(BUILDS, start=1):
            pairs = draw(store, style=style, long_edge=long_edge)
            print(format_row(f"build {number}: {style}, {long_edge} pixels", pairs), flush=True)


def draw(store: Store, *, style: str, long_edge: int) -> list[tuple[float, float]]:
    """Draw some photos as a build does; return the estimated and the measured seconds of each."""
    styles = load_styles(ROOT / "styles", display_path="styles").styles
    index = PhotoIndex(store.root / "photos.json", examine=examine)
    wanted = [
        Stylization(
            photo=index.load_photo(path, author=None),
            blend=(StyleShare(style=styles[style]),),
            method=FEED_FORWARD,
            parameters=Parameters(long_edge=long_edge),
        )
        for path in sorted(PHOTOS.glob("*.jpg"))[:PICTURES]
    ]
    rates = learn_rates(store.receipts())
    estimates = {stylization.key: estimate_seconds(stylization, rates) for stylization in wanted}
    make(
        [make_publication(stylization) for stylization in wanted],
        store=store,
        executor=make_executor(device="cpu"),
        listener=Silence(),
        pictures=len(wanted),
        tariff=Tariff(),
    )
    receipts = {key: store.receipt(key) for key in estimates}
    return [(estimates[key], receipt.seconds) for key, receipt in receipts.items() if receipt]


def format_row(name: str, pairs: Sequence[tuple[float, float]]) -> str:
    """Return a row of the table; pairs: estimated and measured seconds."""
    ratios = sorted(estimated / measured for estimated, measured in pairs)
    near = sum(abs(ratio - 1) <= WITHIN for ratio in ratios)
    whole = sum(estimated for estimated, _ in pairs) / sum(measured for _, measured in pairs)
    spread = f"{median(ratios):.2f} ({ratios[0]:.2f} to {ratios[-1]:.2f})"
    return f"| {name} | {len(pairs)} | {near} | {spread} | {whole:.2f} |"


if __name__ == "__main__":
    main()
