"""What a museum says otherwise today than when an item was added."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from ..model.errors import UserError
from .citation import Citation, KeptFile, parse_citation
from .errors import MuseumError
from .importers.interface import Museum
from .record import MuseumRecord

RIGHTS = "rights"


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One fact that differs."""

    name: str
    then: str
    now: str

    def __str__(self) -> str:
        return f"{self.name}: {self.then or 'nothing'!r} -> {self.now or 'nothing'!r}"


def read_kept(path: Path) -> Citation:
    """Return what is kept of an item; raises UserError that says where and what is wrong."""
    try:
        return parse_citation(path.read_bytes())
    except FileNotFoundError:
        raise UserError(
            f"{path.name} is missing, so nothing can be compared. Take it back from git."
        ) from None
    except UserError as error:
        raise UserError(*(f"{path.name}: {text} Take it back from git." for text in error.problems)) from None


def read_again(citation: Citation, museum: Museum) -> MuseumRecord:
    """Return the record of the kept answers, as the importer of today reads them.

    So a change is the museum's own, and no change of this program or of a person who has found a license.
    """
    try:
        found = museum.read_item(citation.answers)
    except (MuseumError, IndexError):
        return citation.record
    return found if isinstance(found, MuseumRecord) else citation.record


def find_changes(then: MuseumRecord, now: MuseumRecord) -> list[Change]:
    """Return the facts in which two records of an item differ, the rights first."""
    pairs = (
        (RIGHTS, *_describe_rights(then, now)),
        ("title", then.title, now.title),
        ("creators", then.creator, now.creator),
        ("date", then.date, now.date),
        ("page", then.page, now.page),
    )
    return [Change(name=name, then=was, now=says) for name, was, says in pairs if was != says]


def find_picture_changes(kept: KeptFile, *, size: int = 0, sha256: str = "") -> list[Change]:
    """Return how a picture's file differs from the kept one. size: bytes; 0 if the host does not say."""
    if size and size != kept.size:
        return [Change(name="picture", then=f"{kept.size:,} bytes", now=f"{size:,} bytes")]
    if sha256 and sha256 != kept.sha256:
        return [Change(name="picture", then=f"sha256 {kept.sha256[:12]}", now=f"sha256 {sha256[:12]}")]
    return []


def describe_changes(changes: Sequence[Change]) -> tuple[str, str]:
    """Return the changes for the table [museum]: the rights statement of today, and the others in words."""
    says = next((change.now or "nothing" for change in changes if change.name == RIGHTS), "")
    return says, "; ".join(str(change) for change in changes if change.name != RIGHTS)


def _describe_rights(then: MuseumRecord, now: MuseumRecord) -> tuple[str, str]:
    """Return both statements as written; with their license where the words alone do not differ."""
    was, says = (record.rights.written or record.rights.license.name for record in (then, now))
    if was == says and then.rights.license.code != now.rights.license.code:
        return f"{was} ({then.rights.license.name})", f"{says} ({now.rights.license.name})"
    return was, says
