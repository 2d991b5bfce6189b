"""A feature map put together anew from the patches of artworks (Li & Wand 2016).

Gram matrices say how much of everything an artwork holds, patches say what belongs together: a whole
brush stroke, a soldered joint, a cypress.
"""

from collections.abc import Sequence

import torch
import torch.nn.functional as F
from torch import Tensor

PATCH = 3  # places of the feature map
AT_ONCE = 1024  # patches compared in one product: some 30 MB of likenesses


def rebuild(features: Tensor, artworks: Sequence[tuple[Tensor, float]]) -> Tensor:
    """Replace every patch of a feature map by the patch of the artworks that is most like it.

    features: (1, C, H, W). artworks: feature maps (1, C, h, w), each with its part of the picture; the
    parts add to 1. All heights and widths from PATCH up. Where patches overlap, their mean stands.
    Returns (1, C, H, W).
    """
    wanted = extract_patches(features)
    offered = [extract_patches(maps) for maps, _ in artworks]
    found = [find_most_alike(wanted, patches) for patches in offered]
    owners = share_out(torch.stack([likeness for likeness, _ in found]), [part for _, part in artworks])
    chosen = torch.empty_like(wanted)
    for index, (patches, (_, places)) in enumerate(zip(offered, found, strict=True)):
        mine = owners == index
        chosen[mine] = patches[places[mine]]
    size = features.shape[-2:]
    total = F.fold(chosen.T[None], size, PATCH)  # (1, C, H, W)
    times = F.fold(torch.ones_like(chosen[:, : PATCH**2]).T[None], size, PATCH)  # (1, 1, H, W)
    return total / times


def extract_patches(features: Tensor) -> Tensor:
    """Cut a feature map (1, C, H, W) into overlapping squares: ((H-2)*(W-2), C*9)."""
    return F.unfold(features, PATCH)[0].T.contiguous()


def find_most_alike(wanted: Tensor, offered: Tensor) -> tuple[Tensor, Tensor]:
    """Return for each patch how like its nearest is, the cosine from -1 to 1, and which one that is.

    wanted: (L, D), offered: (M, D). Returns two tensors (L,).
    """
    keys = F.normalize(offered, dim=1)
    likeness, places = [], []
    for some in wanted.split(AT_ONCE):
        best = (F.normalize(some, dim=1) @ keys.T).max(dim=1)
        likeness.append(best.values)
        places.append(best.indices)
    return torch.cat(likeness), torch.cat(places)


def share_out(likeness: Tensor, parts: Sequence[float]) -> Tensor:
    """Say from which artwork each patch comes, so that each artwork gets its part of the picture.

    likeness: (artworks, L). An artwork gets the patches that it serves best beside those after it.
    Returns (L,), the artwork's index.
    """
    owners = torch.full(likeness.shape[1:], len(parts) - 1, device=likeness.device)
    free = torch.arange(likeness.shape[1], device=likeness.device)
    for index in range(len(parts) - 1):
        count = round(parts[index] / sum(parts[index:]) * len(free))
        lead = likeness[index, free] - likeness[index + 1 :, free].max(dim=0).values
        order = lead.argsort(descending=True, stable=True)
        owners[free[order[:count]]] = index
        free = free[order[count:].sort().values]
    return owners
