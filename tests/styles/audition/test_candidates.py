"""The artworks of an audition are found with their records; places without artworks are reported."""

import json
import shutil
import tomllib
import zipfile
from pathlib import Path

import pytest
from fixtures.fake_evaluator import RECORD
from fixtures.images import encoded, gradient, quarters
from pelican.plugins.stylize.cli.styles_audition import read_met_record
from pelican.plugins.stylize.model.errors import UserError
from pelican.plugins.stylize.styles.audition.candidates import find_candidates, load_picture

ROOT = Path(__file__).parents[3]

WORK = {
    "objectID": 436528,
    "title": "Irises",
    "artistDisplayName": "Vincent van Gogh",
    "objectDate": "1890",
    "repository": "Metropolitan Museum of Art, New York, NY",
    "objectURL": "https://met.example/436528",
    "isPublicDomain": True,
}
IRISES = tomllib.loads(RECORD)
OF_THE_MET = IRISES | {"source_url": "https://www.metmuseum.org/art/collection/search/436528"}
PICTURE = encoded(quarters(), "JPEG")


def package(path: Path, works: object = (WORK,), **files: bytes) -> Path:
    """Pack records, or other contents of their file, with pictures."""
    text = works if isinstance(works, str) else json.dumps({"objects": works})
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("met/data/objects.json", text)
        for name, data in (files or {"436528.jpg": PICTURE}).items():
            archive.writestr(f"met/data/images/{name}", data)
    return path


def problem_of(*places: object) -> str:
    with pytest.raises(UserError) as raised:
        find_candidates([str(place) for place in places])
    return str(raised.value)


def test_a_folder_gives_its_pictures_sorted_by_name_with_their_records(wall, hang):
    hang("b.png")
    hang("a.jpg", (10, 90, 200), RECORD)
    (wall / "notes.txt").write_text("to see again")
    (wall / ".DS_Store").write_text("")
    (wall / "more.jpg").mkdir()
    found = find_candidates(["wall"])
    a, b = found.candidates
    assert (a.display_path, a.record, a.problems) == ("wall/a.jpg", IRISES, ())
    assert (b.display_path, b.record) == ("wall/b.png", {})
    assert (found.skipped, found.duplicates) == (1, ())


def test_what_a_record_lacks_is_reported_and_the_artwork_is_auditioned_all_the_same(wall, hang):
    hang("a.jpg", record=RECORD.replace("CC0-1.0", "Free for all").replace("source_url", "image_url"))
    (candidate,) = find_candidates(["wall"]).candidates
    license, origin = candidate.problems
    assert license.startswith("wall/a.toml: there is no license 'Free for all'.")
    assert origin == (
        "wall/a.toml: source_url is missing. Every style needs a source: name the page of the item"
        " (--source-url), or say that the work is your own (--own)."
    )


def test_a_picture_that_is_found_twice_is_listed_once(wall, hang):
    shutil.copy(hang("a.jpg"), wall / "z.jpg")
    found = find_candidates(["wall", "wall/a.jpg"])
    assert [candidate.display_path for candidate in found.candidates] == ["wall/a.jpg"]
    assert found.duplicates == ("wall/z.jpg is wall/a.jpg", "wall/a.jpg is wall/a.jpg")


def test_a_style_has_its_record_its_name_and_its_weights(wall):
    shutil.copytree(ROOT / "styles" / "harvesters", wall / "harvesters")
    for place in ("wall", "wall/harvesters"):
        (candidate,) = find_candidates([place]).candidates
        assert (candidate.slug, candidate.display_path) == ("harvesters", "wall/harvesters")
        assert (candidate.record["title"], candidate.record["license"]) == ("The Harvesters", "CC0 1.0")
        assert candidate.weights == Path("wall/harvesters/style.safetensors")


def test_two_styles_of_one_artwork_are_not_duplicates(wall):
    for name in ("harvesters", "harvesters-2"):
        shutil.copytree(ROOT / "styles" / "harvesters", wall / name)
    found = find_candidates(["wall"])
    assert [candidate.slug for candidate in found.candidates] == ["harvesters", "harvesters-2"]


def test_a_style_may_have_a_category_of_the_site(wall):
    shutil.copytree(ROOT / "styles" / "harvesters", wall / "harvesters")
    record = wall / "harvesters" / "style.toml"
    record.write_text(record.read_text("utf-8").replace('category = "labor"', 'category = "textiles"'))
    assert [candidate.slug for candidate in find_candidates(["wall"]).candidates] == ["harvesters"]


def test_an_incomplete_style_is_reported_with_all_other_problems(wall):
    shutil.copytree(ROOT / "styles" / "harvesters", wall / "harvesters")
    (wall / "harvesters" / "artwork.jpg").unlink()
    assert problem_of("wall", "attic") == (
        "wall/harvesters: artwork.jpg is missing. Put the picture of the artwork there.\n"
        "attic: there is no such file or folder."
    )


@pytest.mark.parametrize("name", ["works.whl", "works.zip"])
def test_a_package_of_a_museum_gives_its_pictures_with_their_records(wall, name):
    package(wall / name, **{"436528.jpg": PICTURE, "7.png": encoded(gradient(), "PNG")})
    irises, unknown = find_candidates([f"wall/{name}"], read_record=read_met_record).candidates
    assert (irises.display_path, irises.record, irises.problems) == (
        f"wall/{name}: 436528.jpg",
        OF_THE_MET,
        (),
    )
    assert (unknown.record, unknown.problems) == ({}, ("objects.json has no record of it.",))


def test_a_picture_in_a_package_is_unpacked_for_the_time_being(wall):
    (candidate,) = find_candidates([str(package(wall / "works.zip"))]).candidates
    with load_picture(candidate) as path:
        assert path.read_bytes() == PICTURE
    assert not path.exists()


def test_a_folder_of_a_museum_gives_its_pictures_with_their_records(wall):
    (wall / "objects.json").write_text(json.dumps({"objects": [WORK]}))
    (wall / "436528.jpg").write_bytes(PICTURE)
    (wall / "._436528.jpg").write_bytes(b"a Mac was here")
    (wall / "1.jpg").mkdir()
    (wall / "page.html").write_text("")
    found = find_candidates(["wall"], read_record=read_met_record)
    assert [(one.display_path, one.record) for one in found.candidates] == [("wall/436528.jpg", OF_THE_MET)]
    assert found.skipped == 1


@pytest.mark.parametrize(
    ("changed", "lacks"),
    [
        ({"isPublicDomain": False}, "its record has no license."),
        ({"isPublicDomain": None}, "its record has no license."),
        ({"objectDate": ""}, "its record has no date."),
        (
            {"isPublicDomain": "perhaps"},
            "its record cannot be read: the field isPublicDomain is text, not true or false.",
        ),
        ({"artistDisplayName": None}, "its record has no creator."),
    ],
)
def test_what_a_museum_does_not_say_is_a_problem(wall, changed, lacks):
    works = str(package(wall / "works.zip", [{**WORK, **changed}]))
    (candidate,) = find_candidates([works], read_record=read_met_record).candidates
    assert candidate.problems == (lacks,)


def test_without_a_reader_works_of_a_museum_have_no_record(wall):
    (candidate,) = find_candidates([str(package(wall / "works.zip"))]).candidates
    assert (candidate.record, candidate.problems) == ({}, ("its record was not read.",))


def test_a_culture_replaces_an_unknown_maker(wall):
    work = {**WORK, "artistDisplayName": "", "culture": "Peruvian"}
    works = str(package(wall / "works.zip", [work]))
    (candidate,) = find_candidates([works], read_record=read_met_record).candidates
    assert (candidate.record["creator"], candidate.problems) == ("Peruvian", ())


NO_RECORDS = (
    "wall/works.zip: it cannot be read: objects.json does not hold records of the Met Collection API."
)


@pytest.mark.parametrize(
    "text", ["[]", "3", "{}", '{"objects": 3}', '{"objects": [3]}', '{"objects": {"a": 1}}', "[" * 200_000]
)
def test_a_file_without_records_is_reported(wall, text):
    assert problem_of(package(wall / "works.zip", text).relative_to(wall.parent)) == NO_RECORDS


def test_records_that_are_not_json_are_reported(wall):
    package(wall / "works.zip", "{")
    assert problem_of("wall/works.zip").startswith(
        "wall/works.zip: it cannot be read: Expecting property name"
    )


def test_a_file_that_is_not_a_zip_is_reported(wall):
    (wall / "works.zip").write_bytes(b"PK?")
    assert problem_of("wall/works.zip") == "wall/works.zip: it cannot be read: File is not a zip file"


def test_a_package_with_a_flipped_byte_is_reported(wall):
    data = bytearray(package(wall / "works.zip").read_bytes())
    data[data.index(PICTURE) + 50] ^= 1
    (wall / "works.zip").write_bytes(data)
    assert problem_of("wall/works.zip") == (
        "wall/works.zip: it cannot be read: Bad CRC-32 for file 'met/data/images/436528.jpg'"
    )


def test_a_compressed_package_with_a_flipped_byte_is_reported(wall):
    with zipfile.ZipFile(wall / "works.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a.jpg", PICTURE)
    data = bytearray((wall / "works.zip").read_bytes())
    data[40:60] = bytes(20)
    (wall / "works.zip").write_bytes(data)
    assert problem_of("wall/works.zip").startswith("wall/works.zip: it cannot be read: ")


def test_an_encrypted_package_is_reported(wall):
    data = bytearray(package(wall / "works.zip").read_bytes())
    for mark in (b"PK\3\4", b"PK\1\2"):
        place = -1
        while (place := data.find(mark, place + 1)) >= 0:
            data[place + (6 if mark == b"PK\3\4" else 8)] |= 1
    (wall / "works.zip").write_bytes(data)
    assert problem_of("wall/works.zip") == (
        "wall/works.zip: it cannot be read: File 'met/data/objects.json' is encrypted, password required for"
        " extraction"
    )


@pytest.mark.parametrize(
    ("name", "claimed", "size"),
    [("met/data/images/436528.jpg", 200_000_001, "200"), ("met/data/objects.json", 50_000_001, "50")],
)
def test_a_file_that_would_fill_the_memory_is_not_unpacked(wall, name, claimed, size):
    data = bytearray(package(wall / "works.zip").read_bytes())
    result = data.index(name.encode(), data.index(b"PK\1\2")) - 46
    data[result + 24 : result + 28] = claimed.to_bytes(4, "little")
    (wall / "works.zip").write_bytes(data)
    assert (
        problem_of("wall/works.zip") == f"wall/works.zip: it cannot be read: {name} is larger than {size} MB."
    )


def test_all_places_without_artworks_are_reported_together(wall):
    (wall / "notes.txt").write_text("")
    kinds = ".jpg, .jpeg, .png, .webp, .avif, .heic, .heif, .tif, .tiff, .gif, .bmp"
    assert problem_of("attic", "wall", "wall/notes.txt") == (
        "attic: there is no such file or folder.\n"
        f"wall: there are no pictures of artworks. Their names end with {kinds}.\n"
        f"wall/notes.txt: there are no pictures of artworks. Their names end with {kinds}."
    )


def test_in_a_crowded_folder_pictures_are_listed_and_other_files_counted(wall):
    for number in range(500):
        (wall / f"{number}.jpg").write_bytes(b"%d" % number)
        (wall / f"{number}.txt").write_bytes(b"")
    (wall / "artwork.toml").write_text(RECORD)  # of nobody knows which
    found = find_candidates(["wall"])
    assert (len(found.candidates), found.skipped) == (500, 500)
    assert found.candidates[0].problems == (
        "wall/artwork.toml: there are several pictures beside it, and it does not say which one it describes. Rename it to 0.toml.",
    )
