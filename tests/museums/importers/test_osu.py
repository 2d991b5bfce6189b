"""Small manifests in the shape of the IIIF Presentation API 2, as Hyrax writes them; none was recorded."""

import pytest
from fixtures.museum_answers import answer
from pelican.plugins.stylize.museums.errors import UnexpectedAnswer
from pelican.plugins.stylize.museums.importers import osu
from pelican.plugins.stylize.museums.record import Creator, Span

PAGE = "https://library.osu.edu/dc/concern/generic_works/g77"
SERVICE = "https://library.osu.edu/dc/images/abc"
MANIFEST = {
    "@context": "http://iiif.io/api/presentation/2/context.json",
    "@type": "sc:Manifest",
    "@id": f"{PAGE}/manifest",
    "label": "Mending the Nets",
    "metadata": [
        {"label": "Creator", "value": ["Ana Sol", "Tom Vale"]},
        {"label": "Date Created", "value": ["circa 1862"]},
        {
            "label": "Rights statement",
            "value": ['<a href="http://rightsstatements.org/vocab/NoC-US/1.0/">No Copyright</a>'],
        },
    ],
    "sequences": [
        {
            "canvases": [
                {
                    "width": 4000,
                    "height": 3000,
                    "images": [
                        {
                            "resource": {
                                "@id": f"{SERVICE}/full/600,/0/default.jpg",
                                "service": {"@id": SERVICE, "profile": "level2"},
                            }
                        }
                    ],
                },
                {"images": []},
            ]
        }
    ],
}


def read(**changes: object):
    return osu.read_item([answer({**MANIFEST, **changes}, url=f"{PAGE}/manifest")])


def test_a_manifest():
    record = read()
    assert (record.key, record.title, record.page) == ("osu:g77", "Mending the Nets", PAGE)
    assert record.creators == (Creator(name="Ana Sol"), Creator(name="Tom Vale"))
    assert (record.date, record.span) == ("circa 1862", Span(1862, 1862))
    assert [file.url for file in record.images] == [
        f"{SERVICE}/full/full/0/default.jpg",
        f"{SERVICE}/full/600,/0/default.jpg",
    ]
    assert (record.image_service, record.manifest, record.parts) == (SERVICE, f"{PAGE}/manifest", 2)
    assert (record.rights.license.code, record.rights.field) == ("NOC-US", "metadata[2].value")


@pytest.mark.parametrize(
    ("changes", "code", "written"),
    [
        (
            {"license": "https://creativecommons.org/licenses/by/4.0/"},
            "CC-BY-4.0",
            "https://creativecommons.org/licenses/by/4.0/",
        ),
        ({"metadata": [{"label": "Rights", "value": "Ask <b>us</b>"}]}, "UNKNOWN", "Ask us"),
        (
            {"license": "https://library.osu.edu/terms", "metadata": None},
            "UNKNOWN",
            "https://library.osu.edu/terms",
        ),
        ({"metadata": []}, "UNKNOWN", ""),
    ],
)
def test_rights(changes, code, written):
    rights = read(**changes).rights
    assert (rights.license.code, rights.written) == (code, written)


def test_a_manifest_without_a_picture():
    with pytest.raises(UnexpectedAnswer, match="the manifest has no canvas, so there is no picture"):
        read(sequences=[{"canvases": []}])


def test_missing_fields():
    record = read(metadata=None, label=None, **{"@id": None})
    assert (record.item, record.title, record.creators) == ("g77", "", ())
    assert record.institution == "Ohio State University Libraries"


@pytest.mark.parametrize(
    "address",
    [PAGE, f"{PAGE}?locale=en", f"{PAGE}/manifest", PAGE.replace("/dc/", "/dc/dc/")],
)
def test_addresses_of_a_work(address):
    assert osu.find_item(address) == "g77"
    assert osu.ask_item("g77").url == f"{PAGE}/manifest"
