"""What an audition leaves in the library, and what the order learns from it: scores, and verdicts on them."""

from collections.abc import Mapping

from ...model.entities import Style
from ...storage.safetensors_header import digest_tensors
from ..scores_file import current_scores, write_scores_file
from .candidates import Candidate
from .evaluation import EvaluatedArtwork


def write_scores(candidate: Candidate, entry: EvaluatedArtwork) -> bool:
    """Write a style's scores beside its numbers; tells whether they are others than before."""
    numbers = candidate.numbers
    if numbers is None or not entry.scores:
        return False
    return write_scores_file(numbers.parent, entry.scores, of=digest_tensors(numbers, shown=f"{numbers}"))


def read_judged(styles: Mapping[str, Style]) -> list[tuple[Mapping[str, float], bool]]:
    """Return the scores of each style that was judged, and whether it is cool."""
    judged = []
    for style in styles.values():
        scores = current_scores(style.numbers.path.parent, digest=style.numbers.digest)
        if style.verdict and scores:
            judged.append((scores, style.verdict.word == "cool"))
    return judged
