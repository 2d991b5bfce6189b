"""Commands that add, pack and unpack styles. Each returns or yields the text to print."""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from ..executors.factory import make_executor
from ..model.command_name import command
from ..model.errors import UserError
from ..model.version import installed_version
from ..storage.atomic_files import display_path
from ..styles.add import StyleRequest, add_style
from ..styles.library import load_styles
from ..styles.pack import pack_style
from ..styles.unpack import unpack_style
from .blog_folder import read_site

ALL = "all"  # in place of a style's name


def add(settings_file: str, file: str, given: Mapping[str, str], *, own: bool = False) -> str:
    """Make a style of an artwork; returns the text to print.

    given: what was typed, by the names of `artwork_record.ArtworkRecord`. own: the work is by the site's
    author. Raises UserError with every problem.
    """
    _, settings = read_site(settings_file)
    added = add_style(
        StyleRequest(picture=Path(file), given=given, own=own),
        settings.styles,
        make_executor(settings.executor, device=settings.device),
        categories=settings.categories,
        author=settings.author,
        policy=settings.policy,
    )
    width, height = added.size
    lines = [
        f"{display_path(added.folder)}: {added.title!r}, {width} x {height} pixels, as written in "
        f"{added.came_from};"
        " its numbers are predicted, level 0."
    ]
    if added.warning:
        lines.append(
            f"No picture in it can be published: {added.warning}. What a person decides about that is"
            f" written under [rights] in {display_path(added.folder)}/style.toml."
        )
    lines += [
        f'Say what it means to you: meaning = "..." in {display_path(added.folder)}/style.toml',
        f"See it in a post:         Style: {added.slug}",
        "Painted (quality good or best), it needs no tuning and costs nothing: its artwork is enough.",
        f"For better quick ones:    {command(f'style.tune {added.slug}')}",
    ]
    return "\n".join(lines)


def pack(settings_file: str, slugs: Sequence[str], *, to: str = "") -> Iterator[str]:
    """Pack each style into one file; yields a line for each.

    slugs: "all" for the whole library. to: a file, or a folder if there are several styles; "" for the
    current folder. Raises UserError before anything is written if a style is incomplete.
    """
    _, settings = read_site(settings_file)
    library = load_styles(settings.styles, display_path=settings.styles.name, categories=settings.categories)
    names = list(dict.fromkeys(slugs))
    if names == [ALL] and ALL not in library.slugs:
        names = library.slugs
    problems = library.problems_of(names)
    if not names:
        problems.append(f"{display_path(settings.styles)}: there are no styles to pack.")
    target = Path(to or ".").expanduser()
    if len(names) > 1 and target.suffix == ".zip":
        problems.append(f"--to is {to!r}, one file, and {len(names)} styles are to be packed. Name a folder.")
    if problems:
        raise UserError(*problems)
    if len(names) > 1 or to.endswith("/"):
        target.mkdir(parents=True, exist_ok=True)
    for name in names:
        path = pack_style(library.styles[name], target, plugin=installed_version())
        yield f"{display_path(path)}: {path.stat().st_size / 1000:.0f} kB"


def unpack(settings_file: str, file: str, *, slug: str = "", predict: bool = False) -> str:
    """Unpack a style into the library; returns the text to print.

    slug: its name there; "" for its own. predict: make new weights if those of the pack belong to another
    network.
    """
    _, settings = read_site(settings_file)
    style = unpack_style(
        Path(file).expanduser(),
        settings.styles,
        slug=slug,
        executor=make_executor(settings.executor, device=settings.device) if predict else None,
        categories=settings.categories,
    )
    return "\n".join(
        [
            f"{display_path(style.artwork.path.parent)}: {style.title!r}, as it was packed. {style.how_made}",
            f"See it in a post: Style: {style.slug}",
        ]
    )
