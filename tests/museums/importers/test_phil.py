"""Small pages with the labels of phil/details_21893.txt; the markup of the real pages was not recorded."""

import pytest
from fixtures.museum_answers import answer, recorded
from pelican.plugins.stylize.museums.errors import ChangedShape
from pelican.plugins.stylize.museums.importers import phil
from pelican.plugins.stylize.museums.record import Creator, ImageFile, Span

FREE = "None - This image is in the public domain and thus free of any copyright restrictions."
FACTS = {
    "ID#": "77",
    "Caption": "In this 1962 photo, <i>Dr.</i> Sol mends a net. It is <b>green</b>.",
    "High Resolution": '<a href="/phil/PHIL_Images/77/77.tif">Click here for hi-resolution image (9 MB)</a>',
    "Content Provider(s)": "CDC/ Ana Sol; Tom Vale",
    "Creation Date": "1962",
    "Photo Credit": "",
    "Links": '<a href="https://example.org/">More</a>',
    "Categories": "Nets",
    "Copyright Restrictions": f"<b>None</b>{FREE.removeprefix('None')}",
}
PICTURE = '<img alt="" src="/phil/PHIL_Images/77/77_lores.jpg">'


def read(picture: str = PICTURE, **changes: str | None):
    facts = {**FACTS, **{name.replace("_", " "): value for name, value in changes.items()}}
    rows = "".join(
        f"<tr><td><b>{label}:</b></td><td>{value}</td></tr>"
        for label, value in facts.items()
        if value is not None
    )
    page = (
        f"<!doctype html><title>Details: PHIL</title><nav>Links: Home</nav><img src='/logo.png'>"
        f"<table>{rows}</table>{picture}<footer>Page last reviewed: today</footer>"
    )
    return phil.read_item(
        [answer(page, url="https://wwwn.cdc.gov/phil/Details.aspx?pid=77", media_type="text/html")]
    )


def test_a_page():
    record = read()
    assert (record.key, record.title, record.page) == (
        "phil:77",
        "In this 1962 photo, Dr. Sol mends a net (PHIL 77)",
        "https://wwwn.cdc.gov/phil/Details.aspx?pid=77",
    )
    assert record.description == "In this 1962 photo, Dr. Sol mends a net. It is green."
    assert record.creators == (
        Creator(name="Ana Sol", role="content provider"),
        Creator(name="Tom Vale", role="content provider"),
    )
    assert (record.date, record.span) == ("1962", Span(1962, 1962))
    assert record.images == (
        ImageFile(url="https://wwwn.cdc.gov/phil/PHIL_Images/77/77.tif"),
        ImageFile(url="https://wwwn.cdc.gov/phil/PHIL_Images/77/77_lores.jpg"),
    )
    assert record.thumbnail == "https://wwwn.cdc.gov/phil/PHIL_Images/77/77_lores.jpg"
    assert (record.rights.license.code, record.rights.written, record.rights.field) == (
        "USGOV",
        FREE,
        "Copyright Restrictions",
    )
    assert (record.credit_line, record.warnings) == ("CDC/ Ana Sol; Tom Vale", ())


def test_a_page_with_restrictions():
    record = read(Copyright_Restrictions="This image is copyright protected.")
    assert (record.rights.license.code, record.rights.written) == (
        "UNKNOWN",
        "This image is copyright protected.",
    )
    record = read(Copyright_Restrictions=None)
    assert (record.rights.license.code, record.rights.written, record.rights.field) == ("UNKNOWN", "", "")


def test_long_categories_do_not_hide_the_rights():
    courtesy = " As a matter of courtesy we request that the content provider be credited."
    record = read(Categories="<li>Nets</li>" * 4000, Copyright_Restrictions=f"{FREE}{courtesy}")
    assert (record.rights.license.code, record.rights.written) == ("USGOV", f"{FREE}{courtesy}")


def test_a_provider_outside_the_government_stays_in_sight():
    record = read(**{"Content Provider(s)": "Museum of Nets", "Photo Credit": "Ida Moss"})
    assert record.creators == (Creator(name="Ida Moss", role="photographer"),)
    assert record.credit_line == "Museum of Nets; Photo Credit: Ida Moss"
    assert record.warnings == ("Its provider may be outside the U.S. government: Museum of Nets",)


def test_an_older_page():
    record = read(
        '<IMG class=a src="//phil.cdc.gov/PHIL_Images/20040101/abc/77_lores.jpg">',
        Caption=None,
        Description="A net.",
        High_Resolution="",
        Creation_Date="",
    )
    assert (record.title, record.date, record.span) == ("A net (PHIL 77)", "", None)
    assert [file.url for file in record.images] == [
        "https://phil.cdc.gov/PHIL_Images/20040101/abc/77_lores.jpg"
    ]


def test_a_page_without_caption_and_picture():
    record = read("", Caption="", High_Resolution="")
    assert (record.title, record.images, record.thumbnail) == ("PHIL 77", (), "")


def test_a_changed_page_names_the_label():
    with pytest.raises(ChangedShape, match="the label 'ID#:' is missing on the page"):
        phil.read_item([answer("<html><body>Sorry</body></html>", media_type="text/html")])


@pytest.mark.parametrize(
    "address",
    [
        "https://wwwn.cdc.gov/phil/Details.aspx?pid=77",
        "https://wwwn.cdc.gov/PHIL/details.aspx?x=1&pid=77",
        "http://phil.cdc.gov/phil/details.aspx?pid=77",
        "https://phil.cdc.gov/Details.aspx?pid=77",
        "https://wwwn.cdc.gov/phil/PHIL_Images/77/77_lores.jpg",
        "https://phil.cdc.gov/PHIL_Images/20040101/0a1b/77_lores.jpg",
        "https://wwwn.cdc.gov/phil/PHIL_Images/77/77.tif",
    ],
)
def test_addresses_of_a_picture(address):
    assert phil.find_item(address) == "77"


def test_the_page_is_asked_for_as_a_page():
    request = phil.ask_item("77")
    assert (request.url, request.accept) == ("https://wwwn.cdc.gov/phil/Details.aspx?pid=77", "text/html")


@pytest.mark.parametrize("name", ["details_21893.txt", "details_21893_public_domain.html"])
def test_recorded_pages(name):
    record = phil.read_item([recorded(f"phil/{name}", media_type="text/html")])
    assert (record.item, record.date, record.rights.license.code) == ("21893", "1962", "USGOV")
    assert record.title.endswith("(PHIL 21893)")
    assert (record.rights.written, record.creators[0].name) == (FREE, "Ross W. Buck")
    assert len(record.images) == (2 if name.endswith("html") else 0)
