"""Times painting: the qualities good and best at several sizes, each in a process of its own.

    python bench/paint.py [--quick]

Prints a Markdown table: seconds of wall time from the decoded photo to the picture (the networks are loaded
before), and the peak of the process's memory. --quick: the smallest size of each only.
"""

import argparse
import json
import subprocess
import sys
from pathlib import Path

from _machine import machine

ROOT = Path(__file__).parents[1]
CASES = (
    ("good", (640, 480)),
    ("good", (2309, 1732)),
    ("good", (4000, 3000)),
    ("best", (640, 480)),
    ("best", (1200, 800)),
    ("best", (1600, 1200)),
)
PROGRAM = """
import json, resource, sys, time
from pathlib import Path
from PIL import Image
from pelican.plugins.stylize.engine.stylizer import Stylizer

root, small, size = Path(sys.argv[1]), sys.argv[2] == "good", (int(sys.argv[3]), int(sys.argv[4]))
photo = Image.open(root / "content/photos/great-wall-of-china.jpg").convert("RGB").resize(size)
artwork = Image.open(root / "styles/harvesters/artwork.jpg").convert("RGB")
stylizer = Stylizer("cpu")
next(stylizer.optimize(photo, artworks=[(artwork, 1.0)], content=0.5, strength=1.0, small=True))
started = time.monotonic()
for state in stylizer.optimize(photo, artworks=[(artwork, 1.0)], content=0.5, strength=1.0, small=small):
    pass
print(json.dumps([time.monotonic() - started, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024]))
"""


def main() -> None:
    """Run every case and print the table."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--quick", action="store_true")
    is_quick = parser.parse_args().quick
    print(f"{machine()}\n\n| quality | pixels | seconds | peak memory |\n|---|---|---|---|")
    for quality, (width, height) in CASES:
        if is_quick and width > 640:
            continue
        command = [sys.executable, "-c", PROGRAM, str(ROOT), quality, str(width), str(height)]
        ended = subprocess.run(command, check=True, capture_output=True, text=True)
        seconds, megabytes = json.loads(ended.stdout)
        print(f"| {quality} | {width}x{height} | {seconds:.1f} | {megabytes:,.0f} MB |", flush=True)


if __name__ == "__main__":
    main()
