"""The site's settings of the plugin: Pelican's dict becomes a frozen dataclass, once."""

import os
import re
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..costs.prices import Tariff
from ..model.entities import CATEGORIES, Author, License, Parameters
from ..model.errors import UserError, suggestion
from ..model.image_sizes import LARGEST, WIDTHS
from ..model.memory_limit import parse_bytes
from ..model.methods import OPTIMIZE_SIDE
from ..model.picture_options import PHOTO
from ..model.qualities import WORDS, explain_old_word
from ..rights.vocabulary import LICENSES
from ..storage.toml_tables import from_table

if TYPE_CHECKING:
    from ..executors.interface import Executor
    from ..rights.rules import SitePolicy
else:
    Executor = object  # `from_table` needs the name, and a build with nothing to draw loads no executor

DEVICES = ("auto", "cuda", "mps", "cpu")
EXECUTORS = ("local", "inline")
SIGNING = ("off", "if-key", "required")
PLACES = {  # of the plugin's own pages, below output/
    "styles_page": "styles/",
    "credits_page": "credits/",
    "provenance_page": "provenance/",
    "image_sitemap": "image-sitemap.xml",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """What `STYLIZE` in pelicanconf.py may say, with its defaults."""

    author: Author | None = None  # whose photos carry no credit file of their own
    style: str = ""  # for posts that name none
    strength: float = 1.0  # 0 to 1
    stroke: float = 1.0  # 0.1 to 4
    color: float = 0.0  # 0 to 1, or "photo", which is 1
    tone: float = 0.0  # the same
    long_edge: int = 1600  # pixels of the stylized picture's longer side; "photo" keeps that of the photo
    widths: tuple[int, ...] = WIDTHS  # pixels: in which the pictures of posts are published
    quality: str = "good"  # "quick", "good" or "best", for pictures that name none
    cover_quality: str = ""  # the same for covers; "" as for the rest
    best_long_edge: int = 1200  # pixels, of a picture of the best quality
    styles: Path = Path("styles")  # the style library
    categories: tuple[str, ...] = CATEGORIES  # that a style may have
    store: Path = Path(".stylize")  # the store: keeps pictures between builds
    words: Path | None = None  # a folder of the site's own words, a file for each language; see `catalogs`
    folder: str = "pictures"  # where they are published, below output/
    sizes: str = "(min-width: 60rem) 56rem, 100vw"  # the HTML attribute, for the theme in use
    cover_sizes: str = "100vw"  # the same, for the picture before the text
    css: bool = (
        True  # give pages with pictures the rules of theme/figures.css; False if the theme has its own
    )
    device: str = "auto"
    executor: str | Executor = (
        "local"  # or "inline", or an object that implements executors.interface.Executor
    )
    workers: int = 1  # processes that stylize; each holds the network once
    memory_limit: int = 0  # bytes, or "3 GB": of a whole build; 0 for most of what the machine has to spare
    originals: bool = False  # publish the photos' own files too
    publish_positions: bool = False  # publish files as they are that say where they were taken
    placeholders: bool = True  # mark a picture that could not be made; False refuses to publish
    # True writes them even if no post asks for a picture, False never, None with the first picture.
    style_pages: bool | None = None  # of all styles, and of each
    provenance_pages: bool | None = None  # the credits of all works, and what they mean
    styles_page: str = PLACES["styles_page"]  # where these pages are, below output/; "" for none
    credits_page: str = PLACES["credits_page"]
    provenance_page: str = PLACES["provenance_page"]
    image_sitemap: str = PLACES["image_sitemap"]
    cover_field: str = ""  # an attribute of posts, such as "cover", that gets the path of the first picture
    commercial: bool = False  # advertising, a shop, sponsored posts: works for non-commercial use stay out
    country: str = ""  # two letters of ISO 3166, where the site is published: "DE"
    license: License | None = None  # of pictures whose works leave the choice; None for the author's
    contact: str = ""  # where museums may write to: a mail address, or a page; "" for SITEURL
    museum_originals: Path = Path("museum-originals")  # for large files of museums, outside git
    c2pa: str = "off"  # sign each picture with the author's key: "if-key" if there is one, or "required"
    c2pa_folder: Path | None = None  # of the key, outside the site; None for the usual one
    price_per_hour: float = 0.0  # of a rented machine, in `currency`; 0 if it is the author's own
    price_per_kwh: float | None = None  # of electricity; None for the usual price, or 0 on a rented machine
    watts: float | None = None  # power of the machine at work, if no meter can be read; None: see `prices`
    currency: str = "$"  # of these prices: a sign or a code

    @property
    def parameters(self) -> Parameters:
        """The site's default for every picture; one of the best quality has a long edge of its own."""
        return Parameters(
            strength=self.strength,
            long_edge=self.long_edge,
            stroke=self.stroke,
            color=self.color,
            tone=self.tone,
        )

    @property
    def policy(self) -> "SitePolicy":
        """What of the settings decides what may be published."""
        from ..rights.rules import SitePolicy  # a build with nothing new decides nothing

        return SitePolicy(commercial=self.commercial, country=self.country, license=self.license)

    @property
    def tariff(self) -> Tariff:
        """The prices in force."""
        return Tariff(
            price_per_hour=self.price_per_hour,
            price_per_kwh=self.price_per_kwh,
            watts=self.watts,
            currency=self.currency,
        )

    @property
    def parallel_jobs(self) -> int:
        """How many pictures are stylized at the same time and share the machine."""
        return self.workers if self.executor == "local" else 1


def load_settings(site: Mapping[str, Any], *, folder: Path | None = None) -> Settings:
    """Return our settings from Pelican's; raises UserError with every problem in them.

    folder: of the settings file, from which relative paths start, as Pelican's own PATH does; None finds it.
    """
    base = folder or find_settings_folder(site)
    settings = read_settings(site.get("STYLIZE") or {}, base=base, where="STYLIZE")
    return replace(settings, placeholders=False) if site.get("STYLIZE_PUBLISH") else settings


def find_settings_folder(site: Mapping[str, Any]) -> Path:
    """Return the folder of the file that Pelican's settings came from; the current one if there is none.

    Pelican does not say which file it was. But it keeps the module of the file loaded and its values
    unchanged, so this looks for the loaded module with the most values in common.
    """
    best, most = Path.cwd(), 0
    for module in list(sys.modules.values()):
        values = getattr(module, "__dict__", {})
        file = values.get("__file__")
        if not file or not _MARKS & values.keys():
            continue
        shared = sum(name in site and site[name] is value for name, value in values.items() if name.isupper())
        if shared > most:
            best, most = Path(file).absolute().parent, shared
    return best


_MARKS = frozenset(("SITENAME", "STYLIZE", "PATH", "PLUGINS", "AUTHOR", "THEME"))  # of settings files


def read_settings(given: Mapping[str, Any], *, base: Path, where: str) -> Settings:
    """Check the STYLIZE dict of pelicanconf.py; raises UserError with every problem in it.

    base: the folder that relative paths start from.
    """
    if not isinstance(given, Mapping) or not all(isinstance(name, str) for name in given):
        raise UserError(
            f"{where} is {given!r}, but must be a dict of settings, as in {where} = {{'style': 'ink'}}"
        )
    table = dict(given)
    _refuse_old_words(table, where=where)
    author = table.pop("author", None)
    executor = table.pop("executor", "local")
    license = table.pop("license", "")
    table |= {name: 1.0 for name in ("color", "tone") if table.get(name) == PHOTO}
    problems: list[str] = []
    if table.get("long_edge") == "photo":
        table["long_edge"] = LARGEST
    if isinstance(table.get("memory_limit"), str):
        try:
            table["memory_limit"] = parse_bytes(table["memory_limit"])
        except ValueError as error:
            del table["memory_limit"]
            problems.append(f"{where}: memory_limit: {error}.")
    settings = from_table(Settings, table, where=where)
    if author is not None:
        try:
            author = _read_author(author, where=f"{where}['author']")
        except UserError as error:
            problems.extend(error.problems)
    try:
        license = _read_license(license, author=author, where=where)
    except UserError as error:
        problems.extend(error.problems)
    if settings.country and not re.fullmatch("[A-Za-z]{2}", settings.country):
        problems.append(
            f"{where}: country is {settings.country!r}, but must be two letters of ISO 3166 such as 'DE'."
        )
    if settings.device not in DEVICES:
        problems.append(_not_one_of("device", settings.device, DEVICES, where=where))
    if isinstance(executor, str) and executor not in EXECUTORS:
        problems.append(_not_one_of("executor", executor, EXECUTORS, where=where))
    if not isinstance(executor, str):
        problems += [
            f"{where}: executor has no method {name}(), which executors.interface.Executor describes."
            for name in ("prepare", "run", "close")
            if not hasattr(executor, name)
        ]
    problems += [
        _not_one_of(name, value, WORDS, where=where)
        for name, value in (("quality", settings.quality), ("cover_quality", settings.cover_quality))
        if value not in WORDS and (value or name == "quality")
    ]
    if not OPTIMIZE_SIDE <= settings.best_long_edge <= 16_384:
        edge = settings.best_long_edge
        problems.append(f"{where}: best_long_edge is {edge}, but runs from {OPTIMIZE_SIDE} to 16384 pixels.")
    if not settings.categories or not all(name.strip() == name != "" for name in settings.categories):
        problems.append(
            f"{where}: categories is {settings.categories!r}, but must be a list of names such as"
            " ['art', 'space']."
        )
    if not re.fullmatch(r"[\x21-\x7e]*", settings.contact):
        problems.append(
            f"{where}: contact is {settings.contact!r}, but must be a mail address or the address of a page."
        )
    if settings.c2pa not in SIGNING:
        problems.append(_not_one_of("c2pa", settings.c2pa, SIGNING, where=where))
    if settings.memory_limit < 0:
        problems.append(f"{where}: memory_limit is {settings.memory_limit}; write '3 GB', or leave it out.")
    if not settings.widths or not all(16 <= width <= LARGEST for width in settings.widths):
        problems.append(
            f"{where}: widths is {list(settings.widths)}, but must be a list of widths from 16 to {LARGEST}"
            f" pixels such as {list(WIDTHS)}."
        )
    if settings.workers < 1:
        problems.append(f"{where}: workers is {settings.workers}, but at least one must work.")
    if not settings.folder or settings.folder.startswith("/") or ".." in Path(settings.folder).parts:
        problems.append(f"{where}: folder is {settings.folder!r}, but must name a folder inside output/.")
    places = {name: _normalize_place(getattr(settings, name)) for name in PLACES}
    problems += _check_places(places, where=where)
    if settings.cover_field and (
        not settings.cover_field.isidentifier() or settings.cover_field in _PELICANS
    ):
        problems.append(
            f"{where}: cover_field is {settings.cover_field!r}, but must be the name of a field that your "
            "theme shows as a picture, such as 'cover'."
        )
    for name in ("parameters", "tariff"):
        try:
            getattr(settings, name)  # it checks the ranges
        except ValueError as error:
            problems.append(f"{where}: {error}.")
    if problems:
        raise UserError(*problems)
    return replace(
        settings,
        styles_page=places["styles_page"],
        credits_page=places["credits_page"],
        provenance_page=places["provenance_page"],
        image_sitemap=places["image_sitemap"],
        author=author,
        executor=executor,
        country=settings.country.upper(),
        widths=tuple(sorted(set(settings.widths))),
        license=license,
        styles=base / settings.styles.expanduser(),
        store=base / settings.store.expanduser(),
        words=base / settings.words.expanduser() if settings.words else None,
        museum_originals=base / settings.museum_originals.expanduser(),
        c2pa_folder=_key_folder(settings.c2pa_folder, base=base),
    )


# Attributes of Pelican's own, which mean something else than a picture.
_PELICANS = frozenset(
    (
        *("title", "content", "summary", "date", "modified", "author", "authors", "category", "tags", "slug"),
        *("lang", "status", "url", "save_as", "template", "settings", "metadata", "translations", "stylize"),
    )
)


def _check_places(places: Mapping[str, str], *, where: str) -> Iterator[str]:
    """Yield what is wrong with the settings of `PLACES`; a place of "" leaves that page out."""
    seen: dict[str, str] = {}
    for name, url in places.items():
        is_page = name != "image_sitemap"
        if not url:
            continue
        if url.startswith("/") or ".." in url.split("/") or "\\" in url or ":" in url:
            usual = PLACES[name]
            yield f"{where}: {name} is {url!r}, but must be a place inside output/, such as {usual!r}."
        elif is_page and not url.endswith(("/", ".html")):
            yield f"{where}: {name} is {url!r}. End it with '/' or '.html': {f'{url}/'!r}."
        elif url in seen:
            yield f"{where}: {name} and {seen[url]} are both {url!r}. Give each a place of its own."
        seen.setdefault(url, name)


def _normalize_place(url: str) -> str:
    """Return a URL as Pelican writes it: "credits/" for "credits/index.html"."""
    return url[: -len("index.html")] if f"/{url}".endswith("/index.html") and url != "index.html" else url


def _refuse_old_words(table: Mapping[str, Any], *, where: str) -> None:
    """Raise UserError if there is a setting that the qualities replace."""
    problems = [
        f"{where}: {explain_old_word(f'setting {old!r}', str(table[old]), write=f'{new!r}: {{!r}}')}"
        for old, new in (("method", "quality"), ("cover_method", "cover_quality"))
        if old in table
    ]
    if "optimize_long_edge" in table:
        problems.append(f"{where}: there is no setting 'optimize_long_edge'. Write 'best_long_edge'.")
    if problems:
        raise UserError(*problems)


def _key_folder(given: Path | None, *, base: Path) -> Path:
    """Return the folder of the key: from the settings or the environment, or else named like the blog."""
    if given is None and os.environ.get("STYLIZE_C2PA_FOLDER"):
        given = Path(os.environ["STYLIZE_C2PA_FOLDER"])
    if given is None:
        home = Path(os.environ.get("XDG_CONFIG_HOME") or "~/.config")
        given = home / "pelican-stylize" / "keys" / (base.resolve().name or "blog")
    return base / given.expanduser()


def _read_author(given: object, *, where: str) -> Author:
    if not isinstance(given, Mapping):
        raise UserError(f'{where} must be a dict such as {{"name": "Ana", "license": "CC-BY-4.0"}}.')
    table = dict(given)
    license = _license(str(table.pop("license", "OWN")), where=where)
    author = from_table(_AuthorTable, table, where=where)
    # The author needs no license for their own photos.
    return Author(name=author.name, url=author.url, license=replace(license, family="OWN"))


def _read_license(given: object, *, author: object, where: str) -> License | None:
    """Return the license of pictures whose works leave the choice; by default that of the author's photos."""
    if not isinstance(given, str):
        raise UserError(f"{where}: license must be text, but is {given!r}.")
    if not given:
        license = author.license if isinstance(author, Author) else None
        return license if license and _is_given(license) and license.code != "OWN" else None
    license = _license(given, where=where)
    if not _is_given(license):
        raise UserError(
            f"{where}: license is {given!r}, which nobody can give to a picture. Name a license of Creative "
            "Commons, such as 'CC-BY-4.0', or 'OWN' to keep all rights."
        )
    return license


def _license(written: str, *, where: str) -> License:
    if written in LICENSES:
        return LICENSES[written]
    from ..rights.license_parser import (
        parse_license,  # for other spellings; most builds need not load it
    )

    return parse_license(written, where=where)


def _is_given(license: License) -> bool:
    """Whether an author can publish a work under it; other statements only describe a work."""
    return license.code == "OWN" or license.url.startswith(
        ("https://creativecommons.org/licenses/by", "https://creativecommons.org/publicdomain/zero/")
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _AuthorTable:
    """What STYLIZE["author"] may say."""

    name: str
    url: str = ""
    license: str = "OWN"


def _not_one_of(name: str, value: str, known: tuple[str, ...], *, where: str) -> str:
    return f"{where}: {name} is {value!r}.{suggestion(value, known, many='choices')}"
