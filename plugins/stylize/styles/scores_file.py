"""The scores of a style: scores.json in its folder. Auditions write it; pages and rankings read it."""

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from ..storage.atomic_files import explain_refusals, write_whole

SCORES = "scores.json"  # in a style's folder
MOST_BYTES = 256 * 1024  # a larger file is not read; an audition writes about 400
DIGITS = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Scores:
    """The contents of a scores.json; all of it is empty if there is none."""

    scores: Mapping[str, float] = field(default_factory=dict)  # finite numbers only
    left_out: int = 0  # how many scores are not finite numbers
    made: str = ""  # the day
    of: str = ""  # digest of the weights that were scored
    is_damaged: bool = False  # there is a file, and it cannot be read


def read_scores(folder: Path) -> Scores:
    """Return the scores in a style's folder; a file that cannot be read is not an error."""
    path = folder / SCORES
    try:
        if path.stat().st_size > MOST_BYTES:
            return Scores(is_damaged=True)
        facts = json.loads(path.read_bytes())
        scores = {name: float(value) for name, value in facts["scores"].items() if _is_number(value)}
        return Scores(
            scores=scores,
            left_out=len(facts["scores"]) - len(scores),
            made=str(facts.get("made") or ""),
            of=str(facts.get("of") or ""),
        )
    except FileNotFoundError:
        return Scores()
    except (OSError, ValueError, KeyError, TypeError, AttributeError, OverflowError, RecursionError):
        return Scores(is_damaged=True)


def current_scores(folder: Path, *, digest: str) -> Mapping[str, float]:
    """Return the scores if all of them are valid and of the weights with this digest, or else none."""
    found = read_scores(folder)
    return found.scores if found.of == digest and not found.left_out else {}


def write_scores_file(folder: Path, scores: Mapping[str, float], *, of: str) -> bool:
    """Write the scores of the weights with this digest; returns whether they have changed."""
    rounded = {name: round(value, DIGITS) for name, value in sorted(scores.items())}
    if current_scores(folder, digest=of) == rounded:
        return False  # a new date alone would be a needless change in git
    made = datetime.now(UTC).date().isoformat()
    text = json.dumps({"made": made, "of": of, "scores": rounded}, indent=1)
    with explain_refusals(folder, doing="saving the scores of a style"):
        write_whole(folder / SCORES, f"{text}\n")
    return True


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)
