"""Bytes are flipped anywhere in the store and the site of a small blog, with a fixed seed."""

import subprocess
import sys
from pathlib import Path

SCRIPT = Path(__file__).parents[2] / "bench" / "flips.py"


def test_whatever_is_flipped_is_told_and_neither_published_nor_approved():
    command = [
        sys.executable,
        str(SCRIPT),
        "--rounds",
        "3",
        "--flips",
        "30",
        "--output",
        "40",
        "--seed",
        "15",
    ]
    ended = subprocess.run(command, capture_output=True, text=True, timeout=600, check=False)
    assert ended.returncode == 0, ended.stdout + ended.stderr
    assert ended.stdout == (
        "90 flips in 3 rounds: 3 rounds told of damage, 0 published another site.\n"
        "40 flips in the output: 0 approved by verify.\n"
    )
