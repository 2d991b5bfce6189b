"""Makes the pictures that the store lacks, and their renditions."""

import logging
import time
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from ..costs.prices import Tariff, price_receipt
from ..model.entities import Stylization
from ..model.errors import PhotoError, UserError
from ..model.qualities import Quality
from ..storage.atomic_files import STORE, display_path, explain_refusals
from ..storage.store import Receipt, Store
from .publication import PanelPiece, Publication, SourceFile, Stale, list_source_files

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
    stale: Stale = field(
        default_factory=Stale
    )  # what was not made because its source files have changed since they were read

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
    """Return the publications whose renditions the store lacks, or whose picture is damaged, each once."""
    wanted = {p.address: p for p in publications if p.source is not None}
    return [
        p for address, p in wanted.items() if not store.has_renditions(address) or store.is_damaged(p.key)
    ]


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
    named in the report, and the rest goes on; so does one whose source files have changed. Raises UserError
    if nothing can go on: a full disk, a worker that does not start.
    """
    from ..executors.interface import Failed, Progress

    begun = time.monotonic()
    new = 0
    failures: dict[str, str] = {}
    changed: list[Publication] = []
    available, waiting = _sort_by_need(lacking, store)
    damaged: _ByKey = {}  # the stored picture has to be made again
    with store.incoming() as incoming:
        writing = _write_available_renditions(available, store, incoming, damaged=damaged, changed=changed)
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
                    if event.changed:
                        changed += wanted[stylization.key]
                    continue
                new += 1
                for publication in wanted[stylization.key]:
                    # Those of a picture that was lost are not of this one.
                    store.remove_renditions(publication.address)
                    _write_renditions(publication, store, incoming)
                listener.on_picture(stylization, event.seconds)
            for _ in writing:
                pass
    seconds = time.monotonic() - begun
    stale = Stale(
        publications=frozenset(changed),
        files=frozenset[Path]().union(*map(list_source_files, changed)),
    )
    return Report(pictures=pictures, new=new, seconds=seconds, failures=failures, stale=stale)


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
        if not isinstance(publication.source, Stylization) or store.has(publication.key):
            available.append(publication)
        else:
            waiting.setdefault(publication.key, []).append(publication)
    return available, waiting


def _write_available_renditions(
    available: Iterable[Publication],
    store: Store,
    incoming: Path,
    *,
    damaged: _ByKey,
    changed: list[Publication],
) -> Iterator[None]:
    """Write the renditions of pictures that exist, one at each step.

    Those whose stored picture is damaged are added to `damaged`, those whose file has changed to `changed`.
    """
    from ..executors.file_refs import FileChangedError

    for publication in available:
        try:
            if not _write_renditions(publication, store, incoming):
                damaged.setdefault(publication.key, []).append(publication)
        except FileChangedError:
            changed.append(publication)
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
    """Write the renditions of a picture; returns False if the stored picture is damaged.

    Raises FileChangedError if the file of a picture that is shown as it is has changed.
    """
    # Loading Pillow would cost a warm build, which writes nothing, a tenth of its time.
    from ..images.encoder_settings import choose_encoding
    from ..images.renditions import read_png, write_renditions

    source = publication.source
    assert source is not None  # `find_lacking` leaves out those without
    if isinstance(source, Stylization):
        path = store.picture(source.key)
        if path is None:
            return False
        picture, photo = read_png(path), source.photo.path.name
    else:
        file = source.sheet if isinstance(source, PanelPiece) else source
        picture = _open(source, long_edge=max(publication.width, publication.height))
        photo = f"{file.path.parent.name}/{file.path.name}"
    folder = incoming / publication.address
    with explain_refusals(store.root, doing=f"storing the renditions of {photo}", setting=STORE):
        folder.mkdir()
        try:
            write_renditions(picture, folder, encoding=choose_encoding(publication.offered))
        except PhotoError as error:
            raise UserError(f"{photo}: {error}") from error
    store.adopt_renditions(publication.address, folder, photo=photo)
    return True


def _open(source: SourceFile | PanelPiece, *, long_edge: int) -> "Image.Image":
    """Open a picture that is shown as it is; raises UserError if it cannot be read.

    Raises FileChangedError if its file is not the one that was read.
    """
    from ..executors.file_refs import make_file_ref, read_file
    from ..images.contact_sheets import SheetError, cut
    from ..images.decode import open_photo

    if isinstance(source, PanelPiece):
        number, sizes = source.number, source.sizes
        try:
            sheet = make_file_ref(source.sheet.path, digest=source.sheet.digest)
            return read_file(sheet, lambda path: cut(path.read_bytes(), sizes)[number])
        except SheetError as error:
            raise UserError(f"{display_path(source.sheet.path)}: {error}. Restore it.") from error
    try:
        photo = make_file_ref(source.path, digest=source.digest)
        return read_file(photo, lambda path: open_photo(path, long_edge=long_edge))
    except PhotoError as error:
        raise UserError(*(f"{display_path(source.path)}: {problem}" for problem in error.problems)) from error
