"""Europeana, by its Search and Record API: https://pro.europeana.eu/page/intro (and its portal's code, 2026).

It shows what other institutions hold. The key is echoed in its answers; no address in a record carries it.
"""

import re
from collections.abc import Iterable, Sequence
from urllib.parse import parse_qsl, quote, unquote, urlencode, urlunsplit

from ..errors import KeyRefused, NoSuchItem, UnexpectedAnswer
from ..record import Creator, ImageFile, MuseumRecord, Rights
from .answer import Answer, View
from .dates import read_span
from .interface import Budget, KeyUse, Museum, Request, SearchPage, SearchQuery
from .names import read_creator
from .plain_texts import first_sentence, split_address, strip_html
from .statements import read_rights

API = "https://api.europeana.eu/record/v2"
PAGE = "https://www.europeana.eu/item/{}"
KEY = KeyUse(service="europeana", parameter="wskey", get_one_at="https://pro.europeana.eu/page/get-api")
_IDENTIFIER = r"([0-9]\w*/[^/?#]+)"
_ADDRESS = re.compile(
    r"https?://(?:"
    rf"(?:www\.|data\.)?europeana\.eu/(?:[a-z]{{2}}/)?(?:portal/)?(?:[a-z]{{2}}/)?"
    rf"(?:item|record|resolve/record|aggregation/\w+|proxy/\w+)/{_IDENTIFIER}"
    rf"|api\.europeana\.eu/(?:api/)?(?:record/)?(?:v2/)?(?:record/)?{_IDENTIFIER}"
    rf"|iiif\.europeana\.eu/presentation/{_IDENTIFIER})"
)
_SECRET = (
    "wskey",
    "apikey",
    "api_key",
    "utm_source",
    "utm_medium",
    "utm_campaign",
    "utm_term",
    "utm_content",
)


def find_item(address: str) -> str:
    """Return the identifier, "2021650/nets_1", from an address of its page, its manifest or the API."""
    found = _ADDRESS.match(address)
    name = unquote(next(filter(None, found.groups()), "")) if found else ""
    return re.sub(r"\.(json|jsonld|json-ld|rdf|html|ttl)$", "", name)


def ask_item(item: str) -> Request:
    """Return the request for a record."""
    return Request(url=f"{API}/{quote(item.strip('/'))}.json", key=KEY)


def read_item(answers: Sequence[Answer]) -> MuseumRecord:
    """Read a record."""
    found = answers[0].json()
    _check(found)
    return _read_record(found.need("object"), asked=answers[0].url)


def ask_search(query: SearchQuery) -> Request:
    """Return the request for a search in pictures that are to be had."""
    parameters = {
        "query": query.words,
        "qf": "TYPE:IMAGE",
        "media": "true",
        "profile": "rich",
        "rows": str(min(query.most, 100)),
        "cursor": "*",  # start, the other way of paging, ends at 1,000
    }
    if query.only_open:
        parameters["reusability"] = "open"
    return Request(url=f"{API}/search.json?{urlencode(parameters, quote_via=quote)}", key=KEY)


def read_search(answer: Answer) -> SearchPage:
    """Read a page of hits."""
    found = answer.json()
    _check(found)
    cursor, hits = found.text("nextCursor"), found.need_views("items")
    following = None
    if cursor and hits:
        asked = dict(parse_qsl(split_address(_strip_secrets(answer.url)).query))
        query = urlencode(asked | {"cursor": cursor}, quote_via=quote)
        following = Request(url=f"{API}/search.json?{query}", key=KEY)
    return SearchPage(records=tuple(map(_read_hit, hits)), total=found.number("totalResults"), next=following)


def _check(found: View) -> None:
    """Raise the error that an answer tells."""
    if found.flag("success") is not False:
        return
    words = found.text("error") or found.text("message") or "it does not say why"
    if re.search(r"api ?key|wskey", words, re.IGNORECASE):
        raise KeyRefused("Europeana does not accept the key")  # its words may quote it
    if re.search(r"invalid record|not found|does not exist|unable to find", words, re.IGNORECASE):
        raise NoSuchItem(f"Europeana says: {words}")
    raise UnexpectedAnswer(f"Europeana does not accept the question: {words}")


def _read_record(found: View, *, asked: str) -> MuseumRecord:
    item = found.text("about").strip("/") or find_item(asked)
    if not item:
        found.need("about")
    aggregation = found.at("aggregations", 0)
    proxies = [proxy for proxy in found.views("proxies") if not proxy.flag("europeanaProxy")]
    names = _read_names(found)
    address = aggregation.text("edmIsShownBy")
    resources = {resource.text("about"): resource for resource in aggregation.views("webResources")}
    resource = resources.get(address, View(None))
    description = _first(proxies, "dcDescription", names)
    dates = [
        text.strip(" /")
        for field in ("dctermsCreated", "dcDate", "dctermsIssued")
        for text in _read_all(proxies, field, names)
    ]
    landing = _strip_secrets(aggregation.text("edmIsShownAt"))
    credit = resource.text("textAttributionSnippet") or strip_html(resource.text("htmlAttributionSnippet"))
    return MuseumRecord(
        museum=MUSEUM.name,
        item=item,
        title=_first(proxies, "dcTitle", names)
        or strip_html(found.text("title"))
        or _first(proxies, "dctermsAlternative", names)
        or first_sentence(description),
        page=PAGE.format(quote(item)),
        rights=_read_rights(resource.at("webResourceEdmRights"), aggregation.at("edmRights")),
        creators=_read_creators(proxies, names),
        date=next(filter(None, dates), ""),
        span=read_span(next(filter(None, dates), "")),
        institution=_name(aggregation.text("edmDataProvider"), names)
        or _name(aggregation.text("edmProvider"), names),
        accession=_first(proxies, "dcIdentifier", names),
        medium=_first(proxies, "dctermsMedium", names) or _first(proxies, "dcFormat", names),
        description=description,
        images=_read_image(address, resource),
        thumbnail=_strip_secrets(found.at("europeanaAggregation").text("edmPreview")),
        image_service=resource.text("svcsHasService"),
        manifest=next(iter(resource.texts("dctermsIsReferencedBy")), ""),
        parts=max(1, 1 + len(aggregation.texts("hasView"))),
        part_of=tuple(_read_all(proxies, "dctermsIsPartOf", names)),
        credit_line=_strip_secrets_in(credit),
        warnings=(f"The institution that holds it shows it at {landing}",) if landing else (),
    )


def _read_hit(hit: View) -> MuseumRecord:
    item = hit.text("id").strip("/") or find_item(hit.text("guid"))
    if not item:
        hit.need("id")
    uris, labels = hit.texts("edmAgent"), hit.views("edmAgentLabel")
    # The labels follow the order of the agents.
    names = (
        {uri: label.text() for uri, label in zip(uris, labels, strict=False)}
        if len(uris) == len(labels)
        else {}
    )
    people = hit.texts("dcCreator") or _choose_people(hit.at("dcCreatorLangAware"), names)
    description = strip_html(" ".join(hit.texts("dcDescription")))
    date = hit.text("year")
    landing = _strip_secrets(hit.text("edmIsShownAt"))
    return MuseumRecord(
        museum=MUSEUM.name,
        item=item,
        title=strip_html(hit.text("title") or hit.text("dcTitleLangAware")) or first_sentence(description),
        page=PAGE.format(quote(item)),
        rights=_read_rights(hit.at("rights")),
        creators=_make_creators(((person, "") for person in people), names),
        date=date,
        span=read_span(date),
        institution=hit.text("dataProvider") or hit.text("provider"),
        description=description,
        images=_read_image(hit.text("edmIsShownBy"), View(None)),
        thumbnail=_strip_secrets(hit.text("edmPreview")),
        warnings=(f"The institution that holds it shows it at {landing}",) if landing else (),
    )


def _read_rights(*views: View) -> Rights:
    """Read the picture's own statement, else the record's: the first that is there, known or not."""
    return read_rights(next((view for view in views if view), View(None)))


def _read_names(found: View) -> dict[str, str]:
    """Return the names of the people, organizations, places, concepts and times that the record describes."""
    return {
        entity.text("about"): label
        for kind in ("agents", "organizations", "concepts", "timespans", "places")
        for entity in found.views(kind)
        if (label := entity.text("prefLabel"))
    }


def _read_creators(proxies: Sequence[View], names: dict[str, str]) -> tuple[Creator, ...]:
    people = [(text, "") for proxy in proxies for text in _choose_people(proxy.at("dcCreator"), names)]
    people += [
        (text, "contributor")
        for proxy in proxies
        for text in _choose_people(proxy.at("dcContributor"), names)
    ]
    return _make_creators(people, names)


def _make_creators(people: Iterable[tuple[str, str]], names: dict[str, str]) -> tuple[Creator, ...]:
    """Return creators by name; an address without a name is left out."""
    found: dict[str, Creator] = {}
    for text, role in people:
        uris = (text,) if _is_address(text) else ()
        creator = read_creator(strip_html(_name(text, names)), role=role, uris=uris)
        if creator and creator.name not in found:
            found[creator.name] = creator
    return tuple(found.values())


def _choose_people(view: View, names: dict[str, str]) -> list[str]:
    """Return the people in one language: several languages name the same ones."""
    if not isinstance(view.value, dict):
        return view.texts()
    groups = [part.texts() for _, part in sorted(view.items(), key=lambda pair: pair[0] not in ("def", "en"))]
    named = (group for group in groups if any(_name(text, names) for text in group))
    return next(named, [])


def _read_all(proxies: Sequence[View], field: str, names: dict[str, str]) -> list[str]:
    found = (_name(text, names) for proxy in proxies for text in proxy.texts(field))
    return [strip_html(text) for text in found if text]


def _first(proxies: Sequence[View], field: str, names: dict[str, str]) -> str:
    return next(iter(_read_all(proxies, field, names)), "")


def _name(text: str, names: dict[str, str]) -> str:
    """Return the name behind an address, or the text that is none; "" for an address without a name."""
    return names.get(text, "") if _is_address(text) else text


def _is_address(text: str) -> bool:
    return bool(re.match(r"https?://\S+$|#\w+$|urn:\S+$", text))


def _read_image(address: str, resource: View) -> tuple[ImageFile, ...]:
    if not address:
        return ()
    return (
        ImageFile(
            url=_strip_secrets(address),
            width=resource.number("ebucoreWidth"),
            height=resource.number("ebucoreHeight"),
            size=resource.number("ebucoreFileByteSize"),
            media_type=resource.text("ebucoreHasMimeType"),
        ),
    )


def _strip_secrets(address: str) -> str:
    """Return an address without keys, and without the marks that count visits by key."""
    parts = split_address(address)
    if not any(f"{name}=" in parts.query.lower() for name in _SECRET):
        return address
    kept = [pair for pair in parts.query.split("&") if pair.partition("=")[0].lower() not in _SECRET]
    return urlunsplit(parts._replace(query="&".join(kept)))


def _strip_secrets_in(text: str) -> str:
    return re.sub(r"https?://[^\s\"'<>]*[^\s\"'<>.,;]", lambda found: _strip_secrets(found[0]), text)


MUSEUM = Museum(
    name="europeana",
    title="Europeana",
    home="https://www.europeana.eu/",
    find_item=find_item,
    ask_item=ask_item,
    read_item=read_item,
    ask_search=ask_search,
    read_search=read_search,
    key=KEY,
    # No limit is published; Openverse waited 30 seconds between requests.
    budgets=(Budget(host="europeana.eu", requests=10, seconds=60),),
    how="Record API: one request an item",
    rights="webResourceEdmRights, edmRights: one address",
    image_size="what the institution gives",
    checked="recorded searches of 2023; no recorded record was here",
    notes=("records carry the key in their addresses; it is taken out",),
)
