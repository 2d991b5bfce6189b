"""Fill an index: skip what is known, read pictures on all cores, compute style vectors in batches."""

import os
import threading
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, replace
from hashlib import sha256
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any, Protocol

from ...executors.trial import PICTURE, TrialProcess
from ...images.decode import open_photo
from ...model.errors import PhotoError
from ..errors import MuseumError
from .looks import look_at
from .sources import SourceEntry
from .writer import IndexedItem, IndexWriter

if TYPE_CHECKING:
    from PIL.Image import Image

BATCH = 16  # pictures of a call of the predictor, and items of a transaction
FACTS_BATCH = 1000  # items of a transaction without pictures
READERS = min(4, os.cpu_count() or 1)  # threads that decode pictures; decoding lets go of Python's lock


class VectorReader(Protocol):
    """Reads style vectors: `engine.evaluation.style_vectors.VectorReader`."""

    def prepare(self, picture: "Image") -> Any: ...

    def read(self, pictures: Sequence[Any]) -> Sequence[Sequence[float]]: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class IndexProgress:
    """How far indexing has come, after a batch."""

    done: int  # items so far, with those that were known
    read: int  # pictures that were read in this run
    known: int  # items whose picture was in the index already
    without_picture: int
    seconds: float  # since the start
    problems: tuple[str, ...] = ()  # of this batch, each with its item
    twins: tuple[tuple[str, str], ...] = ()  # of this batch: pairs of items that show the same picture


def build_index(
    writer: IndexWriter, entries: Iterable[SourceEntry], *, load: Callable[[], VectorReader]
) -> Iterator[IndexProgress]:
    """Write items to an index, a batch at a time; yields how far it has come after each.

    load: called for the first picture that is not known. A picture that cannot be read leaves its record in
    the index with the reason. Where this is interrupted, everything up to the last batch stays, and another
    run with the same entries skips it.
    """
    started = time.monotonic()
    now = IndexProgress(done=0, read=0, known=0, without_picture=0, seconds=0.0)
    facts: list[IndexedItem] = []
    reader: VectorReader | None = None
    with _PictureReader() as pictures:
        coming: deque[Future[tuple[IndexedItem, Any]]] = deque()

        def write(batch: Sequence[tuple[IndexedItem, Any]]) -> IndexProgress:
            nonlocal facts
            seen = [(item, squares) for item, squares in batch if item.look]
            vectors = reader.read([squares for _, squares in seen]) if reader and seen else []
            items = [replace(item, vector=vector) for (item, _), vector in zip(seen, vectors, strict=True)]
            failed = [item for item, _ in batch if not item.look]
            twins = writer.add([*facts, *items, *failed])
            counted = replace(
                now,
                read=now.read + len(items),
                done=now.done + len(batch),
                seconds=time.monotonic() - started,
                problems=tuple(f"{item.place or item.record.key}: {item.problem}" for item in failed),
                twins=tuple(twins),
            )
            facts = []
            return counted

        for entry in entries:
            known = writer.digest_of(entry.record.key)
            if entry.load is None or (known is not None and entry.digest in ("", known)):
                facts.append(IndexedItem(record=entry.record, place=entry.place))
                now = replace(
                    now,
                    done=now.done + 1,
                    known=now.known + (known is not None),
                    without_picture=now.without_picture + (known is None),
                )
                if len(facts) >= FACTS_BATCH:
                    now = write([])
                    yield now
                continue
            reader = reader or load()
            coming.append(pictures.submit(entry, reader))
            if len(coming) >= 2 * BATCH:  # the next ones are decoded while the predictor reads these
                now = write([coming.popleft().result() for _ in range(BATCH)])
                yield now
        while coming:
            now = write([coming.popleft().result() for _ in range(min(BATCH, len(coming)))])
            yield now
        now = write([])
        yield now


class _PictureReader:
    """Reads pictures in threads; each has a process in which foreign pictures are tried first."""

    def __init__(self) -> None:
        self._pool = ThreadPoolExecutor(READERS)
        self._own = threading.local()
        self._trials: list[TrialProcess] = []

    def __enter__(self) -> "_PictureReader":
        return self

    def __exit__(self, *_: object) -> None:
        self._pool.shutdown(cancel_futures=True)
        for trial in self._trials:
            trial.close()

    def submit(self, entry: SourceEntry, reader: VectorReader) -> "Future[tuple[IndexedItem, Any]]":
        """Begin to read a picture; the result is the item without its vector, and what the predictor sees."""
        return self._pool.submit(self._read, entry, reader)

    def _read(self, entry: SourceEntry, reader: VectorReader) -> tuple[IndexedItem, Any]:
        assert entry.load is not None
        item = IndexedItem(record=entry.record, place=entry.place, digest=entry.digest)
        try:
            loaded = entry.load()
        except (MuseumError, OSError) as error:  # the museum may answer next time: no digest
            return replace(item, digest="", problem=f"its picture cannot be fetched: {error}"), None
        if isinstance(loaded, Path):
            return self._read_file(item, loaded, reader, is_foreign=entry.is_foreign)
        item = replace(item, digest=item.digest or sha256(loaded).hexdigest())
        with TemporaryDirectory() as folder:
            file = Path(folder) / "picture"
            file.write_bytes(loaded)
            return self._read_file(item, file, reader, is_foreign=entry.is_foreign)

    def _read_file(
        self, item: IndexedItem, file: Path, reader: VectorReader, *, is_foreign: bool
    ) -> tuple[IndexedItem, Any]:
        try:
            if is_foreign:
                self._get_trial().check(file)
            picture = open_photo(file)
            look = look_at(picture)
        except PhotoError as error:
            return replace(item, problem=str(error)), None
        return replace(item, look=look, aspect=picture.width / picture.height), reader.prepare(picture)

    def _get_trial(self) -> TrialProcess:
        if not hasattr(self._own, "trial"):
            self._own.trial = TrialProcess(PICTURE)
            self._trials.append(self._own.trial)
        trial: TrialProcess = self._own.trial
        return trial
