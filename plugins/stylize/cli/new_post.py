"""The command `new`: writes a draft of a post with its front matter."""

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from ..model.command_name import command
from ..model.errors import UserError
from ..storage.atomic_files import display_path, explain_refusals, write_whole
from ..styles.library import explain_missing_style, style_folders
from .blog_folder import read_site

LONGEST_NAME = 100  # letters of a file name; file systems end at 255 bytes
DRAFT = "Write your story here.\n"


def new(settings_file: str, title: str, *, style: str = "", photos: Sequence[str] = ()) -> str:
    """Write a draft of a post into the content folder; returns the text to print.

    photos: names, the first is the cover. Raises UserError if the title is empty, if there is a post of this
    name, or if there is no such style.
    """
    from pelican.utils import slugify

    site, settings = read_site(settings_file)
    title = " ".join(title.split())
    slug = slugify(title, regex_subs=site["SLUG_REGEX_SUBSTITUTIONS"]) if title else ""
    slug = slug[:LONGEST_NAME].rstrip("-")
    if not slug:
        example = command('new "The harbor before the rain"')
        raise UserError(f"a post needs a title, as in {example}")
    known = [folder.name for folder in style_folders(settings.styles)]
    problems = []
    if style and style not in known:
        problems.append(explain_missing_style(style, known))
    path = Path(site["PATH"]) / f"{slug}.md"
    if path.exists():
        problems.append(f"{display_path(path)} exists already. Give the post another title.")
    if problems:
        raise UserError(*problems)
    write_post(path, title=title, style=style, photos=photos, words=DRAFT, date=datetime.now(), is_draft=True)
    return f"{display_path(path)}: a draft; take out `Status: draft` to publish it."


def write_post(
    path: Path,
    *,
    title: str,
    style: str,
    photos: Sequence[str],
    words: str,
    date: datetime,
    is_draft: bool = False,
) -> None:
    """Write a Markdown post. photos: lines of the front matter, `pier.jpg | what it shows`."""
    fields = {"Title": title, "Date": f"{date:%Y-%m-%d %H:%M}"}
    if is_draft:
        fields["Status"] = "draft"
    if style:
        fields["Style"] = style
    if photos:
        fields["Photos"] = "\n    ".join(photos)
    head = "".join(f"{name}: {value}\n" for name, value in fields.items())
    with explain_refusals(path.parent, doing="writing a post"):
        path.parent.mkdir(parents=True, exist_ok=True)
        write_whole(path, f"{head}\n{words}")
