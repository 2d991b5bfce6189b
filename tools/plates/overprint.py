"""`Overprint`: a poster in the manner of the constructivists, printed over the one before it.

Red, black and cream; wedges along one diagonal, a wheel of dots, a mast of girders. It stands for
no party and says nothing: its letters are pieces of the word PALIMPSEST.
"""

import math

import numpy as np
from PIL import Image

from .lettering import set_in_blocks
from .press import (
    HEIGHT,
    WIDTH,
    Block,
    Plane,
    Point,
    around,
    finished,
    grid,
    halftone,
    impress,
    noise,
    paper,
    randomness,
    ruling,
)

CREAM, RED, BLACK, RUST = (238, 224, 192), (206, 44, 30), (30, 27, 26), (216, 168, 130)
WHEEL, RADIUS = (770.0, 345.0), 262.0
SLOPE = 31.0  # degrees, of everything that rises


def draw() -> Image.Image:
    """Return the poster."""
    random = randomness(1925)
    sheet = paper(random, CREAM)
    sheet = impress(sheet, _poster_before(), ink=RUST, random=random, wear=1.0)
    sheet = impress(sheet, _red(), ink=RED, random=random, shift=(2.6, -1.6), wear=0.55)
    sheet = impress(sheet, _black(), ink=BLACK, random=random, wear=0.45)
    sheet = sheet * (1 - 0.16 * _creases(random))[..., None]
    return finished(sheet)


def _poster_before() -> Plane:
    """What shows through: the letters and bars of an earlier poster, turned away."""
    block = Block()
    for row, word in enumerate(("SEST", "PALIM", "TEST", "SAMPLE")):
        set_in_blocks(block, word, (40 + 60 * (row % 2), 60 + 215 * row), 178, angle=-4)
    for left in range(640, 1160, 46):
        block.polygon([(left, 640), (left + 22, 640), (left + 22, 880), (left, 880)])
    return block.plane() * ruling(pitch=5.0, angle=-38, width=0.62)


def _red() -> Plane:
    """The wheel in dots, the great wedge, and bars of rules."""
    columns, rows = grid()
    wheel = Block()
    wheel.disc(WHEEL, RADIUS)
    # Lit from above on the left, as a ball: full ink below on the right.
    lit = np.hypot(columns - WHEEL[0] + 120, rows - WHEEL[1] + 130) / (RADIUS * 1.75)
    dots = halftone((0.1 + lit**1.3).clip(0, 1).astype(np.float32), pitch=10.5, angle=SLOPE + 45)

    wedge = Block()
    wedge.polygon([(-20, 640), (-20, 905), (330, 905), (742, 392)])
    bars = Block()
    for step in range(5):
        bars.polygon(_beam((20 + 58 * step, 70 + 44 * step), 310 - 42 * step, 20))
    bars.polygon(_beam((700, 880), 560, 64))
    ruled = Block()
    ruled.polygon([(0, 0), (470, 0), (0, 330)])
    planes = [
        wheel.plane() * dots,
        _gouged(wedge, angle=-52, pitch=15, depth=((columns - 170) / 1900).clip(0, 0.5)),
        bars.plane(),
        ruled.plane() * ruling(pitch=8.5, angle=-SLOPE, width=0.42),
    ]
    return np.maximum.reduce(planes)


def _black() -> Plane:
    """Wedges, girders, rings and the letters."""
    block = Block()
    for radius, width in (
        (RADIUS + 34, 15.0),
        (RADIUS + 10, 3.0),
        (118, 9),
        (98, 2),
        (86, 2),
        (74, 2),
        (20, 20),
    ):
        block.ring(WHEEL, radius, width)
    for spoke in range(48):
        turn = math.radians(360 / 48 * spoke)
        near, far = (RADIUS + 42, RADIUS + (66 if spoke % 4 == 0 else 52))
        block.line([around(WHEEL, near, turn), around(WHEEL, far, turn)], 7 if spoke % 4 == 0 else 3)
    wedges = Block()
    wedges.polygon([(300, 905), (520, 905), (735, 420)])
    wedges.polygon([(1205, 585), (1205, 745), (842, 452)])
    wedges.polygon([(1205, 0), (1120, 0), (850, 262), (1205, 96)])
    _girder(block, (1010, 905), (1112, 175), 46)
    _girder(block, (90, 900), (560, 40), 34)

    set_in_blocks(block, "PALI", (56, 560), 150, angle=SLOPE)
    set_in_blocks(block, "MPSEST", (560, 838), 96, angle=SLOPE)
    shade = Block()
    shade.polygon([(1205, 760), (1205, 905), (560, 905)])
    shade.polygon([(560, 0), (1060, 0), (790, 76)])
    columns, rows = grid()
    fading = ((columns - 480) / 900).clip(0.08, 0.85).astype(np.float32)
    dots = shade.plane() * halftone(fading, pitch=6.5, angle=15)

    inside = Block()
    inside.disc(WHEEL, RADIUS - 4)
    inside.disc(WHEEL, 122, 0)
    sector = Block()
    sector.polygon([WHEEL, around(WHEEL, 420, math.radians(8)), around(WHEEL, 420, math.radians(78))])
    lines = inside.plane() * sector.plane() * ruling(pitch=6.0, angle=-SLOPE, width=0.36)
    far = np.hypot(columns - WHEEL[0], rows - WHEEL[1])
    cut = _gouged(wedges, angle=-8, pitch=9, depth=((far - 290) / 620).clip(0, 0.5))
    return np.maximum.reduce([block.plane(), cut, dots, lines])


def _beam(start: Point, length: float, width: float) -> list[Point]:
    """A bar that rises along the slope."""
    along = (math.cos(math.radians(SLOPE)), -math.sin(math.radians(SLOPE)))
    x, y = start
    end = (x + along[0] * length, y + along[1] * length)
    return [
        start,
        end,
        (end[0] - along[1] * width, end[1] + along[0] * width),
        (x - along[1] * width, y + along[0] * width),
    ]


def _girder(block: Block, foot: Point, head: Point, width: float) -> None:
    """A mast of two rails with crosses between them, narrowing to its head."""
    length = math.dist(foot, head)
    across = ((head[1] - foot[1]) / length, -(head[0] - foot[0]) / length)
    steps = round(length / width)

    def rail(side: float, part: float) -> Point:
        half = side * width * (1 - 0.6 * part) / 2
        x = foot[0] + (head[0] - foot[0]) * part + across[0] * half
        return x, foot[1] + (head[1] - foot[1]) * part + across[1] * half

    for side in (-1, 1):
        block.line([rail(side, 0), rail(side, 1)], 5)
    for step in range(steps):
        low, high = step / steps, (step + 1) / steps
        block.line([rail(-1, low), rail(1, high)], 2.5)
        block.line([rail(1, low), rail(-1, high)], 2.5)
        block.line([rail(-1, high), rail(1, high)], 2)


def _gouged(wedge: Block, *, angle: float, pitch: float, depth: Plane) -> Plane:
    """Return a wedge with cuts across it, as of a gouge; depth: how much of it they take, 0 to 1."""
    cuts = ruling(pitch=pitch, angle=angle, width=depth) * (depth > 0.01)
    return (wedge.plane() * (1 - cuts)).astype(np.float32)


def _creases(random: np.random.RandomState) -> Plane:
    """Where the sheet was folded in four, and rubbed."""
    columns, rows = grid()
    waver = (noise(random, 30) - 0.5) * 5
    upright = np.exp(-((columns - WIDTH / 2 + waver) ** 2) / 3)
    level = np.exp(-((rows - HEIGHT / 2 + waver) ** 2) / 3)
    return ((upright + level) * noise(random, 7)).astype(np.float32)
