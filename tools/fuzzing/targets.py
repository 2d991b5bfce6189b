"""The doors that take a file: what valid files look like, what reads them, and which errors are answers.

Samples are made here, not copied; each is small, so that many can be read in a second.
"""

import io
import json
import shutil
import struct
import sys
import zlib
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from importlib import import_module
from pathlib import Path
from typing import Any

from PIL import Image, ImageCms

from . import museum_targets

ROOT = Path(__file__).parents[2]
sys.path[:0] = [str(ROOT / "plugins"), str(ROOT / "tests")]

import pelican_stylize  # noqa: E402

pelican_stylize.defer_pelican()
from pelican.plugins.stylize.model.errors import PhotoError, UserError  # noqa: E402


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """A door that takes a file."""

    read: Callable[[bytes, Path], object]  # the file's bytes, and a folder that is emptied before each file
    samples: Callable[[], Sequence[bytes]]
    answers: tuple[type[Exception], ...]  # what it may raise
    memory: int = 1_500  # MB of addresses that the process may use


def _encode(picture: Image.Image, format: str, **options: Any) -> bytes:
    file = io.BytesIO()
    picture.save(file, format, **options)
    return file.getvalue()


@cache
def make_pictures() -> tuple[bytes, ...]:
    """Return a small file of each format, with metadata and without."""
    gradient = Image.linear_gradient("L").resize((96, 80))
    colors = Image.merge("RGB", (gradient, gradient.transpose(Image.Transpose.ROTATE_180), gradient))
    faded = colors.copy()
    faded.putalpha(gradient)
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    exif = Image.Exif()
    exif[274], exif[270] = 6, "A pier"
    exif.get_ifd(0x8769)[0xA005] = {1: "R03"}
    plain = _encode(colors, "PNG")
    chunks = [(b"cICP", b"\x0c\x0d\0\1"), (b"gAMA", struct.pack(">I", 100_000)), (b"cHRM", bytes(range(32)))]
    chunks += [
        (b"zTXt", b"a\0\0" + zlib.compress(b"b" * 5000)),
        (b"iTXt", b"XML:com.adobe.xmp\0\0\0\0\0<x/>"),
    ]
    stated = plain[:33]
    for kind, data in chunks:
        stated += struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
    frames = [colors.quantize(16), faded.convert("RGB").quantize(8)]
    files = [
        _encode(colors, "JPEG", exif=exif, icc_profile=profile, comment=b"A pier", xmp=b"<x/>"),
        _encode(colors, "JPEG", progressive=True, quality=30),
        _encode(colors.convert("CMYK"), "JPEG"),
        *(plain, stated + plain[33:], _encode(faded, "PNG", icc_profile=profile, exif=exif)),
        _encode(colors.quantize(16), "PNG", transparency=bytes(range(16)), bits=4),
        _encode(colors, "PNG", save_all=True, append_images=[faded.convert("RGB")]),
        _encode(gradient.point(lambda value: value * 256, "I").convert("I;16"), "PNG"),
        _encode(frames[0], "GIF", comment=b"A pier"),
        _encode(frames[0], "GIF", save_all=True, append_images=frames[1:], loop=0),
        *(_encode(faded, "WEBP", lossless=True, exif=exif), _encode(colors, "WEBP", icc_profile=profile)),
        *(_encode(colors, "AVIF", quality=40, exif=exif, xmp=b"<x/>"), _encode(faded, "AVIF", quality=40)),
        *(_encode(colors, "BMP"), _encode(colors.quantize(4), "BMP")),
        *(
            _encode(picture, "TIFF", compression=compression)
            for picture in (
                colors,
                faded,
                gradient.convert("F"),
                colors.convert("CMYK"),
                colors.convert("LAB"),
            )
            for compression in (None, "tiff_lzw", "tiff_adobe_deflate", "packbits")
        ),
        _encode(colors, "TIFF", compression="jpeg", exif=exif),
    ]
    try:
        from pillow_heif import from_pillow
    except ImportError:
        return tuple(files)
    heic = io.BytesIO()
    from_pillow(colors).save(heic, quality=30)
    return (*files, heic.getvalue())


def read_photo(data: bytes, folder: Path) -> None:
    """Examine a photo and open it."""
    from pelican.plugins.stylize.images.decode import examine, open_photo

    path = _write(folder / "pier.jpg", data)
    examine(path)
    open_photo(path, long_edge=64)


def read_artwork(data: bytes, folder: Path) -> None:
    """Make an artwork.jpg of a picture."""
    from pelican.plugins.stylize.images.artwork_files import read_size, save_artwork
    from pelican.plugins.stylize.images.crop import Box

    path = _write(folder / "painting.png", data)
    size = read_size(path)
    save_artwork(path, folder / "artwork.jpg", size=size, box=Box(0, 0, *size))


def read_mask(data: bytes, folder: Path) -> None:
    """Examine a mask and open it."""
    from pelican.plugins.stylize.images.masks import examine_mask, open_mask

    path = _write(folder / "sky.png", data)
    examine_mask(path)
    open_mask(path)


@cache
def make_credits() -> tuple[bytes, ...]:
    """Return credit files: the least, and one with everything."""
    least = b'title = "The pier"\ncreator = "Ana Sol"\nlicense = "CC-BY-4.0"\n'
    more = (
        least.replace(b'"Ana Sol"', b'["Ana Sol", "B"]')
        + b'date = "1910"\nalt = "A pier"\nsource_url = "https://x.example/1"\ncreator_url = "https://x.example"\n'
        b'[rights]\ndecision = "Free."\nby = "Ana"\non = 2026-11-22\n'
    )
    return least, more


def read_credit(data: bytes, folder: Path) -> None:
    """Read a credit file, and write a feed of what it says."""
    from feedgenerator import Atom1Feed
    from pelican.plugins.stylize.content.photos.credit_files import make_credit, read_credit_file

    credit = make_credit(read_credit_file(_write(folder / "pier.toml", data)), where="pier.toml")
    feed = Atom1Feed(title="x", link="https://x.example", description="")
    feed.add_item(title=credit.title, link="https://x.example", description=f"{credit}")
    feed.writeString("utf-8")


@cache
def make_style_tables() -> tuple[bytes, ...]:
    """Return the records of the library's styles."""
    return tuple(path.read_bytes() for path in sorted((ROOT / "styles").glob("*/style.toml"))[:6])


def read_style(data: bytes, folder: Path) -> None:
    """Read a style.toml beside an artwork, and use it as the record of a picture."""
    from pelican.plugins.stylize.styles.artwork_record import find_record
    from pelican.plugins.stylize.styles.style_facts import read_style_facts
    from pelican.plugins.stylize.styles.style_toml import read_style_toml, read_training

    _write(folder / "artwork.jpg", make_pictures()[0])
    _write(folder / "style.toml", data)
    _write(folder / "artwork.toml", data)
    find_record(folder / "artwork.jpg", {}, categories=("art",))
    read_style_facts(read_style_toml(folder, display_path="ink", categories=None))
    read_training(folder, display_path="ink")


@cache
def make_weights() -> tuple[bytes, ...]:
    """Return the weights of two styles."""
    return tuple(
        (ROOT / "styles" / name / "style.safetensors").read_bytes() for name in ("harvesters", "hubble-m51")
    )


def read_weights(data: bytes, folder: Path) -> None:
    """Check a file of weights."""
    from pelican.plugins.stylize.storage.safetensors_header import (
        check_tensors,
        digest_tensors,
        read_network_digest,
    )

    digest_tensors(_write(folder / "style.safetensors", data), where="ink/style.safetensors")
    read_network_digest(data, where="ink/style.safetensors")
    check_tensors(data, where="ink/style.safetensors")


@cache
def make_packs() -> tuple[bytes, ...]:
    """Return the pack of a style."""
    from pelican.plugins.stylize.styles.library import load_style
    from pelican.plugins.stylize.styles.pack import build_pack

    return (build_pack(load_style(ROOT / "styles" / "harvesters"), plugin="1", made="2026-11-22"),)


def read_pack(data: bytes, folder: Path) -> None:
    """Unpack a style into an empty library."""
    from pelican.plugins.stylize.styles.unpack import unpack_style

    library = folder / "styles"
    library.mkdir()
    unpack_style(_write(folder / "ink.style.zip", data), library, slug="ink")


@cache
def make_models() -> tuple[bytes, ...]:
    """Return a state dict and an ONNX file of small networks."""
    import torch

    models = import_module("fixtures.onnx_models")
    state, old = io.BytesIO(), io.BytesIO()
    torch.save(models.TransformerNet().saved(), state)
    torch.save(models.TransformerNet().saved(), old, _use_new_zipfile_serialization=False)
    return state.getvalue(), old.getvalue(), models.zoo_like(size=(32, 32)).SerializeToString()


def read_model(data: bytes, folder: Path) -> None:
    """Read a network that was trained elsewhere, and check its graph."""
    from pelican.plugins.stylize.engine.graph_networks.graph_spec import validate_operations
    from pelican.plugins.stylize.engine.model_import.convert import fold_constants, read_network

    draft = fold_constants(read_network(_write(folder / "ink.onnx", data)))
    validate_operations(draft.operations, draft.tensors, output=draft.output)


@cache
def make_published() -> tuple[bytes, ...]:
    """Return published files with their metadata."""
    record = import_module("fixtures.records").RECORD
    from pelican.plugins.stylize.images.metadata_embedding import embed
    from pelican.plugins.stylize.provenance.exif import make_exif
    from pelican.plugins.stylize.provenance.xmp import make_packet

    picture = Image.linear_gradient("L").convert("RGB").resize((64, 64))
    encoded = [_encode(picture, "JPEG"), _encode(picture, "AVIF", quality=40)]
    packet = make_packet(record, full=True)
    return (*encoded, *(embed(each, xmp=packet, exif=make_exif(record)) for each in encoded))


def read_published(data: bytes, folder: Path) -> None:
    """Read a published file back, and put metadata into it."""
    from pelican.plugins.stylize.images.metadata_embedding import embed
    from pelican.plugins.stylize.provenance.readers.image_metadata import read_file

    with suppress(ValueError):
        embed(data, xmp=b"<x/>", exif=b"II*\0")
    read_file(_write(folder / "480.jpg", data))


@cache
def make_documents() -> tuple[bytes, ...]:
    """Return an index of published pictures, a sidecar, and a list of files; two of them lack their seal."""
    record = import_module("fixtures.records").RECORD
    from pelican.plugins.stylize.provenance.sidecar import make_sidecar

    file = {
        "path": "pictures/a/480.jpg",
        "width": 480,
        "format": "image/jpeg",
        "bytes": 9,
        "sha256": "a",
        "signed": False,
    }
    picture = {"folder": "pictures/a", "record": "b", "sidecar": "provenance/a.json", "files": [file] * 2}
    index = {"version": 2, "site": "", "static": [], "pictures": [picture] * 3}
    names = b"".join(b"%064x  pictures/%d.jpg\n" % (number, number) for number in range(4))
    return json.dumps(index, indent=1).removesuffix("\n}").encode(), make_sidecar(record).encode(), names


def read_document(data: bytes, folder: Path) -> None:
    """Read a file as an index, as a sidecar, as a list of all files, and as a document of a page.

    Index and list are sealed again, as whoever changes one could do.
    """
    from pelican.plugins.stylize.model.entities import digest_of
    from pelican.plugins.stylize.provenance.readers.html_pages import find_image_objects
    from pelican.plugins.stylize.provenance.verify.published_index import read_pictures, read_record
    from pelican.plugins.stylize.storage.checksums import LIST, read_checksums
    from pelican.plugins.stylize.storage.sealed_text import JSON_END, LINES_END, seal

    path = _write(folder / "index.json", data)
    sealed = _write(folder / "sealed.json", seal(data, JSON_END))
    (folder / LIST).parent.mkdir(parents=True, exist_ok=True)
    _write(folder / LIST, seal(data, LINES_END))
    digest = ""
    with suppress(ValueError, KeyError, TypeError, RecursionError):
        digest = digest_of(json.loads(data)["record"])
    for read in (
        lambda: list(read_pictures(path)),
        lambda: list(read_pictures(sealed)),
        lambda: read_record(path, digest=digest, sha256=sha256(data).hexdigest()),
        lambda: read_checksums(folder),
        lambda: list(find_image_objects(data.decode("utf-8", "replace"))),
    ):
        with suppress(ValueError):
            read()


def _write(path: Path, data: bytes) -> Path:
    path.write_bytes(data)
    return path


def _refuse_network(data: bytes, folder: Path) -> None:
    from pelican.plugins.stylize.engine.graph_networks.graph_spec import NetworkError

    try:
        read_model(data, folder)
    except NetworkError as error:
        raise UserError(str(error)) from error


TARGETS = {
    "photo": Target(read=read_photo, samples=make_pictures, answers=(PhotoError,)),
    "artwork": Target(read=read_artwork, samples=make_pictures, answers=(PhotoError,)),
    "mask": Target(read=read_mask, samples=make_pictures, answers=(PhotoError,)),
    "credit": Target(read=read_credit, samples=make_credits, answers=(UserError,)),
    "style": Target(read=read_style, samples=make_style_tables, answers=(UserError,)),
    "weights": Target(read=read_weights, samples=make_weights, answers=(UserError,)),
    "pack": Target(read=read_pack, samples=make_packs, answers=(UserError,)),
    "model": Target(read=_refuse_network, samples=make_models, answers=(UserError,), memory=8_000),
    "published": Target(read=read_published, samples=make_published, answers=(ValueError,)),
    "answers": Target(read=museum_targets.read_answer, samples=museum_targets.make_answers, answers=()),
    "pages": Target(read=museum_targets.read_page, samples=museum_targets.make_pages, answers=(UserError,)),
    "citations": Target(read=museum_targets.read_citation, samples=museum_targets.make_citations, answers=()),
    "documents": Target(read=read_document, samples=make_documents, answers=(ValueError,)),
}


def empty(folder: Path) -> None:
    """Make a folder empty."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
