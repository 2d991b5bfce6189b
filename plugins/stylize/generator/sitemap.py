"""An image sitemap: for search engines, every stylized picture with its page and its license."""

from collections.abc import Iterable
from pathlib import Path
from xml.sax.saxutils import escape

from ..disk import explain_refusals, write_whole
from ..publications import Publication

NAME = "image-sitemap.xml"
HEAD = (
    '<?xml version="1.0" encoding="UTF-8"?>\n'
    '<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"'
    ' xmlns:image="http://www.google.com/schemas/sitemap-image/1.1">\n'
)


def write_sitemap(output: Path, pages: Iterable[tuple[str, Iterable[Publication]]], *, pictures: str) -> None:
    """Write output/image-sitemap.xml, unless it is there and says the same.

    pages: the URL of each page and the pictures it shows; pictures: URL of their folder.
    """
    entries = []
    for url, publications in sorted(pages, key=lambda page: page[0]):  # Pelican reads posts in no order
        images = "".join(
            f"<image:image><image:loc>{escape(f'{pictures}/{p.name}/{p.widths[-1]}.jpg')}</image:loc>"
            + (f"<image:license>{escape(p.license_url)}</image:license>" if p.license_url else "")
            + "</image:image>"
            for p in dict.fromkeys(publications)
            if p.key
        )
        if images:
            entries.append(f"<url><loc>{escape(url)}</loc>{images}</url>\n")
    path = output / NAME
    text = f"{HEAD}{''.join(entries)}</urlset>\n"
    with explain_refusals(output, doing="writing the image sitemap"):
        if not path.exists() or path.read_text("utf-8") != text:
            write_whole(path, text)
