"""Evaluate candidates: draw photos in the style of each, score them, and keep the results between runs."""

import json
import logging
import math
import shutil
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from ...images.contact_sheets import make_contact_sheet
from ...images.decode import open_photo
from ...model.entities import digest_of
from ...model.errors import PhotoError, UserError
from ...storage.atomic_files import display_path, explain_refusals, sha256_of
from ...storage.safetensors_header import digest_tensors
from ..scores_file import write_scores_file
from .candidates import Candidate, load_picture

if TYPE_CHECKING:
    from PIL.Image import Image

logger = logging.getLogger(__name__)

JOURNAL = "entries.jsonl"
VERSION = 4  # of the journal's lines; results of another version are not used
GONE = "the style was removed in the meantime."
PORTRAIT = 256  # pixels of the artwork's longer side, on the board


class ArtworkEvaluator(Protocol):
    """Draws photos in the style of an artwork and scores them: `engine.evaluation.evaluate.Evaluator`."""

    def audition(self, artwork: "Image", *, strengths: Sequence[float], numbers: Path | None) -> Any: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class EvaluatedArtwork:
    """The results of one candidate; a line of the journal."""

    digest: str  # of the artwork's file
    scores: Mapping[str, float]  # none if it could not be read
    faults: tuple[str, ...] = ()  # of its pictures
    cautions: tuple[str, ...] = ()  # sentences about the artwork
    vector: tuple[float, ...] = ()  # how the predictor reads the artwork
    sheets: Mapping[str, str] = field(default_factory=dict)  # by strength, the file with its pictures
    portrait: str = ""  # the file of the artwork, small
    seconds: float = 0.0
    problem: str = ""  # why there are no results


@dataclass(frozen=True, slots=True, kw_only=True)
class Similarity:
    """The style of the library that a candidate is most similar to."""

    slug: str
    amount: float  # cosine of the style vectors, -1 to 1


def evaluate_artworks(
    candidates: Sequence[Candidate],
    *,
    load: Callable[[], ArtworkEvaluator],
    workplace: Path,
    strengths: Sequence[float],
    made_with: Mapping[str, Any],
) -> Iterator[tuple[Candidate, EvaluatedArtwork]]:
    """Evaluate candidates one after the other, and yield each with its results.

    load: called for the first candidate that has no results of an earlier run. workplace: keeps the results.
    made_with: all else that decides a result (photos, networks); if it changed, earlier results are removed.
    A picture that cannot be read has a result that says why.
    """
    header = digest_of({"version": VERSION, "strengths": list(strengths), **made_with})
    with explain_refusals(workplace, doing="keeping an audition"):
        known = _open_journal(workplace, header)
    evaluator: ArtworkEvaluator | None = None
    for candidate in candidates:
        name = _name_result(candidate)
        if name is None:
            yield candidate, EvaluatedArtwork(digest=candidate.digest, scores={}, problem=GONE)
            continue
        if name not in known:
            evaluator = evaluator or load()
            result = _evaluate(candidate, evaluator, name=name, workplace=workplace, strengths=strengths)
            with explain_refusals(workplace, doing="keeping an audition"):
                _append(workplace / JOURNAL, _make_line(name, result, workplace))
            known[name] = result
        yield candidate, known[name]


def save_scores(candidate: Candidate, result: EvaluatedArtwork) -> bool:
    """Save the scores of a style next to its weights; returns whether they have changed."""
    weights = candidate.weights
    if weights is None or not result.scores:
        return False
    return write_scores_file(weights.parent, result.scores, of=digest_tensors(weights, where=f"{weights}"))


def compute_similarity(result: EvaluatedArtwork, others: Mapping[str, Sequence[float]]) -> Similarity | None:
    """Return the style that an artwork is most similar to; others: the vectors of the library's, by slug.

    The cosine of how the predictor reads both artworks, without what all of them share.
    """
    if not result.vector or len(others) < 2:
        return None
    mean = [sum(column) / len(others) for column in zip(*others.values(), strict=True)]
    ours = [one - shared for one, shared in zip(result.vector, mean, strict=True)]
    amounts = {
        slug: _cosine(ours, [one - shared for one, shared in zip(vector, mean, strict=True)])
        for slug, vector in others.items()
    }
    slug = max(amounts, key=lambda slug: amounts[slug])
    return Similarity(slug=slug, amount=amounts[slug])


def _evaluate(
    candidate: Candidate,
    evaluator: ArtworkEvaluator,
    *,
    name: str,
    workplace: Path,
    strengths: Sequence[float],
) -> EvaluatedArtwork:
    started = time.monotonic()
    empty = EvaluatedArtwork(digest=candidate.digest, scores={})
    try:
        with load_picture(candidate) as path:
            artwork = open_photo(path)
    except PhotoError as error:  # every other UserError is about the disk, and ends the run
        return replace(empty, problem=str(error))
    try:
        found = evaluator.audition(artwork, strengths=strengths, numbers=candidate.weights)
    except UserError as error:
        return replace(empty, problem=str(error))
    if not all(math.isfinite(score) for score in found.scores.values()):
        return replace(empty, problem="it cannot be measured; the picture may be of one flat color.")
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
        cautions=found.cautions,
        vector=found.vector,
        sheets=sheets,
        portrait=portrait,
        seconds=round(time.monotonic() - started, 3),
    )


def _name_result(candidate: Candidate) -> str | None:
    """Return the name of a candidate's result: its picture and, of a style, its weights as they are now.

    None if the weights were removed in the meantime.
    """
    if candidate.weights is None:
        return candidate.digest
    try:
        numbers = sha256_of(candidate.weights)
    except FileNotFoundError:
        return None
    return digest_of({"artwork": candidate.digest, "path": f"{candidate.weights}", "numbers": numbers})


def _open_journal(workplace: Path, header: str) -> dict[str, EvaluatedArtwork]:
    """Return the results of an earlier run with the same header; remove those with another."""
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
            if digest_of(facts["facts"]) != facts["sha256"]:
                raise ValueError("it is damaged")
            facts = facts["facts"]
            name, digests = facts.pop("name"), facts.pop("files")
            result = EvaluatedArtwork(
                **facts | {name: tuple(facts[name]) for name in ("faults", "cautions", "vector")}
            )
            if digests != _compute_digests(result, workplace):
                raise ValueError("its pictures are damaged")
        except (OSError, ValueError, TypeError, KeyError, AttributeError, RecursionError):
            # Also if the run ended in the middle of the line, or a power cut left an empty picture.
            logger.warning("%s: a result is damaged; it is evaluated again.", display_path(path))
            continue
        known[name] = result
    if not text.endswith("\n"):
        _append(path, "\n")
    return known


def _make_line(name: str, result: EvaluatedArtwork, workplace: Path) -> str:
    facts = {"name": name, "files": _compute_digests(result, workplace), **asdict(result)}
    return json.dumps({"facts": facts, "sha256": digest_of(facts)}) + "\n"


def _compute_digests(result: EvaluatedArtwork, workplace: Path) -> dict[str, str]:
    """Return the sha256 of each picture of a result, by file name; raises OSError if one is missing."""
    return {file: sha256_of(workplace / file) for file in (*result.sheets.values(), result.portrait) if file}


def _append(path: Path, text: str) -> None:
    with path.open("a", encoding="utf-8") as journal:
        journal.write(text)


def _cosine(one: Sequence[float], other: Sequence[float]) -> float:
    upper = sum(a * b for a, b in zip(one, other, strict=True))
    lower = math.sqrt(sum(a * a for a in one) * sum(b * b for b in other))
    return upper / lower if lower else 0.0
