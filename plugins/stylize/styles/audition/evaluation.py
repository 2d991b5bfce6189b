"""The way of each candidate through an audition: drawn, measured, and kept in case the run is ended."""

import json
import math
import shutil
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from ...images.contact_sheets import make_contact_sheet
from ...images.decode import open_photo
from ...model.entities import digest_of
from ...model.errors import PhotoError, UserError
from ...storage.atomic_files import explain_refusals
from .candidates import Candidate, load_picture

if TYPE_CHECKING:
    from PIL.Image import Image

JOURNAL = "entries.jsonl"
VERSION = 2  # of what an entry holds; another one begins anew
GONE = "it was there, and is gone."
PORTRAIT = 256  # pixels of the artwork's longer side, on the board


class Stage(Protocol):
    """Who draws and measures: `engine.auditioning.Auditioner`."""

    def audition(self, artwork: "Image", *, strengths: Sequence[float], numbers: Path | None) -> Any: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class EvaluatedArtwork:
    """What came of one candidate."""

    digest: str  # of the artwork's file
    scores: Mapping[str, float]  # none where it could not be read
    faults: tuple[str, ...] = ()  # of its pictures
    vector: tuple[float, ...] = ()  # how the predictor reads the artwork
    sheets: Mapping[str, str] = ()  # type: ignore[assignment]  # by strength, the file of its pictures side by side
    portrait: str = ""  # the file of the artwork, small
    seconds: float = 0.0
    problem: str = ""  # why there is nothing to see


@dataclass(frozen=True, slots=True, kw_only=True)
class Similarity:
    """The style of the library that a candidate is most like."""

    slug: str
    amount: float  # cosine of the style vectors, -1 to 1


def evaluate_artworks(
    candidates: Sequence[Candidate],
    *,
    load: Callable[[], Stage],
    workplace: Path,
    strengths: Sequence[float],
    made_with: Mapping[str, Any],
) -> Iterator[tuple[Candidate, EvaluatedArtwork]]:
    """Audition the candidates one after the other, and yield each with what came of it.

    load: is called with the first that is not known from a run before. workplace: keeps what is done.
    made_with: all else that decides what comes out (photos, networks); where it differs one begins anew.
    A picture that cannot be read has an entry that says why.
    """
    header = digest_of({"version": VERSION, "strengths": list(strengths), **made_with})
    with explain_refusals(workplace, doing="keeping an audition"):
        known = _open_journal(workplace, header)
    stage: Stage | None = None
    for candidate in candidates:
        name = _name_of(candidate)
        if name is None:
            yield candidate, EvaluatedArtwork(digest=candidate.digest, scores={}, sheets={}, problem=GONE)
            continue
        if name not in known:
            stage = stage or load()
            entry = _audition(candidate, stage, name=name, workplace=workplace, strengths=strengths)
            line = json.dumps({"name": name, **asdict(entry)})
            with explain_refusals(workplace, doing="keeping an audition"):
                _append(workplace / JOURNAL, f"{line}\n")
            known[name] = entry
        yield candidate, known[name]


def compute_similarity(entry: EvaluatedArtwork, others: Mapping[str, Sequence[float]]) -> Similarity | None:
    """Return the style that an artwork is most like; others: the vectors of the library's, by slug.

    The cosine of how the predictor reads both artworks, less what all of them share.
    """
    if not entry.vector or len(others) < 2:
        return None
    mean = [sum(column) / len(others) for column in zip(*others.values(), strict=True)]
    ours = [one - shared for one, shared in zip(entry.vector, mean, strict=True)]
    amounts = {
        slug: _cosine(ours, [one - shared for one, shared in zip(vector, mean, strict=True)])
        for slug, vector in others.items()
    }
    slug = max(amounts, key=lambda slug: amounts[slug])
    return Similarity(slug=slug, amount=amounts[slug])


def _audition(
    candidate: Candidate, stage: Stage, *, name: str, workplace: Path, strengths: Sequence[float]
) -> EvaluatedArtwork:
    begun = time.monotonic()
    empty = EvaluatedArtwork(digest=candidate.digest, scores={}, sheets={})
    try:
        with load_picture(candidate) as path:
            artwork = open_photo(path)
    except PhotoError as error:
        return replace(empty, problem=str(error))
    try:
        found = stage.audition(artwork, strengths=strengths, numbers=candidate.numbers)
    except UserError as error:
        return replace(empty, problem=str(error))
    if not all(math.isfinite(number) for number in found.scores.values()):
        return replace(empty, problem="its scores are no numbers; the picture may be of one flat color.")
    with explain_refusals(workplace, doing="keeping an audition"):
        stem = name[:24]
        sheets = {f"{strength:g}": f"{stem}-{strength:g}.jpg" for strength in found.pictures}
        for strength, pictures in found.pictures.items():
            (workplace / sheets[f"{strength:g}"]).write_bytes(make_contact_sheet(pictures, note=""))
        artwork.thumbnail((PORTRAIT, PORTRAIT))
        portrait = f"{stem}.jpg"
        (workplace / portrait).write_bytes(make_contact_sheet([artwork], note=""))
    return EvaluatedArtwork(
        digest=candidate.digest,
        scores=dict(found.scores),
        faults=found.faults,
        vector=found.vector,
        sheets=sheets,
        portrait=portrait,
        seconds=round(time.monotonic() - begun, 3),
    )


def _name_of(candidate: Candidate) -> str | None:
    """Return what an entry is found again by: the picture and, of a style, its numbers as they are now.

    None where the numbers were taken away meanwhile.
    """
    if candidate.numbers is None:
        return candidate.digest
    try:
        changed = candidate.numbers.stat().st_mtime_ns
    except FileNotFoundError:
        return None
    return digest_of({"artwork": candidate.digest, "numbers": f"{candidate.numbers}", "changed": changed})


def _open_journal(workplace: Path, header: str) -> dict[str, EvaluatedArtwork]:
    """Return what a run before has done with the same photos; where it was with others, begin anew."""
    path = workplace / JOURNAL
    text = path.read_text("utf-8", errors="replace") if path.is_file() else ""
    lines = text.splitlines()
    if not lines or lines[0] != header:
        shutil.rmtree(workplace, ignore_errors=True)
        workplace.mkdir(parents=True)
        path.write_text(f"{header}\n", "utf-8")
        return {}
    known: dict[str, EvaluatedArtwork] = {}
    for line in lines[1:]:
        try:
            facts = json.loads(line)
            name = facts.pop("name")
            entry = EvaluatedArtwork(
                **{**facts, "faults": tuple(facts["faults"]), "vector": tuple(facts["vector"])}
            )
            files = [workplace / file for file in (*entry.sheets.values(), entry.portrait) if file]
        except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
            continue  # torn off when the run was ended
        if all(file.is_file() and file.stat().st_size for file in files):  # a power cut leaves empty ones
            known[name] = entry
    if not text.endswith("\n"):
        _append(path, "\n")
    return known


def _append(path: Path, text: str) -> None:
    with path.open("a", encoding="utf-8") as journal:
        journal.write(text)


def _cosine(one: Sequence[float], other: Sequence[float]) -> float:
    upper = sum(a * b for a, b in zip(one, other, strict=True))
    lower = math.sqrt(sum(a * a for a in one) * sum(b * b for b in other))
    return upper / lower if lower else 0.0
