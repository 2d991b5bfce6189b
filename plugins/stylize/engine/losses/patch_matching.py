"""Patch matching: rebuilds a feature map from the patches of artworks (Li & Wand 2016).

Gram matrices hold how often features occur, patches hold what belongs together: a whole brush stroke, a
soldered joint, a cypress.
"""

from collections.abc import Sequence

import torch
import torch.nn.functional as F
from torch import Tensor

from ..devices import take_off_metal

PATCH = 3  # side, in positions of the feature map
CHUNK = 1024  # patches compared in one matrix product: some 30 MB of similarities
CHANNELS = 64  # that patches are compared by: the principal components of the artworks' features


class PatchMatcher:
    """The patches of artworks at one layer and one scale, ready to be compared."""

    def __init__(self, artworks: Sequence[tuple[Tensor, float]], *, precision: torch.dtype) -> None:
        """artworks: feature maps (1, C, h, w), no side below PATCH, each with its share of the picture; the
        shares add to 1. precision: of the comparison."""
        self._shares = [share for _, share in artworks]
        self._patches = [extract_patches(maps) for maps, _ in artworks]
        self._precision = precision
        self._components = _find_components([maps for maps, _ in artworks])
        self._keys = [self._compute_keys(maps) for maps, _ in artworks]

    def rebuild(self, features: Tensor) -> Tensor:
        """Replace every patch of a feature map (1, C, H, W) by the most similar patch of the artworks.

        No height or width is below PATCH. Overlapping patches are averaged. Returns (1, C, H, W).
        """
        keys = self._compute_keys(features)
        matches = [find_most_similar(keys, others) for others in self._keys]
        similarities = torch.stack([similarity for similarity, _ in matches])
        owners = assign_artworks(similarities, self._shares)
        chosen = self._patches[0].new_empty(len(keys), self._patches[0].shape[1])
        for index, (patches, (_, nearest)) in enumerate(zip(self._patches, matches, strict=True)):
            is_owned = owners == index
            chosen[is_owned] = patches[nearest[is_owned]]
        size = features.shape[-2:]
        total = F.fold(chosen.T[None], size, PATCH)  # (1, C, H, W)
        count = F.fold(torch.ones_like(chosen[:, : PATCH**2]).T[None], size, PATCH)  # (1, 1, H, W)
        return total / count

    def _compute_keys(self, features: Tensor) -> Tensor:
        """Return what patches of a feature map (1, C, H, W) are compared by: (patches, CHANNELS*9), length 1.

        Each map's own mean is subtracted: otherwise all patches of a picture resemble the same few of an
        artwork, those that lie nearest to the mean (Kolkin et al. 2022, NNST, section 3.2).
        """
        centered = features - features.mean(dim=(2, 3), keepdim=True)
        reduced = torch.einsum("kc, nchw -> nkhw", self._components, centered)
        return F.normalize(extract_patches(reduced), dim=1).to(self._precision)


def extract_patches(features: Tensor) -> Tensor:
    """Return the overlapping 3x3 patches of a feature map (1, C, H, W): ((H-2)*(W-2), C*9)."""
    return F.unfold(features, PATCH)[0].T.contiguous()


def find_most_similar(keys: Tensor, others: Tensor) -> tuple[Tensor, Tensor]:
    """Return for each key the cosine similarity to its nearest among the others, and the other's index.

    keys: (L, D), others: (M, D), all of length 1. Returns two tensors (L,), the first in single precision.
    """
    similarities, indexes = [], []
    for chunk in keys.split(CHUNK):
        best = (chunk @ others.T).max(dim=1)
        similarities.append(best.values.float())
        indexes.append(best.indices)
    return torch.cat(similarities), torch.cat(indexes)


def assign_artworks(similarities: Tensor, shares: Sequence[float]) -> Tensor:
    """Assign each patch to an artwork, so that every artwork gets its share of the patches.

    similarities: (artworks, L). In order, each artwork gets those patches where its lead over the artworks
    after it is largest. Returns the artworks' indexes (L,).
    """
    owners = torch.full(similarities.shape[1:], len(shares) - 1, device=similarities.device)
    free = torch.arange(similarities.shape[1], device=similarities.device)
    for index in range(len(shares) - 1):
        count = round(shares[index] / sum(shares[index:]) * len(free))
        lead = similarities[index, free] - similarities[index + 1 :, free].max(dim=0).values
        order = lead.argsort(descending=True, stable=True)
        owners[free[order[:count]]] = index
        free = free[order[count:].sort().values]
    return owners


def _find_components(maps: Sequence[Tensor]) -> Tensor:
    """Return the directions in which feature maps vary most, (CHANNELS or fewer, C), by their covariance."""
    centered = [(each - each.mean(dim=(2, 3), keepdim=True))[0].flatten(start_dim=1) for each in maps]
    covariance = torch.stack([each @ each.T / each.shape[1] for each in centered]).mean(dim=0)
    _, vectors = torch.linalg.eigh(take_off_metal(covariance))  # in ascending order
    return vectors[:, -CHANNELS:].T.contiguous().to(covariance)
