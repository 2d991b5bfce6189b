"""Unpack a style: check everything in a pack before any of it enters the library."""

import json
import re
import stat
import zipfile
import zlib
from collections.abc import Mapping
from hashlib import sha256
from pathlib import Path
from typing import Any

from ..executors.interface import Executor
from ..executors.trial import PICTURE, TrialProcess
from ..model.command_name import command
from ..model.entities import CATEGORIES, Style
from ..model.errors import PhotoError, UserError
from ..model.methods import FEED_FORWARD, NETWORK_FILES
from ..storage.atomic_files import display_path
from ..storage.safetensors_header import check_tensors
from .artwork_record import check_slug
from .edit_toml import remove_training
from .library import check_slug_is_free, load_style, new_style_folder
from .pack import ALLOWED, CARD, FORMAT, MANIFEST, NEEDED, ORIGINALS, VERSION, Manifest
from .scores_file import SCORES
from .style_facts import PAINTED, PANEL
from .train import predict_style

MOST_BYTES = 64 * 2**20  # of a pack, and of its contents; a style has one or two MiB
MOST_ENTRIES = 32
LONGEST_TEXT = 2**20  # bytes of a manifest
LONGEST_NAME = 100  # characters of a style's folder

_AGAIN = "Download the pack again, or use another copy."


def unpack_style(
    file: Path,
    library: Path,
    *,
    slug: str = "",
    executor: Executor | None = None,
    categories: tuple[str, ...] = CATEGORIES,
) -> Style:
    """Copy the style of a pack into the library and return it.

    slug: its name in the library; "" for its name in the pack. executor: predicts new weights if those of
    the pack belong to another network than the installed one. Raises UserError with every problem; the
    library is not changed then.
    """
    manifest, files = read_pack(file)
    place = display_path(file)
    name, weights = slug or manifest.slug, files["style.safetensors"]
    option = command(f"style.unpack {place} --as")
    problems = check_slug(slug, option="--as") if slug else []
    problems = problems or check_slug_is_free(name, library, option=option)
    installed = NETWORK_FILES["transformer.safetensors"]
    is_shared = manifest.method == FEED_FORWARD.name  # drawn with the network that most styles share
    is_outdated = is_shared and manifest.network != installed
    if is_outdated and executor is None:
        problems.append(
            f"{place}: its weights belong to another network ({manifest.network[:12]}…, installed"
            f" is {installed[:12]}…), so the style would look different here. To keep the artwork and its"
            " record, and predict new weights for the installed network: --predict"
        )
    if problems:
        raise UserError(*problems)
    where = f"{place}/{manifest.slug}"
    check_tensors(weights, where=f"{where}/style.safetensors", are_numbers=is_shared)
    with new_style_folder(library, name, doing="unpacking a style", option=option) as coming:
        for own, data in files.items():
            if own in ALLOWED:
                (coming / own).write_bytes(data)
        _check_pictures(coming, where=where)
        if is_outdated and executor:
            for stale in set(files) & {PANEL, SCORES}:
                (coming / stale).unlink()  # of the old weights, on which a painted panel does not depend
            remove_training(coming / "style.toml", where=f"{where}/style.toml")
            predict_style(coming, executor, display_path=where, categories=categories)
        load_style(coming, display_path=where, categories=categories)
    return load_style(library / name, categories=categories)


def read_pack(file: Path) -> tuple[Manifest, dict[str, bytes]]:
    """Return the manifest and the files of a pack, checked against each other; nothing is written.

    Raises UserError with every problem of the pack.
    """
    place = display_path(file)
    try:
        facts = file.stat()
        if not stat.S_ISREG(facts.st_mode):
            raise UserError(f"{place}: this is not a file. Name a pack, such as harvesters.style.zip.")
        if facts.st_size > MOST_BYTES:
            raise UserError(
                f"{place}: it is larger than {MOST_BYTES >> 20} MiB, so it is not a pack of a style."
            )
        with zipfile.ZipFile(file) as pack:
            entries = _check_entries(pack, where=place)
            contents = _read_entries(pack, entries, where=place)
    except OSError as error:
        raise UserError(f"{place}: the file cannot be read: {error.strerror or error}.") from None
    except (zipfile.BadZipFile, *_ZIP_ERRORS):
        raise UserError(f"{place}: this is not a zip file, or it is incomplete. {_AGAIN}") from None
    folders = {folder for folder, _ in contents}
    manifests = [data for (_, name), data in contents.items() if name == MANIFEST]
    if len(manifests) != 1:
        raise UserError(f"{place}: {MANIFEST} is missing, so it is not a pack of a style.")
    manifest = _parse_manifest(manifests[0], where=f"{place}/{MANIFEST}")
    problems = []
    if folders != {manifest.slug}:
        other = sorted(folders - {manifest.slug})
        problems.append(
            f"{place}: it contains the folder {other[0]!r}, but only {manifest.slug!r} is allowed."
        )
    files = {name: data for (_, name), data in contents.items() if name != MANIFEST}
    problems += _compare_files(files, manifest, where=place)
    if problems:
        raise UserError(*problems)
    return manifest, files


# What reading a damaged zip raises apart from BadZipFile: unknown encodings and names that are not text too.
_ZIP_ERRORS = (zlib.error, EOFError, NotImplementedError, RuntimeError, ValueError, OverflowError)


def _check_entries(pack: zipfile.ZipFile, *, where: str) -> list[tuple[zipfile.ZipInfo, str, str]]:
    """Return the entries of a zip with their folder and name; raises UserError if any could do harm."""
    infos = pack.infolist()
    if len(infos) > MOST_ENTRIES:
        raise UserError(f"{where}: it has {len(infos)} entries, but a style has at most {MOST_ENTRIES}.")
    problems, entries, seen = [], [], set()
    for info in infos:
        path, entry = info.orig_filename, f"{where}: {info.orig_filename!r}"
        kind = stat.S_IFMT(info.external_attr >> 16)
        if _UNSAFE.search(path):
            problems.append(f"{entry} would be written outside of its folder. Nothing was unpacked.")
        elif kind not in (0, stat.S_IFREG, stat.S_IFDIR):
            problems.append(f"{entry} is a link or a device, not a file. Nothing was unpacked.")
        elif info.flag_bits & 1 or info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            problems.append(f"{entry} is encrypted, or compressed with a method that packs do not use.")
        elif path.casefold() in seen:
            problems.append(f"{entry} is in the pack twice. {_AGAIN}")
        elif info.is_dir():
            continue
        elif path.count("/") != 1 or path.rpartition("/")[2] not in (*ALLOWED, CARD, MANIFEST):
            problems.append(f"{entry} does not belong to a style. {_AGAIN}")
        else:
            folder, _, name = path.partition("/")
            entries.append((info, folder, name))
        seen.add(path.casefold())
    total = sum(info.file_size for info in infos)
    if total > MOST_BYTES:
        problems.append(
            f"{where}: unpacked it would be larger than {MOST_BYTES >> 20} MiB. Nothing was unpacked."
        )
    if problems:
        raise UserError(*problems)
    return entries


# What leads out of a folder on some system (.., a leading slash, a backslash, a drive); control characters.
_UNSAFE = re.compile(r"(^|/)\.\.?(/|$)|^/|//|\\|:|[\x00-\x1f\x7f]")


def _read_entries(
    pack: zipfile.ZipFile, entries: list[tuple[zipfile.ZipInfo, str, str]], *, where: str
) -> dict[tuple[str, str], bytes]:
    """Return the contents of each entry, never more than the size that it declares."""
    contents, problems = {}, []
    for info, folder, name in entries:
        try:
            with pack.open(info) as stream:
                data = stream.read(info.file_size + 1)
            if len(data) != info.file_size:
                raise zipfile.BadZipFile
            contents[folder, name] = data
        except (zipfile.BadZipFile, *_ZIP_ERRORS):
            problems.append(f"{where}/{info.filename}: the file is damaged. {_AGAIN}")
    if problems:
        raise UserError(*problems)
    return contents


def _parse_manifest(data: bytes, *, where: str) -> Manifest:
    try:
        if len(data) > LONGEST_TEXT:
            raise ValueError("too long")
        table: dict[str, Any] = json.loads(data)
        if table["format"] != FORMAT or type(table["version"]) is not int:
            raise ValueError("another format")
        if table["version"] > VERSION:
            raise UserError(
                f"{where}: its format is version {table['version']}, but this plugin reads only {VERSION}."
                " Update the plugin."
            )
        words = {name: table[name] for name in ("slug", "method", "network", "digest", "plugin", "made")}
        files = {name: (entry["bytes"], entry["sha256"]) for name, entry in table["files"].items()}
        slug = words["slug"]
        if not all(isinstance(word, str) for word in words.values()) or slug[:1] in ("", ".", "_"):
            raise ValueError("not words")
        if _UNSAFE.search(slug) or "/" in slug or len(slug) > LONGEST_NAME:
            raise ValueError("not the name of a folder")
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        raise UserError(f"{where}: this is not the manifest of a style. {_AGAIN}") from None
    return Manifest(**words, files=files)


def _compare_files(files: Mapping[str, bytes], manifest: Manifest, *, where: str) -> list[str]:
    """Return how the files of a pack differ from its manifest."""
    listed = manifest.files
    problems = [f"{where}: {name} is missing. {_AGAIN}" for name in sorted({*listed, *NEEDED} - files.keys())]
    problems += [
        f"{where}: {name} is not listed in its manifest. {_AGAIN}"
        for name in sorted(files.keys() - listed.keys())
    ]
    for name in sorted(files.keys() & listed.keys()):
        size, digest = listed[name]
        data = files[name]
        if len(data) != size or sha256(data).hexdigest() != digest:
            problems.append(f"{where}: {name} was changed after it was packed: its sha256 differs. {_AGAIN}")
    return problems


def _check_pictures(folder: Path, *, where: str) -> None:
    trial = TrialProcess(PICTURE)
    try:
        for path in (folder / name for name in ("artwork.jpg", PANEL, PAINTED, *ORIGINALS)):
            if path.is_file():
                trial.check(path)
    except PhotoError as error:
        raise UserError(*(f"{where}/{path.name}: {problem}" for problem in error.problems)) from error
    finally:
        trial.close()
