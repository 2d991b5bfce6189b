"""Reports the warnings and problems of a build, all together: of the settings, the styles and every post."""

import logging
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ..model.command_name import command
from ..model.errors import UserError
from ..storage.atomic_files import display_path
from .build_state import BuildState

logger = logging.getLogger(__name__)


def list_output(site: Mapping[str, Any]) -> frozenset[str]:
    """Return what is in the output folder, if Pelican is going to delete it before it reads the posts."""
    if not site["DELETE_OUTPUT_DIRECTORY"]:
        return frozenset()
    try:
        return frozenset(path.name for path in Path(site["OUTPUT_PATH"]).iterdir())
    except OSError:
        return frozenset()


def describe_end(state: BuildState) -> str:
    """Return what a build that ends with problems has done to the site."""
    deleted = state.output_before - list_output(state.site)
    if not deleted:
        return "nothing was published."
    return (
        f"nothing was published, and the last site in {display_path(state.output)} is gone: Pelican deletes "
        "it first, since DELETE_OUTPUT_DIRECTORY is set. Correct this and build again; "
        f"{command('rebuild')} and {command('publish')} keep the last site until the new one is complete."
    )


def report_problems(state: BuildState) -> None:
    """Log all warnings, then raise a UserError with all problems, or log them if the pages show them."""
    about_works = {text for rendered in state.all_rendered for text in rendered.warnings}
    about_works.update(
        state.translations.describe_missing({content.lang for content in state.contents.values()})
    )
    if not (state.posts or state.broken_styles or state.problems or state.warnings or about_works):
        return
    from ..content.line_numbers import problem_sort_key

    posts = state.posts.values()
    of_posts = {text for post in posts for text in post.problems}
    used = {slug for post in posts for slug in post.broken_styles}
    warnings = {text for post in posts for text in post.warnings} | {*state.warnings, *about_works}
    for slug, texts in state.broken_styles.items():
        if slug not in used:  # an unfinished style need not stop a post that does not use it
            warnings.update(texts)
    for text in sorted(warnings, key=problem_sort_key):
        logger.warning("%s", text)
    of_styles = [text for slug in sorted(used) for text in state.broken_styles[slug]]
    # Pelican reads posts in no order.
    problems = [*state.problems, *of_styles, *sorted(of_posts, key=problem_sort_key)]
    if problems:
        count = f"{len(problems)} problem{'' if len(problems) == 1 else 's'}"
        if not state.shows_errors:
            raise UserError(*problems, f"{count}; {describe_end(state)}")
        logger.error("\n".join([*problems, f"{count}, shown in the pages."]))
