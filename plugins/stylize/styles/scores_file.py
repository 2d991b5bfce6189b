"""The scores of a style: scores.json in its folder, written by an audition, shown and learned from."""

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from ..storage.atomic_files import explain_refusals, write_whole

SCORES = "scores.json"  # in a style's folder
MOST_BYTES = 256 * 1024  # that are read of it; an audition writes some 400
DIGITS = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Scores:
    """What stands in a scores.json; all of it is empty where there is none."""

    scores: Mapping[str, float] = field(default_factory=dict)  # those that are finite numbers
    left_out: int = 0  # scores that are none
    made: str = ""  # the day
    of: str = ""  # digest of the numbers they are of
    is_damaged: bool = False  # there is a file, and nobody can read it


def read_scores(folder: Path) -> Scores:
    """Return the scores that lie in a style's folder; a file that nobody can read is no error."""
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
    """Return the scores of a style's numbers, if all that is written is believable and of this digest."""
    card = read_scores(folder)
    return card.scores if card.of == digest and not card.left_out else {}


def write_scores_file(folder: Path, scores: Mapping[str, float], *, of: str) -> bool:
    """Write the scores of the numbers of that digest; tells whether they are others than before."""
    rounded = {name: round(value, DIGITS) for name, value in sorted(scores.items())}
    if current_scores(folder, digest=of) == rounded:
        return False  # a file in git that only got another date is a nuisance
    made = datetime.now(UTC).date().isoformat()
    text = json.dumps({"made": made, "of": of, "scores": rounded}, indent=1)
    with explain_refusals(folder, doing="keeping the scores of a style"):
        write_whole(folder / SCORES, f"{text}\n")
    return True


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)
