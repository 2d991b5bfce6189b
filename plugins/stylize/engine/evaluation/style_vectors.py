"""Reads the style vectors of many pictures: the ones that auditions compare, without drawing anything."""

from collections.abc import Sequence

import torch
from PIL import Image

from ..devices import choose_device, inference
from ..image_tensors import cut_squares, to_tensor
from ..networks.style_predictor import SIDE, Predictor
from ..networks.weight_files import load_weights

# Squares: on two cores, one at a time takes 84 ms a square, 4 take 50 ms each, 16 take 46 ms.
AT_ONCE = 8


class VectorReader:
    """The predictor, loaded once for any number of pictures."""

    def __init__(self, *, device: str = "auto") -> None:
        self._device = choose_device(device)
        self._predictor = load_weights(Predictor(), "predictor.safetensors", device=self._device)
        self._predictor.to(memory_format=torch.channels_last)

    def prepare(self, picture: Image.Image) -> list[Image.Image]:
        """Return what the predictor sees of a picture (RGB, upright): one to four small squares.

        May be called from several threads, and lets go of the picture.
        """
        return cut_squares(picture, side=SIDE)

    def read(self, pictures: Sequence[Sequence[Image.Image]]) -> list[list[float]]:
        """Return the style vector (100,) of each prepared picture, as `predict_vector` computes it."""
        counts = [len(squares) for squares in pictures]
        with inference():
            squares = torch.cat(
                [to_tensor(square, device=self._device) for squares in pictures for square in squares]
            )
            squares = squares.contiguous(memory_format=torch.channels_last)
            vectors = torch.cat([self._predictor(some) for some in squares.split(AT_ONCE)])
            return [part.mean(dim=0).tolist() for part in vectors.split(counts)]  # of (all squares, 100)
