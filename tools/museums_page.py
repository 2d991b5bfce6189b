"""Writes the table of museums into docs/museums.md, between two marks, from the museums themselves.

    python tools/museums_page.py

A test compares the page with what this writes, so that it cannot go stale.
"""

import pelican_stylize

pelican_stylize.defer_pelican()
from pathlib import Path  # noqa: E402

from pelican.plugins.stylize.cli.museum_list import needs_key_for  # noqa: E402
from pelican.plugins.stylize.museums.http_client.keys import variable  # noqa: E402
from pelican.plugins.stylize.museums.importers.closed import list_closed_collections  # noqa: E402
from pelican.plugins.stylize.museums.importers.interface import Museum  # noqa: E402
from pelican.plugins.stylize.museums.importers.registry import MUSEUMS  # noqa: E402

ROOT = Path(__file__).parents[1]
PAGE = ROOT / "docs" / "museums.md"
BEGIN, END = "<!-- the table of museums: python tools/museums_page.py -->", "<!-- the end of the table -->"
NO_KEY = "none"


def write_page(page: str) -> str:
    """Return a page with the table of today between its marks; raises ValueError if they are missing."""
    before, _, rest = page.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not end:
        raise ValueError(f"{PAGE.name} has no place for the table: {BEGIN} and {END}")
    return f"{before}{BEGIN}\n{make_table()}{END}{after}"


def make_table() -> str:
    """Return the table of all museums, and that of the collections that no program can ask."""
    rows = [
        ("name", "collection", "how", "search", "key", "rights come from", "picture", "checked against"),
        ("---",) * 8,
        *map(_describe, MUSEUMS),
    ]
    closed = [
        ("collection", "why no program can ask it", "instead"),
        ("---",) * 3,
        *(
            (f"[{_escape(one.title)}]({one.home})", _escape(one.reason), _escape(one.instead))
            for one in list_closed_collections()
        ),
    ]
    return (
        "\n"
        + "\n\n".join("\n".join(f"| {' | '.join(row)} |" for row in part) for part in (rows, closed))
        + "\n\n"
    )


def _describe(museum: Museum) -> tuple[str, ...]:
    return (
        f"`{museum.name}`",
        f"[{_escape(museum.title)}]({museum.home})"
        + "".join(f"<br>{_escape(note)}" for note in museum.notes),
        _escape(museum.how),
        "yes" if museum.ask_search else "no",
        _describe_key(museum),
        _escape(museum.rights),
        _escape(museum.image_size),
        _escape(museum.checked),
    )


def _describe_key(museum: Museum) -> str:
    if museum.key is None:
        return NO_KEY
    where = f"; [get one]({museum.key.get_one_at})" if museum.key.get_one_at else ""
    return f"for {needs_key_for(museum)}: `{variable(museum.key.service)}`{where}"


def _escape(text: str) -> str:
    return text.replace("|", "\\|").replace("<", "&lt;")


if __name__ == "__main__":
    PAGE.write_text(write_page(PAGE.read_text("utf-8")), "utf-8")
    print(PAGE.relative_to(ROOT))
