"""Estimates how long pictures and tunings take and what they cost, from those made here before."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from statistics import median

from ..model.entities import Stylization
from ..model.image_sizes import fit
from ..model.methods import FEED_FORWARD, IMPORTED, OPTIMIZE, OPTIMIZE_SMALL
from ..model.optimize_schedule import make_schedule
from ..model.training_config import TrainingConfig
from ..storage.store import Receipt
from .prices import Expense, Tariff, compute_expense

# Seconds for a megapixel, of an optimized picture for each step, until this site has a picture: measured by
# bench/cold.py at 1024x1024 on two cores of an AMD EPYC. That processor multiplies bfloat16 in hardware; one
# that does not takes half as long again to optimize. Imported: the network of PyTorch's fast_neural_style,
# with its 1.7 million weights. Optimized small: 6.4 s at 512x512 on the same two cores.
USUAL = {FEED_FORWARD.name: 1.5, IMPORTED.name: 4.5, OPTIMIZE_SMALL.name: 0.6, OPTIMIZE.name: 6.5}
PAINTING_SMALL = 10.0  # megapixels that take as long to restore as the small picture takes to be painted
SECONDS_TO_START = 3.0  # of the worker, nearly all of it importing torch; the same bench
USUAL_STEP = 0.6  # seconds that a step of a tuning takes, on the same two cores without bfloat16; 0.4 with
READING = 1  # step, for reading the photos and measuring the panel; 4 steps took 24 s, 12 steps 65 s
LATEST = 8  # pictures of each method, since the speed of a machine changes from day to day


@dataclass(frozen=True, slots=True, kw_only=True)
class Experience:
    """What is known about this machine from earlier pictures."""

    rates: Mapping[str, float]  # see `learn_rates`
    device: str = ""  # that made the latest picture
    watts: float | None = None  # as read by its meters; None if there are none


def learn_experience(receipts: Iterable[Receipt]) -> Experience:
    """Return what is known about this machine from earlier pictures."""
    latest = _latest(receipts)
    metered = [r for r in latest if r.energy is not None and r.energy_known.startswith("read")]
    seconds = sum(receipt.seconds for receipt in metered)
    return Experience(
        rates=learn_rates(latest),
        device=latest[0].device if latest else "cpu",
        watts=3600 * sum(r.energy or 0.0 for r in metered) / seconds if seconds else None,
    )


def estimate_expense(
    seconds: float, experience: Experience, tariff: Tariff, *, parallel_jobs: int = 1
) -> Expense:
    """Return the cost of a picture that takes so long; parallel_jobs: how many share the machine."""
    energy = None if experience.watts is None else experience.watts * seconds / 3600
    return compute_expense(
        seconds, tariff, device=experience.device, energy=energy, parallel_jobs=parallel_jobs
    )


def estimate_tuning_seconds(config: TrainingConfig, steps: Sequence[tuple[float, int]]) -> float:
    """Return how long a tuning takes at most.

    steps: the seconds and the number of steps of earlier tunings; their median counts.
    """
    rates = [seconds / (count + READING) for seconds, count in steps]
    estimate = (median(rates) if rates else USUAL_STEP) * (config.steps + READING)
    return min(estimate, config.budget) if config.budget else estimate


def learn_rates(receipts: Iterable[Receipt]) -> dict[str, float]:
    """Return the seconds that a megapixel takes with each method: the median of the latest pictures.

    Only pictures of the device that made the latest one count. For a picture that is painted at full size,
    the megapixels of all its steps are added up; one that is painted small counts as `PAINTING_SMALL` more.
    """
    taken: dict[str, list[float]] = {}
    for receipt in _latest(receipts):
        if receipt.width and receipt.height:
            work = _megapixels(receipt.method, receipt.width, receipt.height)
            taken.setdefault(receipt.method, []).append(receipt.seconds / work)
    return USUAL | {method: median(rates) for method, rates in taken.items()}


def estimate_seconds(stylization: Stylization, rates: Mapping[str, float]) -> float:
    """Return how long a picture takes at these rates."""
    photo = stylization.photo
    width, height = fit(photo.width, photo.height, long_edge=stylization.parameters.long_edge)
    method = stylization.method.name
    pictures = len(stylization.blend) if stylization.has_masks else 1  # a whole one for each style
    return rates[method] * _megapixels(method, width, height) * pictures


def allot_budget(
    keys: Iterable[str], seconds: Mapping[str, float], *, budget: float
) -> tuple[set[str], float]:
    """Return the pictures that a budget of seconds reaches, and what is left of it.

    keys: in the order in which they are wanted. seconds: that each takes. One that does not fit is passed
    over, and the next ones that fit are taken.
    """
    reached: set[str] = set()
    for key in keys:
        if seconds[key] <= budget:
            reached.add(key)
            budget -= seconds[key]
    return reached, budget


def format_duration(seconds: float) -> str:
    """Return a duration in words: "40 s", "5 min", "2 h 10 min"."""
    if seconds < 100:
        return f"{seconds:.0f} s"
    minutes = round(seconds / 60)
    return f"{minutes} min" if minutes < 60 else f"{minutes // 60} h {minutes % 60} min"


def _latest(receipts: Iterable[Receipt]) -> list[Receipt]:
    """Return the latest receipts of each method, the newest first, all of the same device."""
    newest = sorted(receipts, key=lambda receipt: receipt.made, reverse=True)
    found: dict[str, list[Receipt]] = {}
    for receipt in newest:
        of_method = found.setdefault(receipt.method, [])
        if receipt.device == newest[0].device and len(of_method) < LATEST:
            of_method.append(receipt)
    return sorted((r for some in found.values() for r in some), key=lambda r: r.made, reverse=True)


def _megapixels(method: str, width: int, height: int) -> float:
    if method == OPTIMIZE.name:
        return sum(scale.pixels * scale.steps for scale in make_schedule(width, height)) / 1e6
    megapixels = width * height / 1e6
    return PAINTING_SMALL + megapixels if method == OPTIMIZE_SMALL.name else megapixels
