"""All that the figures of every post depend on beside the post itself, as one digest."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from hashlib import sha256
from typing import TYPE_CHECKING, Any

import jinja2
import markdown
import pelican
from jinja2 import Environment, TemplateNotFound, nodes
from jinja2.filters import FILTERS
from jinja2.tests import TESTS

from ...model.entities import Style
from ...model.version import digest_of_code
from ...storage.atomic_files import is_settled, read_stamp
from ..picture_records import SiteIdentity
from ..settings import Settings
from ..theme.figures import ARTWORK, CREDIT, FACTS, SUMMARY_CREDIT, TEMPLATE, Place

if TYPE_CHECKING:
    from ..theme.words import Translations

GIVEN = {
    "card",
    "figure",
    "record",
    "credit",
    "siteurl",
    "styles_url",
    "provenance_url",
    "words",
}  # by `figures.Renderer`


def compute_fingerprint(
    *,
    site: Mapping[str, Any],
    settings: Settings,
    place: Place,
    imprint: SiteIdentity,
    styles: Mapping[str, Style],
    wordings: "Translations",
    environment: Environment,
    templates: Iterable[str],
) -> str:
    """Return the sha256 of the settings, the styles, the words, the templates and the plugin's own code.

    site: Pelican's settings. templates: by name, as the theme resolves them.
    """
    facts = (
        [module.__version__ for module in (pelican, jinja2, markdown)],
        digest_of_code(),
        # Who draws a picture, and where, is nothing that a page says.
        replace(settings, executor="", device="", workers=1),
        place,
        imprint,
        site["PATH"],
        [site.get(f"SUMMARY_{name}") for name in ("MAX_LENGTH", "MAX_PARAGRAPHS", "END_SUFFIX")],
        dict(styles),
        (wordings.default, wordings.phrases),
        site["JINJA_ENVIRONMENT"],
        [name for name in FILTERS if environment.filters.get(name) is not FILTERS[name]],
        [name for name in TESTS if environment.tests.get(name) is not TESTS[name]],
        [(name, _source_of(name, environment)[0]) for name in sorted(templates)],
    )
    return sha256(repr(facts).encode(errors="replace")).hexdigest()


def find_templates(environment: Environment, *, begun: int) -> list[str] | None:
    """Return the names of the templates that draw figures: a theme's own may lean on more of them.

    None where what they write depends on more than their text and what they are given (the time, a
    filter of the site's own), or where one is younger than the build, which began at `begun`.
    """
    from jinja2 import meta

    found: dict[str, None] = {}
    bare = environment.overlay()
    bare.globals = {}  # `meta` passes over names that an environment gives to each template
    waiting = [TEMPLATE, ARTWORK, CREDIT, SUMMARY_CREDIT, FACTS]
    while waiting:
        name = waiting.pop()
        if name in found:
            continue
        found[name] = None
        source, path = _source_of(name, environment)
        if path and not is_settled(read_stamp(path), at=begun):
            return None
        tree = bare.parse(source)
        uses = {(type(node), node.name) for node in tree.find_all((nodes.Filter, nodes.Test))}
        references = list(meta.find_referenced_templates(tree))
        if None in references or environment.extensions or not uses <= _pure_of(environment):
            return None
        # Jinja calls a name that is set in one branch only undeclared in the others.
        own = {node.name for node in tree.find_all(nodes.Name) if node.ctx == "store"}
        own -= environment.globals.keys() - {"namespace"}  # which makes a blank one each time
        if not meta.find_undeclared_variables(tree) <= GIVEN | own | {"namespace"}:
            return None
        waiting += [reference for reference in references if reference]
    return list(found)


def _pure_of(environment: Environment) -> set[tuple[type[nodes.Node], str]]:
    """Return the filters and tests that are Jinja's own, without the one that throws dice."""
    filters = {(nodes.Filter, n) for n, f in FILTERS.items() if environment.filters.get(n) is f}
    tests = {(nodes.Test, n) for n, f in TESTS.items() if environment.tests.get(n) is f}
    return {pair for pair in (*filters, *tests) if pair != (nodes.Filter, "random")}


def _source_of(name: str, environment: Environment) -> tuple[str, str]:
    """Return a template's text and file, or two empty strings where there is none of that name."""
    assert environment.loader is not None  # Pelican gives each environment one
    try:
        source, path, _ = environment.loader.get_source(environment, name)
    except TemplateNotFound:
        return "", ""
    return source, path or ""
