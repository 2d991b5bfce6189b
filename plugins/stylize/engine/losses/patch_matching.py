"""Patch matching: rebuilds a feature map from the patches of artworks (Li & Wand 2016).

Gram matrices hold how often features occur, patches hold what belongs together: a whole brush stroke, a
soldered joint, a cypress.
"""

from collections.abc import Sequence

import torch
import torch.nn.functional as F
from torch import Tensor

PATCH = 3  # side, in positions of the feature map
CHUNK = 1024  # patches compared in one matrix product: some 30 MB of similarities


def rebuild_from_patches(features: Tensor, artworks: Sequence[tuple[Tensor, float]]) -> Tensor:
    """Replace every patch of a feature map by the most similar patch of the artworks.

    features: (1, C, H, W). artworks: feature maps (1, C, h, w), each with its share of the picture; the
    shares add to 1. No height or width is below PATCH. Overlapping patches are averaged.
    Returns (1, C, H, W).
    """
    patches = extract_patches(features)
    candidates = [extract_patches(maps) for maps, _ in artworks]
    matches = [find_most_similar(patches, artwork_patches) for artwork_patches in candidates]
    similarities = torch.stack([similarity for similarity, _ in matches])
    owners = assign_artworks(similarities, [share for _, share in artworks])
    chosen = torch.empty_like(patches)
    for index, (artwork_patches, (_, nearest)) in enumerate(zip(candidates, matches, strict=True)):
        is_owned = owners == index
        chosen[is_owned] = artwork_patches[nearest[is_owned]]
    size = features.shape[-2:]
    total = F.fold(chosen.T[None], size, PATCH)  # (1, C, H, W)
    count = F.fold(torch.ones_like(chosen[:, : PATCH**2]).T[None], size, PATCH)  # (1, 1, H, W)
    return total / count


def extract_patches(features: Tensor) -> Tensor:
    """Return the overlapping 3x3 patches of a feature map (1, C, H, W): ((H-2)*(W-2), C*9)."""
    return F.unfold(features, PATCH)[0].T.contiguous()


def find_most_similar(patches: Tensor, candidates: Tensor) -> tuple[Tensor, Tensor]:
    """Return for each patch the cosine similarity to its nearest candidate, and the candidate's index.

    patches: (L, D), candidates: (M, D). Returns two tensors (L,).
    """
    keys = F.normalize(candidates, dim=1)
    similarities, indexes = [], []
    for chunk in patches.split(CHUNK):
        best = (F.normalize(chunk, dim=1) @ keys.T).max(dim=1)
        similarities.append(best.values)
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
