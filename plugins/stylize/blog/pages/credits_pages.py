"""/credits/, which names every work of the site, and /provenance/, which says what that means."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any

from markupsafe import Markup, escape
from pelican.generators import Generator

from ..rendered_post import RenderedPost
from .style_pages import StylePage, make_style_pages

if TYPE_CHECKING:
    from ..build import Run

ROOT = "provenance/root.pem"  # in output/
CARD = Path(__file__).parents[2] / "engine" / "networks" / "weights" / "CARD.md"
NETWORKS = sha256(b"networks").hexdigest()  # under which the card is remembered, as a post is


@dataclass(frozen=True, slots=True, kw_only=True)
class PhotoCredit:
    """A photo of the site, and where it is shown."""

    line: str  # HTML: title, author, source and license
    posts: tuple[tuple[str, str], ...]  # URL and title (HTML) of each post, or style, that shows it


@dataclass(frozen=True, slots=True, kw_only=True)
class Credits:
    """What the templates `stylize/credits.html` and `stylize/provenance.html` show."""

    photos: tuple[PhotoCredit, ...]
    styles: tuple[StylePage, ...]  # those whose artworks a picture owes something
    pictures: int  # stylized ones
    has_style_pages: bool
    networks: str  # HTML: the model card of the networks
    root_certificate: str = ""  # URL of the certificate that Content Credentials are checked against
    fingerprint: str = ""  # its sha256


def collect_credits(run: "Run", contents: Iterable[Any]) -> Credits:
    """Return the credits of a run; contents: articles and pages."""
    contents = list(contents)
    urls = {identity: url for url, identity in run.by_url.items()}
    posts: dict[str, list[tuple[str, str]]] = {}
    for content in contents:
        drawn = run.drawn.get(id(content))
        for line, _ in drawn.photos if drawn else ():
            posts.setdefault(line, []).append((urls[id(content)], content.title))
    for slug, drawn in run.artworks.items():
        for line, _ in drawn.photos[1:]:  # of its panel
            posts.setdefault(line, []).append((f"styles/{slug}/", str(escape(run.styles[slug].title))))
    root = run.signer.keys.root if run.signer and run.signer.keys.root.is_file() else None
    return Credits(
        photos=tuple(
            PhotoCredit(line=line, posts=tuple(p)) for line, p in sorted(posts.items(), key=_by_words)
        ),
        styles=tuple(page for page in make_style_pages(run, contents) if page.articles),
        pictures=len({publication.key for publication in run.publications if publication.key}),
        has_style_pages=run.settings.style_pages,
        networks=run.networks.inline[0],
        root_certificate=f"{run.place.base}/{ROOT}" if root else "",
        fingerprint=_fingerprint(root) if root else "",
    )


def _by_words(item: tuple[str, Any]) -> str:
    return Markup(item[0]).striptags().casefold()


def _fingerprint(certificate: Path) -> str:
    from ...provenance.c2pa.certificates import certificate_fingerprint

    return certificate_fingerprint(certificate.read_text("ascii"))


def render_networks_card() -> RenderedPost:
    """Return the model card of the networks that ship with the plugin, as HTML."""
    from markdown import markdown

    text = CARD.read_text("utf-8").partition("\n\n")[2]  # the page has a heading of its own
    html = markdown(text, extensions=["tables"]).replace("<h2>", "<h3>").replace("</h2>", "</h3>")
    return RenderedPost(publications=(), inline=(html,))


CreditsOf = Callable[[Iterable[Any]], Credits | None]
credits_of: CreditsOf = lambda contents: None  # noqa: E731 - set by `hooks` for each run


class ProvenancePages(Generator):
    """Writes both pages through Pelican's writer, so that sitemaps and the like see them."""

    def generate_output(self, writer: Any) -> None:
        """Write /credits/index.html and /provenance/index.html."""
        credits = credits_of([*self.context["articles"], *self.context["pages"]])
        if credits is None:
            return
        for name in ("credits", "provenance"):
            writer.write_file(
                f"{name}/index.html",
                self.get_template(f"stylize/{name}"),
                self.context,
                relative_urls=self.settings["RELATIVE_URLS"],
                override_output=True,
                url=f"{name}/",
                page_name=name,
                credits=credits,
            )
