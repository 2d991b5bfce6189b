"""What is known of a style beside its artwork: how it came about, what that cost, and what it is good for."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ..model.entities import Style, Verdict
from ..model.errors import UserError
from ..model.methods import FEED_FORWARD, IMPORTED
from ..storage.toml_tables import read_toml
from .scores_file import read_scores

PANEL = "panel.jpg"  # in a style's folder: its panel, as it was accepted


@dataclass(frozen=True, slots=True, kw_only=True)
class StyleFacts:
    """What is known of a style beside its artwork; "" and () where nobody has said it."""

    level: int = 0  # 0: predicted from the artwork, 1 and 2: tuned
    method: str = FEED_FORWARD.name
    training: tuple[tuple[str, str], ...] = ()  # what and how much, in words
    cost: str = ""  # what its making took
    scores: tuple[tuple[str, str], ...] = ()  # name and number
    scored: str = ""  # when, and of which numbers if not of these
    verdict: Verdict | None = None
    original: tuple[tuple[str, str], ...] = ()  # the file that artwork.jpg was made from
    has_panel: bool = False


def read_style_facts(style: Style) -> StyleFacts:
    """Return what a style and its folder say; what is missing, or not of the usual form, is left out."""
    folder = style.artwork.path.parent
    try:
        table = read_toml(folder / "style.toml", where="")
    except (UserError, OSError):
        table = {}
    training, original = _table(_table(table.get("model")).get("training")), _table(table.get("original"))
    card = read_scores(folder)
    outdated = "of the numbers before these" if card.of and card.of != style.numbers.digest else ""
    return StyleFacts(
        level=style.level,
        method=IMPORTED.name if style.is_imported else FEED_FORWARD.name,
        training=tuple((what, _text(training[name])) for name, what in _TRAINING.items() if name in training),
        cost=_cost_of(training),
        scores=tuple((name, f"{value:.4g}") for name, value in sorted(card.scores.items())),
        scored=", ".join(filter(None, (card.made, outdated))) if card.scores else "",
        verdict=style.verdict,
        original=tuple(
            (what, _text(original[name])) for name, what in _ORIGINAL.items() if original.get(name)
        ),
        has_panel=(folder / PANEL).is_file(),
    )


_TRAINING = {
    "steps": "Steps",
    "best": "Step that was kept",
    "photos": "Photos it learned on",
    "photos_digest": "Digest of these photos",
    "seed": "Seed",
    "style_weight": "Weight of the style beside 1 for the photo",
    "artwork_side": "Artwork's shorter side, pixels",
    "device": "Device",
    "style_before": "Style distance before",
    "style_after": "Style distance after",
    "content_before": "Content distance before",
    "content_after": "Content distance after",
    "network": "Network that was tuned (sha256)",
    "loss_network": "Network that measured",
    "versions": "Libraries",
    "stopped": "Ended early",
}
_ORIGINAL = {
    "file": "File",
    "sha256": "sha256",
    "bytes": "Bytes",
    "width": "Width in pixels",
    "height": "Height in pixels",
    "crop": "Part taken (left, top, width, height)",
}


def _cost_of(training: Mapping[str, Any]) -> str:
    seconds = training.get("seconds")
    if not isinstance(seconds, int | float) or isinstance(seconds, bool):
        return ""
    device = _text(training.get("device"))
    return f"{seconds:.0f} seconds of tuning" + (f" on {device}" if device else "")


def _table(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}


def _text(value: Any) -> str:
    """Return a value in words."""
    if isinstance(value, dict):
        return ", ".join(f"{name} {_text(part)}" for name, part in value.items())
    return "" if value is None else str(value)
