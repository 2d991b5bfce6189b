"""The command `museum.search`. Yields the lines to print."""

import json
import shutil
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from ..model.command_name import command
from ..model.errors import UserError
from ..museums.importers.interface import Museum, SearchQuery
from ..museums.importers.registry import MUSEUMS, find_museum
from ..museums.record import MuseumRecord
from ..museums.search import PATIENCE, Unanswered, search
from ..rights.badges import Badge, make_badge
from .blog_folder import read_site
from .museum_access import MuseumAccess

OPEN, ANY = "open", "any"  # of --rights


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchRequest:
    """What was typed."""

    words: str
    at: Sequence[str] = ()  # names of museums; empty for all that can be searched
    most: int = 20  # hits of each museum
    rights: str = ANY
    patience: float = PATIENCE  # seconds
    as_json: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ChosenMuseums:
    """The museums to ask, and those that are left out since there is no key."""

    asked: tuple[Museum, ...]
    without_key: tuple[Museum, ...] = ()


def search_museums(settings_file: str, request: SearchRequest) -> Iterator[str]:
    """Search, and yield the hits as they come; raises UserError for a wrong request, or if nobody answers."""
    site, settings = read_site(settings_file)
    check_request(request)
    access = MuseumAccess(site, settings, settings_file=settings_file)
    chosen = choose_museums(request.at, has_key=access.has_key)

    def badge_of(record: MuseumRecord) -> Badge:
        return make_badge(record.rights.license, policy=settings.policy)

    only_open = request.rights == OPEN
    hits, failures = 0, list[Unanswered]()
    try:
        for found in search(
            chosen.asked,
            SearchQuery(words=request.words, most=request.most, only_open=only_open),
            make_ask=lambda: access.make_client().ask,
            accepts=lambda record: not only_open or badge_of(record).is_open,
            patience=request.patience,
        ):
            if isinstance(found, Unanswered):
                failures.append(found)
                continue
            hits += 1
            if request.as_json:
                yield json.dumps(describe_hit(found, badge_of(found)), ensure_ascii=False)
            else:
                yield "\n".join(format_hit(found, badge_of(found), width=measure_terminal()))
    finally:
        access.close()
    if len(failures) == len(chosen.asked):
        raise UserError(*(f"{failure.museum.title}: {failure.reason}" for failure in failures))
    if request.as_json:
        for failure in failures:
            yield json.dumps({"museum": failure.museum.name, "problem": failure.reason}, ensure_ascii=False)
        return
    if not hits:
        yield f"Nothing was found for {request.words!r}. Try fewer words, or English ones."
    yield from tell_gaps(chosen, failures)


def tell_gaps(chosen: ChosenMuseums, failures: Sequence[Unanswered]) -> Iterator[str]:
    """Yield a line for each museum that failed, and one for those that were left out."""
    yield from (f"{failure.museum.name}: {failure.reason}" for failure in failures)
    if chosen.without_key:
        names = ", ".join(museum.name for museum in chosen.without_key)
        yield f"Not asked, since they need a key: {names}. {command('museum.list')} says where to get one."


def choose_museums(names: Sequence[str], *, has_key: Callable[[Museum], bool]) -> ChosenMuseums:
    """Return the museums of these names, or all that can be searched; raises UserError for a wrong name."""
    if not names:
        all_of_them = [museum for museum in MUSEUMS if museum.ask_search and museum.has_pictures]
        return ChosenMuseums(
            asked=tuple(museum for museum in all_of_them if has_key(museum)),
            without_key=tuple(museum for museum in all_of_them if not has_key(museum)),
        )
    problems: list[str] = []
    found: dict[str, Museum] = {}
    for name in names:
        try:
            museum = find_museum(name)
        except UserError as error:
            problems += error.problems
            continue
        if museum.ask_search is None:
            problems.append(
                f"{museum.title} cannot be searched from here. Search it at {museum.home}, and add what you"
                f" find: {command('museum.add URL')}"
            )
        found[museum.name] = museum
    if problems:
        raise UserError(*problems)
    return ChosenMuseums(asked=tuple(found.values()))


def check_request(request: SearchRequest) -> None:
    """Raise UserError with everything that was typed wrong."""
    problems = []
    if not request.words.strip():
        example = command('museum.search "steam engine"')
        problems.append(f"there is nothing to look for. Name it: {example}")
    if request.rights not in (OPEN, ANY):
        problems.append(f"--rights is {request.rights!r}, but must be {OPEN} or {ANY}.")
    if not 1 <= request.most <= 500:
        problems.append(f"--most is {request.most}, but runs from 1 to 500 hits of each museum.")
    if not 0 < request.patience <= 600:
        problems.append(f"--wait is {request.patience:g}, but runs from above 0 to 600 seconds.")
    if problems:
        raise UserError(*problems)


def describe_hit(record: MuseumRecord, badge: Badge) -> dict[str, object]:
    """Return a hit as it stands in the JSON."""
    return {
        "key": record.key,
        "title": record.title,
        "creator": record.creator,
        "date": record.date,
        "institution": record.institution,
        "rights": {
            "code": record.rights.license.code,
            "name": record.rights.license.name,
            "as_written": record.rights.written,
            "adaptable": badge.kind,
            "words": badge.text,
        },
        "page": record.page,
        "thumbnail": record.thumbnail,
    }


def format_hit(record: MuseumRecord, badge: Badge, *, width: int) -> Iterator[str]:
    """Yield the lines of a hit. Texts are cut to the width; addresses never are, since they are copied.

    width: in columns of a terminal; a Chinese character takes two.
    """
    license = record.rights.license
    mark = "" if badge.is_open else "! "
    who = " · ".join(filter(None, (record.title or "without a title", record.creator, record.date)))
    yield _cut(f"{record.key}  {who}", width)
    yield _cut(
        f"  {mark}{license.name} ({license.code}), {badge.text}"
        + (f" · {record.institution}" if record.institution else ""),
        width,
    )
    yield f"  {record.page}"
    if record.thumbnail:
        yield f"  {record.thumbnail}"


def measure_terminal() -> int:
    """Return how many characters a line may have: those of the terminal, or 120 in a file."""
    return shutil.get_terminal_size().columns if sys.stdout.isatty() else 120


def _cut(text: str, width: int) -> str:
    from rich.cells import cell_len, set_cell_size

    return text if cell_len(text) <= width else f"{set_cell_size(text, max(width - 1, 1)).rstrip()}…"
