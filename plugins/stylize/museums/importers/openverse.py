"""Openverse, a search for free pictures: https://api.openverse.org/v1/.

It finds pictures; the source of a picture knows better what holds for it today.
"""

import re
from collections.abc import Sequence
from urllib.parse import quote, urlencode

from ...rights.vocabulary import get_license
from ..record import Creator, ImageFile, MuseumRecord, Rights
from .answer import Answer, View
from .interface import Budget, KeyUse, Museum, Request, SearchPage, SearchQuery
from .paging import turn_page
from .plain_texts import strip_html
from .statements import UNKNOWN, find_license, state

API = "https://api.openverse.org/v1/images"
PAGE = "https://openverse.org/image/{}"
KEY = KeyUse(
    service="openverse",
    header="Authorization",
    form="Bearer {}",
    get_one_at="https://api.openverse.org/v1/#tag/auth",
    optional=True,
)
UUID = r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}"
LARGEST_PAGE = 20  # hits; more need a key


def find_item(address: str) -> str:
    """Return the picture's number from an address of its page, the API or its thumbnail."""
    found = re.match(
        rf"https?://(?:www\.)?openverse\.org/(?:[\w-]+/)?image/({UUID})"
        rf"|https?://(?:www\.)?wordpress\.org/openverse/image/({UUID})"
        rf"|https?://api\.openverse\.(?:org|engineering)/v1/images/({UUID})",
        address,
        re.IGNORECASE,
    )
    return next(filter(None, found.groups())).lower() if found else ""


def ask_item(item: str) -> Request:
    """Return the request for a picture."""
    return Request(url=f"{API}/{quote(item, safe='')}/", key=KEY)


def read_item(answers: Sequence[Answer]) -> MuseumRecord:
    """Read a picture."""
    return _read_picture(answers[0].json())


def ask_search(query: SearchQuery) -> Request:
    """Return the request for a search; only_open asks for licenses that allow adaptation."""
    asked = {"q": query.words, "page_size": min(query.most, LARGEST_PAGE)}
    license_type = {"license_type": "modification"} if query.only_open else {}
    return Request(url=f"{API}/?{urlencode(asked | license_type)}", key=KEY)


def read_search(answer: Answer) -> SearchPage:
    """Read a page of hits."""
    found = answer.json()
    page = found.number("page") or 1
    return SearchPage(
        records=tuple(map(_read_picture, found.need_views("results"))),
        total=found.number("result_count") if found.at("result_count").value is not None else None,
        next=turn_page(answer, "page", to=page + 1, key=KEY) if page < found.number("page_count") else None,
    )


def _read_picture(found: View) -> MuseumRecord:
    item = found.need("id").text()
    landing = found.text("foreign_landing_url")
    source = found.text("source") or found.text("provider")
    creator, url = strip_html(found.text("creator")), found.text("url")
    kind = found.text("filetype").lower().replace("jpg", "jpeg")
    image = ImageFile(
        url=url,
        width=found.number("width"),
        height=found.number("height"),
        size=found.number("filesize"),
        media_type=f"image/{kind}" if kind else "",
    )
    warnings = [
        f"Openverse keeps copies, which age: its license and its picture are not those of today for certain."
        f" Import it from its source, {landing}"
        if landing
        else "Openverse names no source of it: compare its license with that of the source before you use it"
    ]
    if found.flag("mature"):
        warnings.append("Openverse marks it as mature")
    return MuseumRecord(
        museum=MUSEUM.name,
        item=item,
        title=strip_html(found.text("title")),
        creators=(Creator(name=creator),) if creator else (),
        institution=source,
        page=landing or PAGE.format(item),
        images=(image,) if url else (),
        thumbnail=found.text("thumbnail"),
        rights=_read_rights(found, source=source),
        credit_line=strip_html(found.text("attribution")),
        warnings=tuple(warnings),
    )


def _read_rights(found: View, *, source: str) -> Rights:
    """Return the license by its code and version; its address has to say the same."""
    code, version, address = (found.text(field) for field in ("license", "license_version", "license_url"))
    written = f"{code} {version}".strip() or address
    field = "license" if code else ("license_url" if address else "")
    by_code = find_license(written) or get_license(f"CC-{code}-{version}".upper()) if code else None
    by_address = find_license(address) if address else None
    if (
        by_code
        and by_address
        and by_code.code != by_address.code
        and not _is_port(by_address.code, by_code.code)
    ):
        reason = f"its code and its address name different licenses: {written}, {address}"
        return Rights(license=UNKNOWN, written=f"{written}; {address}", field=field, reason=reason)
    license = by_address or by_code
    if license and license.code == "PDM-1.0" and "flickr" in source:
        reason = "on Flickr anybody may put the public domain mark on a photo of their own"
        return state(written, field=field, license="FLICKR-10", url=address, reason=reason)
    return state(written, field=field, license=license.code if license else "UNKNOWN", url=address)


def _is_port(ported: str, license: str) -> bool:
    """Whether a license is that of one country for another: CC-BY-3.0-DE for CC-BY-3.0."""
    return ported.startswith(f"{license}-")


MUSEUM = Museum(
    name="openverse",
    title="Openverse",
    home="https://openverse.org/",
    find_item=find_item,
    ask_item=ask_item,
    read_item=read_item,
    ask_search=ask_search,
    read_search=read_search,
    key=KEY,
    # Without a key it allows 20 requests a minute and 200 a day.
    budgets=(Budget(host="openverse.org", requests=10, seconds=60),),
    how="API, a key is optional: finds pictures; import them from their source",
    rights="license, license_version and license_url",
    image_size="the file of the source, as large as Openverse knows it",
    checked="the examples of its documentation of 2023: one picture, one page of a search",
    notes=(
        "It has no dates and no institutions.",
        "It is a snapshot: links die and licenses change; each record names its source.",
        "It allows 200 requests a day without a key.",
    ),
)
