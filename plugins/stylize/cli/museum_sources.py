"""What museums send for the index: the hits of a search, and the works of a IIIF collection."""

from collections.abc import Iterator, Sequence
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

from ..blog.settings import Settings
from ..model.errors import UserError
from ..museums.errors import MuseumError, NoSuchItem, RateLimited
from ..museums.http_client.museum_client import MuseumClient
from ..museums.iiif.series import list_series
from ..museums.importers.interface import Request, SearchQuery
from ..museums.importers.registry import find_item
from ..museums.index.sources import SourceEntry
from ..museums.lookup import look_up
from ..museums.record import MuseumRecord
from ..museums.scouting import MOST_BYTES, choose_pictures
from ..museums.search import Unanswered, search
from .blog_folder import read_site
from .console import end_sentence
from .museum_access import MuseumAccess
from .museum_search import choose_museums, tell_gaps


class MuseumSources:
    """Asks museums while the index is built. `notices` has what did not come, and why."""

    def __init__(self, settings_file: str) -> None:
        site, settings = read_site(settings_file)
        self._settings: Settings = settings
        self._access = MuseumAccess(site, settings, settings_file=settings_file)
        self._client: MuseumClient = self._access.make_client()
        self.notices: list[str] = []

    def search(self, words: str, *, at: Sequence[str], most: int) -> Iterator[SourceEntry]:
        """Yield the hits of museums; at: their names, none for all that can be searched. most: for each."""
        chosen = choose_museums(at, has_key=self._access.has_key)
        failures: list[Unanswered] = []
        for found in search(
            chosen.asked,
            SearchQuery(words=words, most=most, only_open=False),
            make_ask=lambda: self._access.make_client().ask,
        ):
            if isinstance(found, Unanswered):
                failures.append(found)
            else:
                yield self._make_entry(found)
        self.notices += tell_gaps(chosen, failures)

    def read_collection(self, address: str, *, most: int) -> Iterator[SourceEntry]:
        """Yield the works of a IIIF collection, or the canvases of a manifest; or raise UserError."""
        try:
            series = list_series(address, ask=lambda url: self._client.ask(Request(url=url)), most=most)
        except MuseumError as error:
            raise UserError(f"{address}: {error}.") from None
        self.notices += series.problems
        for member in series.members:
            museum, item = find_item(f"iiif:{member.item}")
            try:
                yield self._make_entry(look_up(museum, item, self._client.ask).record)
            except RateLimited as error:
                self.notices.append(f"{error}. The same command goes on.")
                return
            except MuseumError as error:
                self.notices.append(end_sentence(str(error)))

    def close(self) -> None:
        """Save how much was asked for."""
        self._access.close()

    def _make_entry(self, record: MuseumRecord) -> SourceEntry:
        has_picture = record.images or record.image_service or record.thumbnail
        return SourceEntry(record=record, load=partial(self._load, record) if has_picture else None)

    def _load(self, record: MuseumRecord) -> bytes:
        """Return a picture of moderate size; raises MuseumError if none can be had."""
        last: MuseumError = NoSuchItem("the museum offers no picture of it")
        with TemporaryDirectory() as folder:
            path = Path(folder) / "picture"
            for address in choose_pictures(record):
                try:
                    self._client.download(address, path, most=MOST_BYTES)
                    return path.read_bytes()
                except RateLimited:
                    raise
                except MuseumError as error:
                    last = error
        raise last
