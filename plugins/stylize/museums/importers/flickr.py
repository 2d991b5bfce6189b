"""Flickr, by its API: https://www.flickr.com/services/api/, and without a key by oEmbed (https://oembed.com/)."""

import re
from collections.abc import Sequence
from urllib.parse import parse_qs, parse_qsl, quote, unquote, urlencode

from ...rights.license_parser import FLICKR_IDS
from ..errors import NoSuchItem, UnexpectedAnswer
from ..record import Creator, ImageFile, MuseumRecord, Rights, Span
from .answer import Answer, View
from .dates import read_span
from .flickr_answers import read_answer
from .interface import Budget, KeyUse, Museum, Request, SearchPage, SearchQuery
from .plain_texts import split_address, strip_html
from .statements import state

API = "https://api.flickr.com/services/rest/"
OEMBED = "https://www.flickr.com/services/oembed/"
BRITISH_LIBRARY = "12403504@N02"  # its account
COMMONS, US_GOVERNMENT, MARK = 7, 8, 10  # licenses
ADAPTABLE = ("1", "2", "4", "5", "9", "10", "11", "12", "14", "15")  # licenses of Flickr's members
MOST_HITS = 4000  # of a search; after them Flickr repeats itself
_EXTRAS = (
    "license,owner_name,path_alias,description,date_taken,o_dims,url_o,url_k,url_h,url_l,url_z,url_n,media"
)
_SIZES = ("o", "k", "h", "l", "z", "n")  # the largest first, as in the extras
_DIGITS = "123456789abcdefghijkmnopqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ"  # of its short addresses
KEY = KeyUse(service="flickr", parameter="api_key", get_one_at="https://www.flickr.com/services/apps/create/")


def find_item(address: str) -> str:
    """Return the photo's number from an address of its page, its file, its short form or the API."""
    address = address.replace("m.flickr.com/#/", "m.flickr.com/")
    parts = split_address(address)
    host, query = parts.hostname or "", parse_qs(parts.query)
    if re.fullmatch(r"(?:www\.|m\.|secure\.|embedr\.)?flickr\.com", host):
        if found := re.match(r"/photos/[^/]+/(\d+)(?:/|$)", parts.path):
            return found[1]
        if parts.path == "/photo.gne":
            return _first_number(query.get("id"))
        if parts.path.startswith("/services/oembed") and "url" in query:
            inside = query["url"][0]
            return "" if "/services/oembed" in inside else find_item(inside)
    if host == "api.flickr.com" or parts.path.startswith("/services/rest"):
        return _first_number(query.get("photo_id"))
    if host in ("flic.kr", "www.flic.kr") and (found := re.match(r"/p/(\w+)", parts.path)):
        return _read_short(found[1])
    if re.search(r"(?:^|\.)(?:staticflickr\.com|static\.flickr\.com)$", host):
        found = re.search(r"/(\d+)_[0-9a-f]+(?:_\w+)?\.\w+$", unquote(parts.path))
        return found[1] if found else ""
    return ""


def ask_item(item: str) -> Request:
    """Return the request for the facts of a photo; its sizes come next."""
    return _ask("flickr.photos.getInfo", photo_id=item)


def ask_item_without_key(item: str) -> Request:
    """Return the request that needs no key; it answers with less: no date, no description, one size."""
    return Request(
        url=f"{OEMBED}?format=json&url={quote(f'https://flic.kr/p/{_write_short(item)}', safe='')}"
    )


def read_item(answers: Sequence[Answer]) -> MuseumRecord | Request:
    """Read a photo: its facts, then its sizes; or the one answer of oEmbed."""
    found = read_answer(answers[0])
    if not found.at("photo") and (found.at("license_id") or found.at("flickr_type") or found.at("web_page")):
        return _read_oembed(found, asked=answers[0].url)
    photo = found.need("photo")
    item = photo.need("id").text()
    if photo.text("media") not in ("", "photo"):
        raise NoSuchItem(f"it is no photo, but a {photo.text('media')}")
    if len(answers) == 1:
        return _ask("flickr.photos.getSizes", photo_id=item)
    sizes = _read_sizes(read_answer(answers[1]))
    owner = photo.at("owner")
    place = owner.text("path_alias") or owner.text("nsid")
    pages = [url.text() for url in photo.views("urls", "url") if url.text("type") in ("photopage", "")]
    return _make_record(
        photo,
        item=item,
        owner=owner.text("realname") or owner.text("username"),
        page=_page(place, item) if place else next(iter(pages), _page("", item)),
        date=_read_date(photo.at("dates"), license=photo.text("license")),
        images=sizes,
    )


def ask_search(query: SearchQuery, **limits: str) -> Request:
    """Return the request for a search; limits: of the API, such as license="7" or a user_id."""
    if query.only_open and "license" not in limits:
        limits["license"] = ",".join(sorted({*ADAPTABLE, str(COMMONS), str(US_GOVERNMENT)}, key=int))
    return _ask(
        "flickr.photos.search",
        text=query.words,
        media="photos",
        safe_search="1",
        sort="relevance",
        per_page=str(min(query.most, 500)),
        extras=_EXTRAS,
        **limits,
    )


def read_search(answer: Answer) -> SearchPage:
    """Read a page of hits."""
    photos = read_answer(answer).need("photos")
    page, size = photos.number("page") or 1, photos.number("perpage")
    following = None
    if page < photos.number("pages") and page * size < MOST_HITS:
        asked = [
            (name, value) for name, value in parse_qsl(split_address(answer.url).query) if name != "page"
        ]
        following = Request(url=f"{API}?{urlencode([*asked, ('page', page + 1)])}", key=KEY)
    hits = [hit for hit in photos.views("photo") if hit.text("media") in ("", "photo")]
    return SearchPage(records=tuple(map(_read_hit, hits)), total=photos.number("total"), next=following)


def _ask(method: str, **parameters: str) -> Request:
    query = urlencode({"method": method, "format": "json", "nojsoncallback": "1", **parameters})
    return Request(url=f"{API}?{query}", key=KEY)


def _read_hit(hit: View) -> MuseumRecord:
    item = hit.need("id").text()
    sizes = [
        ImageFile(
            url=hit.text(f"url_{size}"),
            width=hit.number(f"width_{size}"),
            height=hit.number(f"height_{size}"),
        )
        for size in (*_SIZES, "m", "s", "t")
        if hit.text(f"url_{size}")
    ]
    return _make_record(
        hit,
        item=item,
        owner=hit.text("ownername"),
        page=_page(hit.text("pathalias") or hit.text("path_alias") or hit.text("owner"), item),
        date=_read_date(
            View(
                {
                    "taken": hit.text("datetaken"),
                    "takengranularity": hit.text("datetakengranularity"),
                    "takenunknown": hit.text("datetakenunknown"),
                }
            ),
            license=hit.text("license"),
        ),
        images=tuple(sorted(sizes, key=lambda file: -file.width)),
    )


def _read_oembed(found: View, *, asked: str) -> MuseumRecord:
    page = found.text("web_page")
    item = find_item(page) or find_item(asked) or find_item(found.text("url"))
    if not item:
        raise UnexpectedAnswer("the field web_page names no photo")
    if found.text("flickr_type") not in ("", "photo"):
        raise NoSuchItem(f"it is no photo, but a {found.text('flickr_type')}")
    width, height = found.number("width"), found.number("height")
    images = (ImageFile(url=url, width=width, height=height),) if (url := found.text("url")) else ()
    return _make_record(
        View(
            {
                "title": found.text("title"),
                "license": found.text("license_id") if found.at("license_id") else None,
            }
        ),
        item=item,
        owner=found.text("author_name"),
        page=page or f"https://flic.kr/p/{_write_short(item)}",
        date="",
        images=images,
        thumbnail=found.text("thumbnail_url"),
        license_field="license_id",
    )


def _make_record(
    photo: View,
    *,
    item: str,
    owner: str,
    page: str,
    date: str,
    images: tuple[ImageFile, ...],
    thumbnail: str = "",
    license_field: str = "license",
) -> MuseumRecord:
    license = photo.text("license")
    # An institution of the Commons shows what others made; what it knows of them is in the description.
    is_holder = license in (str(COMMONS), str(US_GOVERNMENT))
    small = [file.url for file in images if 0 < file.width <= 400]
    return MuseumRecord(
        museum=MUSEUM.name,
        item=item,
        title=strip_html(photo.text("title")),
        page=page,
        rights=_read_rights(license, field=f"{photo.place}.{license_field}".lstrip(".")),
        creators=(Creator(name=owner),) if owner and license != str(COMMONS) else (),
        date=date,
        span=_read_years(date),
        institution=owner if is_holder else "",
        description=strip_html(photo.text("description")),
        images=images,
        thumbnail=thumbnail or next(iter(small), images[-1].url if images else ""),
        warnings=(
            ("Its uploader chose the Public Domain Mark; a mark on one's own photos binds nobody.",)
            if license == str(MARK)
            else ()
        ),
    )


def _read_rights(license: str, *, field: str) -> Rights:
    known = license.isdecimal() and int(license) < len(FLICKR_IDS)
    return state(
        f"license: {license}" if license else "",
        field=field if license else "",
        license=FLICKR_IDS[int(license)] if known else "UNKNOWN",
        reason=f"Flickr's table of licenses, 2025, number {license}" if known else "",
    )


def _read_date(dates: View, *, license: str) -> str:
    """Return when the photo was taken, as precisely as its owner says; "" if that is the day of its upload.

    https://www.flickr.com/services/api/misc.dates.html: granularity 0 is the second, 4 the month, 6 the year,
    8 "circa" a year.
    """
    taken = dates.text("taken")
    if dates.flag("takenunknown") or not re.match(r"\d{4}-\d\d-\d\d", taken) or taken.startswith("0000"):
        return ""
    granularity = dates.text("takengranularity") or "0"
    if granularity == "0" and license == str(COMMONS):
        return ""  # of the scan
    if granularity == "8":
        return f"circa {taken[:4]}"
    return taken[: {"4": 7, "6": 4}.get(granularity, 10)]


def _read_years(date: str) -> Span | None:
    return read_span(date[:4]) if re.match(r"\d{4}-\d\d$", date) else read_span(date)


def _read_sizes(found: View) -> tuple[ImageFile, ...]:
    """Return the sizes, the largest first. Whether Flickr offers the original is no matter of rights."""
    files = [
        ImageFile(url=url, width=size.number("width"), height=size.number("height"))
        for size in found.at("sizes").views("size")
        if (url := size.text("source"))
        and size.text("media") in ("", "photo")
        and size.text("label") not in ("Square", "Large Square")  # cut off at the sides
    ]
    return tuple(sorted(files, key=lambda file: -file.width))


def _page(owner: str, item: str) -> str:
    return (
        f"https://www.flickr.com/photos/{owner}/{item}/"
        if owner
        else f"https://flic.kr/p/{_write_short(item)}"
    )


def _first_number(values: Sequence[str] | None) -> str:
    return values[0] if values and values[0].isdecimal() else ""


def _read_short(short: str) -> str:
    """Return the number of flic.kr/p/..., which is written in base 58."""
    number = 0
    for digit in short:
        if digit not in _DIGITS:
            return ""
        number = number * 58 + _DIGITS.index(digit)
    return str(number)


def _write_short(item: str) -> str:
    number, short = int(item) if item.isdecimal() else 0, ""
    while number:
        number, digit = divmod(number, 58)
        short = _DIGITS[digit] + short
    return short


def _make_museum(name: str, title: str, home: str, *, checked: str, limits: dict[str, str]) -> Museum:
    return Museum(
        name=name,
        title=title,
        home=home,
        find_item=find_item,
        ask_item=ask_item,
        ask_item_without_key=ask_item_without_key,
        read_item=read_item,
        ask_search=lambda query: ask_search(query, **limits),
        read_search=read_search,
        key=KEY,
        # It allows 3,600 requests an hour and key (2025).
        budgets=(Budget(host="flickr.com", requests=30, seconds=60),),
        how="Flickr API: two requests an item; oEmbed without a key; search with a key only",
        rights="license, a number; table of 2025-06-19",
        image_size="the original, if its owner allows downloads; else 1,024 to 6,144 pixels",
        checked=checked,
        notes=(
            "keys are given to Pro members only (2025)",
            "creators and dates of old works are in the description",
            "a license that the table does not know stays unknown",
        ),
    )


MUSEUM = _make_museum(
    "flickr",
    "Flickr Creative Commons",
    "https://www.flickr.com/creativecommons/",
    checked="recorded answers of 2020 and 2025; oEmbed was not tried",
    limits={},
)
FLICKR_COMMONS = _make_museum(
    "flickr-commons",
    "Flickr Commons",
    "https://www.flickr.com/commons/",
    checked="recorded answers of 2025; the search was not tried",
    limits={"license": str(COMMONS), "is_commons": "true"},
)
BRITISH_LIBRARY_MUSEUM = _make_museum(
    "british-library",
    "British Library, on Flickr",
    "https://www.flickr.com/photos/britishlibrary/",
    checked="its recorded entry in Flickr Commons, 2025; no recorded photo of its own",
    limits={"user_id": BRITISH_LIBRARY},
)
US_GOVERNMENT_MUSEUM = _make_museum(
    "us-government",
    "U.S. government works, on Flickr",
    "https://www.flickr.com/search/?license=8",
    checked="a recorded answer of 2025; the search was not tried",
    limits={"license": str(US_GOVERNMENT)},
)
