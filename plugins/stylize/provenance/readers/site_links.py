"""Find the files of a site that a visitor can get to by following links."""

import re
from collections.abc import Container, Iterable, Iterator
from html import unescape
from pathlib import Path
from urllib.parse import unquote, urljoin, urlsplit

TEXTS = (".css", ".htm", ".html", ".json", ".jsonld", ".rss", ".atom", ".webmanifest", ".xhtml", ".xml")
ANYWHERE = "http://site.invalid"  # RFC 2606: stands for the address of a site that has none


def find_linked_files(root: Path, files: Container[str], *, start: Iterable[str], site: str) -> set[str]:
    """Return the files that pages, feeds and style sheets link to, and what those link to in turn.

    files: all of the site, as paths below its root. start: the files to begin with. site: its URL, or "".
    """
    base = urlsplit(site or ANYWHERE)
    above = f"{base.path.rstrip('/')}/"
    found: set[str] = set()
    pending = [path for path in start if path in files]
    while pending:
        path = pending.pop()
        if path in found:
            continue
        found.add(path)
        if not path.lower().endswith(TEXTS) or not (root / path).is_file():
            continue
        here = f"{base.scheme}://{base.netloc}{above}{path}"
        for link in set(_find_links((root / path).read_text("utf-8", errors="replace"))):
            try:
                address = urlsplit(urljoin(here, link))
            except ValueError:  # "http://[" is no URL
                continue
            if address.netloc == base.netloc and address.path.startswith(above):
                name = unquote(address.path[len(above) :])
                candidates = (name, f"{name}.html", f"{name.rstrip('/')}/index.html".lstrip("/"))
                pending += [each for each in candidates if each not in found and each in files]
    return found


_LINKS = re.compile(
    r"""(?:href|src|srcset|poster|content|data|action)\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>]+))"""
    r"""|url\(\s*["']?([^"')]+)"""
    r"""|>\s*(https?://[^<\s]+)\s*<"""  # in feeds and sitemaps
    r"""|"(?:contentUrl|url|src|thumbnailUrl|@id)"\s*:\s*"([^"]*)" """.rstrip(),
    re.IGNORECASE,
)


def _find_links(text: str) -> Iterator[str]:
    for groups in _LINKS.findall(text):
        link = unescape(next(filter(None, groups), ""))
        if ", " in link:
            yield from (part.split()[0] for part in link.split(", ") if part.strip())
        elif link:
            yield link.split()[0] if link.strip() else ""
