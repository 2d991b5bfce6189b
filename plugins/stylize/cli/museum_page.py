"""Import a page that was saved in a browser: `museum.add --page saved.html --image saved.jpg`.

Yields the lines to print and returns the record. It stores nothing: `museum.add` does.
"""

import sys
import tempfile
from collections.abc import Callable, Generator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from ..executors.trial import PICTURE, TrialProcess
from ..model.command_name import command
from ..model.entities import Decision
from ..model.errors import PhotoError, UserError
from ..museums.importers.registry import find_museum
from ..museums.record import MuseumRecord
from ..museums.saved_page.filling import Filled, Missing, fill
from ..museums.saved_page.found_field import NAMES
from ..museums.saved_page.page_file import SavedPage, read_saved_page
from ..museums.saved_page.page_picture import CheckedPicture, check_picture, find_picture
from ..museums.saved_page.understanding import Understanding, describe, understand
from ..storage.atomic_files import display_path

_ATTEMPTS = 3  # at an answer that cannot be used
_IMAGE = Missing(name="image", question="Where is the picture that you saved?", example="saved.jpg")


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportedPage:
    """A page and its picture, ready to be stored."""

    record: MuseumRecord
    decision: Decision | None
    picture: bytes | Path  # bytes from the MHTML file, or the file that was named


def import_page(
    page: Path,
    *,
    image: Path | None = None,
    given: Mapping[str, str],
    today: date,
    ask: Callable[[str], str] | None = None,
) -> Generator[str, None, ImportedPage]:
    """Read a saved page; yields the lines to print, and returns the record.

    given: what was typed, by the names of `filling.FLAGS`. ask: asks a person, such as `input`; None if there
    is nobody to ask. Raises UserError if a file cannot be used, or with all that is missing.
    """
    where = display_path(page)
    saved = read_saved_page(page)
    understood = understand(saved)
    yield f"{where} says:"
    yield from describe(understood)
    if understood.known:
        yield _describe_known(understood)
    yield from (f"About rights: {hint}." for hint in understood.hints)
    yield from (f"Note: {warning}." for warning in understood.warnings)
    filled = fill(understood.draft, given, today=today)  # what was typed is checked before anything is asked
    picture, lines = _take_picture(saved, understood, image, ask=ask)
    yield from lines
    missing: Sequence[Missing] = (*filled.missing, *(() if picture else (_IMAGE,)))
    if missing and ask is None:
        raise UserError(*(f"{where}: {_describe_missing(one, understood)}" for one in missing))
    if ask is not None:
        filled = yield from _ask_for_missing(understood, filled, given, today=today, ask=ask)
        if not picture:
            answer = _ask(ask, _IMAGE).strip("'\"")
            if not answer:
                raise UserError(f"{where}: {_describe_missing(_IMAGE, understood)}")
            image = Path(answer).expanduser()
            picture, lines = _take_picture(saved, understood, image, ask=ask)
            yield from lines
    yield _describe_rights(filled)
    return ImportedPage(record=filled.record, decision=filled.decision, picture=picture)


def find_asker() -> Callable[[str], str] | None:
    """Return what asks the person at a terminal; None if there is nobody."""
    return input if sys.stdin.isatty() and sys.stdout.isatty() else None


def _describe_known(understood: Understanding) -> str:
    museum = find_museum(understood.known.partition(":")[0])
    return (
        f"This page is {understood.known}, of {museum.title}, which can be asked itself:"
        f" {command(f'museum.add {understood.known}')}"
    )


def _take_picture(
    saved: SavedPage,
    understood: Understanding,
    image: Path | None,
    *,
    ask: Callable[[str], str] | None,
) -> tuple[bytes | Path, list[str]]:
    """Return the picture and lines about it; b"" if there is none."""
    trial = TrialProcess(PICTURE)
    try:
        if image is not None:
            try:
                checked = check_picture(image, draft=understood.draft, trial=trial)
            except PhotoError as error:
                raise UserError(f"{display_path(image)}: {error}") from None
            return image, _describe_picture(display_path(image), checked)
        inside, is_named = find_picture(saved, understood.draft)
        if inside is None:
            return b"", []
        name = f"{inside.address or 'without an address'} in the MHTML file"
        if not is_named and not (ask and _confirm(ask, f"Is this the picture of the item: {name}?")):
            return b"", [f"Note: the largest picture is {name}; the page does not say that it is the item."]
        with tempfile.TemporaryDirectory() as folder:
            file = Path(folder) / "picture"
            file.write_bytes(inside.data)
            try:
                checked = check_picture(file, draft=understood.draft, trial=trial)
            except PhotoError as error:
                return b"", [f"Note: {name} cannot be used: {error}"]
        return inside.data, _describe_picture(name, checked)
    finally:
        trial.close()


def _describe_picture(name: str, checked: CheckedPicture) -> list[str]:
    return [
        f"Picture: {name}, {checked.width} x {checked.height} pixels",
        *(f"The file says: {NAMES[one.name]}: {one.value[:160]}  [{one.source}]" for one in checked.found),
        *(f"Note: {warning}" for warning in checked.warnings),
    ]


def _describe_missing(missing: Missing, understood: Understanding) -> str:
    """Return what is missing, with the flag to type, and what the page says without counting."""
    hints = [
        f"{field.value[:80]!r} ({field.source})"
        for field in understood.found
        if field.name == missing.name and field.about == "page" and missing.name == "creator"
    ]
    hint = f" The page's own author is {hints[0]}: is it the same?" if hints else ""
    return f"{missing.question}{hint} Type {missing.flag}"


def _ask_for_missing(
    understood: Understanding,
    filled: Filled,
    given: Mapping[str, str],
    *,
    today: date,
    ask: Callable[[str], str],
) -> Generator[str, None, Filled]:
    """Ask one question for each thing that is missing, again if an answer cannot be used."""
    typed = dict(given)
    attempts = 0
    while filled.missing:
        missing = filled.missing[0]
        attempts += 1
        answer = _ask(ask, missing)
        try:
            if answer:
                filled = fill(understood.draft, {**typed, missing.name: answer}, today=today)
                typed[missing.name] = answer
        except UserError as error:
            yield str(error)
        if missing not in filled.missing:
            attempts = 0
        elif attempts >= _ATTEMPTS:
            raise UserError(*(f"{_describe_missing(one, understood)}" for one in filled.missing))
    return filled


def _ask(ask: Callable[[str], str], missing: Missing) -> str:
    """Return the answer to a question; "" if the person ended the input (Ctrl-D)."""
    try:
        return ask(f"{missing.question} ").strip()
    except EOFError:
        return ""


def _confirm(ask: Callable[[str], str], question: str) -> bool:
    try:
        return ask(f"{question} [y/N] ").strip().lower() in ("y", "yes")
    except EOFError:
        return False


def _describe_rights(filled: Filled) -> str:
    rights, decision = filled.record.rights, filled.decision
    by = f", decided by {decision.by} on {decision.on}" if decision else ""
    return f"Rights: {rights.license.name} [{rights.field}]{by}"
