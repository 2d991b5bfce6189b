"""How well the seconds that were told before a picture or a tuning agree with what it then took.

Every line of the ledger keeps its estimate. Without --ledger, the photos of content/photos are drawn into
a store of their own, in three builds: the first knows nothing of this machine, each next one goes by those
before it, at other sizes and in other styles. Prints Markdown: for each build how many estimates were
within 30 % of what was measured, the median of estimate by measure, and the same for the whole build,
which is what a person waits for.

    python bench/estimates.py                                 draws 12 pictures, about a minute
    python bench/estimates.py --ledger .stylize/ledger.jsonl  tells of a blog's own
"""

import argparse
import tempfile
from collections.abc import Sequence
from pathlib import Path
from statistics import median

from _machine import machine
from pelican.plugins.stylize.content.photos import PhotoIndex
from pelican.plugins.stylize.costs.estimates import estimate_seconds, learn_rates
from pelican.plugins.stylize.costs.ledger import Ledger, LedgerEntry
from pelican.plugins.stylize.costs.ledger_entries import RunCosts
from pelican.plugins.stylize.executors.local import LocalExecutor
from pelican.plugins.stylize.images.decode import examine
from pelican.plugins.stylize.model.entities import Parameters, StyleShare, Stylization
from pelican.plugins.stylize.model.methods import FEED_FORWARD
from pelican.plugins.stylize.pipeline.make import make
from pelican.plugins.stylize.pipeline.publication import make_publication
from pelican.plugins.stylize.storage.store import Store
from pelican.plugins.stylize.styles.library import read_styles

ROOT = Path(__file__).parents[1]
PHOTOS = ROOT / "content" / "photos"
BUILDS = (("harvesters", 1024), ("southern-tour", 640), ("whalers", 900))  # style, pixels of the long edge
PICTURES = 4  # a build
WITHIN = 0.30


class Silence:
    """A listener that shows nothing."""

    def made(self, stylization: Stylization, seconds: float) -> None:
        """Hear of a picture."""

    def advanced(self, underway: object) -> None:
        """Hear of a step."""


def main() -> None:
    """Draw if no ledger is given, and print the table."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--ledger", type=Path)
    asked = parser.parse_args()
    print(f"{machine()}\n")
    print("| work | number | within 30 % | estimate by measure, median (range) | all of them |")
    print("|---|---|---|---|---|")
    if asked.ledger:
        entries = [entry for entry in Ledger(asked.ledger.parent).read().entries if entry.estimate]
        for kind in sorted({entry.method or f"tuning, level {entry.level}" for entry in entries}):
            of_kind = [e for e in entries if kind in (e.method, f"tuning, level {e.level}")]
            print(row_of(kind, of_kind))
        return
    with tempfile.TemporaryDirectory() as folder:
        store = Store(Path(folder))
        told = 0
        for number, (style, long_edge) in enumerate(BUILDS, start=1):
            draw(store, style=style, long_edge=long_edge)
            entries = list(Ledger(store.root).read().entries)
            print(row_of(f"build {number}: {style}, {long_edge} pixels", entries[told:]), flush=True)
            told = len(entries)


def draw(store: Store, *, style: str, long_edge: int) -> None:
    """Draw some photos as a build does, with its estimates."""
    styles = read_styles(ROOT / "styles", shown="styles").styles
    index = PhotoIndex(store.root / "photos.json", examine=examine)
    wanted = [
        Stylization(
            photo=index.photo(path, author=None),
            blend=(StyleShare(style=styles[style]),),
            method=FEED_FORWARD,
            parameters=Parameters(long_edge=long_edge),
        )
        for path in sorted(PHOTOS.glob("*.jpg"))[:PICTURES]
    ]
    rates = learn_rates(store.receipts())
    make(
        [make_publication(stylization) for stylization in wanted],
        store=store,
        executor=LocalExecutor("cpu"),
        listener=Silence(),
        pictures=len(wanted),
        books=RunCosts(estimates={s.key: estimate_seconds(s, rates) for s in wanted}),
    )


def row_of(name: str, entries: Sequence[LedgerEntry]) -> str:
    """Return a row of the table: estimates beside what was measured."""
    ratios = sorted((entry.estimate or 0.0) / entry.seconds for entry in entries)
    near = sum(abs(ratio - 1) <= WITHIN for ratio in ratios)
    whole = sum(entry.estimate or 0.0 for entry in entries) / sum(entry.seconds for entry in entries)
    spread = f"{median(ratios):.2f} ({ratios[0]:.2f} to {ratios[-1]:.2f})"
    return f"| {name} | {len(entries)} | {near} | {spread} | {whole:.2f} |"


if __name__ == "__main__":
    main()
