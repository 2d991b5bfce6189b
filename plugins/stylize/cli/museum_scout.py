"""The command `museum.scout`: an audition of what a search finds. Yields the lines to print while it runs."""

from collections.abc import Generator, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from ..executors.trial import PICTURE, TrialProcess
from ..model.errors import UserError
from ..museums.errors import MuseumError, RateLimited
from ..museums.http_client.museum_client import MuseumClient
from ..museums.importers.interface import SearchQuery
from ..museums.record import MuseumRecord
from ..museums.scouting import MOST_BYTES, mix, save_picture
from ..museums.search import PATIENCE, Unanswered, search
from ..rights.badges import make_badge
from ..storage.atomic_files import display_path
from ..styles.artwork_record import make_slug
from .blog_folder import read_site
from .console import StatusLine
from .museum_access import MuseumAccess
from .museum_search import SearchRequest, check_request, choose_museums, tell_gaps
from .styles_audition import AuditionRequest, audition

FOLDER = "museums/scout"  # below the store, with a folder for each search


@dataclass(frozen=True, slots=True, kw_only=True)
class ScoutRequest:
    """What was typed."""

    words: str
    at: Sequence[str] = ()  # names of museums; empty for all that can be searched
    most: int = 24  # artworks in all
    photos: str = ""  # a folder; "" takes the panel
    category: str = ""  # of the styles that the board's commands make
    to: str = ""  # the board; "" puts it into the store
    patience: float = PATIENCE  # seconds


def scout(settings_file: str, request: ScoutRequest) -> Iterator[StatusLine]:
    """Search, save a picture of each hit that may be adapted, and audition them.

    What is saved stays, and is not downloaded again. Raises UserError if nothing was found.
    """
    site, settings = read_site(settings_file)
    check_request(SearchRequest(words=request.words, most=request.most, patience=request.patience))
    if request.category and request.category not in settings.categories:
        raise UserError(
            f"--category is {request.category!r}, but must be one of: {', '.join(settings.categories)}."
        )
    access = MuseumAccess(site, settings, settings_file=settings_file)
    chosen = choose_museums(request.at, has_key=access.has_key)
    folder = settings.store / FOLDER / (make_slug(request.words) or "search")
    most_hits = request.most * len(chosen.asked)
    failures, hits = list[Unanswered](), list[MuseumRecord]()
    try:
        for found in search(
            chosen.asked,
            SearchQuery(words=request.words, most=request.most, only_open=True),
            make_ask=lambda: access.make_client().ask,
            accepts=lambda hit: make_badge(hit.rights.license, policy=settings.policy).is_open,
            patience=request.patience,
        ):
            if isinstance(found, Unanswered):
                failures.append(found)
            else:
                hits.append(found)
                yield StatusLine(text=f"found {found.key}", transient=True, done=len(hits), total=most_hits)
        saved = yield from _save(mix(hits), folder, client=access.make_client(), most=request.most)
    finally:
        access.close()
    for line in tell_gaps(chosen, failures):
        yield StatusLine(text=line)
    if not saved:
        raise UserError(
            f"no picture that may be adapted was found for {request.words!r}. Try other words, or other"
            " museums: --at met,nasa"
        )
    yield StatusLine(text=f"{len(saved)} artworks are in {display_path(folder)}.")
    yield from audition(
        settings_file,
        AuditionRequest(
            places=[display_path(path) for path in saved],
            photos=request.photos,
            to=request.to,
            category=request.category,
        ),
    )


def _save(
    hits: Sequence[MuseumRecord], folder: Path, *, client: MuseumClient, most: int
) -> Generator[StatusLine, None, list[Path]]:
    """Save the pictures of hits until there are enough; returns their paths."""
    saved: list[Path] = []
    trial, busy = TrialProcess(PICTURE), set[str]()
    today = date.today().isoformat()
    try:
        for hit in hits:
            if len(saved) == most:
                break
            if hit.museum in busy:
                continue
            try:
                scouted = save_picture(
                    hit,
                    folder,
                    download=lambda address, path: client.download(address, path, most=MOST_BYTES),
                    trial=trial,
                    today=today,
                )
            except RateLimited as error:
                busy.add(hit.museum)
                yield StatusLine(text=f"{hit.key}: {error}")
            except MuseumError as error:
                yield StatusLine(text=f"{hit.key}: {error}")
            else:
                saved.append(scouted.path)
                if scouted.is_new:
                    yield StatusLine(text=f"saved {hit.key}", transient=True, done=len(saved), total=most)
    finally:
        trial.close()
    return saved
