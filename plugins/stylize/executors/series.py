"""Pictures of one hand: what the pictures of a series share is measured from all of its photos.

The photos are read one after the other, so the memory does not grow with their number.
"""

from collections.abc import Hashable, Iterable, Iterator, Sequence
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from ..images.decode import open_photo, read_size
from ..images.grain import add_grain
from ..model.image_sizes import fit
from .file_refs import FileRef, open_file
from .interface import StylizeTask

if TYPE_CHECKING:
    from PIL.Image import Image

    from ..images.color.photo_colors import Tones

EDGE = 1024  # pixels of a photo's longer side when it is measured: the same for every picture of the series
MOST = 256  # photos that are measured; of a larger series, as many from all of it
RECENT = 2  # series that are remembered: a photo of the next one is read while one is written


class MomentsMeter(Hashable, Protocol):
    """Measures what quick pictures share; implemented by `engine.stylizer.Stylizer`."""

    def measure_moments(
        self,
        photos: Iterable["Image"],
        *,
        sizes: Sequence[tuple[int, int]],
        blend: Sequence[tuple[Path, float]],
        strength: float,
        stroke: float,
    ) -> Any: ...


def measure_series(task: StylizeTask, engine: MomentsMeter) -> Any:
    """Return what a quick picture shares with its series, for `Stylizer.stylize`; None if it is in none.

    Raises UserError if a photo is not the one that the task names.
    """
    if not task.together:
        return None
    weights = tuple((part.weights, part.part) for part in task.blend)
    return _measure_moments(engine, task.together, weights, task.parameters.strength, task.parameters.stroke)


@lru_cache(maxsize=RECENT)
def measure_series_tones(together: tuple[FileRef, ...]) -> tuple["Tones", ...]:
    """Return the tones of the photos of a series; raises UserError as `measure_series` does."""
    from ..images.color.photo_colors import measure_tones

    return tuple(map(measure_tones, _read_photos(_choose_measured(together))))


def share_tones(
    picture: "Image", *, photo: "Image", series: Sequence["Tones"], artworks: Sequence["Image"]
) -> "Image":
    """Return a painted picture with the tones that are its own in its series; see `find_shared_tones`."""
    from ..images.color.photo_colors import SERIES, change_tones, find_shared_tones, measure_tones

    wanted = find_shared_tones(
        measure_tones(photo),
        photos=series,
        pictures=[measure_tones(artwork) for artwork in artworks],
    )
    return change_tones(picture, wanted, amount=SERIES)


@lru_cache(maxsize=RECENT)
def _measure_moments(
    engine: MomentsMeter,
    together: tuple[FileRef, ...],
    weights: tuple[tuple[FileRef, float], ...],
    strength: float,
    stroke: float,
) -> Any:
    refs = _choose_measured(together)
    return engine.measure_moments(
        _read_photos(refs),
        sizes=[fit(*open_file(ref, read_size), long_edge=EDGE) for ref in refs],
        blend=[(ref.path, part) for ref, part in weights],
        strength=strength,
        stroke=stroke,
    )


def _choose_measured(refs: Sequence[FileRef]) -> list[FileRef]:
    """Return the photos of a series that are measured. They are sorted by digest, so any are as good."""
    count = min(len(refs), MOST)
    return [refs[index * len(refs) // count] for index in range(count)]


def _read_photos(refs: Iterable[FileRef]) -> Iterator["Image"]:
    """Yield photos, small; raises UserError if one is not the one that the task names."""
    return (open_file(ref, lambda path: add_grain(open_photo(path, long_edge=EDGE))) for ref in refs)
