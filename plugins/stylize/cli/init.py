"""The command `init`: adds settings, starter styles and a first post to an existing blog.

Nothing is overwritten.
"""

import shutil
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from invoke import Exit

from ..model.command_name import command
from ..model.entities import Author
from ..model.errors import UserError
from ..rights.license_parser import parse_license
from ..storage.atomic_files import display_path, explain_refusals
from .blog_folder import read_site
from .console import INTERRUPTED
from .new_post import write_post
from .settings_edits import plan_edits, write_settings
from .starter import PANEL, PHOTO, starter_panel, starter_photo, starter_styles

FIRST_POST = "a-first-picture"
WORDS = """\
This photo was painted with the colors and the brushwork of *The Harvesters*, which Pieter Bruegel the Elder
finished in 1565. Both originals are linked below it.

Write down why you chose an artwork for a photo: that is the story. Then change this post, or delete it.
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One thing that init will do."""

    says: str
    source: Path  # a file or folder to copy
    target: Path


def init(settings_file: str, *, author: str = "", license: str = "", yes: bool = False) -> Iterator[str]:
    """Prepare a blog, and yield what is done; on a terminal, asks before it begins.

    author, license: for photos without a credit file; asked for if not given. Raises UserError if the license
    is unknown, or if one of both is missing and there is no terminal to ask on.
    """
    site, settings = read_site(settings_file)
    content = Path(site["PATH"])
    person = settings.author or _ask_author(author or site.get("AUTHOR") or "", license)
    path = Path(settings_file)
    edits = plan_edits(path, site, person=None if settings.author else person)
    steps = _plan_copies(settings.styles, content)
    post = content / f"{FIRST_POST}.md"
    plans = [edit.says for edit in edits] + [step.says for step in steps]
    if not post.exists():
        plans.append(f"write {display_path(post)}, a first post with a picture")
    if not any(edit.text for edit in edits) and not steps and post.exists():
        yield "Everything is there already; nothing was changed."
        yield from (f"- {edit.says}" for edit in edits)
        return
    yield "This will, without overwriting anything:"
    yield from (f"- {plan}" for plan in plans)
    if not yes and sys.stdin.isatty() and input("Go on? [Y/n] ").strip().lower() not in ("", "y", "yes"):
        raise Exit("Nothing was changed.", code=INTERRUPTED)
    for edit in edits:
        if edit.text:
            write_settings(path.resolve(), edit.text)
    for step in steps:
        _copy(step)
    if not post.exists():
        write_post(
            post,
            title="A first picture",
            style="harvesters",
            photos=[f"{PHOTO}.jpg"],  # its credit file says what it shows
            words=WORDS,
            date=datetime.now(),
        )
    yield f"Done. Build it and look: {command('build')}, then {command('serve')}"


def _ask_author(name: str, license: str) -> Author:
    """Return the author of the photos; on a terminal, asks for what was not typed."""
    can_ask = sys.stdin.isatty()
    if not name and can_ask:
        name = input("Whose photos will the blog show? Your name: ").strip()
    if not license and can_ask:
        print("Under which license may others use your photos? CC-BY-4.0 lets everybody use them and asks")
        print("for your name; CC0-1.0 asks for nothing; OWN keeps all rights.")
        license = input("License [CC-BY-4.0]: ").strip() or "CC-BY-4.0"
    missing = [option for option, value in (("--author", name), ("--license", license)) if not value]
    if missing:
        raise UserError(
            f"{' and '.join(missing)} missing: whose photos will the blog show, and under which license?"
            " As in " + command('init --author "Ana Sol" --license CC-BY-4.0')
        )
    return Author(name=name, license=parse_license(license, where="--license"))


def _plan_copies(library: Path, content: Path) -> list[Step]:
    """Return the styles and photos to copy: those that are missing."""
    steps = [
        Step(
            says=f"copy the style {folder.name} to {display_path(library)}/",
            source=folder,
            target=library / folder.name,
        )
        for folder in starter_styles()
        if not (library / folder.name).exists()
    ]
    if not (library / PANEL).exists():
        says = f"copy six photos to {display_path(library)}/{PANEL}/, for tuning and for the pages of styles"
        steps.append(Step(says=says, source=starter_panel(), target=library / PANEL))
    for file in starter_photo():
        target = content / "photos" / file.name
        if not target.exists():
            steps.append(Step(says=f"copy {display_path(target)}", source=file, target=target))
    return steps


def _copy(step: Step) -> None:
    with explain_refusals(step.target.parent, doing="copying what ships"):
        step.target.parent.mkdir(parents=True, exist_ok=True)
        coming = step.target.with_name(f".coming-{step.target.name}")  # init may be killed here
        if step.source.is_dir():
            shutil.rmtree(coming, ignore_errors=True)
            shutil.copytree(step.source, coming)
        else:
            shutil.copyfile(step.source, coming)
        coming.rename(step.target)
