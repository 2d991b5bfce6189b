"""The commands about museums. Each imports its code when it runs."""

from invoke import Context, task

from .blog_folder import in_blog
from .console import print_lines, split_names


@task(
    help={
        "place": "an address of the item, or NAME:NUMBER as in met:435809; several with commas between",
        "json": "print JSON for programs",
    },
)
def show(c: Context, place: str, json: bool = False) -> None:
    """Ask a museum for an item, and show its record: who, what, when, its rights, its pictures."""
    with in_blog(c) as settings_file:
        from .museum_show import show as show_items

        print_lines(show_items(settings_file, split_names(place), as_json=json))
