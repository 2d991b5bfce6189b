"""Makes the pictures that the store lacks, and their renditions."""

import logging
import time
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from ..costs.prices import Tariff, price_receipt
from ..model.entities import Stylization
from ..model.errors import PhotoError, UserError
from ..model.qualities import Quality
from ..storage.atomic_files import STORE, display_path, explain_refusals
from ..storage.store import PANELS, Receipt, Store
from .publication import Publication

if TYPE_CHECKING:
    from PIL import Image

    from ..executors.interface import Executor, Failed, Progress, StylizeTask

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """How many pictures a run made."""

    pictures: int
    new: int
    seconds: float
    failures: dict[str, str]  # key of a stylization -> why it failed

    def __str__(self) -> str:
        stored = self.pictures - self.new - len(self.failures)
        parts = [f"{stored} from the store", f"{self.new} new"]
        if self.failures:
            parts.append(f"{len(self.failures)} failed")
        spent = f" ({self.seconds:.1f} s)" if self.new else ""
        return f"{self.pictures} picture{'' if self.pictures == 1 else 's'}: {', '.join(parts)}{spent}"


class Listener(Protocol):
    """Shows the progress of a run."""

    def on_picture(self, stylization: Stylization, seconds: float) -> None:
        """Called when a picture is finished; `seconds` is how long it took."""

    def on_progress(self, stylization: Stylization, progress: "Progress") -> None:
        """Called when a painted picture is a step further."""


def find_lacking(publications: Iterable[Publication], store: Store) -> list[Publication]:
    """Return the publications whose renditions the store lacks, each once."""
    wanted = {p.address: p for p in publications if p.source is not None}
    return [p for address, p in wanted.items() if not store.has_renditions(address)]


def find_missing(lacking: Iterable[Publication], store: Store) -> dict[str, Stylization]:
    """Return, by key, the pictures that must be stylized before their renditions can be written."""
    return {p.key: p.source for p in lacking if isinstance(p.source, Stylization) and not store.has(p.key)}


def make(
    lacking: Iterable[Publication],
    *,
    store: Store,
    executor: "Executor",
    listener: Listener,
    pictures: int,
    tariff: Tariff,
    parallel_jobs: int = 1,
) -> Report:
    """Make what the store lacks: pictures, and the renditions of each as soon as it is there.

    Renditions that need no new picture are written while pictures are made.

    pictures: how many stylized pictures the site shows in all, for the report. tariff: the prices that the
    receipts are written with. parallel_jobs: how many pictures share the machine. A picture that fails is
    named in the report, and the rest goes on. Raises UserError if nothing can go on: a full disk, a worker
    that does not start.
    """
    from ..executors.interface import Failed, Progress

    begun = time.monotonic()
    new = 0
    failures: dict[str, str] = {}
    available, waiting = _sort_by_need(lacking, store)
    damaged: _ByKey = {}  # the stored picture has to be made again
    with store.incoming() as incoming:
        writing = _write_available_renditions(available, store, incoming, damaged)
        for wanted in (waiting, damaged):  # the second is known when all that is available is written
            for stylization, event in stylize(
                {key: _get_stylization(publications[0]) for key, publications in wanted.items()},
                store=store,
                incoming=incoming,
                executor=executor,
                tariff=tariff,
                parallel_jobs=parallel_jobs,
                meanwhile=writing,
            ):
                if isinstance(event, Progress):
                    listener.on_progress(stylization, event)
                    continue
                if isinstance(event, Failed):
                    failures[stylization.key] = event.message
                    continue
                new += 1
                for publication in wanted[stylization.key]:
                    _write_renditions(publication, store, incoming)
                listener.on_picture(stylization, event.seconds)
            for _ in writing:
                pass
    seconds = time.monotonic() - begun
    return Report(pictures=pictures, new=new, seconds=seconds, failures=failures)


def stylize(
    stylizations: Mapping[str, Stylization],
    *,
    store: Store,
    incoming: Path,
    executor: "Executor",
    tariff: Tariff,
    parallel_jobs: int = 1,
    meanwhile: Iterator[None] | None = None,
) -> Iterator[tuple[Stylization, "Progress | Failed | Receipt"]]:
    """Make pictures and store them; yield the progress of each, then its receipt or why it failed.

    stylizations: by key. incoming: a folder of `Store.incoming`. meanwhile: other work, see
    `executors.interface.Executor.run`. The rest is as for `make`.
    """
    from ..executors.interface import NOTHING, Done

    tasks = _make_tasks(stylizations.values(), incoming, store)
    for event in executor.run(tasks, meanwhile=meanwhile or NOTHING):
        stylization = stylizations[event.job]
        if not isinstance(event, Done):
            yield stylization, event
            continue
        receipt = price_receipt(event.receipt, tariff, parallel_jobs=parallel_jobs)
        receipt = replace(receipt, styles=_share_styles(stylization))
        _store_picture(stylization, receipt, incoming, store)
        yield stylization, receipt


def describe_fault(artifacts: Iterable[str], *, photo: str, style: str) -> str:
    """Return which faults a picture has, and what to do about them.

    artifacts: of a receipt, at least one. photo: its file name. style: as an author writes it.
    """
    return f"{photo} in {style!r}: {', '.join(artifacts)}; try a lower strength or another style."


_ByKey = dict[str, list[Publication]]  # publications by the key of the picture that they need


def _sort_by_need(lacking: Iterable[Publication], store: Store) -> tuple[list[Publication], _ByKey]:
    """Return the publications whose picture exists, and those that wait for one."""
    available: list[Publication] = []
    waiting: _ByKey = {}
    for publication in lacking:
        if isinstance(publication.source, Path) or store.has(publication.key):
            available.append(publication)
        else:
            waiting.setdefault(publication.key, []).append(publication)
    return available, waiting


def _write_available_renditions(
    available: Iterable[Publication], store: Store, incoming: Path, damaged: _ByKey
) -> Iterator[None]:
    """Write the renditions of pictures that exist, one at each step; add those that do not to `damaged`."""
    for publication in available:
        if not _write_renditions(publication, store, incoming):
            damaged.setdefault(publication.key, []).append(publication)
        yield


def _get_stylization(publication: Publication) -> Stylization:
    assert isinstance(publication.source, Stylization)  # a photo shown as it is needs no other picture
    return publication.source


def _make_tasks(stylizations: Iterable[Stylization], incoming: Path, store: Store) -> Iterator["StylizeTask"]:
    """Yield a task for each picture, the slowest last: an early stop leaves the others finished."""
    from ..executors.interface import make_stylize_task

    slowness = list(Quality)
    for stylization in sorted(stylizations, key=lambda each: slowness.index(each.method.quality)):
        key, photo = stylization.key, stylization.photo.path.name
        workplace = store.workplace(key, photo=photo) if stylization.method.takes_minutes else None
        yield make_stylize_task(stylization, _target(incoming, key), workplace=workplace)


def _share_styles(stylization: Stylization) -> dict[str, float]:
    """Return the part of each style in the work on a picture; those with masks take equally long."""
    total = sum(share.part for share in stylization.blend)
    return {share.style.slug: share.part / total for share in stylization.blend}


def _target(incoming: Path, key: str) -> Path:
    return incoming / f"{key}.png"


def _store_picture(stylization: Stylization, receipt: Receipt, incoming: Path, store: Store) -> None:
    key, photo, styles = stylization.key, stylization.photo.path.name, stylization.in_styles
    store.adopt(key, _target(incoming, key), receipt=receipt, photo=photo)
    if stylization.method.takes_minutes:
        store.remove_workplace(key)
    logger.info("stylized %s in %r, %.1f s", photo, styles, receipt.seconds)
    if receipt.artifacts:
        logger.warning("%s", describe_fault(receipt.artifacts, photo=photo, style=styles))


def _write_renditions(publication: Publication, store: Store, incoming: Path) -> bool:
    """Write the renditions of a picture; returns False if the stored picture is damaged."""
    # Loading Pillow would cost a warm build, which writes nothing, a tenth of its time.
    from ..images.encoder_settings import choose_encoding
    from ..images.renditions import read_png, write_renditions

    source = publication.source
    assert source is not None  # `find_lacking` leaves out those without
    if isinstance(source, Path):
        picture = _open(source, store, long_edge=max(publication.width, publication.height))
    else:
        path = store.picture(source.key)
        if path is None:
            return False
        picture = read_png(path)
    photo = f"{source.parent.name}/{source.name}" if isinstance(source, Path) else source.photo.path.name
    folder = incoming / publication.address
    with explain_refusals(store.root, doing=f"storing the renditions of {photo}", setting=STORE):
        folder.mkdir()
        try:
            write_renditions(picture, folder, encoding=choose_encoding(publication.offered))
        except PhotoError as error:
            raise UserError(f"{photo}: {error}") from error
    store.adopt_renditions(publication.address, folder, photo=photo)
    return True


def _open(source: Path, store: Store, *, long_edge: int) -> "Image.Image":
    """Open a picture that is shown as it is; raises UserError if it is damaged.

    A damaged file of the store is removed, so that the next build recreates it.
    """
    from ..images.decode import open_photo

    try:
        return open_photo(source, long_edge=long_edge)
    except PhotoError as error:
        if not source.is_relative_to(store.root / PANELS):
            raise UserError(*(f"{display_path(source)}: {problem}" for problem in error.problems)) from error
        with suppress(OSError):
            source.unlink()
        raise UserError(
            f"{display_path(source)}: the file was damaged and is removed. Build again to recreate it."
        ) from error
