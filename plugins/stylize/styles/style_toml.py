"""Read a style.toml: what a style is, from which artwork it was made, and how."""

from collections.abc import Callable, Collection
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..model.command_name import command
from ..model.entities import CATEGORIES, Artwork, Credit, Style, StyleWeights
from ..model.errors import UserError, suggestion
from ..model.methods import FEED_FORWARD, IMPORTED, NETWORK_FILES
from ..rights.license_parser import parse_license
from ..rights.museum_item import MUSEUM, read_museum_item
from ..rights.rules import read_decision
from ..storage.atomic_files import sha256_of
from ..storage.ordinary_files import describe_unusual
from ..storage.toml_tables import Names, from_table, read_toml
from .verdicts import read_verdict

if TYPE_CHECKING:
    from ..model.training_config import TrainingResult

OWN_WORK = "This project"  # the institution of an artwork that was made for the site


@dataclass(frozen=True, slots=True, kw_only=True)
class Origin:
    """The source of an imported network: the table [model.imported] of a style.toml."""

    file: str  # its name
    sha256: str
    kind: str  # of network
    url: str = ""  # where the file was found
    license: str = ""  # of the network, as its maker writes it; the artwork has its own


def read_style_toml(
    folder: Path, *, display_path: str, categories: Collection[str] | None = CATEGORIES
) -> Style:
    """Read a style.toml and check the artwork's file; the file of the weights is not checked.

    categories: those that a style may have; None for any.
    """
    where = f"{display_path}/style.toml"
    if what := describe_unusual(folder / "style.toml"):
        raise UserError(f"{where}: {what}")
    if not (folder / "style.toml").is_file():
        raise UserError(f"{where} is missing. Write it: every style needs a record.")
    table = read_toml(folder / "style.toml", where=where)
    artwork_table, model_table = (
        _take_table(table, "artwork", where=where),
        _take_table(table, "model", where=where),
    )
    problems: list[str] = []

    def attempt(read: Callable[..., Any], *given: object, where: str = where) -> Any:
        try:
            return read(*given, where=where)
        except UserError as error:
            problems.extend(error.problems)

    training_table, imported_table = model_table.pop("training", None), model_table.pop("imported", None)
    rights_table = table.pop("rights", None)
    original_table = table.pop("original", None)
    verdict_table, museum_table = table.pop("verdict", None), table.pop(MUSEUM, None)
    style = attempt(from_table, _StyleTable, table)
    artwork = attempt(from_table, _ArtworkTable, artwork_table, where=f"{where} [artwork]")
    model = attempt(from_table, _ModelTable, model_table, where=f"{where} [model]")
    if training_table is not None:
        from ..model.training_config import TrainingResult

        level = model.level if model else 0
        training_table = {**training_table, "level": level}
        training = attempt(from_table, TrainingResult, training_table, where=f"{where} [model.training]")
        if training and training.network != NETWORK_FILES["transformer.safetensors"]:
            problems.append(
                f"{where} [model.training]: the style was tuned for another network "
                f"({training.network[:12]}…, installed is {NETWORK_FILES['transformer.safetensors'][:12]}…). "
                f"Tune it again: {command(f'style.tune {folder.name}')}"
            )
    if imported_table is not None:
        attempt(from_table, Origin, imported_table, where=f"{where} [model.imported]")
    if model and model.method not in _METHODS:
        near = suggestion(model.method, _METHODS, many="methods of a style")
        problems.append(f"{where} [model]: there is no method {model.method!r}.{near}")
    if original_table is not None:
        attempt(from_table, _OriginalTable, original_table, where=f"{where} [original]")
    if style and categories is not None:
        problems += check_category(style.category, categories, where=where)
    decision, verdict = attempt(read_decision, rights_table), attempt(read_verdict, verdict_table)
    museum = attempt(read_museum_item, museum_table)
    license = attempt(parse_license, artwork.license, where=f"{where} [artwork]") if artwork else None
    if artwork:
        problems += check_links(artwork, where=f"{where} [artwork]")
        if not artwork.source_url and artwork.institution != OWN_WORK:
            problems.append(
                f"{where} [artwork]: source_url is missing. Name the page of the item, or write "
                f'institution = "{OWN_WORK}" if the work is your own.'
            )
        problems += _check_artwork_file(folder, artwork.sha256, display_path=display_path)
    if problems or license is None:
        raise UserError(*problems)
    facts = asdict(artwork)
    digest = facts.pop("sha256")
    return Style(
        slug=folder.name,
        title=style.title,
        category=style.category,
        meaning=style.meaning,
        artwork=Artwork(
            path=folder / "artwork.jpg",
            digest=digest,
            credit=Credit(**facts | {"license": license, "decision": decision}),
            museum=museum,
        ),
        weights=StyleWeights(path=folder / "style.safetensors", digest=model.digest),
        how_made=model.how,
        level=model.level,
        verdict=verdict,
        is_imported=model.method == IMPORTED.name,
    )


def check_links(artwork: Any, *, where: str) -> list[str]:
    """Return the problems of the links of an artwork, its `source_url` and `image_url`."""
    return [
        f"{where}: {name} is {url!r}, but must begin with https:// or http://."
        for name in ("source_url", "image_url")
        if (url := getattr(artwork, name)) and not url.startswith(("https://", "http://"))
    ]


def check_category(category: str, categories: Collection[str], *, where: str) -> list[str]:
    """Return the problem if a category is not one of the site's."""
    if category in categories:
        return []
    near = suggestion(category, categories, many="categories")
    return [f"{where}: there is no category {category!r}.{near}"]


def read_training(folder: Path, *, display_path: str) -> "TrainingResult | None":
    """Return how a style was tuned; None if it never was. `read_style_toml` must have accepted its record."""
    from ..model.training_config import TrainingResult

    model = read_toml(folder / "style.toml", where=f"{display_path}/style.toml")["model"]
    table = model.get("training")
    where = f"{display_path}/style.toml [model.training]"
    return (
        from_table(TrainingResult, {**table, "level": model.get("level", 0)}, where=where) if table else None
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _StyleTable:
    """The values at the top of a style.toml."""

    title: str
    category: str
    meaning: str


@dataclass(frozen=True, slots=True, kw_only=True)
class _ArtworkTable:
    """The table [artwork]."""

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
    """The table [original]: the file that artwork.jpg was made from."""

    file: str  # its name, without a folder
    sha256: str
    bytes: int
    width: int  # pixels, upright
    height: int
    crop: str = ""  # the part that was used, "LEFT,TOP,WIDTH,HEIGHT" in pixels; "" for all of it


@dataclass(frozen=True, slots=True, kw_only=True)
class _ModelTable:
    """The table [model]."""

    method: str
    how: str
    digest: str = ""
    level: int = 0  # 0: predicted from the artwork, 1 and 2: tuned


_METHODS = (FEED_FORWARD.name, IMPORTED.name)


def _take_table(table: dict[str, Any], name: str, *, where: str) -> dict[str, Any]:
    part = table.pop(name, None)
    if not isinstance(part, dict):
        raise UserError(f"{where}: the table [{name}] is missing. Add it.")
    return part


def _check_artwork_file(folder: Path, expected: str, *, display_path: str) -> list[str]:
    path = folder / "artwork.jpg"
    if what := describe_unusual(path):
        return [f"{display_path}/artwork.jpg: {what}"]
    if not path.is_file():
        return [f"{display_path}: artwork.jpg is missing. Put the picture of the artwork there."]
    digest = sha256_of(path)
    if digest != expected:
        return [
            f"{display_path}/artwork.jpg: this is not the file that style.toml names (sha256 {digest[:12]}…, "
            f"expected {expected[:12]}…). Restore it, or predict the style again from this one:"
            f" {command(f'style.predict {folder.name}')}"
        ]
    return []
