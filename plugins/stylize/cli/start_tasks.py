"""The commands to begin with: init, new, paint. Each imports its code when it runs."""

from invoke import Context, task

from .blog_folder import in_blog, typed_settings
from .console import parse_number, print_lines, report_mistakes, split_names


@task(
    help={
        "author": "whose photos the blog shows where no credit file says it; the AUTHOR of the settings "
        "if not given",
        "license": "of these photos: CC-BY-4.0, CC0-1.0, OWN to keep all rights, ...",
        "yes": "do not ask before it begins",
    }
)
def init(c: Context, author: str = "", license: str = "", yes: bool = False) -> None:
    """Prepare a Pelican blog: add the plugin, four styles and a first post. Nothing is overwritten."""
    with in_blog(c) as settings_file:
        from .init import init as prepare_blog

        print_lines(prepare_blog(settings_file, author=author, license=license, yes=yes))


@task(
    help={
        "title": "of the post, in quotes",
        "style": "the style of its photos",
        "photos": "files in content/photos with commas between; the first is the cover",
    }
)
def new(c: Context, title: str, style: str = "", photos: str = "") -> None:
    """Begin a post: a Markdown file with its front matter, as a draft."""
    with in_blog(c) as settings_file:
        from .new_post import new as begin_post

        print(begin_post(settings_file, title, style=style, photos=split_names(photos)))


@task(
    positional=["photo"],
    help={
        "photo": "the file of the photo; NAME.toml next to it holds its credit",
        "style": "a style of the blog, one of those that ship, or the folder of a style",
        "output": "the file to write, .jpg or .avif; PHOTO-STYLE.jpg in the current folder if not given",
        "strength": "0 to 1",
        "stroke": "0.1 to 4, the size of the strokes; 1 is usual",
        "quality": "quick is drawn by the network, good painted small and then restored, best painted at "
        "full size in minutes",
        "content": "0 to 1, how closely a painted picture keeps the photo's forms; 0.5 if not given",
        "color": "photo for the photo's colors, or a number from 0, the artwork's, to 1",
        "tone": "photo for light and dark as in the photo, or a number from 0 to 1",
        "mask": "a grayscale image beside the photo; the style goes where it is white",
        "elsewhere": "another style, where the mask is black; the photo stays there if not given",
        "long_edge": "pixels; a larger photo is scaled down",
        "author": "who made the photo, where it has no credit file",
        "license": "of the photo, where it has no credit file",
        "force": "overwrite the output file",
    },
)
def paint(
    c: Context,
    photo: str,
    style: str = "",
    output: str = "",
    strength: str = "1",
    stroke: str = "1",
    quality: str = "good",
    content: str = "",
    color: str = "",
    tone: str = "",
    mask: str = "",
    elsewhere: str = "",
    long_edge: str = "1600",
    author: str = "",
    license: str = "",
    force: bool = False,
) -> None:
    """Draw one photo in a style, with its record in the file. Needs no blog."""
    with report_mistakes():
        from ..model.picture_options import PictureOptions
        from .paint import paint as paint_photo

        options = PictureOptions(
            mask=mask,
            quality=quality,
            strength=strength,
            stroke=stroke,
            content=content,
            color=color,
            tone=tone,
        )
        lines = paint_photo(
            photo,
            style=style,
            options=options,
            elsewhere=elsewhere,
            output=output,
            long_edge=parse_number("long-edge", long_edge),
            author=author,
            license=license,
            force=force,
            settings_file=typed_settings(c),
        )
        print_lines(lines, stopped="Stopped; nothing was written.")
