"""Reads a photo row by row, at a size that the transformer takes."""

import numpy as np
import torch
from PIL import Image
from torch import Tensor

from ..image_tensors import fit_size, mirror_indexes


class MirroredPhoto:
    """The rows of an RGB photo, mirrored at its right and bottom edges as `mirror_to_fit` does."""

    def __init__(self, photo: Image.Image) -> None:
        """photo: RGB, from 1x1 pixels up; raises ValueError for another mode."""
        if photo.mode != "RGB":
            raise ValueError(f"the engine takes RGB, not {photo.mode}")
        self._photo = photo
        self.height, self.width = fit_size(photo.height), fit_size(photo.width)
        self._sources = mirror_indexes(photo.height, self.height)  # row of the photo for each row
        self._columns = mirror_indexes(photo.width, self.width)[photo.width :]  # of those that are added

    def read(self, first: int, last: int) -> Tensor:
        """Return rows (rows, width, 3), from 0 to 1."""
        sources = self._sources[first:last]
        top, bottom = int(sources.min()), int(sources.max()) + 1
        bytes_ = np.asarray(self._photo.crop((0, top, self._photo.width, bottom)))
        rows = torch.from_numpy(bytes_.copy()).float().div_(255)  # (rows, photo's width, 3)
        if bottom - top != last - first or not torch.equal(sources, torch.arange(top, bottom)):
            rows = rows[sources - top]
        if len(self._columns):
            rows = torch.cat([rows, rows[:, self._columns]], dim=1)
        return rows
