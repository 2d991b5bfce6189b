"""For an audition, a picture of moderate size is enough."""

from pelican.plugins.stylize.museums.importers.statements import state
from pelican.plugins.stylize.museums.record import ImageFile, MuseumRecord
from pelican.plugins.stylize.museums.scouting import choose_pictures, mix


def record(item: str = "1", *, museum: str = "harbor", **facts: object) -> MuseumRecord:
    rights = state("CC0-1.0", field="rights")
    return MuseumRecord(
        museum=museum, item=item, title="Nets", page="https://harbor.example/1", rights=rights, **facts
    )


def test_of_several_sizes_the_one_nearest_to_843_pixels_is_first_and_the_largest_last():
    sizes = (4000, 1500, 800, 600, 200)
    files = tuple(
        ImageFile(url=f"https://harbor.example/{size}", width=size, height=size // 2) for size in sizes
    )
    found = choose_pictures(record(images=files, thumbnail="https://harbor.example/thumb"))
    assert [address.rpartition("/")[2] for address in found] == ["800", "600", "1500", "thumb", "200", "4000"]


def test_a_iiif_server_is_asked_for_a_small_picture():
    assert choose_pictures(record(image_service="https://iiif.example/a")) == [
        "https://iiif.example/a/full/843,/0/default.jpg"
    ]


def test_each_museum_has_its_turn():
    hits = [
        record("1", museum="a"),
        record("2", museum="a"),
        record("3", museum="a"),
        record("1", museum="b"),
    ]
    assert [hit.key for hit in mix(hits)] == ["a:1", "b:1", "a:2", "a:3"]
