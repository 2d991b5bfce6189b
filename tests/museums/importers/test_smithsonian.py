"""Small answers in the shape of smithsonian/record_cc0_image.json and smithsonian/search_envelope_recorded.json."""

import copy

import pytest
from fixtures.museum_answers import answer, recorded
from pelican.plugins.stylize.museums.errors import ChangedShape, NoSuchItem
from pelican.plugins.stylize.museums.importers import smithsonian
from pelican.plugins.stylize.museums.importers.interface import SearchQuery
from pelican.plugins.stylize.museums.record import Creator, ImageFile, Span

MEDIA = {
    "content": "https://ids.si.edu/ids/deliveryService?id=ABC-1",
    "idsId": "ABC-1",
    "thumbnail": "https://ids.si.edu/ids/deliveryService?id=ABC-1&max=150",
    "type": "Images",
    "usage": {"access": "CC0"},
}
FACTS = {
    "data_source": "Museum of Nets",
    "guid": "http://n2t.net/ark:/65665/abc-1",
    "metadata_usage": {"access": "CC0"},
    "online_media": {"media": [MEDIA], "mediaCount": 1},
    "record_ID": "nets_1911.2",
    "title": {"content": "Mending the <i>Nets</i>", "label": "Title"},
}
FREE = {
    "name": [
        {"content": "Nets (subject)", "label": "Subject"},
        {"content": "Tom Vale", "label": "Printer"},
        {"content": "Ana Sol, 3 Dec 1840 - 9 Jul 1901", "label": "Artist"},
    ],
    "date": [{"content": "1862", "label": "Date"}, {"content": "c. 1863-1864", "label": "Date"}],
    "creditLine": [{"content": "Gift of a Friend", "label": "Credit Line"}],
    "identifier": [{"content": "x", "label": "Other"}, {"content": "1911.2", "label": "Accession Number"}],
    "physicalDescription": [
        {"content": "Whole", "label": "Preparation"},
        {"content": "Ink", "label": "Medium"},
    ],
    "objectRights": [{"content": "No Copyright - United States", "label": "Restrictions & Rights"}],
}


def make_row(*, media: object = (MEDIA,), free: dict[str, object] | None = None, **facts: object):
    row = {
        "url": "edanmdm:nets_1911.2",
        "title": "Mending",
        "content": {"descriptiveNonRepeating": {**FACTS, **facts}, "freetext": {**FREE, **(free or {})}},
    }
    row["content"]["descriptiveNonRepeating"]["online_media"] = {
        "media": list(media) if isinstance(media, tuple) else media
    }
    return copy.deepcopy(row)


def read(**changes: object):
    return smithsonian.read_item(
        [answer({"status": 200, "responseCode": 1, "response": make_row(**changes)})]
    )


def test_a_record_with_a_free_picture():
    record = read()
    assert (record.key, record.title, record.institution) == (
        "smithsonian:edanmdm:nets_1911.2",
        "Mending the Nets",
        "Museum of Nets",
    )
    assert record.page == "http://n2t.net/ark:/65665/abc-1"
    assert record.creators == (
        Creator(name="Ana Sol", dates="3 Dec 1840 - 9 Jul 1901"),
        Creator(name="Tom Vale", role="Printer"),
    )
    assert (record.date, record.span) == ("1862; c. 1863-1864", Span(1862, 1864))
    assert record.images == (ImageFile(url="https://ids.si.edu/ids/deliveryService?id=ABC-1"),)
    assert record.thumbnail == "https://ids.si.edu/ids/deliveryService?id=ABC-1&max=150"
    assert (record.rights.license.code, record.rights.written) == ("CC0-1.0", "CC0")
    assert record.rights.field.endswith("online_media.media[0].usage.access")
    assert (record.credit_line, record.accession, record.medium) == ("Gift of a Friend", "1911.2", "Ink")


@pytest.mark.parametrize("access", ["Usage conditions apply", "Not determined"])
def test_the_license_of_the_record_is_not_that_of_the_picture(access):
    record = read(media=({**MEDIA, "usage": {"access": access, "text": "<p>Ask.</p>"}},))
    assert (record.rights.license.code, record.rights.written) == ("UNKNOWN", f"{access}; Ask.")


def test_without_usage_the_rights_of_the_object_are_read():
    assert read(media=({**MEDIA, "usage": None},)).rights.license.code == "NOC-US"
    record = read(media=({**MEDIA, "usage": None},), free={"objectRights": None})
    assert (record.rights.license.code, record.rights.written) == ("UNKNOWN", "")
    # That an object is free says nothing about its picture.
    record = read(media=({**MEDIA, "usage": None},), free={"objectRights": [{"content": "Public domain"}]})
    assert (record.rights.license.code, record.rights.written) == ("UNKNOWN", "Public domain")


def test_files_with_sizes_come_first():
    files = [
        {"label": "Screen Image", "url": "https://ids.si.edu/s.jpg"},
        {"label": "High-resolution TIFF", "url": "https://ids.si.edu/h.tif", "width": 9000, "height": 4500},
        {"label": "High-resolution JPEG", "url": "https://ids.si.edu/h.jpg", "width": 3000, "height": 1500},
    ]
    found = read(media=({**MEDIA, "resources": files},)).images
    assert found[0] == ImageFile(
        url="https://ids.si.edu/h.jpg", width=3000, height=1500, media_type="image/jpeg"
    )
    assert [file.url for file in found[1:]] == [MEDIA["content"]]


def test_missing_fields():
    free = dict.fromkeys(FREE)
    record = read(media=None, free=free, title=None, data_source=None, guid=None)
    assert (record.title, record.creators, record.date, record.images) == ("Mending", (), "", ())
    assert record.page == "https://www.si.edu/object/edanmdm:nets_1911.2"
    assert record.institution == "Smithsonian Institution"


def test_a_label_without_a_text():
    record = read(free={"date": [{"label": "Date"}], "identifier": [{"label": "Other"}], "name": []})
    assert (record.date, record.accession, record.creators) == ("", "", ())


def test_scalars_in_the_place_of_lists():
    record = read(
        media=MEDIA, free={"name": {"content": "Ana Sol", "label": "Maker"}, "date": {"content": "450 BC"}}
    )
    assert (record.creators, record.span) == ((Creator(name="Ana Sol", role="Maker"),), Span(-450, -450))


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"title": {"text": "a"}}, r"descriptiveNonRepeating.title is an object, not text"),
        ({"media": ("a.jpg",)}, r"online_media.media\[0\] is text, not an object"),
        ({"free": {"name": ["Ana"]}}, r"freetext.name\[0\] is text, not an object"),
    ],
)
def test_a_changed_answer_names_the_field(changes, message):
    with pytest.raises(ChangedShape, match=message):
        read(**changes)


def test_a_record_without_content_names_it():
    with pytest.raises(ChangedShape, match=r"the field response.content is missing"):
        smithsonian.read_item([answer({"response": {"id": "x"}})])
    with pytest.raises(NoSuchItem, match="it says: no content found"):
        smithsonian.read_item([answer({"response": {"message": "no content found", "rows": []}})])


@pytest.mark.parametrize(
    ("address", "item"),
    [
        ("https://www.si.edu/object/nets_1911.2", "edanmdm:nets_1911.2"),
        ("https://www.si.edu/object/edanmdm:nets_1911.2", "edanmdm:nets_1911.2"),
        ("https://www.si.edu/object/mending-nets%3Anets_1911.2", "edanmdm:nets_1911.2"),
        ("https://www.si.edu/object/mending-nets:nets_1911.2?x=1", "edanmdm:nets_1911.2"),
        ("https://collections.si.edu/search/detail/edanmdm:nets_1911.2", "edanmdm:nets_1911.2"),
        (
            "https://api.si.edu/openaccess/api/v1.0/content/edanmdm:nets_1911.2?api_key=K",
            "edanmdm:nets_1911.2",
        ),
        ("https://ids.si.edu/ids/deliveryService?id=ABC-1&max=800", "ids:ABC-1"),
        ("https://ids.si.edu/ids/download?id=ABC-1.jpg", "ids:ABC-1"),
        ("http://n2t.net/ark:/65665/abc-1", "ark:/65665/abc-1"),
        ("https://www.si.edu/exhibitions", ""),
    ],
)
def test_addresses_of_a_record(address, item):
    assert smithsonian.find_item(address) == item


@pytest.mark.parametrize("item", ["ids:ABC-1", "ark:/65665/abc-1"])
def test_the_record_of_a_picture_is_searched(item):
    request = smithsonian.ask_item(item)
    rows = [{**make_row(guid=None, media=()), "url": "edanmdm:other_1"}, make_row()]
    assert smithsonian.read_item([answer({"response": {"rows": rows}}, url=request.url)]).item == (
        "edanmdm:nets_1911.2"
    )
    with pytest.raises(NoSuchItem, match="its search finds no record with this picture"):
        smithsonian.read_item([answer({"response": {"rows": rows[:1]}}, url=request.url)])


def test_a_search_with_its_next_page():
    request = smithsonian.ask_search(SearchQuery(words="nets", most=1))
    assert request.url == (
        "https://api.si.edu/openaccess/api/v1.0/search?"
        "q=nets+AND+online_media_type%3AImages+AND+media_usage%3ACC0&rows=1&start=0"
    )
    assert (request.key.parameter, request.key.default) == ("api_key", "DEMO_KEY")
    assert request.key.get_one_at == "https://api.data.gov/signup/"
    found = smithsonian.read_search(
        answer({"response": {"rows": [make_row()], "rowCount": 2}}, url=request.url)
    )
    assert ([record.item for record in found.records], found.total) == (["edanmdm:nets_1911.2"], 2)
    assert found.next.url.endswith("&rows=1&start=1")
    assert found.next.key == request.key


def test_recorded_records():
    record = smithsonian.read_item([recorded("smithsonian/record_cc0_image.json")])
    assert (record.key, record.title, record.rights.license.code) == (
        "smithsonian:edanmdm:nmnhvz_14800560",
        "Passerculus sandwichensis nevadensis",
        "CC0-1.0",
    )
    found = smithsonian.read_search(recorded("smithsonian/search_envelope_recorded.json"))
    record = found.records[0]
    assert (found.total, record.creators, record.span) == (
        734,
        (Creator(name="Gruber, Martin A"),),
        Span(1919, 1924),
    )
    assert (record.rights.license.code, record.institution) == (
        "CC0-1.0",
        "Smithsonian Institution Archives",
    )
