"""Two alphabets drawn for the plates, with the letters they need: block letters, and a draftsman's line."""

import math

from .press import Block, Point

# Outlines on a grid 8 high, with strokes of 2: a point is its column and its row. What follows
# a dot is a hole.
_BLOCKS = {
    "P": "00 50 61 64 55 25 28 08 . 22 42 43 23",
    "A": "08 01 10 50 61 68 48 46 26 28 . 22 42 44 24",
    "L": "00 20 26 66 68 08",
    "I": "00 20 28 08",
    "M": "08 00 20 43 60 80 88 68 64 46 24 28",
    "S": "10 60 62 22 23 53 64 67 58 08 06 46 45 15 04 01",
    "E": "00 60 62 22 23 53 55 25 26 66 68 08",
    "T": "00 60 62 42 48 28 22 02",
}

# Lines on a grid 4 wide and 6 high; a dot parts the strokes of a letter.
_LINES = {
    " ": "",
    "A": "06 02 20 42 46 . 03 43",
    "B": "00 30 41 42 33 03 . 33 44 45 36 06 00",
    "C": "41 30 10 01 05 16 36 45",
    "D": "00 30 42 44 36 06 00",
    "E": "40 00 06 46 . 03 33",
    "G": "41 30 10 01 05 16 36 45 43 23",
    "H": "00 06 . 40 46 . 03 43",
    "I": "20 26",
    "L": "00 06 46",
    "M": "06 00 23 40 46",
    "N": "06 00 46 40",
    "O": "10 30 41 45 36 16 05 01 10",
    "P": "06 00 30 41 42 33 03",
    "R": "06 00 30 41 42 33 03 . 23 46",
    "S": "41 30 10 01 02 13 33 44 45 36 16 05",
    "T": "00 40 . 20 26",
    "U": "00 05 16 36 45 40",
    "0": "10 30 41 45 36 16 05 01 10 . 05 41",
    "1": "11 20 26",
    "2": "01 10 30 41 42 06 46",
    "3": "00 40 22 33 44 45 36 16 05",
    "4": "36 30 04 44",
    "5": "40 00 02 32 43 45 36 06",
    "6": "40 20 02 05 16 36 45 44 33 03",
    "7": "00 40 16",
    "8": "10 30 41 42 33 13 04 05 16 36 45 44 33 . 13 02 01 10",
    "9": "06 26 44 41 30 10 01 02 13 43",
    "-": "13 33",
    ":": "21 22 . 24 25",
    "F": "40 00 06 . 03 33",
    "ø": "11 31 42 44 35 15 04 02 11 . 06 40",
}


def set_in_blocks(
    block: Block, text: str, place: Point, height: float, *, angle: float = 0.0, tone: int = 255
) -> None:
    """Cut a word of block letters into the block.

    place: the upper left corner of the word. height: of the letters, in pixels. angle: degrees,
    counterclockwise.
    """
    left = 0.0
    for letter in text:
        outline, *holes = _strokes(_BLOCKS[letter])
        block.polygon(_placed(outline, left, place, height / 8, angle), tone)
        for hole in holes:
            block.polygon(_placed(hole, left, place, height / 8, angle), 255 - tone)
        left += max(x for x, _ in outline) + 1


def write_in_lines(
    block: Block, text: str, place: Point, height: float, *, angle: float = 0.0, width: float = 1.0
) -> None:
    """Write a line of text as a draftsman does, by hand with one width of pen."""
    left = 0.0
    for letter in text:
        for stroke in _strokes(_LINES[letter]):
            block.line(_placed(stroke, left, place, height / 6, angle), width)
        left += 5.6


def length_of_lines(text: str, height: float) -> float:
    """Return how long a line of `write_in_lines` is, in pixels."""
    return (5.6 * len(text) - 1.6) * height / 6


def _strokes(letter: str) -> list[list[Point]]:
    return [[(float(x), float(y)) for x, y in map(tuple, stroke.split())] for stroke in letter.split(".")]


def _placed(points: list[Point], left: float, place: Point, unit: float, angle: float) -> list[Point]:
    cosine, sine = math.cos(math.radians(angle)), math.sin(math.radians(angle))
    turned = []
    for x, y in points:
        along, down = (x + left) * unit, y * unit
        turned.append((place[0] + along * cosine + down * sine, place[1] - along * sine + down * cosine))
    return turned
