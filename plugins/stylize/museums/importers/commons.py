"""Wikimedia Commons, by the Action API of MediaWiki: https://www.mediawiki.org/wiki/API:Imageinfo."""

import re
from collections.abc import Sequence
from dataclasses import replace
from urllib.parse import parse_qs, parse_qsl, quote, unquote, urlencode

from ..errors import MuseumBroken, NoSuchItem, RateLimited, UnexpectedAnswer
from ..record import Creator, ImageFile, MuseumRecord, Rights
from .answer import Answer, View
from .dates import read_span
from .interface import Budget, Museum, Request, SearchPage, SearchQuery
from .plain_texts import find_links, split_address, strip_html
from .statements import read_rights, state

API = "https://commons.wikimedia.org/w/api.php"
PAGE = "https://commons.wikimedia.org/wiki/File:{}"
# The only widths that its servers make (2026); they refuse others.
THUMBNAIL = 330
WIDTHS = (3840, 1920, 1280)
_FACTS = (
    "format=json&formatversion=2&prop=imageinfo&iiprop=url|size|mime|mediatype|user|extmetadata"
    f"&iiurlwidth={THUMBNAIL}&iiextmetadatalanguage=en"
)
_DRAWN = {"image/svg+xml": ".png", "application/pdf": ".jpg", "image/vnd.djvu": ".jpg", "image/tiff": ".jpg"}
_PAGED = ("application/pdf", "image/vnd.djvu")
_HIDDEN = re.compile(r"<(\w+)\b[^>]*display:\s*none[^>]*>.*?</\1>", re.DOTALL | re.IGNORECASE)
_STATEMENT = re.compile(r"\b(label|title|date) QS:.*$")  # of Wikidata, hidden in the page
_PUBLIC_DOMAIN = re.compile(r"\bPD\b|public domain", re.IGNORECASE)


def find_item(address: str) -> str:
    """Return the name of the file; "M81754323" from addresses that give only the number of its page."""
    parts = split_address(address)
    host, path = (parts.hostname or "").removeprefix("www."), unquote(parts.path)
    query = parse_qs(parts.query)
    name = ""
    if host in ("commons.wikimedia.org", "commons.m.wikimedia.org"):
        titles = [
            unquote(parts.fragment).removeprefix("/media/"),
            path.removeprefix("/wiki/"),
            *query.get("title", ()),
            *query.get("titles", ()),
        ]
        for title in titles:
            if found := re.match(r"(?:File|Image):([^|]+)$|Special:(?:FilePath|Redirect/file)/(.+)", title):
                name = found[1] or found[2]
        numbers = [*query.get("curid", ()), *query.get("pageids", ())]
        if not name and (found := re.search(r"/Special:EntityData/M(\d+)|^/entity/M(\d+)", path)):
            numbers.append(found[1] or found[2])
        if not name and numbers and numbers[0].isdigit():
            return f"M{numbers[0]}"
    elif host == "upload.wikimedia.org" and (
        found := re.match(r"/wikipedia/commons/(?:thumb/)?(?:archive/)?\w/\w\w/([^/]+)", path)
    ):
        name = found[1]
    return _clean_name(name)


def ask_item(item: str) -> Request:
    """Return the request for a file, by its name or by "M" and the number of its page."""
    if re.fullmatch(r"M\d+", item):
        return Request(url=f"{API}?action=query&pageids={item[1:]}&{_FACTS}")
    return Request(url=f"{API}?action=query&titles={quote('File:' + item, safe='')}&{_FACTS}")


def read_item(answers: Sequence[Answer]) -> MuseumRecord:
    """Read a file."""
    found = answers[0].json()
    pages = _read_pages(found)
    if not pages:
        raise NoSuchItem("it has no file of this name")
    return _read_page(pages[0])


def ask_search(query: SearchQuery) -> Request:
    """Return the request for a search; everything on Commons is free, or says where it is not."""
    words = quote(f"{query.words} filetype:bitmap|drawing", safe="")
    most = min(query.most, 50)
    return Request(
        url=f"{API}?action=query&generator=search&gsrnamespace=6&gsrlimit={most}&gsrsearch={words}&{_FACTS}"
    )


def read_search(answer: Answer) -> SearchPage:
    """Read a page of hits, the best first."""
    found = answer.json()
    pages = sorted(_read_pages(found), key=lambda page: page.number("index"))
    offset = found.at("continue", "gsroffset").text()
    following = None
    if offset:
        asked = dict(parse_qsl(split_address(answer.url).query))
        following = Request(
            url=f"{API}?{urlencode(asked | {'gsroffset': offset, 'continue': 'gsroffset||'})}"
        )
    return SearchPage(
        records=tuple(
            _read_page(page)
            for page in pages
            if page.at("imageinfo") and _is_picture(page.at("imageinfo", 0))
        ),
        next=following,
    )


def _read_pages(found: View) -> list[View]:
    """Return the pages of an answer: a list, or an object by their numbers (formatversion 1)."""
    if error := found.at("error"):
        words = f"{error.text('code')}: {strip_html(error.text('info'))}"
        if error.text("code") in ("ratelimited", "maxlag"):
            raise RateLimited(f"it wants no more requests for now ({words})")
        if error.text("code") in ("readonly",) or error.text("code").startswith("internal_api_error"):
            raise MuseumBroken(f"it fails on its side ({words})")
        raise UnexpectedAnswer(f"it does not accept the question ({words})")
    if found.at("imageinfo"):
        return [found]
    pages = found.at("query", "pages")
    if not pages:
        return []
    return [page for _, page in pages.items()] if isinstance(pages.value, dict) else pages.views()


def _read_page(page: View) -> MuseumRecord:
    if page.at("missing").value is not None or page.at("invalid").value is not None:
        raise NoSuchItem("it has no file of this name")
    item = _clean_name(re.sub(r"^\w+:", "", page.need("title").text()))
    info = page.need("imageinfo", 0)
    if not _is_picture(info):
        raise NoSuchItem(f"the file is no picture, but {info.text('mime') or info.text('mediatype')}")
    meta = info.at("extmetadata") or View(None, f"{info.place}.extmetadata")
    date = _read_text(meta, "DateTimeOriginal")
    return MuseumRecord(
        museum=MUSEUM.name,
        item=item,
        title=_read_text(meta, "ObjectName") or item.rpartition(".")[0] or item,
        page=PAGE.format(quote(item.replace(" ", "_"), safe="(),!'*:;@")),
        rights=_read_rights(meta),
        creators=_read_creators(meta.at("Artist", "value").text()),
        date=date,
        span=read_span(date),
        description=_read_text(meta, "ImageDescription"),
        images=_list_images(info, item),
        thumbnail=info.text("thumburl"),
        credit_line=_read_text(meta, "Attribution"),
        warnings=_read_warnings(meta),
    )


def _is_picture(info: View) -> bool:
    return info.text("mediatype").upper() not in ("VIDEO", "AUDIO", "3D", "TEXT", "ARCHIVE", "EXECUTABLE")


def _read_text(meta: View, name: str) -> str:
    """Return what a reader of the page sees of a field."""
    return _STATEMENT.sub("", strip_html(_HIDDEN.sub(" ", meta.text(name, "value")))).strip()


def _read_creators(html: str) -> tuple[Creator, ...]:
    """Return each linked name if there is nothing but names; else the sentence as it is, as one."""
    text = _STATEMENT.sub("", strip_html(_HIDDEN.sub(" ", html))).strip()
    links = [(address, name) for address, name in find_links(_HIDDEN.sub(" ", html)) if name]
    rest = text
    for _, name in links:
        rest = rest.replace(name, " ", 1)
    if not links or re.sub(r"\b(and|und|et|y|e|en)\b|[\s,;&/+|•·]", "", rest):
        links = [("", text)]
    is_known = re.compile(r"https?://(?:www\.)?wikidata\.org/(?:wiki|entity)/Q\d+$").match
    return tuple(
        Creator(name=name, uris=(address,) if is_known(address) else ()) for address, name in links if name
    )


def _read_rights(meta: View) -> Rights:
    """Read the license: its code, else its address, else its name. A file that is not free has none."""
    if meta.at("NonFree", "value").text().lower() not in ("", "false", "0"):
        return state(
            meta.text("LicenseShortName", "value") or "NonFree",
            field=meta.at("NonFree", "value").place,
            license="ALL-RIGHTS-RESERVED",
            reason="Commons marks it as not free (NonFree)",
        )
    found = read_rights(*(meta.at(name, "value") for name in ("License", "LicenseUrl", "LicenseShortName")))
    if address := meta.text("LicenseUrl", "value"):
        found = replace(found, url=re.sub(r"^//", "https://", address))
    if found.license.code == "PDM-1.0":  # what makes it so is said by templates, which set categories
        grounds = [
            name
            for name in meta.text("Categories", "value").split("|")
            if _PUBLIC_DOMAIN.search(name) or name.startswith(("PD-", "CC-PD"))
        ]
        found = replace(found, reason=f"its categories: {', '.join(grounds)}" if grounds else "")
    return found


def _read_warnings(meta: View) -> tuple[str, ...]:
    words = re.split(r"[|,]", meta.text("Restrictions", "value"))
    return tuple(
        f"Commons notes a restriction other than copyright: {word.strip()}" for word in words if word.strip()
    )


def _list_images(info: View, item: str) -> tuple[ImageFile, ...]:
    """Return the file, if it holds pixels, and the smaller copies that Commons makes of it."""
    url, mime = info.text("url"), info.text("mime")
    width, height = info.number("width"), info.number("height")
    found = []
    if url and (mime not in _DRAWN or mime == "image/tiff"):
        size = info.number("size")
        found.append(ImageFile(url=url, width=width, height=height, size=size, media_type=mime))
    base = re.sub(r"(/wikipedia/commons)/(?=\w/\w\w/)", r"\1/thumb/", url)
    if "/thumb/" not in base or not width:
        return tuple(found)
    page, ending = ("page1-" if mime in _PAGED else ""), _DRAWN.get(mime, "")
    name = base.rpartition("/")[2]
    if len(name) > 160:  # then its servers call the copy "thumbnail.jpg"
        name = f"thumbnail.{item.rpartition('.')[2]}"
    for smaller in WIDTHS:
        if smaller < width or mime == "image/svg+xml":
            found.append(
                ImageFile(
                    url=f"{base}/{page}{smaller}px-{name}{ending}",
                    width=smaller,
                    height=round(height * smaller / width),
                )
            )
    return tuple(found)


def _clean_name(name: str) -> str:
    """Return a file's name as MediaWiki writes it: spaces for underscores, a capital first."""
    name = " ".join(name.replace("_", " ").split())
    return name[:1].upper() + name[1:]


MUSEUM = Museum(
    name="commons",
    title="Wikimedia Commons",
    home="https://commons.wikimedia.org/",
    find_item=find_item,
    ask_item=ask_item,
    read_item=read_item,
    ask_search=ask_search,
    read_search=read_search,
    # It allows 200 requests a minute to programs that say who they are (2026).
    budgets=(Budget(host="wikimedia.org", requests=100, seconds=60),),
    how="Action API of MediaWiki: one request an item or a page of hits",
    rights="License, LicenseUrl, LicenseShortName of extmetadata",
    image_size="the original; copies 3,840, 1,920 and 1,280 pixels wide",
    checked="recorded answers of 2019 to 2023; the search was not tried",
    notes=(
        "of several licenses Commons reports one, and none that forbid commerce or adaptation",
        "files of Wikipedias that are not on Commons are not read",
    ),
)
