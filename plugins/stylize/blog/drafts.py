"""Drafts show a quick picture where an optimized one is missing: slow work waits for publishing."""

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from ..model.command_name import command
from ..model.entities import Parameters
from ..pipeline.plan import PlannedPicture, make_stylization
from ..pipeline.publication import make_publication
from ..storage.store import Store


def make_draft_note(content: Any, *, draft: bool | None) -> str:
    """Return the note below a picture that replaces an optimized one, or "" if the post is not a draft.

    draft: whether every post of this build counts as a draft; None uses the post's own status.
    """
    if draft is None:
        return (
            "Draft: the optimized picture is made when the post is published."
            if content.status == "draft"
            else ""
        )
    return f"Draft: {command('build')} makes the optimized picture." if draft else ""


def use_quick_picture(entry: PlannedPicture, *, store: Store, defaults: Parameters) -> PlannedPicture:
    """Return the entry with its feed-forward picture if it asks for an optimized one that is missing.

    defaults: the site's parameters for a feed-forward picture.
    """
    slow = entry.stylization
    if slow is None or not slow.method.is_slow:
        return entry
    if store.has(slow.key) or store.has_renditions(make_publication(slow).address):
        return entry
    parameters = replace(defaults, strength=slow.parameters.strength)
    return replace(entry, stylization=make_stylization(slow.photo, slow.blend, parameters), stands_for=slow)


def summarize_left_out(entries: Iterable[PlannedPicture], *, of_site: bool) -> str:
    """Say how many optimized pictures are left out of drafts; "" if there are none.

    of_site: whether the whole build is a draft.
    """
    count = len({entry.stands_for.key for entry in entries if entry.stands_for})
    if not count:
        return ""
    pictures = "1 optimized picture" if count == 1 else f"{count} optimized pictures"
    if of_site:
        return (
            f"{pictures} left out of this draft; {command('build')} makes what is missing, or add --optimize."
        )
    return f"{pictures} left out of draft posts; {command('livereload --optimize')} makes what is missing."
