"""reStructuredText: the directive `stylize`, and the option `stylize` of `image` and `figure`.

    .. stylize:: nets.jpg
       :alt: Two men mending a net
       :style: third-class-carriage
       :strength: 0.7

       The caption.

Each becomes a placeholder, as in Markdown, with the same request. Imported with the first directive of a run.
"""

import re
from typing import Any, ClassVar

from docutils import nodes
from docutils.parsers.rst import Directive, directives
from docutils.parsers.rst.directives import images

from ..model.picture_options import STYLE_OPTION
from .picture_attributes import OPTIONS, make_request
from .placeholders import ATTRIBUTE, write_data

_ALIGNED = ("left", "center", "right")


class _AnyOption(dict[str, Any]):
    """The options of a directive; others are taken too, so that we can say which was meant."""

    def __missing__(self, name: str) -> Any:
        return directives.unchanged


class Stylize(Directive):
    """`.. stylize:: pier.jpg`: a picture in the post's style, or in that of its option `style`."""

    required_arguments = 1
    final_argument_whitespace = True
    has_content = True
    option_spec: ClassVar[Any] = _AnyOption(dict.fromkeys(OPTIONS, directives.unchanged))

    def run(self) -> list[nodes.Node]:
        options = dict(self.options)
        if "style" in options:
            options[STYLE_OPTION] = options.pop("style")
        return make_nodes(self, options)


def add_option(base: Any) -> Any:
    """Return the directive `image` or `figure` with the option `stylize`; base: the class it has so far.

    Without the option it does what it did, and reports the same errors.
    """

    class WithStylize(base):
        option_spec: ClassVar[Any] = _AnyOption(base.option_spec)

        def run(self) -> list[nodes.Node]:
            if STYLE_OPTION in self.options:
                written = self.block_text.splitlines()  # as written: docutils normalizes some options
                own = {name: _find_written(written, name, value) for name, value in self.options.items()}
                return make_nodes(self, own)
            unknown = [name for name in self.options if name not in base.option_spec]
            if unknown:
                raise self.error(f'Error in "{self.name}" directive:\nunknown option: "{unknown[0]}".')
            return list(super().run())

    return WithStylize


def make_nodes(directive: Directive, options: dict[str, str]) -> list[nodes.Node]:
    """Return the nodes of a placeholder, with the directive's content as its caption."""
    written = {"src": "".join(directive.arguments[0].split("\n")), "alt": options.pop("alt", "")}
    link = options.pop("target", "") or options.pop("link", "")
    problem = ""
    classes = [options.pop(name, "") for name in ("class", "figclass")]
    align = options.pop("align", "")
    if align in _ALIGNED:
        classes.append(f"align-{align}")
    elif align:
        problem = f"align is {align!r}, but must be one of {', '.join(_ALIGNED)}."
    names = [options.pop(name, "") for name in ("name", "figname")]
    written |= {name: value or "" for name, value in options.items() if name != "figwidth"}
    width = options.get("figwidth", "")
    if width and width != "image":
        written["width"] = width
    if any(classes):
        written["class"] = " ".join(filter(None, classes))
    if any(names):
        written["id"] = nodes.make_id(next(filter(None, names)))
    caption = nodes.Element()
    directive.state.nested_parse(directive.content, directive.content_offset, caption)
    wrong = [
        child for child in caption if not isinstance(child, nodes.paragraph | nodes.target | nodes.comment)
    ]
    if wrong:
        problem = problem or f"a caption has only paragraphs, but this one has a {_describe(wrong[0])}."
    paragraphs = [child for child in caption if isinstance(child, nodes.paragraph)]
    request = make_request(written, link=_find_address(link, directive), problem=problem)
    anchor = nodes.substitution_definition()  # invisible, so a target before the directive keeps its id
    opening = nodes.raw("", f'<figure {ATTRIBUTE}="{write_data(request)}">', format="html")
    found: list[nodes.Node] = [anchor, opening, *paragraphs, nodes.raw("", "</figure>\n", format="html")]
    for node in found:
        node.source, node.line = directive.state_machine.get_source_and_line(directive.lineno)
    return found


def _find_written(lines: list[str], name: str, value: Any) -> str:
    """Return an option as the author wrote it; its value has been converted by docutils."""
    if name in OPTIONS or isinstance(value, str):
        return str(value or "")
    for line in lines:
        found = re.match(rf"\s*:{re.escape(name)}:\s*(.*?)\s*$", line)
        if found:
            return found[1]
    return ""


def _find_address(link: str, directive: Directive) -> str:
    """Return the address of a link: as written, or that of a reference such as `docs_`."""
    link = "".join(link.split())
    if not link.endswith("_"):
        return link
    name = nodes.fully_normalize_name(link.rstrip("_").strip("`"))
    for target in directive.state.document.findall(nodes.target):
        if name in target["names"]:
            return str(target.get("refuri", ""))
    return f"#{nodes.make_id(name)}"


def _describe(node: nodes.Node) -> str:
    return type(node).__name__.replace("_", " ")


def find_base(name: str) -> Any:
    """Return the class of docutils for `image` or `figure`."""
    return {"image": images.Image, "figure": images.Figure}[name]
