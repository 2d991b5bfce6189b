"""What tasks.py asks for about networks that were trained elsewhere. Yields lines to print."""

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from ..images.decode import open_photo
from ..model.command_name import command
from ..model.errors import PhotoError, UserError, suggestion
from ..storage.atomic_files import display_path, explain_refusals, sha256_of
from ..styles.style_toml import Origin
from ..styles.train import check_folder, install_network, name_artwork
from .blog_folder import read_site

if TYPE_CHECKING:
    from ..engine.model_import.convert import Conversion
    from ..engine.model_import.graph_spec import Description

RANGES = ("255", "1", "-1")


def import_style(
    configuration: str,
    file: Path,
    slug: str,
    *,
    range: str = "",
    out_range: str = "",
    mean: str = "",
    adds_mean: bool = False,
    bgr: bool = False,
    pick: str = "",
    url: str = "",
    license: str = "",
) -> Iterator[str]:
    """Give a style of the library a network from a file, once it has drawn the style's artwork.

    range, out_range: of RANGES, "" to find it by trying. mean: three numbers with commas. pick: which of a
    network's styles. url, license: of the network, for the record. Raises UserError where the style is not
    there, or the network cannot be used; the style stays as it was.
    """
    _, settings = read_site(configuration)
    folder, place = settings.styles / slug, f"{settings.styles.name}/{slug}"
    _check_words(range=range, out_range=out_range, url=url)
    average, choice = _mean(mean), _choice(pick)
    if not slug or not folder.is_dir():
        raise UserError(
            f"{place}: there is no such style. An old model needs its artwork's record, as every style does."
            f" Make the style first: {command('style.add ARTWORK --slug ' + (slug or 'NAME'))}"
        )
    if not file.is_file():
        raise UserError(f"{display_path(file)}: there is no such file. Name the model's file.")
    name_artwork(folder)
    check_folder(folder, shown=place, categories=settings.categories)

    # Only here does torch come in.
    from ..engine.model_import.calibration import RequestedConvention
    from ..engine.model_import.convert import convert, save_network
    from ..engine.model_import.graph_spec import NetworkError

    asked = RequestedConvention(
        range=range, out_range=out_range, mean=average, adds_mean=adds_mean, is_bgr=bgr
    )
    try:
        photo = open_photo(folder / "artwork.jpg")
    except PhotoError as error:
        raise UserError(f"{place}/artwork.jpg: {error}") from None
    try:
        conversion = convert(file, photo, asked=asked, choice=choice)
    except NetworkError as error:
        raise UserError(f"{display_path(file)}: {error}") from error
    description = conversion.network.description
    yield f"{display_path(file)}: {conversion.kind}, {conversion.numbers:,} numbers."
    yield f"It takes {_sizes(description)}, {_colors(description, given=bool(range))}."
    kind = conversion.kind if choice is None else f"{conversion.kind}, style {choice}"
    origin = Origin(file=file.name, sha256=sha256_of(file), kind=kind, url=url, license=license)
    coming = folder / ".style.safetensors"
    try:
        with explain_refusals(folder, doing="storing an imported style"):
            save_network(conversion.network, coming)
        size = coming.stat().st_size / 1e6
        digest = install_network(folder, coming, origin=origin, how=how_made(conversion, origin), shown=place)
    finally:
        coming.unlink(missing_ok=True)
    yield f"{place}/style.safetensors: the network, {size:.1f} MB, digest {digest[:12]}…"
    picture = settings.store / "imported" / f"{slug}.png"
    with explain_refusals(picture.parent, doing="showing what an imported style draws"):
        picture.parent.mkdir(parents=True, exist_ok=True)
        conversion.picture.save(picture)
    yield (
        f"Look at {display_path(picture)}, the artwork redrawn. Wrong colors? See --range, --bgr and --mean."
    )


def how_made(conversion: "Conversion", origin: Origin) -> str:
    """Say in a sentence or two how an imported style came about, for its page."""
    words = [f"Drawn by a network of its own that was trained elsewhere: {origin.file}, {origin.kind}"]
    words += [origin.url] if origin.url else []
    words += [f"license {origin.license}"] if origin.license else []
    description = conversion.network.description
    if description.size:
        height, width = description.size
        limit = f" Every photo is drawn at {width} x {height} pixels and scaled to its size."
    else:
        limit = f" Photos above {_megapixels(description)} are drawn at that size and enlarged."
    return f"{', '.join(words)}.{limit}"


def _sizes(description: "Description") -> str:
    if description.size:
        height, width = description.size
        return f"photos of {width} x {height} pixels only, to which every photo is scaled and back"
    multiple = f" in steps of {description.multiple} pixels" if description.multiple > 1 else ""
    return (
        f"photos of any size{multiple}, up to {_megapixels(description)} at once (larger ones are enlarged)"
    )


def _colors(description: "Description", *, given: bool) -> str:
    it = description.convention
    order = "BGR" if it.is_bgr else "RGB"
    told = "as told" if given else "found by trying"
    return f"{order} from {it.low:g} to {it.high:g}, and gives {it.out_low:g} to {it.out_high:g} ({told})"


def _megapixels(description: "Description") -> str:
    return f"{description.most_pixels / 1e6:.1f} megapixels"


def _check_words(*, range: str, out_range: str, url: str) -> None:
    for name, value in (("range", range), ("out-range", out_range)):
        if value and value not in RANGES:
            near = suggestion(value, RANGES, many="ranges")
            raise UserError(f"--{name} is {value!r}; write what white is to the network.{near}")
    if url and not url.startswith(("https://", "http://")):
        raise UserError(f"--url is {url!r}, but must begin with https:// or http://.")


def _mean(text: str) -> tuple[float, float, float] | None:
    if not text:
        return None
    try:
        first, second, third = (float(part) for part in text.split(","))
        return first, second, third
    except ValueError:
        raise UserError(
            f"--mean is {text!r}; write three numbers in the network's order,"
            " as in --mean 123.68,116.78,103.94"
        ) from None


def _choice(text: str) -> int | None:
    if not text:
        return None
    try:
        return int(text)
    except ValueError:
        raise UserError(f"--pick is {text!r}; write the number of a style, from 0 up.") from None
