"""`Reduction Gear, Sheet 12`: a machine drawing, as the blueprint that went to the shop.

A wheel of 48 teeth and a pinion of 16, the section through their shafts, a stepped shaft with its
measures, and a spring. The measures fit one another (in millimeters, one for each pixel of the
wheel); the machine was never built.
"""

import math
from collections.abc import Sequence

import numpy as np
from PIL import Image

from .blueprint import cyanotype
from .drafting import arm, box, center_lines, cylinder, dashed, dashed_ring, gear, measure, polar, shine
from .lettering import length_of_lines, write_in_lines
from .press import (
    HEIGHT,
    WIDTH,
    Block,
    Plane,
    around,
    between,
    engraving,
    finished,
    randomness,
    ruling,
)

MODULE = 11.0  # pixels of pitch diameter to a tooth
WHEEL, WHEEL_TEETH = (330.0, 352.0), 48
PINION_TEETH, RISE = 16, math.radians(-24)  # where the pinion stands, seen from the wheel
PINION = (
    WHEEL[0] + MODULE * (WHEEL_TEETH + PINION_TEETH) / 2 * math.cos(RISE),
    WHEEL[1] + MODULE * (WHEEL_TEETH + PINION_TEETH) / 2 * math.sin(RISE),
)
# The stepped shaft: length and radius of each step, left to right.
STEPS = ((70, 22), (96, 34), (150, 52), (30, 64), (118, 44), (86, 32), (84, 20))
SHAFT_LEFT, SHAFT_AXIS = 62.0, 768.0


def draw() -> Image.Image:
    """Return the drawing."""
    random = randomness(1887)
    lines = Block()
    shading = [
        *_wheel(lines),
        *_pinion(lines),
        *_section(lines),
        *_shaft(lines),
        _spring(lines),
        *_detail(lines),
    ]
    _frame(lines)
    faint = 0.2 * np.maximum(ruling(pitch=20, angle=0, width=0.06), ruling(pitch=20, angle=90, width=0.06))
    white = np.maximum.reduce([lines.plane(), faint, 0.82 * np.maximum.reduce(shading)])
    return finished(cyanotype(white.astype(np.float32), random))


def _wheel(lines: Block) -> list[Plane]:
    """The great wheel: teeth, rim, six arms and hub, engraved as turned metal."""
    body = Block()
    body.polygon(gear(WHEEL, WHEEL_TEETH, RISE, module=MODULE))
    body.disc(WHEEL, 203, 0)
    arms = Block()
    turns = [math.radians(60 * sixth + 12) for sixth in range(6)]
    for turn in turns:
        arms.polygon(arm(WHEEL, turn, near=(60, 32), far=(206, 20)))
    arms.disc(WHEEL, 84)
    outline = gear(WHEEL, WHEEL_TEETH, RISE, module=MODULE)
    lines.outline(outline)
    lines.ring(WHEEL, 203, 2)
    lines.ring(WHEEL, 197, 1)
    for turn in turns:
        left, far_left, far_right, right = arm(WHEEL, turn, near=(60, 32), far=(200, 20))
        lines.line([left, far_left], 2)
        lines.line([right, far_right], 2)
        lines.line([around(WHEEL, 86, turn), around(WHEEL, 192, turn)], 1)
    lines.disc(WHEEL, 84, 0)
    for radius, width in ((84, 2), (78, 1), (44, 2)):
        lines.ring(WHEEL, radius, width)
    key = [(WHEEL[0] - 9, WHEEL[1] - 42), (WHEEL[0] - 9, WHEEL[1] - 55), (WHEEL[0] + 9, WHEEL[1] - 55)]
    lines.line([*key, (WHEEL[0] + 9, WHEEL[1] - 42)], 2)
    bolts = [around(WHEEL, 64, math.radians(60 * bolt + 42)) for bolt in range(6)]
    for bolt in bolts:
        lines.ring(bolt, 8, 2)
        lines.line([(bolt[0] - 11, bolt[1]), (bolt[0] + 11, bolt[1])], 1)
        lines.line([(bolt[0], bolt[1] - 11), (bolt[0], bolt[1] + 11)], 1)
    center_lines(lines, WHEEL, 300)
    dashed_ring(lines, WHEEL, MODULE * WHEEL_TEETH / 2)

    hub = Block()
    hub.disc(WHEEL, 78)
    hub.disc(WHEEL, 46, 0)
    shaft = Block()
    shaft.disc(WHEEL, 43)
    distance, turn_of = polar(WHEEL)
    broad = shine(turn_of)
    arms_only = arms.plane() * (distance > 86) * (distance < 197)
    along = np.zeros_like(distance)
    for turn in turns:
        nearest = np.cos(turn_of - turn) > math.cos(math.radians(30))
        across = distance * np.sin(turn_of - turn)
        along += nearest * engraving(across, pitch=4.2, width=(0.18 + across / 60).clip(0.05, 0.6))
    return [
        body.plane() * engraving(distance, pitch=4.6, width=broad),
        hub.plane() * engraving(distance, pitch=3.8, width=broad),
        shaft.plane() * ruling(pitch=6.5, angle=45, width=0.24),
        arms_only * along,
    ]


def _pinion(lines: Block) -> list[Plane]:
    """The pinion, its teeth in the gaps of the wheel's."""
    outline = gear(PINION, PINION_TEETH, RISE + math.pi + math.pi / PINION_TEETH, module=MODULE)
    lines.outline(outline)
    for radius, width in ((62, 1.5), (40, 2), (36, 1), (20, 2)):
        lines.ring(PINION, radius, width)
    center_lines(lines, PINION, 122)
    dashed_ring(lines, PINION, MODULE * PINION_TEETH / 2)
    lines.line([WHEEL, PINION], 1)
    body = Block()
    body.polygon(outline)
    body.disc(PINION, 38, 0)
    core = Block()
    core.disc(PINION, 19)
    distance, turn = polar(PINION)
    crossed = np.maximum(ruling(pitch=6, angle=45, width=0.2), ruling(pitch=6, angle=-45, width=0.2))
    return [
        body.plane() * engraving(distance, pitch=4.0, width=shine(turn + 0.6)),
        core.plane() * crossed,
    ]


def _section(lines: Block) -> list[Plane]:
    """The section A-A at half size: two shafts in a housing, cut metal hatched, each part its own way."""
    middle, upper, lower = 985.0, 170.0, 346.0
    planes: list[Plane] = []

    def cut(boxes: Sequence[tuple[float, float, float, float]], pitch: float, angle: float) -> None:
        part = Block()
        for edges in boxes:
            corners = box(*edges)
            part.polygon(corners)
            lines.outline(corners)
        planes.append(part.plane() * ruling(pitch=pitch, angle=angle, width=0.2))

    for side in (-1, 1):
        near, far = sorted((middle + side * 112, middle + side * 146))
        walls = [
            (near, 76, far, upper - 40),
            (near, upper + 40, far, lower - 52),
            (near, lower + 52, far, 520),
        ]
        cut(walls, 8, 45 * side)
        bearings = [
            (near, axis + way * reach - 15, far, axis + way * reach + 15)
            for axis, reach in ((upper, 25), (lower, 37))
            for way in (-1, 1)
        ]
        cut(bearings, 4.5, -45 * side)
        for axis, reach in ((upper, 25), (lower, 37)):
            for way in (-1, 1):
                ball = ((near + far) / 2, axis + way * reach)
                lines.disc(ball, 9, 0)
                lines.ring(ball, 9, 2)
    cut([(middle - 112, 76, middle + 112, 92), (middle - 112, 504, middle + 112, 520)], 8, 45)
    # The wheel's rim, web and hub, then the pinion: half width, and how far from the axis.
    for axis, half, near, far, pitch, angle in (
        (lower, 34, 100, 137, 6, -30),
        (lower, 10, 44, 100, 6, -30),
        (lower, 46, 24, 44, 6, -30),
        (upper, 40, 14, 49, 5, 60),
    ):
        below = min(far, lower - 138 - upper) if axis == upper else far  # the wheel's tooth is in front
        cut([(middle - half, axis - far, middle + half, axis - near)], pitch, angle)
        cut([(middle - half, axis + near, middle + half, axis + below)], pitch, angle)
    for axis, radius in ((upper, 13), (lower, 23)):
        planes.append(cylinder(lines, middle - 160, middle + 160, axis, radius))
        dashed(lines, (middle - 176, axis), (middle + 176, axis))
    write_in_lines(
        lines, "SECTION A-A", (middle - length_of_lines("SECTION A-A", 13) / 2, 536), 13, width=1.5
    )
    measure(lines, (middle + 174, upper), (middle + 174, lower), "352")
    measure(lines, (middle - 146, 60), (middle + 146, 60), "584")
    return planes


def _shaft(lines: Block) -> list[Plane]:
    """The stepped shaft, engraved round, with a key, a thread and its measures."""
    planes, left = [], SHAFT_LEFT
    for length, radius in STEPS:
        planes.append(cylinder(lines, left, left + length, SHAFT_AXIS, radius))
        measure(lines, (left, 856), (left + length, 856), str(length))
        lines.line([(left, SHAFT_AXIS + radius + 4), (left, 862)], 1)
        left += length
    lines.line([(left, SHAFT_AXIS + 24), (left, 862)], 1)
    for turn in range(14):  # the thread
        x = left - 80 + turn * 6
        lines.line([(x, SHAFT_AXIS - 20), (x + 4, SHAFT_AXIS + 20)], 1)
    key = SHAFT_LEFT + 70 + 96 + 22
    corners = box(key, SHAFT_AXIS - 13, key + 106, SHAFT_AXIS + 13)
    lines.polygon(corners, 0)
    lines.outline(corners)
    dashed(lines, (SHAFT_LEFT - 22, SHAFT_AXIS), (left + 22, SHAFT_AXIS))
    keyway = Block()
    keyway.polygon(corners)
    shaded = [plane * (1 - keyway.plane()) for plane in planes]
    return [*shaded, keyway.plane() * ruling(pitch=5, angle=60, width=0.22)]


def _spring(lines: Block) -> Plane:
    """A helical spring, seen from the side, each coil a bent wire."""
    wire = Block()
    for coil in range(9):
        x = 836 + coil * 34
        front = [(x, 598), (x + 11, 598), (x + 28, 668), (x + 17, 668)]
        wire.polygon(front)
        lines.outline(front)
        lines.line([(x + 28, 668), (x + 34, 598)], 1)
        lines.line([(x + 20, 660), (x + 30, 610)], 1)
        lines.ring((x + 5.5, 596), 6, 1.5)
        lines.ring((x + 22.5, 670), 6, 1.5)
    dashed(lines, (810, 633), (1166, 633))
    measure(lines, (836, 702), (1140, 702), "304")
    return wire.plane() * ruling(pitch=3.6, angle=76, width=0.34)


def _detail(lines: Block) -> list[Plane]:
    """Detail B, three times as large: how the teeth meet, seen through a round window."""
    center, radius, module = (668.0, 578.0), 104.0, 3 * MODULE
    window = Block()
    window.disc(center, radius)
    edges, planes = Block(), []
    for teeth, turn, hatch in (
        (WHEEL_TEETH, RISE, 45.0),
        (PINION_TEETH, RISE + math.pi + math.pi / PINION_TEETH, -45.0),
    ):
        away = RISE + math.pi if teeth == WHEEL_TEETH else RISE
        axis = around(center, module * teeth / 2, away)
        outline = gear(axis, teeth, turn, module=module)
        edges.outline(outline, 2.5)
        dashed_ring(edges, axis, module * teeth / 2)
        part = Block()
        part.polygon(outline)
        planes.append(part.plane() * window.plane() * ruling(pitch=7, angle=hatch, width=0.22))
    lines.ring(center, radius, 2.5)
    lines.ring(center, radius + 5, 1)
    lines.ring(between(WHEEL, PINION, 0.75), 30, 1.5)
    lines.line([(590, 265), (648, 472)], 1)
    write_in_lines(lines, "DETAIL B", (668 - length_of_lines("DETAIL B", 12) / 2, 696), 12, width=1.5)
    return [*planes, 1.2 * edges.plane() * window.plane()]


def _frame(lines: Block) -> None:
    """The border with its zones, the title block, and a few notes."""
    for inset, width in ((20, 1.0), (32, 2.5)):
        lines.outline(box(inset, inset, WIDTH - inset, HEIGHT - inset), width)
    for zone in range(1, 8):
        for y in (20, HEIGHT - 32):
            lines.line([(zone * 150, y), (zone * 150, y + 12)], 1)
    for zone in range(1, 6):
        for x in (20, WIDTH - 32):
            lines.line([(x, zone * 150), (x + 12, zone * 150)], 1)
    left, top, right, bottom = 800, 742, 1168, 868
    lines.polygon(box(left, top, right, bottom), 0)
    lines.outline(box(left, top, right, bottom))
    lines.outline(box(left, top + 52, right, top + 90))
    lines.outline(box(left + 140, top + 52, left + 270, bottom))
    write_in_lines(lines, "REDUCTION GEAR", (left + 18, top + 16), 20, width=2)
    for text, x, y in (("PALIMPSEST", 14, 66), ("SHEET 12", 154, 66), ("1:2", 286, 66)):
        write_in_lines(lines, text, (left + x, top + y), 11, width=1.5)
    for text, x, y in (("CAST IRON", 14, 103), ("48 : 16", 154, 103), ("2 OFF", 286, 103)):
        write_in_lines(lines, text, (left + x, top + y), 11, width=1.5)
    for place, text, end in (
        (around(WHEEL, 275, math.radians(128)), "ø550", (70, 622)),
        (around(PINION, 62, math.radians(-60)), "ø198", (712, 70)),
    ):
        lines.line([place, end], 1)
        write_in_lines(lines, text, (end[0] - 14, end[1] + (8 if end[1] > 300 else -18)), 12, width=1.5)
