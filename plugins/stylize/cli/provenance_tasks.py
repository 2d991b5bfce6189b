"""The commands about provenance. Each imports its code when it runs; two need no blog."""

from invoke import Context, task

from .blog_folder import absolute, in_blog, output_folders, publish_settings
from .console import print_lines, report_mistakes, split_names


@task(
    help={
        "only": "styles and photos with commas between: harvesters,pier.jpg; without it all",
        "digest": "fetch every image whole, and report where the museum has replaced it",
        "json": "print JSON for programs instead of a table",
    },
)
def links(c: Context, only: str = "", digest: bool = False, json: bool = False) -> None:
    """Visit the sources of artworks and photos: alive, moved, gone, blocked? Takes a minute."""
    with in_blog(c) as settings_file:
        from .links import links as check_links

        print_lines(
            check_links(publish_settings(settings_file), split_names(only), digest=digest, as_json=json),
            stopped="Stopped; what was found so far is kept.",
        )


@task(
    help={
        "name": "whose pictures the key signs, as readers will see it",
        "folder": "where to write it, outside the site; without it the one of STYLIZE['c2pa_folder']",
    },
)
def keygen(c: Context, name: str, folder: str = "") -> None:
    """Make the key that signs the pictures (Content Credentials), once."""
    place = absolute(folder)
    with in_blog(c) as settings_file:
        from .keygen import keygen as make_key

        print(make_key(settings_file, name=name, folder=place))


@task(help={"file": "a JPEG, PNG, WebP or AVIF file, of this site or of any other"})
def show(c: Context, file: str) -> None:
    """Show what a picture's file says about itself: its sources, who made it, under which license."""
    with report_mistakes():
        from .provenance import show as show_file

        print_lines(show_file(file))


@task(
    help={
        "place": "a built site, a folder in it or one file; without it the sites that were built here",
        "table": "print a line for each image, with the result of each check",
    }
)
def verify(c: Context, place: str = "", table: bool = False) -> None:
    """Check that a site is what was published: pictures, metadata, pages, and every other file."""
    if place:
        with report_mistakes():
            _verify(place, table=table)
        return
    with in_blog(c) as settings_file:
        folders = output_folders(settings_file)
        for folder in [folder for folder in folders if folder.is_dir()] or folders[:1]:
            _verify(str(folder), table=table)


def _verify(place: str, *, table: bool) -> None:
    from .provenance import verify as verify_files

    print_lines(verify_files(place, table=table))
