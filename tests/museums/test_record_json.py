import json

from fixtures.museum_index import make_record
from pelican.plugins.stylize.museums.record import Creator, ImageFile, Span
from pelican.plugins.stylize.museums.record_json import make_values, read_values


def test_a_record_comes_back_from_json_as_it_was():
    record = make_record(
        "1",
        creators=(Creator(name="Ana Sol", role="engraver", uris=("https://authority.example/1",)),),
        images=(ImageFile(url="https://museum.example/1.jpg", width=4000, height=3000),),
        part_of=("A portfolio",),
        warnings=("the insignia are protected",),
        span=Span(-450, -430),
        part=3,
    )
    assert read_values(json.loads(json.dumps(make_values(record)))) == record


def test_a_license_that_is_not_known_here_is_unknown():
    values = make_values(make_record("1"))
    values["rights"]["license"] = "CC-BY-9.0"
    assert read_values(values).rights.license.code == "UNKNOWN"


def test_a_record_without_title_and_page_comes_back():
    record = make_record("1", title="", page="")
    assert read_values(make_values(record)) == record
