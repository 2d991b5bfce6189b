"""What is done to pictures between the network and their file: colors, and composition by masks."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from .file_refs import open_file
from .interface import StylizeTask
from .series import measure_series_tones, share_tones

if TYPE_CHECKING:
    from PIL.Image import Image


def split_by_mask(task: StylizeTask) -> list[StylizeTask]:
    """Return a task for each style that has a place of its own, the lowest first; else the task itself."""
    if not any(part.mask for part in task.blend):
        return [task]
    return [replace(task, blend=(replace(part, mask=None),)) for part in reversed(task.blend)]


def needs_photo(task: StylizeTask) -> bool:
    """Whether something of the photo is in the finished picture, or decides how it is composed."""
    keeps = task.parameters.color or task.parameters.tone or task.together
    return bool(keeps or any(part.mask for part in task.blend))


def read_masks(task: StylizeTask) -> tuple["Image", ...]:
    """Return the masks of a task, L; raises UserError if one is not the one that the task names."""
    from ..images.masks import open_mask  # loads numpy

    return tuple(open_file(part.mask, open_mask) for part in task.blend if part.mask)


def finish_picture(
    task: StylizeTask, picture: "Image", *, photo: "Image", artworks: Sequence["Image"]
) -> "Image":
    """Return a picture in as much of the photo's colors and tones as its task asks for.

    A painted picture of a series first gets its tones in the series.

    picture, photo: RGB, of one size. artworks: of a painted picture.
    """
    from ..images.color.photo_colors import keep_photo_colors  # loads numpy

    if task.together and task.method.reads_artworks:
        series = measure_series_tones(task.together)
        picture = share_tones(picture, photo=photo, series=series, artworks=artworks)
    color, tone = task.parameters.color, task.parameters.tone
    return keep_photo_colors(picture, photo, color=color, tone=tone) if color or tone else picture


def compose_picture(
    task: StylizeTask, pictures: Iterable["Image"], *, photo: "Image", masks: Sequence["Image"]
) -> "Image":
    """Return the picture of a task with masks: each of several is seen where its mask is white.

    The masks are bounded softly. Elsewhere, the picture has the lowest one, or the photo.

    pictures: finished, RGB, one for each task of `split_by_mask`; each is taken when the one before it is in
    the picture, so that one of them is in memory at a time. photo: RGB, as large as they are. masks: see
    `read_masks`.
    """
    from ..images.masks import composite, feather_mask  # loads numpy

    pictures = iter(pictures)
    layers = map(lambda picture, mask: (picture, feather_mask(mask, photo)), pictures, reversed(masks))
    if len(task.blend) == len(masks):
        return composite(layers, photo)
    return composite(layers, next(pictures))
