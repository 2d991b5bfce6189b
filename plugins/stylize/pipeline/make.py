"""From a plan to pictures, and from pictures to their renditions."""

import logging
import shutil
import time
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from ..model.entities import Stylization
from ..model.errors import PhotoError, UserError
from ..storage.atomic_files import STORE, display_path, explain_refusals
from ..storage.store import PANELS, Store
from .publication import Publication

if TYPE_CHECKING:
    from PIL import Image

    from ..costs.ledger_entries import RunCosts
    from ..executors.interface import Executor, Job, Underway

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """What a run made."""

    pictures: int
    new: int
    seconds: float
    failures: dict[str, str]  # key of a stylization -> why it could not be made

    def __str__(self) -> str:
        stored = self.pictures - self.new - len(self.failures)
        parts = [f"{stored} from the store", f"{self.new} new"]
        if self.failures:
            parts.append(f"{len(self.failures)} failed")
        spent = f" ({self.seconds:.1f} s)" if self.new else ""
        return f"{self.pictures} picture{'' if self.pictures == 1 else 's'}: {', '.join(parts)}{spent}"


class Listener(Protocol):
    """Whoever shows how far it is."""

    def made(self, stylization: Stylization, seconds: float) -> None:
        """Hear of a picture that was made, and its seconds."""

    def advanced(self, underway: "Underway") -> None:
        """Hear of a slow picture that is a step further."""


def find_lacking(publications: Iterable[Publication], store: Store) -> list[Publication]:
    """Return the pictures that are to be made and whose renditions the store lacks, each once."""
    wanted = {p.address: p for p in publications if p.source is not None}
    return [p for address, p in wanted.items() if not store.has_renditions(address)]


def find_missing(lacking: Iterable[Publication], store: Store) -> dict[str, Stylization]:
    """Return, by key, which of the pictures that lack renditions have to be stylized first."""
    return {p.key: p.source for p in lacking if isinstance(p.source, Stylization) and not store.has(p.key)}


def make(
    lacking: Iterable[Publication],
    *,
    store: Store,
    executor: "Executor",
    listener: Listener,
    pictures: int,
    books: "RunCosts | None" = None,
) -> Report:
    """Make what the store lacks: pictures first, and the renditions of each as soon as it is there.

    pictures: how many stylized ones the site shows in all, for the report. books: what the ledger is to
    say of prices, posts and estimates. A picture that cannot be made is named in the report, and the
    rest goes on. Raises UserError when nothing can go on: a full disk, a worker that does not start.
    """
    from ..costs.ledger import Ledger
    from ..costs.ledger_entries import RunCosts, add_costs, make_picture_entry
    from ..executors.interface import Done, Underway

    begun = time.monotonic()
    ledger = Ledger(store.root)
    books = books or RunCosts()
    made: set[str] = set()
    failures: dict[str, str] = {}
    with store.incoming() as incoming:
        waiting = _write_what_is_at_hand(lacking, store, incoming)
        for outcome in executor.run(_jobs(waiting, incoming, store)):
            job = outcome.job
            key = job.stylization.key
            if isinstance(outcome, Underway):
                listener.advanced(outcome)
                continue
            if not isinstance(outcome, Done):
                failures[key] = outcome.message
                continue
            receipt = add_costs(outcome.receipt, books)
            store.adopt(key, job.target, receipt=receipt, photo=job.photo)
            ledger.keep(make_picture_entry(job.stylization, receipt, books))
            if job.workplace:
                shutil.rmtree(job.workplace, ignore_errors=True)
            made.add(key)
            for publication in waiting[key]:
                _write_renditions(publication, store, incoming)
            seconds = receipt.seconds
            styles = job.stylization.in_styles
            logger.info("stylized %s in %r, %.1f s", job.photo, styles, seconds)
            if receipt.artifacts:
                told = describe_fault(receipt.artifacts, photo=job.photo, style=styles)
                logger.warning("%s", told)
            listener.made(job.stylization, seconds)
    spent = time.monotonic() - begun
    return Report(pictures=pictures, new=len(made), seconds=spent, failures=failures)


def describe_fault(artifacts: Iterable[str], *, photo: str, style: str) -> str:
    """Say which picture has which faults, and what to do about them.

    artifacts: as a receipt has them, at least one. photo: its name. style: as its author writes it.
    """
    return f"{photo} in {style!r}: {', '.join(artifacts)}; try a lower strength or another style."


def _write_what_is_at_hand(
    lacking: Iterable[Publication], store: Store, incoming: Path
) -> dict[str, list[Publication]]:
    """Write renditions whose picture is there; return the others by the key they wait for."""
    waiting: dict[str, list[Publication]] = {}
    for publication in lacking:
        at_hand = isinstance(publication.source, Path) or store.has(publication.key)
        if not (at_hand and _write_renditions(publication, store, incoming)):
            assert publication.key  # a photo is always at hand
            waiting.setdefault(publication.key, []).append(publication)
    return waiting


def _jobs(waiting: dict[str, list[Publication]], incoming: Path, store: Store) -> Iterator["Job"]:
    """Yield what is to be stylized, the slow pictures last: whoever has no patience has the others."""
    from ..executors.interface import Job

    sources = [publications[0].source for publications in waiting.values()]
    wanted = [source for source in sources if isinstance(source, Stylization)]
    for stylization in sorted(wanted, key=lambda wanted: wanted.method.is_slow):
        key, photo = stylization.key, stylization.photo.path.name
        workplace = store.workplace(key, photo=photo) if stylization.method.is_slow else None
        yield Job(stylization=stylization, target=incoming / f"{key}.png", workplace=workplace)


def _write_renditions(publication: Publication, store: Store, incoming: Path) -> bool:
    """Write the renditions of a picture; False when the stored picture turns out to be damaged."""
    # Pillow costs a warm build a tenth of its time, and there is nothing to draw in one.
    from PIL import Image

    from ..images.renditions import write_renditions

    source = publication.source
    assert source is not None  # `find_lacking` names none without
    if isinstance(source, Path):
        picture = _open(source, store, long_edge=max(publication.width, publication.height))
    else:
        path = store.picture(source.key)
        if path is None:
            return False
        with Image.open(path) as image:
            picture = image.convert("RGB")
    photo = f"{source.parent.name}/{source.name}" if isinstance(source, Path) else source.photo.path.name
    folder = incoming / publication.address
    with explain_refusals(store.root, doing=f"storing the renditions of {photo}", setting=STORE):
        folder.mkdir()
        write_renditions(picture, folder)
    store.adopt_renditions(publication.address, folder, photo=photo)
    return True


def _open(source: Path, store: Store, *, long_edge: int) -> "Image.Image":
    """Open what is shown as it is; raises UserError, for a damaged file of the store once it is removed."""
    from ..images.decode import open_photo

    try:
        return open_photo(source, long_edge=long_edge)
    except PhotoError as error:
        if not source.is_relative_to(store.root / PANELS):
            raise UserError(*(f"{display_path(source)}: {problem}" for problem in error.problems)) from error
        with suppress(OSError):
            source.unlink()
        raise UserError(
            f"{display_path(source)}: the file is damaged and is removed. Build again; it is made anew."
        ) from error
