"""Which posts use which styles: kept for the commands, and told where a style was judged meh."""

import os
from pathlib import Path
from typing import TYPE_CHECKING

from ..model.command_name import command
from ..storage.atomic_files import display_path

if TYPE_CHECKING:
    from ..storage.picture_usage import Uses
    from .build import Run

MOST_POSTS = 5  # named in a warning


def collect_usage(run: "Run") -> "Uses":
    """Return the stylized pictures of each post, and their styles."""
    uses: Uses = {}
    here = f"{Path.cwd()}{os.sep}"
    for identity, drawn in run.drawn.items():
        pictures = {p.key: list(p.styles) for p in drawn.publications if p.key}
        if pictures:
            post = str(run.contents[identity].source_path).removeprefix(here)
            uses.setdefault(post, {}).update(pictures)
    return uses


def save_usage(run: "Run") -> None:
    """Keep what posts use, in a build that shows pictures or follows one that did."""
    from ..storage.picture_usage import FILE, write_usage

    if run.drawn or (run.store.root / FILE).exists():
        write_usage(run.store.root, collect_usage(run))


def style_warnings(run: "Run") -> list[str]:
    """Return a warning for each style that its author judged meh and a post uses all the same."""
    judged = {slug: s.verdict for slug, s in run.styles.items() if s.verdict and s.verdict.is_meh}
    if not judged:
        return []
    from ..storage.picture_usage import posts_by_style

    posts = posts_by_style(collect_usage(run))
    told = []
    for slug, verdict in judged.items():
        if slug in posts:
            names = posts[slug][:MOST_POSTS]
            if len(posts[slug]) > MOST_POSTS:
                names.append(f"{len(posts[slug]) - MOST_POSTS} more")
            note = f" ({verdict.note})" if verdict.note else ""
            told.append(
                f"{display_path(run.settings.styles / slug / 'style.toml')}: this style was judged meh on"
                f" {verdict.on}{note}, and is used by {', '.join(names)}."
                f" Choose another, or change your verdict: {command(f'style.verdict {slug} cool')}"
            )
    return told
