"""How long pictures will take, going by those that were made here before."""

from collections.abc import Iterable, Mapping
from statistics import median

from .methods import FEED_FORWARD, OPTIMIZE
from .model import Stylization
from .scales import scales_of
from .sizes import fit
from .store import Receipt

# Seconds for a megapixel drawn once, or moved by one step, until a picture of this site has been timed:
# bench/cold.py, 1024x1024 on two cores of an AMD EPYC; and an optimization there.
USUAL = {FEED_FORWARD.name: 1.5, OPTIMIZE.name: 9.0}
SECONDS_TO_START = 3.0  # of the worker, nearly all of it importing torch; the same bench


def rates_of(receipts: Iterable[Receipt]) -> dict[str, float]:
    """Return what a megapixel takes by each method, in seconds: the median of what it took.

    An optimized one counts as often as a step moves it.
    """
    taken: dict[str, list[float]] = {}
    for receipt in receipts:
        if receipt.width and receipt.height:
            work = _megapixels(receipt.method, receipt.width, receipt.height)
            taken.setdefault(receipt.method, []).append(receipt.seconds / work)
    return USUAL | {method: median(rates) for method, rates in taken.items()}


def seconds_of(stylization: Stylization, rates: Mapping[str, float]) -> float:
    """Return how long a picture will take by these rates."""
    photo = stylization.photo
    width, height = fit(photo.width, photo.height, long_edge=stylization.parameters.long_edge)
    method = stylization.method.name
    return rates[method] * _megapixels(method, width, height)


def spoken(seconds: float) -> str:
    """Return a time as one says it: "40 s", "5 min", "2 h 10 min"."""
    if seconds < 100:
        return f"{seconds:.0f} s"
    minutes = round(seconds / 60)
    return f"{minutes} min" if minutes < 60 else f"{minutes // 60} h {minutes % 60} min"


def _megapixels(method: str, width: int, height: int) -> float:
    if method == OPTIMIZE.name:
        return sum(scale.pixels * scale.steps for scale in scales_of(width, height)) / 1e6
    return width * height / 1e6
