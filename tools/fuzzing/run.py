"""Feed mutated files to every door that takes a file: `invoke fuzz`, or python -m tools.fuzzing.run --help.

A find is an error that is no answer, a file that takes longer than PATIENCE, or a process that dies. Each
file follows from the seed, the target and its number, so a find can be repeated:
--target NAME --seed S --only N.
"""

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
import traceback
from collections.abc import Iterator
from pathlib import Path
from queue import Empty, Queue
from random import Random
from threading import Thread

from .mutations import mutate
from .targets import TARGETS, Target, empty

PATIENCE = 10.0  # seconds of the processor for one file; of the clock where the system does not say
MOST_WAIT = 120.0  # seconds of the clock, on a machine that does other work
TO_START = 60.0  # seconds, for imports and samples
ROOT = Path(__file__).parents[2]
KEPT = ROOT / ".stylize" / "fuzz"  # the files of finds


def main() -> int:
    """Run the targets one after another and print counts; return 1 if there was a find."""

    options = _parse(list(TARGETS))
    names = [options.target] if options.target else list(TARGETS)
    if options.child:
        return read_files(names[0], options.seed, start=options.start, only=options.only)
    finds, total = [], 0
    for name in names:
        seconds = options.seconds / len(names)
        files, found = watch(name, options.seed, seconds=seconds, only=options.only)
        print(f"{name}: {files:,} files, {len(found)} finds", flush=True)
        finds += found
        total += files
    print(f"{total:,} files, {len(finds)} finds, seed {options.seed}")
    for line in finds:
        print(line)
    return 1 if finds else 0


def watch(name: str, seed: int, *, seconds: float, only: int | None) -> tuple[int, list[str]]:
    """Run a target for some seconds, in a new process after each that died; return files and finds."""
    start, finds, files, left = 0, list[str](), 0, seconds
    known: list[list[str]] = []
    while left > 0:
        command = [
            sys.executable,
            "-m",
            "tools.fuzzing.run",
            "--child",
            "--target",
            name,
            "--seed",
            str(seed),
            "--start",
            str(start),
        ]
        command += [] if only is None else ["--only", str(only)]
        errors = tempfile.TemporaryFile("w+")  # noqa: SIM115 - a pipe that nobody empties stops a process
        process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=errors, text=True, cwd=ROOT)
        at, problem = start - 1, ""
        began = time.monotonic()
        for line in _read_lines(process):
            if line is None:
                problem = f"no answer within {PATIENCE:.0f} s"
                break
            message = json.loads(line)
            if "ready" in message:  # imports and samples do not count
                began = time.monotonic()
            if time.monotonic() - began > left:
                break
            at = message.get("at", at)
            files += "at" in message
            if "find" in message:
                end_of_trace = message["find"].rstrip().splitlines()[-4:-1]
                if end_of_trace not in known:  # one example of each is enough
                    known.append(end_of_trace)
                    finds.append(_describe(name, seed, at, message["find"]))
        left -= time.monotonic() - began
        if not problem and left > 0 and only is None and process.wait(timeout=PATIENCE):
            errors.seek(0)
            problem = f"the process ended with {process.returncode}: {errors.read()[-600:]}"
        process.kill()
        process.wait()
        errors.close()
        if problem:
            finds.append(_describe(name, seed, max(at, 0), problem))
        if only is not None or at < start:
            break
        start = at + 1
    return files, finds


def _read_lines(process: "subprocess.Popen[str]") -> Iterator[str | None]:
    """Yield the lines of a process until it ends; None, once, if it is silent for too long."""
    lines: Queue[str] = Queue()

    def pump() -> None:
        assert process.stdout is not None
        for line in process.stdout:
            lines.put(line)
        lines.put("")

    Thread(target=pump, daemon=True).start()
    limit, used, waited = TO_START, 0.0, time.monotonic()
    while True:
        try:
            line = lines.get(timeout=limit)
        except Empty:
            busy = _read_processor_time(process.pid)
            is_waiting = busy is not None and busy - used < limit and time.monotonic() - waited < MOST_WAIT
            if is_waiting:
                continue
            yield None
            return
        if not line:
            return
        yield line
        limit, used, waited = PATIENCE, _read_processor_time(process.pid) or 0.0, time.monotonic()


def _read_processor_time(pid: int) -> float | None:
    """Return the seconds of the processor that a process and its ended children took; None without /proc."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        return sum(map(int, fields[11:15])) / os.sysconf("SC_CLK_TCK")
    except (OSError, ValueError):
        return None


def read_files(name: str, seed: int, *, start: int, only: int | None) -> int:
    """Read one mutated file after another, in this process, and print what happens as lines of JSON."""

    target = TARGETS[name]
    samples = target.samples()
    for sample in samples:
        _read(target, sample)
    _limit_memory(target.memory)
    print(json.dumps({"ready": True}), flush=True)
    folder = Path(tempfile.mkdtemp(prefix="fuzz-"))
    os.chdir(folder)
    try:
        number = start if only is None else only
        while True:
            data = mutate(Random(f"{seed} {name} {number}"), samples)
            print(json.dumps({"at": number}), flush=True)
            empty(folder / "place")
            if problem := _read_within(target, data, folder / "place"):
                KEPT.mkdir(parents=True, exist_ok=True)
                (KEPT / f"{name}-{seed}-{number}").write_bytes(data)
                print(json.dumps({"find": problem}), flush=True)
            if only is not None:
                return 0
            number += 1
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _read(target: Target, data: bytes) -> None:
    """Read a sample as it is, so that what readers import is in memory before it is limited."""
    with tempfile.TemporaryDirectory() as folder:
        _read_within(target, data, Path(folder))


def _read_within(target: Target, data: bytes, folder: Path) -> str:
    try:
        target.read(data, folder)
    except target.answers as error:
        return "" if str(error).strip() else "an answer without words"
    except Exception:
        return traceback.format_exc(limit=-6)
    return ""


def _limit_memory(megabytes: int) -> None:
    """Let this process have so many MB of addresses; only Linux keeps to it."""
    if sys.platform == "linux":
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (megabytes * 10**6, megabytes * 10**6))


def _describe(name: str, seed: int, number: int, problem: str) -> str:
    return f"\n--target {name} --seed {seed} --only {number}\n{problem}"


def _parse(names: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--seconds", type=float, default=60, help="in all")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--target", choices=names, help="one door; all of them if it is left out")
    parser.add_argument("--only", type=int, help="the number of one file, to repeat a find")
    parser.add_argument("--start", type=int, default=0, help="the number of the first file")
    parser.add_argument("--child", action="store_true", help=argparse.SUPPRESS)
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
