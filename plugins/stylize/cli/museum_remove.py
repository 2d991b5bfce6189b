"""The command `museum.remove`: takes down a work, with everything that was made of it."""

from collections.abc import Callable, Iterator
from pathlib import Path

from ..blog.settings import Settings
from ..model.command_name import command
from ..model.errors import UserError
from ..museums.changes import read_kept
from ..museums.citation import Citation
from ..museums.holdings import STYLE, Holding, find_holdings, select_holdings
from ..museums.index.database import NAME
from ..museums.index.removal import count_entries, remove_entries
from ..museums.originals import MANIFEST, Originals
from ..museums.takedown import POSTS, Traces, Work, find_traces, remove_holding, remove_traces
from ..storage.atomic_files import display_path, explain_refusals, sha256_of
from ..storage.store import Store
from .blog_folder import output_folders, publish_settings, read_site


def remove(
    settings_file: str,
    item: str,
    *,
    yes: bool = False,
    unknown: bool = False,
    ask: Callable[[str], str] | None = None,
) -> Iterator[str]:
    """List everything that holds a work, ask once, and remove it; yields the lines to print.

    ask: asks a person, such as `input`; None if there is nobody to ask. unknown: remove pictures of the store
    of which nobody knows the photo too. Raises UserError if it is not confirmed.
    """
    site, settings = read_site(settings_file)
    content, store = Path(site["PATH"]), Store(settings.store)
    originals = Originals(settings.museum_originals, manifest=Path(MANIFEST))
    holdings = list(find_holdings(settings.styles, content))
    keys = {holding.museum.item for holding in select_holdings(item, holdings)}
    chosen = [holding for holding in holdings if holding.museum.item in keys]
    work = _describe(chosen, originals)
    sites = [path for path in output_folders(settings_file) if path.is_dir()]
    traces = find_traces(work, store, sites=sites, texts=_find_texts(content, settings_file))
    index = settings.store / "museums" / NAME
    entries = count_entries(index, keys=work.keys, digests=work.digests)
    large = [file for file in originals.read().values() if file.item in work.keys]
    places = [originals.folder / file.file for file in large]
    yield from _list(work, traces, large=places, entries=entries, unknown=unknown)
    if not yes:
        if ask is None:
            raise UserError("nothing was removed: nobody can be asked here. To remove all of it: --yes")
        if ask("Remove all of it? [y/N] ").strip().lower() not in ("y", "yes"):
            raise UserError("nothing was removed.")
    with explain_refusals(settings.store, doing="removing a work"):
        remove_entries(index, keys=work.keys, digests=work.digests)
        remove_traces(traces, store, unknown=unknown)
        for file in large:
            originals.remove(file)
        for holding in chosen:
            remove_holding(holding)
    yield "Removed."
    yield from _say_what_is_left(work, traces, settings)


def _describe(holdings: list[Holding], originals: Originals) -> Work:
    """Return what is known of a work; a citation that is damaged or gone leaves its part out."""
    citations: list[Citation] = []
    digests: set[str] = set()
    files: list[Path] = []
    for holding in holdings:
        try:
            citations.append(read_kept(holding.citation))
        except UserError:
            continue
        digests.add(citations[-1].original.sha256)
    for holding in holdings:
        folder = holding.credit.parent
        files += [holding.picture, *(folder.glob("original.*") if holding.use == STYLE else ())]
    files = [path for path in files if path.is_file()]
    large = [file for file in originals.read().values() if file.item in {h.museum.item for h in holdings}]
    digests |= {sha256_of(path) for path in files} | {file.sha256 for file in large}
    return Work(
        holdings=tuple(holdings),
        keys=frozenset(holding.museum.item for holding in holdings),
        slugs=frozenset(holding.name for holding in holdings if holding.use == STYLE),
        photos=frozenset(holding.picture.name for holding in holdings if holding.use != STYLE),
        digests=frozenset(digests),
        sizes=frozenset(
            {path.stat().st_size for path in files}
            | {file.size for file in large}
            | {citation.original.size for citation in citations}
        ),
        addresses=frozenset(answer.url for citation in citations for answer in citation.answers),
        pictures=frozenset(
            url
            for citation in citations
            for url in (citation.original.url, *(image.url for image in citation.record.images))
        ),
    )


def _find_texts(content: Path, settings_file: str) -> list[Path]:
    posts = (path for path in content.rglob("*") if path.suffix.lower() in POSTS and path.is_file())
    here = Path.cwd()
    texts = (path.relative_to(here) if path.is_relative_to(here) else path for path in posts)
    settings = dict.fromkeys((settings_file, publish_settings(settings_file)))
    return [*texts, *map(Path, settings)]


def _list(work: Work, traces: Traces, *, large: list[Path], entries: int, unknown: bool) -> Iterator[str]:
    yield f"{', '.join(sorted(work.keys))} is held by:"
    for holding in work.holdings:
        if holding.use == STYLE:
            folder = display_path(holding.credit.parent)
            yield f"  {folder}/  the style, with its artwork, original and citation"
        else:
            paths = (path for path in (holding.picture, holding.credit, holding.citation) if path.exists())
            yield f"  {', '.join(map(display_path, paths))}"
    yield from (f"  {display_path(path)}  the original, outside git" for path in large)
    for count, words in (
        (len(traces.pictures), "pictures in the store"),
        (len(traces.cheap), "renditions, records and signed files there, of it or of no site"),
        (len(traces.memories), "caches, answers, boards and comparisons there"),
        (entries, "entries of the index of museums"),
    ):
        if count:
            yield f"  {words}: {count}"
    yield from (f"  {display_path(path)}  goes with the next publish" for path in traces.published)
    yield from (f"  {place}  names it" for place in traces.posts)
    if traces.unknown:
        does = "they are removed too" if unknown else "they stay, unless you add --unknown"
        count = len(traces.unknown)
        yield f"  pictures in the store without a record, which may show it: {count}; {does}"
    yield "Not known here: packs that style.pack has written, copies elsewhere, the history of git."


def _say_what_is_left(work: Work, traces: Traces, settings: Settings) -> Iterator[str]:
    for place in traces.posts:
        yield f"{place} still names it: the next build fails there. Name another, or take it out."
    if traces.published:
        yield f"The built site still shows it. Publish without it: {command('publish')}"
    if any(Path(".git").glob("HEAD")):
        how = "https://git-scm.com/docs/git-filter-branch"
        yield f"The history of git still has it. How to rewrite it: {how}"
