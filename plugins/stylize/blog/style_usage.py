"""Which posts use which styles: saved for the commands, with warnings about styles that were judged meh."""

import os
from pathlib import Path
from typing import TYPE_CHECKING

from ..model.command_name import command
from ..storage.atomic_files import display_path

if TYPE_CHECKING:
    from ..storage.picture_usage import Uses
    from .build_state import BuildState

MOST_POSTS = 5  # named in a warning


def collect_usage(state: "BuildState") -> "Uses":
    """Return the stylized pictures of each post, and their styles."""
    uses: Uses = {}
    here = f"{Path.cwd()}{os.sep}"
    for identity, rendered in state.rendered.items():
        pictures = {p.key: list(p.styles) for p in rendered.publications if p.key}
        if pictures:
            post = str(state.contents[identity].source_path).removeprefix(here)
            uses.setdefault(post, {}).update(pictures)
    return uses


def save_usage(state: "BuildState") -> None:
    """Save which styles posts use, if this build or an earlier one shows pictures."""
    from ..storage.picture_usage import FILE, write_usage

    if state.rendered or (state.store.root / FILE).exists():
        write_usage(state.store.root, collect_usage(state))


def find_style_warnings(state: "BuildState") -> list[str]:
    """Return a warning for each style that was judged meh but is used by a post."""
    judged = {slug: s.verdict for slug, s in state.styles.items() if s.verdict and s.verdict.is_meh}
    if not judged:
        return []
    from ..storage.picture_usage import posts_by_style

    posts = posts_by_style(collect_usage(state))
    warnings = []
    for slug, verdict in judged.items():
        if slug in posts:
            names = posts[slug][:MOST_POSTS]
            if len(posts[slug]) > MOST_POSTS:
                names.append(f"{len(posts[slug]) - MOST_POSTS} more")
            note = f" ({verdict.note})" if verdict.note else ""
            warnings.append(
                f"{display_path(state.settings.styles / slug / 'style.toml')}: this style was judged meh on"
                f" {verdict.on}{note}, and is used by {', '.join(names)}."
                f" Choose another, or change your verdict: {command(f'style.verdict {slug} cool')}"
            )
    return warnings
