"""Check a whole site: its pictures, those of its sub-sites, and all other files against their list."""

from collections.abc import Collection, Container, Iterator
from pathlib import Path

from ...model.command_name import command
from ...model.errors import UserError
from ...storage.atomic_files import display_path, sha256_of
from ...storage.checksums import INDEX, LIST, Checksums, digest_path, read_checksums, walk_files
from .picture_check import LISTED, OF_HOST, UNKNOWN, VerifiedFile, list_sidecars, verify_pictures

ADDED = "it is not in the list of all files: it was put here after publishing"
OF_HOSTS = {"CNAME"}  # beside what begins with a dot, at the top of a site


def find_root(target: Path) -> Path:
    """Return the root of the site that a folder or file belongs to; raises UserError if there is none."""
    if not target.exists():
        raise UserError(
            f"{display_path(target)}: there is no such folder or file."
            f" Build the site first: {command('build')}"
        )
    folders = (target, *target.resolve().parents)
    for name in (LIST, INDEX):  # the list of a site covers its sub-sites, each of which has an index
        for folder in folders:
            if (folder / name).is_file():
                return folder
    raise UserError(
        f"{display_path(target)}: there is no {INDEX} in it or above it to compare with."
        f" Build the site first: {command('build')}"
    )


def has_list(root: Path) -> bool:
    """Return whether a site has a list of all its files, which `publish` and `rebuild` write."""
    return (root / LIST).is_file()


def verify_files(root: Path, target: Path) -> Iterator[VerifiedFile]:
    """Check the files at or below `target`: first the pictures of the index, then all others.

    Raises UserError if an index cannot be read and there is no list of all files to go by.
    """
    root, target = root.resolve(), target.resolve()
    paths = list(walk_files(root))
    checksums, fault = _read_list(root)
    if fault:
        yield fault
    checked: set[str] = set()
    for folder, inside in _split_by_site(paths).items():
        index = root / folder / INDEX
        try:
            for row in verify_pictures(root / folder, inside, target):
                row.path = f"{folder}{row.path}"
                _compare_with_list(row, checksums, root)
                checked.add(row.path)
                yield row
            checked |= {f"{folder}{path}" for path in list_sidecars(root / folder, inside)}
            if not checksums:
                checked.add(f"{folder}{INDEX}")
        except ValueError as error:
            if not checksums:
                again = f"Build the site again: {command('build')}"
                raise UserError(f"{display_path(index)}: {error}. {again}") from None
            row = VerifiedFile(f"{folder}{INDEX}", kind=LISTED)
            row.note("bytes", [str(error)])
            checked.add(row.path)
            yield row
    missing = checksums.named.keys() - set(paths) if checksums else set()
    for path in sorted({*paths, *missing} - checked):
        if (place := root / path) == target or target in place.parents:
            yield _check_other(root, path, checksums)
    if checksums and target == root and (count := _count_missing(checksums, paths)):
        yield _report_missing(count)


def _split_by_site(paths: Collection[str]) -> dict[str, list[str]]:
    """Return the paths in a site and in each sub-site, by its folder: "", or with a slash at the end."""
    roots = [path.removesuffix(INDEX) for path in paths if f"/{path}".endswith(f"/{INDEX}")]
    sites: dict[str, list[str]] = {folder: [] for folder in sorted(roots)}
    for path in paths:
        folder = _find_site(path, sites)
        if folder is not None:
            sites[folder].append(path.removeprefix(folder))
    return sites


def _find_site(path: str, sites: Container[str]) -> str | None:
    """Return the innermost site that a path is in, by its folder; None if it is in none."""
    end = len(path)
    while (end := path.rfind("/", 0, end)) >= 0:
        if path[: end + 1] in sites:
            return path[: end + 1]
    return "" if "" in sites else None


def _read_list(root: Path) -> tuple[Checksums | None, VerifiedFile | None]:
    """Return the list of all files, and a row for it if it is damaged."""
    try:
        return read_checksums(root), None
    except FileNotFoundError:
        return None, None
    except (ValueError, OSError) as error:
        row = VerifiedFile(LIST, kind=LISTED)
        reason = error.strerror if isinstance(error, OSError) else str(error)
        row.note("bytes", [f"{reason}, so it vouches for no file"])
        return None, row


def _compare_with_list(row: VerifiedFile, checksums: Checksums | None, root: Path) -> None:
    """Add to the row of a picture what the list of all files says of it."""
    if not checksums or not (root / row.path).is_file():
        return
    if not (expected := checksums.find(row.path)):
        if row.results["index"] != "FAULT":
            row.note("index", [*row.faults, ADDED])
    elif row.results["bytes"] == "-" and row.results["index"] == "FAULT":
        # An image of the author's own, which the list vouches for.
        row.faults.clear()
        row.results["index"], row.kind = "-", LISTED
        row.note("bytes", _compare(root / row.path, expected))


def _check_other(root: Path, path: str, checksums: Checksums | None) -> VerifiedFile:
    """Check a file that no index names."""
    row = VerifiedFile(path, kind=LISTED if checksums else UNKNOWN)
    top = path.partition("/")[0]
    expected = checksums.find(path) if checksums else ""
    if not (root / path).exists() and expected:
        row.note("bytes", ["it is missing, but the list of all files names it"])
    elif not (root / path).is_file():
        row.note("bytes", ["this is no file"])
    elif expected:
        row.note("bytes", _compare(root / path, expected))
    elif checksums and (top.startswith(".") or path in OF_HOSTS):
        row.kind = OF_HOST
    elif checksums:
        row.note("bytes", [ADDED])
    return row


def _compare(path: Path, expected: str) -> list[str]:
    try:
        found = sha256_of(path)
    except OSError as error:
        return [f"it cannot be read: {error.strerror}"]
    if found == expected:
        return []
    return [f"it was changed after publishing: {expected[:12]}… was published, this is {found[:12]}…"]


def _count_missing(checksums: Checksums, paths: Collection[str]) -> int:
    """Return how many files without a name in the list are missing."""
    if not checksums.unnamed:
        return 0
    return len(checksums.unnamed.keys() - {digest_path(path) for path in paths})


def _report_missing(count: int) -> VerifiedFile:
    row = VerifiedFile(LIST, kind=LISTED)
    files = "a file is" if count == 1 else f"{count} files are"
    row.note(
        "bytes",
        [
            f"{files} missing that no page links to, such as a draft; the list has no name for it."
            " A copy that was made by following links lacks them as well"
        ],
    )
    return row
