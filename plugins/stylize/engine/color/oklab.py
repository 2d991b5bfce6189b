"""Colors as the eye compares them: Oklab (Ottosson 2020, https://bottosson.github.io/posts/oklab/)."""

import torch
from torch import Tensor

# Ottosson's matrices: from linear sRGB to the answers of the three kinds of cones, and from their cube
# roots to lightness (0 black, 1 white), green to red and blue to yellow (sRGB reaches 0.32 from gray).
CONES = (
    (0.4122214708, 0.5363325363, 0.0514459929),
    (0.2119034982, 0.6806995451, 0.1073969566),
    (0.0883024619, 0.2817188376, 0.6299787005),
)
OPPONENTS = (
    (0.2104542553, 0.7936177850, -0.0040720468),
    (1.9779984951, -2.4285922050, 0.4505937099),
    (0.0259040371, 0.7827717662, -0.8086757660),
)


def rgb_to_oklab(picture: Tensor) -> Tensor:
    """Return lightness, a and b of an sRGB picture, each (1, 1, H, W) of the (1, 3, H, W) that come back.

    picture: (1, 3, H, W), RGB from 0 to 1.
    """
    linear = torch.where(picture <= 0.04045, picture / 12.92, ((picture + 0.055) / 1.055) ** 2.4)
    cones = torch.einsum("ij, njhw -> nihw", picture.new_tensor(CONES), linear).clamp(min=0) ** (1 / 3)
    return torch.einsum("ij, njhw -> nihw", picture.new_tensor(OPPONENTS), cones)
