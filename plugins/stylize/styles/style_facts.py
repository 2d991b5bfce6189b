"""What is known about a style apart from its artwork: how it was made, its cost, scores and verdict."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ..model.entities import Style, Verdict
from ..model.errors import UserError
from ..model.methods import FEED_FORWARD, IMPORTED
from ..storage.toml_tables import read_toml
from .scores_file import read_scores

# In a style's folder: photos in this style, as they were accepted.
PANEL = "panel.jpg"  # quick
PAINTED = "painted.jpg"


@dataclass(frozen=True, slots=True, kw_only=True)
class StyleFacts:
    """What is known about a style apart from its artwork; "" and () for what is unknown."""

    level: int = 0  # 0: predicted from the artwork, 1 and 2: tuned
    method: str = FEED_FORWARD.name
    training: tuple[tuple[str, str], ...] = ()  # names and values, in words
    cost: str = ""  # of making it
    scores: tuple[tuple[str, str], ...] = ()  # name and number
    scored: str = ""  # when, and whether it was with earlier weights
    verdict: Verdict | None = None
    original: tuple[tuple[str, str], ...] = ()  # the file that artwork.jpg was made from
    has_panel: bool = False
    has_painted: bool = False

    @property
    def network(self) -> str:
        """What draws its quick pictures, in words."""
        return "a network of its own" if self.method == IMPORTED.name else "the shared network"

    @property
    def is_untuned(self) -> bool:
        """Whether its weights were predicted from the artwork, which costs nothing."""
        return self.level == 0 and self.method == FEED_FORWARD.name


def read_style_facts(style: Style) -> StyleFacts:
    """Return what a style and its folder say; what is missing or cannot be read is left out."""
    folder = style.artwork.path.parent
    try:
        table = read_toml(folder / "style.toml", where="")
    except (UserError, OSError):
        table = {}
    training, original = (
        _as_table(_as_table(table.get("model")).get("training")),
        _as_table(table.get("original")),
    )
    found = read_scores(folder)
    outdated = "with earlier weights" if found.of and found.of != style.weights.digest else ""
    return StyleFacts(
        level=style.level,
        method=IMPORTED.name if style.is_imported else FEED_FORWARD.name,
        training=_label_values(training, _TRAINING),
        cost=_describe_cost(training),
        scores=tuple((name, f"{value:.4g}") for name, value in sorted(found.scores.items())),
        scored=", ".join(filter(None, (found.made, outdated))) if found.scores else "",
        verdict=style.verdict,
        original=_label_values(original, _ORIGINAL),
        has_panel=(folder / PANEL).is_file(),
        has_painted=(folder / PAINTED).is_file(),
    )


_TRAINING = {
    "steps": "Steps",
    "best": "Step kept",
    "photos": "Photos in training",
    "photos_digest": "Digest of these photos",
    "seed": "Seed",
    "style_weight": "Weight of the style, with 1 for the photo",
    "artwork_side": "Artwork's shorter side, pixels",
    "device": "Device",
    "style_before": "Style distance before",
    "style_after": "Style distance after",
    "content_before": "Content distance before",
    "content_after": "Content distance after",
    "network": "Tuned network (sha256)",
    "loss_network": "Measured with",
    "versions": "Libraries",
    "stopped": "Ended early",
}
_ORIGINAL = {
    "file": "File",
    "sha256": "sha256",
    "bytes": "Bytes",
    "width": "Width in pixels",
    "height": "Height in pixels",
    "crop": "Part used (left, top, width, height)",
}


def _label_values(table: Mapping[str, Any], labels: Mapping[str, str]) -> tuple[tuple[str, str], ...]:
    """Return the labels and values of a table, without those that are empty."""
    pairs = ((label, _format_value(table.get(name))) for name, label in labels.items())
    return tuple((label, value) for label, value in pairs if value)


def _describe_cost(training: Mapping[str, Any]) -> str:
    seconds = training.get("seconds")
    if not isinstance(seconds, int | float) or isinstance(seconds, bool):
        return ""
    device = _format_value(training.get("device"))
    return f"{seconds:.0f} seconds of tuning" + (f" on {device}" if device else "")


def _as_table(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}


def _format_value(value: Any) -> str:
    """Return a value as text."""
    if isinstance(value, dict):
        return ", ".join(f"{name} {_format_value(part)}" for name, part in value.items())
    return "" if value is None else str(value)
