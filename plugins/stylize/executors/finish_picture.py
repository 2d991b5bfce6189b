"""What is done to pictures between the network and their file: colors, and composition by masks."""

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from .file_refs import open_file
from .interface import StylizeTask
from .series import read_series, share_tones

if TYPE_CHECKING:
    from PIL.Image import Image


def split_by_mask(task: StylizeTask) -> list[StylizeTask]:
    """Return a task for each style that has a place of its own; a task without masks is returned as it is."""
    if not any(part.mask for part in task.blend):
        return [task]
    return [replace(task, blend=(replace(part, mask=None),)) for part in task.blend]


def needs_photo(task: StylizeTask) -> bool:
    """Whether something of the photo is in the finished picture, or decides how it is composed."""
    keeps = task.parameters.color or task.parameters.tone or task.together
    return bool(keeps or any(part.mask for part in task.blend))


def read_masks(task: StylizeTask) -> tuple["Image", ...]:
    """Return the masks of a task, L; raises UserError if one is not the one that the task names."""
    from ..images.masks import open_mask  # loads numpy

    return tuple(open_file(part.mask, open_mask) for part in task.blend if part.mask)


def finish_picture(
    task: StylizeTask,
    pictures: Sequence["Image"],
    *,
    photo: "Image",
    masks: Sequence["Image"],
    artworks: Sequence["Image"],
) -> "Image":
    """Return the picture of a task, in as much of the photo's colors and tones as it asks for.

    A painted picture of a series first gets its tones in the series.

    pictures: one for each task of `split_by_mask`, RGB. photo: RGB, as large as they are. masks: see
    `read_masks`; the picture of each is seen where it is white, softly bounded, and elsewhere the last
    picture or the photo. artworks: of a painted picture.
    """
    from ..images.color.photo_colors import keep_photo_colors  # loads numpy
    from ..images.masks import composite, feather_mask

    if task.together and task.method.reads_artworks:
        series = read_series(task.together)
        pictures = [share_tones(each, photo=photo, series=series, artworks=artworks) for each in pictures]
    color, tone = task.parameters.color, task.parameters.tone
    if color or tone:
        pictures = [keep_photo_colors(picture, photo, color=color, tone=tone) for picture in pictures]
    if not masks:
        return pictures[0]
    feathered = [feather_mask(mask, photo) for mask in masks]
    elsewhere = pictures[-1] if len(pictures) > len(masks) else photo
    return composite(list(zip(pictures, feathered, strict=False)), elsewhere)
