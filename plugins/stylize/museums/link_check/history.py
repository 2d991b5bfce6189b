"""What earlier checks found, in a file for version control: `provenance/links.json`."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from ...model.errors import UserError
from ...storage.atomic_files import display_path, write_whole
from ...storage.toml_tables import from_table
from .link_status import LinkResult, LinkStatus

VERSION = 1  # raised when the form of the file changes


@dataclass(frozen=True, slots=True, kw_only=True)
class SeenFile:
    """A file as it was downloaded once."""

    on: str  # ISO date, UTC
    sha256: str
    size: int  # bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceHistory:
    """What is known of one address. Dates are ISO dates, UTC."""

    first_seen: str  # when it was first checked
    last_checked: str
    last_alive: str = ""  # "" for never
    verdict: str
    status: int | None = None  # of the last answer; None if none came
    why: str = ""
    moved_to: str = ""
    files: tuple[SeenFile, ...] = ()  # one for each change of the file

    def __post_init__(self) -> None:
        if self.verdict not in tuple(LinkStatus):
            raise ValueError(f"verdict is {self.verdict!r}, which is none of {', '.join(LinkStatus)}")


def load_history(path: Path) -> dict[str, SourceHistory]:
    """Return what is known, by address; empty if there is no file yet.

    Raises UserError for a damaged file, since saving a new one would lose what it holds.
    """
    where = display_path(path)
    remedy = "Restore it, as with git checkout, or move it away to start over."
    try:
        table = json.loads(path.read_bytes())
        if table["version"] != VERSION:
            raise UserError(f"{where}: it has version {table['version']!r}, but {VERSION} is known. {remedy}")
        return {url: _parse_entry(facts, where=f"{where} {url}") for url, facts in table["addresses"].items()}
    except FileNotFoundError:
        return {}
    except OSError as error:
        raise UserError(f"{where}: it cannot be read ({error.strerror}). Allow it.") from None
    except (ValueError, KeyError, TypeError, AttributeError):
        raise UserError(f"{where}: the file is damaged. {remedy}") from None


def save_history(path: Path, entries: Mapping[str, SourceHistory]) -> None:
    """Save what is known, whole or not at all, sorted so that versions compare; raises UserError."""
    table = {"version": VERSION, "addresses": {url: asdict(entry) for url, entry in entries.items()}}
    try:
        write_whole(path, json.dumps(table, indent=2, sort_keys=True, ensure_ascii=False) + "\n")
    except OSError as error:
        raise UserError(
            f"{display_path(path)} cannot be written ({error.strerror}), so the check stops here."
            " What it held before is still there."
        ) from None


def update_history(known: SourceHistory | None, result: LinkResult, *, on: str) -> SourceHistory:
    """Return what is known of an address after one more check. on: ISO date, UTC."""
    entry = known or SourceHistory(first_seen=on, last_checked=on, verdict=result.verdict)
    files = entry.files
    if result.sha256 and (not files or files[-1].sha256 != result.sha256):
        files = (*files, SeenFile(on=on, sha256=result.sha256, size=result.size))
    is_alive = result.verdict in (LinkStatus.ALIVE, LinkStatus.MOVED)
    return replace(
        entry,
        last_checked=on,
        last_alive=on if is_alive else entry.last_alive,
        verdict=str(result.verdict),
        status=result.status,
        why=result.why,
        moved_to=result.moved_to,
        files=files,
    )


def _parse_entry(facts: Any, *, where: str) -> SourceHistory:
    table = dict(facts)
    files = tuple(from_table(SeenFile, file, where=where) for file in table.pop("files", ()))
    return replace(from_table(SourceHistory, table, where=where), files=files)
