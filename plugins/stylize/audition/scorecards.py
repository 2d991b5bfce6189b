"""The scores of the library's styles: an audition writes them into scores.json; the order reads them."""

import json
import math
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

from ..disk import explain_refusals, write_whole
from ..library import digest_of_numbers
from ..model import Style
from .candidates import Candidate
from .rehearsal import Entry

SCORES = "scores.json"
DIGITS = 4


def write_scores(candidate: Candidate, entry: Entry) -> bool:
    """Write a style's scores beside its numbers; tells whether they are others than before."""
    numbers = candidate.numbers
    if numbers is None or not entry.scores:
        return False
    path = numbers.with_name(SCORES)
    scores = {name: round(value, DIGITS) for name, value in sorted(entry.scores.items())}
    digest = digest_of_numbers(numbers, shown=f"{numbers}")
    if read_scores(path, digest=digest) == scores:
        return False  # a file in git that only got another date is a nuisance
    made = datetime.now(UTC).date().isoformat()
    text = json.dumps({"made": made, "of": digest, "scores": scores}, indent=1)
    with explain_refusals(path.parent, doing="keeping the scores of a style"):
        write_whole(path, f"{text}\n")
    return True


def read_scores(path: Path, *, digest: str) -> dict[str, float]:
    """Return the scores of a style as it is now; none where they are missing, damaged or of other numbers."""
    try:
        facts = json.loads(path.read_bytes())
        if facts["of"] != digest:
            return {}
        scores = {str(name): float(value) for name, value in facts["scores"].items()}
    except (OSError, ValueError, TypeError, KeyError, AttributeError, RecursionError):
        return {}
    return scores if all(math.isfinite(value) for value in scores.values()) else {}


def judged_of(styles: Mapping[str, Style]) -> list[tuple[dict[str, float], bool]]:
    """Return the scores of each style that was judged, and whether it is cool."""
    judged = []
    for style in styles.values():
        scores = read_scores(style.numbers.path.with_name(SCORES), digest=style.numbers.digest)
        if style.verdict and scores:
            judged.append((scores, style.verdict.word == "cool"))
    return judged
