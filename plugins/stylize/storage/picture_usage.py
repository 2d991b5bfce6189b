"""Which posts show which pictures in which styles, saved by each build for the other commands."""

import logging
from collections.abc import Mapping, Sequence
from pathlib import Path

from .atomic_files import display_path
from .checked_files import DamagedError, read_facts, write_facts

logger = logging.getLogger(__name__)

FILE = "uses.json"  # in the store

Uses = dict[str, dict[str, list[str]]]  # post -> key of a picture -> slugs of its styles


def write_usage(store: Path, uses: Mapping[str, Mapping[str, Sequence[str]]]) -> None:
    """Save the usage; if the disk refuses, warn and continue."""
    try:
        write_facts(store / FILE, {post: uses[post] for post in sorted(uses)})
    except OSError as error:
        logger.warning(
            "%s could not be written, so styles and costs may be counted wrongly: %s", store / FILE, error
        )


def read_usage(store: Path) -> Uses | None:
    """Return the usage as of the last build; None if there was none or the file is damaged."""
    try:
        facts = read_facts(store / FILE)
        return {
            str(post): {str(key): [str(slug) for slug in slugs] for key, slugs in pictures.items()}
            for post, pictures in facts.items()
        }
    except FileNotFoundError:
        return None
    except DamagedError as error:
        logger.warning("%s: %s. Build again to write it again.", display_path(store / FILE), error)
        return None
    except (OSError, ValueError, TypeError, AttributeError, RecursionError) as error:
        logger.debug("%s is not used: %s", store / FILE, error)
        return None


def posts_by_style(uses: Mapping[str, Mapping[str, Sequence[str]]]) -> dict[str, list[str]]:
    """Return the posts that use each style, sorted."""
    posts: dict[str, set[str]] = {}
    for post, pictures in uses.items():
        for slugs in pictures.values():
            for slug in slugs:
                posts.setdefault(slug, set()).add(post)
    return {slug: sorted(names) for slug, names in posts.items()}
