"""Pictures of one hand: what the pictures of a series share is measured from all of its photos."""

from collections.abc import Hashable, Sequence
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from ..images.decode import open_photo
from ..images.grain import add_grain
from .file_refs import FileRef, open_file
from .interface import StylizeTask

if TYPE_CHECKING:
    from PIL.Image import Image

EDGE = 1024  # pixels of a photo's longer side when it is measured: the same for every picture of the series


class MomentsMeter(Hashable, Protocol):
    """Measures what quick pictures share; implemented by `engine.stylizer.Stylizer`."""

    def measure_moments(
        self,
        photos: Sequence["Image"],
        *,
        blend: Sequence[tuple[Path, float]],
        strength: float,
        stroke: float,
    ) -> Any: ...


@lru_cache(maxsize=1)  # one picture of the series follows another
def read_series(refs: tuple[FileRef, ...]) -> tuple["Image", ...]:
    """Return the photos of a series, small; raises UserError if one is not the one that the task names."""
    return tuple(open_file(ref, lambda path: add_grain(open_photo(path, long_edge=EDGE))) for ref in refs)


def measure_series(task: StylizeTask, engine: MomentsMeter) -> Any:
    """Return what a quick picture shares with its series, for `Stylizer.stylize`; None if it is in none."""
    if not task.together:
        return None
    weights = tuple((part.weights, part.part) for part in task.blend)
    return _measure(engine, task.together, weights, task.parameters.strength, task.parameters.stroke)


@lru_cache(maxsize=1)
def _measure(
    engine: MomentsMeter,
    together: tuple[FileRef, ...],
    weights: tuple[tuple[FileRef, float], ...],
    strength: float,
    stroke: float,
) -> Any:
    blend = [(ref.path, part) for ref, part in weights]
    return engine.measure_moments(read_series(together), blend=blend, strength=strength, stroke=stroke)


def share_tones(
    picture: "Image", *, photo: "Image", series: Sequence["Image"], artworks: Sequence["Image"]
) -> "Image":
    """Return a painted picture with the tones that are its own in its series; see `find_shared_tones`."""
    from ..images.color.photo_colors import SERIES, change_tones, find_shared_tones, measure_tones

    wanted = find_shared_tones(
        measure_tones(photo),
        photos=[measure_tones(each) for each in series],
        pictures=[measure_tones(artwork) for artwork in artworks],
    )
    return change_tones(picture, wanted, amount=SERIES)
