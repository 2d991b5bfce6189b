"""The command `museum.check`: what museums say today about what the blog has of them."""

from collections.abc import Iterator, Sequence
from datetime import date
from pathlib import Path

from ..model.errors import UserError
from ..museums.changes import (
    RIGHTS,
    Change,
    describe_changes,
    find_changes,
    find_picture_changes,
    read_again,
    read_kept,
)
from ..museums.citation import Citation
from ..museums.errors import MuseumError, NoSuchItem
from ..museums.holdings import Holding, find_holdings, select_holdings
from ..museums.http_client.museum_client import MuseumClient
from ..museums.importers.registry import by_name, find_item
from ..museums.lookup import look_up
from ..rights.museum_item import MUSEUM
from ..storage.atomic_files import display_path
from ..storage.store import Store
from ..styles.edit_toml import edit_style_toml, set_values
from .blog_folder import read_site
from .museum_access import MuseumAccess


class ChangedError(UserError):
    """A museum says something otherwise."""

    exitcode = 1


def check(settings_file: str, items: Sequence[str] = (), *, digest: bool = False) -> Iterator[str]:
    """Ask the museums for items again, and write what has changed into their credits; yields the lines.

    items: none for all. digest: download the pictures too. Raises ChangedError if a museum says something
    otherwise than is kept, and UserError if one could not be asked.
    """
    site, settings = read_site(settings_file)
    holdings = list(find_holdings(settings.styles, Path(site["PATH"])))
    if items:
        chosen = [holding for item in items for holding in select_holdings(item, holdings)]
        holdings = list(dict.fromkeys(chosen))
    if not holdings:
        yield "The blog has nothing of a museum."
        return
    access = MuseumAccess(site, settings, settings_file=settings_file)
    client, store = access.make_client(refresh=True), Store(settings.store)
    changed = 0
    problems = []
    try:
        for holding in holdings:
            if holding.museum.item.partition(":")[0] not in by_name():
                yield f"{holding}: its page was saved by hand, and no program asks it again. Open it."
                continue
            try:
                changes = _compare(holding, client, store, digest=digest)
            except MuseumError as error:
                problems.append(f"{holding}: {error}. Nothing was changed.")
            except UserError as error:
                problems += [f"{holding}: {text}" for text in error.problems]
            else:
                changed += bool(changes)
                yield f"{holding}, {holding.museum.item}: {'changed' if changes else 'as kept'}"
                yield from (f"  {change}" for change in changes)
                _write(holding, changes)
                if any(change.name == RIGHTS for change in changes):
                    where = display_path(holding.credit)
                    yield f"  Builds that show it warn from now on: see says in {where}"
    finally:
        access.close()
    if changed:
        of = "1 item differs" if changed == 1 else f"{changed} items differ"
        raise ChangedError(*problems, f"{of} from what is kept. What is kept stays as it is.")
    if problems:
        raise UserError(*problems)


def _compare(holding: Holding, client: MuseumClient, store: Store, *, digest: bool) -> list[Change]:
    """Return what the museum says otherwise; raises MuseumError if it cannot be asked."""
    citation = read_kept(holding.citation)
    museum, item = find_item(holding.museum.item)
    then = read_again(citation, museum)
    try:
        now = look_up(museum, item, client.ask).record
    except NoSuchItem:
        return [Change(name="item", then=then.page, now="the museum has it no more")]
    return find_changes(then, now) + _compare_picture(citation, client, store, digest=digest)


def _compare_picture(citation: Citation, client: MuseumClient, store: Store, *, digest: bool) -> list[Change]:
    kept = citation.original
    if not kept.url:
        return []
    try:
        if changes := find_picture_changes(kept, size=client.probe(kept.url)):
            return changes
        if not digest:
            return []
        with store.incoming() as folder:
            found = client.download(kept.url, folder / "picture")
            return find_picture_changes(kept, size=found.size, sha256=found.sha256)
    except NoSuchItem:
        return [Change(name="picture", then=kept.url, now="it is there no more")]


def _write(holding: Holding, changes: Sequence[Change]) -> None:
    """Write into the table [museum] what the museum says today; comments and order stay."""
    says, differs = describe_changes(changes)
    values = {
        "checked": date.today(),
        **{name: text for name, text in (("says", says), ("differs", differs)) if text},
    }
    with edit_style_toml(holding.credit, where=display_path(holding.credit)) as document:
        table = document[MUSEUM]
        set_values(table, values)
        for name in {"says", "differs"} & table.keys() - values.keys():
            table.remove(name)
