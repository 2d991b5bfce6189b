"""What is known of an artwork that is to become a style: the record beside its file, and what was typed."""

import os
import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any
from unicodedata import normalize

from ..model.entities import Author, Decision, License
from ..model.errors import UserError
from ..rights.license_parser import parse_license
from ..rights.rules import read_decision
from ..storage.atomic_files import display_path, sha256_of
from ..storage.toml_tables import Names, from_table, read_toml
from .style_toml import OWN_WORK, category_problems

COMMON = "artwork.toml"  # the record of the one picture that lies beside it
PICTURES = (".jpg", ".jpeg", ".png", ".webp", ".avif", ".heic", ".heif", ".tif", ".tiff", ".gif", ".bmp")
LONGEST_SLUG = 60  # characters; it stands in addresses and in the names of pictures


@dataclass(frozen=True, slots=True, kw_only=True)
class ArtworkRecord:
    """What a style.toml says of an artwork and of the style made from it, but for the files."""

    title: str = ""
    creator: Names = Names("")  # noqa: RUF009 - it is text
    date: str = ""
    medium: str = ""
    institution: str = ""
    accession: str = ""
    source_url: str = ""
    image_url: str = ""
    license: str = ""
    credit_line: str = ""
    sha256: str = ""  # of the picture's file, where the record names it
    slug: str = ""
    category: str = ""
    meaning: str = ""
    crop: str = ""  # as `cropping.read_crop` reads it


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundRecord:
    """An artwork's record that is whole, and where it came from."""

    record: ArtworkRecord
    license: License
    decision: Decision | None
    came_from: str  # in words: "painting.toml and the command line"


def find_record(
    picture: Path,
    given: Mapping[str, str],
    *,
    categories: Collection[str],
    own: bool = False,
    author: Author | None = None,
) -> tuple[FoundRecord | None, list[str]]:
    """Return the record of an artwork, None where it is not whole, and every problem of it.

    given: what was typed, by the names of ArtworkRecord; it counts before what the file beside the picture
    says. own: the work is that of the site's author, and hangs nowhere.
    """
    place, problems = _record_beside(picture)
    table: dict[str, Any] = {}
    rights = None
    if place:
        try:
            table, rights = _flat(read_toml(place, where=display_path(place)))
        except UserError as error:
            problems += error.problems
            place = None
        except OSError as error:
            problems.append(f"{display_path(place)}: the record cannot be read: {error.strerror}. Allow it.")
            place = None
    where = display_path(place) if place else display_path(picture)
    typed = {name: value for name, value in given.items() if value}
    problems += [
        f"--{name.replace('_', '-')} holds characters that are no text. Type it anew."
        for name, value in typed.items()
        if not _is_text(value)
    ]
    if problems:
        return None, problems
    table = {**(_of_own(author) if own else {}), **table, **typed}
    decision = license = None
    try:
        record = from_table(ArtworkRecord, table, where=where)
    except UserError as error:
        problems += error.problems
        readable = {name: v for name, v in table.items() if name in _KNOWN and isinstance(v, str)}
        record = from_table(ArtworkRecord, readable, where=where)
    try:
        decision = read_decision(rights, where=where)
    except UserError as error:
        problems += error.problems
    if record.license.strip():
        try:
            license = parse_license(record.license, where=where)
        except UserError as error:
            problems += error.problems
    problems += _lacking(record, where=where)
    problems += [
        f"{where}: {name} is {url!r}, but must begin with https:// or http://."
        for name, url in (("source_url", record.source_url), ("image_url", record.image_url))
        if url and not url.startswith(("https://", "http://"))
    ]
    if record.category:
        problems += category_problems(record.category, categories, where=where)
    else:
        problems.append(f"{where}: category is missing. Write one of: {', '.join(categories)}.")
    if record.sha256 and picture.is_file() and sha256_of(picture) != record.sha256:
        problems.append(
            f"{where}: it names another picture (sha256 {record.sha256[:12]}…) than {display_path(picture)}."
            " Fetch that one again, or correct the record."
        )
    if problems or license is None:
        return None, problems
    sources = [place.name] if place else []
    sources += ["the command line"] if typed or own else []
    return FoundRecord(record=record, license=license, decision=decision, came_from=" and ".join(sources)), []


def make_slug(title: str) -> str:
    """Return the name that a style's folder gets from a title: "Études, 1889" becomes "etudes-1889"."""
    plain = normalize("NFKD", title).encode("ascii", "ignore").decode().lower().replace("'", "")
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:LONGEST_SLUG].rstrip("-")


def slug_problems(slug: str, *, option: str = "--slug") -> list[str]:
    """Return what is wrong with the name of a style's folder; option: where it was typed."""
    if re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", slug, re.ASCII) and len(slug) <= LONGEST_SLUG:
        return []
    return [
        f"{option} is {slug!r}, but must be at most {LONGEST_SLUG} small letters, digits and single hyphens,"
        " such as starry-night."
    ]


_HOW = {
    "title": "what the work is called",
    "creator": "who made it",
    "license": "under which license or statement its picture is offered, such as CC0-1.0 or CC-BY-4.0",
}


def _lacking(record: ArtworkRecord, *, where: str) -> list[str]:
    problems = [
        f"{where}: {name} is missing. Write {what}: in a record beside the picture, or --{name}."
        for name, what in _HOW.items()
        if not getattr(record, name).strip()
    ]
    if not record.source_url.strip() and record.institution != OWN_WORK:
        problems.append(
            f"{where}: source_url is missing. A style without origin is not a style: name the page of the"
            " item (--source-url), or say that the work is your own (--own)."
        )
    return problems


def _of_own(author: Author | None) -> dict[str, str]:
    """Return what is known of a work of the author's own."""
    known = {"institution": OWN_WORK}
    return known | {"creator": author.name, "license": author.license.code} if author else known


def _record_beside(picture: Path) -> tuple[Path | None, list[str]]:
    """Return the record that lies beside a picture, if there is one, and what is wrong with its name."""
    own, common = picture.with_suffix(".toml"), picture.with_name(COMMON)
    if own.is_file():
        return own, []
    if not common.is_file():
        return None, []
    with os.scandir(picture.parent) as entries:  # of thousands, it needs to see the first
        has_others = any(
            Path(entry.name).suffix.lower() in PICTURES and entry.name != picture.name for entry in entries
        )
    if has_others:
        return None, [
            f"{display_path(common)}: several pictures lie beside it, and it does not say whose record it is."
            f" Call it {own.name}."
        ]
    return common, []


def _flat(table: dict[str, Any]) -> tuple[dict[str, Any], Any]:
    """Return a record as one table, and its [rights]; one that is laid out as a style.toml is taken too."""
    rights, artwork = table.pop("rights", None), table.pop("artwork", None)
    if isinstance(artwork, dict):
        table.pop("title", None)  # of the style
        table = {**table, **artwork}
    elif artwork is not None:
        table["artwork"] = artwork  # refused by its name
    return table, rights


def _is_text(value: str) -> bool:
    try:
        value.encode("utf-8")
    except UnicodeEncodeError:
        return False
    return "\0" not in value


_KNOWN = {field.name for field in fields(ArtworkRecord)}
