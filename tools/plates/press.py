"""The printing press of the plates: paper, halftone, and ink that does not quite cover it.

A plane is one number for each point of the sheet, an array of (900, 1200) times SCALE squared,
from 0 (bare) to 1 (ink). Everything is decided by the seed of `randomness`, so a plate can be
printed again and come out the same.
"""

import math
from collections.abc import Iterable, Sequence
from typing import TypeAlias

import numpy as np
import numpy.typing as npt
from PIL import Image, ImageDraw, ImageFilter

WIDTH, HEIGHT = 1200, 900  # pixels, of the published plate
SCALE = 2  # drawn at twice the size, then reduced: smooth edges

Plane: TypeAlias = npt.NDArray[np.float32]
Color = tuple[int, int, int]
Point = tuple[float, float]  # in pixels of the published plate


def randomness(seed: int) -> np.random.RandomState:
    """Return random numbers that stay the same; numpy freezes this generator's stream (NEP 19)."""
    return np.random.RandomState(seed)


class Block:
    """A printing block: what is cut into it prints. Coordinates are in pixels of the published plate."""

    def __init__(self) -> None:
        self.image = Image.new("L", (WIDTH * SCALE, HEIGHT * SCALE))
        self._draw = ImageDraw.Draw(self.image)

    def polygon(self, points: Iterable[Point], tone: int = 255) -> None:
        """Fill a polygon; tone 0 cuts it away."""
        self._draw.polygon(_scaled(points), fill=tone)

    def line(self, points: Iterable[Point], width: float = 1.0, *, tone: int = 255) -> None:
        """Draw a line through the points; the width is in pixels of the published plate."""
        self._draw.line(_scaled(points), fill=tone, width=max(1, round(width * SCALE)), joint="curve")

    def outline(self, points: Sequence[Point], width: float = 2.0) -> None:
        """Draw the line around a polygon."""
        self.line([*points, points[0]], width)

    def disc(self, center: Point, radius: float, tone: int = 255) -> None:
        """Fill a circle."""
        self._draw.ellipse(_box(center, radius), fill=tone)

    def ring(self, center: Point, radius: float, width: float = 1.0) -> None:
        """Draw a circle whose line lies inside the radius."""
        self._draw.ellipse(_box(center, radius), outline=255, width=max(1, round(width * SCALE)))

    def arc(self, center: Point, radius: float, start: float, end: float, width: float = 1.0) -> None:
        """Draw a part of a circle, from start to end in degrees, clockwise from three o'clock."""
        self._draw.arc(_box(center, radius), start, end, fill=255, width=max(1, round(width * SCALE)))

    def plane(self) -> Plane:
        """Return the block as a plane."""
        return np.asarray(self.image, dtype=np.float32) / np.float32(255)


def noise(random: np.random.RandomState, cell: float, *, stretch: float = 1.0) -> Plane:
    """Return smooth noise from 0 to 1 whose spots are `cell` pixels high and `stretch` times as wide."""
    rows = max(2, round(HEIGHT / cell))
    columns = max(2, round(WIDTH / (cell * stretch)))
    grid = Image.fromarray(random.random_sample((rows, columns)).astype(np.float32))
    size = (WIDTH * SCALE, HEIGHT * SCALE)
    return np.asarray(grid.resize(size, Image.Resampling.BICUBIC), dtype=np.float32).clip(0, 1)


def paper(random: np.random.RandomState, color: Color, *, depth: float = 1.0) -> Plane:
    """Return a bare sheet, (height, width, 3) from 0 to 1: fibers, clouds and specks.

    depth: how strongly the paper differs from place to place.
    """
    clouds = 0.05 * noise(random, 220) + 0.04 * noise(random, 60) + 0.03 * noise(random, 14)
    fibers = 0.05 * noise(random, 1.2, stretch=7) + 0.04 * noise(random, 6, stretch=0.2)
    grain = 0.07 * noise(random, 0.9)
    shade = 1 - depth * (clouds + fibers + grain - 0.14)
    specks = noise(random, 1.8) > 0.985
    shade = np.where(specks, shade * 0.78, shade)
    sheet = shade[..., None] * np.array(color, dtype=np.float32) / 255
    return sheet.clip(0, 1).astype(np.float32)


def halftone(tone: Plane, *, pitch: float, angle: float) -> Plane:
    """Return dots on a turned grid, each as large as the tone asks: 0 none, 1 solid.

    pitch: pixels of the published plate from dot to dot. angle: degrees.
    """
    along, across = _turned(angle)
    turns = 2 * np.pi / pitch
    screen = (np.cos(along * turns) + np.cos(across * turns)) / 4 + 0.5
    # The rank of the screen's heights, so that a tone of 0.3 really inks 0.3 of the area.
    heights = np.quantile(screen[:: SCALE * 3, :: SCALE * 3], np.linspace(0, 1, 65))
    level = np.interp(1 - tone, np.linspace(0, 1, 65), heights)
    return ((screen - level) * 12 + 0.5).clip(0, 1).astype(np.float32)


def ruling(*, pitch: float, angle: float, width: float | Plane) -> Plane:
    """Return parallel lines, `pitch` pixels apart; width: the part of the pitch that is ink."""
    _, across = _turned(angle)
    return engraving(across, pitch=pitch, width=width)


def engraving(height: Plane, *, pitch: float, width: float | Plane) -> Plane:
    """Return a line wherever the height, in pixels, passes a multiple of the pitch: straight or round."""
    wave = np.abs((height / pitch) % 1 - 0.5) * 2  # 1 on the middle of a line
    return ((wave - (1 - width)) * pitch * SCALE / 2 + 0.5).clip(0, 1).astype(np.float32)


def grid() -> tuple[Plane, Plane]:
    """Return how far each point lies from the left and from the top, in pixels of the published plate."""
    rows, columns = np.mgrid[0 : HEIGHT * SCALE, 0 : WIDTH * SCALE].astype(np.float32) / SCALE
    return columns, rows


def impress(
    sheet: Plane,
    plane: Plane,
    *,
    ink: Color,
    random: np.random.RandomState,
    shift: Point = (0, 0),
    wear: float = 0.5,
) -> Plane:
    """Print a plane on the sheet and return the printed sheet; inks darken one another, as on paper.

    shift: how far the block is out of register, in pixels. wear: 0 a fresh block, 1 a tired one.
    """
    block = Image.fromarray((plane * 255 + 0.5).astype(np.uint8))
    moved = block.transform(
        block.size,
        Image.Transform.AFFINE,
        (1, 0, -shift[0] * SCALE, 0, 1, -shift[1] * SCALE),
        Image.Resampling.BILINEAR,
    )
    soft = np.asarray(moved.filter(ImageFilter.GaussianBlur(0.8 * SCALE)), dtype=np.float32) / 255
    ragged = (soft + (noise(random, 2.2) - 0.5) * (0.25 + 0.5 * wear) - 0.5) * 4 + 0.5
    mottle = 0.16 * noise(random, 40) + 0.2 * noise(random, 5) + 0.22 * noise(random, 1.1)
    starved = (noise(random, 1.6) * 0.6 + noise(random, 26) * 0.55) > 1.02 - 0.2 * wear
    cover = ragged.clip(0, 1) * (1.06 - wear * mottle) * np.where(starved, 0.35, 1)
    stain = np.array(ink, dtype=np.float32) / 255
    return (sheet * (1 - cover.clip(0, 1)[..., None] * (1 - stain))).astype(np.float32)


def around(center: Point, radius: float, turn: float) -> Point:
    """Return the point at this distance from the center; turn: radians, clockwise from three o'clock."""
    return center[0] + radius * math.cos(turn), center[1] + radius * math.sin(turn)


def between(start: Point, end: Point, part: float) -> Point:
    """Return the point that lies this part of the way from start to end."""
    return start[0] + (end[0] - start[0]) * part, start[1] + (end[1] - start[1]) * part


def finished(sheet: Plane) -> Image.Image:
    """Return the printed sheet as the picture that is published."""
    pixels = (sheet.clip(0, 1) * 255 + 0.5).astype(np.uint8)
    return Image.fromarray(pixels).resize((WIDTH, HEIGHT), Image.Resampling.LANCZOS)


def _turned(angle: float) -> tuple[Plane, Plane]:
    columns, rows = grid()
    radians = np.deg2rad(angle)
    along = columns * np.cos(radians) + rows * np.sin(radians)
    across = rows * np.cos(radians) - columns * np.sin(radians)
    return along.astype(np.float32), across.astype(np.float32)


def _scaled(points: Iterable[Point]) -> Sequence[Point]:
    return [(x * SCALE, y * SCALE) for x, y in points]


def _box(center: Point, radius: float) -> tuple[float, float, float, float]:
    x, y = center
    return ((x - radius) * SCALE, (y - radius) * SCALE, (x + radius) * SCALE, (y + radius) * SCALE)
