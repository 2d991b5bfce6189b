"""A style's model card: what it is, what it was made from, how it came about, and what it is good for.

Laid out as Mitchell et al. (2019, "Model Cards for Model Reporting", section 4) propose, with the front
matter that model hubs read. Every fact is the style's own; what nobody has stated is said to be unknown.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from .errors import UserError
from .model import Style
from .tables import as_toml, read_toml

SCORES = "scores.json"  # in a style's folder; written by an audition
PANEL = "panel.jpg"
MOST_SCORES = 256 * 1024  # bytes of scores.json


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """What is known of a style beside its artwork; "" and () where nobody has said it."""

    level: int = 0  # 0: predicted from the artwork, 1 and 2: tuned
    method: str = "feed-forward"
    training: tuple[tuple[str, str], ...] = ()  # what and how much, in words
    cost: str = ""  # what its making took
    scores: tuple[tuple[str, str], ...] = ()  # name and number
    scored: str = ""  # when, and of which numbers if not of these
    verdict: str = ""  # "cool" or "meh"
    note: str = ""  # of whoever gave it
    suits: tuple[str, ...] = ()
    judged: str = ""  # the day
    original: tuple[tuple[str, str], ...] = ()  # the file that artwork.jpg was made from
    has_panel: bool = False

    @property
    def suited(self) -> str:
        """What the style suits, in words."""
        return ", ".join(self.suits)


def read_card(folder: Path, *, digest: str) -> Card:
    """Return what a style's folder says of it; what is missing, or not of the usual form, is left out.

    digest: of the style's numbers, see `library.digest_of_numbers`.
    """
    try:
        table = read_toml(folder / "style.toml", where="")
    except (UserError, OSError):
        table = {}
    model, verdict = _table(table.get("model")), _table(table.get("verdict"))
    training, original = _table(model.get("training")), _table(table.get("original"))
    scores, scored = _scores_of(folder / SCORES, digest=digest)
    suits = verdict.get("suits")
    level = model.get("level", 0)
    return Card(
        level=level if isinstance(level, int) else 0,
        method=_text(model.get("method")) or "feed-forward",
        training=tuple((what, _text(training[name])) for name, what in _TRAINING.items() if name in training),
        cost=_cost_of(training),
        scores=scores,
        scored=scored,
        verdict=_text(verdict.get("word")),
        note=_text(verdict.get("note")),
        suits=tuple(_text(word) for word in suits) if isinstance(suits, list) else (),
        judged=_text(verdict.get("on")),
        original=tuple(
            (what, _text(original[name])) for name, what in _ORIGINAL.items() if original.get(name)
        ),
        has_panel=(folder / PANEL).is_file(),
    )


def write_card(style: Style, card: Card) -> str:
    """Return the card of a style as Markdown."""
    return "\n".join(
        [
            *_front_matter(style),
            f"# {_md(style.title)}",
            "",
            *([_md(style.meaning), ""] if style.meaning else []),
            *_details(style, card),
            *_use(style, card),
            *_quality(card),
            *_limits(style),
        ]
    )


_TRAINING = {
    "steps": "Steps",
    "best": "Step that was kept",
    "photos": "Photos it learned on",
    "photos_digest": "Digest of these photos",
    "seed": "Seed",
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
_HUB_LICENSES = re.compile(r"cc0-1\.0|cc-by(-nc)?(-sa|-nd)?-[234]\.[05]")  # whose names hubs know


def _front_matter(style: Style) -> list[str]:
    license = style.artwork.credit.license
    code = license.code.lower()
    is_known = _HUB_LICENSES.fullmatch(code) is not None
    named = [] if is_known else [f"license_name: {as_toml(license.name)}"]
    linked = [] if is_known or not license.url else [f"license_link: {as_toml(license.url)}"]
    # A JSON string is a YAML string too.
    return [
        "---",
        f"license: {code if is_known else 'other'}",
        *named,
        *linked,
        "library_name: pelican-stylize",
        "pipeline_tag: image-to-image",
        "tags:",
        "  - style-transfer",
        "  - image-to-image",
        f"  - {as_toml(style.category)}",
        "---",
        "",
    ]


def _details(style: Style, card: Card) -> list[str]:
    credit = style.artwork.credit
    works = (
        ("Title", credit.title),
        ("Maker", credit.creator),
        ("Date", credit.date),
        ("Medium", credit.medium),
        ("Holder", credit.institution),
        ("Number", credit.accession),
        ("Page", credit.source_url),
        ("Picture", credit.image_url),
        ("License", " ".join(filter(None, (credit.license.name, credit.license.url)))),
        ("Credit line", credit.credit_line),
        ("sha256 of artwork.jpg", style.artwork.digest),
    )
    decision = credit.decision
    kind = "a network of its own" if card.method == "imported" else "the shared network of pelican-stylize"
    return [
        "## Model details",
        "",
        f"- A style: it makes {kind} redraw a photo in the manner of one artwork.",
        f"- Folder: `{style.slug}`, category: {_md(style.category)}",
        f"- Method: {_md(card.method)}, level {card.level}",
        f"- {_md(style.how_made)}",
        f"- sha256 of its numbers: `{style.numbers.digest}`",
        "",
        "### Artwork",
        "",
        *_list(works),
        *([f"- Decided by {_md(decision.by)}, {decision.on}: {_md(decision.text)}"] if decision else []),
        "",
    ]


def _use(style: Style, card: Card) -> list[str]:
    untrained = (
        "Not known here: the network was trained elsewhere."
        if card.method == "imported"
        else "The artwork alone, of which it was predicted."
    )
    suits = f"Its author finds that it suits: {_md(card.suited)}." if card.suits else "Nobody has said."
    return [
        "## Intended use",
        "",
        "Photos of a blog or a book, redrawn in this style, each shown with the credit of photo and artwork",
        "and marked as changed by AI. Not for pictures that could be taken for the work of the artist, and",
        "not for documents or evidence.",
        "",
        "## Factors",
        "",
        "What the photo shows and how light it is; the strength, from 0 to 1; the long edge in pixels.",
        f"What it suits: {suits}",
        "",
        "## Metrics",
        "",
        "Style distance (0: in the artwork's manner) and content distance (0: the photo itself), both on",
        "pieces of photos and comparable within one style only. The plugin's handbook explains the scores.",
        "",
        "## Training data",
        "",
        *(_list(card.training) if card.training else [f"- {untrained}"]),
        "",
        *(["### The artwork's file", "", *_list(card.original), ""] if card.original else []),
    ]


def _quality(card: Card) -> list[str]:
    verdict = f"- Verdict: {_md(card.verdict)}" + (f", {_md(card.judged)}" if card.judged else "")
    scored = f", {_md(card.scored)}" if card.scored else ""
    return [
        "## Evaluation",
        "",
        *([f"![Six photos in this style]({PANEL})", ""] if card.has_panel else []),
        *([verdict] if card.verdict else ["- Verdict: none yet"]),
        *([f"- {_md(card.note)}"] if card.note else []),
        f"- Cost: {card.cost or ('not stated' if card.level else 'none; predicted in a second')}",
        *([f"- Scores{scored}:"] if card.scores else ["- Scores: none yet"]),
        *(f"  - {_md(name)}: {_md(number)}" for name, number in card.scores),
        "",
    ]


def _limits(style: Style) -> list[str]:
    return [
        "## Ethical considerations",
        "",
        f"The artwork is offered under {_md(style.artwork.credit.license.name)}. A picture made with this",
        "style owes it its credit, and may go out only as these terms and those of the photo allow. Redrawn",
        "faces are faces of people: a license for a photo is not their consent. The shared network was",
        "trained by others, mostly on pictures of Western origin.",
        "",
        "## Caveats and recommendations",
        "",
        "It knows nothing of what a photo shows; faces and lettering suffer. Look at every picture before it",
        "is published, and lower the strength where it is too much. The numbers work with the network they",
        "were made for, and with no other.",
        "",
    ]


def _list(facts: Any) -> list[str]:
    return [f"- {what}: {_md(value)}" for what, value in facts if value]


def _md(text: str) -> str:
    """Return words as Markdown that shows them as they are, on one line; addresses become links."""
    words = []
    for word in text.split():
        if re.fullmatch(r"https?://[!-;=?-~]+", word):
            words.append(f"<{word}>")
        else:
            words.append(re.sub(r"([\\`*_\[\]<>#|~&])", r"\\\1", word))
    return " ".join(words)


def _scores_of(path: Path, *, digest: str) -> tuple[tuple[tuple[str, str], ...], str]:
    """Return the scores of a file, and when they were made; none of a file that is not there or damaged."""
    try:
        if path.stat().st_size > MOST_SCORES:
            return (), ""
        table = _table(json.loads(path.read_bytes()))
    except (OSError, ValueError, RecursionError):
        return (), ""
    scores = tuple(
        (str(name), f"{value:.4g}")
        for name, value in sorted(_table(table.get("scores")).items())
        if isinstance(value, int | float) and not isinstance(value, bool)
    )
    made, of = _text(table.get("made")), _text(table.get("of"))
    outdated = "of the numbers before these" if of and of != digest else ""
    return scores, ", ".join(filter(None, (made, outdated))) if scores else ""


def _cost_of(training: Mapping[str, Any]) -> str:
    seconds = training.get("seconds")
    if not isinstance(seconds, int | float) or isinstance(seconds, bool):
        return ""
    device = _text(training.get("device"))
    return f"{seconds:.0f} seconds of tuning" + (f" on {_md(device)}" if device else "")


def _table(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}


def _text(value: Any) -> str:
    """Return a value in words."""
    if isinstance(value, dict):
        return ", ".join(f"{name} {_text(part)}" for name, part in value.items())
    return "" if value is None else str(value)
