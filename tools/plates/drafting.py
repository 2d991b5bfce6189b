"""How machines are drawn: gears, round bars, center lines and measures."""

import math
from collections.abc import Callable

import numpy as np

from .lettering import length_of_lines, write_in_lines
from .press import Block, Plane, Point, around, between, engraving, grid


def box(left: float, top: float, right: float, bottom: float) -> list[Point]:
    """Return the corners of an upright rectangle."""
    return [(left, top), (right, top), (right, bottom), (left, bottom)]


def gear(center: Point, teeth: int, turn: float, *, module: float) -> list[Point]:
    """Return the outline of a gear with one tooth at `turn` radians.

    module: pixels of pitch diameter to a tooth. The flanks are an involute's, about.
    """
    pitch_radius = module * teeth / 2
    profile = ((-1.2, -0.34), (-0.5, -0.29), (0, -0.25), (0.55, -0.19), (1, -0.12))
    flanks = [*profile, *((height, -part) for height, part in reversed(profile))]
    return [
        around(center, pitch_radius + height * module, turn + math.tau / teeth * (tooth + part))
        for tooth in range(teeth)
        for height, part in flanks
    ]


def arm(center: Point, turn: float, *, near: tuple[float, float], far: tuple[float, float]) -> list[Point]:
    """Return an arm of a wheel; near and far: distance from the center and half width."""
    corners = ((near[0], near[1]), (far[0], far[1]), (far[0], -far[1]), (near[0], -near[1]))
    return [
        around(center, math.hypot(*corner), turn + math.atan2(corner[1], corner[0])) for corner in corners
    ]


def cylinder(lines: Block, left: float, right: float, axis: float, radius: float) -> Plane:
    """Outline a round bar seen from the side; return its shading, lines that crowd toward the edges."""
    corners = box(left, axis - radius, right, axis + radius)
    lines.outline(corners)
    part = Block()
    part.polygon(corners)
    _, rows = grid()
    height = ((rows - axis) / radius).clip(-0.999, 0.999)
    arc = np.arcsin(height) * radius
    tone = (0.1 + 0.34 * np.abs(height + 0.35) ** 1.4).clip(0.06, 0.6)
    return (part.plane() * engraving(arc, pitch=5.2, width=tone)).astype(np.float32)


def measure(lines: Block, start: Point, end: Point, text: str) -> None:
    """A dimension line with arrows and its number, level or upright."""
    lines.line([start, end], 1)
    turn = math.atan2(end[1] - start[1], end[0] - start[0])
    for tip, way in ((start, 0.0), (end, math.pi)):
        lines.polygon([tip, around(tip, 11, turn + way - 0.2), around(tip, 11, turn + way + 0.2)])
    length = length_of_lines(text, 11)
    middle = ((start[0] + end[0]) / 2, (start[1] + end[1]) / 2)
    if abs(turn) < 0.1:
        write_in_lines(lines, text, (middle[0] - length / 2, middle[1] - 16), 11, width=1.5)
    else:
        write_in_lines(lines, text, (middle[0] - 16, middle[1] + length / 2), 11, angle=90, width=1.5)


def center_lines(lines: Block, center: Point, reach: float) -> None:
    for x, y in ((reach, 0.0), (0.0, reach)):
        dashed(lines, (center[0] - x, center[1] - y), (center[0] + x, center[1] + y))


def dashed(lines: Block, start: Point, end: Point) -> None:
    """A center line: long, short, long."""
    length = math.dist(start, end)
    _dashes(
        length,
        lambda a, b: lines.line([between(start, end, a / length), between(start, end, b / length)], 1),
    )


def dashed_ring(lines: Block, center: Point, radius: float) -> None:
    _dashes(
        math.tau * radius,
        lambda a, b: lines.arc(center, radius, math.degrees(a / radius), math.degrees(b / radius), 1.5),
    )


def shine(turn: Plane) -> Plane:
    """Return how broad the lines of turned metal are: it shines along two opposite fans."""
    return (0.12 + 0.5 * np.abs(np.cos(turn - math.radians(40))) ** 3).astype(np.float32)


def polar(center: Point) -> tuple[Plane, Plane]:
    columns, rows = grid()
    x, y = columns - center[0], rows - center[1]
    return np.hypot(x, y), np.arctan2(y, x)


def _dashes(length: float, line: Callable[[float, float], None]) -> None:
    place = 0.0
    while place < length:
        line(place, min(place + 16, length))
        line(min(place + 20, length), min(place + 23, length))
        place += 27
