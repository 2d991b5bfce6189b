"""The commands about museums. Each imports its code when it runs."""

from invoke import Context, task

from .arguments import StandInTask
from .blog_folder import absolute, in_blog
from .console import (
    follow,
    parse_number,
    print_lines,
    read_lines,
    report_mistakes,
    split_names,
    split_paths,
)


@task(name="list", help={"json": "print JSON for programs, an object a line"})
def list_(c: Context, json: bool = False) -> None:
    """List all museums: how each is asked, its key, its rights, its pictures, and when it was checked."""
    with report_mistakes():
        from ..museums.http_client.keys import KeyRing
        from .museum_list import list_museums

        print_lines(list_museums(KeyRing(), as_json=json))


@task(
    help={
        "words": 'what to look for, in quotes: "steam engine"',
        "at": "names of museums, as in met,loc; if not given, all that need no key you lack",
        "most": "hits of each museum, at most (20)",
        "rights": "open leaves out what may not be adapted; any marks it (any)",
        "wait": "seconds to wait for a museum that says nothing (40)",
        "json": "print JSON for programs, an object a line",
    },
)
def search(
    c: Context,
    words: str,
    at: str = "",
    most: str = "",
    rights: str = "",
    wait: str = "",
    json: bool = False,
) -> None:
    """Search several museums at once; hits are printed as they come, each with its rights and its page."""
    with in_blog(c) as settings_file:
        from ..museums.search import PATIENCE
        from .museum_search import ANY, SearchRequest, search_museums

        request = SearchRequest(
            words=words,
            at=split_names(at),
            most=parse_number("most", most or "20"),
            rights=rights or ANY,
            patience=parse_number("wait", wait or str(PATIENCE), kind=float),
            as_json=json,
        )
        print_lines(search_museums(settings_file, request), stopped="Stopped.")


FIELDS = (  # of a record, that may be typed
    *("slug", "category", "meaning", "crop", "title", "creator", "date", "medium", "institution"),
    *("accession", "source_url", "image_url", "credit_line", "alt", "license"),
)


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


@task(
    klass=StandInTask,
    auto_shortflags=False,
    help={
        "place": "an address of the item, or NAME:NUMBER as in met:435809; several with commas between",
        "as_": "style or photo: what it becomes in the blog",
        "list": "a file with an item on each line, in place of PLACE, or besides",
        "slug": "the name of the style's folder or of the photo; without it made from the title",
        "category": "of a style: one of STYLIZE['categories']",
        "meaning": "what this artwork says about a photo in its style",
        "crop": "the part to take for a style: LEFT,TOP,WIDTH,HEIGHT in pixels, or pct:5,5,90,90",
        "title": "in place of the museum's, as all fields of the record that follow",
        "source_url": "the page of the item",
        "image_url": "where the file came from",
        "accession": "the museum's own number",
        "page": "a page of the item that you saved in a browser, where no program is let in (HTML or MHTML)",
        "image": "the picture that you saved with it",
        "alt": "what a photo shows, for people who cannot see it",
        "license": "where the museum states none and you have found out: CC0-1.0, ...; needs --decision",
        "decision": "why it may be used, where a person has to decide: written down with name and day",
        "by": "who decides; without it the author of STYLIZE",
        "canvas": "which picture of a IIIF manifest: 3 for the third",
        "region": "the part to fetch: pct:10,10,50,50 (left, top, width, height in percent), or in pixels",
        "most": "megabytes of a picture at most",
        "series": "PLACE is a IIIF collection, or a manifest of several pictures: make a style of each work",
        "most_items": "works of a series at most",
    },
)
def add(
    c: Context,
    place: str,
    as_: str = "style",
    list: str = "",
    slug: str = "",
    category: str = "",
    meaning: str = "",
    crop: str = "",
    title: str = "",
    creator: str = "",
    date: str = "",
    medium: str = "",
    institution: str = "",
    accession: str = "",
    source_url: str = "",
    image_url: str = "",
    credit_line: str = "",
    alt: str = "",
    license: str = "",
    decision: str = "",
    by: str = "",
    canvas: str = "",
    region: str = "",
    page: str = "",
    image: str = "",
    most: str = "1000",
    series: bool = False,
    most_items: str = "20",
) -> None:
    """Fetch items of museums once, with their rights and citation, as styles or photos of the blog."""
    typed = locals()
    given = {name: typed[name] for name in FIELDS}
    megabytes = parse_number("most", most)
    lines, saved, picture = absolute(list), absolute(page), absolute(image)
    with in_blog(c) as settings_file:
        from .museum_add import AddRequest
        from .museum_add import add as add_items

        places = [*split_names(place), *(read_lines(lines) if lines else [])]
        request = AddRequest(
            places=places,
            use=as_,
            given=given,
            decision=decision,
            by=by,
            canvas=canvas,
            region=region,
            most=megabytes * 1_000_000,
            page=saved,
            image=picture,
            series=series,
            most_items=parse_number("most-items", most_items),
        )
        follow(add_items(settings_file, request), stopped="Stopped. The same command goes on.")


@task(
    auto_shortflags=False,
    help={
        "only": "keys as met:435809, addresses, slugs of styles, names of photos, with commas between",
        "digest": "download the pictures too and compare them; without it only their size",
    },
)
def check(c: Context, only: str = "", digest: bool = False) -> None:
    """Compare what is kept of museums with what they say today, and note what has changed in the credits."""
    with in_blog(c) as settings_file:
        from .museum_check import check as check_items

        lines = check_items(settings_file, split_names(only), digest=digest)
        print_lines(lines, stopped="Stopped. What was compared is written.")


@task(
    auto_shortflags=False,
    help={
        "item": "a key as met:435809, an address of the item, the slug of a style or the name of a photo",
        "yes": "do not ask",
        "unknown": "also remove pictures of the store of which no record says what they were made from",
    },
)
def remove(c: Context, item: str, yes: bool = False, unknown: bool = False) -> None:
    """Take a work down: list all that holds it, ask once, and remove its files and what was made of it."""
    with in_blog(c) as settings_file:
        from .museum_page import find_asker
        from .museum_remove import remove as remove_work

        print_lines(remove_work(settings_file, item, yes=yes, unknown=unknown, ask=find_asker()))


@task(
    help={
        "words": 'what to look for, in quotes: "circuit diagram"',
        "at": "names of museums, as in met,loc; if not given, all that need no key you lack",
        "most": "artworks in all, at most (24)",
        "photos": "a folder of photos to draw; without it the panel of the styles",
        "category": "of the styles that the commands on the board make",
        "to": "the page; without it .stylize/audition/board.html",
        "wait": "seconds to wait for a museum that says nothing (40)",
    },
)
def scout(
    c: Context,
    words: str,
    at: str = "",
    most: str = "",
    photos: str = "",
    category: str = "",
    to: str = "",
    wait: str = "",
) -> None:
    """Search museums, and show on a board what each hit that may be adapted would do to your photos."""
    folder, page = absolute(photos), absolute(to)
    with in_blog(c) as settings_file:
        from ..museums.search import PATIENCE
        from .museum_scout import ScoutRequest
        from .museum_scout import scout as scout_museums

        request = ScoutRequest(
            words=words,
            at=split_names(at),
            most=parse_number("most", most or "24"),
            photos=folder,
            category=category,
            to=page,
            patience=parse_number("wait", wait or str(PATIENCE), kind=float),
        )
        follow(scout_museums(settings_file, request), stopped="Stopped. The same command goes on.")


@task(
    help={
        "name": "the museum, as museum.list names it",
        "files": "its answers in their order, with commas between: .json, .xml or .html",
        "url": "the addresses of the answers, in their order, where an importer reads its item from it",
        "search": "the files are answers to a search",
        "json": "print JSON for programs, an object a line",
    },
)
def read(c: Context, name: str, files: str, url: str = "", search: bool = False, json: bool = False) -> None:
    """Read answers of a museum from files, without network, and show the record that becomes of them."""
    with report_mistakes():
        from .museum_read import ReadRequest, read_answers

        request = ReadRequest(
            name=name,
            files=[absolute(file) for file in split_paths(files)],
            urls=split_names(url),
            is_search=search,
            as_json=json,
        )
        print_lines(read_answers(request))
