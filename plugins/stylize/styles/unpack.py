"""A pack on arrival: everything in it is checked before anything is put into place."""

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
from ..model.command_name import command
from ..model.entities import CATEGORIES, Style
from ..model.errors import PhotoError, UserError
from ..model.methods import FEED_FORWARD, NETWORK_FILES
from ..storage.atomic_files import display_path, explain_refusals, private_folder, put_new
from ..storage.safetensors_header import check_tensors
from .artwork_record import slug_problems
from .library import COMING, read_style
from .pack import ALLOWED, CARD, FORMAT, MANIFEST, NEEDED, VERSION, Manifest
from .style_facts import PANEL
from .train import forget_tuning, predict_style

MOST_BYTES = 64 * 2**20  # of a pack, and of all that is in it; those of a style are one or two MiB
MOST_ENTRIES = 32
LONGEST_TEXT = 2**20  # bytes of a manifest
LONGEST_NAME = 100  # characters of a style's folder

_AGAIN = "Fetch the pack again, or take another copy."


def unpack_style(
    file: Path,
    library: Path,
    *,
    slug: str = "",
    executor: Executor | None = None,
    categories: tuple[str, ...] = CATEGORIES,
) -> Style:
    """Put the style of a pack into the library, whole or not at all, and return it.

    slug: its name there; "" for the one it was packed under. executor: makes the numbers anew where those
    of the pack belong to another network than the one installed. Raises UserError with what is wrong.
    """
    manifest, files = read_pack(file)
    name, numbers = slug or manifest.slug, files["style.safetensors"]
    problems = (slug_problems(slug, option="--as") if slug else []) or _taken(name, library, file)
    installed = NETWORK_FILES["transformer.safetensors"]
    is_shared = manifest.method == FEED_FORWARD.name  # it draws with the network that styles share
    is_foreign = is_shared and manifest.network != installed
    if is_foreign and executor is None:
        problems.append(
            f"{display_path(file)}: its numbers belong to another network ({manifest.network[:12]}…, "
            "installed is"
            f" {installed[:12]}…) and would draw nothing like it here. To keep the artwork and its record,"
            " and make the numbers anew with the network that is installed: --predict"
        )
    if problems:
        raise UserError(*problems)
    where = f"{display_path(file)}/{manifest.slug}"
    check_tensors(numbers, where=f"{where}/style.safetensors", are_numbers=is_shared)
    with (
        explain_refusals(library, doing="unpacking a style"),
        private_folder(library, prefix=COMING) as aside,
    ):
        coming = aside / name
        coming.mkdir()
        for own, data in files.items():
            if own in ALLOWED:
                (coming / own).write_bytes(data)
        _check_pictures(coming, where=where)
        if is_foreign and executor:
            for stale in set(files) & set(ALLOWED) - set(NEEDED):
                (coming / stale).unlink()  # they show and judge the numbers that are left behind
            forget_tuning(coming)
            predict_style(coming, executor, shown=where, categories=categories)
        read_style(coming, shown=where, categories=categories)
        try:
            put_new(coming, library / name)
        except FileExistsError:
            raise UserError(*_taken(name, library, file)) from None
    return read_style(library / name, shown=display_path(library / name), categories=categories)


def read_pack(file: Path) -> tuple[Manifest, dict[str, bytes]]:
    """Return a pack's manifest and files, all of which are as the manifest says; nothing is written.

    Raises UserError with every fault of the pack that can be told.
    """
    try:
        facts = file.stat()
        if not stat.S_ISREG(facts.st_mode):
            raise UserError(
                f"{display_path(file)}: this is not a file. Name a pack, such as harvesters.style.zip."
            )
        if facts.st_size > MOST_BYTES:
            raise UserError(
                f"{display_path(file)}: it is larger than {MOST_BYTES >> 20} MiB, so it is no pack of a "
                "style."
            )
        with zipfile.ZipFile(file) as pack:
            entries = _entries_of(pack, where=display_path(file))
            contents = _contents_of(pack, entries, where=display_path(file))
    except OSError as error:
        raise UserError(
            f"{display_path(file)}: the file cannot be read: {error.strerror or error}."
        ) from None
    except (zipfile.BadZipFile, *_ZIP_ERRORS):
        raise UserError(f"{display_path(file)}: this is not a zip file, or it is cut off. {_AGAIN}") from None
    folders = {folder for folder, _ in contents}
    manifests = [data for (_, name), data in contents.items() if name == MANIFEST]
    if len(manifests) != 1:
        raise UserError(f"{display_path(file)}: {MANIFEST} is missing, so it is no pack of a style.")
    manifest = _manifest_of(manifests[0], where=f"{display_path(file)}/{MANIFEST}")
    problems = []
    if folders != {manifest.slug}:
        other = sorted(folders - {manifest.slug})
        problems.append(
            f"{display_path(file)}: it holds the folder {other[0]!r}, and should hold {manifest.slug!r} "
            "alone."
        )
    files = {name: data for (_, name), data in contents.items() if name != MANIFEST}
    problems += _faults_of(files, manifest, where=display_path(file))
    if problems:
        raise UserError(*problems)
    return manifest, files


# Beside BadZipFile, what reading a damaged zip raises: zlib's own, unknown codings, names that are no text.
_ZIP_ERRORS = (zlib.error, EOFError, NotImplementedError, RuntimeError, ValueError, OverflowError)


def _entries_of(pack: zipfile.ZipFile, *, where: str) -> list[tuple[zipfile.ZipInfo, str, str]]:
    """Return the entries of a zip with their folder and name, once none of them can do harm."""
    infos = pack.infolist()
    if len(infos) > MOST_ENTRIES:
        raise UserError(
            f"{where}: it holds {len(infos)} entries, and a style has no more than {MOST_ENTRIES}."
        )
    problems, entries, seen = [], [], set()
    for info in infos:
        path, told = info.orig_filename, f"{where}: {info.orig_filename!r}"
        kind = stat.S_IFMT(info.external_attr >> 16)
        if _UNSAFE.search(path):
            problems.append(f"{told} would lead out of the folder it is unpacked in. Nothing was unpacked.")
        elif kind not in (0, stat.S_IFREG, stat.S_IFDIR):
            problems.append(f"{told} is a link or a device, and no file. Nothing was unpacked.")
        elif info.flag_bits & 1 or info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            problems.append(f"{told} is encrypted, or packed in a way that no pack of a style is.")
        elif path.casefold() in seen:
            problems.append(f"{told} is in it twice. {_AGAIN}")
        elif info.is_dir():
            continue
        elif path.count("/") != 1 or path.rpartition("/")[2] not in (*ALLOWED, CARD, MANIFEST):
            problems.append(f"{told} does not belong to a style. {_AGAIN}")
        else:
            folder, _, name = path.partition("/")
            entries.append((info, folder, name))
        seen.add(path.casefold())
    total = sum(info.file_size for info in infos)
    if total > MOST_BYTES:
        problems.append(
            f"{where}: it would unpack to more than {MOST_BYTES >> 20} MiB. Nothing was unpacked."
        )
    if problems:
        raise UserError(*problems)
    return entries


# What climbs out of a folder on any system: .., a leading slash, a backslash, a drive, what no name may hold.
_UNSAFE = re.compile(r"(^|/)\.\.?(/|$)|^/|//|\\|:|[\x00-\x1f\x7f]")


def _contents_of(
    pack: zipfile.ZipFile, entries: list[tuple[zipfile.ZipInfo, str, str]], *, where: str
) -> dict[tuple[str, str], bytes]:
    """Return the bytes of each entry, no more of them than it declared."""
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


def _manifest_of(data: bytes, *, where: str) -> Manifest:
    try:
        if len(data) > LONGEST_TEXT:
            raise ValueError("too long")
        table: dict[str, Any] = json.loads(data)
        if table["format"] != FORMAT or type(table["version"]) is not int:
            raise ValueError("another format")
        if table["version"] > VERSION:
            raise UserError(
                f"{where}: it was packed in format {table['version']}, and this version of the plugin knows"
                f" {VERSION}. Update the plugin."
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


def _faults_of(files: Mapping[str, bytes], manifest: Manifest, *, where: str) -> list[str]:
    """Return in what the files of a pack differ from what its manifest says of them."""
    told = manifest.files
    faults = [f"{where}: {name} is missing. {_AGAIN}" for name in sorted({*told, *NEEDED} - files.keys())]
    faults += [
        f"{where}: {name} is not in its manifest. {_AGAIN}" for name in sorted(files.keys() - told.keys())
    ]
    for name in sorted(files.keys() & told.keys()):
        size, digest = told[name]
        data = files[name]
        if len(data) != size or sha256(data).hexdigest() != digest:
            faults.append(f"{where}: {name} is not the file that was packed; its sha256 differs. {_AGAIN}")
    return faults


def _check_pictures(folder: Path, *, where: str) -> None:
    from ..images.decode import examine

    for path in (folder / "artwork.jpg", folder / PANEL):
        if path.is_file():
            try:
                examine(path)
            except PhotoError as error:
                raise UserError(*(f"{where}/{path.name}: {problem}" for problem in error.problems)) from error


def _taken(slug: str, library: Path, file: Path) -> list[str]:
    """Return that a name is taken, where it is; by a folder that differs in its case too."""
    names = {path.name.casefold() for path in library.iterdir()} if library.is_dir() else set()
    if slug.casefold() not in names:
        return []
    number = next(n for n in range(2, len(names) + 3) if f"{slug}-{n}" not in names)
    return [
        f"{display_path(library / slug)} is there already, and is left as it is. Give the other another name:"
        f" {command(f'style.unpack {display_path(file)} --as {slug}-{number}')}"
    ]
