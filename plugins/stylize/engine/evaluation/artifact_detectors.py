"""Faults that have a shape: a grid, scattered dots, a frame."""

import math

import torch
import torch.nn.functional as F
from torch import Tensor

from ..color.oklab import rgb_to_oklab

BLOCK = 32  # pixels of a spectrum; a grid of 2 or 4 pixels falls on a whole frequency
CROP = 256  # pixels; nine crops see as much as the whole, of a picture of any size
STANDS_OUT = 2.0  # times its neighbors; of the mean of 192 spectra, noise reaches 1.3
RAISED = 10.0  # as far as a style raises the contrast of what the photo has, in energy
RADII = (3, 6, 12)  # pixels, of 400: from a crumb to a coin
COLORFUL = 0.1  # Oklab: five times what the eye tells apart
EVEN = 0.04  # Oklab, root mean square: sky, wall, water
FRAMES = (2, 4, 8, 16)  # pixels: from half the network's stride to four times


def measure_checkerboard(picture: Tensor, photo: Tensor) -> float:
    """Return the contrast of a grid of 2 or 4 pixels, in the worst of nine crops, root mean square.

    picture, photo: (1, 3, H, W), RGB, at full size. Networks that enlarge by two draw such a grid, locked to
    their own pixels (Odena et al. 2016). Its energy lies at multiples of a quarter of the sampling
    frequency and nowhere beside them; a texture is spread, and an edge lies along one axis. So what
    counts is the energy there less twice that of the neighbors along either axis, less ten times what the
    photo has there: a tiled floor, or the blocks of its JPEG. Styles come to 0.009, but for those whose
    artwork is a pattern itself (see `measure_pattern`): the halftone of Overprint to 0.055, the ruled paper
    of Reduction Gear to 0.026. A grid of light and dark squares 0.03 beside the mean comes to just that.
    """
    worst = 0.0
    for drawn, shot in zip(_crops(picture), _crops(photo), strict=True):
        energy = _grid_energy(drawn)
        if energy.sum().sqrt() <= worst:
            continue  # the photo can only explain some of it, and its spectrum takes as long
        excess = energy - RAISED * _grid_energy(shot)
        worst = max(worst, excess.clamp(min=0).sum().sqrt().item())
    return worst


def measure_pattern(artwork: Tensor) -> float:
    """Return the contrast of what repeats every 2 to 8 pixels, in the most regular of nine crops.

    artwork: (1, 3, H, W), RGB, at the size that its strokes are learned at. A halftone or ruled paper is a
    pattern that its style has to draw, and a network can draw one that is no finer than its own pixels
    only in step with them. So the same energy counts as in a checkerboard, but at all frequencies. The
    artworks that ship come to 0.017, Overprint to 0.15, Reduction Gear to 0.076.
    """
    return max((_pattern_energy(crop).sqrt().item() for crop in _crops(artwork)), default=0.0)


def measure_confetti(picture: Tensor, photo: Tensor) -> float:
    """Return the share of the picture under single colored dots where the photo is even.

    picture, photo: (1, 3, h, w) in Oklab. Where a photo is flat, instance normalization enlarges what is
    left, and a network draws dots (the droplets of Karras et al. 2020, section 2). A dot differs in
    color from all of eight points around it, which agree among themselves; strokes reach one of them, and
    so do patches. Stars and highlights, which are no color, are not meant. The shipped styles come to 0.002.
    """
    height, width = picture.shape[-2:]
    dots = torch.zeros_like(picture[:, :1], dtype=torch.bool)  # (1, 1, h, w)
    for radius in RADII:
        half = max(1, radius // 5)
        middle = _blurred(picture[:, 1:], half)  # (1, 2, h, w)
        wide = F.pad(middle, (radius,) * 4, mode="replicate")
        ring = [
            wide[..., radius + y : radius + y + height, radius + x : radius + x + width]
            for y, x in _circle(radius)
        ]
        mean = sum(ring[1:], ring[0]) / len(ring)
        gap = torch.stack([_squared(point - middle) for point in ring]).amin(dim=0)  # (1, 1, h, w)
        spread = torch.stack([_squared(point - mean) for point in ring]).amax(dim=0)
        hit = (gap > COLORFUL**2) & (spread < gap / 4)
        if not hit.any():
            continue
        around = _blurred(photo, radius)
        unrest = _blurred(_squared(photo), radius) - _squared(around)  # variance, summed over the channels
        hit &= unrest < EVEN**2
        dots |= F.max_pool2d(hit.float(), 2 * half + 1, stride=1, padding=half) > 0
    return dots.float().mean().item()


def measure_border(picture: Tensor, photo: Tensor) -> float:
    """Return how far a frame of 2 to 16 pixels differs in color from the pixels within, beyond the photo's.

    picture, photo: (1, 3, H, W), RGB, at full size. Convolutions that pad with zeros draw one. On each
    side the mean color of the outermost lines is compared, in Oklab, with that of as many lines next to
    them, less what changes over the lines after those, less twice the same in the photo. Three sides must
    show it: what the photo has at one side, a style may well stress. The shipped styles come to 0.017.
    """
    worst = 0.0
    for lines in FRAMES:
        if min(picture.shape[-2:]) < 8 * lines:
            break
        steps = _steps(picture, lines)
        if sorted(steps)[1] <= worst:
            continue  # the photo can only explain some of it
        steps = [step - 2 * before for step, before in zip(steps, _steps(photo, lines), strict=True)]
        worst = max(worst, sorted(steps)[1])  # the least of the three largest
    return worst


def _crops(picture: Tensor) -> list[Tensor]:
    """Return up to nine crops, each (3, h, w) with whole blocks, spread evenly; none of a tiny picture."""
    height, width = picture.shape[-2:]
    tall, broad = (min(CROP, size // BLOCK * BLOCK) for size in (height, width))
    if not tall or not broad:
        return []
    tops, lefts = (sorted({0, left // 2, left}) for left in (height - tall, width - broad))
    return [picture[0, :, y : y + tall, x : x + broad] for y in tops for x in lefts]


def _grid_energy(crop: Tensor) -> Tensor:
    """Return the variance at each frequency of a grid that its neighbors do not explain: (15,)."""
    quarter = BLOCK // 4
    return _standing_out(crop)[::quarter, ::quarter].flatten()[1:]  # the first is the mean, which is no grid


def _pattern_energy(crop: Tensor) -> Tensor:
    """Return the variance of all that repeats within a quarter of a block, and that stands out."""
    frequencies = torch.fft.fftfreq(BLOCK, device=crop.device)
    fine = (frequencies[:, None].square() + frequencies.square()).sqrt() >= 4 / BLOCK
    return _standing_out(crop)[fine].sum()


def _standing_out(crop: Tensor) -> Tensor:
    """Return the variance at each frequency that its neighbors do not explain: (BLOCK, BLOCK)."""
    window = torch.hann_window(BLOCK, device=crop.device)
    window = window[:, None] * window  # (BLOCK, BLOCK)
    blocks = crop.unfold(1, BLOCK, BLOCK).unfold(2, BLOCK, BLOCK)  # (3, rows, columns, BLOCK, BLOCK)
    blocks = blocks - blocks.mean(dim=(-2, -1), keepdim=True)
    power = torch.fft.fft2(blocks * window).abs().square().mean(dim=(0, 1, 2)) / window.sum() ** 2
    beside = (-3, -2, 2, 3)  # the window spreads a frequency over its next neighbors
    above = sum(power.roll(step, dims=0) for step in beside) / len(beside)
    left = sum(power.roll(step, dims=1) for step in beside) / len(beside)
    return (power - STANDS_OUT * torch.maximum(above, left)).clamp(min=0)


def _steps(picture: Tensor, lines: int) -> list[float]:
    """Return how far the color steps `lines` pixels from each edge: above, below, left, right; in Oklab."""
    sides = (picture, picture.flip(-2), picture.mT, picture.mT.flip(-2))
    bands = [side[..., : 3 * lines, :].unflatten(-2, (3, lines)).mean(dim=(3, 4)) for side in sides]
    outer, inner, next_ = rgb_to_oklab(torch.stack(bands, dim=-1))[0].unbind(1)  # (3, 4) each
    stands_out = (outer - inner).norm(dim=0) - (inner - next_).norm(dim=0)
    return stands_out.clamp(min=0).tolist()


def _circle(radius: int) -> list[tuple[int, int]]:
    """Return eight points of a circle, as steps down and right."""
    turns = [math.pi / 4 * eighth for eighth in range(8)]
    return [(round(radius * math.sin(turn)), round(radius * math.cos(turn))) for turn in turns]


def _squared(colors: Tensor) -> Tensor:
    # torch's norm over so few channels takes ten times as long.
    return colors.square().sum(dim=1, keepdim=True)


def _blurred(channels: Tensor, half: int) -> Tensor:
    """Average squares of 2*half+1 pixels, by sums along each axis: as fast for large squares as for small."""
    length = 2 * half + 1
    for axis in (-2, -1):
        size = channels.shape[axis]
        places = torch.arange(-half - 1, size + half, device=channels.device).clamp(0, size - 1)
        sums = channels.index_select(axis, places).cumsum(axis)
        channels = (sums.narrow(axis, length, size) - sums.narrow(axis, 0, size)) / length
    return channels
