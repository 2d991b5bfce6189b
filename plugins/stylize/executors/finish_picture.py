"""What is done to a picture between the network and its file."""

from typing import TYPE_CHECKING

from .interface import StylizeTask

if TYPE_CHECKING:
    from PIL.Image import Image


def finish_picture(task: StylizeTask, picture: "Image", *, photo: "Image") -> "Image":
    """Return a drawn picture with as much of its photo's colors and tones as the task asks for.

    photo: RGB, as large as the picture.
    """
    color, tone = task.parameters.color, task.parameters.tone
    if not (color or tone):
        return picture
    from ..images.color.photo_colors import keep_photo_colors  # loads numpy

    return keep_photo_colors(picture, photo, color=color, tone=tone)
