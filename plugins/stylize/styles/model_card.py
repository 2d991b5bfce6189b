"""A style's model card as Markdown.

Its sections are those of Mitchell et al. (2019, "Model Cards for Model Reporting", section 4), its front
matter is what model hubs read. Every fact comes from the style; the card says which facts are unknown.
"""

import json
import re
from collections.abc import Iterable

from ..model.entities import Style
from .style_facts import PAINTED, PANEL, StyleFacts


def write_card(style: Style, facts: StyleFacts) -> str:
    """Return the model card of a style as Markdown."""
    return "\n".join(
        [
            *_front_matter(style),
            f"# {_md(style.title)}",
            "",
            *([_md(style.meaning), ""] if style.meaning else []),
            *_details(style, facts),
            *_use(style, facts),
            *_quality(facts),
            *_limits(style),
        ]
    )


_HUB_LICENSES = re.compile(r"cc0-1\.0|cc-by(-nc)?(-sa|-nd)?-[234]\.[05]")  # known to model hubs


def _front_matter(style: Style) -> list[str]:
    license = style.artwork.credit.license
    code = license.code.lower()
    is_known = _HUB_LICENSES.fullmatch(code) is not None
    named = [] if is_known else [f"license_name: {json.dumps(license.name)}"]
    linked = [] if is_known or not license.url else [f"license_link: {json.dumps(license.url)}"]
    # Every JSON string is a YAML string.
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
        f"  - {json.dumps(style.category)}",
        "---",
        "",
    ]


def _details(style: Style, facts: StyleFacts) -> list[str]:
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
        f"- A style: it makes {kind} redraw photos in the manner of one artwork.",
        f"- Folder: `{style.slug}`, category: {_md(style.category)}",
        f"- Quick pictures: drawn by {facts.network}, level {facts.level}",
        "- Good and best pictures: painted from the artwork itself, without this style's weights",
        f"- {_md(style.how_made)}",
        f"- sha256 of its weights: `{style.weights.digest}`",
        "",
        "### Artwork",
        "",
        *_list(works),
        *([f"- Decided by {_md(decision.by)}, {decision.on}: {_md(decision.text)}"] if decision else []),
        "",
    ]


def _use(style: Style, facts: StyleFacts) -> list[str]:
    untrained = (
        "Unknown: the network was trained elsewhere."
        if style.is_imported
        else "None but the artwork: the weights were predicted from it."
    )
    suits = facts.verdict.suits if facts.verdict else ()
    suited = f"{_md(', '.join(suits))}, in the opinion of its author." if suits else "unknown."
    return [
        "## Intended use",
        "",
        "Redrawing photos for a blog or a book. Each picture is shown with the credits of photo and artwork,",
        "and marked as changed by AI. Not for pictures that could be mistaken for the artist's own work, and",
        "not for documents or evidence.",
        "",
        "## Factors",
        "",
        "What the photo shows and how bright it is; the strength, from 0 to 1; the long edge in pixels.",
        f"Suits: {suited}",
        "",
        "## Metrics",
        "",
        "Style distance (0: the artwork's manner) and content distance (0: the photo itself). Both are",
        "measured on pieces of photos, and comparable within one style only. The plugin's handbook explains",
        "the scores.",
        "",
        "## Training data",
        "",
        *(_list(facts.training) if facts.training else [f"- {untrained}"]),
        "",
        *(["### The artwork's file", "", *_list(facts.original), ""] if facts.original else []),
    ]


def _quality(facts: StyleFacts) -> list[str]:
    verdict = facts.verdict
    untuned = "nothing: it was never tuned, and painting needs no tuning"
    scored = f", {_md(facts.scored)}" if facts.scored else ""
    return [
        "## Evaluation",
        "",
        *([f"![Photos in this style, as quick pictures]({PANEL})", ""] if facts.has_panel else []),
        *([f"![Photos in this style, painted]({PAINTED})", ""] if facts.has_painted else []),
        f"- Verdict: {_md(f'{verdict.word}, {verdict.on}') if verdict else 'none yet'}",
        *([f"- {_md(verdict.note)}"] if verdict and verdict.note else []),
        f"- Cost: {untuned if facts.is_untuned else _md(facts.cost) or 'unknown'}",
        *([f"- Scores{scored}:"] if facts.scores else ["- Scores: none yet"]),
        *(f"  - {_md(name)}: {_md(number)}" for name, number in facts.scores),
        "",
    ]


def _limits(style: Style) -> list[str]:
    return [
        "## Ethical considerations",
        "",
        f"The license of the artwork is {_md(style.artwork.credit.license.name)}. A picture in this style",
        "names the artwork, and may be published only if the licenses of artwork and photo allow it. A",
        "redrawn face is still the face of a person: the license of a photo is not their consent. The shared",
        "network was trained by others, mostly on pictures of Western origin.",
        "",
        "## Caveats and recommendations",
        "",
        "A style does not know what a photo shows; faces and lettering suffer. Look at every picture before",
        "you publish it, and lower the strength if it is too much. The weights work only with the network",
        "they were made for.",
        "",
    ]


def _list(facts: Iterable[tuple[str, str]]) -> list[str]:
    return [f"- {what}: {_md(value)}" for what, value in facts if value]


def _md(text: str) -> str:
    """Return text as Markdown that shows it literally, on one line; addresses become links."""
    words = []
    for word in text.split():
        if re.fullmatch(r"https?://[!-;=?-~]+", word):
            words.append(f"<{word}>")
        else:
            words.append(re.sub(r"([\\`*_\[\]<>#|~&])", r"\\\1", word))
    return " ".join(words)
