"""Small manifests in the shape of iiif/*.json and nypl/collections_api_manifest_single_image.json.

Those of version 2 follow no recording: they have the fields of the Presentation API 2.1.
"""

import pytest
from fixtures.museum_answers import answer, recorded
from pelican.plugins.stylize.museums.errors import (
    ChangedShape,
    MuseumError,
    NoSuchItem,
    SeveralItems,
    UnexpectedAnswer,
)
from pelican.plugins.stylize.museums.importers import iiif
from pelican.plugins.stylize.museums.importers.iiif_collection import read_collection
from pelican.plugins.stylize.museums.importers.iiif_manifest import list_canvases
from pelican.plugins.stylize.museums.importers.interface import Request
from pelican.plugins.stylize.museums.record import Creator, ImageFile, Rights, Span
from pelican.plugins.stylize.rights.vocabulary import LICENSES

ADDRESS = "https://host.example/iiif/7/manifest.json"
IMAGES = "https://images.example/iiif/3"


def canvas(number: int = 1, **changes: object) -> dict:
    body = {
        "id": f"{IMAGES}/{number}/full/max/0/default.jpg",
        "type": "Image",
        "format": "image/jpeg",
        "width": 400,
        "height": 300,
        "service": [{"id": f"{IMAGES}/{number}", "type": "ImageService3", "profile": "level1"}],
    }
    return {
        "id": f"https://host.example/canvas/{number}",
        "type": "Canvas",
        "label": {"none": [f"p. {number}"]},
        "width": 800,
        "height": 600,
        "items": [
            {
                "type": "AnnotationPage",
                "items": [{"type": "Annotation", "motivation": "painting", "body": body}],
            }
        ],
        **changes,
    }


MANIFEST = {
    "@context": "http://iiif.io/api/presentation/3/context.json",
    "id": "https://inner.example/manifest",
    "type": "Manifest",
    "label": {"de": ["Netze"], "en": ["Mending the Nets"]},
    "summary": {"en": ["<p>Two fishers, and <b>their</b> nets.</p>"]},
    "metadata": [
        {
            "label": {"de": ["Künstlerin"], "en": ["Artist(s)"]},
            "value": {"none": ["<a href='/x'>Sol, Ana, 1840-1901</a> (Artist)"]},
        },
        {"label": {"en": ["Photographer"]}, "value": {"en": ["Tom Vale (1870–1940); Eva Ray"]}},
        {"label": {"en": ["DATES / ORIGIN"]}, "value": {"en": ["Date Created <a>ca. 1862-64</a>"]}},
        {"label": {"en": ["Medium:"]}, "value": {"en": ["Etching"]}},
        {"label": {"en": ["Call Number"]}, "value": {"en": ["Shelf: Ms. 12"]}},
        {"label": {"en": ["Alt text"]}, "value": {"en": ["Two people bend over a net."]}},
    ],
    "provider": [{"id": "https://host.example", "type": "Agent", "label": {"en": ["The Net Museum"]}}],
    "homepage": [
        {"id": "https://host.example/7.xml", "type": "Text", "format": "text/xml"},
        {"id": "https://host.example/7", "type": "Text", "format": "text/html"},
    ],
    "requiredStatement": {
        "label": {"en": ["Attribution"]},
        "value": {"en": ["<span>Courtesy of the <i>Net Museum</i></span>"]},
    },
    "rights": "http://creativecommons.org/licenses/by/4.0/",
    "partOf": [{"id": "https://host.example/c", "type": "Collection", "label": {"en": ["Sea prints"]}}],
    "items": [canvas()],
}

MANIFEST_2 = {
    "@context": "http://iiif.io/api/presentation/2/context.json",
    "@id": ADDRESS,
    "@type": "sc:Manifest",
    "label": [{"@value": "Filets", "@language": "fr"}, {"@value": "Nets", "@language": "en"}],
    "description": "Two fishers.",
    "attribution": "The Net Museum",
    "license": "https://creativecommons.org/publicdomain/mark/1.0/",
    "related": {"@id": "https://host.example/7", "format": "text/html"},
    "within": "https://host.example/collection",
    "metadata": [{"label": "Maker", "value": "Ana Sol"}, {"label": "Date", "value": "1862"}],
    "sequences": [
        {
            "@type": "sc:Sequence",
            "canvases": [
                {
                    "@id": "https://host.example/canvas/1",
                    "label": "front",
                    "width": 800,
                    "height": 600,
                    "thumbnail": {"@id": "https://images.example/iiif/2/1/full/90,/0/default.jpg"},
                    "images": [
                        {
                            "motivation": "sc:painting",
                            "resource": {
                                "@id": "https://images.example/iiif/2/1/full/full/0/default.jpg",
                                "@type": "dctypes:Image",
                                "width": 1600,
                                "height": 1200,
                                "service": {
                                    "@context": "http://iiif.io/api/image/2/context.json",
                                    "@id": "https://images.example/iiif/2/1/",
                                    "profile": "http://iiif.io/api/image/2/level2.json",
                                },
                            },
                        }
                    ],
                }
            ],
        }
    ],
}


def read(manifest: dict | None = None, *, part: int = 1, **changes: object):
    content = answer(
        {**(manifest or MANIFEST), **changes}, url=iiif.ask_item(iiif.make_item(ADDRESS, part=part)).url
    )
    return iiif.read_item([content])


def with_body(**changes: object) -> list:
    page = canvas()
    page["items"][0]["items"][0]["body"].update(changes)
    return [page]


def test_a_manifest_of_version_3():
    record = read()
    assert (record.key, record.title, record.page) == (
        "iiif:https://host.example/iiif/7/manifest.json",
        "Mending the Nets",
        "https://host.example/7",
    )
    assert record.creators == (
        Creator(name="Sol, Ana", dates="1840–1901"),
        Creator(name="Tom Vale", role="photographer", dates="1870–1940"),
        Creator(name="Eva Ray", role="photographer"),
    )
    assert (record.date, record.span) == ("ca. 1862-64", Span(1862, 1864))
    assert (record.institution, record.accession, record.medium) == ("The Net Museum", "Ms. 12", "Etching")
    assert record.description == "Two fishers, and their nets."
    assert record.images == (
        ImageFile(url=f"{IMAGES}/1/full/max/0/default.jpg", width=400, height=300, media_type="image/jpeg"),
    )
    assert (record.manifest, record.image_service) == (ADDRESS, f"{IMAGES}/1")
    assert (record.parts, record.part, record.part_of) == (1, 1, ("Sea prints",))
    assert (record.credit_line, record.alt) == ("Courtesy of the Net Museum", "Two people bend over a net.")
    assert record.rights == Rights(
        license=LICENSES["CC-BY-4.0"],
        written="http://creativecommons.org/licenses/by/4.0/",
        field="rights",
        url="http://creativecommons.org/licenses/by/4.0/",
    )
    assert record.warnings == ()


def test_a_manifest_of_version_2():
    record = read(MANIFEST_2)
    assert (record.title, record.description) == ("Nets", "Two fishers.")
    assert (record.institution, record.credit_line) == ("The Net Museum", "The Net Museum")
    assert (record.page, record.date) == ("https://host.example/7", "1862")
    assert record.creators == (Creator(name="Ana Sol"),)
    assert (record.rights.license.code, record.rights.field) == ("PDM-1.0", "license")
    assert record.image_service == "https://images.example/iiif/2/1"
    assert record.images == (
        ImageFile(url="https://images.example/iiif/2/1/full/full/0/default.jpg", width=1600, height=1200),
    )
    assert record.thumbnail == "https://images.example/iiif/2/1/full/90,/0/default.jpg"


@pytest.mark.parametrize(
    ("label", "title"),
    [
        ("Nets", "Nets"),
        ({"@value": "Nets"}, "Nets"),
        (["Nets", "and boats"], "Nets and boats"),
        ({"none": ["Nets"], "fr": ["Filets"]}, "Nets"),
        ({"fr": ["Filets"], "zh-Hans": ["网"]}, "Filets"),
        ({"fr": ["Filets"], "en-GB": ["Nets"]}, "Nets"),
        ({"en": [], "fr": ["Filets"]}, "Filets"),
        ({"en": ["<b>Nets</b> &amp; boats"]}, "Nets & boats"),
        (None, ""),
        ({}, ""),
    ],
)
def test_labels_in_all_their_forms(label, title):
    assert read(label=label).title == title


def test_each_canvas_is_an_item_of_its_own():
    pages = [canvas(1), canvas(2, rights="http://rightsstatements.org/vocab/InC/1.0/"), canvas(3)]
    first, second = read(items=pages), read(items=pages, part=2)
    assert (first.key, second.key) == (f"iiif:{ADDRESS}", f"iiif:{ADDRESS} #2")
    assert (first.title, second.title) == ("Mending the Nets", "Mending the Nets, p. 2")
    assert (second.parts, second.part, second.image_service) == (3, 2, f"{IMAGES}/2")
    assert first.warnings == (
        "It has 3 canvases: 1 'p. 1' (800 × 600), 2 'p. 2' (800 × 600), 3 'p. 3' (800 × 600).",
    )
    assert (first.rights.license.code, second.rights.license.code) == ("CC-BY-4.0", "INC")


def test_the_key_of_a_canvas_is_an_item_again():
    assert iiif.ask_item(f"{ADDRESS} #2") == Request(url=f"{ADDRESS}#canvas=2")
    assert iiif.find_item(f"{ADDRESS}#canvas=2") == f"{ADDRESS} #2"
    assert iiif.ask_item(ADDRESS) == Request(url=ADDRESS)


def test_a_canvas_that_is_not_there_lists_those_that_are():
    with pytest.raises(NoSuchItem) as caught:
        read(items=[canvas(1), canvas(2, label=None, width=None)], part=5)
    assert str(caught.value) == "there is no canvas 5. It has 2 canvases: 1 'p. 1' (800 × 600), 2."


def test_the_list_of_canvases():
    manifest = answer({**MANIFEST, "items": [canvas(number) for number in range(1, 31)]}).json()
    canvases = list_canvases(manifest)
    assert (len(canvases), canvases[29].label, canvases[29].width) == (30, "p. 30", 800)


RIGHTS_PAIR = {"label": {"en": ["Rights"]}, "value": {"en": ["Ask the <i>curator</i>."]}}


@pytest.mark.parametrize(
    ("changes", "code", "written"),
    [
        ({"rights": "https://host.example/terms"}, "UNKNOWN", "https://host.example/terms"),
        ({"rights": None, "license": "CC0"}, "CC0-1.0", "CC0"),
        ({"rights": None, "metadata": [RIGHTS_PAIR]}, "UNKNOWN", "Ask the curator."),
        ({"rights": None, "requiredStatement": None}, "UNKNOWN", ""),
        ({"rights": None}, "UNKNOWN", "Courtesy of the Net Museum"),
        (
            {"rights": ["https://host.example/terms", "https://creativecommons.org/licenses/by/4.0/"]},
            "CC-BY-4.0",
            "https://creativecommons.org/licenses/by/4.0/",
        ),
        (
            {"items": with_body(rights="http://rightsstatements.org/vocab/InC/1.0/")},
            "INC",
            "http://rightsstatements.org/vocab/InC/1.0/",
        ),
        (
            {"items": [canvas(rights="https://host.example/ours")]},
            "UNKNOWN",  # it overrides the manifest's, although we do not know it
            "https://host.example/ours",
        ),
        (
            {
                "rights": None,
                "metadata": [
                    {
                        "label": "License",
                        "value": '<a href="https://creativecommons.org/licenses/by-nc/4.0/deed.de">frei</a>',
                    }
                ],
            },
            "CC-BY-NC-4.0",
            "https://creativecommons.org/licenses/by-nc/4.0/deed.de",
        ),
        (
            {
                "rights": None,
                "metadata": [
                    {
                        "label": "Rights",
                        "value": "Ask us. Our metadata is"
                        ' <a href="https://creativecommons.org/publicdomain/zero/1.0/">free</a>.',
                    }
                ],
            },
            "UNKNOWN",  # the license of data is not that of the picture
            "Ask us. Our metadata is free.",
        ),
    ],
)
def test_rights(changes, code, written):
    rights = read(**changes).rights
    assert (rights.license.code, rights.written) == (code, written)


def test_two_licenses_are_a_persons_decision():
    rights = read(
        MANIFEST_2,
        license=["http://rightsstatements.org/vocab/InC/1.0/", "http://creativecommons.org/licenses/by/4.0/"],
    ).rights
    assert rights.license.family == "REVIEW"
    assert rights.reason == "it names several licenses, and does not say whether all of them hold"


def test_a_credit_line_is_no_license():
    statement = {"label": {"en": ["Attribution"]}, "value": {"en": ["CC BY 4.0"]}}
    rights = read(rights=None, requiredStatement=statement).rights
    assert (rights.license.code, rights.written) == ("UNKNOWN", "CC BY 4.0")
    assert rights.reason == "the manifest has no rights statement; these are the words of its credit line"


def test_the_credit_lines_of_canvas_and_manifest_are_both_shown():
    statement = {"label": {"en": ["Photo"]}, "value": {"en": ["Photo: Eva Ray"]}}
    record = read(items=[canvas(requiredStatement=statement)])
    assert record.credit_line == "Photo: Eva Ray; Courtesy of the Net Museum"


@pytest.mark.parametrize(
    ("body", "service", "urls"),
    [
        (
            {
                "service": {
                    "@id": "https://i.example/2/x",
                    "profile": "http://iiif.io/api/image/2/level1.json",
                }
            },
            "https://i.example/2/x",
            ["https://i.example/2/x/full/full/0/default.jpg", f"{IMAGES}/1/full/max/0/default.jpg"],
        ),
        (
            {
                "service": {
                    "@id": "http://i.example/1/x",
                    "profile": "http://library.stanford.edu/iiif/image-api/1.1/compliance.html#level1",
                }
            },
            "http://i.example/1/x",
            ["http://i.example/1/x/full/full/0/native.jpg", f"{IMAGES}/1/full/max/0/default.jpg"],
        ),
        (
            {
                "service": [
                    {
                        "@id": "https://a.example/login",
                        "@type": "AuthCookieService1",
                        "profile": "http://iiif.io/api/auth/1/login",
                    }
                ]
            },
            "",
            [f"{IMAGES}/1/full/max/0/default.jpg"],
        ),
        (
            {"service": {"@id": "https://i.example/x", "profile": "level1"}},
            "https://i.example/x",
            ["https://i.example/x/full/full/0/default.jpg", f"{IMAGES}/1/full/max/0/default.jpg"],
        ),
        ({"service": None, "id": "/files/7.jpg"}, "", ["https://host.example/files/7.jpg"]),
        ({"service": None, "id": "javascript:alert(1)"}, "", []),
        (
            {"id": f"{IMAGES}/1/full/!700,700/0/default.jpg", "width": None, "height": None},
            f"{IMAGES}/1",
            [f"{IMAGES}/1/full/max/0/default.jpg", f"{IMAGES}/1/full/!700,700/0/default.jpg"],
        ),
    ],
)
def test_images_and_their_services(body, service, urls):
    record = read(items=with_body(**body))
    assert (record.image_service, [image.url for image in record.images]) == (service, urls)


@pytest.mark.parametrize(
    ("body", "thumbnail"),
    [
        ({"width": 2000}, f"{IMAGES}/1/full/400,/0/default.jpg"),
        ({"width": 400}, ""),  # never larger than it is
        ({"width": None}, ""),
        ({"width": 2000, "service": [{"id": f"{IMAGES}/1", "profile": "level0"}]}, ""),
    ],
)
def test_a_service_that_scales_makes_a_thumbnail(body, thumbnail):
    assert read(items=with_body(**body)).thumbnail == thumbnail


def test_of_a_choice_the_first_picture_is_read():
    page = canvas()
    annotation = page["items"][0]["items"][0]
    annotation["body"] = {
        "type": "Choice",
        "items": [
            {"id": "https://i.example/light.jpg", "type": "Image"},
            {"id": "https://i.example/x-ray.jpg", "type": "Image"},
        ],
    }
    assert read(items=[page]).images == (ImageFile(url="https://i.example/light.jpg"),)


def test_a_canvas_without_a_picture_says_so():
    page = canvas()
    page["items"][0]["items"][0]["body"] = {"id": "https://i.example/a.mp4", "type": "Video"}
    record = read(items=[page])
    assert (record.images, record.warnings) == ((), ("canvas 1 has no picture",))


def test_a_canvas_of_several_pictures_says_so():
    page = canvas()
    page["items"][0]["items"] *= 2
    assert read(items=[page]).warnings == (
        "canvas 1 is put together from 2 pictures; this is the first of them",
    )


def test_without_a_page_for_readers_the_manifest_is_the_page():
    assert read(homepage=None).page == ADDRESS


@pytest.mark.parametrize(
    ("changes", "error", "message"),
    [
        ({"items": []}, UnexpectedAnswer, "the manifest has no canvas, so there is no picture"),
        (
            {"type": "Canvas"},
            UnexpectedAnswer,
            "it is of the type 'Canvas', not a IIIF manifest (version 2 or 3)",
        ),
        ({"type": None}, UnexpectedAnswer, "it is without a type, not a IIIF manifest (version 2 or 3)"),
        (
            {"type": None, "protocol": "http://iiif.io/api/image"},
            UnexpectedAnswer,
            "it describes one image service (info.json); name the manifest instead",
        ),
        ({"metadata": ["Artist"]}, ChangedShape, "the field metadata[0] is text, not an object"),
        (
            {"label": {"en": {"text": "Nets"}}},
            ChangedShape,
            "the field label is an object, not text in some language",
        ),
    ],
)
def test_what_is_not_a_manifest(changes, error, message):
    with pytest.raises(error) as caught:
        read(**changes)
    assert str(caught.value) == message


COLLECTION = {
    "@context": "http://iiif.io/api/presentation/3/context.json",
    "type": "Collection",
    "label": {"en": ["Sea prints"]},
    "items": [
        {"id": "https://host.example/1/manifest", "type": "Manifest", "label": {"en": ["Nets"]}},
        {"id": "https://host.example/boats", "type": "Collection", "label": {"en": ["Boats"]}},
    ],
}


def test_a_collection_is_refused_with_a_list():
    with pytest.raises(SeveralItems) as caught:
        read(COLLECTION)
    assert str(caught.value) == (
        "it is the collection 'Sea prints' with 2 members: 'Nets' https://host.example/1/manifest;"
        " the collection 'Boats' https://host.example/boats."
        " Choose one: pelican-stylize museum.add ADDRESS"
    )


def test_a_collection_of_version_2_and_its_pages():
    content = {
        "@type": "sc:Collection",
        "label": "Sea prints",
        "total": 60,
        "first": "https://host.example/c?page=1",
        "members": [{"@id": "https://host.example/1/manifest", "@type": "sc:Manifest", "label": "Nets"}],
        "manifests": [
            {"@id": "https://host.example/1/manifest", "@type": "sc:Manifest", "label": "Nets"},
            "https://host.example/2/manifest",
        ],
        "collections": [{"@id": "https://host.example/boats", "label": "Boats"}],
    }
    found = read_collection(answer(content).json(), ADDRESS)
    assert [(member.title, member.address) for member in found.manifests] == [
        ("Nets", "https://host.example/1/manifest"),
        ("", "https://host.example/2/manifest"),
    ]
    assert [member.title for member in found.collections] == ["Boats"]
    assert (found.total, found.next) == (60, "")
    start = {"@type": "sc:Collection", "first": "https://host.example/c?page=1"}
    assert read_collection(answer(start).json(), ADDRESS).next == "https://host.example/c?page=1"


@pytest.mark.parametrize(
    ("address", "item"),
    [
        (ADDRESS, ADDRESS),
        ("http://127.0.0.1:8000/manifest.json", "http://127.0.0.1:8000/manifest.json"),
        (
            "https://host.example/works/7/manifest?version=3",
            "https://host.example/works/7/manifest?version=3",
        ),
        ("https://host.example/iiif/manifest/7", "https://host.example/iiif/manifest/7"),
        ("https://host.example/data/manifests/7.json", "https://host.example/data/manifests/7.json"),
        ("https://host.example/iiif/collection.json", "https://host.example/iiif/collection.json"),
        (
            "https://viewer.example/?manifest=https%3A%2F%2Fhost.example%2F7%2Fmanifest&theme=dark",
            "https://host.example/7/manifest",
        ),
        (
            "https://viewer.example/uv.html#?c=0&manifest=https://host.example/7.json",
            "https://host.example/7.json",
        ),
        (
            "https://cdm.example/digital/collection/maps/id/12/rec/3",
            "https://cdm.example/iiif/info/maps/12/manifest.json",
        ),
        (
            "http://cdm.example/cdm/singleitem/collection/maps/id/12",
            "http://cdm.example/iiif/info/maps/12/manifest.json",
        ),
        ("https://archive.org/details/nets-1862", "https://iiif.archive.org/iiif/3/nets-1862/manifest.json"),
        (
            "https://library.example/dc/concern/generic_works/k930bx12?locale=en",
            "https://library.example/dc/concern/generic_works/k930bx12/manifest",
        ),
        ("https://images.example/iiif/3/1/info.json", ""),
        ("https://host.example/art/collection/12", ""),
        ("https://host.example/about", ""),
        ("https://viewer.example/?manifest=7", ""),
        ("manifest.json", ""),
        ("https://[bad/manifest.json", ""),
    ],
)
def test_addresses(address, item):
    assert iiif.find_item(address) == item


def places(value: object, path: tuple = ()):
    yield path
    members = (
        value.items() if isinstance(value, dict) else enumerate(value if isinstance(value, list) else [])
    )
    for key, member in members:
        yield from places(member, (*path, key))


def replace_at(value: object, path: tuple, new: object):
    if not path:
        return new
    copy = value.copy()
    copy[path[0]] = replace_at(value[path[0]], path[1:], new)
    return copy


@pytest.mark.parametrize("new", [None, [], {"a": 1}, -1, "http://[bad", ["x", {"id": 5}]])
@pytest.mark.parametrize("manifest", [MANIFEST, MANIFEST_2], ids=["v3", "v2"])
def test_anything_in_any_place_gives_a_record_or_an_error_of_ours(manifest, new):
    for path in places(manifest):
        try:
            record = iiif.read_item([answer(replace_at(manifest, path, new), url=ADDRESS)])
        except MuseumError:
            continue
        assert record.page.startswith("http")
        assert "bad" not in "".join(file.url for file in record.images)


def test_recorded_manifests():
    nypl = iiif.read_item([recorded("nypl/collections_api_manifest_single_image.json")])
    assert (nypl.title, nypl.creators, nypl.span) == (
        "A smoking club",
        (Creator(name="Bunbury, Henry William", dates="1750–1811"),),
        Span(1792, 1792),
    )
    assert (nypl.rights.license.code, nypl.image_service) == (
        "NOC-US",
        "https://iiif.nypl.org/iiif/3/1107651",
    )
    painting = iiif.read_item([recorded("iiif/v3_0029-metadata-anywhere.json")])
    assert (painting.parts, painting.accession) == (2, "Wellcome Library no. 47369i")
    assert (painting.rights.license.code, painting.credit_line) == (
        "UNKNOWN",
        "Wellcome Collection. Attribution-NonCommercial 4.0 International (CC BY-NC 4.0)",
    )


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("v3_0001-mvm-image", "UNKNOWN"),
        ("v3_0005-image-service", "UNKNOWN"),
        ("v3_0008-rights", "CC-BY-SA-3.0"),
        ("validator_3_non_cc_license", "UNKNOWN"),
        ("validator_3_old_cc_license", "CC-BY-SA-3.0"),
        ("validator_3_publicdomain", "CC0-1.0"),
        ("validator_3_version2image", "UNKNOWN"),
    ],
)
def test_rights_of_recorded_manifests(name, code):
    assert iiif.read_item([recorded(f"iiif/{name}.json")]).rights.license.code == code
