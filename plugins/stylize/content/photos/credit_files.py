"""Who made a photo and how it may be used: from its credit file, or else from the site's author."""

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from pathlib import Path
from typing import Any

from ...model.entities import Author, Credit, Decision, MuseumItem
from ...model.errors import UserError, attempt
from ...rights.license_parser import parse_license
from ...rights.museum_item import MUSEUM, read_museum_item
from ...rights.rules import read_decision
from ...storage.atomic_files import display_path
from ...storage.toml_tables import Names, from_table, read_toml


@dataclass(frozen=True, slots=True, kw_only=True)
class CreditFile:
    """The fields of NAME.toml, the credit file of NAME.jpg in the same folder."""

    title: str
    creator: Names
    license: str
    date: str = ""
    institution: str = ""
    accession: str = ""
    medium: str = ""
    source_url: str = ""
    image_url: str = ""
    credit_line: str = ""
    creator_url: str = ""
    alt: str = ""
    rights: Decision | None = None
    museum: MuseumItem | None = None


def read_credit(photo: Path, *, author: Author | None) -> tuple[Credit, str]:
    """Return a photo's credit and its alt text ("" if there is none).

    The credit file comes first, then the author of the site. Raises UserError, with its place, if there is
    neither or the file is wrong.
    """
    path = Path(credit_path(photo))
    if os.path.lexists(path):  # what is no file is an error, rather than passed over
        file = read_credit_file(path)
        return make_credit(file, where=display_path(path)), file.alt
    return make_author_credit(photo, author=author), ""


def credit_path(photo: Path) -> str:
    """Return the path of a photo's credit file, whether it exists or not."""
    return f"{os.path.splitext(photo)[0]}.toml"  # noqa: PTH122 - Path takes three times as long


def read_credit_file(path: Path) -> CreditFile:
    """Read and check a credit file; raises UserError with every problem in it."""
    where = display_path(path)
    table = read_toml(path, where=where)
    rights, museum_table = table.pop("rights", None), table.pop(MUSEUM, None)
    file = from_table(CreditFile, table, where=where)
    problems = [
        f"{where}: {name} is empty. Fill it in; a photo is not shown without it."
        for name in ("title", "creator")
        if not getattr(file, name).strip()
    ]
    problems += [
        f"{where}: {name} is {url!r}, but must be a whole web address such as https://example.org/item/1."
        for name in ("source_url", "image_url", "creator_url")
        if (url := getattr(file, name)) and not _URL.fullmatch(url)
    ]
    attempt(problems, parse_license, file.license, where=where)
    decision = attempt(problems, read_decision, rights, where=where)
    museum = attempt(problems, read_museum_item, museum_table, where=where)
    if problems:
        raise UserError(*problems)
    return replace(file, rights=decision, museum=museum)


def load_cached_credit(facts: Mapping[str, Any]) -> CreditFile:
    """Return a credit file from its cached values; values of another form raise any of several errors."""
    rights, museum = facts["rights"], facts["museum"]
    return CreditFile(
        **{
            **facts,
            "rights": Decision(**rights) if rights else None,
            "museum": MuseumItem(**museum) if museum else None,
        }
    )


def make_credit(file: CreditFile, *, where: str) -> Credit:
    """Return the credit of a credit file; raises UserError for an unknown license."""
    facts = {field.name: getattr(file, field.name) for field in fields(Credit) if field.name in _SHARED}
    license = parse_license(file.license, where=where)
    return Credit(**facts, license=license, decision=file.rights)


def make_author_credit(photo: Path, *, author: Author | None) -> Credit:
    """Return the credit of the author's own photo; raises UserError if the site names no author."""
    if author is None:
        raise UserError(
            f"{display_path(photo)} has no credit. Write {display_path(photo.with_suffix('.toml'))} "
            "with title, creator, "
            "license and source_url, or set STYLIZE['author'] if the photo is yours."
        )
    return Credit(
        title=_make_title(photo.stem), creator=author.name, license=author.license, creator_url=author.url
    )


_SHARED = {field.name for field in fields(CreditFile)} - {"license"}  # with a Credit
_URL = re.compile(r"https?://[^\s/?#@<>\"']+\.[^\s/?#@<>\"']+([/?#][^\s<>\"]*)?", re.IGNORECASE)


def _make_title(stem: str) -> str:
    """Return a title from the name of a file: "two-men_mending" becomes "Two men mending"."""
    words = " ".join(re.split(r"[\s_-]+", stem)).strip() or stem
    return words[0].upper() + words[1:]
