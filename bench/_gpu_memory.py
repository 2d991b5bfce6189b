"""The section of `gpu.py` that takes most of the device's memory away, and compares what is drawn then."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import numpy as np
import torch
from _gpu_measure import get_peak, reset_peak, synchronize
from _gpu_networks import STYLES, Bench, find_stroke, find_style, open_square
from _gpu_runs import open_artwork, open_sized, start_optimization
from pelican.plugins.stylize.engine.stylizer import Stylizer
from PIL import Image

ROOM = 1.0  # GB that are left: too little for 4096² drawn whole, and for the usual tiles of a painting
Draw = Callable[[Callable[[str], None]], Image.Image]  # gets the function that is told of smaller pieces


@contextmanager
def limit_memory(device: torch.device, *, room: float) -> Iterator[bool]:
    """Leave so many GB of the device's memory to a block; yields whether this device can be limited."""
    if device.type != "cuda":
        yield False
        return
    torch.cuda.empty_cache()
    total = torch.cuda.get_device_properties(device).total_memory
    torch.cuda.set_per_process_memory_fraction(room * 1e9 / total)
    try:
        yield True
    finally:
        torch.cuda.set_per_process_memory_fraction(1.0)


def measure_memory(bench: Bench) -> bool:
    """Draw and paint with all memory and with little; returns whether the pictures are near enough."""
    stylizer, artwork = Stylizer(bench.device.type), open_artwork()
    square = open_square(96 if bench.is_small else 4096)
    photo = open_sized((48, 40) if bench.is_small else (1200, 900))

    def draw(warn: Callable[[str], None]) -> Image.Image:
        blend = [(find_style(STYLES[0]), 1.0)]
        return stylizer.stylize(square, blend=blend, strength=1.0, stroke=find_stroke(square), warn=warn)

    def paint(warn: Callable[[str], None]) -> Image.Image:
        *_, picture = start_optimization(stylizer, photo, artwork, folder=bench.scratch, warn=warn)
        return picture

    works: dict[str, tuple[Draw, float]] = {
        f"drawn, {square.width}²": (draw, 0.2),
        f"painted, {photo.width}x{photo.height}": (paint, 4.0),  # Adam enlarges the least rounding
    }
    verdicts = [_compare(bench, what, work, tolerance=levels) for what, (work, levels) in works.items()]
    return all(verdicts)


def _compare(bench: Bench, what: str, work: Draw, *, tolerance: float) -> bool:
    """Do work twice and add a line for each; tolerance: mean difference, levels of 255."""
    pictures = []
    for room in (None, ROOM):
        if bench.report.seconds_left < 30 and not bench.is_small:
            bench.report.skip(what, why="no time left")
            return True
        notes: list[str] = []
        reset_peak(bench.device)
        begun = time.monotonic()
        if room is None:
            pictures.append(work(notes.append))
            memory = "all"
        else:
            with limit_memory(bench.device, room=room) as is_limited:
                pictures.append(work(notes.append))
            memory = f"{room} GB" if is_limited else "all, since only CUDA can be limited"
        synchronize(bench.device)
        first, last = (np.asarray(each, int) for each in (pictures[0], pictures[-1]))
        difference = float(np.abs(first - last).mean())
        bench.report.add(
            what=what,
            memory=memory,
            seconds=time.monotonic() - begun,
            **{"mean levels": difference, "peak GB": get_peak(bench.device)},
            note=" ".join(notes) or None,
            verdict="equal" if difference <= tolerance else "OUTSIDE",
        )
    return difference <= tolerance
