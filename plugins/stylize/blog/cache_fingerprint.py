"""One digest of everything that the figures of all posts depend on besides the posts."""

from collections.abc import Iterable
from dataclasses import replace
from hashlib import sha256

import jinja2
import markdown
import pelican
from jinja2 import Environment, TemplateNotFound, nodes
from jinja2.filters import FILTERS
from jinja2.tests import TESTS

from ..model.version import digest_of_code
from ..storage.atomic_files import is_settled, read_stamp
from .build_state import BuildState
from .theme.figures import ARTWORK, CREDIT, FACTS, PAIR, SUMMARY_CREDIT, TEMPLATE

GIVEN = {  # the variables that `figures.Renderer` passes to templates
    "facts",
    "quick",
    "painted",
    "figure",
    "record",
    "credit",
    "siteurl",
    "stylize",
}


def compute_fingerprint(state: BuildState, templates: Iterable[str]) -> str:
    """Return the sha256 of the settings, styles, translations and templates, and of the plugin's own code.

    templates: by name, as the theme resolves them.
    """
    site, environment = state.site, state.renderer.environment
    facts = (
        [module.__version__ for module in (pelican, jinja2, markdown)],
        digest_of_code(),
        # Figures do not say which executor made a picture, nor on which device; CSS is in the head.
        replace(state.settings, executor="", device="", workers=1, memory_limit=0, css=True),
        state.place,
        state.identity,
        site["PATH"],
        [site.get(f"SUMMARY_{name}") for name in ("MAX_LENGTH", "MAX_PARAGRAPHS", "END_SUFFIX")],
        dict(state.styles),
        (state.translations.default, state.translations.phrases),
        site["JINJA_ENVIRONMENT"],
        [name for name in FILTERS if environment.filters.get(name) is not FILTERS[name]],
        [name for name in TESTS if environment.tests.get(name) is not TESTS[name]],
        [(name, _load_source(name, environment)[0]) for name in sorted(templates)],
    )
    return sha256(repr(facts).encode(errors="replace")).hexdigest()


def find_templates(environment: Environment, *, started: int) -> list[str] | None:
    """Return the names of the templates that render figures, with those that a theme's own include.

    None if their output depends on more than their text and the variables they are given (the time, a
    filter of the site's own), or if one of them is younger than the build, which started at `started`.
    """
    from jinja2 import meta

    found: dict[str, None] = {}
    bare = environment.overlay()
    bare.globals = {}  # `meta` ignores names that an environment gives to each template
    waiting = [TEMPLATE, ARTWORK, CREDIT, SUMMARY_CREDIT, FACTS, PAIR]
    while waiting:
        name = waiting.pop()
        if name in found:
            continue
        found[name] = None
        source, path = _load_source(name, environment)
        if path and not is_settled(read_stamp(path), at=started):
            return None
        tree = bare.parse(source)
        uses = {(type(node), node.name) for node in tree.find_all((nodes.Filter, nodes.Test))}
        references = list(meta.find_referenced_templates(tree))
        if None in references or environment.extensions or not uses <= _find_pure(environment):
            return None
        # Jinja calls a name that is set in one branch only undeclared in the others.
        own = {node.name for node in tree.find_all(nodes.Name) if node.ctx == "store"}
        own -= environment.globals.keys() - {"namespace"}  # which makes a blank one each time
        if not meta.find_undeclared_variables(tree) <= GIVEN | own | {"namespace"}:
            return None
        waiting += [reference for reference in references if reference]
    return list(found)


def _find_pure(environment: Environment) -> set[tuple[type[nodes.Node], str]]:
    """Return Jinja's own filters and tests, except the random one."""
    filters = {(nodes.Filter, n) for n, f in FILTERS.items() if environment.filters.get(n) is f}
    tests = {(nodes.Test, n) for n, f in TESTS.items() if environment.tests.get(n) is f}
    return {pair for pair in (*filters, *tests) if pair != (nodes.Filter, "random")}


def _load_source(name: str, environment: Environment) -> tuple[str, str]:
    """Return a template's text and file, or two empty strings if there is none of that name."""
    assert environment.loader is not None  # Pelican gives each environment one
    try:
        source, path, _ = environment.loader.get_source(environment, name)
    except TemplateNotFound:
        return "", ""
    return source, path or ""
