"""The cost of reading museums' answers, and when the first hit of a search is there. Needs no network.

Prints a Markdown table. An import is what `museum.add` does with an answer: read it, describe the work, write
museum.json and read it again. All recordings are read by the importers of their museum, as an item and as a
search. The search asks two museums on this computer, one of which answers after two seconds.

    python bench/museums.py [RECORDINGS]      default: shared/fixtures/museums beside or above the repository
"""

import json
import os
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from statistics import median

from _machine import machine
from pelican.plugins.stylize.museums.citation import (
    Citation,
    KeptFile,
    describe_work,
    format_citation,
    parse_citation,
)
from pelican.plugins.stylize.museums.errors import MuseumError
from pelican.plugins.stylize.museums.http_client.addresses import ALLOW_LOOPBACK
from pelican.plugins.stylize.museums.http_client.budgets import BudgetKeeper
from pelican.plugins.stylize.museums.http_client.keys import KeyRing
from pelican.plugins.stylize.museums.http_client.museum_client import MuseumClient
from pelican.plugins.stylize.museums.importers.answer import Answer
from pelican.plugins.stylize.museums.importers.interface import Museum, Request, SearchPage, SearchQuery
from pelican.plugins.stylize.museums.importers.registry import by_name
from pelican.plugins.stylize.museums.importers.statements import state
from pelican.plugins.stylize.museums.record import MuseumRecord
from pelican.plugins.stylize.museums.search import search

ROOT = Path(__file__).parents[1]
KINDS = {".json": "application/json", ".xml": "application/xml", ".html": "text/html"}
NAMES = {  # folders of recordings, where they are not called like their museum
    "british_library_flickr": "british-library",
    "flickr_commons": "flickr-commons",
    "internet_archive": "archive",
    "wikimedia_commons": "commons",
}
SLOW = 2.0  # seconds until the slow museum answers
RUNS = 21
MET = {
    "objectID": 12,
    "isPublicDomain": True,
    "title": "Mending the Nets",
    "artistDisplayName": "Ana Sol",
    "objectDate": "ca. 1862–64",
    "primaryImage": "https://images.metmuseum.org/original/12.jpg",
}


def main() -> None:
    """Print the table."""
    places = [Path(place) for place in sys.argv[1:]] or [
        ROOT.parents[up] / "shared/fixtures/museums" for up in (0, 1)
    ]
    recordings = next((place for place in places if place.is_dir()), None)
    rows = [("import of one item, ms", "50", f"{1000 * time_import(recordings):.1f}")]
    if recordings:
        seconds, read, refused = time_all(recordings)
        what = f"all recordings ({read} read, {refused} refused as they should be or of another kind), s"
        rows.append((what, "2", f"{seconds:.2f}"))
    first, last = time_search()
    rows.append(
        (f"first hit of a search, s (the last museum answers after {last:.2f} s)", "", f"{first:.2f}")
    )
    print(f"{machine()}\n\n| what | aim | measured |\n|---|---|---|")
    print("\n".join(f"| {' | '.join(row)} |" for row in rows))


def time_import(recordings: Path | None) -> float:
    """Return the median seconds of an import."""
    body = json.dumps(MET).encode()
    if recordings and (recorded := recordings / "met/object_45734_public_domain.json").is_file():
        body = recorded.read_bytes()

    def bring_in() -> None:
        answer = Answer(url="https://collectionapi.metmuseum.org/1", body=body)
        record = by_name()["met"].read_item([answer])
        assert isinstance(record, MuseumRecord)
        describe_work(record)
        original = KeptFile(url=record.images[0].url, file="original.jpg", sha256="0" * 64, size=1)
        parse_citation(format_citation(Citation(record=record, original=original, answers=(answer,))))

    return median(_measure(bring_in) for _ in range(RUNS))


def time_all(recordings: Path) -> tuple[float, int, int]:
    """Return the seconds for all recordings, and how many readings gave something and how many did not."""
    jobs: list[tuple[Callable[..., object], object]] = []
    for path in sorted(recordings.glob("*/*")):
        museum = by_name().get(NAMES.get(path.parent.name, path.parent.name))
        if museum and path.suffix in KINDS:
            answer = Answer(url=museum.home, body=path.read_bytes(), media_type=KINDS[path.suffix])
            jobs.append((museum.read_item, [answer]))
            if museum.read_search:
                jobs.append((museum.read_search, answer))
    read = 0

    def read_all() -> None:
        nonlocal read
        for function, argument in jobs:
            try:
                function(argument)
            except MuseumError:
                continue
            read += 1

    return _measure(read_all), read, len(jobs) - read


def time_search() -> tuple[float, float]:
    """Return the seconds until the first hit, and until the last museum has answered."""
    with _serve() as address, tempfile.TemporaryDirectory() as folder:
        os.environ[ALLOW_LOOPBACK] = "1"

        def make_ask() -> Callable[[Request], Answer]:
            keys, budgets = KeyRing({}), BudgetKeeper([])
            return MuseumClient(
                "bench/1 (+https://blog.example)", folder=Path(folder), keys=keys, budgets=budgets
            ).ask

        museums = [_make_museum(name, f"{address}/{name}") for name in ("slow", "quick")]
        start = time.perf_counter()
        hits = search(museums, SearchQuery(words="nets"), make_ask=make_ask)
        assert getattr(next(hits), "museum", "") == "quick"
        first = time.perf_counter() - start
        assert [getattr(hit, "museum", "") for hit in hits] == ["slow"]
        return first, time.perf_counter() - start


def _make_museum(name: str, address: str) -> Museum:
    record = MuseumRecord(
        museum=name, item="1", title="Nets", page=address, rights=state("CC0-1.0", field="rights")
    )
    return Museum(
        name=name,
        title=name,
        home=address,
        find_item=lambda place: "",
        ask_item=lambda item: Request(url=address),
        read_item=lambda answers: record,
        ask_search=lambda query: Request(url=address),
        read_search=lambda answer: SearchPage(records=(record,)),
    )


@contextmanager
def _serve() -> Iterator[str]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            if self.path == "/slow":
                time.sleep(SLOW)
            self.send_response(200)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", "2")
            self.end_headers()
            self.wfile.write(b"{}")

        def log_message(self, format: str, *arguments: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


def _measure(work: Callable[[], None]) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


if __name__ == "__main__":
    main()
