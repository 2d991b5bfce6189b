"""The command `museum.add`. Yields the lines to print."""

import shutil
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import count
from pathlib import Path

from ..blog.settings import Settings
from ..executors.factory import make_executor
from ..executors.trial import PICTURE, TrialProcess
from ..model.command_name import command
from ..model.entities import Decision, MuseumItem
from ..model.errors import PhotoError, UserError
from ..museums.citation import Citation, describe_work, format_citation
from ..museums.clearance import find_refusal
from ..museums.errors import MuseumError, UnexpectedAnswer
from ..museums.holdings import PHOTO, STYLE, find_holdings
from ..museums.http_client.museum_client import MuseumClient
from ..museums.http_client.verdicts import BY_HAND
from ..museums.iiif.pictures import LoadedPicture, load_picture_of
from ..museums.importers.answer import Answer
from ..museums.importers.interface import Request
from ..museums.importers.plain_texts import hide_keys
from ..museums.importers.registry import find_item
from ..museums.importers.statements import find_license
from ..museums.lookup import FoundItem, look_up
from ..museums.originals import MANIFEST, Originals
from ..museums.photo_files import PhotoCredit, get_suffix, write_photo
from ..museums.record import MuseumRecord, Rights
from ..museums.saved_page.page_file import read_saved_page
from ..rights.museum_item import CITATION
from ..storage.atomic_files import STORE, display_path, explain_refusals
from ..storage.store import Store
from ..styles.add import StyleRequest, add_style
from ..styles.artwork_record import check_slug, make_slug
from ..styles.style_toml import check_category
from .blog_folder import read_site
from .console import StatusLine, end_sentence
from .museum_access import MuseumAccess
from .museum_page import find_asker, import_page
from .museum_series import Place, find_free_slug, list_members

USES = (STYLE, PHOTO)
FOLDER = "photos"  # below the content
LARGEST_PAGE = 1_000_000  # characters of a saved page that are kept; what it says stands near its beginning
_OF_CREDIT = ("title", "creator", "date", "institution", "accession", "medium", "source_url", "image_url")


@dataclass(frozen=True, slots=True, kw_only=True)
class AddRequest:
    """What was typed."""

    places: Sequence[str]
    use: str  # STYLE or PHOTO
    given: Mapping[str, str]  # fields of the record, and of the style; "" for what was not typed
    decision: str = ""
    by: str = ""
    canvas: str = ""  # which picture of a IIIF manifest, from 1
    region: str = ""  # the part of the picture to fetch: "pct:10,10,50,50"
    most: int = 1_000_000_000  # bytes of a picture
    page: str = ""  # a page that was saved in a browser, in place of an item
    image: str = ""  # and its picture
    series: bool = False  # each place is a series, whose works are added
    most_items: int = 20  # of a series

    @property
    def problems(self) -> list[str]:
        """What is wrong with it."""
        found = []
        if self.use not in USES:
            found.append(f"--as is {self.use!r}, but must be one of: {', '.join(USES)}.")
        if self.page and self.places:
            found.append("--page is one item. Leave out the others.")
        if self.series and (self.use != STYLE or self.page):
            found.append("--series makes a style of each work: --as style, and no --page.")
        if self.series and (typed := [n for n in ("slug", "title", "crop") if self.given.get(n)]):
            found.append(f"--{typed[0]} is for one item, and a series has several.")
        if self.image and not self.page:
            found.append("--image belongs to a saved page: --page saved.html")
        if not self.places and not self.page:
            found.append(f"name an item: {command('museum.add https://... --as style --category art')}")
        if self.use == PHOTO and (typed := [n for n in ("category", "meaning", "crop") if self.given.get(n)]):
            found.append(f"--{typed[0]} is for styles. Leave it out, or write --as style.")
        if len(self.places) > 1 and (typed := [n for n in ("slug", "title", "crop") if self.given.get(n)]):
            found.append(f"--{typed[0]} is for one item, and {len(self.places)} are named.")
        if self.use == PHOTO and (slug := self.given.get("slug", "")):
            found += check_slug(slug)
        if self.canvas and not self.canvas.isdecimal():
            found.append(f"--canvas is {self.canvas!r}, but must be a number: the first picture is 1.")
        if self.region and self.given.get("crop"):
            found.append("--region says which part to fetch, so leave out --crop.")
        if self.given.get("license") and not self.decision and not self.page:
            found.append('--license contradicts the museum, so say why: --decision "..."')
        return found


def add(settings_file: str, request: AddRequest) -> Iterator[StatusLine]:
    """Add items to the blog, as styles or photos, one after the other; yields the lines to print.

    Raises UserError at the end with every item that was not added, and why; nothing of it is left behind.
    """
    site, settings = read_site(settings_file)
    if request.problems:
        raise UserError(*request.problems)
    if request.use == STYLE:
        category = request.given.get("category", "")
        if not category:
            raise UserError(f"--category is missing. Write one of: {', '.join(settings.categories)}.")
        if wrong := check_category(category, settings.categories, where="--category"):
            raise UserError(*wrong)
    access = MuseumAccess(site, settings, settings_file=settings_file)
    client = access.make_client()
    problems: list[str] = []
    adder = None
    try:
        yield from access.take_turn()
        adder = _Adder(client, settings, content=Path(site["PATH"]), request=request)
        for place in request.places or [request.page]:
            try:
                found = list_members(place, client, most=request.most_items) if request.series else None
                for member in found or [Place(place=place)]:
                    if isinstance(member, str):
                        yield StatusLine(text=member)
                        continue
                    try:
                        yield from adder.add_page() if request.page else adder.add(member)
                    except (MuseumError, UserError) as error:
                        problems += _explain(error)
            except (MuseumError, UserError) as error:
                problems += _explain(error)
    finally:
        if adder:
            adder.close()
        access.close()
    if problems:
        raise UserError(*problems)


def _explain(error: MuseumError | UserError) -> Sequence[str]:
    if isinstance(error, UserError):
        return error.problems
    advice = ""
    if isinstance(error, UnexpectedAnswer):
        advice = f" If it stays so: {BY_HAND[0].lower()}{BY_HAND[1:]}."
    elif str(error).endswith(("(404)", "(410)")):
        advice = " See in a browser whether the address is right."
    return [end_sentence(str(error)) + advice]


class _Adder:
    """Adds one item after the other."""

    def __init__(
        self, client: MuseumClient, settings: Settings, *, content: Path, request: AddRequest
    ) -> None:
        self._client, self._settings, self._content, self._request = client, settings, content, request
        self._originals = Originals(settings.museum_originals, manifest=Path(MANIFEST))
        self._trial = TrialProcess(PICTURE)
        self._member = Place(place="")
        holdings = find_holdings(settings.styles, content)
        self._there = {
            holding.museum.item: str(holding) for holding in holdings if holding.use == request.use
        }

    def add(self, member: Place) -> Iterator[StatusLine]:
        """Add an item, unless it is there already."""
        place, self._member = member.place, member
        museum, item = find_item(f"{place}#canvas={self._request.canvas}" if self._request.canvas else place)
        if there := self._there.get(f"{museum.name}:{item}"):
            yield StatusLine(text=f"{hide_keys(place)}: it is {there} already.")
            return
        found = look_up(museum, item, self._client.ask)
        record, decision = self._decide(found.record)
        if there := self._there.get(record.key):
            yield StatusLine(text=f"{hide_keys(place)}: it is {there} already.")
            return
        if refusal := find_refusal(record, policy=self._settings.policy, decision=decision):
            raise UserError(refusal)
        with Store(self._settings.store).incoming() as folder:
            yield StatusLine(text=f"downloading {record.title}", transient=True)
            with explain_refusals(folder, doing="loading a museum's picture", setting=STORE):
                loaded = self._load(record, folder)
            if loaded.note:
                yield StatusLine(text=f"{record.key}: {loaded.note}")
            loaded = self._check(loaded, record)
            write = self._write_style if self._request.use == STYLE else self._write_photo
            yield from write(replace(found, record=record), loaded, decision=decision)

    def add_page(self) -> Iterator[StatusLine]:
        """Add the item of a page that was saved in a browser."""
        request, author = self._request, self._settings.author
        by = request.by or (author.name if author and request.given.get("license") else "")
        lines = import_page(
            Path(request.page),
            image=Path(request.image) if request.image else None,
            given={**request.given, "by": by, "decision": request.decision},
            today=date.today(),
            ask=find_asker(),
        )
        imported = None
        while imported is None:
            try:
                yield StatusLine(text=next(lines))
            except StopIteration as end:
                imported = end.value
        record = imported.record
        if refusal := find_refusal(record, policy=self._settings.policy, decision=imported.decision):
            raise UserError(refusal)
        page = read_saved_page(Path(request.page)).html[:LARGEST_PAGE]
        answer = Answer(url=record.page, body=page.encode(), media_type="text/html; charset=utf-8")
        with Store(self._settings.store).incoming() as folder:
            path = folder / "picture"
            if isinstance(imported.picture, bytes):
                path.write_bytes(imported.picture)
            else:
                shutil.copyfile(imported.picture, path)
            url = next((image.url for image in record.images), "")
            loaded = self._check(LoadedPicture(path=path, url=url), record)
            write = self._write_style if request.use == STYLE else self._write_photo
            yield from write(FoundItem(record=record, answers=(answer,)), loaded, decision=imported.decision)

    def close(self) -> None:
        self._trial.close()

    def _decide(self, record: MuseumRecord) -> tuple[MuseumRecord, Decision | None]:
        """Return the record with the license that a person has found, and that person's decision."""
        if not self._request.decision:
            return record, None
        author = self._settings.author
        by = self._request.by or (author.name if author else "")
        if not by:
            raise UserError("--decision needs a name: --by NAME")
        if code := self._request.given.get("license"):
            license = find_license(code)
            if license is None:
                raise UserError(f"--license: there is no license {code!r}.")
            rights: Rights = replace(record.rights, license=license)
            record = replace(record, rights=rights)
        decision = Decision(text=self._request.decision, by=by, on=date.today().isoformat())
        return record, decision

    def _load(self, record: MuseumRecord, folder: Path) -> LoadedPicture:
        """Download the best picture that is there, or the part that is wanted."""
        if not record.images and not record.image_service:
            raise UserError(
                f"{record.key}, {record.title!r}: the museum offers no picture of it for download. Save one"
                f" by hand from {record.page}, and add it: {command('museum.add --page ... --image ...')}"
            )
        numbers = count()
        try:
            return load_picture_of(
                record,
                ask=lambda url: self._client.ask(Request(url=url)),
                fetch=lambda url: (
                    self._client.download(url, folder / f"file-{next(numbers)}", most=self._request.most).path
                ),
                into=folder / "picture",
                region=self._request.region,
            )
        except MuseumError as error:
            picture = next((image.url for image in record.images), record.image_service)
            raise type(error)(
                f"{record.key}, {record.title!r}: its record is there, but not its picture,"
                f" {picture}: {error}"
            ) from None

    def _check(self, loaded: LoadedPicture, record: MuseumRecord) -> LoadedPicture:
        """Give the picture a name that says its format; raises UserError if it cannot be read."""
        try:
            self._trial.check(loaded.path)
            suffix = get_suffix(loaded.path)
        except PhotoError as error:
            raise UserError(*(f"{record.key}, {loaded.url}: {text}" for text in error.problems)) from None
        path = loaded.path.with_name(f"original{suffix}")
        loaded.path.rename(path)
        return replace(loaded, path=path)

    def _write_style(
        self, found: FoundItem, loaded: LoadedPicture, *, decision: Decision | None
    ) -> Iterator[StatusLine]:
        record, picture = found.record, loaded.path

        def complete(folder: Path) -> None:
            kept = self._originals.keep(
                picture, name=picture.name, item=record.key, url=loaded.url, beside=folder
            )
            citation = Citation(record=record, original=kept, answers=found.answers, region=loaded.region)
            (folder / CITATION).write_bytes(format_citation(citation))

        style = StyleRequest(
            picture=picture,
            given={
                **self._describe(record, loaded),
                **(
                    {"slug": find_free_slug(record.title, self._settings.styles)}
                    if self._member.parent
                    else {}
                ),
                **self._typed(),
                **self._crop_of(loaded),
            },
            decision=decision,
            came_from=self._came_from(record),
            museum=self._make_item(record, loaded),
            complete=complete,
        )
        try:
            with self._originals.all_or_none():
                added = add_style(
                    style,
                    self._settings.styles,
                    make_executor(self._settings.executor, device=self._settings.device),
                    categories=self._settings.categories,
                    policy=self._settings.policy,
                )
        except UserError as error:  # its picture lies in a folder that is gone when this is read
            here = display_path(picture)
            raise UserError(*(text.replace(here, record.key) for text in error.problems)) from None
        self._there[record.key] = f"the style {added.slug!r}"
        width, height = added.size
        yield StatusLine(
            text=f"{display_path(added.folder)}: {added.title!r}, {width} x {height} pixels,"
            f" {record.rights.license.name}, from {record.page}"
        )
        yield StatusLine(text=f"  See it in a post: Style: {added.slug}")

    def _write_photo(
        self, found: FoundItem, loaded: LoadedPicture, *, decision: Decision | None
    ) -> Iterator[StatusLine]:
        record, picture = found.record, loaded.path
        facts = {**self._describe(record, loaded), **self._typed()}
        name = facts.pop("slug", "") or make_slug(facts["title"]) or make_slug(record.item)
        if not name:
            raise UserError(f"{record.key}: its title makes no name for the photo. Name it: --slug NAME")
        folder = self._content / FOLDER
        credit = PhotoCredit(
            facts={field: facts.get(field, "") for field in (*_OF_CREDIT, "license", "credit_line", "alt")},
            decision=decision,
            museum=self._make_item(record, loaded),
            comment=self._came_from(record),
        )
        with self._originals.all_or_none():
            kept = self._originals.keep(
                picture,
                name=f"{name}{picture.suffix}",
                item=record.key,
                url=loaded.url,
                beside=None,
                aside=loaded.crop is not None,
            )
            citation = Citation(record=record, original=kept, answers=found.answers, region=loaded.region)
            photo = write_photo(
                picture, credit, folder, name=name, citation=format_citation(citation), crop=loaded.crop
            )
        self._there[record.key] = f"the photo {str(photo.relative_to(self._content))!r}"
        yield StatusLine(
            text=f"{display_path(photo)}: {facts['title']!r}, {record.rights.license.name},"
            f" from {record.page}"
        )
        yield StatusLine(text=f"  Use it in a post: Photos: {photo.name}")
        if not facts.get("alt"):
            yield StatusLine(
                text="  The museum does not say what it shows. Write it as alt into"
                f" {display_path(photo.with_suffix('.toml'))}"
            )

    def _describe(self, record: MuseumRecord, loaded: LoadedPicture) -> dict[str, str]:
        return {**describe_work(record, image_url=loaded.url), "alt": record.alt}

    def _crop_of(self, loaded: LoadedPicture) -> dict[str, str]:
        return {"crop": str(loaded.crop)} if loaded.crop else {}

    def _typed(self) -> dict[str, str]:
        return {name: value for name, value in self._request.given.items() if value and name != "license"}

    def _make_item(self, record: MuseumRecord, loaded: LoadedPicture) -> MuseumItem:
        return MuseumItem(
            item=record.key,
            checked=date.today().isoformat(),
            region=loaded.region,
            part_of=self._member.part_of or (record.part_of[0] if record.part_of else ""),
            parent=self._member.parent,
        )

    def _came_from(self, record: MuseumRecord) -> str:
        how = "from a page that was saved by hand, added" if self._request.page else "as asked"
        return f"{record.institution or record.museum}, {record.key}, {how} on {date.today().isoformat()}"
