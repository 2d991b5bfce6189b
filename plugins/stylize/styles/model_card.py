"""A style's model card as Markdown.

Laid out as Mitchell et al. (2019, "Model Cards for Model Reporting", section 4) propose, with the front
matter that model hubs read. Every fact is the style's own; what nobody has stated is said to be unknown.
"""

import re
from collections.abc import Iterable

from ..model.entities import Style
from ..storage.toml_tables import as_toml
from .style_facts import PANEL, StyleFacts


def write_card(style: Style, card: StyleFacts) -> str:
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


def _details(style: Style, card: StyleFacts) -> list[str]:
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


def _use(style: Style, card: StyleFacts) -> list[str]:
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


def _quality(card: StyleFacts) -> list[str]:
    verdict = card.verdict
    scored = f", {_md(card.scored)}" if card.scored else ""
    return [
        "## Evaluation",
        "",
        *([f"![Six photos in this style]({PANEL})", ""] if card.has_panel else []),
        f"- Verdict: {_md(f'{verdict.word}, {verdict.on}') if verdict else 'none yet'}",
        *([f"- {_md(verdict.note)}"] if verdict and verdict.note else []),
        f"- Cost: {_md(card.cost) or ('not stated' if card.level else 'none; predicted in a second')}",
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


def _list(facts: Iterable[tuple[str, str]]) -> list[str]:
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
