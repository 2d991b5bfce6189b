"""The record of an artwork that becomes a style: the file next to its picture, and what was typed."""

import os
import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any
from unicodedata import normalize

from ..model.entities import Author, Decision, License, MuseumItem
from ..model.errors import UserError, attempt
from ..model.plain_text import describe_forbidden
from ..rights.license_parser import parse_license
from ..rights.museum_item import MUSEUM, read_museum_item
from ..rights.rules import read_decision
from ..storage.atomic_files import display_path, sha256_of
from ..storage.toml_tables import Names, from_table, read_toml
from .style_toml import OWN_WORK, check_category, check_links

COMMON = "artwork.toml"  # the record of the only picture in a folder
PICTURES = (".jpg", ".jpeg", ".png", ".webp", ".avif", ".heic", ".heif", ".tif", ".tiff", ".gif", ".bmp")
LONGEST_SLUG = 60  # characters; it is part of addresses and of the names of pictures


@dataclass(frozen=True, slots=True, kw_only=True)
class ArtworkRecord:
    """What a style.toml says about an artwork and its style, apart from the files."""

    title: str = ""
    creator: Names = Names("")  # noqa: RUF009 - a str is immutable
    date: str = ""
    medium: str = ""
    institution: str = ""
    accession: str = ""
    source_url: str = ""
    image_url: str = ""
    license: str = ""
    credit_line: str = ""
    sha256: str = ""  # of the picture's file, if the record names it
    slug: str = ""
    category: str = ""
    meaning: str = ""
    crop: str = ""  # as `images.crop.read_crop` reads it


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundRecord:
    """The complete record of an artwork, and its source."""

    record: ArtworkRecord
    license: License
    decision: Decision | None
    came_from: str  # the source: "painting.toml and the command line"
    museum: MuseumItem | None = None  # where a museum has it


def find_record(
    picture: Path,
    given: Mapping[str, str],
    *,
    categories: Collection[str],
    own: bool = False,
    author: Author | None = None,
) -> tuple[FoundRecord | None, list[str]]:
    """Return the record of an artwork and its problems; the record is None if there are any.

    given: what was typed, by the names of ArtworkRecord; it has priority over the file next to the picture.
    own: the work is by the site's author, and in no collection.
    """
    place, problems = _find_record_file(picture)
    table: dict[str, Any] = {}
    rights = museum_table = None
    if place:
        try:
            table, rights, museum_table = _flatten(read_toml(place, where=display_path(place)))
        except UserError as error:
            problems += error.problems
            place = None
    where = display_path(place) if place else display_path(picture)
    typed = {name: value for name, value in given.items() if value}
    problems += [
        f"--{name.replace('_', '-')} contains {forbidden}. Type it again without."
        for name, value in typed.items()
        if (forbidden := describe_forbidden(value))
    ]
    if problems:
        return None, problems
    table = {**(_describe_own_work(author) if own else {}), **table, **typed}
    record = attempt(problems, from_table, ArtworkRecord, table, where=where)
    if record is None:
        readable = {name: v for name, v in table.items() if name in _KNOWN and isinstance(v, str)}
        record = from_table(ArtworkRecord, readable, where=where)
    decision = attempt(problems, read_decision, rights, where=where)
    museum = attempt(problems, read_museum_item, museum_table, where=where)
    license = None
    if record.license.strip():
        license = attempt(problems, parse_license, record.license, where=where)
    problems += _find_missing_fields(record, where=where)
    problems += check_links(record, where=where)
    if record.category:
        problems += check_category(record.category, categories, where=where)
    else:
        problems.append(f"{where}: category is missing. Write one of: {', '.join(categories)}.")
    if record.sha256 and picture.is_file() and sha256_of(picture) != record.sha256:
        problems.append(
            f"{where}: it names another picture (sha256 {record.sha256[:12]}…) than {display_path(picture)}."
            " Download that picture again, or correct the record."
        )
    if problems or license is None:
        return None, problems
    sources = [place.name] if place else []
    sources += ["the command line"] if typed or own else []
    found = FoundRecord(
        record=record, license=license, decision=decision, came_from=" and ".join(sources), museum=museum
    )
    return found, []


def make_slug(title: str) -> str:
    """Return a name for a style's folder, from a title: "Études, 1889" becomes "etudes-1889".

    Other scripts become Latin letters as in Pelican's own slugs: "睡蓮" becomes "shui-lian". Returns "" for a
    title without letters and digits.
    """
    from unidecode import unidecode  # Pelican brings it

    plain = unidecode(normalize("NFKC", title)).lower().replace("'", "")
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:LONGEST_SLUG].rstrip("-")


def check_slug(slug: str, *, option: str = "--slug") -> list[str]:
    """Return what is wrong with the name of a style's folder; option: the one that named it."""
    if re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", slug, re.ASCII) and len(slug) <= LONGEST_SLUG:
        return []
    return [
        f"{option} is {slug!r}, but must be at most {LONGEST_SLUG} small letters, digits and single hyphens,"
        " such as starry-night."
    ]


_HOW = {
    "title": "what the work is called",
    "creator": "who made it",
    "license": "the license or rights statement of its picture, such as CC0-1.0 or CC-BY-4.0",
}


def _find_missing_fields(record: ArtworkRecord, *, where: str) -> list[str]:
    problems = [
        f"{where}: {name} is missing. Write {what}: in a record beside the picture, or --{name}."
        for name, what in _HOW.items()
        if not getattr(record, name).strip()
    ]
    if not record.source_url.strip() and record.institution != OWN_WORK:
        problems.append(
            f"{where}: source_url is missing. Every style needs a source: name the page of the item"
            " (--source-url), or say that the work is your own (--own)."
        )
    return problems


def _describe_own_work(author: Author | None) -> dict[str, str]:
    """Return what is known about a work of the site's author."""
    known = {"institution": OWN_WORK}
    return known | {"creator": author.name, "license": author.license.code} if author else known


def _find_record_file(picture: Path) -> tuple[Path | None, list[str]]:
    """Return the record file next to a picture, if there is one, and what is wrong with its name."""
    own, common = picture.with_suffix(".toml"), picture.with_name(COMMON)
    if os.path.lexists(own):  # what is no file is an error, rather than passed over
        return own, []
    if not common.is_file():
        return None, []
    with os.scandir(picture.parent) as entries:  # stops at the first other picture
        has_others = any(
            Path(entry.name).suffix.lower() in PICTURES and entry.name != picture.name for entry in entries
        )
    if has_others:
        return None, [
            f"{display_path(common)}: there are several pictures beside it, and it does not say which"
            f" one it describes. Rename it to {own.name}."
        ]
    return common, []


def _flatten(table: dict[str, Any]) -> tuple[dict[str, Any], Any, Any]:
    """Return a record as one flat table, [rights] and [museum]; it may have the tables of a style.toml."""
    rights, museum, artwork = table.pop("rights", None), table.pop(MUSEUM, None), table.pop("artwork", None)
    if isinstance(artwork, dict):
        table.pop("title", None)  # of the style
        table = {**table, **artwork}
    elif artwork is not None:
        table["artwork"] = artwork  # will be rejected as an unknown key
    return table, rights, museum


_KNOWN = {field.name for field in fields(ArtworkRecord)}
