"""Reports the warnings and problems of a build, all together: of the settings, the styles and every post."""

import logging

from ..model.errors import UserError
from .build_state import BuildState

logger = logging.getLogger(__name__)


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
            raise UserError(*problems, f"{count}; nothing was published.")
        logger.error("\n".join([*problems, f"{count}, shown in the pages."]))
