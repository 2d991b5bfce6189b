"""A few rounds of the crash test; `invoke soak` runs it for minutes."""

import subprocess
import sys
from pathlib import Path

PROGRAM = """
import sys
sys.path.insert(0, sys.argv[1])
from soak.soak import soak
run = soak(minutes=0, seed=7, rounds={"kill": 2, "disk full": 1, "pair": 1})
print(*run.faults)
assert run.counts["looks"] > 4
"""


def test_killed_commands_a_full_disk_and_two_at_once_end_in_whole_sites():
    words = [sys.executable, "-c", PROGRAM, str(Path(__file__).parents[1])]
    ended = subprocess.run(words, capture_output=True, text=True, timeout=300)
    assert (ended.returncode, ended.stdout.strip()) == (0, ""), ended.stdout + ended.stderr
