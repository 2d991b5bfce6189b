"""The commands `museum.index` and `museum.find`. Both yield the lines to print."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from ..blog.settings import Settings
from ..costs.estimates import format_duration
from ..model.entities import Style
from ..model.errors import PhotoError, UserError, suggestion
from ..museums.index.build import IndexProgress, VectorReader, build_index
from ..museums.index.database import NAME, open_for_reading, read_own_styles
from ..museums.index.dumps import read_dump
from ..museums.index.find_page import describe_license, make_take_command, write_find_page
from ..museums.index.query import (
    Hit,
    Question,
    count_items,
    find,
    find_key,
    find_vector,
    parse_years,
    read_thumbnail,
)
from ..museums.index.sources import SourceEntry, read_places
from ..museums.index.writer import IndexWriter, open_for_writing
from ..storage.atomic_files import display_path, sha256_of
from ..styles.library import load_styles
from .blog_folder import read_site
from .console import StatusLine, format_table

if TYPE_CHECKING:
    import sqlite3

MOST_SHOWN = 500  # items of a page, some 15 kB each
MOST_TWINS = 10  # pairs of items with the same picture that are printed


@dataclass(frozen=True, slots=True, kw_only=True)
class FindRequest:
    """What was typed; "" for what was not."""

    like: str = ""  # an item of the index, a style of the library, or a picture
    unlike_mine: bool = False
    color: str = ""
    text: str = ""
    years: str = ""
    rights: str = ""
    most: int = 20
    board: str = ""  # the page to write


def index(
    settings_file: str, places: Sequence[str], *, found: Iterable[SourceEntry] = ()
) -> Iterator[StatusLine]:
    """Put the items of places and of a search into the index; yields the lines to print.

    places: what `museums.index.sources.read_places` takes, and the Met's and Cleveland's tables (.csv).
    found: what a search or a collection yields while it is read. Raises UserError if there is nothing.
    """
    _, settings = read_site(settings_file)
    tables = [Path(place) for place in places if place.lower().endswith(".csv")]
    pictures = [place for place in places if not place.lower().endswith(".csv")]
    local = read_places(pictures, categories=settings.categories) if pictures else None
    path = find_index(settings)
    reader = _LazyReader(settings)
    load = reader.load
    with open_for_writing(path) as (writer, notice):
        for text in (notice, *(local.notices if local else ())):
            if text:
                yield StatusLine(text=text)
        if local:
            yield from _build(writer, local.entries, load=load, total=len(local.entries))
        for table in tables:
            records = (SourceEntry(record=record) for record in read_dump(table))
            yield from _build(writer, records, load=load)
        yield from _build(writer, found, load=load)
        # So that the first question about likeness does not have to.
        yield from _read_library(writer, _load_library(settings), reader=reader)
    with open_for_reading(path) as connection:
        items, looks = count_items(connection)
    yield StatusLine(text=f"{display_path(path)} has {items} items, {looks} of them with a picture.")


def find_items(settings_file: str, request: FindRequest) -> Iterator[StatusLine]:
    """Find items in the index, and write a page of them if one is named; yields the lines to print.

    Raises UserError if nothing is asked, if what is asked cannot be read, or if there is no index.
    """
    _, settings = read_site(settings_file)
    _validate(request)
    path = find_index(settings)
    years = parse_years(request.years) if request.years else None
    library = _load_library(settings) if request.like or request.unlike_mine else {}
    reader = _LazyReader(settings)
    with open_for_reading(path) as connection:
        known = read_own_styles(connection)
    if any(style.artwork.digest not in known for style in library.values()):
        with open_for_writing(path) as (writer, _):
            yield from _read_library(writer, library, reader=reader)
    with open_for_reading(path) as connection:
        known = read_own_styles(connection)
        owned = {slug: known[style.artwork.digest].tolist() for slug, style in library.items()}
        if request.unlike_mine and not owned:
            raise UserError(f"{settings.styles.name}: there are no styles yet that a work could be unlike.")
        vector, key = _find_like(connection, request.like, owned, reader=reader)
        question = Question(
            like=vector,
            like_name=request.like,
            like_key=key,
            unlike_mine=request.unlike_mine,
            owned=owned,
            color=request.color,
            text=request.text,
            years=years,
            rights=request.rights,
            most=request.most,
        )
        hits = find(connection, question)
        if not hits:
            yield StatusLine(text=f"Nothing in {display_path(path)} fits. Ask for less at once.")
            return
        for line in format_table(_make_rows(hits)):
            yield StatusLine(text=line)
        if request.board:
            target = Path(request.board)
            write_find_page(
                hits,
                target,
                asked=describe_request(request),
                category=settings.categories[0],
                read_thumbnail=lambda id: read_thumbnail(connection, id),
            )
            yield StatusLine(text=f"Open {display_path(target)} in a browser.")
    yield StatusLine(text=f"To take the first: {make_take_command(hits[0], category=settings.categories[0])}")


def find_index(settings: Settings) -> Path:
    """Return the path of a blog's index."""
    return settings.store / "museums" / NAME


def describe_request(request: FindRequest) -> str:
    """Return what was asked in words: "like met:12, from 1850-1900"."""
    parts = (
        (request.like, f"like {request.like}"),
        (request.unlike_mine, "unlike your styles"),
        (request.color, f"with the color {request.color}"),
        (request.text, f"with the words {request.text}"),
        (request.years, f"from {request.years}"),
        (request.rights, f"with the rights {request.rights}"),
    )
    return ", ".join(text for asked, text in parts if asked)


def _build(
    writer: IndexWriter, entries: Iterable[SourceEntry], *, load: Callable[[], VectorReader], total: int = 0
) -> Iterator[StatusLine]:
    progress: IndexProgress | None = None
    twins: list[tuple[str, str]] = []
    for progress in build_index(writer, entries, load=load):
        yield from (StatusLine(text=problem) for problem in progress.problems)
        twins += progress.twins
        yield StatusLine(
            text=_describe_rate(progress, total), transient=True, done=progress.done, total=total
        )
    for new, earlier in twins[:MOST_TWINS]:
        yield StatusLine(text=f"{new} shows the same picture as {earlier}; both are kept, one is shown.")
    if len(twins) > MOST_TWINS:
        yield StatusLine(text=f"{len(twins) - MOST_TWINS} more show a picture that another item shows.")
    if progress and progress.done:
        yield StatusLine(text=_summarize(progress))


def _describe_rate(progress: IndexProgress, total: int) -> str:
    """Return how fast it goes and how long it will take: "48 of 171, 8.2 pictures a second, 15 s left"."""
    of = f" of {total}" if total else ""
    if not progress.read or not progress.seconds:
        return f"{progress.done}{of}"
    rate = progress.read / progress.seconds
    left = f", {format_duration((total - progress.done) / rate)} left" if total > progress.done else ""
    return f"{progress.done}{of}, {rate:.1f} pictures a second{left}"


def _summarize(progress: IndexProgress) -> str:
    parts = [f"{progress.read} pictures read in {format_duration(progress.seconds)}"]
    if progress.known:
        parts.append(f"{progress.known} were in the index already")
    if progress.without_picture:
        parts.append(f"{progress.without_picture} records without a picture")
    return f"{', '.join(parts)}."


def _make_rows(hits: Sequence[Hit]) -> list[tuple[str, ...]]:
    rows: list[tuple[str, ...]] = [("", "item", "title", "creator", "date", "rights", "why")]
    for number, hit in enumerate(hits, start=1):
        record = hit.record
        why = [*hit.why, f"the same picture: {', '.join(hit.also)}"] if hit.also else hit.why
        rows.append(
            (
                str(number),
                record.key,
                record.title,
                ", ".join(creator.name for creator in record.creators),
                record.date,
                describe_license(hit),
                "; ".join(why),
            )
        )
    return rows


def _load_library(settings: Settings) -> dict[str, Style]:
    library = load_styles(settings.styles, display_path=settings.styles.name, categories=settings.categories)
    return dict(library.styles)


def _read_library(
    writer: IndexWriter, library: Mapping[str, Style], *, reader: "_LazyReader"
) -> Iterator[StatusLine]:
    """Keep the vectors of the library's artworks that are not in the index yet."""
    known = writer.read_own_styles()
    missing = {
        style.artwork.digest: style.artwork.path
        for style in library.values()
        if style.artwork.digest not in known
    }
    if missing:
        yield StatusLine(text=f"{len(missing)} artworks of your styles are read once, to compare with them.")
        writer.save_own_styles({digest: reader.read(picture) for digest, picture in missing.items()})


def _find_like(
    connection: "sqlite3.Connection",
    like: str,
    owned: Mapping[str, Sequence[float]],
    *,
    reader: "_LazyReader",
) -> tuple[Sequence[float], str]:
    """Return the vector of what hits should be like, and its key if it is an item of the index."""
    if not like:
        return (), ""
    vector = find_vector(connection, like)
    if vector is not None:
        return vector.tolist(), like
    if like in owned:
        return owned[like], ""
    if Path(like).is_file():
        key = find_key(connection, sha256_of(Path(like)))
        vector = find_vector(connection, key) if key else None
        return (reader.read(Path(like)), "") if vector is None else (vector.tolist(), key)
    raise UserError(
        f"--like is {like!r}, which is no item with a picture in the index, no style and no picture here."
        f"{suggestion(like, owned)} Items have names such as met:436528: museum.find shows them."
    )


class _LazyReader:
    """The predictor, loaded when the first picture has to be read."""

    def __init__(self, settings: Settings) -> None:
        self._device = settings.device
        self._reader: VectorReader | None = None

    def load(self) -> VectorReader:
        """Return the predictor."""
        if self._reader is None:
            from ..engine.evaluation.style_vectors import VectorReader as Predictor

            self._reader = Predictor(device=self._device)
        return self._reader

    def read(self, picture: Path) -> Sequence[float]:
        """Return the style vector of a picture; raises UserError if it cannot be read."""
        from ..images.decode import open_photo

        try:
            photo = open_photo(picture)
        except PhotoError as error:
            raise UserError(*(f"{display_path(picture)}: {text}" for text in error.problems)) from None
        reader = self.load()
        return reader.read([reader.prepare(photo)])[0]


def _validate(request: FindRequest) -> None:
    problems = []
    if not describe_request(request):
        problems.append(
            "Name what to find: --like ITEM, --unlike-mine, --color, --text, --years or --rights."
        )
    if not 1 <= request.most <= MOST_SHOWN:
        problems.append(f"--most is {request.most}, but runs from 1 to {MOST_SHOWN}.")
    if request.board and Path(request.board).suffix.lower() not in (".html", ".htm"):
        problems.append(f"--board is {request.board!r}, but must be a page such as found.html")
    if problems:
        raise UserError(*problems)
