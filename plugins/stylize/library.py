"""The style library: the folders of `styles/`, each an artwork and what it takes to apply it."""

import hashlib
import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from .errors import UserError, suggestion
from .methods import FEED_FORWARD, IMPORTED, NETWORK_FILES
from .model import CATEGORIES, Artwork, Credit, Numbers, Style
from .rights import read_decision
from .spellings import find_license
from .tables import Names, from_table, read_toml
from .verdicts import read_verdict

if TYPE_CHECKING:
    from .courses import Training

DESCRIPTION = "network"  # in the metadata of an imported style's numbers: what is done with them

COMING = ".coming-"  # how folders begin in which a style is put together that is not whole yet

OWN_WORK = "This project"  # the institution of an artwork made for the site, which hangs nowhere


@dataclass(frozen=True, slots=True, kw_only=True)
class Origin:
    """Where an imported network comes from: the table [model.imported] of a style.toml."""

    file: str  # its name
    sha256: str  # of it
    kind: str  # what was in it
    url: str = ""  # where it was found
    license: str = ""  # of the network itself, as its maker writes it; the artwork has its own


@dataclass(frozen=True, slots=True, kw_only=True)
class Library:
    """The styles that can be used, and what is wrong with the others."""

    styles: dict[str, Style]
    problems: dict[str, tuple[str, ...]]  # by slug


def read_styles(folder: Path, *, shown: str, categories: Collection[str] = CATEGORIES) -> Library:
    """Read every style of the library; a folder that is not there is an empty library.

    shown: the folder as the author knows it, for messages. categories: those that a style may have.
    """
    styles: dict[str, Style] = {}
    problems: dict[str, tuple[str, ...]] = {}
    for place in style_folders(folder):
        try:
            styles[place.name] = read_style(place, shown=f"{shown}/{place.name}", categories=categories)
        except UserError as error:
            problems[place.name] = error.problems
    return Library(styles=styles, problems=problems)


def style_folders(folder: Path) -> list[Path]:
    """Return the folders of the library that hold a style, sorted; none where there is no library."""
    places = folder.iterdir() if folder.is_dir() else ()
    return sorted(path for path in places if path.is_dir() and path.name[0] not in "._")


def read_style(folder: Path, *, shown: str, categories: Collection[str] = CATEGORIES) -> Style:
    """Read one style and check that its artwork and its numbers are the ones its style.toml names."""
    style = read_record(folder, shown=shown, categories=categories)
    numbers = folder / "style.safetensors"
    if not numbers.is_file():
        raise UserError(f"{shown}: style.safetensors is missing. Make it: invoke style.predict {folder.name}")
    digest = digest_of_numbers(numbers, shown=f"{shown}/style.safetensors")
    if digest != style.numbers.digest:
        raise UserError(
            f"{shown}/style.safetensors: these are not the numbers that style.toml names "
            f"(digest {digest[:12]}…, expected {style.numbers.digest[:12]}…). "
            f"Restore the file, or make it again: invoke style.predict {folder.name}"
        )
    return style


def read_record(folder: Path, *, shown: str, categories: Collection[str] | None = CATEGORIES) -> Style:
    """Read a style.toml and check the artwork's file; the numbers may still be missing.

    categories: those that a style may have; None for any.
    """
    where = f"{shown}/style.toml"
    if not (folder / "style.toml").is_file():
        raise UserError(f"{where} is missing. A style without its record is not a style: write it.")
    table = read_toml(folder / "style.toml", where=where)
    artwork_table, model_table = _part(table, "artwork", where=where), _part(table, "model", where=where)
    problems: list[str] = []

    def attempt(kind: type, part: Mapping[str, Any], place: str) -> Any:
        try:
            return from_table(kind, part, where=place)
        except UserError as error:
            problems.extend(error.problems)

    training_table, imported_table = model_table.pop("training", None), model_table.pop("imported", None)
    rights_table = table.pop("rights", None)
    original_table = table.pop("original", None)
    verdict_table = table.pop("verdict", None)
    style = attempt(_StyleTable, table, where)
    artwork = attempt(_ArtworkTable, artwork_table, f"{where} [artwork]")
    model = attempt(_ModelTable, model_table, f"{where} [model]")
    if training_table is not None:
        from .courses import Training

        level = model.level if model else 0
        training = attempt(Training, {**training_table, "level": level}, f"{where} [model.training]")
        if training and training.network != NETWORK_FILES["transformer.safetensors"]:
            problems.append(
                f"{where} [model.training]: the style was tuned for another network "
                f"({training.network[:12]}…, installed is {NETWORK_FILES['transformer.safetensors'][:12]}…). "
                f"Tune it again: invoke style.tune {folder.name}"
            )
    if imported_table is not None:
        attempt(Origin, imported_table, f"{where} [model.imported]")
    if model and model.method not in _METHODS:
        near = suggestion(model.method, _METHODS, many="methods of a style")
        problems.append(f"{where} [model]: there is no method {model.method!r}.{near}")
    if original_table is not None:
        attempt(_OriginalTable, original_table, f"{where} [original]")
    if style and categories is not None:
        problems += category_problems(style.category, categories, where=where)
    license, decision, verdict = None, None, None
    try:
        decision = read_decision(rights_table, where=where)
    except UserError as error:
        problems.extend(error.problems)
    try:
        verdict = read_verdict(verdict_table, where=where)
    except UserError as error:
        problems.extend(error.problems)
    if artwork:
        try:
            license = find_license(artwork.license, where=f"{where} [artwork]")
        except UserError as error:
            problems.extend(error.problems)
        problems += [
            f"{where} [artwork]: {name} is {url!r}, but must begin with https:// or http://."
            for name, url in (("source_url", artwork.source_url), ("image_url", artwork.image_url))
            if url and not url.startswith(("https://", "http://"))
        ]
        if not artwork.source_url and artwork.institution != OWN_WORK:
            problems.append(
                f"{where} [artwork]: source_url is missing. Name the page of the item, or write "
                f'institution = "{OWN_WORK}" if the work is your own.'
            )
        problems += _artwork_file_problems(folder, artwork.sha256, shown=shown)
    if problems or license is None:
        raise UserError(*problems)
    return Style(
        slug=folder.name,
        title=style.title,
        category=style.category,
        meaning=style.meaning,
        artwork=Artwork(
            path=folder / "artwork.jpg",
            digest=artwork.sha256,
            credit=Credit(
                title=artwork.title,
                creator=artwork.creator,
                license=license,
                date=artwork.date,
                institution=artwork.institution,
                accession=artwork.accession,
                medium=artwork.medium,
                source_url=artwork.source_url,
                image_url=artwork.image_url,
                credit_line=artwork.credit_line,
                decision=decision,
            ),
        ),
        numbers=Numbers(path=folder / "style.safetensors", digest=model.digest),
        how_made=model.how,
        level=model.level,
        verdict=verdict,
        is_imported=model.method == IMPORTED.name,
    )


def category_problems(category: str, categories: Collection[str], *, where: str) -> list[str]:
    """Return what is wrong with a style's category: nothing, or that it is not one of the site's."""
    if category in categories:
        return []
    near = suggestion(category, categories, many="categories")
    return [f"{where}: there is no category {category!r}.{near}"]


def read_training(folder: Path, *, shown: str) -> "Training | None":
    """Return how a style was tuned; None where it never was. Its record is one that `read_record` takes."""
    from .courses import Training

    model = read_toml(folder / "style.toml", where=f"{shown}/style.toml")["model"]
    table = model.get("training")
    where = f"{shown}/style.toml [model.training]"
    return from_table(Training, {**table, "level": model.get("level", 0)}, where=where) if table else None


def digest_of_numbers(path: Path, *, shown: str) -> str:
    """Return the sha256 over the tensors of a safetensors file: names, types, shapes and bytes.

    The file's free metadata is left out, so that a note about the training moves no picture; not so the
    description of an imported network, without which its tensors are nothing.
    Read by hand (https://huggingface.co/docs/safetensors: 8 bytes of length, a JSON header, the
    bytes), since the library that reads it imports numpy or torch, and a warm build needs neither.
    """
    data = path.read_bytes()
    try:
        length = int.from_bytes(data[:8], "little")
        header = json.loads(data[8 : 8 + length])
        body = data[8 + length :]
        digest = hashlib.sha256()
        for name in sorted(header.keys() - {"__metadata__"}):
            start, stop = header[name]["data_offsets"]
            if not 0 <= start <= stop <= len(body):
                raise ValueError("offsets beyond the end")
            facts = [name, header[name]["dtype"], header[name]["shape"]]
            digest.update(json.dumps(facts).encode())
            digest.update(body[start:stop])
        digest.update(header.get("__metadata__", {}).get(DESCRIPTION, "").encode())
    except (ValueError, KeyError, TypeError, AttributeError):
        raise UserError(f"{shown}: this is not a safetensors file, or it is damaged. Restore it.") from None
    return digest.hexdigest()


@dataclass(frozen=True, slots=True, kw_only=True)
class _StyleTable:
    """What style.toml says of the style."""

    title: str
    category: str
    meaning: str


@dataclass(frozen=True, slots=True, kw_only=True)
class _ArtworkTable:
    """Its table [artwork]."""

    title: str
    creator: Names
    license: str
    sha256: str
    source_url: str = ""
    date: str = ""
    medium: str = ""
    institution: str = ""
    accession: str = ""
    image_url: str = ""
    credit_line: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class _OriginalTable:
    """Its table [original]: the file that artwork.jpg was made from."""

    file: str  # its name, without a folder
    sha256: str
    bytes: int
    width: int  # pixels, upright
    height: int
    crop: str = ""  # the part that was taken, "LEFT,TOP,WIDTH,HEIGHT" in pixels; "" for all of it


@dataclass(frozen=True, slots=True, kw_only=True)
class _ModelTable:
    """Its table [model]."""

    method: str
    how: str
    digest: str = ""
    level: int = 0  # 0: predicted from the artwork, 1 and 2: tuned


_METHODS = (FEED_FORWARD.name, IMPORTED.name)


def _part(table: dict[str, Any], name: str, *, where: str) -> dict[str, Any]:
    part = table.pop(name, None)
    if not isinstance(part, dict):
        raise UserError(f"{where}: the table [{name}] is missing. Add it.")
    return part


def _artwork_file_problems(folder: Path, expected: str, *, shown: str) -> list[str]:
    path = folder / "artwork.jpg"
    if not path.is_file():
        return [f"{shown}: artwork.jpg is missing. Put the picture of the artwork there."]
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    if digest != expected:
        return [
            f"{shown}/artwork.jpg: this is not the file that style.toml names (sha256 {digest[:12]}…, "
            f"expected {expected[:12]}…). Restore it, or write the new sha256 and make the numbers again."
        ]
    return []
