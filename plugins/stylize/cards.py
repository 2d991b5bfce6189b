"""A style's model card: what it is, what it was made from, how it came about, and what it is good for.

Laid out as Mitchell et al. (2019, "Model Cards for Model Reporting", section 4) propose, with the front
matter that model hubs read. Every fact is the style's own; what nobody has stated is said to be unknown.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from .errors import UserError
from .methods import FEED_FORWARD, IMPORTED
from .model import Style, Verdict
from .scorecards import read_scorecard
from .tables import as_toml, read_toml

PANEL = "panel.jpg"  # in a style's folder: its panel, as it was accepted


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
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


def read_card(style: Style) -> Card:
    """Return what a style and its folder say; what is missing, or not of the usual form, is left out."""
    folder = style.artwork.path.parent
    try:
        table = read_toml(folder / "style.toml", where="")
    except (UserError, OSError):
        table = {}
    training, original = _table(_table(table.get("model")).get("training")), _table(table.get("original"))
    card = read_scorecard(folder)
    outdated = "of the numbers before these" if card.of and card.of != style.numbers.digest else ""
    return Card(
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
    kind = "a network of its own" if style.is_imported else "the shared network of pelican-stylize"
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
        if style.is_imported
        else "The artwork alone, of which it was predicted."
    )
    suits = card.verdict.suits if card.verdict else ()
    suited = f"Its author finds that it suits: {_md(', '.join(suits))}." if suits else "Nobody has said."
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
        f"What it suits: {suited}",
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
    verdict = card.verdict
    scored = f", {_md(card.scored)}" if card.scored else ""
    return [
        "## Evaluation",
        "",
        *([f"![Six photos in this style]({PANEL})", ""] if card.has_panel else []),
        f"- Verdict: {_md(f'{verdict.word}, {verdict.on}') if verdict else 'none yet'}",
        *([f"- {_md(verdict.note)}"] if verdict and verdict.note else []),
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
