"""Small answers in the shape of europeana/search_profile_rich.json and search_item_sub_provider.json.

The records follow no recording that was here: they have the fields of Europeana's Record API.
"""

import pytest
from fixtures.museum_answers import answer, recorded
from pelican.plugins.stylize.museums.errors import ChangedShape, KeyRefused, NoSuchItem, UnexpectedAnswer
from pelican.plugins.stylize.museums.importers import europeana
from pelican.plugins.stylize.museums.importers.interface import SearchQuery
from pelican.plugins.stylize.museums.record import Creator, ImageFile, Span

IMAGE = "https://library.example/nets.jpg"
AGENT = "http://data.europeana.eu/agent/1"
RESOURCE = {
    "about": IMAGE,
    "ebucoreWidth": 3000,
    "ebucoreHeight": 2000,
    "ebucoreFileByteSize": 900,
    "ebucoreHasMimeType": "image/jpeg",
    "textAttributionSnippet": "Nets - https://www.europeana.eu/item/1/nets?utm_source=api&utm_campaign=KEY. A Library. CC BY",
    "dctermsIsReferencedBy": ["https://library.example/manifest"],
    "svcsHasService": ["https://library.example/iiif/1"],
}
PROXY = {
    "europeanaProxy": False,
    "dcTitle": {"def": ["Mending the nets"]},
    "dcCreator": {"def": [AGENT, "Vale, Tom, 1810-1870"], "es": ["Sol"]},
    "dctermsCreated": {"def": ["1888 /"]},
    "dcDescription": {"en": ["Two <i>women</i>. On a quay."]},
    "dcIdentifier": {"def": ["net-1"]},
}
RECORD = {
    "about": "/2021650/nets_1",
    "title": ["Mending the nets"],
    "agents": [{"about": AGENT, "prefLabel": {"en": ["Ana Sol"], "es": ["Ana Sol"]}}],
    "organizations": [
        {"about": "http://data.europeana.eu/organization/7", "prefLabel": {"en": ["A Library"]}}
    ],
    "aggregations": [
        {
            "edmIsShownBy": IMAGE,
            "edmIsShownAt": "https://library.example/page?id=3&wskey=KEY",
            "edmRights": {"def": ["http://creativecommons.org/licenses/by/4.0/"]},
            "edmDataProvider": {"def": ["http://data.europeana.eu/organization/7"]},
            "webResources": [{"about": "https://library.example/2.jpg"}, RESOURCE],
        }
    ],
    "proxies": [{"europeanaProxy": True, "dcTitle": {"def": ["Another"]}}, PROXY],
    "europeanaAggregation": {"edmPreview": "https://api.europeana.eu/thumbnail/v2/url.json?uri=x&type=IMAGE"},
}


def read(**changes: object):
    return europeana.read_item([answer({"apikey": "KEY", "success": True, "object": {**RECORD, **changes}})])


def read_proxy(**changes: object):
    return read(proxies=[{**PROXY, **changes}])


def read_aggregation(**changes: object):
    return read(aggregations=[{**RECORD["aggregations"][0], **changes}])


def test_a_record():
    record = read()
    assert (record.key, record.title) == ("europeana:2021650/nets_1", "Mending the nets")
    assert record.page == "https://www.europeana.eu/item/2021650/nets_1"
    assert record.creators == (
        Creator(name="Ana Sol", uris=(AGENT,)),
        Creator(name="Vale, Tom", dates="1810-1870"),
    )
    assert (record.date, record.span) == ("1888", Span(1888, 1888))
    assert (record.institution, record.accession) == ("A Library", "net-1")
    assert record.description == "Two women. On a quay."
    assert record.images == (
        ImageFile(url=IMAGE, width=3000, height=2000, size=900, media_type="image/jpeg"),
    )
    assert (record.image_service, record.manifest) == (
        "https://library.example/iiif/1",
        "https://library.example/manifest",
    )
    assert (record.rights.license.code, record.rights.field) == (
        "CC-BY-4.0",
        "object.aggregations[0].edmRights",
    )


def test_no_address_carries_the_key():
    record = read()
    assert "KEY" not in repr(record)
    assert record.credit_line == "Nets - https://www.europeana.eu/item/1/nets. A Library. CC BY"
    assert record.warnings == ("The institution that holds it shows it at https://library.example/page?id=3",)


@pytest.mark.parametrize(
    ("address", "code"),
    [
        ("http://creativecommons.org/publicdomain/mark/1.0/", "PDM-1.0"),
        ("http://rightsstatements.org/vocab/InC/1.0/", "INC"),
        ("http://www.europeana.eu/rights/rr-f/", "ALL-RIGHTS-RESERVED"),
        ("http://www.europeana.eu/rights/out-of-copyright-non-commercial/", "NOC-NC"),
        ("http://www.europeana.eu/rights/unknown/", "UNKNOWN"),
        ("http://library.example/terms", "UNKNOWN"),
        (None, "UNKNOWN"),
    ],
)
def test_rights(address, code):
    assert read_aggregation(edmRights=address and {"def": [address]}).rights.license.code == code


@pytest.mark.parametrize(
    ("own", "code"),
    [("http://rightsstatements.org/vocab/InC/1.0/", "INC"), ("http://library.example/terms", "UNKNOWN")],
)
def test_the_rights_of_the_picture_win_over_those_of_the_record(own, code):
    resource = {**RESOURCE, "webResourceEdmRights": {"def": [own]}}
    assert read_aggregation(webResources=[resource]).rights.license.code == code


@pytest.mark.parametrize(
    ("proxy", "title"),
    [
        ({"dcTitle": None}, "Two women"),
        ({"dcTitle": None, "dcDescription": None}, ""),
        ({"dcTitle": {"es": ["Redes"], "en": ["Nets"]}}, "Nets"),
    ],
)
def test_titles(proxy, title):
    assert read(title=None, proxies=[{**PROXY, **proxy}]).title == title


@pytest.mark.parametrize(
    ("creator", "names"),
    [
        ({"def": ["http://x.example/unnamed"]}, []),
        ({"def": ["http://x.example/unnamed"], "en": ["Ana Sol"]}, ["Ana Sol"]),
        ({"es": ["Ana la Sol"], "en": ["Ana Sol"]}, ["Ana Sol"]),
        (["Ana Sol", "Tom Vale"], ["Ana Sol", "Tom Vale"]),
        (None, []),
    ],
)
def test_creators(creator, names):
    assert [creator.name for creator in read_proxy(dcCreator=creator).creators] == names


def test_a_contributor_is_named_as_one():
    assert read_proxy(dcCreator=None, dcContributor={"def": ["Tom Vale"]}).creators == (
        Creator(name="Tom Vale", role="contributor"),
    )


def test_years_before_christ():
    assert read_proxy(dctermsCreated={"def": ["450-430 B.C."]}).span == Span(-450, -430)


def test_missing_facts():
    record = europeana.read_item([answer({"object": {"about": "/1/nets"}})])
    assert (record.title, record.creators, record.images, record.institution) == ("", (), (), "")


@pytest.mark.parametrize(
    ("content", "error", "message"),
    [
        (
            {"success": False, "error": "Invalid API key: KEY"},
            KeyRefused,
            "^Europeana does not accept the key$",
        ),
        ({"success": False, "error": "Invalid record identifier: /1/x"}, NoSuchItem, "Invalid record"),
        ({"success": False}, UnexpectedAnswer, "it does not say why"),
        ({"success": True}, ChangedShape, "the field object is missing"),
        ({"object": {"title": ["Nets"]}}, ChangedShape, "the field object.about is missing"),
        (
            {"object": {**RECORD, "proxies": ["x"]}},
            ChangedShape,
            r"the field object.proxies\[0\] is text, not an object",
        ),
    ],
)
def test_answers_without_a_record(content, error, message):
    with pytest.raises(error, match=message):
        europeana.read_item([answer(content)])


@pytest.mark.parametrize(
    "address",
    [
        "https://www.europeana.eu/item/2021650/nets_1",
        "https://www.europeana.eu/en/item/2021650/nets_1?utm_source=api",
        "http://www.europeana.eu/portal/record/2021650/nets_1.html",
        "https://www.europeana.eu/portal/de/record/2021650/nets_1.html?q=nets",
        "http://data.europeana.eu/item/2021650/nets_1",
        "https://api.europeana.eu/record/v2/2021650/nets_1.json?wskey=KEY",
        "https://api.europeana.eu/api/v2/record/2021650/nets_1.json",
        "https://api.europeana.eu/record/2021650/nets_1.json",
        "https://iiif.europeana.eu/presentation/2021650/nets_1/manifest",
    ],
)
def test_addresses(address):
    assert europeana.find_item(address) == "2021650/nets_1"


@pytest.mark.parametrize(
    "address",
    [
        "https://www.europeana.eu/en/search?query=nets",
        "https://api.europeana.eu/record/v2/search.json?query=nets",
    ],
)
def test_other_addresses(address):
    assert europeana.find_item(address) == ""


def test_a_request_names_its_key_but_does_not_carry_it():
    request = europeana.ask_item("2021650/nets_1")
    assert request.url == "https://api.europeana.eu/record/v2/2021650/nets_1.json"
    assert (request.key.parameter, request.key.get_one_at) == (
        "wskey",
        "https://pro.europeana.eu/page/get-api",
    )


HIT = {
    "id": "/2021650/nets_1",
    "guid": "https://www.europeana.eu/item/2021650/nets_1?utm_source=api&utm_campaign=KEY",
    "title": ["Nets"],
    "dcCreator": [AGENT],
    "edmAgent": [AGENT],
    "edmAgentLabel": [{"def": "Sol, Ana, fl. 1835-1849"}],
    "year": ["1888"],
    "dataProvider": ["A Library"],
    "rights": ["http://creativecommons.org/publicdomain/zero/1.0/"],
    "edmIsShownBy": [IMAGE],
    "edmPreview": ["https://api.europeana.eu/thumbnail/v2/url.json?uri=x&type=IMAGE"],
}


def test_a_search():
    request = europeana.ask_search(SearchQuery(words="nets & boats", most=5))
    assert request.url == (
        "https://api.europeana.eu/record/v2/search.json?query=nets%20%26%20boats&qf=TYPE%3AIMAGE&media=true"
        "&profile=rich&rows=5&cursor=%2A&reusability=open"
    )
    found = europeana.read_search(
        answer(
            {"success": True, "totalResults": 9, "nextCursor": "a+b", "items": [HIT]},
            url=f"{request.url}&wskey=KEY",
        )
    )
    record = found.records[0]
    assert (record.title, record.span, record.institution) == ("Nets", Span(1888, 1888), "A Library")
    assert record.creators == (Creator(name="Sol, Ana", dates="fl. 1835-1849", uris=(AGENT,)),)
    assert (record.rights.license.code, record.images) == ("CC0-1.0", (ImageFile(url=IMAGE),))
    assert "KEY" not in repr(found)
    assert "&cursor=a%2Bb&" in found.next.url
    assert found.total == 9


def test_recorded_hits():
    found = europeana.read_search(recorded("europeana/search_profile_rich.json"))
    record = found.records[0]
    assert [creator.name for creator in record.creators] == [
        "Villemin, Charles",
        "Pérez Villaamil, Genaro",
        "Carderera, Valentín",
    ]
    assert (record.rights.license.code, record.institution) == (
        "CC0-1.0",
        "Biblioteca Digital de Castilla y León",
    )
    assert "test_key" not in repr(found)


def test_a_recorded_hit_of_another_provider():
    hit = recorded("europeana/search_item_sub_provider.json").json().value
    record = europeana.read_search(answer({"items": [hit]})).records[0]
    assert (record.item, record.rights.license.code, record.creators) == ("9200579/zzwnbyhb", "CC-BY-4.0", ())
    assert "REDACTED" not in repr(record)
