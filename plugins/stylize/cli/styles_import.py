"""The command `style.import`: gives a style a network that was trained elsewhere."""

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from ..executors.trial import NETWORK, TrialProcess
from ..images.decode import open_photo
from ..model.command_name import command
from ..model.errors import PhotoError, UserError, suggestion
from ..storage.atomic_files import display_path, explain_refusals, new_file, sha256_of
from ..styles.style_toml import Origin
from ..styles.train import WEIGHTS, prepare_folder, record_network
from .blog_folder import read_site

if TYPE_CHECKING:
    from ..engine.graph_networks.graph_spec import NetworkSpec
    from ..engine.model_import.convert import ConvertedNetwork

RANGES = ("255", "1", "-1")


def import_style(
    settings_file: str,
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
    """Give a style of the library the network in a file, after trying it on the style's artwork.

    Yields lines to print. range, out_range: keys of RANGES; "" finds them by trials. mean: three
    numbers with commas. pick: the number of one of the network's styles. url, license: of the network,
    for the record. Raises a UserError if there is no such style or the network cannot be used; the style
    stays as it is.
    """
    _, settings = read_site(settings_file)
    folder, place = settings.styles / slug, f"{settings.styles.name}/{slug}"
    _check_options(range=range, out_range=out_range, url=url)
    average, choice = _parse_mean(mean), _parse_choice(pick)
    if not slug or not folder.is_dir():
        raise UserError(
            f"{place}: there is no such style. A network needs the record of an artwork, as every style does."
            f" Add the style first: {command('style.add ARTWORK --slug ' + (slug or 'NAME'))}"
        )
    if not file.is_file():
        raise UserError(f"{display_path(file)}: there is no such file. Name the model's file.")
    prepare_folder(folder, display_path=place, categories=settings.categories)

    trial = TrialProcess(NETWORK)
    try:
        trial.check(file)
    except PhotoError as error:
        raise UserError(f"{display_path(file)}: {error}") from None
    finally:
        trial.close()

    # Imported only now, because these modules import torch.
    from ..engine.graph_networks.graph_spec import NetworkError
    from ..engine.model_import.calibration import RequestedConvention
    from ..engine.model_import.convert import convert_network, save_network

    requested = RequestedConvention(
        range=range, out_range=out_range, mean=average, adds_mean=adds_mean, is_bgr=bgr
    )
    try:
        photo = open_photo(folder / "artwork.jpg")
    except PhotoError as error:
        raise UserError(f"{place}/artwork.jpg: {error}") from None
    try:
        converted = convert_network(file, photo, requested=requested, choice=choice)
    except NetworkError as error:
        raise UserError(f"{display_path(file)}: {error}") from error
    spec = converted.network.spec
    yield f"{display_path(file)}: {converted.kind}, {converted.weight_count:,} weights."
    yield f"It takes {_describe_sizes(spec)}, {_describe_colors(spec, is_given=bool(range))}."
    kind = converted.kind if choice is None else f"{converted.kind}, style {choice}"
    origin = Origin(file=file.name, sha256=sha256_of(file), kind=kind, url=url, license=license)
    how = describe_import_origin(converted, origin)
    with explain_refusals(folder, doing="storing an imported style"), new_file(folder / WEIGHTS) as coming:
        save_network(converted.network, coming)
        size = coming.stat().st_size / 1e6
        digest = record_network(folder, coming, origin=origin, how=how, display_path=place)
    yield f"{place}/style.safetensors: the network, {size:.1f} MB, digest {digest[:12]}…"
    picture = settings.store / "imported" / f"{slug}.png"
    with explain_refusals(picture.parent, doing="saving the test picture of an imported style"):
        picture.parent.mkdir(parents=True, exist_ok=True)
        converted.picture.save(picture)
    yield (
        f"Look at {display_path(picture)}, the artwork redrawn. Wrong colors? See --range, --bgr and --mean."
    )


def describe_import_origin(converted: "ConvertedNetwork", origin: Origin) -> str:
    """Describe in a sentence or two where an imported style comes from, for its page."""
    words = [f"Drawn by a network of its own that was trained elsewhere: {origin.file}, {origin.kind}"]
    words += [origin.url] if origin.url else []
    words += [f"license {origin.license}"] if origin.license else []
    spec = converted.network.spec
    if spec.size:
        height, width = spec.size
        limit = f" Every photo is drawn at {width} x {height} pixels and scaled to its size."
    else:
        limit = f" Photos above {_megapixels(spec)} are drawn at that size and enlarged."
    return f"{', '.join(words)}.{limit}"


def _describe_sizes(spec: "NetworkSpec") -> str:
    if spec.size:
        height, width = spec.size
        return f"photos of {width} x {height} pixels only, so every photo is scaled to that size and back"
    multiple = f" in steps of {spec.multiple} pixels" if spec.multiple > 1 else ""
    return (
        f"photos of any size{multiple}, up to {_megapixels(spec)} (larger ones are scaled down and enlarged)"
    )


def _describe_colors(spec: "NetworkSpec", *, is_given: bool) -> str:
    it = spec.convention
    order = "BGR" if it.is_bgr else "RGB"
    source = "as you said" if is_given else "found by trials"
    return f"{order} from {it.low:g} to {it.high:g}, and gives {it.out_low:g} to {it.out_high:g} ({source})"


def _megapixels(spec: "NetworkSpec") -> str:
    pixels = spec.most_pixels
    return f"{pixels / 1e6:.1f} megapixels" if pixels >= 100_000 else f"{pixels} pixels"


def _check_options(*, range: str, out_range: str, url: str) -> None:
    for name, value in (("range", range), ("out-range", out_range)):
        if value and value not in RANGES:
            near = suggestion(value, RANGES, many="ranges")
            raise UserError(f"--{name} is {value!r}; write the network's value of white.{near}")
    if url and not url.startswith(("https://", "http://")):
        raise UserError(f"--url is {url!r}, but must begin with https:// or http://.")


def _parse_mean(text: str) -> tuple[float, float, float] | None:
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


def _parse_choice(text: str) -> int | None:
    if not text:
        return None
    try:
        return int(text)
    except ValueError:
        raise UserError(f"--pick is {text!r}; write the number of a style, from 0 up.") from None
