"""An image sitemap: for search engines, every stylized picture with its page and its license."""

from collections.abc import Iterable
from xml.sax.saxutils import escape

from ...pipeline.publication import Publication
from ...storage.atomic_files import OUTPUT, explain_refusals, write_if_new
from ..build import Run

NAME = "image-sitemap.xml"
HEAD = (
    '<?xml version="1.0" encoding="UTF-8"?>\n'
    '<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"'
    ' xmlns:image="http://www.google.com/schemas/sitemap-image/1.1">\n'
)


def write_sitemap(run: Run) -> None:
    """Write output/image-sitemap.xml, unless it is there and says the same; of a site that has an address.

    Drafts are left out, and pictures that could not be made.
    """
    entries = []
    for url, identity in sorted(run.by_url.items()):  # Pelican reads posts in no order
        # The address of a draft is for those who were given it.
        if run.contents[identity].status == "published":
            made = [p for p in run.drawn[identity].publications if p.key and p.key not in run.failures]
            images = _images(made, pictures=f"{run.imprint.site}/{run.settings.folder}")
            if images:
                entries.append(f"<url><loc>{escape(f'{run.imprint.site}/{url}')}</loc>{images}</url>\n")
    path = run.output / NAME
    text = f"{HEAD}{''.join(entries)}</urlset>\n"
    with explain_refusals(run.output, doing="writing the image sitemap", setting=OUTPUT):
        write_if_new(path, text)


def _images(publications: Iterable[Publication], *, pictures: str) -> str:
    """Return the elements of a page's pictures; pictures: URL of their folder."""
    return "".join(
        f"<image:image><image:loc>{escape(f'{pictures}/{p.name}/{p.widths[-1]}.jpg')}</image:loc>"
        + (f"<image:license>{escape(p.license_url)}</image:license>" if p.license_url else "")
        + "</image:image>"
        for p in dict.fromkeys(publications)
    )
